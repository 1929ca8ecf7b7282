/* jardigest.c - reads digests in base64 (RFC 4648, 4) and compares them. */
#include "signing/jardigest.h"

#include <string.h>
#include <strings.h>

/* Spellings of algorithms in attributes and in Digest-Algorithms, and the first platform version
 * that knows each in a manifest (AOSP apksig). Android's newer versions look for the ones that are
 * marked, strongest first. */
static const struct spelling {
	const char *name;
	enum digest_kind kind;
	int android; /* -1: not known there */
	bool modern;
} spellings[] = {
	{"SHA-512", DIGEST_SHA512, 9, true}, {"SHA-384", DIGEST_SHA384, 9, true},
	{"SHA-256", DIGEST_SHA256, 0, true}, {"SHA1", DIGEST_SHA1, 0, true},
	{"SHA-1", DIGEST_SHA1, 0, false},    {"SHA", DIGEST_SHA1, 0, false},
	{"MD5", DIGEST_MD5, 0, false},       {"SHA-224", DIGEST_SHA224, -1, false},
};
enum { SPELLINGS = sizeof spellings / sizeof *spellings };

static const struct spelling *find_spelling(const char *name, size_t len)
{
	for (size_t i = 0; i < SPELLINGS; i++)
		if (strlen(spellings[i].name) == len &&
		    strncasecmp(spellings[i].name, name, len) == 0)
			return &spellings[i];
	return NULL;
}

static int sextet(uint8_t c)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? (int)(at - letters) : -1;
}

/* Padding may be missing and must be right if it is there; nothing else may stand there. */
static bool decode(const char *text, size_t len, struct jar_digest *out)
{
	uint32_t bits = 0;
	size_t letters = len, held = 0;

	while (letters && text[letters - 1] == '=' && len - letters < 2)
		letters--;
	if (letters % 4 == 1 || (letters < len && len % 4 != 0))
		return false;
	out->len = 0;
	for (size_t i = 0; i < letters; i++) {
		int value = sextet((uint8_t)text[i]);
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		if (out->len < DIGEST_MAX)
			out->bytes[out->len] = (uint8_t)(bits >> held);
		out->len++;
	}
	return true;
}

/* Where digests of one section are looked for. */
struct look {
	const struct jar_manifest *manifest;
	const struct jar_section *section;
	const char *suffix;
	struct text value;
};

static bool same_digest(const struct jar_digest *a, const struct jar_digest *b)
{
	return a->kind == b->kind && a->len == b->len &&
	       memcmp(a->bytes, b->bytes, a->len < DIGEST_MAX ? a->len : DIGEST_MAX) == 0;
}

static RESULT add(const char *value, size_t len, enum digest_kind kind, struct jar_digests *out)
{
	struct jar_digest digest = {.kind = kind};

	ENSURE(decode(value, len, &digest), JAR_DIGEST, AT_NONE,
	       "%s digest is not base64 (RFC 4648, 4)", digest_name(kind));
	for (size_t i = 0; i < out->count; i++)
		if (same_digest(&out->list[i], &digest))
			return OK;
	if (out->count < DIGEST_KINDS)
		out->list[out->count++] = digest;
	return OK;
}

/* The attribute ALGORITHM-SUFFIX; false if there is none. */
static bool value_of(struct look *look, const char *algorithm, size_t len)
{
	char name[64];

	if (len + strlen(look->suffix) >= sizeof name)
		return false;
	memcpy(name, algorithm, len);
	memcpy(name + len, look->suffix, strlen(look->suffix) + 1);
	return jar_manifest_value(look->manifest, look->section, name, &look->value);
}

/* Android before 18: the first algorithm of a list that is there and known. */
static RESULT read_old(struct look *look, int64_t min_sdk, struct jar_digests *out)
{
	struct text listed = {0};
	struct result done = OK;

	if (!jar_manifest_value(look->manifest, look->section, "Digest-Algorithms", &listed))
		text_puts(&listed, "SHA SHA1");
	const char *at = listed.data ? listed.data : "", *end = at + listed.len;
	while (at < end && !out->count) {
		size_t len = 0;
		while (at + len < end && !memchr(" \t\n\r\f", at[len], 5))
			len++;
		const struct spelling *spelling = find_spelling(at, len);
		if (spelling && spelling->android >= 0 && spelling->android <= min_sdk &&
		    value_of(look, at, len)) {
			done = add(look->value.data, look->value.len, spelling->kind, out);
			break;
		}
		at += len + 1;
	}
	text_free(&listed);
	return done;
}

static RESULT read_modern(struct look *look, struct jar_digests *out)
{
	for (size_t i = 0; i < SPELLINGS && spellings[i].modern; i++) {
		if (!value_of(look, spellings[i].name, strlen(spellings[i].name)))
			continue;
		return add(look->value.data, look->value.len, spellings[i].kind, out);
	}
	return OK;
}

static RESULT read_android(struct look *look, const struct jar_request *request,
                           struct jar_digests *out)
{
	if (request->min_sdk < 18) {
		TRY(read_old(look, request->min_sdk, out));
		if (!out->count)
			return OK; /* then it does not verify on those versions */
	}
	return request->max_sdk >= 18 ? read_modern(look, out) : OK;
}

static RESULT read_java(struct look *look, bool no_sha1, struct jar_digests *out)
{
	struct jar_attribute attribute;
	struct jar_walk walk;
	struct result done = OK;
	size_t tail = strlen(look->suffix);

	jar_walk_start(&walk, look->manifest, look->section);
	while (done.ok && jar_walk_next(&walk, &attribute)) {
		if (attribute.name_len <= tail ||
		    strncasecmp(attribute.name + attribute.name_len - tail, look->suffix, tail))
			continue;
		const struct spelling *spelling =
			find_spelling(attribute.name, attribute.name_len - tail);
		if (spelling && spelling->kind != DIGEST_MD5 &&
		    !(no_sha1 && spelling->kind == DIGEST_SHA1))
			done = add(attribute.value, attribute.value_len, spelling->kind, out);
	}
	jar_walk_done(&walk);
	return done;
}

struct result jar_digests_read(const struct jar_manifest *manifest,
                               const struct jar_section *section, const char *suffix,
                               const struct jar *jar, struct jar_digests *out)
{
	struct look look = {.manifest = manifest, .section = section, .suffix = suffix};
	struct jar_digests digests = {.count = 0};
	struct result done = jar->request.java ? read_java(&look, jar->no_sha1, &digests)
	                                       : read_android(&look, &jar->request, &digests);

	text_free(&look.value);
	if (done.ok)
		*out = digests;
	return done;
}

const struct jar_digest *jar_digests_differ(const struct jar_digests *digests, const void *bytes,
                                            size_t len)
{
	uint8_t computed[DIGEST_MAX];

	for (size_t i = 0; i < digests->count; i++) {
		const struct jar_digest *stated = &digests->list[i];
		size_t size = digest(stated->kind, bytes, len, computed);
		if (stated->len != size || memcmp(stated->bytes, computed, size) != 0)
			return stated;
	}
	return NULL;
}
