/*
 * stores.c - the format of whole entries that are a certificate or key in DER, a signature block of
 * JAR signing (PKCS #7), packets of OpenPGP that begin with a key, or a key store.
 */
#include <stdio.h>
#include <string.h>

#include "crypto/certificate.h"
#include "formats/entries.h"
#include "formats/keyring.h"
#include "formats/keystore.h"
#include "formats/profile.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"

static const char *const certificate_names[] = {".cer", ".crt", ".der", NULL};
static const char *const p12_names[] = {".p12", ".pfx", NULL};
static const char *const store_names[] = {".jks", ".jceks", ".bks", ".uber", ".keystore", NULL};

/* The first element is a SEQUENCE that is the whole entry. */
static bool is_whole(const struct cursor *body)
{
	struct cursor c = *body;
	struct der element;

	/* the indefinite form is looked through to its end; only names and key stores ask for that
	 */
	if (body->size < 4 || body->data[0] != DER_SEQUENCE)
		return false;
	if (body->data[1] == 0x80)
		return body->size > 5 && !memcmp(body->data + 2, "\x02\x01\x03", 3);
	return der_next(&c, &element).ok && cursor_left(&c) == 0;
}

static bool bid(const struct entry *entry, struct cursor body)
{
	if (entry_is_signature_block(entry) || entry_name_ends(entry, certificate_names) ||
	    entry_name_ends(entry, p12_names) || entry_name_ends(entry, store_names))
		return true;
	return body.data && (is_whole(&body) || jks_bid(body) || bks_bid(body) || keypgp_bid(body));
}

static bool is_signed(struct cursor der)
{
	struct der sequence, oid;

	return der_expect(&der, DER_SEQUENCE, "", &sequence).ok &&
	       der_expect(&sequence.body, DER_OID, "", &oid).ok &&
	       (DER_IS(&oid, PKCS7 "\x02") ||
	        DER_IS(&oid, "\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x02"));
}

static void note_trailing(struct inspection *inspection, const struct cursor *body, size_t len)
{
	if (len < body->size)
		facts_issue(inspection->facts, DIAG_ASN1_TRAILING, body->origin + len,
		            "%zu bytes follow the structure", body->size - len);
}

static RESULT inspect_der(struct inspection *inspection, struct cursor body, size_t len, bool named)
{
	struct place place = {
		.offset = body.origin,
		.encoding = "der",
		.role = entry_is_signature_block(inspection->entry) ? "signer" : NULL,
	};
	struct cursor der;
	enum key_form form;

	TRY(cursor_slice(&body, 0, len, &der));
	form = keys_form(der);
	if (is_signed(der) && profile_bid(der))
		place.role = "provisioning";
	if (pkcs12_bid(der))
		pkcs12_facts(inspection, der, &place);
	else if (is_signed(der))
		x509_signed_facts(inspection, der, &place);
	else if (form != KEY_FORM_NONE)
		keys_facts(inspection, der, form, NULL, &place);
	else if (named || certificate_bid(der))
		keyring_certificate(inspection, der, &place);
	else if (entry_name_ends(inspection->entry, p12_names))
		FAIL(KEYSTORE_PARSE, body.origin,
		     "no PKCS #12 store: not the structure of RFC 7292, 4");
	else
		return OK;
	note_trailing(inspection, &body, len);
	return OK;
}

static bool holds_block(struct cursor body)
{
	return body.data && pem_find(&body);
}

/* Stores and keys that are not DER; false if it is none of them. */
static bool inspect_binary(struct inspection *inspection, struct cursor body, struct result *read)
{
	const struct place place = {.offset = body.origin, .encoding = "der"};

	*read = OK;
	if (jks_bid(body))
		jks_facts(inspection, body, &place);
	else if (bks_bid(body))
		bks_facts(inspection, body, &place);
	else if (keypgp_bid(body))
		*read = keypgp_facts(inspection, body, &place);
	else
		return false;
	return true;
}

/* Named like a key store, and none: it may be another kind, or a damaged one. */
static RESULT no_store(const struct inspection *inspection, struct cursor body)
{
	if (!entry_name_ends(inspection->entry, store_names) &&
	    !entry_name_ends(inspection->entry, p12_names))
		return OK;
	if (holds_block(body))
		return OK;
	FAIL(KEYSTORE_PARSE, body.origin,
	     "named like a key store, and begins with the bytes of none that is read");
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	const struct entry *entry = inspection->entry;
	bool named = entry_is_signature_block(entry) || entry_name_ends(entry, certificate_names);
	struct result read;
	size_t len = 0;

	if (inspect_binary(inspection, body, &read))
		return read;
	if (der_check(body, &len).ok && body.data[0] == DER_SEQUENCE)
		return inspect_der(inspection, body, len, named && !holds_block(body));
	/* any file may begin with 0x30, and a .cer may be text */
	if (named && !holds_block(body)) {
		if (len)
			return inspect_der(inspection, body, len, true);
		facts_fault(inspection->facts, BIT(CERTIFICATES));
	}
	return no_store(inspection, body);
}

const struct format format_der = {
	.name = "der",
	.sources = BIT(CERTIFICATES) | BIT(KEYS),
	.bid = bid,
	.inspect = inspect,
};
