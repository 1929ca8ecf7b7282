/* policy.c - choosing packs, and judging with them. */
#include "policy/policy.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "policy/judge.h"
#include "policy/verdict.h"

#define DEFAULT_PACK "app-hardening"

enum { ASSESSMENT_MAX = 512 << 20 };

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	watch_list_free(&policy->watch);
	library_free(&policy->library);
	free(policy);
}

static struct setting *profile_settings(struct policy *policy, const struct profile *profile)
{
	const struct list *params = &policy->library.params;
	struct setting *settings =
		library_take(&policy->library, (params->count + 1) * sizeof *settings);

	for (size_t i = 0; i < params->count; i++) {
		const struct param *param = params->items[i];
		settings[i] = (struct setting){param, param->value};
		for (size_t j = 0; j < profile->settings.count; j++) {
			const struct setting *set = profile->settings.items[j];
			if (set->param == param)
				settings[i] = *set;
		}
	}
	return settings;
}

static int control_by_id(const void *a, const void *b)
{
	return strcmp((*(struct control *const *)a)->id, (*(struct control *const *)b)->id);
}

/* The controls that a chosen pack needs, without what its tailoring leaves out. */
static void chosen_controls(struct policy *policy, const struct chosen *chosen, struct list *out)
{
	struct arena *arena = &policy->library.reader.arena;
	struct list reached = {0}, seen = {0};

	for (size_t i = 0; i < chosen->pack->requirements.count; i++) {
		if (!requirement_reach(arena, chosen->pack->requirements.items[i],
		                       &chosen->without_requirements, &seen, &reached)
		             .ok)
			fault_out_of_memory();
	}
	for (size_t i = 0; i < reached.count; i++) {
		struct control *control = reached.items[i];
		bool known = list_has(&chosen->without_controls, control->id);
		for (size_t j = 0; j < out->count; j++)
			known = known || out->items[j] == control;
		if (!known)
			library_add(&policy->library, out, control);
	}
}

static void collect_params(struct policy *policy, struct chosen *chosen)
{
	struct list controls = {0};

	chosen_controls(policy, chosen, &controls);
	for (size_t i = 0; i < controls.count; i++) {
		const struct control *control = controls.items[i];
		for (size_t j = 0; j < control->params.count; j++)
			library_add(&policy->library, &chosen->params, control->params.items[j]);
	}
	list_sort_strings(&chosen->params);
}

static RESULT choose_gate(struct chosen *chosen, const struct policy_request *request)
{
	const char *name = request->gate ? request->gate : "pipeline";
	const struct gate *gate = pack_gate(chosen->pack, name);
	int fail_on = -1;

	ENSURE(gate, PACK_INVALID, AT_NONE, "pack %s has no gate '%s'; use pipeline or delivery",
	       chosen->pack->id, name);
	chosen->gate = *gate;
	if (!request->fail_on)
		return OK;
	for (int severity = 0; severity < SEVERITY_COUNT; severity++) {
		if (strcmp(severity_name((enum severity)severity), request->fail_on) == 0)
			fail_on = severity;
	}
	ENSURE(fail_on >= 0 || strcmp(request->fail_on, "none") == 0, USAGE, AT_NONE,
	       "'%s' is not a severity; use critical, high, medium, low, info or none",
	       request->fail_on);
	chosen->gate.fail_on = fail_on;
	/* who asks to fail on less also waits for less; nobody can ask not to know */
	if (fail_on > chosen->gate.incomplete_on)
		chosen->gate.incomplete_on = fail_on;
	return OK;
}

static RESULT choose_pack(struct policy *policy, const struct policy_request *request,
                          const char *name, const char *profile)
{
	struct chosen *chosen = library_take(&policy->library, sizeof *chosen);

	TRY(library_pack(&policy->library, name, &chosen->pack));
	TRY(reader_verdict(&policy->library.reader));
	chosen->profile = pack_profile(chosen->pack, profile);
	chosen->profile_named = profile;
	ENSURE(chosen->profile, PACK_INVALID, AT_NONE,
	       "pack %s has no profile '%s'; 'parasol pack show %s' lists them", chosen->pack->id,
	       profile ? profile : "", chosen->pack->id);
	for (size_t i = 0; i < policy->chosen.count; i++)
		ENSURE(((struct chosen *)policy->chosen.items[i])->pack != chosen->pack, USAGE,
		       AT_NONE, "pack %s is chosen twice", chosen->pack->id);
	TRY(choose_gate(chosen, request));
	library_add(&policy->library, &policy->chosen, chosen);
	return OK;
}

/* NAME[:PROFILE]; a profile's name has no slash, so a path may hold a colon. */
static RESULT choose(struct policy *policy, const struct policy_request *request, const char *word)
{
	const char *colon = strrchr(word, ':');
	struct text name = {0};

	if (colon && (strchr(colon, '/') || !colon[1]))
		colon = NULL;
	text_add(&name, word, colon ? (size_t)(colon - word) : strlen(word));
	while (name.len > 1 && name.data[name.len - 1] == '/')
		name.data[--name.len] = '\0';
	struct result done = choose_pack(policy, request, name.data, colon ? colon + 1 : NULL);
	text_free(&name);
	return done;
}

static RESULT choose_all(struct policy *policy, const struct policy_request *request)
{
	struct text base = {0};

	for (size_t i = 0; i < request->pack_count; i++)
		TRY(choose(policy, request, request->packs[i]));
	if (request->pack_count)
		return OK;
	if (!request->tailoring)
		return choose(policy, request, DEFAULT_PACK);
	TRY(tailor_base(request->tailoring, &base));
	struct result done = choose(policy, request, base.data);
	text_free(&base);
	return done;
}

/* Where packs disagree on a parameter that both use, the stricter value is in force for the run. */
static RESULT settle(struct policy *policy)
{
	size_t count = policy->library.params.count;

	policy->settings = library_take(&policy->library, (count + 1) * sizeof *policy->settings);
	for (size_t i = 0; i < count; i++) {
		const struct param *param = policy->library.params.items[i];
		struct setting *force = &policy->settings[i];
		bool set = false;

		*force = (struct setting){param, param->value};
		for (size_t j = 0; j < policy->chosen.count; j++) {
			const struct chosen *chosen = policy->chosen.items[j];
			const struct setting *mine = &chosen->settings[i];
			if (!list_has(&chosen->params, param->name))
				continue;
			enum param_change change =
				set ? params_compare(param, &force->value, &mine->value)
				    : CHANGE_TIGHTENED;
			ENSURE(change != CHANGE_OTHER, PACK_INVALID, AT_NONE,
			       "the chosen packs set parameter %s to '%s' and '%s', of which none "
			       "is stricter; scan with one pack at a time",
			       param->name, force->value.text, mine->value.text);
			if (change == CHANGE_TIGHTENED)
				*force = *mine;
			set = true;
		}
	}
	return OK;
}

/* What the chosen controls watch. Those that are built in were held against it by tests. */
static RESULT watch_code(struct policy *policy)
{
	TRY(library_watch(&policy->library, &policy->watch));
	for (size_t i = 0; i < policy->controls.count; i++) {
		const struct control *control = policy->controls.items[i];
		if (!control->file->built_in)
			control_watched(&policy->library, control, &policy->watch);
	}
	return reader_verdict(&policy->library.reader);
}

static RESULT load(struct policy *policy, const struct policy_request *request)
{
	ENSURE(request->as_of && params_day(request->as_of, &policy->as_of_day), USAGE, AT_NONE,
	       "'%s' is not a day; write YYYY-MM-DD", request->as_of ? request->as_of : "");
	memcpy(policy->as_of, request->as_of, sizeof policy->as_of);
	TRY(library_open(&policy->library, NULL));
	TRY(reader_verdict(&policy->library.reader));
	TRY(choose_all(policy, request));
	for (size_t i = 0; i < policy->chosen.count; i++) {
		struct chosen *chosen = policy->chosen.items[i];
		collect_params(policy, chosen);
		/* after all packs: one of them may have brought parameters of its own */
		chosen->settings = profile_settings(policy, chosen->profile);
	}
	if (request->tailoring)
		TRY(tailor_apply(policy, request->tailoring));
	for (size_t i = 0; i < policy->chosen.count; i++)
		chosen_controls(policy, policy->chosen.items[i], &policy->controls);
	if (policy->controls.count > 1)
		qsort(policy->controls.items, policy->controls.count,
		      sizeof *policy->controls.items, control_by_id);
	TRY(watch_code(policy));
	return settle(policy);
}

struct result policy_load(const struct policy_request *request, struct policy **out)
{
	struct policy *policy = calloc(1, sizeof *policy);

	if (!policy)
		fault_out_of_memory();
	TRY(digest_start());
	xmlInitParser();
	struct result done = load(policy, request);
	if (!done.ok) {
		policy_free(policy);
		return done;
	}
	*out = policy;
	return OK;
}

const struct watch_list *policy_watch(const struct policy *policy)
{
	return &policy->watch;
}

void policy_rows(const struct policy *policy, bool *rows)
{
	for (size_t i = 0; i < policy->controls.count; i++) {
		const struct control *control = policy->controls.items[i];
		for (int row = 0; row < ROW_COUNT; row++)
			rows[row] = rows[row] || control->rows[row];
	}
}

static enum severity control_severity(const struct policy *policy, const struct control *control)
{
	enum severity severity = control->severity;
	bool changed = false;

	for (size_t i = 0; i < policy->chosen.count; i++) {
		const struct chosen *chosen = policy->chosen.items[i];
		for (size_t j = 0; j < chosen->severities.count; j++) {
			const struct severity_change *change = chosen->severities.items[j];
			if (!change->control || strcmp(change->id, control->id) != 0)
				continue;
			if (!changed || change->severity < severity)
				severity = change->severity;
			changed = true;
		}
	}
	return severity;
}

static RESULT judge_controls(struct assessment *assessment, const struct policy *policy,
                             struct judging *judging)
{
	ALLOC(assessment->controls, &assessment->arena, policy->controls.count);
	for (size_t i = 0; i < policy->controls.count; i++) {
		const struct control *control = policy->controls.items[i];
		struct control_result *out = &assessment->controls[assessment->control_count++];

		TRY(judge_control(judging, control, out));
		out->severity = control_severity(policy, control);
		tally_add(&assessment->control_tally, out->severity, out->verdict);
		if (out->verdict == VERDICT_PASS || out->verdict == VERDICT_FAIL)
			assessment->evaluated = true;
	}
	return OK;
}

static enum gate_outcome worse(enum gate_outcome a, enum gate_outcome b)
{
	if (a == GATE_FAILED || b == GATE_FAILED)
		return GATE_FAILED;
	return a == GATE_INCOMPLETE || b == GATE_INCOMPLETE ? GATE_INCOMPLETE : GATE_PASSED;
}

static RESULT judge_packs(struct assessment *assessment, const struct policy *policy)
{
	ALLOC(assessment->packs, &assessment->arena, policy->chosen.count);
	assessment->outcome = assessment->evaluated ? GATE_PASSED : GATE_INCOMPLETE;
	for (size_t i = 0; i < policy->chosen.count; i++) {
		struct pack_result *pack = &assessment->packs[assessment->pack_count++];

		TRY(result_pack(assessment, policy, policy->chosen.items[i], pack));
		assessment->outcome = worse(assessment->outcome, pack->gate.outcome);
	}
	return OK;
}

static const char *kept(struct arena *arena, const char *text)
{
	return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

static void set_head(struct assessment *assessment, const struct policy *policy,
                     const struct fact_doc *facts)
{
	struct arena *arena = &assessment->arena;

	assessment->as_of_day = policy->as_of_day;
	memcpy(assessment->as_of, policy->as_of, sizeof assessment->as_of);
	fact_doc_digest(facts, assessment->facts_digest);
	assessment->facts = facts;
	assessment->tailoring_id = kept(arena, policy->tailoring_id);
	assessment->tailoring_version = kept(arena, policy->tailoring_version);
	assessment->client = kept(arena, policy->client);
	if (policy->tailoring_id)
		assessment->tailoring_digest = kept(arena, policy->tailoring_digest);
}

static RESULT judge(struct assessment *assessment, const struct policy *policy,
                    const struct fact_doc *facts, xmlDoc *doc)
{
	struct judging judging = {.arena = &assessment->arena,
	                          .facts = facts,
	                          .settings = policy->settings,
	                          .setting_count = policy->library.params.count,
	                          .incomplete = judge_incomplete(facts),
	                          .budget = EVALUATE_BUDGET};

	TRY(evaluate_open(doc, judging.settings, judging.setting_count, policy->as_of_day,
	                  &judging.evaluator));
	struct result done = judge_controls(assessment, policy, &judging);
	evaluate_close(judging.evaluator);
	TRY(done);
	return judge_packs(assessment, policy);
}

struct result policy_judge(const struct policy *policy, const struct fact_doc *facts,
                           struct assessment **out)
{
	struct assessment *assessment = calloc(1, sizeof *assessment);
	bool rows[ROW_COUNT] = {false};

	if (!assessment)
		fault_out_of_memory();
	arena_init(&assessment->arena, ASSESSMENT_MAX);
	set_head(assessment, policy, facts);
	policy_rows(policy, rows);
	xmlDoc *doc = fact_doc_xml(facts, rows);
	struct result done = judge(assessment, policy, facts, doc);
	xmlFreeDoc(doc);
	if (!done.ok) {
		assessment_free(assessment);
		return done;
	}
	*out = assessment;
	return OK;
}
