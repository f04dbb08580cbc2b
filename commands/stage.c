/* SPDX-License-Identifier: MIT */
/*
 * plenary stage --directory DIR: the stand-in tenant of a rehearsal, as a process of its
 * own.  Started by `plenary rehearse`, which writes DIR/stage.json.
 */
#include "commands/commands.h"
#include "commands/help.h"

#include "daemon/common/text.h"
#include "daemon/edge/edge.h"
#include "rehearsal/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int play(struct plan *plan, const char *directory)
{
	struct stage *const stage = memory_zeroed(sizeof(*stage));

	edge_raise_descriptor_limit();
	const int rc = stage_init(stage, plan, directory);

	if (rc == 0) {
		stage_run(stage);
		stage_finish(stage);
	}
	free(stage);
	return rc < 0 ? 1 : 0;
}

static const char usage[] =
	"usage: plenary stage --directory DIR\n"
	"\n"
	"Plays the stand-in tenant of a rehearsal; plenary rehearse starts it.\n"
	"\n"
	"  --directory DIR   where stage.json is, and where it writes what "
	"happened\n" HELP_HELP;

int command_stage(int argc, char **argv)
{
	struct text path = { 0 };
	struct plan plan;

	if (help_asked(argc, argv))
		return help_print(usage);
	if (argc != 3 || strcmp(argv[1], "--directory") != 0)
		return help_refuse(usage);
	text_addf(&path, "%s/stage.json", argv[2]);
	const int rc = plan_read(&plan, text_string(&path));
	text_finish(&path);
	if (rc < 0) {
		fprintf(stderr, "plenary stage: %s/stage.json: %s\n", argv[2],
			strerror(-rc));
		return 1;
	}
	return play(&plan, argv[2]);
}
