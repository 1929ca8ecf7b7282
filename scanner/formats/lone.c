/*
 * lone.c - binary XML and resource tables that are scanned by themselves: nothing is judged on
 * them, and their damage is reported.
 */
#include "formats/manifest.h"

#include <string.h>

static bool is_lone(const struct entry *entry, struct cursor body)
{
	return body.size && (!entry->container || entry->container->kind == CONTAINER_FILE);
}

/* A file of a few bytes is cut off in its first field. */
static bool is_stump(struct cursor body, const uint8_t head[4])
{
	return body.size < 4 && memcmp(body.data, head, body.size) == 0;
}

static bool bid_axml(const struct entry *entry, struct cursor body)
{
	static const uint8_t head[] = {3, 0, 8, 0};

	if (!is_lone(entry, body))
		return false;
	return is_stump(body, head) || (axml_begins(body) && !format_manifest.bid(entry, body));
}

static RESULT inspect_axml(struct inspection *inspection, struct cursor body)
{
	struct axml axml;
	struct result parsed = axml_parse(body, inspection->arena, &axml);

	axml_report(&axml, inspection->facts);
	return parsed;
}

static bool bid_arsc(const struct entry *entry, struct cursor body)
{
	static const uint8_t head[] = {2, 0, 12, 0};

	if (!is_lone(entry, body))
		return false;
	return is_stump(body, head) ||
	       (body.size >= sizeof head && memcmp(body.data, head, sizeof head) == 0);
}

static RESULT inspect_arsc(struct inspection *inspection, struct cursor body)
{
	struct arsc *arsc;

	return arsc_open(body, inspection->arena, &arsc);
}

const struct format format_axml = {
	.name = "axml", .sources = BIT(MANIFEST), .bid = bid_axml, .inspect = inspect_axml};

const struct format format_arsc = {
	.name = "arsc", .sources = BIT(MANIFEST), .bid = bid_arsc, .inspect = inspect_arsc};
