/* SPDX-License-Identifier: MIT */
/*
 * plenary serve --config FILE: the daemon.
 */
#include "commands/commands.h"
#include "commands/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/edge/edge.h"
#include "daemon/edge/feed.h"
#include "daemon/plenary.h"
#include "daemon/settings/config.h"

static void close_leftover(uv_handle_t *handle, void *context)
{
	(void)context;
	fprintf(stderr, "<4>part=serve left_open=%s\n",
		uv_handle_type_name(uv_handle_get_type(handle)));
}

static int serve(const struct config *config)
{
	struct plenary *const plenary = memory_zeroed(sizeof(*plenary));
	uv_loop_t loop;
	int rc;

	edge_raise_descriptor_limit();
	uv_loop_init(&loop);
	rc = plenary_init(plenary, &loop, config);
	if (rc == 0) {
		uv_run(&loop, UV_RUN_DEFAULT);
		plenary_finish(plenary);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop) != 0) {
		uv_walk(&loop, close_leftover, NULL);
		rc = -1;
	}
	free(plenary);
	return rc == 0 ? 0 : 1;
}

static const char usage[] =
	"usage: plenary serve --config FILE\n"
	"\n"
	"Runs the daemon until it is told to end (SIGTERM or SIGINT).\n"
	"\n"
	"  --config FILE     its configuration; plenary check-config says what is wrong "
	"with one\n" HELP_HELP;

int command_serve(int argc, char **argv)
{
	struct fault_list faults = { 0 };
	struct config *config;

	if (help_asked(argc, argv))
		return help_print(usage);
	if (argc != 3 || strcmp(argv[1], "--config") != 0)
		return help_refuse(usage);
	const int rc = config_read(argv[2], &config, &faults);

	fault_print(stderr, argv[2], &faults);
	if (rc < 0)
		return 1;
	log_threshold(config->log_level);
	setenv("TZ", config->time_zone, 1);
	tzset();
	const int status = serve(config);

	config_destroy(config);
	return status;
}
