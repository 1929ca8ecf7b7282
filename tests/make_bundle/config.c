/*
 * config.c - resource qualifiers, and ResTable_config as the table stores them.
 *
 * Layout (AOSP ResourceTypes.h, ResTable_config, 64 bytes): size, mcc and mnc, language and
 * country, orientation, touch screen and density, keyboard, navigation and input flags, screen
 * size, version and minor version, screen layout, UI mode and smallest width, width and height in
 * dp, script, variant, second screen layout, numbering system.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "make_bundle/make_bundle.h"

enum {
	CONFIG_SIZE = 64,
	NIGHT_NO = 0x10,
	NIGHT_YES = 0x20,
	DENSITY_ANY = 0xfffe,
	DENSITY_NONE = 0xffff
};

static const struct value_word densities[] = {
	{"ldpi", 120},           {"mdpi", 160},   {"tvdpi", 213},   {"hdpi", 240},
	{"xhdpi", 320},          {"xxhdpi", 480}, {"xxxhdpi", 640}, {"anydpi", DENSITY_ANY},
	{"nodpi", DENSITY_NONE}, {NULL, 0},
};

static bool density_read(const char *part, struct config *out)
{
	for (const struct value_word *d = densities; d->name; d++)
		if (!strcmp(d->name, part)) {
			out->density = (uint16_t)d->value;
			return true;
		}
	return false;
}

/* A prefix and a number, such as v31 or, with the suffix dp, sw600dp. */
static bool number_read(const char *part, const char *prefix, const char *suffix, uint16_t *out)
{
	char *end;

	if (strncmp(part, prefix, strlen(prefix)) || !isdigit((unsigned char)part[strlen(prefix)]))
		return false;
	unsigned long number = strtoul(part + strlen(prefix), &end, 10);
	if (strcmp(end, suffix) || number > 9999)
		return false;
	*out = (uint16_t)number;
	return true;
}

static bool locale_read(const char *part, struct config *out)
{
	size_t len = strlen(part);

	if (len == 2 && islower((unsigned char)part[0]) && islower((unsigned char)part[1])) {
		memcpy(out->language, part, 2);
		return true;
	}
	if (len == 3 && part[0] == 'r' && isupper((unsigned char)part[1])) {
		memcpy(out->country, part + 1, 2);
		return true;
	}
	return false;
}

static bool part_read(const char *part, struct config *out)
{
	if (density_read(part, out) || number_read(part, "v", "", &out->sdk) ||
	    number_read(part, "sw", "dp", &out->smallest_width) || locale_read(part, out))
		return true;
	if (!strcmp(part, "night") || !strcmp(part, "notnight"))
		out->night = part[1] == 'i' ? NIGHT_YES : NIGHT_NO;
	else if (!strcmp(part, "port") || !strcmp(part, "land"))
		out->orientation = part[0] == 'p' ? 1 : 2;
	else
		return false;
	return true;
}

/* The version that a qualifier implies: 4 for densities, 13 for widths, 8 for night, 21 for any. */
static void version_imply(struct config *config)
{
	uint16_t least = 0;

	if (config->density)
		least = config->density == DENSITY_ANY ? 21 : 4;
	if (config->night && least < 8)
		least = 8;
	if (config->smallest_width && least < 13)
		least = 13;
	if (config->sdk < least)
		config->sdk = least;
}

RESULT config_read(const char *qualifiers, struct config *out)
{
	struct config config = {0};
	char part[16];

	for (const char *at = qualifiers; *at;) {
		size_t len = strcspn(at, "-");
		ENSURE(len > 0 && len < sizeof part, USAGE, AT_NONE, "%s: not a qualifier",
		       qualifiers);
		memcpy(part, at, len);
		part[len] = '\0';
		ENSURE(part_read(part, &config), USAGE, AT_NONE,
		       "%s: the qualifier %s is not known", qualifiers, part);
		at += len + (at[len] == '-');
	}
	version_imply(&config);
	*out = config;
	return OK;
}

static const char *density_name(unsigned density)
{
	for (const struct value_word *d = densities; d->name; d++)
		if (d->value == density)
			return d->name;
	return "";
}

void config_name(const struct config *config, struct text *out)
{
	if (config->language[0])
		text_printf(out, "-%.2s", (const char *)config->language);
	if (config->country[0])
		text_printf(out, "-r%.2s", (const char *)config->country);
	if (config->smallest_width)
		text_printf(out, "-sw%udp", config->smallest_width);
	if (config->orientation)
		text_puts(out, config->orientation == 1 ? "-port" : "-land");
	if (config->night)
		text_puts(out, config->night == NIGHT_YES ? "-night" : "-notnight");
	if (config->density)
		text_printf(out, "-%s", density_name(config->density));
	if (config->sdk)
		text_printf(out, "-v%u", config->sdk);
}

void config_write(const struct config *config, struct text *out)
{
	size_t at = out->len;

	bytes_u32(out, CONFIG_SIZE);
	bytes_u32(out, 0);
	text_add(out, config->language, 2);
	text_add(out, config->country, 2);
	bytes_u8(out, config->orientation);
	bytes_u8(out, 0);
	bytes_u16(out, config->density);
	bytes_u32(out, 0);
	bytes_u32(out, 0);
	bytes_u16(out, config->sdk);
	bytes_u16(out, 0);
	bytes_u8(out, 0);
	bytes_u8(out, config->night);
	bytes_u16(out, config->smallest_width);
	bytes_zero(out, at + CONFIG_SIZE - out->len);
}

int config_compare(const struct config *a, const struct config *b)
{
	struct text left DEFER(text_free) = {0}, right DEFER(text_free) = {0};

	config_write(a, &left);
	config_write(b, &right);
	return memcmp(left.data, right.data, CONFIG_SIZE);
}
