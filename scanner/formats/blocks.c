/* blocks.c - the format of PEM blocks: certificates and keys as text, in any entry. */
#include <stdio.h>
#include <string.h>

#include "formats/entries.h"
#include "formats/keyring.h"
#include "formats/keys.h"
#include "intake/limits.h"

enum block_kind { BLOCK_CERTIFICATE, BLOCK_SIGNED, BLOCK_KEY, BLOCK_PGP, BLOCK_PGP_PUBLIC };

/* Labels that are read; others (requests, revocation lists, parameters) are passed over. */
static const struct label {
	const char *label;
	enum block_kind kind;
	enum key_form form;
} labels[] = {
	{"CERTIFICATE", BLOCK_CERTIFICATE, KEY_FORM_NONE},
	{"X509 CERTIFICATE", BLOCK_CERTIFICATE, KEY_FORM_NONE},
	{"TRUSTED CERTIFICATE", BLOCK_CERTIFICATE, KEY_FORM_NONE},
	{"PKCS7", BLOCK_SIGNED, KEY_FORM_NONE},
	{"CMS", BLOCK_SIGNED, KEY_FORM_NONE},
	{"PUBLIC KEY", BLOCK_KEY, KEY_SPKI},
	{"RSA PUBLIC KEY", BLOCK_KEY, KEY_PKCS1_PUBLIC},
	{"PRIVATE KEY", BLOCK_KEY, KEY_PKCS8},
	{"ANY PRIVATE KEY", BLOCK_KEY, KEY_PKCS8},
	{"ENCRYPTED PRIVATE KEY", BLOCK_KEY, KEY_PKCS8_ENCRYPTED},
	{"RSA PRIVATE KEY", BLOCK_KEY, KEY_PKCS1},
	{"EC PRIVATE KEY", BLOCK_KEY, KEY_SEC1},
	{"SM2 PRIVATE KEY", BLOCK_KEY, KEY_SEC1},
	{"DSA PRIVATE KEY", BLOCK_KEY, KEY_DSA},
	{"OPENSSH PRIVATE KEY", BLOCK_KEY, KEY_OPENSSH},
	{"PGP PRIVATE KEY BLOCK", BLOCK_PGP, KEY_FORM_NONE},
	{"PGP PUBLIC KEY BLOCK", BLOCK_PGP_PUBLIC, KEY_FORM_NONE},
};

/* Fewer characters of base64 than this are talk of a block, not a block. */
enum { SYMBOLS_MIN = 16 };

struct search {
	const struct inspection *inspection;
	struct arena *arena;
	const struct place *outer; /* of the text that the blocks were decoded from, or NULL */
	bool whole;                /* the entry is a file of such blocks, so a broken one counts */
	uint64_t count;            /* blocks that were read */
	uint64_t broken;           /* blocks that could not be read */
	uint32_t sources;          /* that those would have fed */
	size_t counted;            /* bytes whose line ends are in `line` */
	uint64_t line;
	struct fault first;
};

static bool named_so(const struct entry *entry)
{
	static const char *const names[] = {".pem", ".crt", ".cer", ".key", ".ppk", NULL};

	return entry_name_ends(entry, names);
}

static bool bid(const struct entry *entry, struct cursor body)
{
	if (!body.data)
		return named_so(entry);
	return keyssh_bid(body) || pem_find(&body);
}

static const struct label *label_of(const struct pem_block *block)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (pem_is(block, labels[i].label))
			return &labels[i];
	return NULL;
}

static void note_broken(struct search *search, const struct label *label,
                        const struct pem_block *block)
{
	if (!search->whole && block->symbols < SYMBOLS_MIN)
		return;
	if (!search->broken++)
		search->first = *fault_last();
	search->sources |= label->kind == BLOCK_CERTIFICATE || label->kind == BLOCK_SIGNED
	                           ? BIT(CERTIFICATES)
	                           : BIT(KEYS);
}

/* The cipher of an enciphered block; NULL for a plain one. */
static const char *cipher_of(const struct pem_block *block, char *out, size_t room)
{
	if (!block->encrypted)
		return NULL;
	snprintf(out, room, "%.*s", (int)block->cipher.size, (const char *)block->cipher.data);
	return out;
}

static void write_block(struct search *search, const struct label *label,
                        const struct pem_block *block, struct place place)
{
	struct cursor der = cursor_over(block->der, block->der_len, DIAG_ASN1_LENGTH);
	char cipher[64];

	switch (label->kind) {
	case BLOCK_CERTIFICATE:
		keyring_certificate(search->inspection, der, &place);
		break;
	case BLOCK_SIGNED:
		x509_signed_facts(search->inspection, der, &place);
		break;
	case BLOCK_KEY:
		keys_facts(search->inspection, der, label->form,
		           cipher_of(block, cipher, sizeof cipher), &place);
		break;
	case BLOCK_PGP:
	case BLOCK_PGP_PUBLIC:
		keypgp_armour_facts(search->inspection, der, label->kind == BLOCK_PGP, &place);
		break;
	}
}

/* The line of a block; lines are counted from the block before, so each is counted once. */
static uint64_t line_of(struct search *search, const struct cursor *c, size_t at)
{
	for (; search->counted < at; search->counted++)
		search->line += c->data[search->counted] == '\n';
	return search->line + 1;
}

static RESULT read_block(struct search *search, struct cursor *c)
{
	struct pem_block block;
	const struct label *label;

	if (!pem_begin(c, &block))
		return OK;
	label = label_of(&block);
	if (!label)
		return OK;
	ENSURE(search->count < limit_get(LIMIT_CERTIFICATES), CERT_COUNT, c->origin + block.at,
	       "more than %llu certificates and keys",
	       (unsigned long long)limit_get(LIMIT_CERTIFICATES));
	if (!pem_decode(c, search->arena, &block).ok) {
		if (fault_last()->code != DIAG_PEM_PARSE)
			return FAILED;
		note_broken(search, label, &block);
		return OK;
	}
	search->count++;
	struct place place = {.offset = c->origin + block.at, .encoding = "pem"};
	if (search->outer)
		place = *search->outer;
	else
		place.line = line_of(search, c, block.at);
	write_block(search, label, &block, place);
	return OK;
}

static void tell_broken(const struct search *search)
{
	const struct fault *first = &search->first;

	if (!search->broken)
		return;
	fault_note(first->code, first->at, first->file, first->line, "%s%s%.0llu%s", first->why,
	           search->broken > 1 ? "; and " : "", (unsigned long long)(search->broken - 1),
	           search->broken > 1 ? " further blocks" : "");
	facts_fault(search->inspection->facts, search->sources);
}

static bool begins_with_block(struct cursor body)
{
	while (body.pos < body.size && body.pos < 64 && body.data[body.pos] <= ' ')
		body.pos++;
	return cursor_left(&body) > 11 && memcmp(body.data + body.pos, "-----BEGIN ", 11) == 0;
}

static RESULT read_blocks(struct search *search, struct cursor c)
{
	while (pem_find(&c)) {
		if (!read_block(search, &c).ok) {
			struct fault fault = *fault_last();
			tell_broken(search);
			fault_note(fault.code, fault.at, fault.file, fault.line, "%s", fault.why);
			return FAILED;
		}
	}
	tell_broken(search);
	return OK;
}

struct result pem_facts(const struct inspection *inspection, struct cursor text,
                        const struct place *place)
{
	struct search search = {
		.inspection = inspection, .arena = inspection->arena, .outer = place};

	return read_blocks(&search, text);
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	struct search search = {.inspection = inspection, .arena = inspection->arena};

	if (keyssh_bid(body))
		keyssh_facts(inspection, body);
	search.whole = named_so(inspection->entry) || begins_with_block(body);
	return read_blocks(&search, body);
}

const struct format format_pem = {
	.name = "pem",
	.sources = BIT(CERTIFICATES) | BIT(KEYS),
	.bid = bid,
	.inspect = inspect,
};
