/* x509lintaddress.c - rules about addresses in certificates, and common names against them. */
#include <arpa/inet.h>
#include <strings.h>

#include "formats/x509lintcheck.h"

enum { ADDRESS_TEXT_MAX = 45, IPV4_LEN = 4, IPV6_LEN = 16 };

size_t lint_read_address(const struct cursor *text, uint8_t out[16])
{
	char copy[ADDRESS_TEXT_MAX + 1];

	if (!text->size || text->size > ADDRESS_TEXT_MAX || memchr(text->data, 0, text->size))
		return 0;
	memcpy(copy, text->data, text->size);
	copy[text->size] = 0;
	if (inet_pton(AF_INET, copy, out) == 1)
		return IPV4_LEN;
	return inet_pton(AF_INET6, copy, out) == 1 ? IPV6_LEN : 0;
}

/* The IANA registries of special-purpose addresses (RFC 6890): what is not globally reachable. */
static const struct block {
	uint8_t bytes[16];
	uint8_t len, bits;
} blocks[] = {
	{{0}, 4, 8},
	{{10}, 4, 8},
	{{100, 64}, 4, 10},
	{{127}, 4, 8},
	{{169, 254}, 4, 16},
	{{172, 16}, 4, 12},
	{{192, 0, 0}, 4, 24},
	{{192, 0, 2}, 4, 24},
	{{192, 88, 99}, 4, 24},
	{{192, 168}, 4, 16},
	{{198, 18}, 4, 15},
	{{198, 51, 100}, 4, 24},
	{{203, 0, 113}, 4, 24},
	{{224}, 4, 4},
	{{240}, 4, 4},
	{{0}, 16, 127}, /* ::, ::1 */
	{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 16, 96},
	{{0, 0x64, 0xff, 0x9b, 0, 1}, 16, 48},
	{{1}, 16, 64}, /* 100::/64 */
	{{0x20, 1, 0}, 16, 23},
	{{0x20, 1, 0x0d, 0xb8}, 16, 32},
	{{0x20, 2}, 16, 16},
	{{0x3f, 0xff}, 16, 20},
	{{0x5f}, 16, 16},
	{{0xfc}, 16, 7},
	{{0xfe, 0x80}, 16, 10},
	{{0xff}, 16, 8},
};

bool lint_is_reserved_address(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		const struct block *block = &blocks[i];
		size_t whole = block->bits / 8;
		uint8_t mask = (uint8_t)(0xff00 >> block->bits % 8);
		if (block->len != len || memcmp(bytes, block->bytes, whole) != 0)
			continue;
		if (whole == len || !mask || (bytes[whole] & mask) == (block->bytes[whole] & mask))
			return true;
	}
	return false;
}

CHECK(names_reserved_address)
{
	(void)lint;
	if (!x->names.present)
		return LINT_AWAY;
	for (size_t i = 0; i < x->names.count; i++) {
		const struct general_name *name = &x->names.list[i];
		if (name->kind == NAME_ADDRESS &&
		    lint_is_reserved_address(name->body.data, name->body.size))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

static bool is_octets(const struct general_name *name)
{
	return name->body.size == IPV4_LEN || name->body.size == IPV6_LEN;
}

CHECK(names_address_length)
{
	(void)lint;
	if (!x->names.present)
		return LINT_AWAY;
	for (size_t i = 0; i < x->names.count; i++) {
		if (x->names.list[i].kind == NAME_ADDRESS && !is_octets(&x->names.list[i]))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

/* Runs a check over every common name; away if there is none. */
static enum lint_outcome check_common(const struct x509 *x,
                                      bool (*bad)(const struct x509 *, const struct cursor *))
{
	enum lint_outcome outcome = LINT_AWAY;

	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct name_part *part = &x->subject_parts.list[i];
		if (!DER_IS(&part->type, NAME_COMMON))
			continue;
		if (bad(x, &part->value.body))
			return LINT_BROKEN;
		outcome = LINT_HOLDS;
	}
	return outcome;
}

static bool is_reserved(const struct x509 *x, const struct cursor *name)
{
	uint8_t address[16];
	size_t len = lint_read_address(name, address);

	(void)x;
	return len && lint_is_reserved_address(address, len);
}

CHECK(common_reserved_address)
{
	(void)lint;
	return check_common(x, is_reserved);
}

static bool same_text(const struct cursor *a, const struct cursor *b, bool exactly)
{
	return a->size == b->size &&
	       (!a->size ||
	        !(exactly ? memcmp(a->data, b->data, a->size)
	                  : strncasecmp((const char *)a->data, (const char *)b->data, a->size)));
}

/* The address of an alternative name as RFC 5952 writes it. */
static bool same_address(const struct general_name *name, const struct cursor *text)
{
	char written[ADDRESS_TEXT_MAX + 1];
	int family = name->body.size == IPV4_LEN ? AF_INET : AF_INET6;

	return is_octets(name) && inet_ntop(family, name->body.data, written, sizeof written) &&
	       strlen(written) == text->size && !memcmp(written, text->data, text->size);
}

static bool is_among_names(const struct x509 *x, const struct cursor *common, bool exactly)
{
	uint8_t address[16];
	size_t len = exactly ? 0 : lint_read_address(common, address);

	for (size_t i = 0; i < x->names.count; i++) {
		const struct general_name *name = &x->names.list[i];
		if (name->kind == NAME_DNS && same_text(&name->body, common, exactly))
			return true;
		if (name->kind != NAME_ADDRESS)
			continue;
		if (exactly ? same_address(name, common)
		            : len && len == name->body.size &&
		                      !memcmp(address, name->body.data, len))
			return true;
	}
	return false;
}

static bool is_not_among_names(const struct x509 *x, const struct cursor *common)
{
	return !is_among_names(x, common, false);
}

static bool is_not_exactly_among_names(const struct x509 *x, const struct cursor *common)
{
	return !is_among_names(x, common, true);
}

CHECK(common_from_names)
{
	(void)lint;
	return lint_is_leaf(x) ? check_common(x, is_not_among_names) : LINT_AWAY;
}

CHECK(common_exactly_from_names)
{
	(void)lint;
	return lint_is_leaf(x) ? check_common(x, is_not_exactly_among_names) : LINT_AWAY;
}

/* --- names of the reverse zones: 4.3.2.1.in-addr.arpa, 32 nibbles .ip6.arpa --- */

enum reverse { REVERSE_NONE, REVERSE_MALFORMED, REVERSE_ADDRESS };

static bool cut_end(struct cursor *name, const char *end)
{
	size_t len = strlen(end);

	if (name->size < len ||
	    strncasecmp((const char *)name->data + name->size - len, end, len) != 0)
		return false;
	name->size -= len;
	return true;
}

static enum reverse read_ipv4(const struct cursor *name, uint8_t out[16])
{
	char text[ADDRESS_TEXT_MAX + 1];
	struct in_addr address;

	if (name->size > ADDRESS_TEXT_MAX)
		return REVERSE_MALFORMED;
	memcpy(text, name->data, name->size);
	text[name->size] = 0;
	if (inet_pton(AF_INET, text, &address) != 1)
		return REVERSE_MALFORMED;
	address.s_addr = __builtin_bswap32(address.s_addr);
	memcpy(out, &address, IPV4_LEN);
	return REVERSE_ADDRESS;
}

static enum reverse read_ipv6(const struct cursor *name, uint8_t out[16])
{
	if (name->size != 2 * 2 * IPV6_LEN - 1)
		return REVERSE_MALFORMED;
	for (size_t i = 0; i < 2 * IPV6_LEN; i++) {
		uint8_t c = name->data[2 * i] | 0x20;
		uint8_t nibble = c >= 'a' ? (uint8_t)(c - 'a' + 10) : (uint8_t)(c - '0');
		if (i && name->data[2 * i - 1] != '.')
			return REVERSE_MALFORMED;
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return REVERSE_MALFORMED;
		uint8_t *byte = &out[IPV6_LEN - 1 - i / 2];
		*byte = i % 2 ? (uint8_t)(*byte | nibble << 4) : nibble;
	}
	return REVERSE_ADDRESS;
}

static enum reverse read_reverse(const struct cursor *name, uint8_t out[16], size_t *len)
{
	struct cursor rest = *name;

	if (cut_end(&rest, ".in-addr.arpa")) {
		*len = IPV4_LEN;
		return read_ipv4(&rest, out);
	}
	if (!cut_end(&rest, ".ip6.arpa"))
		return REVERSE_NONE;
	*len = IPV6_LEN;
	return read_ipv6(&rest, out);
}

static bool is_malformed_reverse(const struct cursor *name)
{
	uint8_t address[16] = {0};
	size_t len;

	return read_reverse(name, address, &len) == REVERSE_MALFORMED;
}

static bool is_reserved_reverse(const struct cursor *name)
{
	uint8_t address[16] = {0};
	size_t len;

	return read_reverse(name, address, &len) == REVERSE_ADDRESS &&
	       lint_is_reserved_address(address, len);
}

/* Over the common names and the DNS names. */
static enum lint_outcome check_reverse(const struct x509 *x, bool (*bad)(const struct cursor *))
{
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct name_part *part = &x->subject_parts.list[i];
		if (DER_IS(&part->type, NAME_COMMON) && bad(&part->value.body))
			return LINT_BROKEN;
	}
	for (size_t i = 0; i < x->names.count; i++) {
		if (x->names.list[i].kind == NAME_DNS && bad(&x->names.list[i].body))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(reverse_form)
{
	(void)lint;
	return check_reverse(x, is_malformed_reverse);
}

CHECK(reverse_reserved)
{
	(void)lint;
	return check_reverse(x, is_reserved_reverse);
}
