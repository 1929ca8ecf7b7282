/* x509time.c - times of certificates as text and day numbers. */
#include "crypto/x509time.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <time.h>

/* Days from 1970-01-01 in the proleptic Gregorian calendar; March begins the year, so that a leap
 * day is its last. */
static int64_t day_number(int64_t year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

struct result x509time_read(const struct der *time, const char *field, struct moment *out)
{
	const uint8_t *octets = time->whole.data;
	ASN1_TIME *read = NULL;
	struct tm tm = {0};
	bool valid;

	/* the longest form, with a fraction that RFC 5280 forbids, stays far below */
	if (time->whole.size <= 64)
		read = d2i_ASN1_TIME(NULL, &octets, (long)time->whole.size);
	valid = read && ASN1_TIME_to_tm(read, &tm);
	ASN1_TIME_free(read);
	ERR_clear_error();
	ENSURE(valid, CERT_TIME, time->whole.origin, "%s is no valid time (RFC 5280, 4.1.2.5)",
	       field);
	strftime(out->text, sizeof out->text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	out->day = day_number(tm.tm_year + 1900LL, tm.tm_mon + 1, tm.tm_mday);
	out->second = out->day * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
	return OK;
}
