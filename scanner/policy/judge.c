/*
 * judge.c - one control over the facts: applicability, steps, the verdict.
 *
 *   forbid   certainly selects: fail; may select, or the main path's source is incomplete: unknown;
 *            else pass
 *   require  certainly selects: pass; cannot select and the sources are complete: fail; else
 * unknown each     a row certainly violates: fail; one may, or the source is incomplete: unknown;
 * rows and all hold: pass; no row: notapplicable, if that is certain manual   notchecked
 */
#include "policy/judge.h"

#include <string.h>

#include "policy/verdict.h"

uint32_t judge_incomplete(const struct fact_doc *facts)
{
	uint32_t incomplete = 0;

	for (int source = 0; source < SOURCE_COUNT; source++) {
		enum source_status status = fact_doc_source(facts, (enum source)source);
		if (status != STATUS_COMPLETE && status != STATUS_ABSENT)
			incomplete |= 1U << source;
	}
	return incomplete;
}

static RESULT select_rows(struct judging *judging, const struct select_node *path,
                          enum select_form form, struct node_list *out)
{
	struct text printed = {0};

	select_print(path, form, judging->incomplete, &printed);
	struct result done =
		evaluate_nodes(judging->evaluator, &judging->scratch, printed.data, out);
	text_free(&printed);
	return done;
}

/* What a selection selects for certain and at most. */
struct bounds {
	struct node_list certain, possible;
};

static RESULT select_bounds(struct judging *judging, const struct select_node *path,
                            struct bounds *out)
{
	TRY(select_rows(judging, path, FORM_CERTAIN, &out->certain));
	return select_rows(judging, path, FORM_POSSIBLE, &out->possible);
}

static enum verdict forbid_verdict(const struct bounds *found, bool open)
{
	if (found->certain.count)
		return VERDICT_FAIL;
	return found->possible.count || open ? VERDICT_UNKNOWN : VERDICT_PASS;
}

static enum verdict require_verdict(const struct bounds *found, bool open)
{
	if (found->certain.count)
		return VERDICT_PASS;
	return found->possible.count || open ? VERDICT_UNKNOWN : VERDICT_FAIL;
}

static enum verdict each_verdict(const struct bounds *rows, const struct bounds *violations,
                                 bool open)
{
	enum verdict verdict = forbid_verdict(violations, open);

	if (verdict != VERDICT_PASS || rows->certain.count)
		return verdict;
	/* rows that may not be meant at all: either pass or notapplicable */
	return rows->possible.count ? VERDICT_UNKNOWN : VERDICT_NOTAPPLICABLE;
}

static RESULT examine(struct judging *judging, const struct selection *selection, size_t *out)
{
	struct text printed = {0};

	select_print(selection->main, FORM_PLAIN, 0, &printed);
	struct result done = evaluate_count(judging->evaluator, printed.data, out);
	text_free(&printed);
	return done;
}

static RESULT run_step(struct judging *judging, const struct control *control,
                       const struct step *step, struct step_result *out)
{
	const struct selection *selection = step->selection;
	bool open = selection->main_sources & judging->incomplete;
	struct bounds found = {0}, rows = {0};

	TRY(examine(judging, selection, &out->examined));
	TRY(select_bounds(judging, selection->path, &found));
	if (step->kind == STEP_REQUIRE) {
		out->verdict = require_verdict(&found, open);
		return OK;
	}
	if (step->kind == STEP_EACH) {
		TRY(select_bounds(judging, step->rows->path, &rows));
		out->verdict = each_verdict(&rows, &found, open);
	} else {
		out->verdict = forbid_verdict(&found, open);
	}
	return finding_collect(judging, control, step, &found.certain, &found.possible, out);
}

static const char *kept(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

/* An expression that is beyond its budget or that libxml2 refuses is an error, never a pass. */
static RESULT note_error(struct judging *judging, struct step_result *out)
{
	const struct fault *fault = fault_last();

	if (diag_kind(fault->code) == FAULT_SYSTEM)
		return FAILED;
	out->verdict = VERDICT_ERROR;
	out->findings = NULL;
	out->finding_count = out->findings_total = 0;
	out->reason = kept(judging->arena, fault->why);
	return OK;
}

static RESULT judge_step(struct judging *judging, const struct control *control,
                         const struct step *step, struct step_result *out)
{
	out->id = kept(judging->arena, step->id);
	out->kind = step->kind;
	out->select = kept(judging->arena, step->select);
	out->for_select = kept(judging->arena, step->for_select);
	out->verdict = VERDICT_NOTCHECKED;
	if (step->kind == STEP_MANUAL)
		return OK;
	if (!run_step(judging, control, step, out).ok)
		return note_error(judging, out);
	if (out->verdict == VERDICT_UNKNOWN)
		return finding_reason(judging, step->selection, &out->reason);
	return OK;
}

enum applicability { APPLIES, APPLIES_NOT, APPLIES_PERHAPS, APPLIES_ERROR };

/* All must select; one that certainly cannot decides. */
static enum applicability applicable(struct judging *judging, const struct control *control,
                                     const struct selection **open)
{
	enum applicability answer = APPLIES;

	for (size_t i = 0; i < control->applies.count; i++) {
		const struct selection *selection =
			((struct applies *)control->applies.items[i])->selection;
		struct bounds found = {0};

		if (!select_bounds(judging, selection->path, &found).ok)
			return APPLIES_ERROR;
		if (found.certain.count)
			continue;
		if (!found.possible.count && !(selection->main_sources & judging->incomplete))
			return APPLIES_NOT;
		answer = APPLIES_PERHAPS;
		*open = selection;
	}
	return answer;
}

static RESULT set_parameters(struct judging *judging, const struct control *control,
                             struct control_result *out)
{
	ALLOC(out->parameters, judging->arena, control->params.count);
	for (size_t i = 0; i < judging->setting_count; i++) {
		const struct setting *setting = &judging->settings[i];
		if (!list_has(&control->params, setting->param->name))
			continue;
		struct named_value *value = &out->parameters[out->parameter_count++];
		value->name = kept(judging->arena, setting->param->name);
		value->value = kept(judging->arena, setting->value.text);
	}
	return OK;
}

static RESULT set_head(struct judging *judging, const struct control *control,
                       struct control_result *out)
{
	out->id = kept(judging->arena, control->id);
	out->revision = control->revision;
	out->severity = control->severity;
	out->weight = control->weight;
	out->sources = control->sources;
	ALLOC(out->references, judging->arena, control->references.count);
	out->reference_count = control->references.count;
	for (size_t i = 0; i < control->references.count; i++)
		out->references[i] = kept(judging->arena, control->references.items[i]);
	for (int lang = 0; lang < LANG_COUNT; lang++)
		TRY(result_prose(judging, &control->prose[lang], &out->prose[lang]));
	TRY(set_parameters(judging, control, out));
	ALLOC(out->steps, judging->arena, control->steps.count);
	return OK;
}

/* A finding of a control that may not apply is only possible, and its passes are not known. */
static RESULT weaken(struct judging *judging, struct control_result *out,
                     const struct selection *open)
{
	const char *reason = NULL;

	TRY(finding_reason(judging, open, &reason));
	for (size_t i = 0; i < out->step_count; i++) {
		struct step_result *step = &out->steps[i];
		if (step->verdict != VERDICT_FAIL && step->verdict != VERDICT_PASS)
			continue;
		step->verdict = VERDICT_UNKNOWN;
		step->reason = reason;
		for (size_t j = 0; j < step->finding_count; j++)
			step->findings[j].possible = true;
	}
	return OK;
}

/* A control that does not apply shows its steps, none of them run. */
static void set_inapplicable(struct judging *judging, const struct control *control,
                             struct control_result *out, enum verdict verdict)
{
	for (size_t i = 0; i < control->steps.count; i++) {
		const struct step *step = control->steps.items[i];
		struct step_result *result = &out->steps[out->step_count++];

		*result = (struct step_result){
			.id = kept(judging->arena, step->id),
			.kind = step->kind,
			.verdict = verdict,
			.select = kept(judging->arena, step->select),
			.for_select = kept(judging->arena, step->for_select),
			.reason = verdict == VERDICT_ERROR ? kept(judging->arena, fault_last()->why)
		                                           : NULL,
		};
	}
	out->raw = out->verdict = verdict;
}

static RESULT judge_steps(struct judging *judging, const struct control *control,
                          struct control_result *out)
{
	struct verdict_mix mix = {0};
	const struct selection *open = NULL;

	TRY(set_head(judging, control, out));
	evaluate_refill(judging->evaluator, judging->budget);
	enum applicability answer = applicable(judging, control, &open);
	if (answer == APPLIES_NOT || answer == APPLIES_ERROR) {
		set_inapplicable(judging, control, out,
		                 answer == APPLIES_NOT ? VERDICT_NOTAPPLICABLE : VERDICT_ERROR);
		return OK;
	}
	for (size_t i = 0; i < control->steps.count; i++)
		TRY(judge_step(judging, control, control->steps.items[i],
		               &out->steps[out->step_count++]));
	if (answer == APPLIES_PERHAPS)
		TRY(weaken(judging, out, open));
	for (size_t i = 0; i < out->step_count; i++)
		verdict_add(&mix, out->steps[i].verdict);
	/* unknown applicability is unknown, whatever waits for a person */
	if (answer == APPLIES_PERHAPS && verdict_of(&mix) == VERDICT_NOTCHECKED)
		verdict_add(&mix, VERDICT_UNKNOWN);
	out->raw = out->verdict = verdict_of(&mix);
	return OK;
}

struct result judge_control(struct judging *judging, const struct control *control,
                            struct control_result *out)
{
	enum { SCRATCH_MAX = 64 << 20 };

	arena_init(&judging->scratch, SCRATCH_MAX);
	struct result done = judge_steps(judging, control, out);
	arena_free(&judging->scratch);
	return done;
}
