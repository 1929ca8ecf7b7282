/* test_jarstamp.c - time stamps (RFC 3161) of Java archives: SHA-1 counts if it was stamped in
 * time. */
#include "jarmake.h"

#include <openssl/ts.h>

static X509 *authority;
static long stamp_second;
static bool stamp_other;

static int stamp_time(TS_RESP_CTX *context, void *data, long *second, long *microsecond)
{
	(void)context, (void)data;
	*second = stamp_second;
	*microsecond = 0;
	return 1;
}

static ASN1_INTEGER *stamp_serial(TS_RESP_CTX *context, void *data)
{
	ASN1_INTEGER *serial = ASN1_INTEGER_new();

	(void)context, (void)data;
	ASN1_INTEGER_set(serial, 1);
	return serial;
}

static X509 *time_authority(void)
{
	X509 *x = self_signed(0);
	X509_EXTENSION *usage =
		X509V3_EXT_conf_nid(NULL, NULL, NID_ext_key_usage, "critical,timeStamping");

	X509_add_ext(x, usage, -1);
	X509_EXTENSION_free(usage);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

static TS_REQ *request_of(const uint8_t *bytes, size_t len)
{
	TS_REQ *request = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	uint8_t hash[DIGEST_MAX];
	int size = (int)digest(DIGEST_SHA256, bytes, len, hash);

	X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL);
	TS_MSG_IMPRINT_set_algo(imprint, algorithm);
	TS_MSG_IMPRINT_set_msg(imprint, hash, size);
	TS_REQ_set_version(request, 1);
	TS_REQ_set_msg_imprint(request, imprint);
	TS_REQ_set_cert_req(request, 1);
	TS_MSG_IMPRINT_free(imprint);
	X509_ALGOR_free(algorithm);
	return request;
}

static TS_RESP *respond(TS_REQ *request)
{
	TS_RESP_CTX *context = TS_RESP_CTX_new();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3", 1);
	BIO *query = BIO_new(BIO_s_mem());

	TS_RESP_CTX_set_signer_cert(context, authority);
	TS_RESP_CTX_set_signer_key(context, key);
	TS_RESP_CTX_set_signer_digest(context, EVP_sha256());
	TS_RESP_CTX_set_def_policy(context, policy);
	TS_RESP_CTX_add_md(context, EVP_sha256());
	TS_RESP_CTX_set_time_cb(context, stamp_time, NULL);
	TS_RESP_CTX_set_serial_cb(context, stamp_serial, NULL);
	i2d_TS_REQ_bio(query, request);
	TS_RESP *response = TS_RESP_create_response(context, query);
	BIO_free(query);
	ASN1_OBJECT_free(policy);
	TS_RESP_CTX_free(context);
	return response;
}

static void stamp(CMS_ContentInfo *cms)
{
	CMS_SignerInfo *signer = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	const ASN1_OCTET_STRING *signature = CMS_SignerInfo_get0_signature(signer);
	size_t len = (size_t)ASN1_STRING_length(signature) - (stamp_other ? 1 : 0);
	TS_REQ *request = request_of(ASN1_STRING_get0_data(signature), len);
	TS_RESP *response = respond(request);
	PKCS7 *token = TS_RESP_get_token(response);
	uint8_t *der = NULL;

	assert_non_null(token);
	int size = i2d_PKCS7(token, &der);
	assert_int_equal(CMS_unsigned_add1_attr_by_NID(signer, NID_id_smime_aa_timeStampToken,
	                                               V_ASN1_SEQUENCE, der, size),
	                 1);
	OPENSSL_free(der);
	TS_RESP_free(response);
	TS_REQ_free(request);
}

static const char *judge(long second, bool other, const char *digest, const EVP_MD *hash)
{
	static struct verdict verdict;
	struct plan plan = usual();

	plan.digest = digest;
	plan.hash = hash;
	stamp_second = second;
	stamp_other = other;
	verdict = plain(&plan, &java);
	return verdict.code;
}

enum { IN_2018 = 1530000000, IN_2019 = 1550000000 };

static void sha1_counts_if_stamped_in_time(void **state)
{
	(void)state;
	before_block = stamp;
	assert_string_equal(judge(IN_2018, false, "SHA1", EVP_sha1()), "");
	assert_string_equal(judge(IN_2019, false, "SHA1", EVP_sha256()), "SECTION_DIGEST_MISSING");
	assert_string_equal(judge(IN_2019, false, "SHA-256", EVP_sha1()), "ALGORITHM_WEAK");
	assert_string_equal(judge(IN_2018, true, "SHA-256", EVP_sha1()), "ALGORITHM_WEAK");
	assert_string_equal(judge(IN_2019, false, "SHA-256", EVP_sha256()), "");
	before_block = NULL;
	assert_string_equal(judge(0, false, "SHA-256", EVP_sha1()), "ALGORITHM_WEAK");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(sha1_counts_if_stamped_in_time)};

	if (!digest_start().ok)
		return 1;
	(void)android, (void)add_contents;
	key = EVP_RSA_gen(2048);
	certificate = self_signed(0);
	authority = time_authority();
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	X509_free(authority);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return failed;
}
