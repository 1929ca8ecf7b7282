/*
 * hap.h - packages of HarmonyOS (HAP, HSP, APP): their signature, their profile, and whether the
 * platform takes them (OpenHarmony security_appverify, hap_verify_v2).
 *
 * The signature is a SignedData whose content is, little-endian: u32 version, u32 number of
 * digests, u32 bytes that follow of the first one, u32 algorithm, u32 bytes of the digest, the
 * digest (hapdigest.h). Its certificates lead to a root; the profile says which app and which
 * certificate it is for. What a device trusts is not known here: a root that the package brings
 * along is taken for what it is, and where it brings none, the answer is open (struct scheme,
 * `unsure`).
 *
 * Not looked at: lists of revoked certificates, and code signatures of single files.
 */
#ifndef PARASOL_SIGNING_HAP_H
#define PARASOL_SIGNING_HAP_H

#include "formats/keyring.h"
#include "signing/scheme.h"

struct hap;

/* True if a container is such a package, signed or not. */
bool hap_bid(const struct container *container);

/* Reads what the signature says. `data` is the container's file. Never fails: what cannot be read
 * is a refusal. */
struct hap *hap_open(const struct container *container, struct cursor data);

/* Jobs over the whole file: run each index once, from any thread. */
size_t hap_jobs(const struct hap *hap);
void hap_run(struct hap *hap, size_t job);

/* When every job was run: judges the package. The scheme lives as long as `hap`. */
const struct scheme *hap_judge(struct hap *hap);

/*
 * Writes the rows of the sub-blocks below the row `signing`, and those of the profile; hands the
 * certificates to the keyring. After hap_judge.
 */
void hap_facts(const struct hap *hap, const struct inspection *inspection, uint32_t signing);

void hap_close(struct hap *hap);

#endif
