/* result.c - a pack's part of an assessment: requirements, clauses, score, gate. */
#include "policy/judge.h"

#include <stdlib.h>
#include <string.h>

#include "policy/verdict.h"

static const char *kept(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static const char *setting_of(const struct judging *judging, const char *name, size_t len)
{
	for (size_t i = 0; i < judging->setting_count; i++) {
		const char *other = judging->settings[i].param->name;
		if (strlen(other) == len && memcmp(other, name, len) == 0)
			return judging->settings[i].value.text;
	}
	return NULL;
}

/* Braces that hold no parameter's name stay as they are. */
static const char *filled(const struct judging *judging, const char *text)
{
	struct text out = {0};

	if (!text)
		return NULL;
	while (*text) {
		size_t plain = strcspn(text, "{");
		text_add(&out, text, plain);
		text += plain;
		if (!*text)
			break;
		size_t len = strcspn(text + 1, "{}");
		const char *value =
			text[1 + len] == '}' ? setting_of(judging, text + 1, len) : NULL;
		text_puts(&out, value ? value : "{");
		text += value ? len + 2 : 1;
	}
	const char *copy = arena_copy(judging->arena, out.data ? out.data : "", out.len);
	text_free(&out);
	return copy;
}

struct result result_prose(struct judging *judging, const struct prose *from, struct prose *to)
{
	to->title = filled(judging, from->title ? from->title : "");
	to->description = filled(judging, from->description);
	to->fix = filled(judging, from->fix);
	return to->title ? OK : FAILED;
}

struct filling {
	struct judging judging; /* for prose and memory only */
	const struct assessment *assessment;
	const struct chosen *chosen;
	struct pack_result *out;
};

static int by_id(const void *key, const void *item)
{
	return strcmp(key, ((const struct control_result *)item)->id);
}

static enum verdict control_verdict(const struct filling *f, const struct control *control)
{
	const struct control_result *found;

	if (list_has(&f->chosen->without_controls, control->id))
		return VERDICT_NOTSELECTED;
	found = bsearch(control->id, f->assessment->controls, f->assessment->control_count,
	                sizeof *found, by_id);
	return found ? found->verdict : VERDICT_NOTSELECTED;
}

static enum severity severity_of(const struct chosen *chosen, const struct requirement *requirement)
{
	enum severity severity = requirement->severity;

	for (size_t i = 0; i < chosen->severities.count; i++) {
		const struct severity_change *change = chosen->severities.items[i];
		if (!change->control && strcmp(change->id, requirement->id) == 0)
			severity = change->severity;
	}
	return severity;
}

/* What a requirement reaches: its own verdict is the worst of all of it. */
struct reach {
	struct list requirements, controls;
};

static enum verdict requirement_verdict(const struct filling *f, const struct reach *reach)
{
	struct verdict_mix mix = {0};

	for (size_t i = 0; i < reach->controls.count; i++) {
		enum verdict verdict = control_verdict(f, reach->controls.items[i]);
		if (verdict != VERDICT_NOTSELECTED)
			verdict_add(&mix, verdict);
	}
	for (size_t i = 0; i < reach->requirements.count; i++) {
		const struct requirement *part = reach->requirements.items[i];
		if (part->manual)
			verdict_add(&mix, VERDICT_NOTCHECKED);
		else if (!part->controls.count && !part->requirements.count)
			verdict_add(&mix, VERDICT_UNKNOWN);
	}
	return verdict_of(&mix);
}

static RESULT list_uses(struct arena *arena, const struct requirement *requirement,
                        struct requirement_result *out)
{
	struct list names = {0};

	for (size_t i = 0; i < requirement->controls.count; i++) {
		const struct control *control = requirement->controls.items[i];
		TRY(list_add(arena, &names, (void *)(uintptr_t)kept(arena, control->id)));
	}
	for (size_t i = 0; i < requirement->requirements.count; i++) {
		const struct requirement *used = requirement->requirements.items[i];
		TRY(list_add(arena, &names, (void *)(uintptr_t)kept(arena, used->id)));
	}
	list_sort_strings(&names);
	ALLOC(out->controls, arena, names.count);
	for (size_t i = 0; i < names.count; i++)
		out->controls[i] = names.items[i];
	out->control_count = names.count;
	return OK;
}

static RESULT fill_requirement(struct filling *f, struct requirement *requirement,
                               struct requirement_result *out)
{
	struct arena *arena = f->judging.arena;
	struct reach reach = {0};

	TRY(requirement_reach(arena, requirement, &f->chosen->without_requirements,
	                      &reach.requirements, &reach.controls));
	out->id = kept(arena, requirement->id);
	out->severity = severity_of(f->chosen, requirement);
	out->weight = requirement->weight;
	out->manual = requirement->manual;
	out->covered = reach.controls.count > 0;
	out->verdict = requirement_verdict(f, &reach);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		TRY(result_prose(&f->judging, &requirement->prose[lang], &out->prose[lang]));
	tally_add(&f->out->requirement_tally, out->severity, out->verdict);
	return list_uses(arena, requirement, out);
}

static RESULT fill_requirements(struct filling *f)
{
	const struct list *requirements = &f->chosen->pack->requirements;

	ALLOC(f->out->requirements, f->judging.arena, requirements->count);
	for (size_t i = 0; i < requirements->count; i++)
		TRY(fill_requirement(f, requirements->items[i],
		                     &f->out->requirements[f->out->requirement_count++]));
	f->out->score = score_of(f->out->requirements, f->out->requirement_count);
	return OK;
}

static enum verdict verdict_by_id(const struct filling *f, const char *id)
{
	for (size_t i = 0; i < f->out->requirement_count; i++) {
		if (strcmp(f->out->requirements[i].id, id) == 0)
			return f->out->requirements[i].verdict;
	}
	return VERDICT_NOTSELECTED;
}

static RESULT fill_clause(struct filling *f, const struct clause *clause, struct clause_result *out)
{
	struct arena *arena = f->judging.arena;
	struct verdict_mix mix = {0};

	out->number = kept(arena, clause->number);
	out->status = kept(arena, clause->status);
	out->coverage = kept(arena, clause->coverage);
	ALLOC(out->requirements, arena, clause->requirements.count);
	out->requirement_count = clause->requirements.count;
	for (size_t i = 0; i < clause->requirements.count; i++) {
		const struct requirement *requirement = clause->requirements.items[i];
		out->requirements[i] = kept(arena, requirement->id);
		verdict_add(&mix, verdict_by_id(f, requirement->id));
	}
	if (!clause->requirements.count || strcmp(clause->coverage, "not-covered") == 0)
		out->verdict = CLAUSE_NOT_COVERED;
	else
		out->verdict = clause_verdict_of(&mix, strcmp(clause->coverage, "automated") == 0);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		TRY(result_prose(&f->judging, &clause->prose[lang], &out->prose[lang]));
	return OK;
}

static RESULT fill_standard(struct filling *f, const struct standard *standard,
                            struct standard_result *out)
{
	out->id = kept(f->judging.arena, standard->id);
	out->edition = kept(f->judging.arena, standard->edition);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		TRY(result_prose(&f->judging, &standard->prose[lang], &out->prose[lang]));
	ALLOC(out->clauses, f->judging.arena, standard->clauses.count);
	for (size_t i = 0; i < standard->clauses.count; i++)
		TRY(fill_clause(f, standard->clauses.items[i], &out->clauses[out->clause_count++]));
	return OK;
}

static RESULT fill_standards(struct filling *f)
{
	const struct list *standards = &f->chosen->pack->standards;

	ALLOC(f->out->standards, f->judging.arena, standards->count);
	for (size_t i = 0; i < standards->count; i++)
		TRY(fill_standard(f, standards->items[i],
		                  &f->out->standards[f->out->standard_count++]));
	return OK;
}

static RESULT fill_parameters(struct filling *f)
{
	struct arena *arena = f->judging.arena;

	ALLOC(f->out->parameters, arena, f->judging.setting_count);
	for (size_t i = 0; i < f->judging.setting_count; i++) {
		const struct setting *setting = &f->judging.settings[i];
		if (!list_has(&f->chosen->params, setting->param->name))
			continue;
		struct named_value *value = &f->out->parameters[f->out->parameter_count++];
		value->name = kept(arena, setting->param->name);
		value->value = kept(arena, setting->value.text);
	}
	return OK;
}

static RESULT fill_deviations(struct filling *f)
{
	struct arena *arena = f->judging.arena;
	const struct list *deviations = &f->chosen->deviations;

	ALLOC(f->out->deviations, arena, deviations->count);
	for (size_t i = 0; i < deviations->count; i++) {
		const struct deviation *from = deviations->items[i];
		f->out->deviations[f->out->deviation_count++] = (struct deviation){
			.kind = kept(arena, from->kind),
			.target = kept(arena, from->target),
			.from = kept(arena, from->from),
			.to = kept(arena, from->to),
			.direction = kept(arena, from->direction),
			.reason = kept(arena, from->reason),
			.ticket = kept(arena, from->ticket),
		};
	}
	return OK;
}

struct result result_pack(struct assessment *assessment, const struct policy *policy,
                          const struct chosen *chosen, struct pack_result *out)
{
	const struct pack *pack = chosen->pack;
	struct filling f = {.judging = {.arena = &assessment->arena,
	                                .settings = policy->settings,
	                                .setting_count = policy->library.params.count},
	                    .assessment = assessment,
	                    .chosen = chosen,
	                    .out = out};

	out->id = kept(&assessment->arena, pack->id);
	out->version = kept(&assessment->arena, pack->version);
	out->digest = kept(&assessment->arena, pack->digest);
	out->profile = kept(&assessment->arena, chosen->profile->id);
	out->sequence = pack->sequence;
	for (int lang = 0; lang < LANG_COUNT; lang++)
		TRY(result_prose(&f.judging, &pack->prose[lang], &out->prose[lang]));
	TRY(fill_requirements(&f));
	TRY(fill_standards(&f));
	TRY(fill_parameters(&f));
	TRY(fill_deviations(&f));
	return gate_judge(&assessment->arena, chosen, out);
}
