/* x509linttime.c - rules about times, version and numbers of certificates. */
#include "formats/x509lintcheck.h"

enum { ZULU_UTC_LEN = 13, ZULU_LEN = 15 };

static bool ends_in_z(const struct der *time)
{
	return time->body.size && time->body.data[time->body.size - 1] == 'Z';
}

/* Some time of a type that is not in the form its rule asks for; away if there is none. */
static enum lint_outcome check_form(const struct x509 *x, uint8_t tag,
                                    bool (*good)(const struct der *))
{
	const struct der *times[] = {&x->parts.not_before, &x->parts.not_after};
	enum lint_outcome outcome = LINT_AWAY;

	for (size_t i = 0; i < 2; i++) {
		if (times[i]->tag != tag)
			continue;
		if (!good(times[i]))
			return LINT_BROKEN;
		outcome = LINT_HOLDS;
	}
	return outcome;
}

CHECK(utc_zulu)
{
	(void)lint;
	return check_form(x, DER_UTC_TIME, ends_in_z);
}

CHECK(general_zulu)
{
	(void)lint;
	return check_form(x, DER_TIME, ends_in_z);
}

static bool utc_has_seconds(const struct der *time)
{
	return time->body.size >= ZULU_UTC_LEN;
}

CHECK(utc_seconds)
{
	(void)lint;
	return check_form(x, DER_UTC_TIME, utc_has_seconds);
}

static bool general_has_seconds(const struct der *time)
{
	return time->body.size >= ZULU_LEN;
}

CHECK(general_seconds)
{
	(void)lint;
	return check_form(x, DER_TIME, general_has_seconds);
}

static bool has_no_fraction(const struct der *time)
{
	return !memchr(time->body.data, '.', time->body.size);
}

CHECK(general_fraction)
{
	(void)lint;
	return check_form(x, DER_TIME, has_no_fraction);
}

/* UTCTime through 2049, GeneralizedTime from 2050 on. */
CHECK(time_type)
{
	const struct der *times[] = {&x->parts.not_before, &x->parts.not_after};
	const struct moment *read[] = {&x->not_before, &x->not_after};
	const bool known[] = {x->has_not_before, x->has_not_after};

	(void)lint;
	for (size_t i = 0; i < 2; i++) {
		if (known[i] && times[i]->tag == DER_TIME && read[i]->day < DATE(2050, 1, 1))
			return LINT_BROKEN;
	}
	return LINT_HOLDS;
}

CHECK(validity_positive)
{
	(void)lint;
	if (!x->has_not_before || !x->has_not_after)
		return LINT_AWAY;
	return lint_broken_if(x->not_after.second < x->not_before.second);
}

/* A TLS server's certificate that is valid for more than `number` days. */
CHECK(days)
{
	int64_t days = x509_validity_days(x);

	if (!lint_is_leaf(x) || days < 0)
		return LINT_AWAY;
	return lint_broken_if(days > lint->number);
}

/* ... whose end is more than `number` days from its begin: both ends count since 2020 only. */
CHECK(days_between)
{
	if (!lint_is_leaf(x) || !x->has_not_before || !x->has_not_after)
		return LINT_AWAY;
	return lint_broken_if(x->not_after.second - x->not_before.second > lint->number * 86400);
}

/* ... for more than `number` months. */
CHECK(months)
{
	int64_t last;

	if (!lint_is_leaf(x) || !x->has_not_before || !x->has_not_after)
		return LINT_AWAY;
	last = x509_add_months(x->not_before.day, (int)lint->number);
	return lint_broken_if(x->not_after.second > last * 86400 + x->not_before.second % 86400);
}

/* SHA-1 beyond the end of 2016. */
CHECK(sha1_expiration)
{
	(void)lint;
	if (!lint_is_leaf(x) || !x->hash || strcmp(x->hash, "SHA1") || !x->has_not_after)
		return LINT_AWAY;
	return lint_broken_if(x->not_after.day >= DATE(2017, 1, 1));
}

CHECK(serial_positive)
{
	struct cursor number = x->parts.serial.body;
	bool zero = true;

	(void)lint;
	if (!number.size || number.data[0] & 0x80)
		return LINT_BROKEN;
	for (size_t i = 0; i < number.size; i++)
		zero = zero && !number.data[i];
	return lint_broken_if(zero);
}

CHECK(serial_length)
{
	const struct cursor *number = &x->parts.serial.body;
	size_t sign = number->size && !number->data[0];

	(void)lint;
	return lint_broken_if(number->size - sign > 20);
}

/* Extensions are of version 3. */
CHECK(extensions_version)
{
	(void)lint;
	return lint_broken_if(x->version != 3 && x->parts.extensions.tag);
}

CHECK(version_three)
{
	(void)lint;
	return lint_broken_if(x->version != 3);
}

CHECK(unique_identifiers)
{
	(void)lint;
	return lint_broken_if(x->parts.issuer_id.tag || x->parts.subject_id.tag);
}

CHECK(inner_algorithm)
{
	const struct cursor *outer = &x->parts.algorithm.whole;
	const struct cursor *inner = &x->parts.inner_algorithm.whole;

	(void)lint;
	return lint_broken_if(outer->size != inner->size ||
	                      memcmp(outer->data, inner->data, outer->size) != 0);
}
