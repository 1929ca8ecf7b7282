/*
 * inspect.h - the worker's work: every entry of a bundle, over threads, to facts.
 *
 * Runs inside the cage. Entries are jobs, largest first; one job unpacks an entry once and hands
 * the same bytes to hashing, to every format that bids, and to the rules, while they are hot.
 */
#ifndef PARASOL_SCAN_INSPECT_H
#define PARASOL_SCAN_INSPECT_H

#include "base/pool.h"
#include "formats/codebase.h"
#include "scan/outbox.h"
#include "signing/signing.h"

struct inspector;

/* Starts the threads, which wait; call before the cage closes. `sources` are the BIT()s of those
 * that are asked for; what `code` names outlives the inspector; `signing` is copied. */
RESULT inspect_start(struct outbox *outbox, unsigned threads, uint32_t sources,
                     const struct code_request *code, const struct signing_request *signing,
                     struct inspector **out);

/* Reads the bundle and sends facts, states of sources, timings and END; frees the inspector. `name`
 * is that of a lone file, `label` what paths of entries begin with ("": nothing). */
void inspect_bundle(struct inspector *inspector, const void *data, size_t size, const char *name,
                    const char *label);

#endif
