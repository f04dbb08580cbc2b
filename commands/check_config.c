/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "daemon/settings/config.h"

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

static bool files_are_good(const char *file, const struct config *config)
{
	const char *graph_secret = config->graph.secret_file;
	bool good = data_is_good(file, config->data_dir);

	if (graph_secret == config->bot.secret_file)
		graph_secret = NULL; /* one registration for both: looked at once */
	good = file_is_good(file, config->tls_certificate, R_OK) && good;
	good = file_is_good(file, config->tls_key, R_OK) && good;
	good = file_is_good(file, config->ca_file, R_OK) && good;
	good = secret_is_good(file, config->bot.secret_file) && good;
	good = secret_is_good(file, graph_secret) && good;
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
