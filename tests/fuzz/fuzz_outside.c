/* SPDX-License-Identifier: MIT */
/*
 * What Microsoft's services might answer to what we ask: the shell with its outbox and its
 * questions, and outside a server that answers with the input.  The first byte says what is
 * asked (enum question), the second which status comes, the rest is the body.  Whatever it
 * is, the question comes to an end, and the shell goes on.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/decode/webinar.h"
#include "daemon/teams/inquiry.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUTS_OF_WORLD = 2000,
	PASSES = 400, /* of both loops; what is to be tried again later is left to rest */
};

enum question {
	ASK_REPORTS = 'r',
	ASK_SUBSCRIPTION = 's',
	ASK_ROOM = 'm',
	ASK_CARD = 'k',
	ASK_POLL = 'p',
	ASK_MEETING = 't',
	ASK_PRESENCE = 'w',
	ASK_BATCH = 'b',
	READ_WEBINAR = 'e',
};

static struct stand {
	struct world world;
	uv_loop_t outside;
	struct script script;
	const char *body;
	size_t bytes;
	int status;
	unsigned inputs;
	uint32_t session;
	bool is_open, is_made, answered;
} stand;

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	(void)context;
	reply->headers = "Content-Type: application/json\r\n";
	if (strcmp(request->path, "/token") == 0) {
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
		return;
	}
	reply->status = 404;
	if (stand.answered)
		return;
	stand.answered = true;
	reply->status = stand.status;
	reply->body = stand.bytes > 0 ? stand.body : NULL;
	reply->body_bytes = stand.bytes;
}

static void open_world(void)
{
	struct problem problem;

	setenv("TMPDIR", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", 0);
	if (!stand.is_made) {
		CHECK_INT(0, uv_loop_init(&stand.outside));
		script_init(&stand.script, &stand.outside, play, NULL);
		stand.is_made = true;
	}
	stand.answered = true;
	world_begin(&stand.world);
	world_open(&stand.world, stand.script.port);
	json_t *const plan = world_plan(&stand.world);

	CHECK_INT(0, world_try_schedule(&stand.world, plan, &problem));
	stand.session =
		directory_session_of_uid(stand.world.plenary->directory, "leep-1");
	json_decref(plan);
	stand.is_open = true;
	stand.inputs = 0;
}

static void close_world(void)
{
	world_close(&stand.world);
	world_end(&stand.world);
	stand.is_open = false;
}

static void deliver(enum effect_kind kind, uint16_t place)
{
	struct effect effect = effect_blank(kind);

	effect.person = 0;
	effect.place = place;
	effect.poll = 0;
	effect.block = 1;
	outbox_freeze(&stand.world.plenary->outbox, stand.session, &effect);
}

static void read_webinar(const char *text, size_t bytes)
{
	json_t *const root = json_loadb(text, bytes, 0, NULL);
	struct webinar_session found;
	struct webinar_registration registration;
	struct webinar_pointer pointer;

	webinar_pointer_read(text, &pointer);
	assert(pointer.kind < WEBINAR_KINDS);
	assert(pointer.id[0] == '\0' || webinar_id_is_sound(pointer.id));
	if (json_is_object(root)) {
		webinar_session_read(root, &found);
		if (webinar_registration_read(root, root, &registration) == 0)
			assert(registration.id[0] != '\0');
	}
	webinar_session_choose(root, NULL, 1000);
	json_decref(root);
}

static void ask(char question, const char *text, size_t bytes)
{
	struct inquiries *const inquiries = &stand.world.plenary->inquiries;

	switch (question) {
	case ASK_REPORTS:
		deliver(DELIVER_REPORT_FETCH, 0);
		break;
	case ASK_SUBSCRIPTION:
		deliver(DELIVER_SUBSCRIPTION, 0);
		break;
	case ASK_ROOM:
		deliver(DELIVER_ROOM_MEETING, 3);
		break;
	case ASK_POLL:
		deliver(DELIVER_POLL_CARD, 0);
		break;
	case ASK_PRESENCE:
		inquire_presence(inquiries, stand.session, 0, 0);
		break;
	case ASK_BATCH:
		inquire_batch(inquiries, stand.session, "op", WORLD_THREAD);
		break;
	case READ_WEBINAR:
		read_webinar(text, bytes);
		break;
	default:
		deliver(DELIVER_ROOM_CARD, 2);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 201, 202, 207, 400, 401, 403,
					404, 409, 412, 413, 429, 500, 502 };
	struct text text = { 0 };

	if (size < 2)
		return 0;
	if (!stand.is_open)
		open_world();
	text_add(&text, (const char *)data + 2, size - 2);
	stand.body = text_string(&text);
	stand.bytes = text.length;
	stand.status = statuses[data[1] % (sizeof(statuses) / sizeof(statuses[0]))];
	stand.answered = false;
	ask((char)data[0], stand.body, stand.bytes);
	for (int i = 0; i < PASSES && (!stand.answered || i < 40); i++) {
		uv_run(&stand.outside, UV_RUN_NOWAIT);
		uv_run(stand.world.loop, UV_RUN_NOWAIT);
	}
	stand.answered = true; /* whoever asks now is told 404 */
	text_finish(&text);
	if (++stand.inputs == INPUTS_OF_WORLD)
		close_world();
	return 0;
}

__attribute__((destructor)) static void finish(void)
{
	if (stand.is_open)
		close_world();
	if (!stand.is_made)
		return;
	script_finish(&stand.script);
	uv_run(&stand.outside, UV_RUN_DEFAULT);
	uv_loop_close(&stand.outside);
}
