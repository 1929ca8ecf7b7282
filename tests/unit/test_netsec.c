/* test_netsec.c - network security configurations: inheritance, defaults, pins, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "formats/netsec.h"
#include "unit/build_axml.h"

#define PIN_A "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define PIN_B "//////////////////////////////////////////8="

static struct build b;
static struct arena arena;
static struct netsec netsec;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	build_start(&b);
	build_open(&b, "network-security-config", NULL, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void read_config(int64_t target, bool debuggable)
{
	struct axml axml;

	build_close(&b, "network-security-config");
	struct text doc = build_finish(&b);
	assert_true(axml_parse(cursor_over(doc.data, doc.len, DIAG_SYSTEM), &arena, &axml).ok);
	assert_true(netsec_read(axml.root, target, debuggable, &arena, &netsec).ok);
	text_free(&doc);
}

static void add_anchor(const char *src, bool overrides)
{
	build_open(&b, "trust-anchors", NULL, 0);
	if (overrides)
		LEAF(&b, "certificates", PLAIN("src", src), PLAIN_YES("overridePins"));
	else
		LEAF(&b, "certificates", PLAIN("src", src));
	build_close(&b, "trust-anchors");
}

static void add_domain(const char *name)
{
	OPEN(&b, "domain", PLAIN_YES("includeSubdomains"));
	build_text(&b, name);
	build_close(&b, "domain");
}

static void add_pin(const char *digest, const char *value)
{
	OPEN(&b, "pin", PLAIN("digest", digest));
	build_text(&b, value);
	build_close(&b, "pin");
}

static void nested_domains_inherit(void **state)
{
	(void)state;
	OPEN(&b, "domain-config", PLAIN_NO("cleartextTrafficPermitted"));
	add_domain(" One.Example ");
	OPEN(&b, "pin-set", PLAIN("expiration", "2027-03-01"));
	add_pin("SHA-256", PIN_A);
	add_pin("SHA-256", PIN_B);
	add_pin("sha-256", PIN_B);
	build_close(&b, "pin-set");
	build_open(&b, "domain-config", NULL, 0);
	add_domain("two.example");
	add_anchor("user", true);
	build_close(&b, "domain-config");
	build_close(&b, "domain-config");
	build_open(&b, "domain-config", NULL, 0);
	add_domain("three.example");
	build_close(&b, "domain-config");
	OPEN(&b, "base-config", PLAIN_YES("cleartextTrafficPermitted"));
	build_close(&b, "base-config");
	read_config(30, false);

	assert_false(netsec.damaged);
	const struct netsec_config *one = netsec.domains, *two = one->next, *three = two->next;
	assert_string_equal(one->domains[0].name, "one.example");
	assert_true(one->domains[0].subdomains);
	assert_false(netsec_cleartext(one));
	assert_false(netsec_cleartext(two));
	assert_true(netsec_cleartext(three)); /* from the base, which stands behind it */
	assert_ptr_equal(netsec_pins_of(two), one);
	assert_int_equal(one->pin_count, 3);
	assert_int_equal(one->valid_pins, 2);
	assert_int_equal(one->expiration_day, 20878);
	assert_int_equal(netsec_anchors_of(one)->anchor_count, 1);
	assert_int_equal(netsec_anchors_of(one)->anchors[0].kind, ANCHOR_SYSTEM);
	assert_int_equal(netsec_anchors_of(two)->anchors[0].kind, ANCHOR_USER);
	assert_true(netsec_anchors_of(two)->anchors[0].overrides_pins);
	assert_null(three->next);
}

static void defaults_follow_the_target(void **state)
{
	(void)state;
	read_config(27, false);
	assert_true(netsec_cleartext(netsec.base));
	assert_int_equal(netsec_anchors_of(netsec.base)->anchor_count, 1);
	netsec_default(28, &netsec.platform);
	assert_false(netsec_cleartext(&netsec.platform));
	netsec_default(23, &netsec.platform);
	assert_int_equal(netsec.platform.anchor_count, 2);
}

/* A boolean that the build tool left as text is not taken: the default is true. */
static void text_is_no_boolean(void **state)
{
	(void)state;
	OPEN(&b, "base-config", PLAIN("cleartextTrafficPermitted", "false"));
	build_close(&b, "base-config");
	read_config(30, false);
	assert_true(netsec_cleartext(netsec.base));
	assert_int_equal(netsec.untyped, 1);
}

static void add_debug(void)
{
	build_open(&b, "debug-overrides", NULL, 0);
	add_anchor("user", false);
	build_close(&b, "debug-overrides");
	build_open(&b, "base-config", NULL, 0);
	add_anchor("system", false);
	build_close(&b, "base-config");
}

static void debug_counts_only_when_debuggable(void **state)
{
	(void)state;
	add_debug();
	read_config(30, false);
	assert_int_equal(netsec.base->anchor_count, 1);
	assert_non_null(netsec.debug);
	assert_true(netsec.debug->anchors[0].overrides_pins); /* the default there */
}

static void debug_anchors_join(void **state)
{
	(void)state;
	add_debug();
	read_config(30, true);
	assert_int_equal(netsec.base->anchor_count, 2);
	assert_int_equal(netsec.base->anchors[1].kind, ANCHOR_USER);
}

static void expect_damage(const char *word)
{
	read_config(30, false);
	assert_true(netsec.damaged);
	assert_non_null(strstr(netsec.why, word));
}

static void a_domain_twice_is_damage(void **state)
{
	(void)state;
	build_open(&b, "domain-config", NULL, 0);
	add_domain("a.example");
	add_domain("A.example");
	build_close(&b, "domain-config");
	expect_damage("twice");
}

static void a_config_without_domain_is_damage(void **state)
{
	(void)state;
	build_open(&b, "domain-config", NULL, 0);
	build_close(&b, "domain-config");
	expect_damage("no domain");
}

static void a_weak_pin_is_damage(void **state)
{
	(void)state;
	build_open(&b, "domain-config", NULL, 0);
	add_domain("a.example");
	build_open(&b, "pin-set", NULL, 0);
	add_pin("SHA-1", PIN_A);
	build_close(&b, "pin-set");
	build_close(&b, "domain-config");
	expect_damage("SHA-256");
	assert_int_equal(netsec.domains->valid_pins, 0);
	assert_int_equal(netsec.domains->pin_count, 1);
}

static void knows_days(void **state)
{
	int64_t day;

	(void)state;
	assert_true(netsec_parse_day("1970-01-01", &day));
	assert_int_equal(day, 0);
	assert_true(netsec_parse_day("2024-02-29", &day));
	assert_int_equal(day, 19782);
	assert_false(netsec_parse_day("2023-02-29", &day));
	assert_false(netsec_parse_day("2023-13-01", &day));
	assert_false(netsec_parse_day("2023-1-1x", &day));
	assert_false(netsec_parse_day("", &day));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nested_domains_inherit),
		TEST(defaults_follow_the_target),
		TEST(text_is_no_boolean),
		TEST(debug_counts_only_when_debuggable),
		TEST(debug_anchors_join),
		TEST(a_domain_twice_is_damage),
		TEST(a_config_without_domain_is_damage),
		TEST(a_weak_pin_is_damage),
		TEST(knows_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
