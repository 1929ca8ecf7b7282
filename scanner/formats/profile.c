/* profile.c - provisioning profiles of HarmonyOS: their JSON, and their rows. */
#include "formats/profile.h"

#include <string.h>

#include "base/digest.h"
#include "crypto/certificate.h"
#include "crypto/octets.h"
#include "formats/entries.h"
#include "formats/pem.h"

enum { DAY_SECONDS = 86400 };

/* The last second of the year 9999, which is the last that is a date. */
static const int64_t last_second = 253402300799;

static const struct json *field(const struct profile *profile, const char *group, const char *name)
{
	const struct json *object =
		group ? json_member(profile->json, group) : (const struct json *)profile->json;

	return json_member(object, name);
}

static const char *text_of(const struct profile *profile, const char *group, const char *name)
{
	return json_text(field(profile, group, name));
}

/* ---- reading ---- */

/* JSON may begin with white space (RFC 8259, 2). */
static bool is_json(const struct cursor *text)
{
	size_t at = 0;

	while (at < text->size && memchr(" \t\r\n", text->data[at], 4))
		at++;
	return at < text->size && text->data[at] == '{';
}

static RESULT verify_signer(struct profile *profile, const struct pkcs7_signer *signer)
{
	const struct der *der = pkcs7_certificate(&profile->bag, signer);
	struct certificate certificate;
	struct public_key *key;

	ENSURE(der, SIGNATURE_INVALID, signer->whole.whole.origin,
	       "profile: the certificate of its signer is not in the bag");
	if (!profile->signer)
		profile->signer = der;
	TRY(certificate_split(der->whole, &certificate));
	TRY(public_key_open(certificate.key.whole, &key));
	struct result verified = pkcs7_verify(&profile->bag, signer, key, profile->content);
	public_key_free(key);
	return verified;
}

static RESULT verify(struct profile *profile)
{
	const struct pkcs7 *bag = &profile->bag;

	ENSURE(bag->signer_count, SIGNATURE_INVALID, profile->content.origin,
	       "profile: nobody signed it");
	for (size_t i = 0; i < bag->signer_count; i++)
		TRY(verify_signer(profile, &bag->signers[i]));
	return OK;
}

static RESULT open_bag(struct cursor der, struct arena *arena, struct profile *out)
{
	if (is_json(&der)) {
		out->content = der;
		return OK;
	}
	TRY(pkcs7_read(der, arena, &out->bag));
	ENSURE(out->bag.parts.content.tag, PROFILE_PARSE, der.origin,
	       "profile: the SignedData has no content (RFC 2315, 9.1)");
	return octets_join(&out->bag.parts.content, arena, &out->content);
}

/* What is no certificate is none that could have signed the app. */
static void find_certificate(struct profile *profile, struct arena *arena)
{
	const char *name =
		profile->release ? "distribution-certificate" : "development-certificate";
	const char *pem = text_of(profile, "bundle-info", name);
	struct pem_block block;
	struct cursor c;

	if (!pem)
		return;
	c = cursor_over(pem, strlen(pem), DIAG_PEM_PARSE);
	if (!pem_find(&c) || !pem_begin(&c, &block) || !pem_is(&block, "CERTIFICATE") ||
	    !pem_decode(&c, arena, &block).ok)
		return;
	profile->certificate = cursor_over(block.der, block.der_len, DIAG_ASN1_LENGTH);
	profile->certificate.origin = profile->content.origin;
}

struct result profile_read(struct cursor der, struct arena *arena, struct profile *out)
{
	struct profile profile = {0};

	TRY(open_bag(der, arena, &profile));
	ENSURE(is_json(&profile.content), PROFILE_PARSE, profile.content.origin,
	       "profile: the content that is signed is no JSON object");
	TRY(json_read(profile.content, &profile.json));
	const char *type = text_of(&profile, NULL, "type");
	profile.release = type && strcmp(type, "release") == 0;
	find_certificate(&profile, arena);
	profile.verified = verify(&profile).ok;
	if (!profile.verified)
		profile.why = *fault_last();
	*out = profile;
	return OK;
}

void profile_close(struct profile *profile)
{
	json_free(profile->json);
	profile->json = NULL;
}

const char *profile_app_id(const struct profile *profile)
{
	return text_of(profile, "bundle-info", "bundle-name");
}

static bool has_text(const struct profile *profile, const char *group, const char *name)
{
	const char *value = text_of(profile, group, name);

	return value && *value;
}

static bool is_distributed(const struct profile *profile)
{
	static const char *const kinds[] = {"app_gallery",    "enterprise",     "enterprise_normal",
	                                    "enterprise_mdm", "os_integration", "crowdtesting",
	                                    "internaltesting"};
	const char *value = text_of(profile, NULL, "app-distribution-type");

	for (size_t i = 0; value && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(value, kinds[i]) == 0)
			return true;
	return false;
}

const char *profile_lacks(const struct profile *profile)
{
	static const struct {
		const char *group, *name;
	} fields[] = {{NULL, "version-name"},
	              {NULL, "uuid"},
	              {"bundle-info", "developer-id"},
	              {"bundle-info", "bundle-name"},
	              {"bundle-info", "app-feature"}};
	const char *certificate =
		profile->release ? "distribution-certificate" : "development-certificate";
	int64_t version;

	if (!json_int(field(profile, NULL, "version-code"), &version) || version <= 0 ||
	    version > INT32_MAX)
		return "version-code";
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!has_text(profile, fields[i].group, fields[i].name))
			return fields[i].name;
	if (!has_text(profile, "bundle-info", certificate))
		return certificate;
	if (profile->release && !is_distributed(profile))
		return "app-distribution-type";
	return version >= 2 && !has_text(profile, "bundle-info", "apl") ? "apl" : NULL;
}

bool profile_allows(const struct profile *profile, const char *name)
{
	const char *app_id = profile_app_id(profile);

	return app_id && (strcmp(app_id, ".*") == 0 || strcmp(app_id, name) == 0);
}

/* ---- rows ---- */

/* The row being written. */
struct writer {
	const struct inspection *inspection;
	const struct profile *profile;
	struct facts *facts;
};

static void lack(const struct writer *writer, enum fact_attr attr, const char *name)
{
	facts_unread(writer->facts, attr);
	facts_issue(writer->facts, DIAG_PROFILE_VALUE, writer->profile->content.origin,
	            "profile: field %s is missing or has a wrong type", name);
	facts_gap(writer->facts, SOURCE_PROFILES, STATUS_PARTIAL, DIAG_PROFILE_VALUE);
}

static void write_text(const struct writer *writer, enum fact_attr attr, const char *group,
                       const char *name)
{
	if (has_text(writer->profile, group, name))
		facts_text(writer->facts, attr, text_of(writer->profile, group, name));
}

static void write_app_id(const struct writer *writer)
{
	if (has_text(writer->profile, "bundle-info", "bundle-name"))
		facts_text(writer->facts, FACT_PROFILE_APP_ID, profile_app_id(writer->profile));
	else
		lack(writer, FACT_PROFILE_APP_ID, "bundle-info/bundle-name");
}

static void write_day(const struct writer *writer, enum fact_attr attr, const char *name)
{
	int64_t seconds;

	if (json_int(field(writer->profile, "validity", name), &seconds) && seconds >= 0 &&
	    seconds <= last_second)
		facts_int(writer->facts, attr, seconds / DAY_SECONDS);
	else
		lack(writer, attr, name);
}

static void write_sha256(const struct writer *writer, enum fact_attr attr, struct cursor der)
{
	uint8_t hash[DIGEST_MAX];

	facts_hex(writer->facts, attr, hash, digest(DIGEST_SHA256, der.data, der.size, hash));
}

static void write_acls(const struct writer *writer, uint32_t parent)
{
	const struct json *list = field(writer->profile, "acls", "allowed-acls");

	for (size_t i = 0; i < json_count(list); i++) {
		const char *name = json_text(json_item(list, i));
		if (!name || !*name)
			continue;
		facts_row(writer->facts, ROW_PROFILE_ACL, parent);
		facts_text(writer->facts, FACT_PROFILE_ACL_NAME, name);
	}
}

void profile_facts(const struct inspection *inspection, const struct profile *profile)
{
	struct facts *facts = inspection->facts;
	const struct writer writer = {inspection, profile, facts};
	uint32_t row = facts_row(facts, ROW_PROFILE, 0);

	facts_clean(facts, FACT_PROFILE_IN, facts->in);
	facts_clean(facts, FACT_PROFILE_MODULE, inspection->module);
	facts_text(facts, FACT_PROFILE_KIND, "harmony");
	facts_text(facts, FACT_PROFILE_TYPE, profile->release ? "release" : "debug");
	write_text(&writer, FACT_PROFILE_DISTRIBUTION, NULL, "app-distribution-type");
	write_app_id(&writer);
	write_text(&writer, FACT_PROFILE_DEVELOPER_ID, "bundle-info", "developer-id");
	write_text(&writer, FACT_PROFILE_UUID, NULL, "uuid");
	write_text(&writer, FACT_PROFILE_ISSUER, NULL, "issuer");
	write_text(&writer, FACT_PROFILE_PRIVILEGE, "bundle-info", "apl");
	write_day(&writer, FACT_PROFILE_NOT_BEFORE_DAY, "not-before");
	write_day(&writer, FACT_PROFILE_NOT_AFTER_DAY, "not-after");
	facts_int(facts, FACT_PROFILE_DEVICES,
	          (int64_t)json_count(field(profile, "debug-info", "device-ids")));
	if (profile->open)
		facts_unread(facts, FACT_PROFILE_VERIFIED);
	else
		facts_bool(facts, FACT_PROFILE_VERIFIED, profile->verified);
	if (profile->signer)
		write_sha256(&writer, FACT_PROFILE_SIGNER, profile->signer->whole);
	if (profile->certificate.size)
		write_sha256(&writer, FACT_PROFILE_CERTIFICATE, profile->certificate);
	write_acls(&writer, row);
}

/* ---- profiles that lie as entries ---- */

static const char *const names[] = {".p7b", NULL};

bool profile_bid(struct cursor body)
{
	struct pkcs7_parts parts;
	struct der content;

	/* the indefinite form is looked through to its end; only names ask for that */
	if (body.size < 2 || body.data[0] != DER_SEQUENCE || body.data[1] == 0x80 ||
	    !pkcs7_split(body, &parts).ok || !parts.content.tag)
		return false;
	content = parts.content;
	if (content.tag != DER_OCTETS && !der_next(&content.body, &content).ok)
		return false;
	return is_json(&content.body);
}

/* A bag may lie there as PEM, which is read elsewhere. */
static bool is_pem(const struct cursor *body)
{
	return body->size > 11 && memcmp(body->data, "-----BEGIN ", 11) == 0;
}

static bool bid(const struct entry *entry, struct cursor body)
{
	if (!body.data)
		return entry_name_ends(entry, names);
	return profile_bid(body) || (entry_name_ends(entry, names) && !is_pem(&body));
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	struct pkcs7_parts parts;
	struct profile profile;

	/* .p7b is also the name of bags that hold nothing but certificates */
	if (pkcs7_split(body, &parts).ok && !parts.content.tag)
		return OK;
	TRY(profile_read(body, inspection->arena, &profile));
	profile_facts(inspection, &profile);
	profile_close(&profile);
	return OK;
}

const struct format format_profile = {
	.name = "profile",
	.sources = BIT(PROFILES),
	.bid = bid,
	.inspect = inspect,
};
