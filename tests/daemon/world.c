/* SPDX-License-Identifier: MIT */
#include "tests/daemon/world.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/decode/schedule.h"
#include "daemon/settings/config.h"
#include "handlers/transcript.h"
#include "tests/check.h"

static void write_file(const struct world *world, const char *name, const char *text)
{
	char path[WORLD_BYTES];

	snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	FILE *const file = fopen(path, "w");

	CHECK(file != NULL);
	CHECK(fputs(text, file) >= 0);
	CHECK_INT(0, fclose(file));
	CHECK_INT(0, chmod(path, 0600));
}

static void write_config(const struct world *world)
{
	const char *const folder = world->folder;
	const int port = world->port != 0 ? world->port : 9;
	struct text text = { 0 };

	text_addf(&text,
		  "data_dir: %s/data\nlisten:\n%s"
		  "public_url: https://plenary.example.test\n"
		  "allow_loopback_peers: true\n",
		  folder,
		  world->listen != NULL ? world->listen
					: "  - address: 127.0.0.1:0\n    tls: false\n");
	text_addf(&text,
		  "bot:\n  app_id: 11112222-3333-4444-5555-666677778888\n"
		  "  tenant_id: " WORLD_TENANT "\n  secret_file: %s/secret\n"
		  "  metadata_url: http://127.0.0.1:%d/metadata\n"
		  "  token_url: http://127.0.0.1:%d/token\n",
		  folder, port, port);
	text_addf(&text,
		  "graph:\n  base_url: http://127.0.0.1:%d/graph\n"
		  "  token_url: http://127.0.0.1:%d/token\n"
		  "  metadata_url: http://127.0.0.1:%d/graph-metadata\n"
		  "  metadata_url_v1: http://127.0.0.1:%d/graph-metadata-v1\n"
		  "%slog:\n  level: error\n%s",
		  port, port, port, port, world->graph != NULL ? world->graph : "",
		  world->more != NULL ? world->more : "");
	write_file(world, "plenary.yaml", text_string(&text));
	text_finish(&text);
}

void world_begin(struct world *world)
{
	const char *const base = getenv("TMPDIR");

	*world = (struct world){ 0 };
	snprintf(world->folder, sizeof(world->folder), "%s/plenary-shell-XXXXXX",
		 base != NULL ? base : P_tmpdir);
	CHECK(mkdtemp(world->folder) != NULL);
	snprintf(world->config_path, sizeof(world->config_path), "%s/plenary.yaml",
		 world->folder);
	write_file(world, "secret", "a secret of the test\n");
}

void world_open(struct world *world, int port)
{
	struct fault_list faults = { 0 };

	world->port = port;
	write_config(world);
	const int rc = config_read(world->config_path, &world->config, &faults);

	fault_print(stderr, world->config_path, &faults);
	CHECK_INT(0, rc);
	log_threshold(world->config->log_level);
	world->loop = memory_zeroed(sizeof(*world->loop));
	world->plenary = memory_zeroed(sizeof(*world->plenary));
	CHECK_INT(0, uv_loop_init(world->loop));
	CHECK_INT(0, plenary_init(world->plenary, world->loop, world->config));
}

void world_close(struct world *world)
{
	plenary_finish(world->plenary);
	uv_run(world->loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(world->loop));
	config_destroy(world->config);
	free(world->plenary);
	free(world->loop);
	world->plenary = NULL;
	world->config = NULL;
}

static void remove_folder(const char *path)
{
	DIR *const folder = opendir(path);
	char below[2 * WORLD_BYTES];

	CHECK(folder != NULL);
	for (const struct dirent *file = readdir(folder); file != NULL;
	     file = readdir(folder)) {
		if (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, file->d_name);
		if (unlink(below) < 0)
			remove_folder(below);
	}
	closedir(folder);
	CHECK_INT(0, rmdir(path));
}

void world_end(struct world *world)
{
	remove_folder(world->folder);
}

void world_settle(struct world *world)
{
	do {
		uv_run(world->loop, UV_RUN_NOWAIT);
	} while (!turn_is_quiet(&world->plenary->turn));
}

char *world_file(const char *path)
{
	FILE *const file = fopen(path, "r");
	struct text text = { 0 };
	char bytes[4096];

	if (file == NULL) {
		fprintf(stderr, "%s cannot be opened\n", path);
		exit(1);
	}
	for (size_t count = fread(bytes, 1, sizeof(bytes), file); count > 0;
	     count = fread(bytes, 1, sizeof(bytes), file))
		text_add(&text, bytes, count);
	fclose(file);
	text_add(&text, "", 0);
	return text.data;
}

static json_t *person(int number, const char *role)
{
	char name[16], id[16], object[48], email[32];

	snprintf(name, sizeof(name), "Person %02d", number);
	snprintf(id, sizeof(id), "29:u%d", number);
	snprintf(object, sizeof(object), "00000000-0000-0000-0000-0000000000b%d", number);
	snprintf(email, sizeof(email), "p%02d@example.test", number);
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "name", name, "teams_id", id,
			 "object_id", object, "email", email, "role", role);
}

json_t *world_plan(const struct world *world)
{
	char *const programme = world_file("config/programmes/leep.yaml");
	char service[64];

	snprintf(service, sizeof(service), "http://127.0.0.1:%d/bot/",
		 world->port != 0 ? world->port : 9);
	json_t *const plan =
		json_pack("{s:s,s:s,s:i,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s},s:[o,o,o]}",
			  "uid", "leep-1", "programme", programme, "module", 1, "starts",
			  "2099-11-24T09:00:00Z", "organiser_id",
			  "00000000-0000-0000-0000-0000000000b0", "tenant_id",
			  WORLD_TENANT, "service_url", service, "meeting", "thread_id",
			  WORLD_THREAD, "join_url", WORLD_JOIN, "meeting_id",
			  "meeting-main", "people", person(1, "participant"),
			  person(2, "participant"), person(3, "facilitator"));

	CHECK(plan != NULL);
	free(programme);
	return plan;
}

int world_try_schedule(struct world *world, const json_t *plan, struct problem *problem)
{
	struct plenary *const plenary = world->plenary;

	*problem = (struct problem){ 0 };
	return schedule_take((const struct json_t *)plan, &plenary->words,
			     &plenary->sessions, &plenary->turn, problem);
}

/* Each session has a meeting of its own; the first has the one that tests name. */
static void own_meeting(const json_t *plan)
{
	const char *const uid = json_string_value(json_object_get(plan, "uid"));
	json_t *const meeting = json_object_get(plan, "meeting");

	if (strcmp(uid, "leep-1") == 0)
		return;
	json_object_set_new(meeting, "thread_id", json_sprintf("19:%s@thread.v2", uid));
	json_object_set_new(meeting, "join_url",
			    json_sprintf("https://teams.example.test/%s", uid));
}

uint32_t world_schedule(struct world *world, const json_t *plan)
{
	struct problem problem;

	own_meeting(plan);
	const int rc = world_try_schedule(world, plan, &problem);

	CHECK_TEXT("", problem.detail);
	CHECK_INT(0, rc);
	world_settle(world);
	return directory_session_of_uid(world->plenary->directory,
					json_string_value(json_object_get(plan, "uid")));
}

struct effect world_take(struct world *world, uint32_t session, const char *line)
{
	struct event event;
	const char *wrong = "";

	if (event_read(line, &event, &wrong) < 0) {
		fprintf(stderr, "%s: cannot be read at %s\n", line, wrong);
		exit(1);
	}
	event.session = session;
	return turn_take(&world->plenary->turn, &event);
}
