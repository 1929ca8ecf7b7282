/*
 * arsc.h - the resource table of an Android package (resources.arsc).
 *
 * Chunks as in axml.h. The table (0x0002, header 12: count of packages) holds a string pool of
 * values and packages (0x0200); a package holds the pools of type and key names, and for each type
 * a specification (0x0202) and one chunk of entries per configuration (0x0201):
 *
 *   +8 u8 type id  +9 u8 flags (1 sparse, 2 16-bit offsets)  +12 u32 entries  +16 u32 start of the
 *   entries  +20 configuration (u32 size, then mcc, mnc, locale, screen, input, version ...)
 *
 * An entry has u16 size, u16 flags (1 complex, 8 compact), u32 key and a value of 8 bytes.
 *
 * Source: AOSP frameworks/base, libs/androidfw, ResourceTypes.h and LoadedArsc.cpp.
 */
#ifndef PARASOL_FORMATS_ARSC_H
#define PARASOL_FORMATS_ARSC_H

#include "formats/axml.h"

struct arsc;

struct arsc_value {
	uint8_t type; /* enum value_type; never a reference */
	bool complex; /* an array, a style or another bag: no value of its own */
	uint32_t data;
	const char *string; /* of a VALUE_STRING */
	const char *config; /* qualifiers such as "zh-rCN-v21"; "" for the default */
	uint64_t at;
};

/*
 * Opens a table; it lives in the arena. Fails with ARSC_TRUNCATED where it ends before what it
 * announces, ARSC_PARSE where the platform refuses it, LIMIT_ENTRY above the limit of bytes.
 */
RESULT arsc_open(struct cursor body, struct arena *arena, struct arsc **out);

/*
 * All values of a resource, references followed; what a device without special configuration
 * takes stands first. No value when the table lacks the resource. Fails with ARSC_PARSE where an
 * entry is damaged or references run in a circle.
 */
RESULT arsc_resolve(struct arsc *arsc, uint32_t id, struct arsc_value **out, size_t *count);

/* The qualifiers of a configuration as the names of resource folders spell them. */
RESULT arsc_config_name(struct cursor config, struct arena *arena, const char **out);

#endif
