/* SPDX-License-Identifier: MIT */
/*
 * What strangers cost: round after round of everything that is refused, from a process of
 * its own, against a shell in this one.  When they have gone, as much memory is in use as
 * before, and the journal is as it was.
 */
#include <malloc.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/edge/edge.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

enum {
	ROUNDS = 25,
	SLACK_BYTES = 4096, /* a list that grew once; a leak of ROUNDS is more */
};

/* Of the address sanitizer, where there is one: malloc's own figures stand still then. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t in_use(void)
{
	if (__sanitizer_get_current_allocated_bytes != NULL)
		return __sanitizer_get_current_allocated_bytes();
	return mallinfo2().uordblks;
}

/* -- the strangers ---------------------------------------------------------------------------- */

#define HEAD(target) "POST " target " HTTP/1.1\r\nHost: e\r\n"
#define SECRET "Authorization: Bearer a secret of the test\r\n"
#define WS_HEAD(path) \
	"GET " path \
	" HTTP/1.1\r\nHost: e\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define EVENT "Content-Type: application/cloudevents+json\r\n"

static const char *const attacks[] = {
	"\x16\x03\x01\x02",
	"GET / HTTP/9.9\r\n\r\n",
	HEAD("/api/messages") "Content-Length: 3\r\nTransfer-Encoding: "
			      "chunked\r\n\r\nabc",
	HEAD("/api/messages") "Content-Length: 99999999999\r\n\r\n",
	HEAD("/api/messages") "Content-Length: 100000\r\n\r\nhalf of it",
	HEAD("/api/messages") "Transfer-Encoding: chunked\r\n\r\nffff\r\nhalf of it",
	HEAD("/api/messages") "X-Half: of a header",
	HEAD("/api/messages") "Content-Length: 2\r\n\r\n{}",
	HEAD("/api/messages") "Authorization: Bearer a.b.c\r\nContent-Length: "
			      "2\r\n\r\n{}",
	HEAD("/api/messages") "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
	HEAD("/api/messages/") "Content-Length: 2\r\n\r\n{}",
	HEAD("/graph/notifications") "Content-Length: 1\r\n\r\n{",
	HEAD("/graph/notifications") "Content-Length: 2\r\n\r\n{}",
	HEAD("/graph/notifications") "Content-Length: "
				     "21\r\n\r\n{\"value\":[{\"a\":\"b\"}]}",
	HEAD("/graph/notifications?validationToken=%3C") "Content-Length: 0\r\n\r\n",
	HEAD("/graph/lifecycle?validationToken=ok") "Content-Length: 0\r\n\r\n",
	HEAD("/events") EVENT "Content-Length: 2\r\n\r\n{}",
	HEAD("/events") SECRET EVENT "Content-Length: 1\r\n\r\n{",
	HEAD("/events") SECRET EVENT "Content-Length: 2\r\n\r\n[]",
	HEAD("/events") SECRET EVENT "Content-Length: 2\r\n\r\n{}",
	"GET /live HTTP/1.1\r\nHost: e\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: e\r\nCookie: plenary=x\r\n\r\n",
	WS_HEAD("/live") "\r\n",
	WS_HEAD("/events") "\r\n",
	WS_HEAD("/events") SECRET "Sec-WebSocket-Protocol: cloudevents.json\r\n\r\n",
	WS_HEAD("/events") SECRET
	"Sec-WebSocket-Protocol: cloudevents.json\r\n\r\n\x81\x01{",
};

static void attack(const char *path, const char *bytes, bool waits)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char answer[4096];

	CHECK(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK_INT(0, connect(fd, (const struct sockaddr *)&address, sizeof(address)));
	CHECK_INT(strlen(bytes), write(fd, bytes, strlen(bytes)));
	if (waits)
		CHECK(read(fd, answer, sizeof(answer)) > 0);
	close(fd);
}

/* With every second visit nobody waits for the answer. */
static void attack_all(const char *path)
{
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
			const bool is_half = strstr(attacks[i], "half") != NULL ||
					     strstr(attacks[i], "Half") != NULL ||
					     attacks[i][0] == '\x16' ||
					     strstr(attacks[i], SECRET "Sec") != NULL;

			attack(path, attacks[i], !is_half && round % 2 == 0);
		}
	}
}

static void strangers(const char *path, int orders, int reports)
{
	char order;

	while (read(orders, &order, 1) == 1) {
		attack_all(path);
		CHECK_INT(1, write(reports, "d", 1));
	}
	_exit(0);
}

/* -- the shell -------------------------------------------------------------------------------- */

struct visit {
	struct world world;
	char path[80];
	int orders[2], reports[2];
	pid_t pid;
	uv_poll_t reported;
	bool is_back;
};

static void on_report(uv_poll_t *poll, int status, int events)
{
	struct visit *const visit = poll->data;
	char report;

	(void)events;
	CHECK_INT(0, status);
	CHECK_INT(1, read(visit->reports[0], &report, 1));
	visit->is_back = true;
}

static bool somebody_is_here(const struct visit *visit)
{
	struct edge_counts counts;

	edge_count(visit->world.plenary->edge, &counts);
	return counts.connections_now > 0;
}

/* Lets them loose once and waits until the last of them has gone. */
static size_t after_a_visit(struct visit *visit)
{
	visit->is_back = false;
	CHECK_INT(1, write(visit->orders[1], "g", 1));
	while (!visit->is_back)
		uv_run(visit->world.loop, UV_RUN_ONCE);
	while (somebody_is_here(visit))
		uv_run(visit->world.loop, UV_RUN_ONCE);
	world_settle(&visit->world);
	return in_use();
}

static void begin(struct visit *visit)
{
	static char listen[2 * WORLD_BYTES], more[2 * WORLD_BYTES];

	world_begin(&visit->world);
	snprintf(visit->path, sizeof(visit->path), "%.60s/socket", visit->world.folder);
	snprintf(listen, sizeof(listen), "  - address: unix:%s\n    tls: false\n",
		 visit->path);
	snprintf(more, sizeof(more),
		 "events:\n  secret_file: %s/secret\nlive:\n  key_file: %s/secret\n",
		 visit->world.folder, visit->world.folder);
	visit->world.listen = listen;
	visit->world.more = more;
	CHECK_INT(0, pipe(visit->orders));
	CHECK_INT(0, pipe(visit->reports));
	visit->pid = fork(); /* before there are threads */
	CHECK(visit->pid >= 0);
	if (visit->pid == 0) {
		close(visit->orders[1]);
		strangers(visit->path, visit->orders[0], visit->reports[1]);
	}
	world_open(&visit->world, 0);
	CHECK_INT(0,
		  uv_poll_init(visit->world.loop, &visit->reported, visit->reports[0]));
	visit->reported.data = visit;
	CHECK_INT(0, uv_poll_start(&visit->reported, UV_READABLE, on_report));
}

static void end(struct visit *visit)
{
	int status;

	close(visit->orders[1]);
	CHECK_INT(visit->pid, waitpid(visit->pid, &status, 0));
	CHECK_INT(0, status);
	uv_close((uv_handle_t *)&visit->reported, NULL);
	world_close(&visit->world);
	world_end(&visit->world);
}

static void test_nothing_is_kept(void)
{
	static struct visit visit;

	begin(&visit);
	after_a_visit(&visit); /* what is made once is made */
	const size_t before = after_a_visit(&visit);
	size_t after = 0;

	for (int i = 0; i < 3; i++)
		after = after_a_visit(&visit);
	fprintf(stderr, "    %zu bytes in use before, %zu after\n", before, after);
	CHECK(after <= before + SLACK_BYTES);
	CHECK_INT(0, visit.world.plenary->turn.taken);
	end(&visit);
}

int main(void)
{
	RUN(test_nothing_is_kept);
	return check_done();
}
