/*
 * x509read.h - a certificate read once and in full (RFC 5280): what rows, roles, lints and chains
 * rest on.
 *
 * Nothing stops reading but a certificate that cannot be taken apart: whatever else is wrong
 * becomes a remark, which every row of the certificate repeats as an issue.
 */
#ifndef PARASOL_FORMATS_X509READ_H
#define PARASOL_FORMATS_X509READ_H

#include "crypto/chain.h"
#include "crypto/extension.h"
#include "crypto/spki.h"
#include "crypto/x509name.h"
#include "crypto/x509time.h"

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_UNKNOWN };

struct x509_remark {
	struct x509_remark *next;
	enum diag code;
	uint64_t at; /* in the certificate, or AT_NONE */
	const char *why;
	bool gap; /* something is missing for it */
};

struct x509 {
	struct certificate parts;
	uint8_t sha256[32], key_sha256[32];
	int64_t version;              /* 1, 2 or 3; 0 if it is none of them */
	const char *subject, *issuer; /* as text; NULL if it cannot be read */
	struct name_parts subject_parts, issuer_parts;
	struct moment not_before, not_after;
	bool has_not_before, has_not_after;
	const char *algorithm; /* of the signature: its name or its OID; NULL if it is neither */
	const char *hash;      /* NULL if there is none or it is not known */
	bool algorithm_known;
	bool ambiguous; /* 1.2.156.10197.1.504 */
	struct spki key;
	bool has_key;                    /* `key` was read, and OpenSSL takes it if it is usable */
	struct cursor modulus, exponent; /* of an RSA key, with data; contents of the INTEGERs */
	struct extensions extensions;
	struct general_names names, issuer_names; /* alternative ones */
	enum answer ca, self_signed;
	struct basic_constraints basic;
	bool has_basic, has_usage, has_purposes;
	uint32_t usage;
	struct purposes purposes;
	bool self_issued;   /* subject and issuer have the same bytes */
	const char *sm2_id; /* with which an SM2 self-signature verifies: default, empty or NULL */
	struct chain_certificate *handle; /* NULL if OpenSSL must not have it, or refuses it */
	struct x509_remark *remarks;
};

/*
 * Reads the certificate that `der` starts with; memory comes from `arena`, and `der` must live as
 * long. Close it with x509_close. Fails with CERT_PARSE, ASN1_LENGTH, ASN1_DEPTH or LIMIT_MEMORY.
 */
RESULT x509_read(struct cursor der, struct arena *arena, struct x509 *out);
void x509_close(struct x509 *certificate);

/*
 * Says what the ambiguous signature algorithm means, by the type of the key that signed: SM3 with
 * RSA for an RSA key; SM2 with SHA-512 for one on a curve. x509_read takes the certificate's own.
 */
void x509_settle_ambiguous(struct x509 *certificate, const char *key_type);

/*
 * Length of the validity in days of 86,400 seconds, a part of a day counted whole, both ends
 * included (CA/B BR 6.3.2); -1 if a time could not be read.
 */
int64_t x509_validity_days(const struct x509 *certificate);

/* The longest validity that the CA/B baseline allows a TLS server certificate issued on the day of
 * its notBefore (BR 6.3.2 and its history), in days; -1 before the first limit. */
int64_t x509_max_days(const struct x509 *certificate);

/* The day `months` calendar months after `day`. */
int64_t x509_add_months(int64_t day, int months);

#endif
