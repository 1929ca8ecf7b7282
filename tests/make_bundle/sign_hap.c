/*
 * sign_hap.c - signs HarmonyOS packages (OpenHarmony developtools_hapsigner).
 *
 *   sub-block heads (u32 type, length, offset) | values | u32 count, u64 size, magic, u32 version
 *
 * The content digest is taken over chunks of 1 MiB of the three parts of the ZIP, and over all
 * sub-blocks but the signature.
 */
#include "make_bundle/sign_hap.h"

#include <string.h>

#include "make_bundle/make_bundle.h"

enum { CHUNK = 1 << 20, END_OFFSET = 16 };

static void put_u64(struct text *out, uint64_t value)
{
	bytes_u32(out, (uint32_t)value);
	bytes_u32(out, (uint32_t)(value >> 32));
}

void hap_block_write(const struct hap_part *parts, size_t count, int32_t version, struct text *out)
{
	size_t start = out->len, at = 12 * count;

	for (size_t i = 0; i < count; i++) {
		bytes_u32(out, parts[i].type);
		bytes_u32(out, (uint32_t)parts[i].value.len);
		bytes_u32(out, (uint32_t)at);
		at += parts[i].value.len;
	}
	for (size_t i = 0; i < count; i++)
		text_add(out, parts[i].value.data, parts[i].value.len);
	bytes_u32(out, (uint32_t)count);
	put_u64(out, out->len - 4 - start + 32);
	text_puts(out, version < 3 ? "HAP Sig Block 42" : "<hap sign block>");
	bytes_u32(out, (uint32_t)version);
}

static const char *hash_of(uint32_t algorithm)
{
	static const char *const names[] = {"SHA256", "SHA384", "SHA512"};

	return names[((algorithm & 0xff) - 1) % 3];
}

/* Adds the digests of a part's chunks; returns how many they are. */
static uint32_t chunks_digest(const char *hash, const char *bytes, size_t len, struct text *out)
{
	uint32_t count = 0;

	for (size_t at = 0; at < len; at += CHUNK, count++) {
		struct text chunk DEFER(text_free) = {0};
		size_t size = len - at < CHUNK ? len - at : CHUNK;
		bytes_u8(&chunk, 0xa5);
		bytes_u32(&chunk, (uint32_t)size);
		text_add(&chunk, bytes + at, size);
		sign_digest(hash, chunk.data, chunk.len, out);
	}
	return count;
}

/*
 * The content digest of an unsigned package: its directory begins where the block will, so its end
 * record is what the platform makes of it.
 */
static RESULT content_digest(const struct text *zip, uint32_t algorithm,
                             const struct hap_part *others, size_t count, struct text *out)
{
	struct text all DEFER(text_free) = {0}, digests DEFER(text_free) = {0};
	const char *hash = hash_of(algorithm);
	struct sign_zip read;
	uint32_t chunks;

	TRY(sign_zip_read(zip, &read));
	chunks = chunks_digest(hash, zip->data, read.directory, &digests);
	chunks += chunks_digest(hash, zip->data + read.directory, read.end - read.directory,
	                        &digests);
	chunks += chunks_digest(hash, zip->data + read.end, zip->len - read.end, &digests);
	bytes_u8(&all, 0x5a);
	bytes_u32(&all, chunks);
	text_add(&all, digests.data, digests.len);
	for (size_t i = 0; i < count; i++)
		text_add(&all, others[i].value.data, others[i].value.len);
	sign_digest(hash, all.data, all.len, out);
	return OK;
}

static RESULT sign_content_digest(const struct hap_recipe *recipe, const struct text *digest,
                                  uint32_t algorithm, struct text *out)
{
	struct text content DEFER(text_free) = {0};

	bytes_u32(&content, 2);
	bytes_u32(&content, 1);
	bytes_u32(&content, (uint32_t)digest->len + 8 + recipe->record_add);
	bytes_u32(&content, algorithm);
	bytes_u32(&content, (uint32_t)digest->len);
	text_add(&content, digest->data, digest->len);
	if (recipe->spoil)
		content.data[content.len - 1] ^= 1;
	return hap_signed_data(&recipe->signature, &content, out);
}

RESULT sign_hap(struct text *zip, const struct hap_recipe *recipe)
{
	struct text digest DEFER(text_free) = {0}, block DEFER(text_free) = {0};
	struct text signature DEFER(text_free) = {0};
	struct hap_part parts[HAP_PARTS_MAX + 2];
	size_t count = 1;
	uint32_t algorithm = recipe->algorithm ? recipe->algorithm : 0x201;

	if (recipe->profile.len)
		parts[count++] = (struct hap_part){0x20000002, recipe->profile};
	for (size_t i = 0; i < recipe->more_count; i++)
		parts[count++] = recipe->more[i];
	TRY(content_digest(zip, algorithm, parts + 1, count - 1, &digest));
	TRY(sign_content_digest(recipe, &digest, algorithm, &signature));
	parts[0] = (struct hap_part){0x20000000, signature};
	if (recipe->signature_last)
		parts[count++] = parts[0];
	hap_block_write(parts + recipe->signature_last, count - recipe->signature_last,
	                recipe->version ? recipe->version : 3, &block);
	return sign_zip_insert(zip, &block);
}

/* ---- profiles ---- */

/* Members of one object as they are added. */
struct members {
	const struct hap_profile *profile;
	struct text *out;
	bool any;
};

static void raw(struct members *members, const char *name, const char *value)
{
	if (members->profile->without && !strcmp(members->profile->without, name))
		return;
	text_printf(members->out, "%s\"%s\":%s", members->any ? "," : "", name, value);
	members->any = true;
}

static void string(struct members *members, const char *name, const char *value)
{
	struct text quoted DEFER(text_free) = {0};

	text_printf(&quoted, "\"%s\"", value);
	raw(members, name, quoted.data);
}

static void certificate(struct members *members, const char *name, const struct sign_key *key)
{
	struct text pem DEFER(text_free) = {0};
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *der = (const uint8_t *)key->certificate.data;

	text_puts(&pem, "-----BEGIN CERTIFICATE-----\\n");
	for (size_t i = 0; i < key->certificate.len; i += 3) {
		size_t left = key->certificate.len - i;
		uint32_t bits = (uint32_t)der[i] << 16 |
		                (left > 1 ? (uint32_t)der[i + 1] << 8 : 0) |
		                (left > 2 ? der[i + 2] : 0);
		text_printf(&pem, "%c%c%c%c%s", digits[bits >> 18], digits[bits >> 12 & 63],
		            left > 1 ? digits[bits >> 6 & 63] : '=',
		            left > 2 ? digits[bits & 63] : '=', i % 48 == 45 ? "\\n" : "");
	}
	text_puts(&pem, "\\n-----END CERTIFICATE-----\\n");
	string(members, name, pem.data);
}

static void number(struct members *members, const char *name, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)value);
	raw(members, name, text);
}

static void bundle_info(const struct hap_profile *p, struct text *out)
{
	struct members members = {.profile = p, .out = out};
	bool debug = p->type && strcmp(p->type, "release");

	text_puts(out, "{");
	string(&members, "developer-id", "parasol-test");
	if (p->allowed)
		certificate(&members,
		            debug ? "development-certificate" : "distribution-certificate",
		            p->allowed);
	string(&members, "bundle-name", p->app_id ? p->app_id : "com.example.bank");
	string(&members, "apl", "normal");
	string(&members, "app-feature", "hos_normal_app");
	text_puts(out, "}");
}

void hap_profile_json(const struct hap_profile *p, struct text *out)
{
	struct members members = {.profile = p, .out = out};
	struct text info DEFER(text_free) = {0}, validity DEFER(text_free) = {0};

	bundle_info(p, &info);
	text_puts(&validity, "{");
	struct members dates = {.profile = p, .out = &validity};
	number(&dates, "not-before", p->not_before ? p->not_before : 1577836800);
	number(&dates, "not-after", p->not_after ? p->not_after : 2524607999);
	text_puts(&validity, "}");
	text_puts(out, "{");
	raw(&members, "version-code", "2");
	string(&members, "version-name", "2.0.0");
	string(&members, "uuid", "fe686e1b-3770-4824-a938-961b140a7c98");
	string(&members, "type", p->type ? p->type : "release");
	string(&members, "app-distribution-type", p->distribution ? p->distribution : "enterprise");
	raw(&members, "validity", validity.data);
	raw(&members, "bundle-info", info.data);
	string(&members, "issuer", "parasol-test");
	text_puts(out, p->more ? p->more : "");
	text_puts(out, "}");
}
