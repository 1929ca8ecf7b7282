/*
 * package.h - the judgement of one package, and the rows made of it: the same for packages of all
 * platforms.
 */
#ifndef PARASOL_SIGNING_PACKAGE_H
#define PARASOL_SIGNING_PACKAGE_H

#include "formats/format.h"
#include "signing/scheme.h"

enum { PACKAGE_SCHEMES_MAX = 8 };

struct package {
	const char *kind; /* apk, jar, harmony */
	bool verified;
	bool unsure;              /* not verified, and only a device can settle it */
	int64_t min_sdk, max_sdk; /* -1 where there is none */
	bool min_open;            /* there is a lowest version, and it is not known */
	uint64_t unprotected;     /* entries */
	const char *reason;       /* name of the first refusal, or NULL */
	/* those that are there or were looked for; the last one, nameless, holds what is refused
	 * about the package itself */
	const struct scheme *schemes[PACKAGE_SCHEMES_MAX];
	size_t count;
	const struct scheme
		*signed_by; /* whose signers sign the package as a whole; NULL for none */
	/* v3: only the last of its signers counts, the one for the newest versions */
	bool last_signer_only;
};

/*
 * True if the thread's last failure is a limit of the scan (intake/limits.h): then nothing is known
 * of what was not read, neither good nor bad.
 */
bool package_limited(void);

/* True if every refusal of a scheme says only that something was not read. */
bool package_only_unread(const struct scheme *scheme);

/* Entries of a container that are files. */
uint64_t package_files(const struct container *container);

/*
 * Writes the row of the package with its schemes, signers and refusals; returns its serial, for
 * rows below it.
 */
uint32_t package_facts(const struct package *package, const struct container *container,
                       const struct inspection *inspection);

/* The rows of a package that cannot be opened. */
void package_unreadable(const char *why, const char *module, struct facts *facts);

/* Hands the certificate of each signer to the keyring, each certificate once. */
void package_certificates(const struct package *package, const struct inspection *inspection);

#endif
