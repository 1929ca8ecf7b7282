/* jarnames.c - the names of META-INF: exact for Android, in any case of letters for Java. */
#include <string.h>
#include <strings.h>

#include "signing/jarsigner.h"

static const char folder[] = "META-INF/";
enum { FOLDER = sizeof folder - 1 };

static bool same(const struct jar *jar, const char *a, const char *b, size_t len)
{
	return jar->request.java ? strncasecmp(a, b, len) == 0 : memcmp(a, b, len) == 0;
}

static bool ends(const struct jar *jar, const struct entry *entry, const char *ending)
{
	size_t len = strlen(ending);

	return entry->name_len >= len &&
	       same(jar, entry->name + entry->name_len - len, ending, len);
}

bool jar_is_folder(const struct entry *entry)
{
	return entry->name_len && entry->name[entry->name_len - 1] == '/';
}

bool jar_is_seen(const struct jar *jar, const struct entry *entry)
{
	return jar->request.java ? entry->type != ENTRY_FOLDER : !jar_is_folder(entry);
}

bool jar_in_meta(const struct jar *jar, const struct entry *entry)
{
	return entry->name_len >= FOLDER && same(jar, entry->name, folder, FOLDER);
}

/* Java looks at files that lie in META-INF itself only. */
static bool counts(const struct jar *jar, const struct entry *entry)
{
	return !jar_is_folder(entry) && jar_in_meta(jar, entry) &&
	       !(jar->request.java && memchr(entry->name + FOLDER, '/', entry->name_len - FOLDER));
}

bool jar_is_manifest(const struct jar *jar, const struct entry *entry)
{
	static const char name[] = "META-INF/MANIFEST.MF";

	return entry->name_len == sizeof name - 1 && same(jar, entry->name, name, sizeof name - 1);
}

bool jar_is_block(const struct jar *jar, const struct entry *entry)
{
	return counts(jar, entry) &&
	       (ends(jar, entry, ".RSA") || ends(jar, entry, ".DSA") || ends(jar, entry, ".EC"));
}

bool jar_is_file(const struct jar *jar, const struct entry *entry)
{
	return counts(jar, entry) && ends(jar, entry, ".SF");
}

static size_t stem(const struct entry *entry)
{
	const char *dot = memrchr(entry->name, '.', entry->name_len);

	return dot ? (size_t)(dot - entry->name) : entry->name_len;
}

bool jar_are_pair(const struct jar *jar, const struct entry *block, const struct entry *file)
{
	size_t len = stem(block);

	return stem(file) == len && same(jar, block->name, file->name, len);
}

bool jar_is_signature_part(const struct jar *jar, const struct entry *entry)
{
	return jar_is_manifest(jar, entry) || jar_is_block(jar, entry) || jar_is_file(jar, entry) ||
	       (counts(jar, entry) && entry->name_len >= FOLDER + 4 &&
	        same(jar, entry->name + FOLDER, "SIG-", 4));
}
