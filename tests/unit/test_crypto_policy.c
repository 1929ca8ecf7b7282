/* test_crypto_policy.c - what the parameter sets of the pack crypto-policy make of the same facts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/policy.h"

enum { BASELINE, STRICT, GUOMI, HYBRID, PROFILES };

static struct assessment *judge(int profile, const char *inner)
{
	static const char *const packs[] = {"crypto-policy", "crypto-policy:strict",
	                                    "crypto-policy:guomi", "crypto-policy:hybrid"};
	struct policy_request request = {
		.packs = &packs[profile], .pack_count = 1, .as_of = "2026-11-23"};
	struct policy *policy = NULL;
	struct fact_doc *doc = NULL;
	struct assessment *assessment = NULL;
	struct text facts = {0};

	text_printf(&facts, "<facts><bundle platform='android' kind='apk'/>%s</facts>", inner);
	if (!policy_load(&request, &policy).ok || !fact_doc_parse(facts.data, facts.len, &doc).ok)
		fail_msg("%s", fault_last()->why);
	assert_true(policy_judge(policy, doc, &assessment).ok);
	policy_free(policy);
	fact_doc_free(doc);
	text_free(&facts);
	return assessment;
}

static char letter(enum verdict verdict)
{
	static const char letters[] = {
		[VERDICT_PASS] = 'P',    [VERDICT_FAIL] = 'F',          [VERDICT_ERROR] = 'E',
		[VERDICT_UNKNOWN] = 'U', [VERDICT_NOTAPPLICABLE] = 'N', [VERDICT_NOTCHECKED] = 'C'};

	return letters[verdict];
}

static char verdict_of(const struct assessment *a, const char *id)
{
	for (size_t i = 0; i < a->control_count; i++) {
		if (strcmp(a->controls[i].id, id) == 0)
			return letter(a->controls[i].verdict);
	}
	fail_msg("%s is not judged", id);
	return 'E';
}

#define CERTIFICATE(attributes) \
	"<certificates><certificate in='a.cer' sha256='1' " attributes "/></certificates>"
#define SIGNER(attributes) \
	"<signing module='base' in='' kind='apk' signed='true' verified='true'><signer " \
	"scheme='v2' " \
	"index='1' sha256='1' " attributes "/></signing>"
#define SM2_LEAF "role='server' ca='false' key-type='SM2' curve='sm2p256v1' signature-hash='SM3'"
#define RSA_LEAF "role='server' ca='false' key-type='RSA' signature-hash='SHA256' key-bits="

/* Verdicts in the order baseline, strict, guomi, hybrid. */
static const struct {
	const char *facts, *control, *want;
} table[] = {
	{CERTIFICATE(RSA_LEAF "'2048'"), "CERT-05", "PFPP"},
	{CERTIFICATE(RSA_LEAF "'1024'"), "CERT-05", "FFFF"},
	{CERTIFICATE(RSA_LEAF "'4096'"), "CERT-16", "PPFP"},
	{CERTIFICATE(RSA_LEAF "'4096'"), "CERT-07", "PFFP"},
	{CERTIFICATE(SM2_LEAF), "CERT-07", "PFPP"},
	{CERTIFICATE(SM2_LEAF), "CERT-06", "PFPP"},
	{CERTIFICATE(SM2_LEAF), "CERT-16", "PFPP"},
	{CERTIFICATE("role='unknown' key-type='EC' curve='secp256r1'"), "CERT-06", "PFFP"},
	{CERTIFICATE("role='unknown' key-type='EC' curve='secp384r1'"), "CERT-06", "PPFP"},
	{CERTIFICATE("role='unknown' key-type='EC' curve='secp192k1'"), "CERT-06", "FFFF"},
	/* what is self-signed is not trusted for its signature, in any set */
	{CERTIFICATE("role='root' self-signed='true' ca='true' signature-hash='SHA1'"), "CERT-07",
         "NNNN"},
	{CERTIFICATE("role='server' ca='false' validity-days='398'"), "CERT-09", "PFPP"},
	{CERTIFICATE("role='root' ca='true' validity-days='9000'"), "CERT-09", "NNNN"},
	/* 2026-11-23 is day 20780 */
	{CERTIFICATE("role='server' not-after-day='20869'"), "CERT-03", "FFFF"},
	{CERTIFICATE("role='server' not-after-day='20870'"), "CERT-03", "PFPP"},
	{CERTIFICATE("role='server' not-after-day='20960'"), "CERT-03", "PPPP"},
	/* SM2 is asked for where the set says so, and its absence is a finding there alone */
	{CERTIFICATE(RSA_LEAF "'4096'"), "SM-CERT-01", "NNFF"},
	{CERTIFICATE(SM2_LEAF), "SM-CERT-01", "NNPP"},
	{CERTIFICATE(SM2_LEAF " key-usage='digitalSignature'"), "SM-CERT-03", "NNFF"},
	{"", "SM-ALG-01", "NNFF"},
	{"<matches><match rule='bangcle' in='a.so' tags='hardening android'/></matches>",
         "SM-ALG-02", "NNCC"},
	/* platforms do not accept SM2 there: the signer of a package keeps limits of its own */
	{SIGNER("key-type='RSA' key-bits='2048'"), "AND-SIG-03", "PFPP"},
	{SIGNER("key-type='RSA' key-bits='3072'"), "AND-SIG-03", "PPPP"},
	{SIGNER("not-before-day='18000' not-after-day='21145'"), "AND-SIG-06", "PFPP"},
	{SIGNER("not-before-day='18000' not-after-day='21144'"), "AND-SIG-06", "FFFF"},
	{SIGNER("not-before-day='18000' not-after-day='22605'"), "AND-SIG-06", "PPPP"},
	{"<keystores><keystore in='a.p12' offset='0' kind='pkcs12' private-keys='1' "
         "secret-keys='0' "
         "iterations='10000'/></keystores>",
         "KEY-06", "PFPP"},
	{"<keys><key in='a' kind='public' type='RSA' bits='3072'/></keys>", "KEY-05", "PPFP"},
	{"<certificates><certificate in='a' sha256='1' key-type='RSA'><weakness "
         "kind='small-exponent'/></certificate></certificates>",
         "CERT-08", "PFFP"},
};

static void sets_differ_as_they_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char got[PROFILES + 1] = "";

		for (int profile = 0; profile < PROFILES; profile++) {
			struct assessment *a = judge(profile, table[i].facts);
			got[profile] = verdict_of(a, table[i].control);
			assessment_free(a);
		}
		if (strcmp(got, table[i].want) != 0)
			fail_msg("%s over %s: %s, not %s", table[i].control, table[i].facts, got,
			         table[i].want);
	}
}

/* A set that tightens another fails wherever that one fails. */
static void tighter_sets_never_pass_what_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct assessment *base = judge(BASELINE, table[i].facts);

		for (int profile = STRICT; profile < PROFILES; profile++) {
			struct assessment *tight = judge(profile, table[i].facts);
			for (size_t c = 0; c < base->control_count; c++) {
				if (base->controls[c].verdict == VERDICT_FAIL &&
				    verdict_of(tight, base->controls[c].id) != 'F')
					fail_msg("%s over %s", base->controls[c].id,
					         table[i].facts);
			}
			assessment_free(tight);
		}
		assessment_free(base);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_differ_as_they_say),
		cmocka_unit_test(tighter_sets_never_pass_what_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
