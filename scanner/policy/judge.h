/*
 * judge.h - the chosen packs, and the judging of one control. Internal to policy/.
 */
#ifndef PARASOL_POLICY_JUDGE_H
#define PARASOL_POLICY_JUDGE_H

#include "policy/evaluate.h"
#include "policy/pack.h"
#include "policy/policy.h"

enum { FINDINGS_MAX = 100 };

struct severity_change {
	const char *id;
	bool control;
	enum severity severity;
};

/* One pack with profile, gate and tailoring. */
struct chosen {
	struct pack *pack;
	const struct profile *profile;
	struct gate gate;
	bool profile_named;               /* the caller asked for it by name */
	struct list without_controls;     /* ids that the tailoring deselects */
	struct list without_requirements; /* likewise */
	struct list severities;           /* struct severity_change */
	struct list deviations;           /* struct deviation */
	struct list params;               /* names that its controls use, sorted */
	struct setting *settings;         /* one for each parameter of the library */
};

struct policy {
	struct library library;
	struct list chosen;       /* in the order they were asked for */
	struct list controls;     /* struct control, sorted by id */
	struct setting *settings; /* in force for the run, one for each parameter of the library */
	struct watch_list watch;  /* built-in rows and those of the packs */
	int64_t as_of_day;
	char as_of[11];
	const char *tailoring_id, *tailoring_version, *client;
	char tailoring_digest[65];
};

/* What judging one control needs. */
struct judging {
	struct arena *arena;  /* of the assessment */
	struct arena scratch; /* for one control */
	struct evaluator *evaluator;
	const struct fact_doc *facts;
	const struct setting *settings;
	size_t setting_count;
	uint32_t incomplete; /* bits of the sources that did not come to their end */
	unsigned long budget;
};

/* Applies a tailoring file to the chosen pack that it is based on. Fails with PACK_INVALID. */
RESULT tailor_apply(struct policy *policy, const char *path);

/* The id of the pack that a tailoring file is based on, with its profile ("id" or "id:profile"). */
RESULT tailor_base(const char *path, struct text *out);

/* Judges; fails only for want of memory within the arena's limit. */
RESULT judge_control(struct judging *judging, const struct control *control,
                     struct control_result *out);

/* The bits of the sources that are neither complete nor absent. */
uint32_t judge_incomplete(const struct fact_doc *facts);

/*
 * Findings for the rows of a step: those that certainly violate, then those that may. `possible`
 * holds `certain`; both are in document order.
 */
RESULT finding_collect(struct judging *judging, const struct control *control,
                       const struct step *step, const struct node_list *certain,
                       const struct node_list *possible, struct step_result *out);

/* What keeps a selection from being known, in words of the vocabulary; NULL if nothing is named. */
RESULT finding_reason(struct judging *judging, const struct selection *selection, const char **out);

/* Fills the pack's part of an assessment whose controls are judged. */
RESULT result_pack(struct assessment *assessment, const struct policy *policy,
                   const struct chosen *chosen, struct pack_result *out);

/* Judges a gate over the requirements of a pack's result. */
RESULT gate_judge(struct arena *arena, const struct chosen *chosen, struct pack_result *pack);

/* Copies of strings and prose that belong to an assessment; {name} becomes a parameter's value. */
RESULT result_prose(struct judging *judging, const struct prose *from, struct prose *to);

#endif
