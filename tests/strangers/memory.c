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

#include "daemon/door/arrival.h"
#include "daemon/door/door.h"
#include "daemon/edge/edge.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

enum {
	ROUNDS = 25,
	UPLOADS = 200, /* each of UPLOAD_BYTES, and never complete */
	UPLOAD_BYTES = 1000 * 1000,
	/* all bodies that are not complete, and one that grows meanwhile */
	UPLOADS_MOST_BYTES = EDGE_BODIES_BYTES + 3 * EDGE_BODY_BYTES,
	SLACK_BYTES = 4096, /* a list that grew once; a leak of ROUNDS is more */
};

/* Of the address sanitizer, where there is one: malloc's own figures stand still then. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t in_use(void)
{
	if (__sanitizer_get_current_allocated_bytes != NULL)
		return __sanitizer_get_current_allocated_bytes();
	const struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
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

static int enter(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK_INT(0, connect(fd, (const struct sockaddr *)&address, sizeof(address)));
	return fd;
}

static void attack(const char *path, const char *bytes, bool waits)
{
	const int fd = enter(path);
	char answer[4096];

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

static void expect(int fd, const char *begins, const char *holds)
{
	char answer[4096] = "";

	CHECK(read(fd, answer, sizeof(answer) - 1) > 0);
	CHECK(strncmp(answer, begins, strlen(begins)) == 0);
	CHECK(strstr(answer, holds) != NULL);
}

static void write_all(int fd, const char *bytes, size_t count)
{
	for (size_t sent = 0; sent < count;) {
		const ssize_t some = write(fd, bytes + sent, count - sent);

		CHECK(some > 0);
		sent += (size_t)some;
	}
}

/* Bodies that anybody may send, for their meaning says whose they are; nearly whole.  The
 * first to come is the first to go, and who sends little and soon is heard. */
static void upload_all(const char *path)
{
	static const char head[] =
		HEAD("/graph/notifications") "Content-Length: 4000000\r\n\r\n";
	static const char little[] =
		HEAD("/graph/notifications") "Content-Length: 2\r\n\r\n{}";
	static char body[UPLOAD_BYTES];
	int fds[UPLOADS];

	for (size_t i = 0; i < UPLOADS; i++) {
		fds[i] = enter(path);
		write_all(fds[i], head, sizeof(head) - 1);
		write_all(fds[i], body, sizeof(body));
	}
	expect(fds[0], "HTTP/1.1 503 ", "\r\nRetry-After: ");
	const int fd = enter(path);

	write_all(fd, little, sizeof(little) - 1);
	expect(fd, "HTTP/1.1 400 ", "");
	close(fd);
	for (size_t i = 0; i < UPLOADS; i++)
		close(fds[i]);
}

static void strangers(const char *path, int orders, int reports)
{
	char order;

	while (read(orders, &order, 1) == 1) {
		if (order == 'u')
			upload_all(path);
		else
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
	size_t most; /* in use, during the last visit */
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
static size_t after_a_visit(struct visit *visit, char order)
{
	visit->is_back = false;
	visit->most = 0;
	CHECK_INT(1, write(visit->orders[1], &order, 1));
	while (!visit->is_back) {
		uv_run(visit->world.loop, UV_RUN_ONCE);
		const size_t now = in_use();

		visit->most = now > visit->most ? now : visit->most;
	}
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
	after_a_visit(&visit, 'g'); /* what is made once is made */
	const size_t before = after_a_visit(&visit, 'g');
	size_t after = 0;

	for (int i = 0; i < 3; i++)
		after = after_a_visit(&visit, 'g');
	fprintf(stderr, "    %zu bytes in use before, %zu after\n", before, after);
	CHECK(after <= before + SLACK_BYTES);
	CHECK_INT(0, visit.world.plenary->turn.taken);
	end(&visit);
}

static void test_bodies_that_do_not_end(void)
{
	static struct visit visit;

	begin(&visit);
	const size_t before = after_a_visit(&visit, 'u');
	const size_t after = after_a_visit(&visit, 'u');

	fprintf(stderr, "    %zu bytes in use before, %zu at most, %zu after\n", before,
		visit.most, after);
	CHECK(visit.most > before + EDGE_BODIES_BYTES / 2); /* they were many */
	CHECK(visit.most <= before + UPLOADS_MOST_BYTES);
	CHECK(after <= before + SLACK_BYTES);
	end(&visit);
}

/* Whole ones, of those whose token is being looked at. */
static void test_bodies_that_wait(void)
{
	static struct door door;
	static char body[EDGE_BODY_BYTES + 1];
	const struct edge_request request = { .body = body,
					      .body_bytes = EDGE_BODY_BYTES };
	size_t count = 0;

	while (!arrivals_full(&door, request.body_bytes)) {
		arrival_create(&door, &request);
		count++;
	}
	CHECK_INT(DOOR_PENDING_BYTES / EDGE_BODY_BYTES, count);
	CHECK(!arrivals_full(&door, 0));
	arrivals_finish(&door);
	CHECK(!arrivals_full(&door, request.body_bytes));
}

int main(void)
{
	RUN(test_bodies_that_wait);
	RUN(test_bodies_that_do_not_end);
	RUN(test_nothing_is_kept);
	return check_done();
}
