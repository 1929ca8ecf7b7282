/* formats.c - the table of formats. */
#include "formats/format.h"

#define FORMAT(name) extern const struct format name;
#include "formats/formats.def"

const struct format *const formats[] = {
#define FORMAT(name) &name,
#include "formats/formats.def"
};

const size_t formats_count = sizeof formats / sizeof *formats;
