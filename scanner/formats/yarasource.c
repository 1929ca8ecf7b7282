/*
 * yarasource.c - finds import statements in the source of rules.
 *
 * Modules of libyara parse hostile files in C and are not used. The compiler has no switch against
 * them, so the source is read here, past comments, strings and regular expressions.
 */
#include "formats/yarasource.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct reader {
	const char *at;
	int line;
};

static void step(struct reader *reader)
{
	if (*reader->at == '\n')
		reader->line++;
	if (*reader->at)
		reader->at++;
}

/* Past a string or regular expression, which ends at its line's end at the latest. */
static void skip_quoted(struct reader *reader, char quote)
{
	step(reader);
	while (*reader->at && *reader->at != quote && *reader->at != '\n') {
		if (*reader->at == '\\' && reader->at[1])
			step(reader);
		step(reader);
	}
	step(reader);
}

static void skip_comment(struct reader *reader)
{
	if (reader->at[1] == '/') {
		while (*reader->at && *reader->at != '\n')
			step(reader);
		return;
	}
	step(reader);
	step(reader);
	while (*reader->at && strncmp(reader->at, "*/", 2) != 0)
		step(reader);
	step(reader);
	step(reader);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool skip_word(struct reader *reader)
{
	const char *start = reader->at;

	while (is_word(*reader->at))
		step(reader);
	return reader->at - start == 6 && memcmp(start, "import", 6) == 0;
}

int yarasource_import(const char *text)
{
	struct reader reader = {text, 1};

	while (*reader.at) {
		if (*reader.at == '"') {
			skip_quoted(&reader, '"');
		} else if (*reader.at == '/' && (reader.at[1] == '/' || reader.at[1] == '*')) {
			skip_comment(&reader);
		} else if (*reader.at == '/') {
			skip_quoted(&reader, '/');
		} else if (*reader.at == '$' || *reader.at == '#' || *reader.at == '@') {
			/* a string may be called $import */
			step(&reader);
			skip_word(&reader);
		} else if (is_word(*reader.at)) {
			int line = reader.line;
			if (skip_word(&reader))
				return line;
		} else {
			step(&reader);
		}
	}
	return 0;
}
