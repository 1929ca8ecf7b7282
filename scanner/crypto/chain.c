/* chain.c - verifies chains of certificates. */
#include "crypto/chain.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

struct chain_certificate {
	X509 *x509;
	bool sm2; /* its own key */
};

struct chain_certificate *chain_open(struct cursor der, const struct spki *key)
{
	const uint8_t *octets = der.data;
	struct chain_certificate *certificate;
	X509 *x509;

	if (!spki_usable(key))
		return NULL;
	x509 = d2i_X509(NULL, &octets, (long)der.size);
	if (!x509 || !X509_get0_pubkey(x509)) {
		X509_free(x509);
		ERR_clear_error();
		return NULL;
	}
	/* OpenSSL reads the extensions when it is first asked about them: now, in the caller's
	 * thread
	 */
	X509_check_purpose(x509, -1, 0);
	ERR_clear_error();
	certificate = calloc(1, sizeof *certificate);
	if (!certificate)
		fault_out_of_memory();
	*certificate = (struct chain_certificate){x509, !strcmp(key->type, "SM2")};
	return certificate;
}

void chain_close(struct chain_certificate *certificate)
{
	if (certificate)
		X509_free(certificate->x509);
	free(certificate);
}

static uint32_t name_hash(const X509_NAME *name)
{
	int good = 0;
	unsigned long hash = X509_NAME_hash_ex(name, NULL, NULL, &good);

	ERR_clear_error();
	return good ? (uint32_t)hash : 0;
}

uint32_t chain_subject_hash(const struct chain_certificate *certificate)
{
	return name_hash(X509_get_subject_name(certificate->x509));
}

uint32_t chain_issuer_hash(const struct chain_certificate *certificate)
{
	return name_hash(X509_get_issuer_name(certificate->x509));
}

static bool verifies(X509 *certificate, const struct chain_certificate *issuer, const char *id)
{
	ASN1_OCTET_STRING *octets = NULL;
	bool verified;

	if (issuer->sm2) {
		octets = ASN1_OCTET_STRING_new();
		if (!octets || !ASN1_OCTET_STRING_set(octets, (const uint8_t *)id, (int)strlen(id)))
			fault_out_of_memory();
		X509_set0_distinguishing_id(certificate, octets);
	}
	verified = X509_verify(certificate, X509_get0_pubkey(issuer->x509)) == 1;
	ERR_clear_error();
	return verified;
}

bool chain_signed_by(struct chain_certificate *certificate, const struct chain_certificate *issuer,
                     const char **sm2_id)
{
	/* GB/T 35276, 10 fixes the signer's id; certificates made without it exist as well */
	if (verifies(certificate->x509, issuer, "1234567812345678")) {
		*sm2_id = issuer->sm2 ? "default" : NULL;
		return true;
	}
	if (!issuer->sm2 || !verifies(certificate->x509, issuer, ""))
		return false;
	*sm2_id = "empty";
	return true;
}

static STACK_OF(X509) * stack_of(struct chain_certificate *const *list, size_t count)
{
	STACK_OF(X509) *stack = sk_X509_new_null();

	if (!stack)
		fault_out_of_memory();
	for (size_t i = 0; i < count && i < CHAIN_CANDIDATES_MAX; i++) {
		if (!sk_X509_push(stack, list[i]->x509))
			fault_out_of_memory();
	}
	return stack;
}

static void set_rules(X509_STORE_CTX *verification, const struct chain_question *question)
{
	X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(verification);

	X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME);
	X509_VERIFY_PARAM_set_depth(rules, CHAIN_DEPTH_MAX);
	X509_VERIFY_PARAM_set_auth_level(rules, question->level);
	/* a purpose of OpenSSL brings the trust that goes with it */
	if (question->purpose == CHAIN_SERVER)
		X509_STORE_CTX_set_purpose(verification, X509_PURPOSE_SSL_SERVER);
	if (question->purpose == CHAIN_CLIENT)
		X509_STORE_CTX_set_purpose(verification, X509_PURPOSE_SSL_CLIENT);
}

static enum chain_state state_of(int error)
{
	switch (error) {
	case X509_V_OK:
		return CHAIN_COMPLETE;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return CHAIN_INCOMPLETE;
	default:
		return CHAIN_INVALID;
	}
}

void chain_verify(const struct chain_question *question, struct chain_answer *out)
{
	STACK_OF(X509) *trusted = stack_of(question->trusted, question->trusted_count);
	STACK_OF(X509) *others = stack_of(question->others, question->other_count);
	X509_STORE_CTX *verification = X509_STORE_CTX_new();
	int error = X509_V_ERR_UNSPECIFIED;

	if (!verification ||
	    !X509_STORE_CTX_init(verification, NULL, question->certificate->x509, others))
		fault_out_of_memory();
	X509_STORE_CTX_set0_trusted_stack(verification, trusted);
	set_rules(verification, question);
	if (X509_verify_cert(verification) == 1)
		error = X509_V_OK;
	else if (X509_STORE_CTX_get_error(verification) != X509_V_OK)
		error = X509_STORE_CTX_get_error(verification);
	*out = (struct chain_answer){.state = state_of(error)};
	if (error == X509_V_OK)
		out->length = sk_X509_num(X509_STORE_CTX_get0_chain(verification));
	else
		out->error = X509_verify_cert_error_string(error);
	X509_STORE_CTX_free(verification);
	sk_X509_free(trusted);
	sk_X509_free(others);
	ERR_clear_error();
}
