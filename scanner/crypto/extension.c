/* extension.c - the extensions of a certificate. */
#include "crypto/extension.h"

#include <string.h>

/* How many elements lie in a window, up to `most` + 1. */
static size_t count_elements(struct cursor c, size_t most)
{
	struct der part;
	size_t count = 0;

	while (count <= most && cursor_left(&c) && der_next(&c, &part).ok)
		count++;
	return count;
}

static RESULT read_extension(struct cursor *c, struct extension *out)
{
	struct der whole, critical = {0};
	struct extension extension = {0};

	TRY(der_expect(c, DER_SEQUENCE, "extension (RFC 5280, 4.2)", &whole));
	TRY(der_expect(&whole.body, DER_OID, "identifier of the extension", &extension.oid));
	if (der_peek(&whole.body) == DER_BOOLEAN)
		TRY(der_next(&whole.body, &critical));
	extension.critical = critical.body.size && critical.body.data[0];
	TRY(der_expect(&whole.body, DER_OCTETS, "value of the extension", &extension.value));
	*out = extension;
	return OK;
}

struct result extensions_read(const struct certificate *certificate, struct arena *arena,
                              struct extensions *out)
{
	struct cursor c = certificate->extensions.body;
	struct der list;

	*out = (struct extensions){.whole = !certificate->extensions.tag};
	if (out->whole)
		return OK;
	TRY(der_expect(&c, DER_SEQUENCE, "extensions (RFC 5280, 4.1)", &list));
	ALLOC(out->list, arena, count_elements(list.body, EXTENSIONS_MAX) + 1);
	for (c = list.body; cursor_left(&c); out->count++) {
		ENSURE(out->count < EXTENSIONS_MAX, CERT_EXTS, cursor_at(&c),
		       "more than %d extensions", EXTENSIONS_MAX);
		TRY(read_extension(&c, &out->list[out->count]));
	}
	out->whole = true;
	return OK;
}

const struct extension *extensions_find(const struct extensions *extensions, const char *oid,
                                        size_t len)
{
	for (size_t i = 0; i < extensions->count; i++) {
		if (der_is(&extensions->list[i].oid, oid, len))
			return &extensions->list[i];
	}
	return NULL;
}

bool extension_value(const struct extension *extension, uint8_t tag, struct der *out)
{
	struct cursor c;

	if (!extension)
		return false;
	c = extension->value.body;
	return der_expect(&c, tag, "value of the extension", out).ok;
}

struct result general_names_read(const struct extension *extension, struct arena *arena,
                                 struct general_names *out)
{
	struct cursor c;
	struct der part;

	*out = (struct general_names){.present = extension != NULL};
	if (!extension)
		return OK;
	c = extension->value.body;
	TRY(der_expect(&c, DER_SEQUENCE, "alternative names (RFC 5280, 4.2.1.6)", &part));
	ALLOC(out->list, arena, count_elements(part.body, ALTERNATIVE_NAMES_MAX) + 1);
	for (c = part.body; cursor_left(&c); out->count++) {
		ENSURE(out->count < ALTERNATIVE_NAMES_MAX, CERT_NAMES, cursor_at(&c),
		       "more than %d alternative names", ALTERNATIVE_NAMES_MAX);
		TRY(der_next(&c, &part));
		ENSURE((part.tag & 0xc0) == 0x80 && (part.tag & 0x1f) <= NAME_REGISTERED,
		       ASN1_LENGTH, part.whole.origin,
		       "alternative name of ASN.1 tag 0x%02x (RFC 5280, 4.2.1.6)", part.tag);
		out->list[out->count] = (struct general_name){part.tag & 0x1f, part.body};
	}
	return OK;
}

bool extension_key_usage(const struct extension *extension, uint32_t *out)
{
	struct der bits;
	uint32_t usage = 0;

	if (!extension_value(extension, DER_BITS, &bits) || !bits.body.size)
		return false;
	for (size_t i = 1; i < bits.body.size && i <= 2; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			if (bits.body.data[i] & 0x80 >> bit)
				usage |= 1U << (8 * (i - 1) + bit);
		}
	}
	*out = usage;
	return true;
}

const char *key_usage_name(unsigned bit)
{
	static const char *const names[] = {"digitalSignature", "nonRepudiation", "keyEncipherment",
	                                    "dataEncipherment", "keyAgreement",   "keyCertSign",
	                                    "cRLSign",          "encipherOnly",   "decipherOnly"};

	return bit < sizeof names / sizeof *names ? names[bit] : NULL;
}

bool extension_purposes(const struct extension *extension, struct purposes *out)
{
	struct der sequence;

	out->count = 0;
	if (!extension_value(extension, DER_SEQUENCE, &sequence))
		return false;
	while (cursor_left(&sequence.body)) {
		if (out->count == PURPOSES_MAX ||
		    !der_expect(&sequence.body, DER_OID, "purpose", &out->list[out->count]).ok)
			return false;
		out->count++;
	}
	return true;
}

bool purposes_have(const struct purposes *purposes, const char *oid, size_t len)
{
	for (size_t i = 0; i < purposes->count; i++) {
		if (der_is(&purposes->list[i], oid, len))
			return true;
	}
	return false;
}

const char *purpose_name(const struct der *oid)
{
	static const struct {
		const char *oid, *name;
	} names[] = {
		{PURPOSE_SERVER, "serverAuth"}, {PURPOSE_CLIENT, "clientAuth"},
		{PURPOSE_CODE, "codeSigning"},  {PURPOSE_MAIL, "emailProtection"},
		{PURPOSE_TIME, "timeStamping"}, {PURPOSE_OCSP, "OCSPSigning"},
	};

	if (DER_IS(oid, PURPOSE_ANY))
		return "anyExtendedKeyUsage";
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (der_is(oid, names[i].oid, strlen(names[i].oid)))
			return names[i].name;
	}
	return NULL;
}

bool extension_basic_constraints(const struct extension *extension, struct basic_constraints *out)
{
	struct der sequence, part;

	*out = (struct basic_constraints){.path_length = -1};
	if (!extension)
		return false;
	if (!extension_value(extension, DER_SEQUENCE, &sequence))
		return true;
	if (der_peek(&sequence.body) == DER_BOOLEAN) {
		if (!der_next(&sequence.body, &part).ok || part.body.size != 1)
			return true;
		out->ca = part.body.data[0] != 0;
	}
	if (der_peek(&sequence.body) == DER_INTEGER && der_next(&sequence.body, &part).ok) {
		out->has_path_length = true;
		out->path_length = der_int(&part);
		out->negative = part.body.size && part.body.data[0] & 0x80;
	}
	out->well_formed = !cursor_left(&sequence.body);
	return true;
}
