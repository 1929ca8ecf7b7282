/* x509lintname.c - rules about distinguished names. */
#include <strings.h>

#include "formats/x509lintcheck.h"

static bool is_named(const struct x509 *x)
{
	return ATTRIBUTE(&x->subject_parts, NAME_ORGANIZATION) ||
	       ATTRIBUTE(&x->subject_parts, NAME_GIVEN) ||
	       ATTRIBUTE(&x->subject_parts, NAME_SURNAME);
}

/* --- values --- */

static size_t characters(const struct der *value)
{
	size_t count = 0;

	if (value->tag != DER_UTF8)
		return value->body.size / (value->tag == 0x1e ? 2 : value->tag == 0x1c ? 4 : 1);
	for (size_t i = 0; i < value->body.size; i++)
		count += (value->body.data[i] & 0xc0) != 0x80;
	return count;
}

/* An attribute of the subject is longer than `number` characters. */
CHECK(attribute_length)
{
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct name_part *part = &x->subject_parts.list[i];
		if (der_is(&part->type, lint->oid, lint->oid_len) &&
		    characters(&part->value) > (size_t)lint->number)
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

static enum lint_outcome spaces(const struct name_parts *name, bool leading)
{
	for (size_t i = 0; i < name->count; i++) {
		const struct cursor *value = &name->list[i].value.body;
		if (value->size && value->data[leading ? 0 : value->size - 1] == ' ')
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(subject_leading_space)
{
	(void)lint;
	return spaces(&x->subject_parts, true);
}

CHECK(subject_trailing_space)
{
	(void)lint;
	return spaces(&x->subject_parts, false);
}

CHECK(issuer_leading_space)
{
	(void)lint;
	return spaces(&x->issuer_parts, true);
}

CHECK(issuer_trailing_space)
{
	(void)lint;
	return spaces(&x->issuer_parts, false);
}

CHECK(subject_single)
{
	(void)lint;
	return lint_broken_if(x->subject_parts.sets != x->subject_parts.count);
}

CHECK(issuer_single)
{
	(void)lint;
	return lint_broken_if(x->issuer_parts.sets != x->issuer_parts.count);
}

CHECK(issuer_not_empty)
{
	(void)lint;
	return lint_broken_if(!x->issuer_parts.count);
}

/* C0, DEL and C1; in UTF-8 the last are two bytes each. */
static bool holds_control(const struct der *value)
{
	const uint8_t *bytes = value->body.data;

	for (size_t i = 0; i < value->body.size; i++) {
		if (bytes[i] < 0x20 || bytes[i] == 0x7f)
			return true;
		if (value->tag == DER_UTF8 && bytes[i] == 0xc2 && i + 1 < value->body.size &&
		    bytes[i + 1] >= 0x80 && bytes[i + 1] < 0xa0)
			return true;
	}
	return false;
}

CHECK(subject_printable)
{
	(void)lint;
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct der *value = &x->subject_parts.list[i].value;
		if (value->tag == 0x1e || value->tag == 0x1c) /* BMPString, UniversalString */
			continue;
		if (holds_control(value))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

static enum lint_outcome printable_country(const struct name_parts *name)
{
	enum lint_outcome outcome = LINT_AWAY;

	for (size_t i = 0; i < name->count; i++) {
		if (!DER_IS(&name->list[i].type, NAME_COUNTRY))
			continue;
		if (name->list[i].value.tag != DER_PRINTABLE)
			return LINT_BROKEN;
		outcome = LINT_HOLDS;
	}
	return outcome;
}

CHECK(subject_country_printable)
{
	(void)lint;
	return printable_country(&x->subject_parts);
}

CHECK(issuer_country_printable)
{
	(void)lint;
	return printable_country(&x->issuer_parts);
}

/* ISO 3166-1 alpha-2, and XX, which the baseline allows for what ISO has no code for. */
static bool is_country(const struct cursor *value)
{
	static const char codes[] =
		"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM "
		"BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX "
		"CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG "
		"GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
		"IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV "
		"LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE "
		"NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
		"RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
		"TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF "
		"WS XX YE YT ZA ZM ZW";

	if (value->size != 2)
		return false;
	for (size_t i = 0; i + 1 < sizeof codes; i += 3) {
		if ((value->data[0] & 0xdf) == codes[i] && (value->data[1] & 0xdf) == codes[i + 1])
			return true;
	}
	return false;
}

static enum lint_outcome check_countries(const struct x509 *x, bool (*good)(const struct cursor *))
{
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct name_part *part = &x->subject_parts.list[i];
		if (DER_IS(&part->type, NAME_COUNTRY) && !good(&part->value.body))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(country_known)
{
	if (!lint_concerns(x, lint->number) || !ATTRIBUTE(&x->subject_parts, NAME_COUNTRY))
		return LINT_AWAY;
	return check_countries(x, is_country);
}

static bool is_upper(const struct cursor *value)
{
	for (size_t i = 0; i < value->size; i++) {
		if (value->data[i] >= 'a' && value->data[i] <= 'z')
			return false;
	}
	return true;
}

CHECK(country_upper)
{
	(void)lint;
	if (!ATTRIBUTE(&x->subject_parts, NAME_COUNTRY))
		return LINT_AWAY;
	return check_countries(x, is_upper);
}

/* BR 7.1.4.2: what string type each attribute has. */
CHECK(subject_encoding)
{
	(void)lint;
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct der *type = &x->subject_parts.list[i].type;
		uint8_t tag = x->subject_parts.list[i].value.tag;
		bool printable = DER_IS(type, NAME_COUNTRY) || DER_IS(type, NAME_SERIAL) ||
		                 DER_IS(type, NAME_JURISDICTION_COUNTRY);
		bool ia5 = DER_IS(type, NAME_DOMAIN) || DER_IS(type, NAME_EMAIL);
		if (printable ? tag != DER_PRINTABLE
		    : ia5     ? tag != DER_IA5
		              : tag != DER_UTF8 && tag != DER_PRINTABLE)
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

/* BR 7.1.4.2: the order in which attributes stand. */
CHECK(subject_order)
{
	static const struct {
		const char *oid;
		size_t len;
	} order[] = {
		{NAME_DOMAIN, 10},      {NAME_COUNTRY, 3},     {NAME_STATE, 3},
		{NAME_LOCALITY, 3},     {NAME_POSTAL_CODE, 3}, {NAME_STREET, 3},
		{NAME_ORGANIZATION, 3}, {NAME_SURNAME, 3},     {NAME_GIVEN, 3},
		{NAME_UNIT, 3},         {NAME_COMMON, 3},
	};
	size_t last = 0;

	(void)lint;
	if (!lint_is_leaf(x))
		return LINT_AWAY;
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
			if (!der_is(&x->subject_parts.list[i].type, order[k].oid, order[k].len))
				continue;
			if (k < last)
				return LINT_BROKEN;
			last = k;
		}
	}
	return LINT_HOLDS;
}

/* --- which attributes are there --- */

static const struct name_part *the_attribute(const struct x509 *x, const struct lint *lint)
{
	return lint_attribute(&x->subject_parts, lint->oid, lint->oid_len);
}

/* CAs have it, and not empty. */
CHECK(ca_attribute)
{
	const struct name_part *part = the_attribute(x, lint);

	if (!lint_is_ca(x))
		return LINT_AWAY;
	return lint_broken_if(!part || !part->value.body.size);
}

CHECK(leaf_attribute_absent)
{
	if (!lint_is_leaf(x))
		return LINT_AWAY;
	return lint_broken_if(the_attribute(x, lint) != NULL);
}

CHECK(subject_attribute_absent)
{
	if (!lint_is_leaf(x))
		return LINT_AWAY;
	return lint_broken_if(the_attribute(x, lint) != NULL);
}

/* Domain validated: no attribute about who the subject is. */
CHECK(dv_without)
{
	if (!lint_is_leaf(x) || !POLICY(x, POLICY_DV))
		return LINT_AWAY;
	return lint_broken_if(the_attribute(x, lint) != NULL);
}

/* BR 7.1.2.7.2: nothing but country and common name. */
CHECK(dv_subject)
{
	(void)lint;
	if (!lint_is_leaf(x) || !POLICY(x, POLICY_DV))
		return LINT_AWAY;
	for (size_t i = 0; i < x->subject_parts.count; i++) {
		const struct der *type = &x->subject_parts.list[i].type;
		if (!DER_IS(type, NAME_COUNTRY) && !DER_IS(type, NAME_COMMON))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

/* Organisation or individual validated: has the attribute. */
CHECK(ov_with)
{
	if (!lint_is_leaf(x) || !POLICY(x, POLICY_OV))
		return LINT_AWAY;
	return lint_broken_if(!the_attribute(x, lint));
}

CHECK(iv_with)
{
	if (!lint_is_leaf(x) || !POLICY(x, POLICY_IV))
		return LINT_AWAY;
	return lint_broken_if(!the_attribute(x, lint));
}

static enum lint_outcome has_place(const struct x509 *x)
{
	return lint_broken_if(!ATTRIBUTE(&x->subject_parts, NAME_LOCALITY) &&
	                      !ATTRIBUTE(&x->subject_parts, NAME_STATE));
}

CHECK(ov_place)
{
	(void)lint;
	return lint_is_leaf(x) && POLICY(x, POLICY_OV) ? has_place(x) : LINT_AWAY;
}

CHECK(iv_place)
{
	(void)lint;
	return lint_is_leaf(x) && POLICY(x, POLICY_IV) ? has_place(x) : LINT_AWAY;
}

static bool has_person(const struct x509 *x)
{
	return ATTRIBUTE(&x->subject_parts, NAME_GIVEN) &&
	       ATTRIBUTE(&x->subject_parts, NAME_SURNAME);
}

CHECK(iv_person_or_organization)
{
	(void)lint;
	if (!lint_is_leaf(x) || !POLICY(x, POLICY_IV))
		return LINT_AWAY;
	return lint_broken_if(!has_person(x) && !ATTRIBUTE(&x->subject_parts, NAME_ORGANIZATION));
}

CHECK(iv_person)
{
	(void)lint;
	if (!lint_is_leaf(x) || !POLICY(x, POLICY_IV))
		return LINT_AWAY;
	return lint_broken_if(!has_person(x));
}

/* Who is named has a country. */
CHECK(named_country)
{
	(void)lint;
	if (!lint_is_leaf(x))
		return LINT_AWAY;
	return lint_broken_if(is_named(x) && !ATTRIBUTE(&x->subject_parts, NAME_COUNTRY));
}

/* Who is named has a locality or a state or province. */
CHECK(named_place)
{
	(void)lint;
	if (!lint_is_leaf(x))
		return LINT_AWAY;
	return is_named(x) ? has_place(x) : LINT_HOLDS;
}

/* Who is not named has no address. */
CHECK(unnamed_without)
{
	if (!lint_is_leaf(x))
		return LINT_AWAY;
	return lint_broken_if(!is_named(x) && the_attribute(x, lint));
}

CHECK(unit_with_organization)
{
	(void)lint;
	if (!ATTRIBUTE(&x->subject_parts, NAME_UNIT))
		return LINT_AWAY;
	return lint_broken_if(!ATTRIBUTE(&x->subject_parts, NAME_ORGANIZATION));
}
