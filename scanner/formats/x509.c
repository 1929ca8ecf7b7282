/* x509.c - rows of certificates. */
#include "formats/x509.h"

#include <stdio.h>
#include <ctype.h>
#include <string.h>

#include "crypto/weak.h"
#include "formats/x509lint.h"

enum { SERIAL_MAX = 64, OID_TEXT_ROOM = 128 };

/* The row being written. */
struct writer {
	struct facts *facts;
	const struct place *place;
	const struct x509 *x;
	const struct x509_standing *standing;
};

/* True if offsets in the certificate are offsets in the entry as well. */
static bool in_entry(const struct place *place)
{
	return !strcmp(place->encoding, "der") && !place->store;
}

void place_fault(const struct inspection *inspection, const struct place *place, uint32_t sources)
{
	struct fault fault = *fault_last();

	if (!in_entry(place))
		fault_note(fault.code, place->offset, fault.file, fault.line,
		           "%s (in the block's bytes, at %llu)", fault.why,
		           (unsigned long long)(fault.at == AT_NONE ? 0 : fault.at));
	facts_fault(inspection->facts, sources);
}

/* --- issues --- */

static void write_remark(const struct writer *w, const struct x509_remark *remark)
{
	uint64_t inner = remark->at == AT_NONE ? 0 : remark->at;
	uint64_t at = w->place->offset + (in_entry(w->place) ? inner : 0);

	if (!remark->gap)
		facts_issue(w->facts, remark->code, at, "%s", remark->why);
	else if (in_entry(w->place))
		fault_note(remark->code, at, __FILE__, __LINE__, "%s", remark->why);
	else
		fault_note(remark->code, at, __FILE__, __LINE__,
		           "%s (in the certificate's bytes, at %llu)", remark->why,
		           (unsigned long long)inner);
	if (remark->gap)
		facts_fault(w->facts, BIT(CERTIFICATES));
}

/* --- the certificate itself --- */

static void put_text(const struct writer *w, enum fact_attr attr, const char *value)
{
	if (value)
		facts_bytes(w->facts, attr, value, strlen(value));
	else
		facts_unread(w->facts, attr);
}

static void put_answer(const struct writer *w, enum fact_attr attr, enum answer answer)
{
	if (answer == ANSWER_UNKNOWN)
		facts_unread(w->facts, attr);
	else
		facts_bool(w->facts, attr, answer == ANSWER_YES);
}

static void put_number(const struct writer *w, enum fact_attr attr, int64_t value, bool known)
{
	if (known)
		facts_int(w->facts, attr, value);
	else
		facts_unread(w->facts, attr);
}

static uint32_t write_place(const struct writer *w)
{
	uint32_t row = facts_row(w->facts, ROW_CERTIFICATE, 0);

	facts_clean(w->facts, FACT_CERTIFICATE_IN, w->facts->in);
	facts_int(w->facts, FACT_CERTIFICATE_OFFSET, (int64_t)w->place->offset);
	facts_text(w->facts, FACT_CERTIFICATE_ENCODING, w->place->encoding);
	facts_text(w->facts, FACT_CERTIFICATE_STORE, w->place->store);
	facts_clean(w->facts, FACT_CERTIFICATE_ALIAS, w->place->alias);
	facts_hex(w->facts, FACT_CERTIFICATE_SHA256, w->x->sha256, sizeof w->x->sha256);
	return row;
}

static void write_serial(const struct writer *w)
{
	const struct cursor *body = &w->x->parts.serial.body;
	size_t len = body->size < SERIAL_MAX ? body->size : SERIAL_MAX;
	struct text hex = {0};

	text_hex(&hex, body->data, len);
	if (len < body->size)
		text_puts(&hex, "\xe2\x80\xa6");
	facts_bytes(w->facts, FACT_CERTIFICATE_SERIAL, hex.data ? hex.data : "", hex.len);
	text_free(&hex);
}

static void write_time(const struct writer *w, const struct moment *moment, bool known,
                       enum fact_attr text, enum fact_attr day)
{
	put_text(w, text, known ? moment->text : NULL);
	put_number(w, day, moment->day, known);
}

static void write_validity(const struct writer *w)
{
	int64_t days = x509_validity_days(w->x), most = x509_max_days(w->x);

	write_time(w, &w->x->not_before, w->x->has_not_before, FACT_CERTIFICATE_NOT_BEFORE,
	           FACT_CERTIFICATE_NOT_BEFORE_DAY);
	write_time(w, &w->x->not_after, w->x->has_not_after, FACT_CERTIFICATE_NOT_AFTER,
	           FACT_CERTIFICATE_NOT_AFTER_DAY);
	put_number(w, FACT_CERTIFICATE_VALIDITY_DAYS, days, days >= 0);
	if (most >= 0)
		facts_int(w->facts, FACT_CERTIFICATE_MAX_DAYS, most);
	else if (!w->x->has_not_before)
		facts_unread(w->facts, FACT_CERTIFICATE_MAX_DAYS);
}

/* 32 bytes in base64 (RFC 4648, 4). */
static void base64(const uint8_t bytes[32], char out[45])
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *to = out;

	for (size_t i = 0; i < 33; i += 3) {
		unsigned last = i + 2 < 32 ? bytes[i + 2] : 0;
		unsigned group = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | last;
		for (int shift = 18; shift >= 0; shift -= 6)
			*to++ = digits[group >> shift & 63];
	}
	out[43] = '=';
	out[44] = 0;
}

static void write_exponent(const struct writer *w)
{
	struct rsa_numbers numbers = {w->x->modulus, w->x->exponent};
	char text[WEAK_EXPONENT_ROOM];

	if (!w->x->exponent.data)
		return;
	weak_exponent(&numbers, text);
	facts_text(w->facts, FACT_CERTIFICATE_EXPONENT, text);
}

static void write_key(const struct writer *w)
{
	const struct spki *key = &w->x->key;
	char pin[45];

	base64(w->x->key_sha256, pin);
	put_text(w, FACT_CERTIFICATE_KEY_TYPE, w->x->has_key ? key->type : NULL);
	put_number(w, FACT_CERTIFICATE_KEY_BITS, key->bits, key->bits >= 0);
	facts_text(w->facts, FACT_CERTIFICATE_CURVE, key->curve);
	facts_hex(w->facts, FACT_CERTIFICATE_KEY_SHA256, w->x->key_sha256, sizeof w->x->key_sha256);
	facts_text(w->facts, FACT_CERTIFICATE_PIN, pin);
	write_exponent(w);
}

static void write_signature(const struct writer *w)
{
	put_text(w, FACT_CERTIFICATE_SIGNATURE_ALGORITHM, w->x->algorithm);
	if (w->x->hash)
		facts_text(w->facts, FACT_CERTIFICATE_SIGNATURE_HASH, w->x->hash);
	else if (!w->x->algorithm_known)
		facts_unread(w->facts, FACT_CERTIFICATE_SIGNATURE_HASH);
	if (w->x->ambiguous)
		facts_bool(w->facts, FACT_CERTIFICATE_AMBIGUOUS_ALGORITHM, true);
	put_answer(w, FACT_CERTIFICATE_SELF_SIGNED, w->x->self_signed);
	facts_text(w->facts, FACT_CERTIFICATE_SM2_ID,
	           w->x->sm2_id ? w->x->sm2_id : w->standing->sm2_id);
}

/* --- extensions --- */

static void add_word(struct text *list, const char *word)
{
	text_printf(list, "%s%s", list->len ? " " : "", word);
}

/* An extension that is not there is a fact only if all of them were read. */
static void put_list(const struct writer *w, enum fact_attr attr, bool there, bool read,
                     struct text *list)
{
	if (there && read)
		facts_bytes(w->facts, attr, list->data ? list->data : "", list->len);
	else if (there || !w->x->extensions.whole)
		facts_unread(w->facts, attr);
	text_free(list);
}

static void write_key_usage(const struct writer *w)
{
	struct text list = {0};

	for (unsigned bit = 0; key_usage_name(bit); bit++) {
		if (w->x->has_usage && w->x->usage >> bit & 1)
			add_word(&list, key_usage_name(bit));
	}
	put_list(w, FACT_CERTIFICATE_KEY_USAGE,
	         EXTENSION(&w->x->extensions, EXTENSION_KEY_USAGE) != NULL, w->x->has_usage, &list);
}

static void write_purposes(const struct writer *w)
{
	struct text list = {0};
	char oid[OID_TEXT_ROOM];

	for (size_t i = 0; i < w->x->purposes.count; i++) {
		const struct der *purpose = &w->x->purposes.list[i];
		const char *name = purpose_name(purpose);
		if (!name)
			name = der_oid_text(purpose, oid, sizeof oid) ? oid : "?";
		add_word(&list, name);
	}
	put_list(w, FACT_CERTIFICATE_EXTENDED_KEY_USAGE,
	         EXTENSION(&w->x->extensions, EXTENSION_PURPOSES) != NULL, w->x->has_purposes,
	         &list);
}

static void add_address(struct text *list, const struct cursor *body)
{
	if (body->size == 4) {
		text_printf(list, "%d.%d.%d.%d", body->data[0], body->data[1], body->data[2],
		            body->data[3]);
		return;
	}
	for (size_t i = 0; i + 1 < body->size && body->size == 16; i += 2)
		text_printf(list, "%s%x", i ? ":" : "", body->data[i] << 8 | body->data[i + 1]);
	if (body->size != 16)
		text_hex(list, body->data, body->size);
}

static void add_name(struct text *list, const struct general_name *name)
{
	static const char *const kinds[] = {"other", "email", "dns", "x400",      "directory",
	                                    "edi",   "uri",   "ip",  "registered"};
	struct name_oddity oddity;
	struct der part = {.tag = DER_OID, .body = name->body};
	struct cursor c = name->body;
	char oid[OID_TEXT_ROOM];

	text_printf(list, "%s%s:", list->len ? " " : "", kinds[name->kind]);
	if (name->kind == NAME_DNS || name->kind == NAME_MAIL || name->kind == NAME_URI)
		text_add(list, name->body.data, name->body.size);
	else if (name->kind == NAME_ADDRESS)
		add_address(list, &name->body);
	else if (name->kind == NAME_REGISTERED && der_oid_text(&part, oid, sizeof oid))
		text_puts(list, oid);
	else if (name->kind != NAME_DIRECTORY ||
	         !der_expect(&c, DER_SEQUENCE, "directory name", &part).ok ||
	         !x509name_text(&part, list, &oddity).ok)
		text_hex(list, name->body.data, name->body.size < 64 ? name->body.size : 64);
}

static void write_names(const struct writer *w)
{
	const struct general_names *names = &w->x->names;
	struct text list = {0};

	for (size_t i = 0; i < names->count && list.len <= FACT_VALUE_MAX; i++)
		add_name(&list, &names->list[i]);
	put_list(w, FACT_CERTIFICATE_NAMES, names->present, true, &list);
}

static void write_extensions(const struct writer *w)
{
	put_answer(w, FACT_CERTIFICATE_CA, w->x->ca);
	if (w->x->basic.path_length >= 0)
		facts_int(w->facts, FACT_CERTIFICATE_PATH_LENGTH, w->x->basic.path_length);
	write_key_usage(w);
	write_purposes(w);
	write_names(w);
}

/* --- what is known from beside it --- */

static void write_chain(const struct writer *w)
{
	static const char *const states[] = {"complete", "incomplete", "invalid"};
	const struct chain_answer *chain = &w->standing->chain;

	if (!w->standing->chained) {
		facts_unread(w->facts, FACT_CERTIFICATE_CHAIN);
		return;
	}
	facts_text(w->facts, FACT_CERTIFICATE_CHAIN, states[chain->state]);
	facts_text(w->facts, FACT_CERTIFICATE_CHAIN_ERROR, chain->error);
	if (chain->state == CHAIN_COMPLETE)
		facts_int(w->facts, FACT_CERTIFICATE_CHAIN_LENGTH, chain->length);
}

/* True if a word begins where no other one goes on: hetty is no part of "Shetty". */
static bool begins_word(const char *text, const char *word)
{
	for (const char *at = strcasestr(text, word); at; at = strcasestr(at + 1, word)) {
		if (at == text || !isalpha((unsigned char)at[-1]))
			return true;
	}
	return false;
}

/* Names that the certificate authorities of intercepting proxies give themselves. */
static bool is_interception(const struct x509 *x)
{
	static const char *const words[] = {"charles proxy",   "fiddlerroot",    "fiddler root",
	                                    "portswigger",     "mitmproxy",      "zed attack proxy",
	                                    "owasp zap",       "httpcanary",     "http canary",
	                                    "proxyman",        "reqable",        "anyproxy",
	                                    "lightproxy",      "packet capture", "httptoolkit",
	                                    "http toolkit",    "requestly",      "stream generated",
	                                    "surge generated", "whistle proxy",  "hetty ca"};
	const char *names[] = {x->subject, x->issuer};

	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; names[i] && k < sizeof words / sizeof *words; k++) {
			if (begins_word(names[i], words[k]))
				return true;
		}
	}
	return false;
}

static void write_standing(const struct writer *w)
{
	const struct x509_standing *standing = w->standing;

	facts_text(w->facts, FACT_CERTIFICATE_ROLE, standing->role);
	write_chain(w);
	facts_int(w->facts, FACT_CERTIFICATE_COPIES, (int64_t)standing->copies);
	facts_int(w->facts, FACT_CERTIFICATE_KEY_COPIES, (int64_t)standing->key_copies);
	facts_int(w->facts, FACT_CERTIFICATE_SERIAL_COPIES, (int64_t)standing->serial_copies);
	facts_bool(w->facts, FACT_CERTIFICATE_PRIVATE_KEY, standing->private_key);
	facts_text(w->facts, FACT_CERTIFICATE_KNOWN, standing->known);
	facts_bool(w->facts, FACT_CERTIFICATE_INTERCEPTION, is_interception(w->x));
}

/* --- rows below --- */

static void write_lint(const struct writer *w, const struct lint *lint, uint32_t row)
{
	size_t index = (size_t)(lint - x509lints);

	if (!(w->standing->broken[index / 64] >> index % 64 & 1))
		return;
	if (lint->scope == LINT_TLS && !w->standing->tls)
		return;
	facts_row(w->facts, ROW_LINT, row);
	facts_text(w->facts, FACT_LINT_ID, lint->id);
	facts_text(w->facts, FACT_LINT_LEVEL, x509lint_level(lint));
	facts_text(w->facts, FACT_LINT_CITATION, lint->citation);
	facts_text(w->facts, FACT_LINT_SCOPE, x509lint_scope(lint));
}

static void write_weaknesses(const struct writer *w, uint32_t row)
{
	for (int i = 0; i < WEAKNESS_COUNT; i++) {
		if (!(w->standing->weaknesses >> i & 1))
			continue;
		facts_row(w->facts, ROW_CERTIFICATE_WEAKNESS, row);
		facts_text(w->facts, FACT_CERTIFICATE_WEAKNESS_KIND, weak_name((enum weakness)i));
	}
	if (!w->standing->prime_with)
		return;
	facts_row(w->facts, ROW_CERTIFICATE_WEAKNESS, row);
	facts_text(w->facts, FACT_CERTIFICATE_WEAKNESS_KIND, "shared-prime");
	facts_clean(w->facts, FACT_CERTIFICATE_WEAKNESS_WITH, w->standing->prime_with);
}

void x509_write(struct facts *facts, const struct place *place, const struct x509 *certificate,
                const struct x509_standing *standing)
{
	const struct writer w = {facts, place, certificate, standing};
	uint32_t row;

	for (const struct x509_remark *r = certificate->remarks; r; r = r->next)
		write_remark(&w, r);
	row = write_place(&w);
	put_number(&w, FACT_CERTIFICATE_VERSION, certificate->version, certificate->version > 0);
	write_serial(&w);
	put_text(&w, FACT_CERTIFICATE_SUBJECT, certificate->subject);
	put_text(&w, FACT_CERTIFICATE_ISSUER, certificate->issuer);
	write_validity(&w);
	write_key(&w);
	write_signature(&w);
	write_extensions(&w);
	write_standing(&w);
	if (row == UINT32_MAX)
		return;
	for (size_t i = 0; i < x509lints_count; i++)
		write_lint(&w, &x509lints[i], row);
	write_weaknesses(&w, row);
}
