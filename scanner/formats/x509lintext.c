/* x509lintext.c - rules about extensions other than alternative names. */
#include "formats/x509lintcheck.h"

#define ACCESS_OCSP "\x2b\x06\x01\x05\x05\x07\x30\x01"
#define ACCESS_ISSUERS "\x2b\x06\x01\x05\x05\x07\x30\x02"
#define QUALIFIER_CPS "\x2b\x06\x01\x05\x05\x07\x02\x01"
#define QUALIFIER_NOTICE "\x2b\x06\x01\x05\x05\x07\x02\x02"

/* --- presence and criticality --- */

CHECK(not_critical)
{
	const struct extension *extension = lint_extension(x, lint);

	if (!extension || !lint_concerns(x, lint->number))
		return LINT_AWAY;
	return lint_broken_if(extension->critical);
}

CHECK(critical)
{
	const struct extension *extension = lint_extension(x, lint);

	if (!extension || !lint_concerns(x, lint->number))
		return LINT_AWAY;
	return lint_broken_if(!extension->critical);
}

CHECK(present)
{
	if (!lint_concerns(x, lint->number) || !x->extensions.whole)
		return LINT_AWAY;
	return lint_broken_if(!lint_extension(x, lint));
}

CHECK(absent)
{
	if (!lint_concerns(x, lint->number))
		return LINT_AWAY;
	return lint_broken_if(lint_extension(x, lint) != NULL);
}

CHECK(only_in_ca)
{
	if (!lint_extension(x, lint))
		return LINT_AWAY;
	return lint_broken_if(!lint_is_ca(x));
}

static int compare_oids(const struct der *a, const struct der *b)
{
	if (a->body.size != b->body.size)
		return a->body.size < b->body.size ? -1 : 1;
	return a->body.size ? memcmp(a->body.data, b->body.data, a->body.size) : 0;
}

CHECK(no_duplicates)
{
	(void)lint;
	for (size_t i = 0; i < x->extensions.count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (!compare_oids(&x->extensions.list[i].oid, &x->extensions.list[k].oid))
				return LINT_BROKEN;
		}
	}
	return LINT_HOLDS;
}

/* Extensions that are lists of one or more. */
CHECK(no_empty_lists)
{
	static const struct {
		const char *oid;
		size_t len;
	} lists[] = {
		{EXTENSION_SUBJECT_NAMES, 3},    {EXTENSION_ISSUER_NAMES, 3},
		{EXTENSION_PURPOSES, 3},         {EXTENSION_CRL_POINTS, 3},
		{EXTENSION_FRESHEST_CRL, 3},     {EXTENSION_POLICIES, 3},
		{EXTENSION_POLICY_MAPPINGS, 3},  {EXTENSION_DIRECTORY_ATTRIBUTES, 3},
		{EXTENSION_AUTHORITY_ACCESS, 8}, {EXTENSION_SUBJECT_ACCESS, 8},
	};
	struct der value;

	(void)lint;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (extension_value(extensions_find(&x->extensions, lists[i].oid, lists[i].len),
		                    DER_SEQUENCE, &value) &&
		    !value.body.size)
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

/* A SEQUENCE that must hold something. */
CHECK(not_empty)
{
	struct der value;

	if (!extension_value(lint_extension(x, lint), DER_SEQUENCE, &value))
		return LINT_AWAY;
	return lint_broken_if(!value.body.size);
}

CHECK(purpose_any_not_critical)
{
	const struct extension *extension = EXTENSION(&x->extensions, EXTENSION_PURPOSES);

	(void)lint;
	if (!extension)
		return LINT_AWAY;
	return lint_broken_if(extension->critical && PURPOSE(&x->purposes, PURPOSE_ANY));
}

CHECK(authority_key_id)
{
	struct der value;

	if (x->self_issued || !extension_value(lint_extension(x, lint), DER_SEQUENCE, &value))
		return LINT_AWAY;
	return lint_broken_if(der_peek(&value.body) != 0x80);
}

CHECK(authority_key_id_present)
{
	if (x->self_issued || !x->extensions.whole)
		return LINT_AWAY;
	return lint_broken_if(!lint_extension(x, lint));
}

/* --- access descriptions: SEQUENCE OF SEQUENCE { method OID, GeneralName } --- */

struct access {
	struct der method, location;
};

static bool next_access(struct der *list, struct access *out)
{
	struct der pair;

	return cursor_left(&list->body) && der_expect(&list->body, DER_SEQUENCE, "", &pair).ok &&
	       der_expect(&pair.body, DER_OID, "", &out->method).ok &&
	       der_next(&pair.body, &out->location).ok;
}

static bool authority_access(const struct x509 *x, struct der *out)
{
	return extension_value(EXTENSION(&x->extensions, EXTENSION_AUTHORITY_ACCESS), DER_SEQUENCE,
	                       out);
}

static bool is_http(const struct der *location)
{
	return location->tag == (0x80 | NAME_URI) && lint_starts(&location->body, "http://");
}

/* A location with a method (`oid`) that is an http URL. */
CHECK(access_http)
{
	struct access access;
	struct der list;

	if (!lint_concerns(x, lint->number) || !authority_access(x, &list))
		return LINT_AWAY;
	while (next_access(&list, &access)) {
		if (der_is(&access.method, lint->oid, lint->oid_len) && is_http(&access.location))
			return LINT_HOLDS;
	}
	return LINT_BROKEN;
}

/* No location with a method that is something else. */
CHECK(access_only_http)
{
	enum lint_outcome outcome = LINT_AWAY;
	struct access access;
	struct der list;

	if (!lint_is_leaf(x) || !authority_access(x, &list))
		return LINT_AWAY;
	while (next_access(&list, &access)) {
		if (!der_is(&access.method, lint->oid, lint->oid_len))
			continue;
		if (!is_http(&access.location))
			return LINT_BROKEN;
		outcome = LINT_HOLDS;
	}
	return outcome;
}

CHECK(access_methods)
{
	struct access access;
	struct der list;

	(void)lint;
	if (!lint_is_leaf(x) || !authority_access(x, &list))
		return LINT_AWAY;
	while (next_access(&list, &access)) {
		if (!DER_IS(&access.method, ACCESS_OCSP) && !DER_IS(&access.method, ACCESS_ISSUERS))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

static bool same_location(const struct access *a, const struct access *b)
{
	return !compare_oids(&a->method, &b->method) && a->location.tag == b->location.tag &&
	       a->location.body.size == b->location.body.size &&
	       !strncasecmp((const char *)a->location.body.data,
	                    (const char *)b->location.body.data, a->location.body.size);
}

/* More descriptions than these are not compared with each other: none in use comes near. */
enum { ACCESS_MAX = 100 };

CHECK(access_unique)
{
	struct access seen[ACCESS_MAX];
	size_t count = 0;
	struct der list;

	(void)lint;
	if (!lint_is_leaf(x) || !authority_access(x, &list))
		return LINT_AWAY;
	while (count < ACCESS_MAX && next_access(&list, &seen[count])) {
		for (size_t i = 0; i < count; i++) {
			if (same_location(&seen[i], &seen[count]))
				return LINT_BROKEN;
		}
		count++;
	}
	return LINT_HOLDS;
}

/* --- CRL distribution points --- */

/* Some point names a location by one of two schemes. */
static enum lint_outcome points_have(const struct x509 *x, const char *scheme, const char *other)
{
	struct der list, point, part, name;

	if (!extension_value(EXTENSION(&x->extensions, EXTENSION_CRL_POINTS), DER_SEQUENCE, &list))
		return LINT_AWAY;
	while (cursor_left(&list.body) && der_expect(&list.body, DER_SEQUENCE, "", &point).ok) {
		if (der_peek(&point.body) != DER_TAGGED || !der_next(&point.body, &part).ok ||
		    der_peek(&part.body) != DER_TAGGED || !der_next(&part.body, &name).ok)
			continue;
		while (cursor_left(&name.body) && der_next(&name.body, &part).ok) {
			if (part.tag == (0x80 | NAME_URI) &&
			    (lint_starts(&part.body, scheme) || lint_starts(&part.body, other)))
				return LINT_HOLDS;
		}
	}
	return LINT_BROKEN;
}

CHECK(points_http)
{
	if (!lint_concerns(x, lint->number))
		return LINT_AWAY;
	return points_have(x, "http://", "http://");
}

CHECK(points_http_or_ldap)
{
	(void)lint;
	return points_have(x, "http://", "ldap://");
}

/* --- certificate policies --- */

struct qualifier {
	struct der policy, id, value;
};

/* Calls `look` with each qualifier, value of tag 0 for a policy without any; stops when it returns
 * true, and returns whether it did. */
static bool any_qualifier(const struct x509 *x, bool (*look)(const struct qualifier *))
{
	struct der list, information, qualifiers, pair;
	struct qualifier q;

	if (!extension_value(EXTENSION(&x->extensions, EXTENSION_POLICIES), DER_SEQUENCE, &list))
		return false;
	while (cursor_left(&list.body) &&
	       der_expect(&list.body, DER_SEQUENCE, "", &information).ok) {
		q = (struct qualifier){0};
		if (!der_expect(&information.body, DER_OID, "", &q.policy).ok)
			return false;
		if (!der_next(&information.body, &qualifiers).ok)
			continue;
		while (cursor_left(&qualifiers.body) &&
		       der_expect(&qualifiers.body, DER_SEQUENCE, "", &pair).ok) {
			if (!der_expect(&pair.body, DER_OID, "", &q.id).ok)
				return false;
			q.value = (struct der){0};
			if (!der_next(&pair.body, &q.value).ok)
				q.value.tag = 0;
			if (look(&q))
				return true;
		}
	}
	return false;
}

/* UserNotice ::= SEQUENCE { noticeRef SEQUENCE OPTIONAL, explicitText OPTIONAL }; tag 0 if absent
 */
static void read_notice(const struct qualifier *q, struct der *reference, struct der *text)
{
	struct cursor c = q->value.body;

	*reference = *text = (struct der){0};
	if (!DER_IS(&q->id, QUALIFIER_NOTICE))
		return;
	if (der_peek(&c) == DER_SEQUENCE && !der_next(&c, reference).ok)
		return;
	if (cursor_left(&c) && !der_next(&c, text).ok)
		*text = (struct der){0};
}

static bool has_reference(const struct qualifier *q)
{
	struct der reference, text;

	read_notice(q, &reference, &text);
	return reference.tag != 0;
}

static bool has_text(const struct qualifier *q)
{
	struct der reference, text;

	read_notice(q, &reference, &text);
	return text.tag != 0;
}

static bool has_ia5_text(const struct qualifier *q)
{
	struct der reference, text;

	read_notice(q, &reference, &text);
	return text.tag == DER_IA5;
}

static bool has_other_text(const struct qualifier *q)
{
	struct der reference, text;

	read_notice(q, &reference, &text);
	return text.tag && text.tag != DER_UTF8;
}

static bool has_long_text(const struct qualifier *q)
{
	struct der reference, text;
	size_t points = 0;

	read_notice(q, &reference, &text);
	for (size_t i = 0; i < text.body.size; i++)
		points += text.tag != DER_UTF8 || (text.body.data[i] & 0xc0) != 0x80;
	return text.tag && points / (text.tag == 0x1e ? 2 : 1) > 200;
}

static bool has_odd_any_qualifier(const struct qualifier *q)
{
	return DER_IS(&q->policy, POLICY_ANY) && !DER_IS(&q->id, QUALIFIER_CPS) &&
	       !DER_IS(&q->id, QUALIFIER_NOTICE);
}

CHECK(policy_reference)
{
	if (!lint_extension(x, lint))
		return LINT_AWAY;
	return lint_broken_if(any_qualifier(x, has_reference));
}

CHECK(policy_text_ia5)
{
	(void)lint;
	return any_qualifier(x, has_text) ? lint_broken_if(any_qualifier(x, has_ia5_text))
	                                  : LINT_AWAY;
}

CHECK(policy_text_utf8)
{
	(void)lint;
	return any_qualifier(x, has_text) ? lint_broken_if(any_qualifier(x, has_other_text))
	                                  : LINT_AWAY;
}

CHECK(policy_text_length)
{
	(void)lint;
	return any_qualifier(x, has_text) ? lint_broken_if(any_qualifier(x, has_long_text))
	                                  : LINT_AWAY;
}

CHECK(policy_any_qualifiers)
{
	(void)lint;
	if (!POLICY(x, POLICY_ANY))
		return LINT_AWAY;
	return lint_broken_if(any_qualifier(x, has_odd_any_qualifier));
}

CHECK(policy_listed)
{
	struct der list;

	if (!lint_is_leaf(x) || !extension_value(lint_extension(x, lint), DER_SEQUENCE, &list))
		return LINT_AWAY;
	return lint_broken_if(!list.body.size);
}

/* --- policy mappings: SEQUENCE OF SEQUENCE { issuer's, subject's } --- */

enum { MAPPINGS_MAX = 200 };

/* Some pair has the policy that stands for any. */
CHECK(mapping_any)
{
	struct der list, pair, first, second;

	if (!extension_value(lint_extension(x, lint), DER_SEQUENCE, &list))
		return LINT_AWAY;
	while (cursor_left(&list.body) && der_expect(&list.body, DER_SEQUENCE, "", &pair).ok &&
	       der_next(&pair.body, &first).ok && der_next(&pair.body, &second).ok) {
		if (DER_IS(&first, POLICY_ANY) || DER_IS(&second, POLICY_ANY))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(mapping_listed)
{
	struct der list, pair, first;
	int count = 0;

	if (!extension_value(lint_extension(x, lint), DER_SEQUENCE, &list))
		return LINT_AWAY;
	while (count++ < MAPPINGS_MAX && cursor_left(&list.body) &&
	       der_expect(&list.body, DER_SEQUENCE, "", &pair).ok &&
	       der_next(&pair.body, &first).ok) {
		if (!lint_has_policy(x, (const char *)first.body.data, first.body.size))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

/* --- name constraints --- */

struct subtree {
	struct der base, minimum, maximum; /* the last two have tag 0 if absent */
};

static bool read_subtree(struct der *list, struct subtree *out)
{
	struct der tree, part;

	*out = (struct subtree){0};
	if (!cursor_left(&list->body) || !der_expect(&list->body, DER_SEQUENCE, "", &tree).ok ||
	    !der_next(&tree.body, &out->base).ok)
		return false;
	while (cursor_left(&tree.body) && der_next(&tree.body, &part).ok) {
		if (part.tag == 0x80)
			out->minimum = part;
		if (part.tag == 0x81)
			out->maximum = part;
	}
	return true;
}

/* Away without the extension; broken if a subtree is. */
static enum lint_outcome check_subtrees(const struct x509 *x, const struct lint *lint,
                                        bool (*bad)(const struct subtree *, const struct lint *))
{
	struct subtree tree;
	struct der value, list;

	if (!extension_value(EXTENSION(&x->extensions, EXTENSION_NAME_CONSTRAINTS), DER_SEQUENCE,
	                     &value))
		return LINT_AWAY;
	while (cursor_left(&value.body) && der_next(&value.body, &list).ok) {
		while (read_subtree(&list, &tree)) {
			if (bad(&tree, lint))
				return LINT_BROKEN;
		}
	}
	return LINT_HOLDS;
}

static bool has_minimum(const struct subtree *tree, const struct lint *lint)
{
	(void)lint;
	for (size_t i = 0; i < tree->minimum.body.size; i++) {
		if (tree->minimum.body.data[i])
			return true;
	}
	return false;
}

CHECK(constraint_minimum)
{
	return check_subtrees(x, lint, has_minimum);
}

static bool has_maximum(const struct subtree *tree, const struct lint *lint)
{
	(void)lint;
	return tree->maximum.tag != 0;
}

CHECK(constraint_maximum)
{
	return check_subtrees(x, lint, has_maximum);
}

static bool is_on(const struct subtree *tree, const struct lint *lint)
{
	return (tree->base.tag & 0x1f) == lint->number;
}

CHECK(constraint_on)
{
	return check_subtrees(x, lint, is_on);
}

/* A domain or host name, with a dot in it, which may begin with one. */
static bool is_no_domain(const struct subtree *tree, const struct lint *lint)
{
	const struct cursor *name = &tree->base.body;
	uint8_t address[16];
	bool dot = false;

	(void)lint;
	if ((tree->base.tag & 0x1f) != NAME_URI)
		return false;
	if (!name->size || lint_read_address(name, address))
		return true;
	for (size_t i = 0; i < name->size; i++) {
		uint8_t c = name->data[i];
		dot = dot || c == '.';
		if (c != '.' && c != '-' && c != '_' && !(c >= '0' && c <= '9') &&
		    !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return true;
	}
	return !dot;
}

CHECK(constraint_domain)
{
	return check_subtrees(x, lint, is_no_domain);
}
