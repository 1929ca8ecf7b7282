/* test_make_bundle.c - the writer of binary XML, resource tables and ZIP archives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make_bundle/make_bundle.h"

#define ANDROID "xmlns:android=\"http://schemas.android.com/apk/res/android\""

static uint32_t u32(const struct text *t, size_t at)
{
	const unsigned char *p = (const unsigned char *)t->data + at;

	assert_true(at + 4 <= t->len);
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t u16(const struct text *t, size_t at)
{
	return u32(t, at) & 0xffff;
}

/* The position of the n-th chunk of a type inside the file's outer chunk. */
static size_t chunk_at(const struct text *t, unsigned type, unsigned n)
{
	for (size_t at = 8; at < t->len; at += u32(t, at + 4))
		if (u16(t, at) == type && n-- == 0)
			return at;
	fail_msg("no chunk of type 0x%x", type);
	return 0;
}

static struct text axml(const char *xml, const struct resources *resources, bool utf8)
{
	struct axml_options options = {.utf8 = utf8};
	struct text out = {0};

	if (!make_axml_text(xml, "test.xml", resources, &options, &out).ok)
		fail_msg("%s", fault_last()->why);
	assert_int_equal(u32(&out, 4), out.len);
	return out;
}

static bool refused(const char *xml)
{
	struct axml_options options = {.utf8 = true};
	struct text out DEFER(text_free) = {0};

	return !make_axml_text(xml, "test.xml", NULL, &options, &out).ok;
}

static void attributes_stand_in_the_order_of_their_ids(void **state)
{
	static const uint32_t ids[] = {0x0101000f, 0x01010280, 0x0101063e};
	struct text out DEFER(text_free) = axml(
		"<application " ANDROID " package='p' android:dataExtractionRules='@0x7f010000'"
		" android:allowBackup='false' android:debuggable='true'/>",
		NULL, true);
	size_t map = chunk_at(&out, 0x0180, 0), start = chunk_at(&out, 0x0102, 0);

	(void)state;
	assert_int_equal(u32(&out, map + 4), 8 + 4 * 3);
	assert_int_equal(u16(&out, start + 28), 4);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(u32(&out, map + 8 + 4 * i), ids[i]);
		assert_int_equal(u32(&out, start + 36 + 20 * i + 4), i);
	}
	assert_int_equal(u32(&out, start + 36 + 16), UINT32_MAX);
	assert_int_equal(u32(&out, start + 36 + 20 + 12), 0x12000008);
	assert_int_equal(u32(&out, start + 36 + 20 + 16), 0);
	assert_int_equal(u32(&out, start + 36 + 40 + 12), 0x01000008);
	assert_int_equal(u32(&out, start + 36 + 40 + 16), 0x7f010000);
	assert_int_equal(u32(&out, start + 36 + 60), UINT32_MAX); /* package has no namespace */
}

static void a_name_without_namespace_is_not_the_attribute(void **state)
{
	struct text out DEFER(text_free) =
		axml("<a " ANDROID " android:name='x' name='y'/>", NULL, true);
	size_t start = chunk_at(&out, 0x0102, 0);

	(void)state;
	assert_int_equal(u32(&out, start + 36 + 4), 0);
	assert_int_not_equal(u32(&out, start + 36 + 20 + 4), 0);
}

static void elements_and_text_nest(void **state)
{
	struct text out DEFER(text_free) =
		axml("<a>\n <b> one </b>\n <!-- no --><b/>\n</a>", NULL, false);
	static const unsigned order[] = {0x0102, 0x0102, 0x0104, 0x0103, 0x0102, 0x0103, 0x0103};
	size_t at = chunk_at(&out, 0x0102, 0);

	(void)state;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		assert_int_equal(u16(&out, at), order[i]);
		at += u32(&out, at + 4);
	}
	assert_int_equal(at, out.len);
	assert_int_equal(u32(&out, chunk_at(&out, 0x0102, 2) + 8), 3); /* line */
}

static void plain_attributes_have_the_type_of_their_text(void **state)
{
	struct text out DEFER(text_free) = axml("<a on='true' to='x'/>", NULL, true);
	size_t first = chunk_at(&out, 0x0102, 0) + 36;

	(void)state;
	assert_int_equal(u32(&out, first + 12), 0x12000008);
	assert_int_equal(u32(&out, first + 20 + 12), 0x03000008);
}

static void pools_hold_characters_beyond_the_first_plane(void **state)
{
	static const uint8_t utf8[] = {2, 4, 0xf0, 0x9f, 0x8c, 0x82, 0};
	static const uint8_t utf16[] = {2, 0, 0x3c, 0xd8, 0x02, 0xdf, 0, 0};
	struct strings strings DEFER(strings_free) = {0};
	struct text narrow DEFER(text_free) = {0}, wide DEFER(text_free) = {0};

	(void)state;
	strings_add(&strings, "\xf0\x9f\x8c\x82", 0);
	assert_true(strings_write(&strings, true, &narrow).ok);
	assert_true(strings_write(&strings, false, &wide).ok);
	assert_int_equal(u32(&narrow, 16), 0x100);
	assert_int_equal(u32(&wide, 16), 0);
	assert_memory_equal(narrow.data + u32(&narrow, 20), utf8, sizeof utf8);
	assert_memory_equal(wide.data + u32(&wide, 20), utf16, sizeof utf16);
	strings_add(&strings, "\xff", 0);
	assert_false(strings_write(&strings, true, &narrow).ok);
}

static void long_strings_take_two_bytes_of_length(void **state)
{
	struct strings strings DEFER(strings_free) = {0};
	struct text out DEFER(text_free) = {0};
	char words[301] = {0};

	(void)state;
	memset(words, 'a', 300);
	strings_add(&strings, words, 0);
	assert_true(strings_write(&strings, true, &out).ok);
	const uint8_t *at = (const uint8_t *)out.data + u32(&out, 20);
	assert_int_equal(at[0], 0x81);
	assert_int_equal(at[1], 300 & 0xff);
	assert_int_equal(at[2], 0x81);
	assert_int_equal(at[4], 'a');
}

struct reading {
	const char *attribute, *text;
	enum value_type type;
	uint32_t data;
};

static void values_are_read_as_the_platform_types_them(void **state)
{
	static const struct reading readings[] = {
		{"debuggable", "true", VALUE_BOOL, UINT32_MAX},
		{"minSdkVersion", "19", VALUE_INT, 19},
		{"minSdkVersion", "S", VALUE_STRING, 0},
		{"versionName", "1.0", VALUE_STRING, 0},
		{"versionName", "10", VALUE_STRING, 0},
		{"priority", "-5", VALUE_INT, (uint32_t)-5},
		{"protectionLevel", "signature|privileged", VALUE_HEX, 0x12},
		{"protectionLevel", "0x8000002", VALUE_HEX, 0x8000002},
		{"launchMode", "singleTask", VALUE_INT, 2},
		{"configChanges", "orientation|screenSize", VALUE_HEX, 0x480},
		{"value", "#abc", VALUE_RGB4, 0xffaabbcc},
		{"value", "#80112233", VALUE_ARGB8, 0x80112233},
		{"value", "0x10", VALUE_HEX, 16},
		{"value", "1.5", VALUE_FLOAT, 0x3fc00000},
		{"value", "16dp", VALUE_DIMENSION, 0x1001},
		{"value", "0.5sp", VALUE_DIMENSION, 0x4012},
		{"value", "@null", VALUE_REFERENCE, 0},
		{"theme", "@android:style/Theme.Holo.Light", VALUE_REFERENCE, 0x0103006e},
		{"value", "d0c7", VALUE_STRING, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		const struct reading *r = &readings[i];
		struct value value = {.data = 0};
		if (!value_read(r->text, attribute_find(r->attribute), NULL, &value).ok)
			fail_msg("%s: %s", r->text, fault_last()->why);
		assert_int_equal(value.type, r->type);
		assert_int_equal(value.data, r->data);
	}
}

static void wrong_sources_are_refused(void **state)
{
	(void)state;
	assert_true(refused("<a " ANDROID " android:noSuchThing='1'/>"));
	assert_true(refused("<a " ANDROID " android:debuggable='maybe'/>"));
	assert_true(refused("<a " ANDROID " android:launchMode='singleTask|standard'/>"));
	assert_true(refused("<a " ANDROID " android:label='@string/missing'/>"));
	assert_true(refused("<a>"));
}

static struct resources *some_resources(void)
{
	struct resources *resources = resources_open("cn.qingsan.test");

	assert_true(resources_add(resources, "string", "name", "", "晴伞").ok);
	assert_true(resources_add(resources, "string", "name", "zh-rCN-v31", "晴伞银行").ok);
	assert_true(resources_add(resources, "string", "alias", "", "@string/name").ok);
	assert_true(resources_add(resources, "bool", "on", "", "true").ok);
	assert_true(resources_add_file(resources, "xml", "net", "", "res/xml/net.xml").ok);
	resources_number(resources);
	return resources;
}

static void ids_follow_types_and_names(void **state)
{
	struct resources *resources = some_resources();

	(void)state;
	assert_int_equal(resources_find(resources, "bool/on"), 0x7f010000);
	assert_int_equal(resources_find(resources, "string/alias"), 0x7f020000);
	assert_int_equal(resources_find(resources, "string/name"), 0x7f020001);
	assert_int_equal(resources_find(resources, "xml/net"), 0x7f030000);
	assert_int_equal(resources_find(resources, "string/none"), 0);
	resources_close(resources);
}

/* The n-th ResTable_type of the only package. */
static size_t type_at(const struct text *t, unsigned n)
{
	size_t package = 12 + u32(t, 12 + 4);

	assert_int_equal(u16(t, package), 0x0200);
	for (size_t at = package + 288; at < t->len; at += u32(t, at + 4))
		if (u16(t, at) == 0x0201 && n-- == 0)
			return at;
	fail_msg("no such type");
	return 0;
}

static void tables_hold_a_value_for_each_configuration(void **state)
{
	struct resources *resources = some_resources();
	struct text out DEFER(text_free) = {0};

	(void)state;
	assert_true(make_arsc(resources, true, &out).ok);
	assert_int_equal(u32(&out, 4), out.len);
	size_t plain = type_at(&out, 1), chinese = type_at(&out, 2);
	assert_int_equal(u32(&out, plain + 8), 2);
	assert_int_equal(u32(&out, plain + 84), 0); /* both have a plain value */
	assert_int_equal(u32(&out, plain + 84 + 4), 16);
	assert_int_equal(u32(&out, plain + 92 + 12), 0x7f020001); /* alias refers to name */
	assert_memory_equal(out.data + chinese + 20 + 8, "zhCN", 4);
	assert_int_equal(u16(&out, chinese + 20 + 24), 31);
	assert_int_equal(u32(&out, chinese + 84), UINT32_MAX); /* alias has none here */
	resources_close(resources);
}

static void later_values_replace_earlier_ones(void **state)
{
	struct resources *resources = resources_open("cn.qingsan.test");

	(void)state;
	assert_true(resources_add(resources, "string", "name", "", "one").ok);
	assert_true(resources_add(resources, "string", "name", "", "two").ok);
	assert_int_equal(resources->count, 1);
	assert_int_equal(resources->items[0].count, 1);
	assert_string_equal(resources->items[0].values[0].items[0].text, "two");
	assert_false(resources_add(resources, "string", "name", "klingon", "three").ok);
	resources_close(resources);
}

static void qualifiers_imply_versions(void **state)
{
	static const char *const names[][2] = {
		{"", ""},
		{"zh", "-zh"},
		{"xxhdpi", "-xxhdpi-v4"},
		{"night", "-night-v8"},
		{"sw600dp", "-sw600dp-v13"},
		{"zh-rCN-v31", "-zh-rCN-v31"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct text out DEFER(text_free) = {0};
		struct config config;
		assert_true(config_read(names[i][0], &config).ok);
		text_puts(&out, "");
		config_name(&config, &out);
		assert_string_equal(out.data, names[i][1]);
	}
}

static void archives_are_sorted_aligned_and_the_same_each_time(void **state)
{
	struct text bytes[2] = {{0}, {0}};

	(void)state;
	for (size_t turn = 0; turn < 2; turn++) {
		struct zip_maker zip DEFER(zip_maker_free) = {0};
		static const char *const names[2][3] = {{"z", "lib/a.so", "a"},
		                                        {"a", "z", "lib/a.so"}};
		for (size_t i = 0; i < 3; i++) {
			struct text body = {0};
			text_printf(&body, "%0200d", 7);
			zip_maker_add(&zip, names[turn][i], &body, names[turn][i][0] == 'z');
			assert_null(body.data);
		}
		assert_true(zip_maker_write(&zip, &bytes[turn]).ok);
	}
	assert_int_equal(bytes[0].len, bytes[1].len);
	assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].len);
	size_t end = bytes[0].len - 22, central = u32(&bytes[0], end + 16);
	assert_int_equal(u16(&bytes[0], end + 10), 3);
	size_t second = u32(&bytes[0], central + 46 + 1 + 42);
	assert_memory_equal(bytes[0].data + second + 30, "lib/a.so", 8);
	assert_int_equal((second + 30 + 8 + u16(&bytes[0], second + 28)) % 4096, 0);
	size_t third = u32(&bytes[0], central + 46 + 1 + 46 + 8 + 42);
	assert_int_equal(u16(&bytes[0], third + 8), 8);
	assert_true(u32(&bytes[0], third + 18) < 200);
	text_free(&bytes[0]);
	text_free(&bytes[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes_stand_in_the_order_of_their_ids),
		cmocka_unit_test(a_name_without_namespace_is_not_the_attribute),
		cmocka_unit_test(elements_and_text_nest),
		cmocka_unit_test(plain_attributes_have_the_type_of_their_text),
		cmocka_unit_test(pools_hold_characters_beyond_the_first_plane),
		cmocka_unit_test(long_strings_take_two_bytes_of_length),
		cmocka_unit_test(values_are_read_as_the_platform_types_them),
		cmocka_unit_test(wrong_sources_are_refused),
		cmocka_unit_test(ids_follow_types_and_names),
		cmocka_unit_test(tables_hold_a_value_for_each_configuration),
		cmocka_unit_test(later_values_replace_earlier_ones),
		cmocka_unit_test(qualifiers_imply_versions),
		cmocka_unit_test(archives_are_sorted_aligned_and_the_same_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
