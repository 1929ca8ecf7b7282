/*
 * codeparts.h - what the files of codebase.h share.
 *
 *   codebase.c   what came in, in the order of entries; hidden code
 *   codefacts.c  calls with the values of their arguments; whose code it is
 *   codeshapes.c overrides
 *   codetexts.c  string constants, field reads, classes
 */
#ifndef PARASOL_FORMATS_CODEPARTS_H
#define PARASOL_FORMATS_CODEPARTS_H

#include "code/program.h"
#include "code/trace.h"
#include "formats/codebase.h"

/* Room for the name of a class and a member; longer ones are cut. */
enum { CODE_NAME_ROOM = 1200 };

/* One file that came in. */
struct code_entry {
	struct entry_id id;
	const char *path;
	struct entry_id container;
	const char *container_path;
	struct bytes bytes; /* kept until the end */
	struct unit *unit;  /* DEX; of a class file the unit of its container */
	struct arena arena; /* of a DEX's unit */
	bool dex;
	struct facts *facts; /* its batch; NULL as long as it has no rows */
};

/* The code while it is analysed. */
struct code_work {
	const struct watch_list *watch;
	const struct mapping *mapping;
	struct code_entry *entries; /* in order; unit->owner points to the first of a unit */
	struct program *program;
	struct trace *trace;
	struct arena *arena;
	const char *const *packages; /* of apps */
	size_t package_count;
};

/* The batch of the entry that a class came from. */
struct facts *code_facts(struct code_work *work, struct class_at class);
struct facts *code_unit_facts(struct code_work *work, const struct unit *unit);

/* The descriptor of a class name with full stops. */
void code_descriptor(const char *name, char *out, size_t room);
struct class_at code_class_of(struct method_at method);

/* first, third or other. `name` is a class name with full stops. */
const char *code_party(const struct code_work *work, const char *name);

/* Modified UTF-8 as clean text. */
void code_text(struct facts *facts, enum fact_attr attr, const char *text);
/* A descriptor as a class name. */
void code_class_name(const struct code_work *work, struct facts *facts, enum fact_attr attr,
                     const char *descriptor);

/* Where a row's code stands: class, method, line and party. */
struct code_place {
	enum fact_attr in, class, method, line, party;
};
void code_place(struct code_work *work, struct facts *facts, struct method_at method, uint32_t pc,
                const struct code_place *names);

void code_write_calls(struct code_work *work);
void code_write_overrides(struct code_work *work);
void code_write_field_reads(struct code_work *work);
void code_write_classes(struct code_work *work);
void code_write_texts(struct code_work *work);

#endif
