/* keyring.c - collects the certificates and keys of a bundle. */
#include "formats/keyringparts.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "crypto/known.h"

/* Memory of one certificate beside its bytes: names, extensions and alternative names at most. */
enum { IDENTITY_ARENA = 4 << 20, IDENTITY_COST = 4096 };

static char *copy(const char *text)
{
	char *new = text ? strdup(text) : NULL;

	if (text && !new)
		fault_out_of_memory();
	return new;
}

struct keyring *keyring_new(void)
{
	struct keyring *keyring = calloc(1, sizeof *keyring);

	if (!keyring)
		fault_out_of_memory();
	pthread_mutex_init(&keyring->lock, NULL);
	return keyring;
}

static void identity_free(struct identity *identity)
{
	if (!identity)
		return;
	x509_close(&identity->x509);
	arena_free(&identity->arena);
	free(identity);
}

static struct identity **bucket_of(struct keyring *keyring, const uint8_t *sha256)
{
	return &keyring->buckets[(sha256[0] << 8 | sha256[1]) % KEYRING_BUCKETS];
}

/* Forgets a place, and its certificate if that was the last one. */
static void find_drop(struct keyring *keyring, struct find *find)
{
	struct identity *identity = find->identity, **link;

	keyring->cost -= find->cost;
	free(find->path);
	free((char *)find->place.alias);
	free(find->modulus);
	if (!identity || --identity->finds)
		return;
	link = bucket_of(keyring, identity->x509.sha256);
	while (*link != identity)
		link = &(*link)->next;
	*link = identity->next;
	keyring->cost -= identity->cost;
	identity_free(identity);
}

void keyring_free(struct keyring *keyring)
{
	if (!keyring)
		return;
	while (keyring->count)
		find_drop(keyring, &keyring->finds[--keyring->count]);
	for (size_t i = 0; i < keyring->anchor_count; i++)
		free(keyring->anchors[i]);
	free(keyring->last.path);
	free(keyring->anchors);
	free(keyring->finds);
	pthread_mutex_destroy(&keyring->lock);
	free(keyring);
}

int keyring_order(const void *a, const void *b)
{
	const struct find *x = a, *y = b;

	for (uint32_t i = 0; i < x->entry.depth && i < y->entry.depth; i++) {
		if (x->entry.at[i] != y->entry.at[i])
			return x->entry.at[i] < y->entry.at[i] ? -1 : 1;
	}
	if (x->entry.depth != y->entry.depth)
		return x->entry.depth < y->entry.depth ? -1 : 1;
	return x->sequence < y->sequence ? -1 : x->sequence > y->sequence;
}

/* What is kept hangs on the order of entries alone: the first that passes the limits in that order
 * ends it, whichever came in first. */
void keyring_trim(struct keyring *keyring, size_t count, size_t cost)
{
	size_t keep = 0, bytes = 0;

	if (!keyring->count)
		return;
	qsort(keyring->finds, keyring->count, sizeof *keyring->finds, keyring_order);
	for (size_t i = 0; i < keyring->count; i++) {
		struct identity *identity = keyring->finds[i].identity;
		if (identity)
			identity->judged = false;
	}
	for (; keep < keyring->count && keep < count; keep++) {
		struct identity *identity = keyring->finds[keep].identity;
		bytes += keyring->finds[keep].cost;
		if (identity && !identity->judged)
			bytes += identity->cost;
		if (bytes > cost)
			break;
		if (identity)
			identity->judged = true;
	}
	for (size_t i = 0; i < keyring->count; i++) {
		if (keyring->finds[i].identity)
			keyring->finds[i].identity->judged = false;
	}
	if (keep == keyring->count)
		return;
	free(keyring->last.path);
	keyring->cut = true;
	keyring->last = keyring->finds[keep];
	keyring->last.path = copy(keyring->last.path);
	while (keyring->count > keep)
		find_drop(keyring, &keyring->finds[--keyring->count]);
}

/* Keeps a place; the lock is held. */
static void add_find(struct keyring *keyring, const struct inspection *inspection,
                     const struct place *place, struct find find)
{
	find.entry = inspection->facts->entry;
	find.sequence = keyring->sequence++;
	find.path = copy(inspection->facts->in);
	find.place = *place;
	find.place.alias = copy(place->alias);
	find.cost = sizeof find + strlen(find.path) + find.modulus_len +
	            (place->alias ? strlen(place->alias) : 0);
	if (find.identity)
		find.identity->finds++;
	keyring->cost += find.cost;
	if (keyring->count == keyring->room) {
		keyring->room = keyring->room ? keyring->room * 2 : 64;
		keyring->finds = reallocarray(keyring->finds, keyring->room, sizeof find);
		if (!keyring->finds)
			fault_out_of_memory();
	}
	keyring->finds[keyring->count++] = find;
	/* sorting once for as many again as are kept costs little for each */
	if (keyring->count > 2 * (size_t)KEYRING_FINDS_MAX ||
	    keyring->cost > 2 * (size_t)KEYRING_BYTES_MAX)
		keyring_trim(keyring, KEYRING_FINDS_MAX, KEYRING_BYTES_MAX);
}

/* True if a place lies behind the one that is known to be beyond the limits. */
static bool is_beyond(const struct keyring *keyring, const struct inspection *inspection)
{
	const struct find here = {.entry = inspection->facts->entry, .sequence = UINT64_MAX};

	return keyring->cut && keyring_order(&here, &keyring->last) > 0;
}

/* What takes time and hangs on the certificate alone. */
static void identity_prepare(struct identity *identity)
{
	const struct x509 *x = &identity->x509;
	struct rsa_numbers numbers;

	x509lint_all(x, identity->broken);
	identity->known = known_certificate(x->parts.whole.whole);
	if (!identity->known)
		identity->known = known_key(x->parts.key.whole);
	if (x->has_key && weak_numbers(x->parts.key.whole, &numbers))
		identity->weaknesses = weak_rsa(&numbers);
	if (!x->handle)
		return;
	identity->subject = chain_subject_hash(x->handle);
	identity->issuer = chain_issuer_hash(x->handle);
}

/* NULL with a fault noted if it is no certificate. */
static struct identity *identity_new(struct cursor der)
{
	struct identity *identity = calloc(1, sizeof *identity);
	uint8_t *bytes;

	if (!identity)
		fault_out_of_memory();
	arena_init(&identity->arena, IDENTITY_ARENA + 2 * der.size);
	bytes = arena_take(&identity->arena, 1, der.size + 1);
	if (!bytes)
		fault_out_of_memory();
	memcpy(bytes, der.data, der.size);
	der = cursor_over(bytes, der.size, DIAG_ASN1_LENGTH);
	if (!x509_read(der, &identity->arena, &identity->x509).ok) {
		identity_free(identity);
		return NULL;
	}
	identity_prepare(identity);
	identity->cost = identity->arena.used + 4 * der.size + IDENTITY_COST;
	return identity;
}

static struct identity *identity_find(struct keyring *keyring, const uint8_t *sha256)
{
	struct identity *identity = *bucket_of(keyring, sha256);

	while (identity && memcmp(identity->x509.sha256, sha256, 32) != 0)
		identity = identity->next;
	return identity;
}

/* Adds a place of a certificate that is known, or of `new`, which becomes known; the lock is held.
 * Returns false if it is neither. */
static bool add_certificate(const struct inspection *inspection, const uint8_t *sha256,
                            struct identity *new, const struct place *place)
{
	struct keyring *keyring = inspection->keyring;
	struct identity *identity = identity_find(keyring, sha256);

	if (!identity && !new)
		return false;
	if (!identity) {
		struct identity **bucket = bucket_of(keyring, sha256);
		new->next = *bucket;
		*bucket = new;
		keyring->cost += new->cost;
		identity = new;
	} else {
		identity_free(new);
	}
	struct find find = {.identity = identity};
	memcpy(find.key, identity->x509.key_sha256, sizeof find.key);
	add_find(keyring, inspection, place, find);
	return true;
}

static void write_alone(const struct inspection *inspection, struct identity *identity,
                        const struct place *place)
{
	struct keyring *keyring = keyring_new();
	struct inspection alone = *inspection;
	struct judgement *judgement;
	struct x509_standing standing;

	alone.keyring = keyring;
	add_certificate(&alone, identity->x509.sha256, identity, place);
	judgement = keyring_judge(keyring);
	standing = keyring_standing(keyring, &keyring->finds[0]);
	x509_write(inspection->facts, place, &identity->x509, &standing);
	keyring_judgement_free(judgement);
	keyring_free(keyring);
}

void keyring_certificate(const struct inspection *inspection, struct cursor der,
                         const struct place *place)
{
	struct keyring *keyring = inspection->keyring;
	struct certificate parts;
	struct identity *new = NULL;
	uint8_t sha256[DIGEST_MAX];
	bool done = false;

	if (!certificate_split(der, &parts).ok) {
		place_fault(inspection, place, BIT(CERTIFICATES));
		return;
	}
	der = parts.whole.whole;
	digest(DIGEST_SHA256, der.data, der.size, sha256);
	if (keyring) {
		pthread_mutex_lock(&keyring->lock);
		done = is_beyond(keyring, inspection) ||
		       add_certificate(inspection, sha256, NULL, place);
		pthread_mutex_unlock(&keyring->lock);
	}
	if (done)
		return;
	/* reading is the work, and is done outside the lock: now and then twice */
	new = identity_new(der);
	if (!new) {
		place_fault(inspection, place, BIT(CERTIFICATES));
	} else if (keyring) {
		pthread_mutex_lock(&keyring->lock);
		add_certificate(inspection, sha256, new, place);
		pthread_mutex_unlock(&keyring->lock);
	} else {
		write_alone(inspection, new, place);
	}
}

void keyring_key(const struct inspection *inspection, struct cursor spki, bool private_key,
                 const struct place *place)
{
	struct keyring *keyring = inspection->keyring;
	struct find find = {.private_key = private_key};
	struct rsa_numbers numbers;

	if (!keyring)
		return;
	digest(DIGEST_SHA256, spki.data, spki.size, find.key);
	if (weak_numbers(spki, &numbers)) {
		find.modulus = malloc(numbers.modulus.size + 1);
		if (!find.modulus)
			fault_out_of_memory();
		memcpy(find.modulus, numbers.modulus.data, numbers.modulus.size);
		find.modulus_len = numbers.modulus.size;
	}
	pthread_mutex_lock(&keyring->lock);
	if (is_beyond(keyring, inspection))
		free(find.modulus);
	else
		add_find(keyring, inspection, place, find);
	pthread_mutex_unlock(&keyring->lock);
}

void keyring_anchor(const struct inspection *inspection, const char *path)
{
	struct keyring *keyring = inspection->keyring;

	if (!keyring)
		return;
	pthread_mutex_lock(&keyring->lock);
	if (keyring->anchor_count == keyring->anchor_room) {
		keyring->anchor_room = keyring->anchor_room ? keyring->anchor_room * 2 : 16;
		keyring->anchors = reallocarray(keyring->anchors, keyring->anchor_room,
		                                sizeof *keyring->anchors);
		if (!keyring->anchors)
			fault_out_of_memory();
	}
	keyring->anchors[keyring->anchor_count++] = copy(path);
	pthread_mutex_unlock(&keyring->lock);
}

/* --- writing --- */

static void write_limit(struct facts *facts)
{
	facts_issue(facts, DIAG_KEYRING, AT_NONE,
	            "the bundle holds more than %d certificates and keys, or %d MB of them; from "
	            "this entry on they were not judged",
	            KEYRING_FINDS_MAX, KEYRING_BYTES_MAX >> 20);
	facts_gaps(facts, BIT(CERTIFICATES) | BIT(KEYS), STATUS_LIMIT, DIAG_KEYRING);
}

static void write_find(const struct keyring *keyring, const struct judgement *judgement,
                       struct facts *facts, const struct find *find)
{
	if (find->identity) {
		struct x509_standing standing = keyring_standing(keyring, find);
		x509_write(facts, &find->place, &find->identity->x509, &standing);
		if (!standing.chained && standing.chain_limit) {
			facts_issue(facts, DIAG_KEYRING, find->place.offset,
			            "its chain was not built: too many certificates may be part of "
			            "it, or others took too long");
			facts_gap(facts, SOURCE_CERTIFICATES, STATUS_LIMIT, DIAG_KEYRING);
		}
	}
	keyring_write_shared(judgement, facts, find);
}

/* Writes the finds of one entry, from index `at` on; returns the index behind them. */
static size_t write_entry(const struct keyring *keyring, const struct judgement *judgement,
                          size_t at, keyring_send send, void *state)
{
	const struct find *first = &keyring->finds[at];
	struct facts facts;

	facts_init(&facts, first->entry, first->path);
	if (at == 0 && !keyring_compared(judgement)) {
		facts_issue(&facts, DIAG_KEYRING, AT_NONE,
		            "the bundle holds more RSA keys than were searched for primes in "
		            "common");
		facts_gaps(&facts, BIT(CERTIFICATES) | BIT(KEYS), STATUS_LIMIT, DIAG_KEYRING);
	}
	for (; at < keyring->count && strcmp(keyring->finds[at].path, first->path) == 0; at++)
		write_find(keyring, judgement, &facts, &keyring->finds[at]);
	facts_finish(&facts);
	send(state, &facts);
	facts_free(&facts);
	return at;
}

void keyring_finish(struct keyring *keyring, keyring_send send, void *state)
{
	struct judgement *judgement;
	struct facts facts;

	if (!keyring)
		return;
	keyring_trim(keyring, KEYRING_FINDS_MAX, KEYRING_BYTES_MAX);
	judgement = keyring_judge(keyring);
	for (size_t i = 0; i < keyring->count;)
		i = write_entry(keyring, judgement, i, send, state);
	if (keyring->cut) {
		facts_init(&facts, keyring->last.entry, keyring->last.path);
		write_limit(&facts);
		facts_finish(&facts);
		send(state, &facts);
		facts_free(&facts);
	}
	keyring_judgement_free(judgement);
}
