/*
 * params.h - the typed parameters of controls: a default, a direction that is stricter, a floor
 * under which no profile and no client may go.
 */
#ifndef PARASOL_POLICY_PARAMS_H
#define PARASOL_POLICY_PARAMS_H

#include "policy/assessment.h"
#include "policy/list.h"

/* $as-of-plus-NAME is the day of the assessment plus the days that the INT parameter NAME counts.
 */
#define PARAMS_DAYS_ON "as-of-plus-"

enum param_type { PARAM_INT, PARAM_BOOL, PARAM_STRING, PARAM_LIST, PARAM_DAY };

/* Which change makes a parameter stricter. NONE: no direction, so every change needs a reason. */
enum stricter {
	STRICTER_NONE,
	STRICTER_HIGHER,
	STRICTER_LOWER,
	STRICTER_SUPERSET,
	STRICTER_SUBSET,
	STRICTER_TRUE,
	STRICTER_FALSE,
	STRICTER_ALLOW /* a list of what is accepted; empty: nobody has given one, which is laxest
	                */
};

/* What the items of a list are. */
enum item_form {
	ITEM_TEXT,
	ITEM_SHA256 /* kept as facts show it: 64 hexadecimal digits in lower case */
};

enum param_change { CHANGE_NONE, CHANGE_TIGHTENED, CHANGE_LOOSENED, CHANGE_OTHER };

struct param_value {
	bool set;
	const char *text;  /* as written; items of a list joined by ", " */
	int64_t number;    /* INT; DAY: days since 1970-01-01 */
	struct list items; /* LIST: strings, sorted */
};

struct param {
	const char *name;
	enum param_type type;
	enum item_form items;
	enum stricter stricter;
	struct param_value value; /* the default */
	struct param_value floor; /* .set is false if there is none */
	const char *file;
	long line;
	struct prose prose[LANG_COUNT];
	bool in_locale[LANG_COUNT];
};

/* Reads a value of a type. Fails with PACK_INVALID and what is wrong, without file and line. */
RESULT params_read(struct arena *arena, enum param_type type, const char *text,
                   struct param_value *out);

/* Reads an item of a list. A SHA-256 is 64 hexadecimal digits of either case, or 32 pairs of them
 * with colons between, as keytool and OpenSSL print it. Fails with PACK_INVALID and what is wrong,
 * without file and line. */
RESULT params_item(struct arena *arena, enum item_form form, const char *text, const char **out);

/* Ends a value that was made by adding to `items`. */
RESULT params_list(struct arena *arena, struct param_value *value);

/* How `to` stands to `from` in the parameter's direction. */
enum param_change params_compare(const struct param *param, const struct param_value *from,
                                 const struct param_value *to);

/* True if a value is as strict as the parameter's floor or stricter. */
bool params_above_floor(const struct param *param, const struct param_value *value);

bool params_type(const char *name, enum param_type *out);
bool params_stricter(const char *name, enum stricter *out);

/* True if the direction has a meaning for the type. */
bool params_fit(enum param_type type, enum stricter stricter);

/* YYYY-MM-DD of the proleptic Gregorian calendar as days since 1970-01-01; false if it is none. */
bool params_day(const char *text, int64_t *out);

#endif
