/* SPDX-License-Identifier: MIT */
/*
 * The door as a whole: the shell with its edge, journal and outbox, asked over a socket.
 * The first byte says at which door (enum way_in); the rest is what is brought there, behind
 * a good token or secret where one is needed.  Whatever it is, there is an answer or the
 * connection is closed, and the shell goes on.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "daemon/edge/edge.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/keyring.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	INPUTS_OF_WORLD = 5000, /* then it is closed, and a new one opened */
	PATIENCE = 20000,       /* passes of the loop until an answer must be there */
};

enum way_in {
	IN_RAW = 'r', /* the bytes of a connection */
	IN_MESSAGE = 'm',
	IN_EVENT = 'e',
	IN_BATCH = 'b',
	IN_HEADERS = 'h', /* an event in headers: up to the first NUL */
	IN_NOTIFICATION = 'n',
	IN_LIFECYCLE = 'l',
	IN_FORM = 'f',
	IN_WEBSOCKET = 'w',
};

static struct stand {
	struct world world;
	uv_loop_t outside;
	struct script script;
	struct auth_signer *signer;
	char *keys, *bearer;
	char listen[2 * WORLD_BYTES], more[2 * WORLD_BYTES], path[80];
	unsigned inputs;
	bool is_open, is_made;
} stand;

/* -- the world outside -------------------------------------------------------------------- */

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char body[256];

	(void)context;
	reply->headers = "Content-Type: application/json\r\n";
	reply->body = body;
	if (strcmp(request->path, "/keys") == 0)
		reply->body = stand.keys;
	else if (strcmp(request->path, "/metadata") == 0)
		snprintf(body, sizeof(body),
			 "{\"issuer\":\"https://"
			 "api.botframework.com\",\"jwks_uri\":\"%s\"}",
			 script_url(&stand.script, "/keys"));
	else if (strcmp(request->path, "/token") == 0)
		snprintf(body, sizeof(body),
			 "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			 "\"access_token\":\"t\"}");
	else
		snprintf(body, sizeof(body),
			 "{\"id\":\"m-%u\",\"joinWebUrl\":\"https://t.example.test/%u\","
			 "\"chatInfo\":{\"threadId\":\"19:r%u@thread.v2\"},"
			 "\"expirationDateTime\":\"2099-11-24T13:00:00Z\",\"value\":[]}",
			 stand.script.requests, stand.script.requests,
			 stand.script.requests);
}

static void turn_both(void)
{
	uv_run(&stand.outside, UV_RUN_NOWAIT);
	uv_run(stand.world.loop, UV_RUN_NOWAIT);
}

static void make_outside(void)
{
	char claims[256];

	CHECK_INT(0, uv_loop_init(&stand.outside));
	script_init(&stand.script, &stand.outside, play, NULL);
	stand.signer = auth_signer_create("k");
	stand.keys = auth_signer_keys(stand.signer);
	snprintf(claims, sizeof(claims),
		 "{\"iss\":\"https://api.botframework.com\",\"aud\":"
		 "\"11112222-3333-4444-5555-666677778888\",\"exp\":4099194000,"
		 "\"serviceurl\":\"%s\"}",
		 script_url(&stand.script, "/bot/"));
	stand.bearer = auth_signer_token(stand.signer, claims);
	stand.is_made = true;
}

static void open_world(void)
{
	setenv("TMPDIR", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", 0);
	if (!stand.is_made)
		make_outside();
	world_begin(&stand.world);
	snprintf(stand.path, sizeof(stand.path), "%.60s/socket", stand.world.folder);
	snprintf(stand.listen, sizeof(stand.listen),
		 "  - address: unix:%s\n    tls: false\n", stand.path);
	snprintf(stand.more, sizeof(stand.more),
		 "events:\n  secret_file: %s/secret\nlive:\n  key_file: %s/secret\n",
		 stand.world.folder, stand.world.folder);
	stand.world.listen = stand.listen;
	stand.world.more = stand.more;
	world_open(&stand.world, stand.script.port);
	while (!keyring_ready(stand.world.plenary->keyring))
		turn_both();
	json_t *const plan = world_plan(&stand.world);
	struct problem problem;
	const int rc = world_try_schedule(&stand.world, plan, &problem);

	CHECK_INT(0, rc);
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

/* -- a visit ------------------------------------------------------------------------------ */

#define SECRET "Authorization: Bearer a secret of the test\r\n"
#define UPGRADE \
	" HTTP/1.1\r\nHost: e\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

static void post(struct text *request, const char *path, const char *type,
		 const char *bearer, const uint8_t *body, size_t bytes)
{
	text_addf(request, "POST %s HTTP/1.1\r\nHost: e\r\nContent-Type: %s\r\n", path,
		  type);
	if (bearer != NULL)
		text_addf(request, "Authorization: Bearer %s\r\n", bearer);
	text_addf(request, "Content-Length: %zu\r\n\r\n", bytes);
	text_add(request, (const char *)body, bytes);
}

/* Attributes in headers: what the input has up to its first NUL. */
static void post_binary(struct text *request, const uint8_t *body, size_t bytes)
{
	const uint8_t *const nul = memchr(body, 0, bytes);
	const size_t head = nul != NULL ? (size_t)(nul - body) : 0;
	const size_t rest = nul != NULL ? bytes - head - 1 : bytes;

	text_addf(request, "POST /events HTTP/1.1\r\nHost: e\r\n" SECRET);
	text_add(request, (const char *)body, head);
	text_addf(request, "\r\nContent-Length: %zu\r\n\r\n", rest);
	text_add(request, (const char *)body + bytes - rest, rest);
}

static void say_frame(struct text *request, const uint8_t *body, size_t bytes)
{
	const unsigned char head[] = {
		0x81, 0xfe, (unsigned char)(bytes >> 8), (unsigned char)bytes, 0, 0, 0, 0
	};

	text_addf(request, "GET /events" UPGRADE SECRET
			   "Sec-WebSocket-Protocol: cloudevents.json\r\n\r\n");
	if (bytes < 126 || bytes > 65535)
		return;
	text_add(request, (const char *)head, sizeof(head));
	text_add(request, (const char *)body, bytes);
}

static void make_request(char door, const uint8_t *body, size_t bytes,
			 struct text *request)
{
	static const char json[] = "application/json", secret[] = "a secret of the test";

	switch (door) {
	case IN_RAW:
		text_add(request, (const char *)body, bytes);
		break;
	case IN_MESSAGE:
		post(request, "/api/messages", json, stand.bearer, body, bytes);
		break;
	case IN_EVENT:
		post(request, "/events", "application/cloudevents+json", secret, body,
		     bytes);
		break;
	case IN_BATCH:
		post(request, "/events", "application/cloudevents-batch+json", secret,
		     body, bytes);
		break;
	case IN_HEADERS:
		post_binary(request, body, bytes);
		break;
	case IN_NOTIFICATION:
		post(request, "/graph/notifications", json, NULL, body, bytes);
		break;
	case IN_LIFECYCLE:
		post(request, "/graph/lifecycle", json, NULL, body, bytes);
		break;
	case IN_FORM:
		post(request, "/", "application/x-www-form-urlencoded", NULL, body,
		     bytes);
		break;
	case IN_WEBSOCKET:
		say_frame(request, body, bytes);
		break;
	default: /* an address */
		text_addf(request, "GET /");
		text_add(request, (const char *)body, bytes);
		text_addf(request, " HTTP/1.1\r\nHost: e\r\n" SECRET "\r\n");
	}
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	CHECK(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK_INT(0, connect(fd, (const struct sockaddr *)&address, sizeof(address)));
	return fd;
}

/* False when the other side has gone. */
static bool push(int fd, const struct text *request, size_t *sent)
{
	const ssize_t count =
		send(fd, request->data + *sent, request->length - *sent, MSG_NOSIGNAL);

	if (count < 0)
		return errno == EAGAIN;
	*sent += (size_t)count;
	if (*sent == request->length)
		shutdown(fd, SHUT_WR);
	return true;
}

/* Until the shell hangs up: it has been told that nothing more comes. */
static void visit(const struct text *request)
{
	const int fd = connect_to(stand.path);
	char answer[4096];
	size_t sent = 0;

	for (int i = 0;; i++) {
		if (sent < request->length && !push(fd, request, &sent))
			break;
		turn_both();
		const ssize_t count = read(fd, answer, sizeof(answer));

		if (count == 0 || (count < 0 && errno != EAGAIN))
			break;
		CHECK(i < PATIENCE);
		if (i > 50)
			usleep(50);
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text request = { 0 };

	if (size < 2)
		return 0;
	if (!stand.is_open)
		open_world();
	make_request((char)data[0], data + 1, size - 1, &request);
	visit(&request);
	text_finish(&request);
	if (++stand.inputs == INPUTS_OF_WORLD)
		close_world();
	return 0;
}

/* Nothing is left over at the end, however many there were. */
__attribute__((destructor)) static void finish(void)
{
	if (stand.is_open)
		close_world();
	if (!stand.is_made)
		return;
	script_finish(&stand.script);
	uv_run(&stand.outside, UV_RUN_DEFAULT);
	uv_loop_close(&stand.outside);
	auth_signer_destroy(stand.signer);
	free(stand.keys);
	free(stand.bearer);
}
