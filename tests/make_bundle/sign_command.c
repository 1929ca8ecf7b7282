/*
 * sign_command.c - the command: signs a package.
 *
 *   make_bundle sign -o OUT [-s SCHEMES] -k KEY[,CERTIFICATE]... [options] IN
 *
 * -s  v1,v2,v3,v3.1 (default v1,v2,v3); -k once for each signer, -l for each older key of a
 * lineage, oldest first; -a algorithm id of v2 and v3; -d hash of v1; -n name of the v1 files; -A
 * signed attributes in v1; -m lowest version of v3; -r first version of v3.1; -p ID=TEXT or
 * ID=@FILE: one more pair in the signing block; -t KEY: source stamp; -i FILE: scheme v4. -x  what
 * an attacker does next: prefix=FILE, duplicate=NAME=FILE, strip, hide=ID, before=FILE, after=FILE,
 * tail=FILE, comment=FILE.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "make_bundle/sign.h"

enum { FILE_LIMIT = 1 << 30, KEYS = 2 * SIGN_SIGNERS + 1 };

struct signing_job {
	const char *out, *idsig, *attack;
	struct sign_key keys[KEYS];
	size_t key_count;
	struct sign_request request;
};

static RESULT key_take(struct signing_job *job, const char *value, const struct sign_key **out)
{
	struct text path DEFER(text_free) = {0};
	const char *comma = strchr(value, ',');

	ENSURE(job->key_count < KEYS, USAGE, AT_NONE, "too many keys");
	text_add(&path, value, comma ? (size_t)(comma - value) : strlen(value));
	struct sign_key *key = &job->keys[job->key_count];
	TRY(sign_key_read(path.data, comma ? comma + 1 : path.data, key));
	job->key_count++;
	*out = key;
	return OK;
}

static RESULT schemes_take(struct sign_request *request, const char *value)
{
	static const struct {
		const char *name;
		unsigned bit;
	} names[] = {{"v1", SIGN_WITH_V1},
	             {"v2", SIGN_WITH_V2},
	             {"v3", SIGN_WITH_V3},
	             {"v3.1", SIGN_WITH_V31}};

	request->schemes = 0;
	for (const char *at = value; *at; at += *at == ',') {
		size_t len = strcspn(at, ","), i = 0;
		while (i < 4 &&
		       (strlen(names[i].name) != len || strncmp(names[i].name, at, len) != 0))
			i++;
		ENSURE(i < 4, USAGE, AT_NONE, "%s: a scheme is v1, v2, v3 or v3.1", value);
		request->schemes |= names[i].bit;
		at += len;
	}
	return OK;
}

static RESULT pair_take(struct sign_request *request, const char *value)
{
	const char *sign = strchr(value, '=');

	ENSURE(sign && request->pair_count < SIGN_PAIRS, USAGE, AT_NONE, "%s: not ID=TEXT", value);
	struct sign_pair *pair = &request->pairs[request->pair_count++];
	pair->id = (uint32_t)strtoul(value, NULL, 0);
	if (sign[1] == '@')
		return file_read(sign + 2, FILE_LIMIT, &pair->value);
	text_puts(&pair->value, sign + 1);
	return OK;
}

static RESULT keys_take(struct signing_job *job, int option, const char *value)
{
	struct sign_request *request = &job->request;

	if (option == 't')
		return key_take(job, value, &request->stamp);
	ENSURE(request->key_count < SIGN_SIGNERS && request->lineage_count < SIGN_SIGNERS, USAGE,
	       AT_NONE, "too many keys");
	if (option == 'l')
		return key_take(job, value, &request->lineage[request->lineage_count++]);
	return key_take(job, value, &request->keys[request->key_count++]);
}

static RESULT number_take(struct sign_request *request, int option, const char *value)
{
	uint32_t number = (uint32_t)strtoul(value, NULL, 0);

	if (option == 'a')
		request->algorithm = number;
	else if (option == 'm')
		request->min_sdk = number;
	else
		request->rotation = number;
	return OK;
}

static RESULT option_take(struct signing_job *job, int option, const char *value)
{
	switch (option) {
	case 'o':
		job->out = value;
		return OK;
	case 'i':
		job->idsig = value;
		return OK;
	case 'x':
		job->attack = value;
		return OK;
	case 'd':
		job->request.hash = value;
		return OK;
	case 'n':
		job->request.name = value;
		return OK;
	case 'A':
		job->request.attributes = true;
		return OK;
	case 's':
		return schemes_take(&job->request, value);
	case 'p':
		return pair_take(&job->request, value);
	case 'k':
	case 'l':
	case 't':
		return keys_take(job, option, value);
	case 'a':
	case 'm':
	case 'r':
		return number_take(&job->request, option, value);
	default:
		FAIL(USAGE, AT_NONE,
		     "usage: make_bundle sign -o OUT [-s SCHEMES] -k KEY[,CERTIFICATE]... IN");
	}
}

static RESULT duplicate(struct text *zip, const char *value)
{
	struct text name DEFER(text_free) = {0}, body DEFER(text_free) = {0};
	const char *sign = strchr(value, '=');

	ENSURE(sign, USAGE, AT_NONE, "duplicate=NAME=FILE");
	text_add(&name, value, (size_t)(sign - value));
	TRY(file_read(sign + 1, FILE_LIMIT, &body));
	return sign_attack_duplicate(zip, name.data, &body);
}

static RESULT attack_with(struct text *zip, const char *what, size_t len, const char *path)
{
	struct text bytes DEFER(text_free) = {0};

	TRY(file_read(path, FILE_LIMIT, &bytes));
	if (!strncmp(what, "prefix", len))
		return sign_attack_prefix(zip, &bytes);
	if (!strncmp(what, "before", len))
		return sign_attack_before_block(zip, &bytes);
	if (!strncmp(what, "after", len))
		return sign_attack_after_block(zip, &bytes);
	if (!strncmp(what, "tail", len))
		return sign_attack_tail(zip, &bytes, false);
	if (!strncmp(what, "comment", len))
		return sign_attack_tail(zip, &bytes, true);
	FAIL(USAGE, AT_NONE, "%s: not an attack", what);
}

static RESULT attack(struct text *zip, const char *what)
{
	const char *sign = strchr(what, '=');

	if (!strcmp(what, "strip"))
		return sign_attack_strip_block(zip);
	ENSURE(sign && sign - what > 3, USAGE, AT_NONE, "%s: not an attack", what);
	if (!strncmp(what, "hide=", 5))
		return sign_attack_strip_pair(zip, (uint32_t)strtoul(sign + 1, NULL, 0));
	if (!strncmp(what, "duplicate=", 10))
		return duplicate(zip, sign + 1);
	return attack_with(zip, what, (size_t)(sign - what), sign + 1);
}

static RESULT job_run(struct signing_job *job, const char *in)
{
	struct text zip DEFER(text_free) = {0}, idsig DEFER(text_free) = {0};
	struct sign_signer signer = {.key = job->request.keys[0],
	                             .algorithms = {job->request.algorithm}};

	TRY(file_read(in, FILE_LIMIT, &zip));
	TRY(sign_apk(&zip, &job->request));
	if (job->idsig) {
		TRY(sign_idsig(&zip, &signer, &idsig));
		TRY(file_write(job->idsig, idsig.data, idsig.len));
	}
	if (job->attack)
		TRY(attack(&zip, job->attack));
	return file_write(job->out, zip.data, zip.len);
}

static RESULT options_read(struct signing_job *job, int argc, char **argv)
{
	job->request.schemes = SIGN_WITH_V1 | SIGN_WITH_V2 | SIGN_WITH_V3;
	for (int option; (option = getopt(argc, argv, "o:i:x:d:n:As:p:k:l:t:a:m:r:")) != -1;)
		TRY(option_take(job, option, optarg));
	ENSURE(job->out && optind + 1 == argc, USAGE, AT_NONE, "-o OUT and one package are needed");
	return OK;
}

RESULT sign_command(int argc, char **argv)
{
	struct signing_job job = {0};
	struct result result = options_read(&job, argc, argv);

	if (result.ok)
		result = job_run(&job, argv[optind]);
	for (size_t i = 0; i < job.key_count; i++)
		sign_key_free(&job.keys[i]);
	for (size_t i = 0; i < job.request.pair_count; i++)
		text_free(&job.request.pairs[i].value);
	return result;
}
