/*
 * arscconfig.c - names of configurations (ResTable_config), in the order in which the names of
 * resource folders put their qualifiers.
 *
 *   +0 u32 size   +4 u16 mcc   +6 u16 mnc   +8 language[2]   +10 region[2]   +12 u8 orientation
 *   +13 u8 touchscreen   +14 u16 density   +16 u8 keyboard   +17 u8 navigation   +18 u8 input flags
 *   +19 u8 grammatical gender   +20 u16 width   +22 u16 height   +24 u16 version   +26 u16 minor
 *   +28 u8 screen layout   +29 u8 UI mode   +30 u16 smallest width   +32 u16 width in dp
 *   +34 u16 height in dp   +36 script[4]   +40 variant[8]   +48 u8 screen layout 2
 *   +49 u8 colour mode
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "formats/arsc.h"

enum { CONFIG_LEN = 64 };

static unsigned half(const uint8_t *config, size_t at)
{
	return config[at] | (unsigned)config[at + 1] << 8;
}

static void add(struct text *name, const char *qualifier)
{
	if (!*qualifier)
		return;
	if (name->len)
		text_puts(name, "-");
	text_puts(name, qualifier);
}

static void add_number(struct text *name, const char *before, unsigned value, const char *after)
{
	char word[48];

	if (!value)
		return;
	snprintf(word, sizeof word, "%s%u%s", before, value, after);
	add(name, word);
}

/* One of the names for a field's value; a value without a name is shown as a number. */
static void add_choice(struct text *name, const char *const *names, size_t count, unsigned value,
                       const char *field)
{
	if (!value)
		return;
	if (value < count && names[value])
		add(name, names[value]);
	else
		add_number(name, field, value, "");
}

/* Two letters, or three packed into fifteen bits; empty where none is set. */
static void unpack(const uint8_t *in, char base, char out[4])
{
	memset(out, 0, 4);
	if (in[0] & 0x80) {
		out[0] = (char)((in[1] & 0x1f) + base);
		out[1] = (char)(((in[1] & 0xe0) >> 5) + ((in[0] & 3) << 3) + base);
		out[2] = (char)(((in[0] & 0x7c) >> 2) + base);
	} else if (in[0]) {
		memcpy(out, in, 2);
	}
}

static void add_locale(struct text *name, const uint8_t *config)
{
	char language[4], region[4], word[48];

	unpack(config + 8, 'a', language);
	unpack(config + 10, '0', region);
	if (!config[8] && !config[10])
		return;
	if (config[36] || config[40])
		snprintf(word, sizeof word, "b+%s%s%.4s%s%s%s%.8s", language, config[36] ? "+" : "",
		         (const char *)config + 36, *region ? "+" : "", region,
		         config[40] ? "+" : "", (const char *)config + 40);
	else
		snprintf(word, sizeof word, "%s%s%s", language,
		         *region ? (*language ? "-r" : "r") : "", region);
	add(name, word);
}

static void add_screen(struct text *name, const uint8_t *config)
{
	static const char *const direction[] = {NULL, "ldltr", "ldrtl"};
	static const char *const size[] = {NULL, "small", "normal", "large", "xlarge"};
	static const char *const aspect[] = {NULL, "notlong", "long"};
	static const char *const round[] = {NULL, "notround", "round"};
	static const char *const gamut[] = {NULL, "nowidecg", "widecg"};
	static const char *const range[] = {NULL, "lowdr", "highdr"};
	static const char *const turn[] = {NULL, "port", "land", "square"};
	uint8_t layout = config[28];

	add_choice(name, direction, 3, layout >> 6, "direction");
	add_number(name, "sw", half(config, 30), "dp");
	add_number(name, "w", half(config, 32), "dp");
	add_number(name, "h", half(config, 34), "dp");
	add_choice(name, size, 5, layout & 15, "layout");
	add_choice(name, aspect, 3, layout >> 4 & 3, "aspect");
	add_choice(name, round, 3, config[48] & 3, "round");
	add_choice(name, gamut, 3, config[49] & 3, "gamut");
	add_choice(name, range, 3, config[49] >> 2 & 3, "range");
	add_choice(name, turn, 4, config[12], "orientation");
}

static void add_density(struct text *name, unsigned density)
{
	static const struct {
		unsigned density;
		const char *name;
	} known[] = {{120, "ldpi"},    {160, "mdpi"},      {213, "tvdpi"},
	             {240, "hdpi"},    {320, "xhdpi"},     {480, "xxhdpi"},
	             {640, "xxxhdpi"}, {0xfffe, "anydpi"}, {0xffff, "nodpi"}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (known[i].density == density) {
			add(name, known[i].name);
			return;
		}
	}
	add_number(name, "", density, "dpi");
}

static void add_device(struct text *name, const uint8_t *config)
{
	static const char *const mode[] = {NULL,         "normal",    "desk",  "car",
	                                   "television", "appliance", "watch", "vrheadset"};
	static const char *const night[] = {NULL, "notnight", "night"};
	static const char *const touch[] = {NULL, "notouch", "stylus", "finger"};
	static const char *const hidden[] = {NULL, "keysexposed", "keyshidden", "keyssoft"};
	static const char *const keyboard[] = {NULL, "nokeys", "qwerty", "12key"};
	static const char *const navigation[] = {NULL, "nonav", "dpad", "trackball", "wheel"};
	static const char *const gone[] = {NULL, "navexposed", "navhidden"};

	add_choice(name, mode, 8, config[29] & 15, "mode");
	add_choice(name, night, 3, config[29] >> 4 & 3, "night");
	add_density(name, half(config, 14));
	add_choice(name, touch, 4, config[13], "touch");
	add_choice(name, hidden, 4, config[18] & 3, "keys");
	add_choice(name, keyboard, 4, config[16], "keyboard");
	add_choice(name, gone, 3, config[18] >> 2 & 3, "nav");
	add_choice(name, navigation, 5, config[17], "navigation");
	if (half(config, 20) || half(config, 22)) {
		char word[32];
		snprintf(word, sizeof word, "%ux%u", half(config, 20), half(config, 22));
		add(name, word);
	}
}

struct result arsc_config_name(struct cursor config, struct arena *arena, const char **out)
{
	static const char *const gender[] = {NULL, "neuter", "feminine", "masculine"};
	uint8_t full[CONFIG_LEN] = {0};
	struct text name = {0}, clean = {0};

	memcpy(full, config.data, config.size < CONFIG_LEN ? config.size : CONFIG_LEN);
	add_number(&name, "mcc", half(full, 4), "");
	add_number(&name, "mnc", half(full, 6) == 0xffff ? 0 : half(full, 6), "");
	add_locale(&name, full);
	add_choice(&name, gender, 4, full[19] & 3, "gender");
	add_screen(&name, full);
	add_device(&name, full);
	add_number(&name, "v", half(full, 24), "");
	if (name.len)
		text_clean(&clean, name.data, name.len);
	*out = clean.len ? arena_copy(arena, clean.data, clean.len) : "";
	text_free(&name);
	text_free(&clean);
	return *out ? OK : FAILED;
}
