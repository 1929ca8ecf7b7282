/* package.c - rows about the signatures of a package. */
#include "signing/package.h"

#include <string.h>

#include "base/digest.h"
#include "crypto/certificate.h"
#include "crypto/known.h"
#include "crypto/spki.h"
#include "crypto/x509name.h"
#include "crypto/x509time.h"
#include "formats/keyring.h"
#include "intake/zipview.h"

bool package_limited(void)
{
	switch (fault_last()->code) {
	case DIAG_LIMIT_TOTAL:
	case DIAG_LIMIT_ENTRY:
	case DIAG_LIMIT_ENTRIES:
	case DIAG_LIMIT_MEMORY:
		return true;
	default:
		return false;
	}
}

bool package_only_unread(const struct scheme *scheme)
{
	for (const struct refusal *r = scheme->refusals.first; r; r = r->next)
		if (r->code != REFUSAL_ENTRY_UNREAD && r->code != REFUSAL_LISTING_LARGE)
			return false;
	return true;
}

uint64_t package_files(const struct container *container)
{
	uint64_t count = 0;

	for (size_t i = 0; i < container->count; i++)
		count += container->entries[i].type == ENTRY_FILE;
	return count;
}

static const struct zipview *view_of(const struct container *container)
{
	return container->kind == CONTAINER_ZIP ? container->state : NULL;
}

static bool same_name(const struct zip_record *a, const struct zip_record *b)
{
	return a->name_len == b->name_len && memcmp(a->name, b->name, a->name_len) == 0;
}

/* Entries that share their name with another one, all of them counted. */
static int64_t duplicates(const struct container *container)
{
	const struct zipview *view = view_of(container);
	int64_t count = 0;

	for (size_t i = 0; view && i < view->count; i++) {
		const struct zip_record *record = &view->records[view->by_name[i]];
		bool before = i && same_name(record, &view->records[view->by_name[i - 1]]);
		bool behind = i + 1 < view->count &&
		              same_name(record, &view->records[view->by_name[i + 1]]);
		count += before || behind;
	}
	return count;
}

static bool same_bytes(struct cursor a, struct cursor b)
{
	return a.size == b.size && a.size && memcmp(a.data, b.data, a.size) == 0;
}

/* True if a signer before this one has its certificate, in this scheme or an earlier one. */
static bool seen_before(const struct package *package, const struct scheme *scheme,
                        const struct signer *signer)
{
	for (size_t i = 0; i < package->count; i++) {
		for (const struct signer *s = package->schemes[i]->signers; s; s = s->next) {
			if (s == signer)
				return false;
			if (same_bytes(s->certificate, signer->certificate))
				return true;
		}
		if (package->schemes[i] == scheme)
			return false;
	}
	return false;
}

static int64_t count_signers(const struct package *package)
{
	const struct scheme *scheme = package->signed_by;
	const struct package alone = {.schemes = {scheme}, .count = 1};
	int64_t count = 0;

	if (!scheme)
		return 0;
	if (package->last_signer_only)
		return scheme->signers != NULL;
	for (const struct signer *signer = scheme->signers; signer; signer = signer->next)
		count += signer->certificate.size && !seen_before(&alone, scheme, signer);
	return count;
}

static uint32_t write_package(const struct package *package, const struct container *container,
                              const struct inspection *inspection)
{
	const struct zipview *view = view_of(container);
	struct facts *facts = inspection->facts;
	uint32_t row = facts_row(facts, ROW_SIGNING, 0);
	bool is_signed = false;

	for (size_t i = 0; i < package->count; i++)
		is_signed = is_signed || package->schemes[i]->present;
	facts_text(facts, FACT_SIGNING_MODULE, inspection->module);
	facts_clean(facts, FACT_SIGNING_IN, container->path);
	facts_text(facts, FACT_SIGNING_KIND, package->kind);
	facts_bool(facts, FACT_SIGNING_SIGNED, is_signed);
	if (package->unsure)
		facts_unread(facts, FACT_SIGNING_VERIFIED);
	else
		facts_bool(facts, FACT_SIGNING_VERIFIED, package->verified);
	if (package->min_open)
		facts_unread(facts, FACT_SIGNING_MIN_SDK);
	else if (package->min_sdk >= 0)
		facts_int(facts, FACT_SIGNING_MIN_SDK, package->min_sdk);
	if (package->max_sdk >= 0)
		facts_int(facts, FACT_SIGNING_MAX_SDK, package->max_sdk);
	facts_text(facts, FACT_SIGNING_REASON, package->reason);
	facts_int(facts, FACT_SIGNING_SIGNERS, count_signers(package));
	facts_int(facts, FACT_SIGNING_UNPROTECTED, (int64_t)package->unprotected);
	facts_bool(facts, FACT_SIGNING_PREFIXED, view && view->prefixed);
	facts_int(facts, FACT_SIGNING_DUPLICATES, duplicates(container));
	return row;
}

static void write_scheme(const struct scheme *scheme, struct facts *facts, uint32_t row)
{
	facts_row(facts, ROW_SCHEME, row);
	facts_text(facts, FACT_SCHEME_NAME, scheme->name);
	if (scheme->unsure)
		facts_unread(facts, FACT_SCHEME_VERIFIED);
	else
		facts_bool(facts, FACT_SCHEME_VERIFIED, scheme->verified && scheme->used);
	if (scheme->perhaps)
		facts_unread(facts, FACT_SCHEME_USED);
	else
		facts_bool(facts, FACT_SCHEME_USED, scheme->used);
	if (scheme->refusals.first)
		facts_text(facts, FACT_SCHEME_REASON, refusal_name(scheme->refusals.first->code));
	facts_int(facts, FACT_SCHEME_SIGNERS, (int64_t)scheme->signer_count);
	facts_text(facts, FACT_SCHEME_DIGESTS, scheme->digests);
	facts_bool(facts, FACT_SCHEME_WEAK_DIGEST, scheme->weak_digest);
}

/* The certificate made for developing that build tools create (Android Studio, "Sign your debug
 * build"). Names are joined by commas. */
static bool is_debug(const char *subject)
{
	static const char name[] = "CN=Android Debug";
	const char *found = subject;

	while ((found = strstr(found, name))) {
		char behind = found[sizeof name - 1];
		if ((found == subject || found[-1] == ',') && (!behind || behind == ','))
			return true;
		found++;
	}
	return false;
}

static void write_subject(const struct certificate *certificate, struct facts *facts)
{
	struct name_oddity oddity;
	struct text text = {0};

	if (x509name_text(&certificate->subject, &text, &oddity).ok)
		facts_bytes(facts, FACT_SIGNER_SUBJECT, text.data ? text.data : "", text.len);
	else
		facts_unread(facts, FACT_SIGNER_SUBJECT);
	facts_bool(facts, FACT_SIGNER_DEBUG, is_debug(text.data ? text.data : ""));
	text_free(&text);
}

static void write_day(const struct der *time, const char *field, enum fact_attr attr,
                      struct facts *facts)
{
	struct moment moment;

	if (x509time_read(time, field, &moment).ok)
		facts_int(facts, attr, moment.day);
	else
		facts_unread(facts, attr);
}

static void write_key(const struct certificate *certificate, struct facts *facts)
{
	struct spki spki = {.bits = -1};

	if (!spki_read(&certificate->key, &spki).ok && spki.bits < 0)
		facts_unread(facts, FACT_SIGNER_KEY_TYPE);
	else
		facts_text(facts, FACT_SIGNER_KEY_TYPE, spki.type);
	if (spki.bits < 0)
		facts_unread(facts, FACT_SIGNER_KEY_BITS);
	else
		facts_int(facts, FACT_SIGNER_KEY_BITS, spki.bits);
	facts_text(facts, FACT_SIGNER_CURVE, spki.curve);
}

static const char *known_name(const struct signer *signer, const struct certificate *certificate)
{
	const char *name = signer->known ? signer->known : known_key(certificate->key.whole);

	return name ? name : known_certificate(certificate->whole.whole);
}

static void write_certificate(const struct signer *signer, struct facts *facts)
{
	static const enum fact_attr all[] = {FACT_SIGNER_SUBJECT,       FACT_SIGNER_NOT_BEFORE_DAY,
	                                     FACT_SIGNER_NOT_AFTER_DAY, FACT_SIGNER_KEY_TYPE,
	                                     FACT_SIGNER_KEY_BITS,      FACT_SIGNER_DEBUG};
	struct certificate certificate;
	uint8_t hash[DIGEST_MAX];

	if (signer->certificate.size)
		facts_hex(facts, FACT_SIGNER_SHA256, hash,
		          digest(DIGEST_SHA256, signer->certificate.data, signer->certificate.size,
		                 hash));
	else
		facts_unread(facts, FACT_SIGNER_SHA256);
	if (!signer->certificate.size || !certificate_split(signer->certificate, &certificate).ok) {
		for (size_t i = 0; i < sizeof all / sizeof *all; i++)
			facts_unread(facts, all[i]);
		return;
	}
	write_subject(&certificate, facts);
	write_day(&certificate.not_before, "notBefore", FACT_SIGNER_NOT_BEFORE_DAY, facts);
	write_day(&certificate.not_after, "notAfter", FACT_SIGNER_NOT_AFTER_DAY, facts);
	write_key(&certificate, facts);
	facts_text(facts, FACT_SIGNER_KNOWN, known_name(signer, &certificate));
}

static void write_or_unread(struct facts *facts, enum fact_attr attr, const char *value)
{
	if (value)
		facts_text(facts, attr, value);
	else
		facts_unread(facts, attr);
}

static void write_signers(const struct scheme *scheme, struct facts *facts, uint32_t row)
{
	int64_t index = 1;

	for (const struct signer *signer = scheme->signers; signer; signer = signer->next) {
		facts_row(facts, ROW_SIGNER, row);
		facts_text(facts, FACT_SIGNER_SCHEME, scheme->name);
		facts_int(facts, FACT_SIGNER_INDEX, index++);
		if (signer->name)
			facts_clean(facts, FACT_SIGNER_NAME, signer->name);
		write_certificate(signer, facts);
		write_or_unread(facts, FACT_SIGNER_ALGORITHM, signer->algorithm);
		write_or_unread(facts, FACT_SIGNER_HASH, signer->hash);
		facts_bool(facts, FACT_SIGNER_VERIFIED, signer->verified);
		if (signer->min_sdk >= 0)
			facts_int(facts, FACT_SIGNER_MIN_SDK, signer->min_sdk);
		if (signer->max_sdk >= 0)
			facts_int(facts, FACT_SIGNER_MAX_SDK, signer->max_sdk);
	}
}

static void write_refusals(const struct scheme *scheme, struct facts *facts, uint32_t row)
{
	for (const struct refusal *r = scheme->refusals.first; r; r = r->next) {
		facts_row(facts, ROW_REFUSAL, row);
		facts_text(facts, FACT_REFUSAL_SCHEME, scheme->name);
		facts_text(facts, FACT_REFUSAL_CODE, refusal_name(r->code));
		facts_text(facts, FACT_REFUSAL_FAMILY, refusal_family(r->code));
		if (r->signer)
			facts_int(facts, FACT_REFUSAL_SIGNER, r->signer);
		if (r->entry)
			facts_clean(facts, FACT_REFUSAL_ENTRY, r->entry);
		facts_text(facts, FACT_REFUSAL_WHY, r->why ? r->why : "");
	}
}

uint32_t package_facts(const struct package *package, const struct container *container,
                       const struct inspection *inspection)
{
	uint32_t row = write_package(package, container, inspection);

	for (size_t i = 0; i < package->count; i++) {
		if (*package->schemes[i]->name && package->schemes[i]->present)
			write_scheme(package->schemes[i], inspection->facts, row);
		write_signers(package->schemes[i], inspection->facts, row);
		write_refusals(package->schemes[i], inspection->facts, row);
	}
	return row;
}

void package_unreadable(const char *why, const char *module, struct facts *facts)
{
	static const enum fact_attr unknown[] = {FACT_SIGNING_SIGNED, FACT_SIGNING_UNPROTECTED,
	                                         FACT_SIGNING_PREFIXED, FACT_SIGNING_DUPLICATES};
	struct refusal refusal = {.code = REFUSAL_PACKAGE_UNREADABLE, .why = why};
	const struct scheme whole = {.name = "", .refusals.first = &refusal};
	uint32_t row = facts_row(facts, ROW_SIGNING, 0);

	facts_text(facts, FACT_SIGNING_MODULE, module);
	facts_clean(facts, FACT_SIGNING_IN, facts->in);
	facts_text(facts, FACT_SIGNING_KIND, "apk");
	facts_bool(facts, FACT_SIGNING_VERIFIED, false);
	facts_text(facts, FACT_SIGNING_REASON, refusal_name(refusal.code));
	facts_int(facts, FACT_SIGNING_SIGNERS, 0);
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		facts_unread(facts, unknown[i]);
	write_refusals(&whole, facts, row);
}

void package_certificates(const struct package *package, const struct inspection *inspection)
{
	if (!inspection->keyring)
		return;
	for (size_t i = 0; i < package->count; i++) {
		const struct scheme *scheme = package->schemes[i];
		for (const struct signer *s = scheme->signers; s; s = s->next) {
			const struct place place = {.offset = s->certificate.origin,
			                            .encoding = "der",
			                            .role = "signer"};
			/* the certificates of v1 lie in entries, which have readers of their own */
			if (s->certificate.size && !s->name && !seen_before(package, scheme, s))
				keyring_certificate(inspection, s->certificate, &place);
		}
	}
}
