/* target.h - what the tools for pack authors work on. Internal to policy/. */
#ifndef PARASOL_POLICY_TARGET_H
#define PARASOL_POLICY_TARGET_H

#include "policy/judge.h"

struct target {
	struct library library;
	struct pack *pack;    /* NULL if the target is a control library or a file of it */
	struct list controls; /* struct control: those that the target itself holds */
};

/* Problems are those of target->library.reader. Free it either way. */
RESULT target_open(struct target *target, const char *name, bool lint);
void target_free(struct target *target);

/* A setting for each parameter, with its default. */
struct setting *target_settings(struct target *target);

/* The verdict that a control gives for an example (element example); false with `why` otherwise. */
RESULT target_example(struct target *target, const struct control *control, xmlNode *example,
                      enum verdict *out);

#endif
