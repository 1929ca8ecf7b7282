/*
 * stores.c - the format of whole entries that are a certificate or key in DER, a signature block of
 * JAR signing (PKCS #7), or a key store (recognised, never opened).
 *
 *   JKS     0xfeedfeed, u32 version 1 or 2          JCEKS   0xcececece, u32 version 1 or 2
 *   BKS     u32 version 1 or 2, u32 20, 20 bytes of salt, u32 iterations (UBER alike)
 *   PKCS12  SEQUENCE { INTEGER 3, ContentInfo, MacData { DigestInfo, salt, iterations } } (RFC
 * 7292)
 */
#include <stdio.h>
#include <string.h>

#include "crypto/certificate.h"
#include "formats/entries.h"
#include "formats/keys.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"

static const char *const certificate_names[] = {".cer", ".crt", ".der", NULL};
static const char *const p12_names[] = {".p12", ".pfx", NULL};
static const char *const store_names[] = {".jks", ".jceks", ".bks", ".uber", ".keystore", NULL};

static uint32_t word(const struct cursor *body, size_t at)
{
	struct cursor part;
	uint32_t value = 0;

	return cursor_slice(body, at, 4, &part).ok && cursor_u32be(&part, &value).ok ? value : 0;
}

/* The name of the key store kind by its first bytes, or NULL. */
static const char *store_kind(const struct cursor *body)
{
	uint32_t magic = word(body, 0), version = word(body, 4), iterations = word(body, 28);

	if (magic == 0xfeedfeed && (version == 1 || version == 2))
		return "JKS";
	if (magic == 0xcececece && (version == 1 || version == 2))
		return "JCEKS";
	if ((magic == 1 || magic == 2) && version == 20 && iterations && iterations < 1 << 24)
		return "BKS";
	return NULL;
}

/* The first element is a SEQUENCE that is the whole entry. */
static bool is_whole(const struct cursor *body)
{
	struct cursor c = *body;
	struct der element;

	/* the indefinite form is looked through to its end; only names ask for that */
	if (body->size < 4 || body->data[0] != DER_SEQUENCE || body->data[1] == 0x80)
		return false;
	return der_next(&c, &element).ok && cursor_left(&c) == 0;
}

static bool bid(const struct entry *entry, struct cursor body)
{
	if (entry_is_signature_block(entry) || entry_name_ends(entry, certificate_names) ||
	    entry_name_ends(entry, p12_names) || entry_name_ends(entry, store_names))
		return true;
	return body.data && (is_whole(&body) || store_kind(&body));
}

/* What PKCS #12 asks a reader to do; of no consequence here, where nothing is opened. */
static bool p12_open(struct cursor der, struct der *content, int64_t *iterations)
{
	struct der sequence, part;
	struct cursor c;

	*iterations = -1;
	if (!der_expect(&der, DER_SEQUENCE, "", &sequence).ok)
		return false;
	c = sequence.body;
	if (!der_expect(&c, DER_INTEGER, "", &part).ok || der_int(&part) != 3 ||
	    !der_expect(&c, DER_SEQUENCE, "", content).ok)
		return false;
	if (!der_expect(&content->body, DER_OID, "", &part).ok || part.body.size != 9 ||
	    memcmp(part.body.data, PKCS7, 8) != 0)
		return false;
	if (!der_expect(&c, DER_SEQUENCE, "", &sequence).ok)
		return true;
	*iterations = 1;
	if (der_next(&sequence.body, &part).ok && der_next(&sequence.body, &part).ok &&
	    der_next(&sequence.body, &part).ok)
		*iterations = der_int(&part);
	return true;
}

static RESULT refuse_p12(int64_t iterations, uint64_t at)
{
	if (iterations >= 0)
		FAIL(P12_COST, at,
		     "PKCS #12 store, its MAC takes %lld iterations; it was not opened",
		     (long long)iterations);
	FAIL(P12_COST, at, "PKCS #12 store; it was not opened");
}

static bool is_signed(struct cursor der)
{
	struct der sequence, oid;

	return der_expect(&der, DER_SEQUENCE, "", &sequence).ok &&
	       der_expect(&sequence.body, DER_OID, "", &oid).ok && DER_IS(&oid, PKCS7 "\x02");
}

static void note_trailing(struct inspection *inspection, const struct cursor *body, size_t len)
{
	if (len < body->size)
		facts_issue(inspection->facts, DIAG_ASN1_TRAILING, body->origin + len,
		            "%zu bytes follow the structure", body->size - len);
}

static RESULT inspect_der(struct inspection *inspection, struct cursor body, size_t len, bool named)
{
	const struct place place = {
		.offset = body.origin,
		.encoding = "der",
		.role = entry_is_signature_block(inspection->entry) ? "signer" : NULL,
	};
	struct cursor der;
	struct der content;
	enum key_form form;
	int64_t iterations;

	TRY(cursor_slice(&body, 0, len, &der));
	if (p12_open(der, &content, &iterations))
		return refuse_p12(iterations, body.origin);
	if (entry_name_ends(inspection->entry, p12_names))
		return refuse_p12(-1, body.origin);
	form = keys_form(der);
	if (is_signed(der))
		x509_signed_facts(inspection, der, &place);
	else if (form != KEY_FORM_NONE)
		keys_facts(inspection, der, form, false, &place);
	else if (named || certificate_bid(der))
		x509_facts(inspection, der, &place);
	else
		return OK;
	note_trailing(inspection, &body, len);
	return OK;
}

static bool holds_block(struct cursor body)
{
	return body.data && pem_find(&body);
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	const struct entry *entry = inspection->entry;
	const char *store = store_kind(&body);
	bool named = entry_is_signature_block(entry) || entry_name_ends(entry, certificate_names);
	size_t len = 0;

	if (store || entry_name_ends(entry, store_names))
		FAIL(KEYSTORE_UNREAD, body.origin, "%s key store; it was not opened",
		     store ? store : "unknown");
	if (!der_check(body, &len).ok) {
		if (entry_name_ends(entry, p12_names))
			return refuse_p12(-1, body.origin);
		/* any file may begin with 0x30, and a .cer may be text */
		if (named && !holds_block(body))
			facts_fault(inspection->facts, BIT(CERTIFICATES));
		return OK;
	}
	return inspect_der(inspection, body, len, named && !holds_block(body));
}

const struct format format_der = {
	.name = "der",
	.sources = BIT(CERTIFICATES) | BIT(KEYS),
	.bid = bid,
	.inspect = inspect,
};
