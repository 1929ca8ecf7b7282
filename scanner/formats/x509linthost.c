/* x509linthost.c - rules about alternative names and the host names in certificates. */
#include <strings.h>

#include "formats/x509lintcheck.h"

enum { DOMAIN_MAX = 253, LABEL_MAX = 63 };

/* Which names: those of the subject or of the issuer. */
static const struct general_names *names_of(const struct x509 *x, const struct lint *lint)
{
	return lint->oid_len && !memcmp(lint->oid, EXTENSION_ISSUER_NAMES, 3) ? &x->issuer_names
	                                                                      : &x->names;
}

typedef bool (*name_check)(const struct cursor *);

/* Away without the extension; broken if a name of a kind is bad. */
static enum lint_outcome check_names(const struct x509 *x, const struct lint *lint,
                                     enum general_name_kind kind, name_check bad)
{
	const struct general_names *names = names_of(x, lint);

	if (!names->present)
		return LINT_AWAY;
	for (size_t i = 0; i < names->count; i++) {
		if (names->list[i].kind == kind && bad(&names->list[i].body))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

/* --- what kinds of names are there --- */

CHECK(names_without)
{
	const struct general_names *names = names_of(x, lint);

	if (!names->present)
		return LINT_AWAY;
	for (size_t i = 0; i < names->count; i++) {
		if (names->list[i].kind == (enum general_name_kind)lint->number)
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(names_some)
{
	const struct general_names *names = names_of(x, lint);

	return names->present ? lint_broken_if(!names->count) : LINT_AWAY;
}

CHECK(names_not_empty)
{
	const struct general_names *names = names_of(x, lint);

	if (!names->present)
		return LINT_AWAY;
	for (size_t i = 0; i < names->count; i++) {
		if (!names->list[i].body.size)
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(names_for_empty_subject)
{
	(void)lint;
	return lint_broken_if(!x->subject_parts.count && !x->names.present);
}

CHECK(names_critical_for_empty_subject)
{
	const struct extension *extension = EXTENSION(&x->extensions, EXTENSION_SUBJECT_NAMES);

	(void)lint;
	if (!extension)
		return LINT_AWAY;
	return lint_broken_if(!x->subject_parts.count && !extension->critical);
}

CHECK(names_not_critical_with_subject)
{
	const struct extension *extension = EXTENSION(&x->extensions, EXTENSION_SUBJECT_NAMES);

	(void)lint;
	if (!extension)
		return LINT_AWAY;
	return lint_broken_if(x->subject_parts.count && extension->critical);
}

/* --- strings --- */

static bool is_not_ascii(const struct cursor *name)
{
	for (size_t i = 0; i < name->size; i++) {
		if (name->data[i] & 0x80)
			return true;
	}
	return false;
}

CHECK(names_ascii)
{
	return check_names(x, lint, (enum general_name_kind)lint->number, is_not_ascii);
}

static bool is_space(const struct cursor *name)
{
	return name->size == 1 && name->data[0] == ' ';
}

CHECK(dns_space)
{
	return check_names(x, lint, NAME_DNS, is_space);
}

static bool holds_null(const struct cursor *name)
{
	return name->size && memchr(name->data, 0, name->size);
}

CHECK(dns_null)
{
	return check_names(x, lint, NAME_DNS, holds_null);
}

static bool begins_with_dot(const struct cursor *name)
{
	return name->size && name->data[0] == '.';
}

CHECK(dns_dot)
{
	return check_names(x, lint, NAME_DNS, begins_with_dot);
}

static bool ends_with_star(const struct cursor *name)
{
	return name->size && name->data[name->size - 1] == '*';
}

CHECK(dns_bare_wildcard)
{
	return check_names(x, lint, NAME_DNS, ends_with_star);
}

static bool has_later_star(const struct cursor *name)
{
	return name->size > 1 && memchr(name->data + 1, '*', name->size - 1);
}

CHECK(dns_wildcard_first)
{
	return check_names(x, lint, NAME_DNS, has_later_star);
}

static bool is_long(const struct cursor *name)
{
	return name->size > DOMAIN_MAX;
}

CHECK(dns_length)
{
	return check_names(x, lint, NAME_DNS, is_long);
}

static bool has_underscore(const struct cursor *name)
{
	return name->size && memchr(name->data, '_', name->size);
}

CHECK(dns_underscore)
{
	return check_names(x, lint, NAME_DNS, has_underscore);
}

static bool ends_with(const struct cursor *name, const char *end)
{
	size_t len = strlen(end);

	return name->size >= len &&
	       !strncasecmp((const char *)name->data + name->size - len, end, len);
}

static bool is_arpa(const struct cursor *name)
{
	return ends_with(name, ".in-addr.arpa") || ends_with(name, ".ip6.arpa");
}

CHECK(dns_arpa)
{
	return check_names(x, lint, NAME_DNS, is_arpa);
}

/* --- labels --- */

/* The next label of a name, split at dots; false at the end. */
static bool next_label(struct cursor *name, struct cursor *label)
{
	const uint8_t *start = name->data + name->pos, *dot;
	size_t left = cursor_left(name);

	if (name->pos > name->size || (!left && name->pos))
		return false;
	dot = left ? memchr(start, '.', left) : NULL;
	*label = (struct cursor){.data = start, .size = dot ? (size_t)(dot - start) : left};
	name->pos += label->size + (dot != NULL);
	return name->size > 0;
}

typedef bool (*label_check)(const struct cursor *label, bool first);

static bool any_label(const struct cursor *name, label_check bad)
{
	struct cursor c = {.data = name->data, .size = name->size}, label;
	bool first = true;

	for (; next_label(&c, &label); first = false) {
		if (bad(&label, first))
			return true;
	}
	return false;
}

/* The DNS names of the subject, and its common names that are not addresses. */
static enum lint_outcome check_labels(const struct x509 *x, label_check bad)
{
	enum lint_outcome outcome = LINT_AWAY;
	uint8_t address[16];

	for (size_t i = 0; i < x->names.count; i++) {
		if (x->names.list[i].kind != NAME_DNS)
			continue;
		outcome = LINT_HOLDS;
		if (any_label(&x->names.list[i].body, bad))
			return LINT_BROKEN;
	}
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct name_part *part = &x->subject_parts.list[i];
		if (!DER_IS(&part->type, NAME_COMMON) ||
		    lint_read_address(&part->value.body, address) || !part->value.body.size)
			continue;
		outcome = LINT_HOLDS;
		if (any_label(&part->value.body, bad))
			return LINT_BROKEN;
	}
	return outcome;
}

static bool has_bad_character(const struct cursor *label, bool first)
{
	for (size_t i = 0; i < label->size; i++) {
		uint8_t c = label->data[i];
		if (c != '-' && c != '_' && c != '*' && !(c == '?' && first) &&
		    !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return true;
	}
	return false;
}

CHECK(label_characters)
{
	(void)lint;
	return check_labels(x, has_bad_character);
}

static bool is_long_label(const struct cursor *label, bool first)
{
	(void)first;
	return label->size > LABEL_MAX;
}

CHECK(label_length)
{
	(void)lint;
	return check_labels(x, is_long_label);
}

static bool is_empty_label(const struct cursor *label, bool first)
{
	(void)first;
	return !label->size;
}

CHECK(label_empty)
{
	(void)lint;
	return check_labels(x, is_empty_label);
}

static bool has_outer_hyphen(const struct cursor *label, bool first)
{
	(void)first;
	return label->size && (label->data[0] == '-' || label->data[label->size - 1] == '-');
}

CHECK(label_hyphen)
{
	(void)lint;
	return check_labels(x, has_outer_hyphen);
}

static bool has_odd_star(const struct cursor *label, bool first)
{
	return first && label->size > 1 && memchr(label->data, '*', label->size);
}

CHECK(label_wildcard_whole)
{
	(void)lint;
	return check_labels(x, has_odd_star);
}

static bool has_inner_star(const struct cursor *label, bool first)
{
	return !first && label->size && memchr(label->data, '*', label->size);
}

CHECK(label_wildcard_left)
{
	(void)lint;
	return check_labels(x, has_inner_star);
}

/* Third and fourth letter are hyphens and the label is no A-label: reserved (RFC 5890, 2.3.1). */
static bool is_reserved_label(const struct cursor *label, bool first)
{
	(void)first;
	return label->size >= 4 && label->data[2] == '-' && label->data[3] == '-' &&
	       !lint_starts(label, "xn--");
}

CHECK(label_reserved)
{
	(void)lint;
	return check_labels(x, is_reserved_label);
}

/* --- mail addresses and URIs --- */

/* Mailbox (RFC 2821, 4.1.2): no display name, no comment, no angle brackets. */
static bool is_no_mailbox(const struct cursor *name)
{
	const uint8_t *at = name->size ? memchr(name->data, '@', name->size) : NULL;

	if (!at || at == name->data || at == name->data + name->size - 1)
		return true;
	for (size_t i = 0; i < name->size; i++) {
		if (name->data[i] <= ' ' || strchr("<>()", name->data[i]))
			return true;
	}
	return memchr(at + 1, '@', (size_t)(name->data + name->size - at - 1)) != NULL;
}

CHECK(mail_form)
{
	return check_names(x, lint, NAME_MAIL, is_no_mailbox);
}

/* The length of the scheme with its colon, 0 if there is none (RFC 3986, 3.1). */
static size_t scheme_len(const struct cursor *uri)
{
	for (size_t i = 0; i < uri->size; i++) {
		uint8_t c = uri->data[i];
		if (c == ':')
			return i ? i + 1 : 0;
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		if (!letter && (!i || !((c >= '0' && c <= '9') || strchr("+-.", c))))
			return 0;
	}
	return 0;
}

static bool is_relative(const struct cursor *uri)
{
	return !scheme_len(uri);
}

CHECK(uri_absolute)
{
	return check_names(x, lint, NAME_URI, is_relative);
}

static bool lacks_part(const struct cursor *uri)
{
	size_t len = scheme_len(uri);

	return !len || len == uri->size ||
	       (uri->size == len + 2 && !memcmp(uri->data + len, "//", 2));
}

CHECK(uri_form)
{
	return check_names(x, lint, NAME_URI, lacks_part);
}

static bool is_no_host_label(const struct cursor *label, bool first)
{
	if (first && label->size == 1 && label->data[0] == '*')
		return false;
	return !label->size || label->size > LABEL_MAX || memchr(label->data, '*', label->size) ||
	       memchr(label->data, '?', label->size) || has_bad_character(label, first) ||
	       has_outer_hyphen(label, first);
}

/* The host of a URI with an authority is a fully qualified name or an address. */
static bool has_no_host(const struct cursor *uri)
{
	size_t start = scheme_len(uri);
	struct cursor host;
	uint8_t address[16];

	if (!start) /* what has no scheme is no URI, and has no host that one could name */
		return true;
	if (uri->size - start < 2 || memcmp(uri->data + start, "//", 2) != 0)
		return false;
	start += 2;
	size_t end = start;
	while (end < uri->size && !strchr("/?#", uri->data[end] ? uri->data[end] : 'x'))
		end++;
	const uint8_t *user = memchr(uri->data + start, '@', end - start);
	if (user)
		start = (size_t)(user + 1 - uri->data);
	if (start < end && uri->data[start] == '[')
		return !memchr(uri->data + start, ']', end - start);
	const uint8_t *port = memchr(uri->data + start, ':', end - start);
	if (port)
		end = (size_t)(port - uri->data);
	host = (struct cursor){.data = uri->data + start, .size = end - start};
	if (lint_read_address(&host, address))
		return false;
	return !host.size || !memchr(host.data, '.', host.size) ||
	       any_label(&host, is_no_host_label);
}

CHECK(uri_host)
{
	return check_names(x, lint, NAME_URI, has_no_host);
}
