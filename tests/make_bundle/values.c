/*
 * values.c - typed values, and the framework's names for them (AOSP attrs.xml, attrs_manifest.xml).
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "make_bundle/make_bundle.h"

#define NO_WORDS NULL
#define WORDS(name) static const struct value_word name[]
#define END \
	{ \
		NULL, 0 \
	}

WORDS(protection) = {
	{"normal", 0},
	{"dangerous", 1},
	{"signature", 2},
	{"signatureOrSystem", 3},
	{"internal", 4},
	{"privileged", 0x10},
	{"system", 0x10},
	{"development", 0x20},
	{"appop", 0x40},
	{"pre23", 0x80},
	{"installer", 0x100},
	{"verifier", 0x200},
	{"preinstalled", 0x400},
	{"setup", 0x800},
	{"instant", 0x1000},
	{"runtime", 0x2000},
	{"oem", 0x4000},
	{"vendorPrivileged", 0x8000},
	{"role", 0x4000000},
	{"knownSigner", 0x8000000},
	END,
};
WORDS(permission_flags) = {{"costsMoney", 1}, {"hardRestricted", 4}, {"softRestricted", 8}, END};
WORDS(launch_mode) = {
	{"standard", 0},
	{"singleTop", 1},
	{"singleTask", 2},
	{"singleInstance", 3},
	{"singleInstancePerTask", 4},
	END,
};
WORDS(document_launch) = {{"none", 0}, {"intoExisting", 1}, {"always", 2}, {"never", 3}, END};
WORDS(screen_orientation) = {
	{"unspecified", UINT32_MAX},
	{"landscape", 0},
	{"portrait", 1},
	{"user", 2},
	{"behind", 3},
	{"sensor", 4},
	{"nosensor", 5},
	{"sensorLandscape", 6},
	{"sensorPortrait", 7},
	{"fullSensor", 10},
	{"locked", 14},
	END,
};
WORDS(config_changes) = {
	{"mcc", 1},
	{"mnc", 2},
	{"locale", 4},
	{"touchscreen", 8},
	{"keyboard", 0x10},
	{"keyboardHidden", 0x20},
	{"navigation", 0x40},
	{"orientation", 0x80},
	{"screenLayout", 0x100},
	{"uiMode", 0x200},
	{"screenSize", 0x400},
	{"smallestScreenSize", 0x800},
	{"density", 0x1000},
	{"layoutDirection", 0x2000},
	{"fontScale", 0x40000000},
	END,
};
WORDS(soft_input) = {
	{"stateUnspecified", 0},
	{"stateUnchanged", 1},
	{"stateHidden", 2},
	{"stateAlwaysHidden", 3},
	{"stateVisible", 4},
	{"stateAlwaysVisible", 5},
	{"adjustUnspecified", 0},
	{"adjustResize", 0x10},
	{"adjustPan", 0x20},
	{"adjustNothing", 0x30},
	END,
};
WORDS(install_location) = {{"auto", 0}, {"internalOnly", 1}, {"preferExternal", 2}, END};
WORDS(foreground_service) = {
	{"dataSync", 1},
	{"mediaPlayback", 2},
	{"phoneCall", 4},
	{"location", 8},
	{"connectedDevice", 0x10},
	{"mediaProjection", 0x20},
	{"camera", 0x40},
	{"microphone", 0x80},
	{"health", 0x100},
	{"remoteMessaging", 0x200},
	{"systemExempted", 0x400},
	{"shortService", 0x800},
	{"specialUse", 0x40000000},
	END,
};
WORDS(memtag) = {{"default", UINT32_MAX}, {"off", 0}, {"async", 1}, {"sync", 2}, END};
WORDS(gwp_asan) = {{"default", UINT32_MAX}, {"never", 0}, {"always", 1}, END};
WORDS(accessibility_events) = {
	{"typeViewClicked", 1},
	{"typeViewFocused", 8},
	{"typeViewTextChanged", 0x10},
	{"typeWindowStateChanged", 0x20},
	{"typeNotificationStateChanged", 0x40},
	{"typeWindowContentChanged", 0x800},
	{"typeAllMask", UINT32_MAX},
	END,
};
WORDS(accessibility_feedback) = {
	{"feedbackSpoken", 1},
	{"feedbackGeneric", 0x10},
	{"feedbackAllMask", UINT32_MAX},
	END,
};
WORDS(accessibility_flags) = {
	{"flagDefault", 1},
	{"flagIncludeNotImportantViews", 2},
	{"flagReportViewIds", 0x10},
	{"flagRetrieveInteractiveWindows", 0x40},
	END,
};
WORDS(uses_permission) = {{"neverForLocation", 0x10000}, END};
WORDS(app_category) = {
	{"game", 0}, {"audio", 1}, {"video", 2},        {"image", 3},         {"social", 4},
	{"news", 5}, {"maps", 6},  {"productivity", 7}, {"accessibility", 8}, END,
};
WORDS(input_type) = {
	{"none", 0},
	{"text", 1},
	{"textNoSuggestions", 0x80001},
	{"textPassword", 0x81},
	{"number", 2},
	{"numberPassword", 0x12},
	{"phone", 3},
	END,
};
WORDS(orientation) = {{"horizontal", 0}, {"vertical", 1}, END};
WORDS(persistable) = {
	{"persistRootOnly", 0},
	{"persistNever", 1},
	{"persistAcrossReboots", 2},
	END,
};
WORDS(gravity) = {{"top", 0x30}, {"bottom", 0x50}, {"center", 0x11}, {"start", 0x800003}, END};
WORDS(content_uri) = {{"none", 0},        {"read", 1},         {"write", 2},
                      {"readOrWrite", 3}, {"readAndWrite", 4}, END};
WORDS(shape) = {{"rectangle", 0}, {"oval", 1}, {"line", 2}, {"ring", 3}, END};
WORDS(layout_size) = {{"match_parent", UINT32_MAX}, {"wrap_content", UINT32_MAX - 1}, END};

static const struct attribute attributes[] = {
#define ATTRIBUTE(name, id, formats, words, flags) {#name, id, formats, words, flags},
#include "make_bundle/attributes.def"
};

/* Public resources of the framework that sources refer to (public-final.xml). */
static const struct value_word framework[] = {
	{"style/Theme.NoTitleBar", 0x01030006},
	{"style/Theme.Translucent.NoTitleBar", 0x01030010},
	{"style/Theme.Holo.Light", 0x0103006e},
	{"style/Theme.Holo.Light.NoActionBar", 0x010300f0},
	{"style/Theme.DeviceDefault.Light", 0x0103012b},
	{"style/Theme.DeviceDefault.Light.NoActionBar", 0x0103012c},
	{"style/Theme.Material.Light", 0x01030237},
	{"style/Theme.Material.Light.NoActionBar", 0x01030241},
	{"drawable/sym_def_app_icon", 0x01080093},
	{"string/ok", 0x0104000a},
	{"string/cancel", 0x01040000},
	{"color/white", 0x0106000b},
	{"color/black", 0x0106000c},
	END,
};

const struct attribute *attribute_find(const char *name)
{
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (!strcmp(attributes[i].name, name))
			return &attributes[i];
	return NULL;
}

static const struct value_word *word_find(const struct value_word *words, const char *name,
                                          size_t len)
{
	for (const struct value_word *w = words; w && w->name; w++)
		if (strlen(w->name) == len && !memcmp(w->name, name, len))
			return w;
	return NULL;
}

/* True and set if the text is words of the attribute. */
static bool words_read(const char *text, const struct attribute *attribute, uint32_t *out)
{
	uint32_t sum = 0;

	for (const char *at = text;; at++) {
		size_t len = attribute->flags ? strcspn(at, "|") : strlen(at);
		const struct value_word *word = word_find(attribute->words, at, len);
		if (!word)
			return false;
		sum |= word->value;
		at += len;
		if (!*at)
			break;
	}
	*out = sum;
	return true;
}

/* A whole number in decimal or, with 0x, in hexadecimal. */
static bool number_read(const char *text, uint32_t *out, bool *hex)
{
	char *end;

	*hex = !strncmp(text, "0x", 2);
	if (!isdigit((unsigned char)text[text[0] == '-']))
		return false;
	errno = 0;
	long long number = strtoll(text, &end, *hex ? 16 : 10);
	if (*end || errno || number < INT32_MIN || number > UINT32_MAX)
		return false;
	*out = (uint32_t)number;
	return true;
}

static bool color_read(const char *text, struct value *out)
{
	static const enum value_type types[] = {
		[3] = VALUE_RGB4, [4] = VALUE_ARGB4, [6] = VALUE_RGB8, [8] = VALUE_ARGB8};
	size_t len = strlen(text + 1);
	char *end;
	uint32_t bits = (uint32_t)strtoul(text + 1, &end, 16);

	if (*end || len > 8 || !types[len])
		return false;
	if (len < 6) {
		uint32_t wide = 0;
		for (int i = (int)len - 1; i >= 0; i--)
			wide = wide << 8 | (bits >> 4 * i & 15) * 0x11;
		bits = wide;
	}
	*out = (struct value){types[len], len % 4 ? bits | 0xff000000 : bits, text};
	return true;
}

/* A length: a whole number, or one with a fraction kept in 7 bits, and its unit. */
static bool dimension_read(const char *text, uint32_t *out)
{
	static const struct value_word units[] = {{"px", 0}, {"dp", 1}, {"dip", 1}, {"sp", 2},
	                                          {"pt", 3}, {"in", 4}, {"mm", 5},  END};
	char *end;
	double number = strtod(text, &end);
	const struct value_word *unit = word_find(units, end, strlen(end));

	if (end == text || !unit || number < -60000 || number > 60000)
		return false;
	long whole = (long)number;
	bool fraction = (double)whole != number;
	long mantissa = fraction ? (long)(number * 128) : whole;
	*out = ((uint32_t)mantissa & 0xffffff) << 8 | (fraction ? 1U << 4 : 0) | unit->value;
	return true;
}

static bool float_read(const char *text, uint32_t *out)
{
	char *end;
	float number = strtof(text, &end);

	if (end == text || *end || !strchr(text, '.'))
		return false;
	memcpy(out, &number, sizeof *out);
	return true;
}

static RESULT reference_read(const char *text, const struct resources *resources, struct value *out)
{
	const char *name = text + 1 + (text[1] == '+');
	const struct value_word *known;
	bool hex;

	*out = (struct value){VALUE_REFERENCE, 0, text};
	if (!strcmp(name, "null") || number_read(name, &out->data, &hex))
		return OK;
	if (!strncmp(name, "android:", 8)) {
		known = word_find(framework, name + 8, strlen(name + 8));
		ENSURE(known, USAGE, AT_NONE, "%s: not in the table of framework resources", text);
		out->data = known->value;
		return OK;
	}
	out->data = resources ? resources_find(resources, name) : 0;
	ENSURE(out->data, USAGE, AT_NONE, "%s: no such resource", text);
	return OK;
}

/* The first of the permitted formats, but text, that the value has. */
static bool typed_read(const char *text, unsigned formats, struct value *out)
{
	bool hex, yes = !strcmp(text, "true");
	uint32_t bits;

	if ((formats & FORMAT_BOOL) && (yes || !strcmp(text, "false"))) {
		*out = (struct value){VALUE_BOOL, yes ? UINT32_MAX : 0, text};
		return true;
	}
	if ((formats & FORMAT_COLOR) && text[0] == '#')
		return color_read(text, out);
	if ((formats & FORMAT_INT) && number_read(text, &bits, &hex))
		*out = (struct value){hex ? VALUE_HEX : VALUE_INT, bits, text};
	else if ((formats & FORMAT_DIMENSION) && dimension_read(text, &bits))
		*out = (struct value){VALUE_DIMENSION, bits, text};
	else if ((formats & FORMAT_FLOAT) && float_read(text, &bits))
		*out = (struct value){VALUE_FLOAT, bits, text};
	else
		return false;
	return true;
}

RESULT value_read(const char *text, const struct attribute *attribute,
                  const struct resources *resources, struct value *out)
{
	uint32_t bits;

	if (text[0] == '@')
		return reference_read(text, resources, out);
	if (attribute->words && words_read(text, attribute, &bits)) {
		*out = (struct value){attribute->flags ? VALUE_HEX : VALUE_INT, bits, text};
		return OK;
	}
	if (typed_read(text, attribute->formats | (attribute->words ? FORMAT_INT : 0U), out))
		return OK;
	ENSURE(attribute->formats & FORMAT_STRING, USAGE, AT_NONE,
	       "%s: \"%s\" is not one of its values", attribute->name, text);
	*out = (struct value){VALUE_STRING, 0, text[0] == '\\' && text[1] == '@' ? text + 1 : text};
	return OK;
}
