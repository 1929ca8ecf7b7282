/*
 * pack.h - the control library and the packs that are built on it, as they are loaded: every name
 * resolved, every expression compiled, nothing chosen yet.
 */
#ifndef PARASOL_POLICY_PACK_H
#define PARASOL_POLICY_PACK_H

#include "facts/doc.h"
#include "facts/watch.h"
#include "policy/evaluate.h"
#include "policy/reader.h"
#include "policy/select.h"

/* The facts vocabulary's version: packs name the one they were written for. */
#define FACTS_MAJOR 1
#define FACTS_MINOR 0

struct applies {
	long line;
	const char *text;
	struct selection *selection;
};

struct step {
	const char *id;
	long line;
	enum step_kind kind;
	const char *select, *for_select; /* as written */
	struct selection *rows;          /* EACH: what `for` selects */
	struct selection *selection;     /* FORBID, REQUIRE: rows; EACH: rows that violate */
};

struct control {
	const char *id;
	unsigned revision, weight;
	enum severity severity;
	struct list references; /* strings */
	struct list applies;
	struct list steps;
	struct list params; /* names, sorted */
	uint32_t sources;
	bool rows[ROW_COUNT];
	struct prose prose[LANG_COUNT];
	unsigned prose_revision[LANG_COUNT]; /* 0: the locale has no text for it */
	const struct pack_file *file;
	xmlNode *node;
};

struct requirement {
	const char *id;
	enum severity severity;
	unsigned weight;
	bool manual;
	struct list controls;     /* struct control */
	struct list requirements; /* struct requirement */
	struct prose prose[LANG_COUNT];
	bool in_locale[LANG_COUNT];
	struct pack *pack;
	xmlNode *node;
	enum { REQUIREMENT_NEW, REQUIREMENT_OPEN, REQUIREMENT_DONE } walk; /* for cycles */
};

struct profile {
	const char *id;
	bool is_default;
	struct list settings; /* struct setting */
};

struct gate {
	const char *id;
	bool is_default;
	int fail_on;       /* enum severity, or -1 for none */
	int incomplete_on; /* likewise; what is not known below it does not matter */
	bool manual;       /* a requirement that only a person can decide leaves the gate open */
	unsigned least_coverage; /* percent */
};

struct clause {
	const char *id, *number, *status, *coverage;
	struct list requirements; /* struct requirement */
	struct prose prose[LANG_COUNT];
	bool in_locale[LANG_COUNT];
	const struct pack_file *file;
	xmlNode *node;
};

struct standard {
	const char *id, *edition;
	struct list clauses;
	struct prose prose[LANG_COUNT];
	bool in_locale[LANG_COUNT];
	const struct pack_file *file;
	xmlNode *node;
};

struct pack {
	const char *id, *version, *place; /* place: folder in the content or on disk */
	unsigned sequence;
	struct prose prose[LANG_COUNT];
	bool in_locale[LANG_COUNT];
	struct list profiles, gates;
	struct list requirements; /* sorted by id */
	struct list standards;
	struct list files; /* all of them, sorted */
	const struct pack_file *file;
	xmlNode *node;
	char digest[65];
};

struct library {
	struct reader reader;
	struct list files;    /* of the control library */
	struct list params;   /* struct param */
	struct list controls; /* struct control, sorted by id */
	struct list packs;    /* struct pack, as loaded */
	unsigned loading;     /* packs being loaded, one within the other */
	bool lint;            /* note what hurts authors as well, not only what stops judging */
};

/*
 * Opens the control library: the embedded one, or a folder on disk. Faults in the content are
 * problems of library->reader; failure is of the system or the path. Free it either way.
 */
RESULT library_open(struct library *library, const char *folder);
void library_free(struct library *library);

/* The pack of a name or folder, loaded once; NULL in *out with problems noted if it is not valid.
 */
RESULT library_pack(struct library *library, const char *name, struct pack **out);

/*
 * The built-in watch list and those of the packs that are loaded. Fails with PACK_INVALID and file
 * and line; `out` is to be freed either way.
 */
RESULT library_watch(const struct library *library, struct watch_list *out);

/* Notes each watched name that a control compares with and nobody watches. */
void control_watched(struct library *library, const struct control *control,
                     const struct watch_list *list);

struct control *library_control(const struct library *library, const char *id);
struct param *library_param(const struct library *library, const char *name);
struct requirement *pack_requirement(const struct pack *pack, const char *id);
struct profile *pack_profile(const struct pack *pack, const char *id); /* NULL id: the default */
struct gate *pack_gate(const struct pack *pack, const char *id);

/* An id of the list nearest to a wrong one, as "; did you mean 'X'?", or "". */
struct suggestion {
	char text[160];
};
struct suggestion suggest_control(const struct library *library, const char *id);
struct suggestion suggest_requirement(const struct pack *pack, const char *id);
struct suggestion suggest_param(const struct library *library, const char *name);
struct suggestion suggest_watch(const struct watch_list *list, enum watch_kind kind,
                                const char *id);

/* Parts of loading, each in its file; problems are noted in the library's reader. */
void control_load(struct library *library, const struct pack_file *file);
void control_read(struct library *library, const struct pack_file *file, xmlNode *node);
void params_load(struct library *library, const struct pack_file *file);
bool params_setting(struct library *library, const struct pack_file *file, xmlNode *set,
                    struct setting *out);
void requirement_load(struct library *library, struct pack *pack);
void requirement_resolve(struct library *library, struct pack *pack);
void requirement_cycles(struct library *library, struct pack *pack);
void standard_load(struct library *library, struct pack *pack, const struct pack_file *file);
void locale_load(struct library *library, struct pack *pack, const struct pack_file *file);
void pack_digest(struct library *library, struct pack *pack);
/* True for a file of a pack's watch list. */
bool pack_watches(const struct pack_file *file);

/*
 * Adds a requirement and all that it uses, directly or through others, each once. Requirements
 * whose id is in `without` (may be NULL) are left out with what they use.
 */
RESULT requirement_reach(struct arena *arena, struct requirement *requirement,
                         const struct list *without, struct list *requirements,
                         struct list *controls);

/* A word of the table; the schema has checked it. */
enum severity severity_read(const char *name);

void *library_take(struct library *library, size_t size);
void library_add(struct library *library, struct list *list, void *item);

#endif
