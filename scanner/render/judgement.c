/* judgement.c - packs, requirements, clauses, gates, controls, steps and findings as XML. */
#include "render/judgement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "render/cause.h"
#include "render/node.h"

static void add_ids(xmlNode *parent, const char *name, const char **ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		node_set(node_add(parent, name), "id", ids[i]);
}

static void add_values(xmlNode *parent, const char *name, const struct named_value *values,
                       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		xmlNode *node = node_add(parent, name);

		node_set(node, "name", values[i].name);
		node_set(node, "value", values[i].value);
	}
}

/* <tally pass="3" fail="1" …>, one per severity and one for all of them. */
static void add_tally(xmlNode *parent, const struct tally *tally)
{
	xmlNode *all = node_add(parent, "tally");

	for (size_t v = 0; v < VERDICT_COUNT; v++)
		node_set_count(all, verdict_name((enum verdict)v), tally->by_verdict[v]);
	for (size_t s = 0; s < SEVERITY_COUNT; s++) {
		xmlNode *row = node_add(all, "of");

		node_set(row, "severity", severity_name((enum severity)s));
		for (size_t v = 0; v < VERDICT_COUNT; v++)
			node_set_count(row, verdict_name((enum verdict)v),
			               tally->by_severity[s][v]);
	}
}

static void add_score(xmlNode *parent, const struct score *score)
{
	xmlNode *node = node_add(parent, "score");

	node_set_bool(node, "available", score->available);
	node_set_count(node, "judged", score->judged);
	node_set_count(node, "applicable", score->applicable);
	if (!score->available)
		return;
	node_set_count(node, "low", score->low);
	node_set_count(node, "high", score->high);
}

static void add_gate(xmlNode *parent, const struct gate_result *gate)
{
	xmlNode *node = node_add(parent, "gate");

	node_set(node, "id", gate->id);
	node_set(node, "outcome", gate_outcome_name(gate->outcome));
	node_set(node, "fail-on", gate->fail_on);
	add_ids(node, "failed", gate->failed, gate->failed_count);
	add_ids(node, "incomplete", gate->incomplete, gate->incomplete_count);
}

static void add_deviation(xmlNode *parent, const struct deviation *deviation)
{
	xmlNode *node = node_add(parent, "deviation");

	node_set(node, "kind", deviation->kind);
	node_set(node, "target", deviation->target);
	node_set(node, "from", deviation->from);
	node_set(node, "to", deviation->to);
	node_set(node, "direction", deviation->direction);
	node_set(node, "reason", deviation->reason);
	node_set(node, "ticket", deviation->ticket);
}

/* What every part of the judgement is looked at with. */
struct view {
	const struct assessment *assessment;
	struct causes causes;
};

static void add_requirement(xmlNode *parent, const struct view *view,
                            const struct requirement_result *requirement)
{
	xmlNode *node = node_add(parent, "requirement");

	node_set(node, "id", requirement->id);
	node_set(node, "severity", severity_name(requirement->severity));
	node_set_count(node, "weight", requirement->weight);
	node_set(node, "verdict", verdict_name(requirement->verdict));
	node_set(node, "unknown-because",
	         cause_name(cause_of_requirement(&view->causes, view->assessment, requirement)));
	node_set_bool(node, "covered", requirement->covered);
	node_set_bool(node, "manual", requirement->manual);
	add_ids(node, "use", requirement->controls, requirement->control_count);
}

/* Clauses have no id of their own that outlives an edition; their place in the standard names them.
 */
static void add_clause(xmlNode *parent, const struct clause_result *clause, size_t place)
{
	xmlNode *node = node_add(parent, "clause");

	node_set_count(node, "place", place);
	node_set(node, "number", clause->number);
	node_set(node, "status", clause->status);
	node_set(node, "coverage", clause->coverage);
	node_set(node, "verdict", clause_verdict_name(clause->verdict));
	add_ids(node, "use", clause->requirements, clause->requirement_count);
}

static void add_standard(xmlNode *parent, const struct standard_result *standard)
{
	xmlNode *node = node_add(parent, "standard");

	node_set(node, "id", standard->id);
	node_set(node, "edition", standard->edition);
	for (size_t i = 0; i < standard->clause_count; i++)
		add_clause(node, &standard->clauses[i], i + 1);
}

static void add_pack(xmlNode *parent, const struct view *view, const struct pack_result *pack)
{
	xmlNode *node = node_add(parent, "pack");

	node_set(node, "id", pack->id);
	node_set(node, "version", pack->version);
	node_set_count(node, "sequence", pack->sequence);
	node_set(node, "profile", pack->profile);
	node_set(node, "digest", pack->digest);
	add_gate(node, &pack->gate);
	add_score(node, &pack->score);
	add_tally(node, &pack->requirement_tally);
	add_values(node, "parameter", pack->parameters, pack->parameter_count);
	for (size_t i = 0; i < pack->deviation_count; i++)
		add_deviation(node, &pack->deviations[i]);
	for (size_t i = 0; i < pack->requirement_count; i++)
		add_requirement(node, view, &pack->requirements[i]);
	for (size_t i = 0; i < pack->standard_count; i++)
		add_standard(node, &pack->standards[i]);
}

/* Whether an observed attribute ("not-after-day", "certificate/not-after-day") is a day number. */
static bool is_day(const char *name)
{
	const char *last = strrchr(name, '/');

	for (int attr = 0; attr < FACT_COUNT; attr++) {
		if (fact_attrs[attr].type == TYPE_DAY &&
		    strcmp(fact_attrs[attr].name, last ? last + 1 : name) == 0)
			return true;
	}
	return false;
}

/* The day as people write it beside its number; none outside the years 1 to 9999. */
static void add_date(xmlNode *node, const char *number)
{
	const long long first = -719162, last = 2932896;
	char date[16], *end;
	struct tm tm;
	long long day = strtoll(number, &end, 10);

	if (*end || end == number || day < first || day > last)
		return;
	time_t at = (time_t)(day * 86400);
	if (!gmtime_r(&at, &tm))
		return;
	snprintf(date, sizeof date, "%04u-%02u-%02u", (unsigned)(tm.tm_year + 1900) % 10000,
	         (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100);
	node_set(node, "date", date);
}

static void add_observed(xmlNode *parent, const struct named_value *seen)
{
	xmlNode *node = node_add(parent, "observed");

	node_set(node, "name", seen->name);
	node_set(node, "value", seen->value);
	if (is_day(seen->name))
		add_date(node, seen->value);
}

static void add_finding(xmlNode *parent, const struct finding *finding)
{
	xmlNode *node = node_add(parent, "finding");

	node_set(node, "fingerprint", finding->fingerprint);
	node_set(node, "row", finding->row);
	node_set(node, "in", finding->in);
	node_set(node, "offset", finding->offset);
	node_set_count(node, "count", finding->count);
	node_set_bool(node, "possible", finding->possible);
	for (size_t i = 0; i < finding->observed_count; i++) {
		const struct named_value *seen = &finding->observed[i];

		/* the entry is an attribute of the finding already */
		if (strcmp(seen->name, "in") != 0 || strcmp(seen->value, finding->in) != 0)
			add_observed(node, seen);
	}
	node_add_text(node, "excerpt", finding->excerpt);
}

static void add_step(xmlNode *parent, const struct step_result *step)
{
	xmlNode *node = node_add(parent, "step");

	node_set(node, "id", step->id);
	node_set(node, "kind", step_kind_name(step->kind));
	node_set(node, "verdict", verdict_name(step->verdict));
	node_set_count(node, "examined", step->examined);
	node_set_count(node, "findings", step->findings_total);
	node_set(node, "reason", step->reason);
	node_add_text(node, "for", step->for_select);
	node_add_text(node, "select", step->select);
	for (size_t i = 0; i < step->finding_count; i++)
		add_finding(node, &step->findings[i]);
}

/* The sources that a control rests on, so that a reader can see how far they were read. */
static void add_rests_on(xmlNode *parent, uint32_t sources)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		if (sources & (UINT32_C(1) << i))
			node_set(node_add(parent, "rests-on"), "source", source_names[i]);
	}
}

static void add_control(xmlNode *parent, const struct view *view,
                        const struct control_result *control)
{
	xmlNode *node = node_add(parent, "control");

	node_set(node, "id", control->id);
	node_set_count(node, "revision", control->revision);
	node_set(node, "severity", severity_name(control->severity));
	node_set_count(node, "weight", control->weight);
	node_set(node, "raw", verdict_name(control->raw));
	node_set(node, "verdict", verdict_name(control->verdict));
	node_set(node, "unknown-because", cause_name(cause_of_control(&view->causes, control)));
	for (size_t i = 0; i < control->reference_count; i++)
		node_add_text(node, "reference", control->references[i]);
	add_values(node, "parameter", control->parameters, control->parameter_count);
	add_rests_on(node, control->sources);
	for (size_t i = 0; i < control->step_count; i++)
		add_step(node, &control->steps[i]);
}

static void add_tailoring(xmlNode *parent, const struct assessment *assessment)
{
	if (!assessment->tailoring_id)
		return;
	xmlNode *node = node_add(parent, "tailoring");
	node_set(node, "id", assessment->tailoring_id);
	node_set(node, "version", assessment->tailoring_version);
	node_set(node, "digest", assessment->tailoring_digest);
	node_set(node, "client", assessment->client);
}

/* What the sentence of the conclusion is made of: sample, basis, counts and gate. */
static void add_conclusion(xmlNode *parent, const struct assessment *assessment)
{
	xmlNode *node = node_add(parent, "conclusion");
	const char *sample = fact_doc_value(assessment->facts, FACT_BUNDLE_SHA256);

	node_set(node, "outcome", gate_outcome_name(assessment->outcome));
	node_set_bool(node, "evaluated", assessment->evaluated);
	node_set(node, "sample", sample);
	for (size_t i = 0; i < assessment->pack_count; i++) {
		const struct pack_result *pack = &assessment->packs[i];
		xmlNode *basis = node_add(node, "basis");

		node_set(basis, "pack", pack->id);
		node_set(basis, "version", pack->version);
		node_set(basis, "profile", pack->profile);
		node_set(basis, "gate", pack->gate.id);
		node_set(basis, "outcome", gate_outcome_name(pack->gate.outcome));
		node_set_count(basis, "requirements", pack->requirement_count);
	}
}

void judgement_add(xmlNode *parent, const struct assessment *assessment)
{
	struct view view = {.assessment = assessment};

	causes_of(assessment, &view.causes);
	add_conclusion(parent, assessment);
	add_tailoring(parent, assessment);
	xmlNode *packs = node_add(parent, "packs");
	for (size_t i = 0; i < assessment->pack_count; i++)
		add_pack(packs, &view, &assessment->packs[i]);
	xmlNode *controls = node_add(parent, "controls");
	add_tally(controls, &assessment->control_tally);
	for (size_t i = 0; i < assessment->control_count; i++)
		add_control(controls, &view, &assessment->controls[i]);
}
