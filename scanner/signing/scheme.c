/* scheme.c - collects signers and refusals. */
#include "signing/scheme.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *family, *meaning;
} refusals[] = {
#define REFUSAL(name, family, meaning) {#name, #family, meaning},
#include "signing/refusals.def"
};

const char *refusal_name(enum refusal_code code)
{
	return refusals[code].name;
}

const char *refusal_family(enum refusal_code code)
{
	return refusals[code].family;
}

const char *refusal_meaning(enum refusal_code code)
{
	return refusals[code].meaning;
}

void scheme_init(struct scheme *scheme, const char *name, struct arena *arena)
{
	*scheme = (struct scheme){.name = name, .arena = arena};
	scheme->refusals.end = &scheme->refusals.first;
	scheme->signers_end = &scheme->signers;
}

static void append(struct scheme *scheme, const struct refusal *refusal)
{
	struct refusal *kept = arena_take(scheme->arena, 1, sizeof *kept);

	if (!kept)
		return;
	*kept = *refusal;
	*scheme->refusals.end = kept;
	scheme->refusals.end = &kept->next;
}

void scheme_refuse(struct scheme *scheme, enum refusal_code code, uint32_t signer,
                   const char *entry, const char *format, ...)
{
	struct refusal refusal = {.code = code, .signer = signer};
	char why[512];
	va_list arguments;

	scheme->verified = false;
	if (scheme->refusals.count++ >= REFUSALS_MAX)
		return;
	va_start(arguments, format);
	vsnprintf(why, sizeof why, format, arguments);
	va_end(arguments);
	refusal.why = arena_copy(scheme->arena, why, strlen(why));
	if (entry)
		refusal.entry = arena_copy(scheme->arena, entry, strlen(entry));
	append(scheme, &refusal);
}

void scheme_fault(struct scheme *scheme, enum refusal_code code, uint32_t signer)
{
	scheme_refuse(scheme, code, signer, NULL, "%s", fault_last()->why);
}

struct signer *scheme_signer(struct scheme *scheme)
{
	struct signer *signer = arena_take(scheme->arena, 1, sizeof *signer);

	if (!signer)
		return NULL;
	signer->min_sdk = signer->max_sdk = -1;
	*scheme->signers_end = signer;
	scheme->signers_end = &signer->next;
	scheme->signer_count++;
	return signer;
}
