/* blocks.c - the format of PEM blocks: certificates and keys as text, in any entry. */
#include <string.h>

#include "formats/entries.h"
#include "formats/keys.h"
#include "intake/limits.h"

enum block_kind { BLOCK_CERTIFICATE, BLOCK_SIGNED, BLOCK_KEY, BLOCK_PGP, BLOCK_SSH2 };

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
	{"SSH2 ENCRYPTED PRIVATE KEY", BLOCK_SSH2, KEY_FORM_NONE},
};

/* Fewer characters of base64 than this are talk of a block, not a block. */
enum { SYMBOLS_MIN = 16 };

static const char putty[] = "PuTTY-User-Key-File-";

struct search {
	const struct inspection *inspection;
	struct arena *arena;
	bool whole;       /* the entry is a file of such blocks, so a broken one counts */
	uint64_t count;   /* blocks that were read */
	uint64_t broken;  /* blocks that could not be read */
	uint32_t sources; /* that those would have fed */
	struct fault first;
};

static bool is_putty(const struct cursor *body)
{
	return body->size > sizeof putty && memcmp(body->data, putty, sizeof putty - 1) == 0;
}

static bool named_so(const struct entry *entry)
{
	static const char *const names[] = {".pem", ".crt", ".cer", ".key", ".ppk", NULL};

	return entry_name_ends(entry, names);
}

static bool bid(const struct entry *entry, struct cursor body)
{
	if (!body.data)
		return named_so(entry);
	return is_putty(&body) || pem_find(&body);
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

static void write_block(struct search *search, const struct label *label,
                        const struct pem_block *block, uint64_t origin)
{
	const struct place place = {.offset = origin + block->at, .encoding = "pem"};
	struct cursor der = cursor_over(block->der, block->der_len, DIAG_ASN1_LENGTH);

	switch (label->kind) {
	case BLOCK_CERTIFICATE:
		x509_facts(search->inspection, der, &place);
		break;
	case BLOCK_SIGNED:
		x509_signed_facts(search->inspection, der, &place);
		break;
	case BLOCK_KEY:
		keys_facts(search->inspection, der, label->form, block->encrypted, &place);
		break;
	case BLOCK_PGP:
		keys_armour_facts(search->inspection, "pgp", NULL, -1, &place);
		break;
	case BLOCK_SSH2:
		keys_armour_facts(search->inspection, "ssh2", NULL, -1, &place);
		break;
	}
}

static RESULT read_block(struct search *search, struct cursor *c)
{
	struct pem_block block;
	const struct label *label;
	bool read;

	if (!pem_begin(c, &block))
		return OK;
	label = label_of(&block);
	if (!label)
		return OK;
	ENSURE(search->count < limit_get(LIMIT_CERTIFICATES), CERT_COUNT, c->origin + block.at,
	       "more than %llu certificates and keys",
	       (unsigned long long)limit_get(LIMIT_CERTIFICATES));
	if (label->kind == BLOCK_PGP || label->kind == BLOCK_SSH2)
		read = pem_skip(c, &block).ok;
	else
		read = pem_decode(c, search->arena, &block).ok;
	if (!read && fault_last()->code != DIAG_PEM_PARSE)
		return FAILED;
	if (!read) {
		note_broken(search, label, &block);
		return OK;
	}
	search->count++;
	write_block(search, label, &block, c->origin);
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

/* The value after a header of a PuTTY key file, up to the end of its line. */
static bool putty_value(const struct cursor *body, const char *header, const char **value)
{
	const char *found = memmem(body->data, body->size, header, strlen(header));

	if (!found)
		return false;
	*value = found + strlen(header);
	return (size_t)(*value - (const char *)body->data) + 8 < body->size;
}

/* "PuTTY-User-Key-File-3: ssh-rsa", then "Encryption: aes256-cbc" or "none". */
static void write_putty(const struct inspection *inspection, const struct cursor *body)
{
	const struct place place = {.offset = body->origin, .encoding = "pem"};
	const char *value, *type = NULL;
	int encrypted = -1;
	struct cursor head = *body;

	if (head.size > 4096)
		head.size = 4096;
	if (putty_value(&head, ": ", &value)) {
		if (!memcmp(value, "ssh-rsa", 7))
			type = "RSA";
		else if (!memcmp(value, "ssh-ed25", 8))
			type = "Ed25519";
		else if (!memcmp(value, "ecdsa-", 6))
			type = "EC";
		else if (!memcmp(value, "ssh-dss", 7))
			type = "DSA";
	}
	if (putty_value(&head, "Encryption: ", &value))
		encrypted = memcmp(value, "none", 4) != 0;
	keys_armour_facts(inspection, "putty", type, encrypted, &place);
}

static bool begins_with_block(struct cursor body)
{
	while (body.pos < body.size && body.pos < 64 && body.data[body.pos] <= ' ')
		body.pos++;
	return cursor_left(&body) > 11 && memcmp(body.data + body.pos, "-----BEGIN ", 11) == 0;
}

static RESULT inspect(struct inspection *inspection, struct cursor body)
{
	struct search search = {.inspection = inspection, .arena = inspection->arena};
	struct cursor c = body;

	if (is_putty(&body))
		write_putty(inspection, &body);
	search.whole = named_so(inspection->entry) || begins_with_block(body);
	while (pem_find(&c)) {
		if (!read_block(&search, &c).ok) {
			struct fault fault = *fault_last();
			tell_broken(&search);
			fault_note(fault.code, fault.at, fault.file, fault.line, "%s", fault.why);
			return FAILED;
		}
	}
	tell_broken(&search);
	return OK;
}

const struct format format_pem = {
	.name = "pem",
	.sources = BIT(CERTIFICATES) | BIT(KEYS),
	.bid = bid,
	.inspect = inspect,
};
