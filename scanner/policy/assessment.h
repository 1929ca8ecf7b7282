/*
 * assessment.h - what judging gives: verdicts with their evidence, and nothing volatile.
 *
 * Made by judge.c from a facts document and the chosen packs; written as the <assessment> of a
 * result by render/result.c. Everything is sorted and depends on nothing but the bundle, the packs,
 * the tailoring and the as-of day. All text is clean UTF-8. Memory belongs to the assessment.
 */
#ifndef PARASOL_POLICY_ASSESSMENT_H
#define PARASOL_POLICY_ASSESSMENT_H

#include "base/arena.h"
#include "facts/doc.h"

/* Words of XCCDF 1.2 (NIST IR 7275r4, 6.6.4.2). */
enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_ERROR,
	VERDICT_UNKNOWN,
	VERDICT_NOTAPPLICABLE,
	VERDICT_NOTCHECKED,
	VERDICT_NOTSELECTED,
	VERDICT_INFORMATIONAL,
	VERDICT_COUNT
};

enum severity {
	SEVERITY_CRITICAL,
	SEVERITY_HIGH,
	SEVERITY_MEDIUM,
	SEVERITY_LOW,
	SEVERITY_INFO,
	SEVERITY_COUNT
};

/* A clause's computed verdict. */
enum clause_verdict {
	CLAUSE_MET,        /* every requirement that serves it passes and it is covered in full */
	CLAUSE_MET_SO_FAR, /* what was judged passes; the rest is to be examined */
	CLAUSE_PARTLY,     /* some pass, some fail */
	CLAUSE_NOT_MET,
	CLAUSE_NOT_APPLICABLE,
	CLAUSE_INCOMPLETE, /* an unknown, error or unchecked requirement and nothing that fails */
	CLAUSE_NOT_COVERED /* the pack has nothing for it */
};

enum language { LANG_ZH_CN, LANG_EN, LANG_COUNT };

/* Prose of a control, a requirement, a pack, a standard or a clause, from locale files. */
struct prose {
	const char *title;       /* never NULL */
	const char *description; /* what is examined and why it matters; may be NULL */
	const char *fix;         /* what to do; may be NULL */
};

struct named_value {
	const char *name, *value;
};

/* One observed row that a step found. */
struct finding {
	char fingerprint[17];
	const char *row;     /* path of the row, such as /facts/components/component */
	const char *in;      /* entry; "" if the row has none */
	const char *offset;  /* decimal, or NULL */
	const char *excerpt; /* redacted excerpt, or NULL */
	struct named_value
		*observed; /* attributes of the row that tell what it is, in table order */
	size_t observed_count;
	size_t count;  /* rows with the same fingerprint */
	bool possible; /* it would fail if what could not be read were bad: unknown, not fail */
};

enum step_kind { STEP_FORBID, STEP_REQUIRE, STEP_EACH, STEP_MANUAL };

struct step_result {
	const char *id;
	enum step_kind kind;
	enum verdict verdict;
	const char *select, *for_select; /* as written; for_select is NULL but for `each` */
	size_t examined; /* rows that the step looked at: the proof that a pass was really looked at
	                  */
	struct finding *findings;
	size_t finding_count;  /* findings kept (at most 100) */
	size_t findings_total; /* all */
	const char *reason;    /* for unknown and error: which source or attribute, in words of the
	                          vocabulary; or NULL */
};

struct control_result {
	const char *id;
	unsigned revision;
	enum severity severity;
	unsigned weight;
	enum verdict raw;     /* what the steps say */
	enum verdict verdict; /* after overlays; the same in this release */
	uint32_t sources;     /* BIT()s that it rests on */
	struct step_result *steps;
	size_t step_count;
	struct prose prose[LANG_COUNT];
	struct named_value *parameters; /* values in force that it uses */
	size_t parameter_count;
	const char **references; /* such as "CWE-319", "MASVS-NETWORK-1" */
	size_t reference_count;
};

struct requirement_result {
	const char *id;
	enum severity severity;
	unsigned weight;
	enum verdict verdict;
	bool covered;          /* some control serves it in this release */
	bool manual;           /* only a person can decide it */
	const char **controls; /* ids of controls and requirements that it uses, sorted */
	size_t control_count;
	struct prose prose[LANG_COUNT];
};

struct clause_result {
	const char *number;   /* "5.3.2 基本 a)"; printed only if status is not "unverified" */
	const char *status;   /* text-seen, section-seen, secondary or unverified */
	const char *coverage; /* automated, partial, manual, inherent or not-covered */
	enum clause_verdict verdict;
	const char **requirements;
	size_t requirement_count;
	struct prose prose[LANG_COUNT]; /* title: the clause in our own words */
};

struct standard_result {
	const char *id;      /* "JR/T 0092" */
	const char *edition; /* "2019" */
	struct prose prose[LANG_COUNT];
	struct clause_result *clauses;
	size_t clause_count;
};

struct tally {
	size_t by_verdict[VERDICT_COUNT];
	size_t by_severity[SEVERITY_COUNT][VERDICT_COUNT];
};

/* Weights in units; the interval is "n/a" (judged == 0) when nothing was judged. */
struct score {
	unsigned judged, applicable; /* coverage = judged / applicable, by weight */
	unsigned low, high;          /* percent, low rounded down and high rounded up */
	bool available;
};

enum gate_outcome { GATE_PASSED, GATE_FAILED, GATE_INCOMPLETE };

struct gate_result {
	const char *id; /* pipeline or delivery */
	enum gate_outcome outcome;
	const char *fail_on; /* severity name or "none" */
	const char **failed; /* ids of requirements that fail it, sorted */
	size_t failed_count;
	const char **incomplete; /* ids of requirements that leave it open, sorted */
	size_t incomplete_count;
};

/* A change against the standard pack: a parameter, a deselected control, a severity. */
struct deviation {
	const char *kind;   /* parameter, deselect, severity */
	const char *target; /* its id */
	const char *from, *to;
	const char *direction;       /* tightened, loosened or changed */
	const char *reason, *ticket; /* may be NULL */
};

struct pack_result {
	const char *id, *version, *digest, *profile;
	unsigned sequence;
	struct prose prose[LANG_COUNT];
	struct requirement_result *requirements; /* sorted by id */
	size_t requirement_count;
	struct standard_result *standards;
	size_t standard_count;
	struct tally requirement_tally;
	struct score score;
	struct gate_result gate; /* the one in force */
	struct named_value *parameters;
	size_t parameter_count;
	struct deviation *deviations;
	size_t deviation_count;
};

struct assessment {
	struct arena arena;
	int64_t as_of_day;
	char as_of[11]; /* YYYY-MM-DD */
	char facts_digest[65];
	const struct fact_doc *facts;
	struct pack_result *packs; /* in the order they were asked for */
	size_t pack_count;
	struct control_result *controls; /* of all packs, sorted by id */
	size_t control_count;
	struct tally control_tally;
	const char *tailoring_id, *tailoring_version, *tailoring_digest; /* or NULL */
	const char *client;        /* of the tailoring's <report>, or NULL */
	bool evaluated;            /* at least one control gave pass or fail */
	enum gate_outcome outcome; /* the worst of the packs: failed > incomplete > passed */
};

const char *verdict_name(enum verdict verdict);
const char *severity_name(enum severity severity);
const char *clause_verdict_name(enum clause_verdict verdict);
const char *gate_outcome_name(enum gate_outcome outcome);
const char *step_kind_name(enum step_kind kind);
const char *language_name(enum language language); /* "zh-CN", "en" */

void assessment_free(struct assessment *assessment);

#endif
