/* test_textxml.c - text XML: what is refused, and with which diagnostic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/textxml.h"

static struct facts facts;

/* DIAG_COUNT for a document that passes. */
static enum diag check(const char *bytes, size_t len)
{
	facts_free(&facts);
	facts_init(&facts, (struct entry_id){0}, "x.xml");
	if (textxml_check(cursor_over(bytes, len, DIAG_XML_PARSE), &facts).ok)
		return DIAG_COUNT;
	return fault_last()->code;
}

#define GIVES(code, bytes) assert_int_equal(check(bytes, sizeof(bytes) - 1), code)

static void takes_ordinary_documents(void **state)
{
	(void)state;
	GIVES(DIAG_COUNT, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- c --><r a='1>2'>"
	                  "<b/>&amp;&#x41;<![CDATA[<x>]]></r>");
	GIVES(DIAG_COUNT, "<?xml version='1.0' encoding='ISO-8859-1'?><r>\xe4</r>");
	GIVES(DIAG_COUNT, "<?xml version='1.0' encoding='GBK'?><r>x</r>");
	GIVES(DIAG_COUNT, "\xff\xfe<\0r\0/\0>\0");
	GIVES(DIAG_COUNT, "\xfe\xff\0<\0r\0/\0>");
	GIVES(DIAG_COUNT, "<r>\xe6\x99\xb4</r>");
}

static void refuses_encodings_and_characters(void **state)
{
	(void)state;
	GIVES(DIAG_XML_ENCODING, "<r>\xff\xc0\x80</r>");
	GIVES(DIAG_XML_ENCODING, "\xff\xfe<\0r\0/\0>");
	GIVES(DIAG_XML_ENCODING, "<?xml version='1.0' encoding='UTF-7'?><r/>");
	GIVES(DIAG_XML_ENCODING, "<?xml version='1.0' encoding='GBK'?><r>\xb0\xa1</r>");
	GIVES(DIAG_XML_CHAR, "<r>\0</r>");
	GIVES(DIAG_XML_CHAR, "<r>\x1b</r>");
	GIVES(DIAG_XML_CHAR, "<r>&#0;</r>");
	GIVES(DIAG_XML_CHAR, "<r a='&#x110000;'/>");
	GIVES(DIAG_XML_CHAR, "<r>&#99999999999999999999;</r>");
}

static void refuses_entities(void **state)
{
	(void)state;
	GIVES(DIAG_XML_ENTITY, "<!DOCTYPE r [<!ENTITY a 'x'>]><r>&a;</r>");
	assert_int_equal(facts.count[ROW_ISSUE], 0);
	GIVES(DIAG_XML_ENTITY, "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r>&a;</r>");
	assert_int_equal(facts.count[ROW_ISSUE], 1);
	GIVES(DIAG_COUNT, "<!DOCTYPE r SYSTEM 'file:///dev/zero'><r/>");
	assert_int_equal(facts.count[ROW_ISSUE], 1);
	GIVES(DIAG_XML_PARSE, "<r>&undeclared;</r>");
}

static void refuses_what_is_not_well_formed(void **state)
{
	(void)state;
	GIVES(DIAG_XML_EMPTY, "");
	GIVES(DIAG_XML_EMPTY, "<?xml version='1.0'?>");
	GIVES(DIAG_XML_PARSE, "<r>");
	GIVES(DIAG_XML_PARSE, "<r></s>");
	GIVES(DIAG_XML_PARSE, "<r");
	GIVES(DIAG_XML_PARSE, "<r a=1/>");
	GIVES(DIAG_XML_PARSE, "<r/></r>");
	GIVES(DIAG_XML_PARSE, "<r><!-- </r>");
	GIVES(DIAG_XML_PARSE, "<r a='1' a='2'/>");
}

static void keeps_limits(void **state)
{
	struct text deep = {0}, wide = {0}, name = {0};

	(void)state;
	for (int i = 0; i < 201; i++)
		text_puts(&deep, "<a>");
	assert_int_equal(check(deep.data, deep.len), DIAG_XML_DEPTH);
	text_puts(&wide, "<r");
	for (int i = 0; i < 1001; i++)
		text_printf(&wide, " a%d='1'", i);
	text_puts(&wide, "/>");
	assert_int_equal(check(wide.data, wide.len), DIAG_XML_ATTRS);
	text_printf(&name, "<%01001d/>", 0);
	assert_int_equal(check(name.data, name.len), DIAG_XML_NAME);
	text_free(&deep);
	text_free(&wide);
	text_free(&name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_ordinary_documents),
		cmocka_unit_test(refuses_encodings_and_characters),
		cmocka_unit_test(refuses_entities),
		cmocka_unit_test(refuses_what_is_not_well_formed),
		cmocka_unit_test(keeps_limits),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	facts_free(&facts);
	return failed;
}
