/* keyringjudge.c - roles, chains and what keys have in common. */
#include <stdlib.h>
#include <string.h>

#include "crypto/signature.h"
#include "formats/keyringparts.h"

/*
 * Work for all chains of a bundle, in steps of some 100 ns: what a key costs to verify one
 * signature with, for each that may be asked, and one for each alternative name against each name
 * constraint. Both are what hostile chains are built to multiply. An RSA key costs products modulo
 * it, as many as its exponent has bits, at most, twice; another key costs as on its slowest curve.
 */
enum { CHAIN_WORK_MAX = 20000000, CONSTRAINT_LEN = 8, CURVE_WORK = 10000, PRODUCTS_IN_STEP = 64 };

/* All places of one key. */
struct group {
	size_t first, count; /* in `order` */
	bool private_key;
	size_t certificates; /* different ones with this key */
	bool shared;         /* a bare key and something else, or several certificates */
	struct cursor modulus;
	size_t partner; /* group with a prime in common, or SIZE_MAX */
};

struct judgement {
	const struct keyring *keyring;
	struct identity **list; /* certificates in the order of their first places */
	size_t count;
	struct identity **by_subject;
	size_t *order;    /* indexes of finds, by key, then by place */
	size_t *position; /* of each find in `order` */
	size_t *group_of; /* of each find */
	struct group *groups;
	size_t group_count;
	bool compared;
	uint64_t work;
};

static void *take(size_t count, size_t size)
{
	void *memory = calloc(count + 1, size);

	if (!memory)
		fault_out_of_memory();
	return memory;
}

static void list_certificates(struct judgement *j)
{
	const struct keyring *keyring = j->keyring;

	j->list = take(keyring->count, sizeof *j->list);
	for (size_t i = 0; i < keyring->count; i++) {
		struct identity *identity = keyring->finds[i].identity;
		if (!identity || identity->judged)
			continue;
		identity->judged = true;
		identity->number = j->count;
		identity->standing = (struct x509_standing){.copies = identity->finds,
		                                            .weaknesses = identity->weaknesses,
		                                            .known = identity->known,
		                                            .broken = identity->broken};
		j->list[j->count++] = identity;
	}
}

/* --- keys --- */

static int compare_keys(const void *a, const void *b, void *state)
{
	const struct find *finds = state;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = memcmp(finds[x].key, finds[y].key, sizeof finds[x].key);

	return order ? order : x < y ? -1 : x > y;
}

static struct cursor modulus_of(const struct find *find)
{
	struct rsa_numbers numbers;

	if (!find->identity)
		return (struct cursor){.data = find->modulus, .size = find->modulus_len};
	if (!find->identity->x509.has_key ||
	    !weak_numbers(find->identity->x509.parts.key.whole, &numbers))
		return (struct cursor){0};
	return numbers.modulus;
}

/* Takes up the places of the group that begins at `order[at]`; certificates are marked once. */
static void read_group(struct judgement *j, size_t at, struct group *group)
{
	const struct find *finds = j->keyring->finds, *first = &finds[j->order[at]];
	bool bare = false;
	size_t i = at;

	*group = (struct group){.first = at, .partner = SIZE_MAX, .modulus = modulus_of(first)};
	for (; i < j->keyring->count; i++) {
		const struct find *find = &finds[j->order[i]];
		if (memcmp(find->key, first->key, sizeof find->key) != 0)
			break;
		j->group_of[j->order[i]] = (size_t)(group - j->groups);
		j->position[j->order[i]] = i;
		group->private_key = group->private_key || find->private_key;
		bare = bare || !find->identity;
		if (find->identity && find->identity->judged) {
			find->identity->judged = false;
			group->certificates++;
		}
	}
	group->count = i - at;
	group->shared = (bare && group->count > 1) || group->certificates > 1;
}

static void group_keys(struct judgement *j)
{
	size_t count = j->keyring->count;

	j->order = take(count, sizeof *j->order);
	j->group_of = take(count, sizeof *j->group_of);
	j->position = take(count, sizeof *j->position);
	j->groups = take(count, sizeof *j->groups);
	for (size_t i = 0; i < count; i++)
		j->order[i] = i;
	qsort_r(j->order, count, sizeof *j->order, compare_keys, j->keyring->finds);
	for (size_t at = 0; at < count; at += j->groups[j->group_count++].count)
		read_group(j, at, &j->groups[j->group_count]);
}

static void compare_moduli(struct judgement *j)
{
	struct cursor *moduli = take(j->group_count, sizeof *moduli);
	size_t *groups = take(j->group_count, sizeof *groups);
	size_t *partners = take(j->group_count, sizeof *partners);
	size_t count = 0;

	for (size_t i = 0; i < j->group_count; i++) {
		if (!j->groups[i].modulus.data)
			continue;
		moduli[count] = j->groups[i].modulus;
		groups[count++] = i;
	}
	j->compared = weak_shared(moduli, count, partners) == count;
	for (size_t i = 0; i < count; i++) {
		if (partners[i] != SIZE_MAX)
			j->groups[groups[i]].partner = groups[partners[i]];
	}
	free(moduli);
	free(groups);
	free(partners);
}

static const struct find *first_of(const struct judgement *j, const struct group *group)
{
	return &j->keyring->finds[j->order[group->first]];
}

static void judge_keys(struct judgement *j)
{
	for (size_t i = 0; i < j->keyring->count; i++) {
		struct identity *identity = j->keyring->finds[i].identity;
		const struct group *group = &j->groups[j->group_of[i]];
		if (!identity || identity->standing.key_copies)
			continue;
		identity->standing.key_copies = group->certificates;
		identity->standing.private_key = group->private_key;
		if (group->partner != SIZE_MAX)
			identity->standing.prime_with =
				first_of(j, &j->groups[group->partner])->path;
	}
}

/* --- serial numbers --- */

static int compare_bytes(const struct cursor *a, const struct cursor *b)
{
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return a->size ? memcmp(a->data, b->data, a->size) : 0;
}

static int compare_serials(const void *a, const void *b)
{
	const struct certificate *x = &(*(struct identity *const *)a)->x509.parts;
	const struct certificate *y = &(*(struct identity *const *)b)->x509.parts;
	int order = compare_bytes(&x->serial.body, &y->serial.body);

	return order ? order : compare_bytes(&x->issuer.whole, &y->issuer.whole);
}

static void count_serials(struct judgement *j)
{
	struct identity **sorted = take(j->count, sizeof *sorted);
	size_t end;

	memcpy(sorted, j->list, j->count * sizeof *sorted);
	qsort(sorted, j->count, sizeof *sorted, compare_serials);
	for (size_t start = 0; start < j->count; start = end) {
		for (end = start + 1; end < j->count; end++) {
			if (compare_serials(&sorted[start], &sorted[end]) != 0)
				break;
		}
		for (size_t i = start; i < end; i++)
			sorted[i]->standing.serial_copies = end - start;
	}
	free(sorted);
}

/* --- chains --- */

static int compare_subjects(const void *a, const void *b)
{
	const struct identity *x = *(struct identity *const *)a;
	const struct identity *y = *(struct identity *const *)b;

	if (x->subject != y->subject)
		return x->subject < y->subject ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void index_subjects(struct judgement *j)
{
	j->by_subject = take(j->count, sizeof *j->by_subject);
	for (size_t i = 0; i < j->count; i++) {
		j->by_subject[i] = j->list[i];
	}
	qsort(j->by_subject, j->count, sizeof *j->by_subject, compare_subjects);
}

/* The index of the first certificate with a subject of a hash, or of the one where it would be. */
static size_t find_subject(const struct judgement *j, uint32_t hash)
{
	size_t low = 0, high = j->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (j->by_subject[middle]->subject < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Certificates that may be on the way from one to an anchor, itself the first. */
struct candidates {
	struct identity *list[CHAIN_CANDIDATES_MAX];
	size_t count;
	bool more; /* than are listed */
};

static void add_issuers(const struct judgement *j, const struct identity *of,
                        struct candidates *out)
{
	for (size_t at = find_subject(j, of->issuer);
	     at < j->count && j->by_subject[at]->subject == of->issuer; at++) {
		struct identity *issuer = j->by_subject[at];
		bool known = !issuer->x509.handle;
		for (size_t i = 0; i < out->count && !known; i++)
			known = out->list[i] == issuer;
		if (known)
			continue;
		if (out->count == CHAIN_CANDIDATES_MAX) {
			out->more = true;
			return;
		}
		out->list[out->count++] = issuer;
	}
}

static void find_candidates(const struct judgement *j, struct identity *identity,
                            struct candidates *out)
{
	out->list[0] = identity;
	out->count = 1;
	out->more = false;
	for (size_t i = 0; i < out->count && !out->more; i++) {
		if (out->list[i]->x509.self_signed != ANSWER_YES)
			add_issuers(j, out->list[i], out);
	}
}

static uint64_t key_work(const struct x509 *issuer)
{
	uint64_t words = (uint64_t)issuer->key.bits / 64 + 1;

	if (strcmp(issuer->key.type, "RSA") != 0)
		return CURVE_WORK;
	return 1 + words * words * issuer->exponent.size * 16 / PRODUCTS_IN_STEP;
}

static uint64_t work_of(const struct candidates *candidates)
{
	uint64_t names = 0, constraints = 0, keys = 0;

	for (size_t i = 0; i < candidates->count; i++) {
		const struct x509 *x = &candidates->list[i]->x509;
		const struct extension *nc = EXTENSION(&x->extensions, EXTENSION_NAME_CONSTRAINTS);
		names += x->names.count + x->subject_parts.count;
		constraints += nc ? nc->value.body.size / CONSTRAINT_LEN : 0;
		keys += key_work(x);
	}
	return keys + names * constraints;
}

/* The key of the issuer settles what stands open in a certificate that another one signed. */
static void settle(struct identity *identity, const struct candidates *candidates)
{
	struct x509 *x = &identity->x509;

	for (size_t i = 1; i < candidates->count; i++) {
		const struct identity *issuer = candidates->list[i];
		if (issuer->subject != identity->issuer)
			continue;
		if (x->ambiguous)
			x509_settle_ambiguous(x, issuer->x509.key.type);
		if (strcmp(issuer->x509.key.type, "SM2") == 0 &&
		    chain_signed_by(identity->x509.handle, issuer->x509.handle,
		                    &identity->standing.sm2_id))
			return;
	}
}

/* No CA, and for TLS servers. */
static bool is_server(const struct x509 *x)
{
	if (x->ca == ANSWER_YES)
		return false;
	if (EXTENSION(&x->extensions, EXTENSION_PURPOSES))
		return PURPOSE(&x->purposes, PURPOSE_SERVER);
	for (size_t i = 0; i < x->names.count; i++) {
		if (x->names.list[i].kind == NAME_DNS)
			return true;
	}
	return false;
}

/*
 * Its issuer may be there (itself, if it names itself), and nobody can say whether the signature is
 * the issuer's: the algorithm is unknown, not supported, or one that OpenSSL does not verify.
 */
static bool in_doubt(const struct candidates *candidates, const struct identity *identity)
{
	const struct x509 *x = &identity->x509;
	struct signature_algorithm how;

	if (x->self_signed == ANSWER_YES ||
	    (x->self_signed == ANSWER_NO && !x->ambiguous &&
	     signature_algorithm_read(x->parts.algorithm.body, x->key.type, &how).ok))
		return false;
	for (size_t i = 0; i < candidates->count; i++) {
		if (candidates->list[i]->subject == identity->issuer)
			return true;
	}
	return false;
}

static void judge_chain(struct judgement *j, struct identity *identity)
{
	struct chain_certificate *trusted[CHAIN_CANDIDATES_MAX], *others[CHAIN_CANDIDATES_MAX];
	bool server = is_server(&identity->x509);
	struct candidates candidates;
	struct chain_question question = {.certificate = identity->x509.handle,
	                                  .trusted = trusted,
	                                  .others = others,
	                                  .purpose = server ? CHAIN_SERVER : CHAIN_ANY};

	if (!identity->x509.handle)
		return;
	find_candidates(j, identity, &candidates);
	j->work += work_of(&candidates);
	identity->standing.chain_limit = candidates.more || j->work > CHAIN_WORK_MAX;
	if (j->work > CHAIN_WORK_MAX)
		return;
	settle(identity, &candidates);
	bool unsure = candidates.more;
	for (size_t i = 0; i < candidates.count; i++) {
		struct identity *candidate = candidates.list[i];
		if (candidate->x509.self_signed == ANSWER_YES)
			trusted[question.trusted_count++] = candidate->x509.handle;
		else if (i)
			others[question.other_count++] = candidate->x509.handle;
		if (server && candidate->x509.ca == ANSWER_YES)
			candidate->standing.tls = true;
		unsure = unsure || in_doubt(&candidates, candidate);
	}
	identity->standing.tls |= server;
	chain_verify(&question, &identity->standing.chain);
	/* not all were offered, or one of them cannot be verified: only a yes is an answer */
	identity->standing.chained = !unsure || identity->standing.chain.state == CHAIN_COMPLETE;
}

/* --- */

struct judgement *keyring_judge(struct keyring *keyring)
{
	struct judgement *j = take(1, sizeof *j);

	j->keyring = keyring;
	list_certificates(j);
	group_keys(j);
	compare_moduli(j);
	judge_keys(j);
	count_serials(j);
	index_subjects(j);
	for (size_t i = 0; i < j->count; i++)
		judge_chain(j, j->list[i]);
	if (keyring->anchor_count)
		qsort(keyring->anchors, keyring->anchor_count, sizeof *keyring->anchors,
		      keyring_compare_paths);
	return j;
}

void keyring_judgement_free(struct judgement *j)
{
	free(j->list);
	free(j->by_subject);
	free(j->order);
	free(j->group_of);
	free(j->position);
	free(j->groups);
	free(j);
}

bool keyring_compared(const struct judgement *judgement)
{
	return judgement->compared;
}

int keyring_compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The role that the place does not settle. */
static const char *role_of(const struct identity *identity)
{
	const struct x509 *x = &identity->x509;

	if (identity->standing.private_key && x->ca != ANSWER_YES)
		return "client";
	if (is_server(x))
		return "server";
	if (x->ca != ANSWER_YES)
		return "unknown";
	if (x->self_signed == ANSWER_YES)
		return "root";
	/* one that names itself and did not sign itself is what nobody can say */
	return x->self_issued ? "unknown" : "intermediate";
}

struct x509_standing keyring_standing(const struct keyring *keyring, const struct find *find)
{
	struct x509_standing standing = find->identity->standing;
	bool anchor = keyring->anchor_count &&
	              bsearch(&find->path, keyring->anchors, keyring->anchor_count,
	                      sizeof *keyring->anchors, keyring_compare_paths) != NULL;

	standing.role = find->place.role ? find->place.role
	                : anchor         ? "trust-anchor"
	                                 : role_of(find->identity);
	standing.tls = standing.tls && !find->place.role && strcmp(standing.role, "client") != 0;
	return standing;
}

static void write_row(struct facts *facts, const char *kind, const struct find *find,
                      const struct find *other, bool private_key)
{
	facts_row(facts, ROW_SHARED_KEY, 0);
	facts_text(facts, FACT_SHARED_KEY_KIND, kind);
	facts_clean(facts, FACT_SHARED_KEY_IN, find->path);
	facts_clean(facts, FACT_SHARED_KEY_OTHER, other->path);
	facts_hex(facts, FACT_SHARED_KEY_SHA256, find->key, sizeof find->key);
	facts_bool(facts, FACT_SHARED_KEY_PRIVATE, private_key);
}

/* True if the key lies in the same entry before this place: places of one entry stand together. */
static bool was_told(const struct judgement *j, const struct group *group, const struct find *find)
{
	size_t at = j->position[find - j->keyring->finds];

	return at > group->first &&
	       strcmp(j->keyring->finds[j->order[at - 1]].path, find->path) == 0;
}

void keyring_write_shared(const struct judgement *j, struct facts *facts, const struct find *find)
{
	const struct group *group = &j->groups[j->group_of[find - j->keyring->finds]];
	const struct find *first = first_of(j, group);

	if ((!group->shared && group->partner == SIZE_MAX) || was_told(j, group, find))
		return;
	if (group->shared && strcmp(first->path, find->path) != 0)
		write_row(facts, "same-key", find, first, group->private_key);
	if (group->partner == SIZE_MAX)
		return;
	const struct group *partner = &j->groups[group->partner];
	write_row(facts, "shared-prime", find, first_of(j, partner),
	          group->private_key || partner->private_key);
}
