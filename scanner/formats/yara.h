/*
 * yara.h - the rules on the content of entries. The only user of libyara.
 *
 * Rules are compiled from source once; scanners are made from them, one per thread. Rules see three
 * external variables: `path` and `kind` (strings) and `size` (of the entry, in bytes). They import
 * no module and include no file.
 */
#ifndef PARASOL_FORMATS_YARA_H
#define PARASOL_FORMATS_YARA_H

#include "formats/format.h"

/* Adds a source to those that rules_compile compiles; `text` is copied. Before rules_compile. */
void rules_add(const char *name, const char *text);

/* From now on rules_compile leaves the embedded sources out: for tests of single rules. */
void rules_without_embedded(void);

/*
 * Compiles all embedded sources below rules/ and those that were added. Call once, before threads
 * and before a sandbox closes. Fails with USAGE: file, line and libyara's message.
 */
RESULT rules_compile(void);

/* Warnings of the compiler, one a line ("rules/x.yar:3: ..."); "" if there are none. */
const char *rules_warnings(void);

/* Forgets the rules and what was added, so that others can be compiled. No scanner may be open. */
void rules_forget(void);

/* The number of compiled rules, the name of each (in order of name), and the version of libyara. */
size_t rules_count(void);
const char *rules_name(size_t index);
const char *rules_version(void);

/* The value of a rule's meta entry as text (numbers in decimal, true or false); NULL if none. */
const char *rules_meta(const char *rule, const char *key);

/* A scanner for one thread; ends the program for want of memory. */
struct rules_scanner;
struct rules_scanner *rules_open(void);
void rules_close(struct rules_scanner *scanner);

/*
 * Scans a whole entry and writes a MATCH row for each rule that holds, sorted by name. Fails with
 * YARA_TIMEOUT, YARA_MATCHES, LIMIT_MEMORY or YARA_SCAN after the rows were written: what was found
 * until then stands, and the caller notes the gap of the source.
 */
RESULT rules_scan(struct rules_scanner *scanner, const struct entry *entry, const char *kind,
                  struct cursor body, struct facts *facts);

/* The first rule with a tag that held in the last scan, or NULL. */
const char *rules_tagged(const struct rules_scanner *scanner, const char *tag);

/*
 * The same for an entry that comes in windows: begin, each window in order (its `origin` is its
 * offset in the entry; windows may overlap), end. A rule holds if it holds in any window. Windows
 * fail as rules_scan does; rules_end writes the rows in any case.
 */
void rules_begin(struct rules_scanner *scanner, const struct entry *entry, const char *kind,
                 uint64_t size);
RESULT rules_window(struct rules_scanner *scanner, struct cursor window);
void rules_end(struct rules_scanner *scanner, struct facts *facts);

#endif
