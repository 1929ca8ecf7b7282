/* x509name.c - distinguished names as text, through OpenSSL. */
#include "crypto/x509name.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <string.h>

static void name_done(X509_NAME **name)
{
	X509_NAME_free(*name);
}

static void bio_done(BIO **bio)
{
	BIO_free(*bio);
}

static bool is_utf8(const uint8_t *bytes, size_t len)
{
	uint32_t point;
	size_t step;

	for (size_t at = 0; at < len; at += step) {
		step = text_decode(bytes + at, len - at, &point);
		if (!step)
			return false;
	}
	return true;
}

static bool is_ascii(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] & 0x80)
			return false;
	return true;
}

static void inspect_value(const ASN1_STRING *value, struct name_oddity *oddity)
{
	const uint8_t *bytes = ASN1_STRING_get0_data(value);
	size_t len = (size_t)ASN1_STRING_length(value);

	switch (ASN1_STRING_type(value)) {
	case V_ASN1_UTF8STRING:
		oddity->encoding |= !is_utf8(bytes, len);
		break;
	case V_ASN1_PRINTABLESTRING:
	case V_ASN1_IA5STRING:
	case V_ASN1_VISIBLESTRING:
	case V_ASN1_NUMERICSTRING:
		oddity->encoding |= !is_ascii(bytes, len);
		break;
	case V_ASN1_T61STRING:
		break;
	default: /* BMPString and UniversalString hold zero octets by nature */
		return;
	}
	oddity->nul |= len && memchr(bytes, 0, len);
}

/* OpenSSL refuses a BMPString or UniversalString of an impossible length; says if that was it. */
static bool refused_for_encoding(void)
{
	bool encoding = false;
	unsigned long error;

	while ((error = ERR_get_error())) {
		int reason = ERR_GET_REASON(error);
		if (ERR_GET_LIB(error) == ERR_LIB_ASN1 &&
		    (reason == ASN1_R_BMPSTRING_IS_WRONG_LENGTH ||
		     reason == ASN1_R_UNIVERSALSTRING_IS_WRONG_LENGTH))
			encoding = true;
	}
	return encoding;
}

static void add_cut(struct text *out, const char *bytes, size_t len, struct name_oddity *oddity)
{
	if (len <= NAME_TEXT_MAX) {
		text_add(out, bytes, len);
		return;
	}
	len = NAME_TEXT_MAX;
	while (len && (bytes[len] & 0xc0) == 0x80)
		len--;
	text_add(out, bytes, len);
	text_puts(out, "\xe2\x80\xa6");
	oddity->cut = true;
}

static RESULT split_set(struct der *set, struct name_parts *out)
{
	size_t before = out->count;
	struct der pair;

	while (cursor_left(&set->body)) {
		ENSURE(out->count < NAME_PARTS_MAX, CERT_NAMES, cursor_at(&set->body),
		       "name of more than %d parts", NAME_PARTS_MAX);
		struct name_part *part = &out->list[out->count];
		TRY(der_expect(&set->body, DER_SEQUENCE, "attribute of the name", &pair));
		TRY(der_expect(&pair.body, DER_OID, "type of the attribute", &part->type));
		TRY(der_next(&pair.body, &part->value));
		part->set = out->sets;
		out->count++;
	}
	out->sets += out->count > before;
	return OK;
}

static RESULT split(const struct der *name, struct name_parts *out)
{
	struct cursor c = name->body;
	struct der set;

	while (cursor_left(&c)) {
		TRY(der_expect(&c, DER_SET, "part of the name (RFC 5280, 4.1.2.4)", &set));
		TRY(split_set(&set, out));
	}
	return OK;
}

struct result x509name_split(const struct der *name, struct arena *arena, struct name_parts *out)
{
	struct name_part room[NAME_PARTS_MAX];
	struct name_parts parts = {.list = room};

	TRY(split(name, &parts));
	ALLOC(parts.list, arena, parts.count + 1);
	memcpy(parts.list, room, parts.count * sizeof *room);
	*out = parts;
	return OK;
}

static void add_part(const struct name_part *part, struct text *out)
{
	const uint8_t *octets = part->type.whole.data;
	const struct cursor *value = &part->value.body;
	char dotted[128] = "?";
	int nid = NID_undef;

	if (part->type.body.size <= 64) {
		ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &octets, (long)part->type.whole.size);
		nid = object ? OBJ_obj2nid(object) : NID_undef;
		ASN1_OBJECT_free(object);
		der_oid_text(&part->type, dotted, sizeof dotted);
	}
	text_puts(out, nid == NID_undef ? dotted : OBJ_nid2sn(nid));
	text_puts(out, "=");
	for (size_t i = 0; i < value->size; i++) {
		if (value->data[i] && strchr(",+\"\\<>;", value->data[i]))
			text_puts(out, "\\");
		text_add(out, &value->data[i], 1);
	}
}

/* OpenSSL refuses the whole name for one wrong character; it is then written as its bytes are. */
static RESULT own_text(const struct der *name, struct text *out, struct name_oddity *oddity)
{
	struct name_part room[NAME_PARTS_MAX];
	struct name_parts parts = {.list = room};
	struct text text = {0};

	TRY(split(name, &parts));
	for (size_t i = parts.count; i > 0; i--) {
		const struct cursor *value = &room[i - 1].value.body;
		if (text.len)
			text_puts(&text, ",");
		add_part(&room[i - 1], &text);
		oddity->nul |= value->size && memchr(value->data, 0, value->size);
	}
	oddity->encoding = true;
	add_cut(out, text.data ? text.data : "", text.len, oddity);
	text_free(&text);
	return OK;
}

static RESULT refused(const struct der *name, struct text *out, struct name_oddity *oddity)
{
	struct fault fault;

	if (refused_for_encoding()) {
		oddity->encoding = true;
		FAIL(CERT_PARSE, name->whole.origin,
		     "name holds a string of an impossible length (X.690, 8.23)");
	}
	if (own_text(name, out, oddity).ok)
		return OK;
	fault = *fault_last();
	if (fault.code == DIAG_CERT_NAMES)
		return FAILED;
	FAIL(CERT_PARSE, fault.at, "name cannot be read: %s", fault.why);
}

struct result x509name_text(const struct der *name, struct text *out, struct name_oddity *oddity)
{
	DEFER(name_done) X509_NAME *read = NULL;
	DEFER(bio_done) BIO *bio = NULL;
	const uint8_t *octets = name->whole.data;
	char *text = NULL;
	long len;

	*oddity = (struct name_oddity){0};
	ENSURE(name->whole.size <= NAME_DER_MAX, CERT_NAMES, name->whole.origin,
	       "name of %zu bytes", name->whole.size);
	read = d2i_X509_NAME(NULL, &octets, (long)name->whole.size);
	if (!read)
		return refused(name, out, oddity);
	ENSURE(X509_NAME_entry_count(read) <= NAME_PARTS_MAX, CERT_NAMES, name->whole.origin,
	       "name of %d parts", X509_NAME_entry_count(read));
	for (int i = 0; i < X509_NAME_entry_count(read); i++)
		inspect_value(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(read, i)), oddity);
	bio = BIO_new(BIO_s_mem());
	if (!bio)
		fault_out_of_memory();
	if (X509_NAME_print_ex(bio, read, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) {
		ERR_clear_error();
		oddity->encoding = true;
		FAIL(CERT_PARSE, name->whole.origin, "name cannot be written as text");
	}
	len = BIO_get_mem_data(bio, &text);
	add_cut(out, text, len > 0 ? (size_t)len : 0, oddity);
	return OK;
}
