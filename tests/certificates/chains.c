/*
 * chains.c - verifies chains of given certificates: chains FOLDER < TABLE
 *
 * A line of the table: leaf, trusted ones, others (names of PEM files in the folder, joined by a
 * space; - for none), purpose (server, client or any), security level, expected (ok or fail).
 * Prints the lines whose outcome differs, and how many agree.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "crypto/chain.h"
#include "formats/pem.h"
#include "formats/x509read.h"

enum { CERTIFICATES_MAX = 16 };

struct list {
	struct chain_certificate *certificates[CERTIFICATES_MAX];
	size_t count;
	bool unusable; /* a certificate that OpenSSL must not have */
};

static void add_file(const char *path, struct list *out)
{
	struct text file = {0};
	struct arena arena;
	struct pem_block block;
	struct x509 x;

	if (!file_read(path, 16 << 20, &file).ok) {
		fprintf(stderr, "%s: %s\n", path, fault_last()->why);
		exit(EXIT_FAILURE);
	}
	arena_init(&arena, 64 << 20);
	struct cursor c = cursor_over(file.data, file.len, DIAG_PEM_PARSE);
	while (out->count < CERTIFICATES_MAX && pem_find(&c)) {
		if (!pem_begin(&c, &block) || !pem_decode(&c, &arena, &block).ok ||
		    !pem_is(&block, "CERTIFICATE"))
			continue;
		struct cursor der = cursor_over(block.der, block.der_len, DIAG_ASN1_LENGTH);
		if (x509_read(der, &arena, &x).ok && x.handle)
			out->certificates[out->count++] = x.handle;
		else
			out->unusable = true;
	}
	arena_free(&arena);
	text_free(&file);
}

static void add_files(const char *folder, char *names, struct list *out)
{
	char path[4096], *rest = NULL;

	*out = (struct list){0};
	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
		if (!strcmp(name, "-"))
			continue;
		snprintf(path, sizeof path, "%s/%s.pem", folder, name);
		add_file(path, out);
	}
}

static void list_free(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		chain_close(list->certificates[i]);
}

/* The parts of a line at its tabs; false if there are not six. */
static bool split(char *line, char *parts[6])
{
	line[strcspn(line, "\n")] = 0;
	for (int i = 0; i < 6; i++) {
		parts[i] = strsep(&line, "\t");
		if (!parts[i])
			return false;
	}
	return true;
}

static bool judge(const char *folder, char *parts[6])
{
	struct list leaf, trusted, others;
	struct chain_question question = {.level = (int)strtol(parts[4], NULL, 10)};
	struct chain_answer answer = {.state = CHAIN_INVALID, .error = "not to be used"};

	add_files(folder, parts[0], &leaf);
	add_files(folder, parts[1], &trusted);
	add_files(folder, parts[2], &others);
	question.certificate = leaf.count ? leaf.certificates[0] : NULL;
	question.trusted = trusted.certificates;
	question.trusted_count = trusted.count;
	question.others = others.certificates;
	question.other_count = others.count;
	question.purpose = !strcmp(parts[3], "server")   ? CHAIN_SERVER
	                   : !strcmp(parts[3], "client") ? CHAIN_CLIENT
	                                                 : CHAIN_ANY;
	if (leaf.count && !leaf.unusable)
		chain_verify(&question, &answer);
	bool agrees = (answer.state == CHAIN_COMPLETE) == !strcmp(parts[5], "ok");
	if (!agrees)
		printf("%s under %s by %s: expected %s, observed %s\n", parts[0], parts[1],
		       parts[2], parts[5], answer.error ? answer.error : "ok");
	list_free(&leaf);
	list_free(&trusted);
	list_free(&others);
	return agrees;
}

int main(int argc, char **argv)
{
	char *line = NULL, *parts[6];
	size_t room = 0, agree = 0, differ = 0;

	if (argc != 2 || !digest_start().ok)
		return EXIT_FAILURE;
	while (getline(&line, &room, stdin) > 0) {
		if (line[0] == '#')
			continue;
		if (split(line, parts) && judge(argv[1], parts))
			agree++;
		else
			differ++;
	}
	free(line);
	printf("%zu agree, %zu differ\n", agree, differ);
	return differ || !agree ? EXIT_FAILURE : EXIT_SUCCESS;
}
