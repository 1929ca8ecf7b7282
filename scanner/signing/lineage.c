/* lineage.c - reads, verifies and compares proofs of rotation. */
#include "signing/lineage.h"

#include <string.h>

#include "crypto/certificate.h"
#include "signing/apkalgorithm.h"
#include "signing/field.h"

static const uint32_t lineage_version = 1;

static bool same(struct cursor a, struct cursor b)
{
	return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

static RESULT read_node(struct cursor *c, struct lineage_node *out, struct cursor *signed_data)
{
	struct cursor node, inner;

	TRY(field_next(c, "node of the proof of rotation", &node));
	TRY(field_next(&node, "signed data of the proof of rotation", signed_data));
	TRY(field_u32(&node, "flags of the proof of rotation", &out->flags));
	TRY(field_u32(&node, "algorithm of the proof of rotation", &out->algorithm));
	TRY(field_next(&node, "signature of the proof of rotation", &out->signature));
	inner = *signed_data;
	TRY(field_next(&inner, "certificate of the proof of rotation", &out->certificate));
	return field_u32(&inner, "signed algorithm of the proof of rotation",
	                 &out->parent_algorithm);
}

/* The signature of a node by the certificate before it. */
static RESULT verify_node(const struct lineage_node *parent, const struct lineage_node *node,
                          struct cursor signed_data)
{
	const struct apk_algorithm *algorithm = apk_algorithm_find(parent->algorithm);
	DEFER(public_key_done) struct public_key *key = NULL;
	struct certificate certificate;

	ENSURE(algorithm, SIGNATURE_INVALID, node->signature.origin,
	       "proof of rotation: signature algorithm 0x%04x is not known", parent->algorithm);
	ENSURE(node->parent_algorithm == parent->algorithm, SIGNATURE_INVALID, signed_data.origin,
	       "proof of rotation: signed with algorithm 0x%04x, which says 0x%04x",
	       parent->algorithm, node->parent_algorithm);
	TRY(certificate_split(parent->certificate, &certificate));
	TRY(public_key_open(certificate.key.whole, &key));
	return signature_verify(key, &algorithm->signature, signed_data, node->signature,
	                        "signature in the proof of rotation");
}

static RESULT read_version(struct cursor *c)
{
	uint32_t version;

	TRY(field_u32(c, "version of the proof of rotation", &version));
	ENSURE(version == lineage_version, SIGNING_BLOCK, c->origin,
	       "proof of rotation: version %u, known is %u", version, lineage_version);
	ENSURE(cursor_left(c), SIGNING_BLOCK, c->origin, "proof of rotation without a certificate");
	return OK;
}

static RESULT check_node(const struct lineage *before, const struct lineage_node *node,
                         struct cursor signed_data)
{
	if (before->count)
		TRY(verify_node(&before->nodes[before->count - 1], node, signed_data));
	ENSURE(lineage_find(before, node->certificate) == before->count, SIGNATURE_INVALID,
	       node->certificate.origin, "proof of rotation: a certificate stands there twice");
	return OK;
}

bool lineage_read(struct cursor c, struct arena *arena, struct lineage *out,
                  enum refusal_code *code)
{
	struct lineage_node *nodes = arena_take(arena, LINEAGE_MAX, sizeof *nodes);
	struct lineage lineage = {.nodes = nodes};
	struct cursor signed_data;

	*code = REFUSAL_LINEAGE_MALFORMED;
	if (!nodes || !read_version(&c).ok)
		return false;
	for (; cursor_left(&c); lineage.count++) {
		if (lineage.count == LINEAGE_MAX) {
			*code = REFUSAL_LINEAGE_LONG;
			fault_note(DIAG_SIGNING_BLOCK, cursor_at(&c), __FILE__, __LINE__,
			           "proof of rotation: more than %d certificates", LINEAGE_MAX);
			return false;
		}
		if (!read_node(&c, &nodes[lineage.count], &signed_data).ok)
			return false;
		if (!check_node(&lineage, &nodes[lineage.count], signed_data).ok) {
			*code = REFUSAL_LINEAGE_WRONG;
			return false;
		}
	}
	*out = lineage;
	return true;
}

size_t lineage_find(const struct lineage *lineage, struct cursor certificate)
{
	size_t i = 0;

	while (i < lineage->count && !same(lineage->nodes[i].certificate, certificate))
		i++;
	return i;
}

static bool same_node(const struct lineage_node *a, const struct lineage_node *b)
{
	return same(a->certificate, b->certificate) && same(a->signature, b->signature) &&
	       a->flags == b->flags && a->algorithm == b->algorithm &&
	       a->parent_algorithm == b->parent_algorithm;
}

bool lineage_agrees(const struct lineage *a, const struct lineage *b)
{
	size_t count = a->count < b->count ? a->count : b->count;

	for (size_t i = 0; i < count; i++)
		if (!same_node(&a->nodes[i], &b->nodes[i]))
			return false;
	return true;
}
