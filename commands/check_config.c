/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/settings/secret.h"
#include "daemon/wire/assertion.h"

static const char usage[] =
	"usage: plenary check-config FILE\n"
	"\n"
	"Says what is wrong with a configuration, or prints every setting in force.\n"
	"\n" HELP_HELP;

static bool secret_is_good(const char *file, const char *reference)
{
	struct text secret = { 0 }, words = { 0 };

	if (reference == NULL)
		return true;
	const int rc = config_secret(reference, &secret);
	if (rc < 0) {
		config_secret_problem(reference, rc, &words);
		fprintf(stderr, "%s: error: %s\n", file, text_string(&words));
	}
	if (secret.data != NULL)
		explicit_bzero(secret.data, secret.room);
	text_finish(&secret);
	text_finish(&words);
	return rc == 0;
}

static bool file_is_good(const char *file, const char *path, int mode)
{
	if (path == NULL || access(path, mode) == 0)
		return true;
	fprintf(stderr, "%s: error: %s: %s\n", file, path, strerror(errno));
	return false;
}

/* The directory may be made later, by systemd or at the first start. */
static bool data_is_good(const char *file, const char *data_dir)
{
	if (access(data_dir, F_OK) < 0 && errno == ENOENT) {
		fprintf(stderr, "%s: warning: %s does not exist yet\n", file, data_dir);
		return true;
	}
	return file_is_good(file, data_dir, W_OK | X_OK);
}

/* What Entra is shown must be one pair, and in time: better told now than at nine o'clock. */
static bool pair_is_good(const char *file, const struct config_proof *proof)
{
	struct text certificate = { 0 }, key = { 0 }, proof_made = { 0 };

	config_secret_path(proof->certificate, &certificate);
	config_secret_path(proof->key, &key);
	const struct assertion assertion = {
		.certificate_path = text_string(&certificate),
		.key_path = text_string(&key),
		.client_id = "",
		.token_url = "",
		.now_s = clock_real_ms() / 1000,
	};
	const int rc = assertion_make(&assertion, &proof_made);

	if (rc < 0)
		fprintf(stderr, "%s: error: %s: %s\n", file, proof->certificate,
			assertion_problem(rc));
	text_finish(&certificate);
	text_finish(&key);
	text_finish(&proof_made);
	return rc == 0;
}

static bool proof_is_good(const char *file, const struct config_proof *proof)
{
	if (proof->key != NULL)
		return pair_is_good(file, proof);
	return secret_is_good(file, proof->secret_file);
}

static bool files_are_good(const char *file, const struct config *config)
{
	const struct config_proof *bot = &config->bot.proof,
				  *graph = &config->graph.proof;
	bool good = data_is_good(file, config->data_dir);

	good = file_is_good(file, config->tls_certificate, R_OK) && good;
	good = file_is_good(file, config->tls_key, R_OK) && good;
	good = file_is_good(file, config->ca_file, R_OK) && good;
	good = proof_is_good(file, bot) && good;
	/* one registration for both: looked at once */
	if (graph->secret_file != bot->secret_file || graph->key != bot->key)
		good = proof_is_good(file, graph) && good;
	good = secret_is_good(file, config->events_secret_file) && good;
	return secret_is_good(file, config->live_key_file) && good;
}

int command_check_config(int argc, char **argv)
{
	struct fault_list faults = { 0 };
	struct config *config;

	if (help_asked(argc, argv))
		return help_print(usage);
	if (argc != 2 || argv[1][0] == '-')
		return help_refuse(usage);
	const int rc = config_read(argv[1], &config, &faults);
	fault_print(stderr, argv[1], &faults);
	if (rc < 0)
		return 1;
	config_print(stdout, config);
	const bool good = files_are_good(argv[1], config);
	config_destroy(config);
	return good ? 0 : 1;
}
