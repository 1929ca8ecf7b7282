/* apkalgorithm.c - the table, and the platform's choice among several signatures. */
#include "signing/apkalgorithm.h"

#include <stdlib.h>

/* Android 7.0, where v2 began; Android 9, which knows fs-verity. */
enum { SDK_N = 24, SDK_P = 28 };
/* Android 3.0 and 6.0, whose Java libraries brought ECDSA and RSASSA-PSS. */
enum { SDK_FIRST = 1, SDK_HONEYCOMB = 11, SDK_M = 23 };

#define PSS(name, salt) \
	{ \
		.family = SIGNATURE_RSA_PSS, .hash = name, .salt_len = salt \
	}
#define PLAIN(kind, name) \
	{ \
		.family = SIGNATURE_##kind, .hash = name \
	}
static const struct apk_algorithm algorithms[] = {
	{0x0101, PSS("SHA256", 32), CONTENT_SHA256, SDK_N, SDK_M},
	{0x0102, PSS("SHA512", 64), CONTENT_SHA512, SDK_N, SDK_M},
	{0x0103, PLAIN(RSA_PKCS1, "SHA256"), CONTENT_SHA256, SDK_N, SDK_FIRST},
	{0x0104, PLAIN(RSA_PKCS1, "SHA512"), CONTENT_SHA512, SDK_N, SDK_FIRST},
	{0x0201, PLAIN(ECDSA, "SHA256"), CONTENT_SHA256, SDK_N, SDK_HONEYCOMB},
	{0x0202, PLAIN(ECDSA, "SHA512"), CONTENT_SHA512, SDK_N, SDK_HONEYCOMB},
	{0x0301, PLAIN(DSA, "SHA256"), CONTENT_SHA256, SDK_N, SDK_FIRST},
	{0x0421, PLAIN(RSA_PKCS1, "SHA256"), CONTENT_VERITY, SDK_P, SDK_FIRST},
	{0x0423, PLAIN(ECDSA, "SHA256"), CONTENT_VERITY, SDK_P, SDK_HONEYCOMB},
	{0x0425, PLAIN(DSA, "SHA256"), CONTENT_VERITY, SDK_P, SDK_FIRST},
};

const char *content_digest_name(enum content_digest digest)
{
	static const char *const names[CONTENT_COUNT] = {
		[CONTENT_SHA256] = "CHUNKED-SHA256",
		[CONTENT_SHA512] = "CHUNKED-SHA512",
		[CONTENT_VERITY] = "VERITY-SHA256",
		[CONTENT_MANIFEST] = "SHA256",
	};

	return names[digest];
}

const struct apk_algorithm *apk_algorithm_find(uint32_t id)
{
	for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
		if (algorithms[i].id == id)
			return &algorithms[i];
	return NULL;
}

int content_digest_rank(enum content_digest digest)
{
	static const int ranks[CONTENT_COUNT] = {
		[CONTENT_SHA256] = 1, [CONTENT_VERITY] = 2, [CONTENT_SHA512] = 3};

	return ranks[digest];
}

static int rank(const struct apk_algorithm *algorithm)
{
	return content_digest_rank(algorithm->content);
}

static int since(const struct apk_algorithm *algorithm, bool jca)
{
	return jca ? algorithm->jca_min_sdk : algorithm->min_sdk;
}

void apk_picks_add(struct apk_picks *picks, const struct apk_signature *signature)
{
	const struct apk_algorithm *algorithm = signature->algorithm;
	size_t i = 0;

	if (since(algorithm, picks->jca) > picks->max_sdk)
		return;
	while (i < picks->count &&
	       since(picks->chosen[i].algorithm, picks->jca) != since(algorithm, picks->jca))
		i++;
	if (i == APK_PICKS_MAX)
		return;
	if (i == picks->count)
		picks->chosen[picks->count++] = *signature;
	else if (rank(algorithm) > rank(picks->chosen[i].algorithm))
		picks->chosen[i] = *signature;
}

static int by_number(const void *left, const void *right)
{
	const struct apk_signature *a = left, *b = right;

	return a->algorithm->id < b->algorithm->id ? -1 : a->algorithm->id > b->algorithm->id;
}

bool apk_picks_finish(struct apk_picks *picks)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < picks->count; i++)
		if (since(picks->chosen[i].algorithm, picks->jca) < first)
			first = since(picks->chosen[i].algorithm, picks->jca);
	if (picks->min_sdk < first)
		return false;
	qsort(picks->chosen, picks->count, sizeof *picks->chosen, by_number);
	return true;
}
