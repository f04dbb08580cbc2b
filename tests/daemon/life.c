/* SPDX-License-Identifier: MIT */
/* The life of the real program: reloads, the orderly end, the disorderly one, its manager. */
#include <signal.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/daemon/house.h"

static struct house house;

#define LIVE_KEY "Authorization: Bearer " HOUSE_KEY "\r\n"

static bool log_has(const char *words)
{
	char *const log = house_log(&house);
	const bool has = strstr(log, words) != NULL;

	free(log);
	return has;
}

static char *snapshot(void)
{
	struct client client;
	struct ws_frame frame = { 0 };

	CHECK_INT(101, house_upgrade(&house, &client, "/live?session=leep-1", LIVE_KEY));
	ws_next(&client, &frame);
	CHECK_INT(WS_FINAL | WS_TEXT, frame.opcode);
	client_close(&client);
	json_t *const said = json_loads(text_string(&frame.bytes), 0, NULL);

	/* What the clock shows now is of the moment, not of the session. */
	CHECK_TEXT("snapshot", json_string_value(json_object_get(said, "type")));
	json_object_del(said, "clock");
	char *const text = json_dumps(said, JSON_COMPACT | JSON_SORT_KEYS);

	json_decref(said);
	text_finish(&frame.bytes);
	return text;
}

static int replay(void)
{
	char path[HOUSE_BYTES];

	snprintf(path, sizeof(path), "%s", house_path(&house, "plenary.yaml"));
	return house_run(&house, (const char *const[]){ "replay", "leep-1", "--config",
							path, NULL });
}

/* -- the orderly end ----------------------------------------------------------------------------- */

static void test_drains(void)
{
	struct client viewer, relay;
	struct ws_frame frame = { 0 };

	house_start(&house);
	house_schedule(&house, "leep-1");
	CHECK_INT(101, house_upgrade(&house, &viewer, "/live", LIVE_KEY));
	CHECK_INT(101, house_upgrade(&house, &relay, "/events",
				     HOUSE_BEARER
				     "Sec-WebSocket-Protocol: cloudevents.json\r\n"));
	ws_next(&viewer, &frame);
	CHECK_INT(WS_FINAL | WS_TEXT, frame.opcode);
	house_signal(&house, SIGTERM);
	do {
		ws_next(&viewer, &frame);
	} while (frame.opcode == (WS_FINAL | WS_TEXT));
	CHECK_INT(1001, ws_close_code(&viewer, &frame));
	ws_next(&relay, &frame);
	CHECK_INT(1001, ws_close_code(&relay, &frame));
	client_close(&viewer);
	client_close(&relay);
	text_finish(&frame.bytes);
	CHECK_INT(0, house_wait(&house));
	CHECK_INT(0, replay());
}

static void test_interrupt_is_an_end_too(void)
{
	house_start(&house);
	house_signal(&house, SIGINT);
	CHECK_INT(0, house_wait(&house));
}

/* -- the disorderly one --------------------------------------------------------------------------- */

static void join(const char *id, int person)
{
	char data[96];

	snprintf(data, sizeof(data), "{\"session\":\"leep-1\",\"person\":%d,\"place\":0}",
		 person);
	CHECK_INT(202, house_event(&house, id, "person_joined", data, NULL));
}

static void test_killed(void)
{
	house_start(&house);
	CHECK_INT(202, house_event(&house, "k0", "meeting_started",
				   "{\"session\":\"leep-1\",\"place\":0}", NULL));
	join("k1", 0);
	join("k2", 1);
	CHECK_INT(202, house_event(&house, "k3", "runsheet_started",
				   "{\"session\":\"leep-1\",\"by\":2}", NULL));
	char *const before = snapshot();

	house_signal(&house, SIGKILL);
	CHECK_INT(128 + SIGKILL, house_wait(&house));
	CHECK_INT(0, replay());
	house_start(&house);
	char *const after = snapshot();

	CHECK(strstr(before, "Person 02") != NULL);
	CHECK_TEXT(before, after);
	/* What was taken before is a repeat after. */
	const long long taken = house_figure(&house, "events_total");

	join("k1", 0);
	CHECK_INT(taken, house_figure(&house, "events_total"));
	join("k4", 2);
	CHECK_INT(taken + 1, house_figure(&house, "events_total"));
	free(before);
	free(after);
	house_signal(&house, SIGTERM);
	CHECK_INT(0, house_wait(&house));
	CHECK_INT(0, replay());
}

/* -- what it refuses to do ------------------------------------------------------------------------ */

static void test_second_one(void)
{
	char path[HOUSE_BYTES], *log;
	pid_t first;

	house_start(&house);
	first = house.pid;
	house.pid = 0;
	snprintf(path, sizeof(path), "%s", house_path(&house, "plenary.yaml"));
	CHECK_INT(1, house_run(&house,
			       (const char *const[]){ "serve", "--config", path, NULL }));
	log = house_log(&house);
	if (strstr(log, "another") == NULL)
		CHECK_TEXT("words that say another one has it", log);
	free(log);
	house.pid = first;
	CHECK_INT(200, house_ask(&house, "GET", "/livez", "", "", NULL));
	house_signal(&house, SIGTERM);
	CHECK_INT(0, house_wait(&house));
}

static void refused_config(const char *text, const char *words)
{
	char path[HOUSE_BYTES];

	house_write(&house, "other.yaml", text);
	snprintf(path, sizeof(path), "%s", house_path(&house, "other.yaml"));
	CHECK_INT(1, house_run(&house,
			       (const char *const[]){ "serve", "--config", path, NULL }));
	if (!log_has(words)) {
		char *const log = house_log(&house);

		CHECK_TEXT(words, log);
	}
}

static void test_refused_settings(void)
{
	refused_config("data_dir: ./other\nlisten:\n  - address: 0.0.0.0:8080\n"
		       "    tls: false\n",
		       "other.yaml:3:5: error: plain HTTP only on loopback");
	refused_config("data_dir: ./other\nlisten:\n  - address: 0.0.0.0:8443\n",
		       "a self-signed certificate serves loopback only");
	refused_config("data_dir: ./other\ncolour: red\n", "other.yaml:2:1: error: ");
	refused_config("data_dir: ./other\nlisten:\n  - address: 127.0.0.1:0\n"
		       "events:\n  secret_file: ./missing\n",
		       "events.secret_file");
}

/* -- reloading ------------------------------------------------------------------------------------ */

static void reload(void)
{
	static int count;
	int found = 0;

	count++;
	house_signal(&house, SIGHUP);
	for (int i = 0; i < 3000 && found < count; i++) {
		char *const log = house_log(&house);

		found = 0;

		for (const char *at = strstr(log, "reloaded error="); at != NULL;
		     at = strstr(at + 1, "reloaded error="))
			found++;
		free(log);
		usleep(10000);
	}
	CHECK_INT(count, found);
}

static int post_with(const char *secret)
{
	char headers[160];

	snprintf(headers, sizeof(headers), HOUSE_EVENT "Authorization: Bearer %s\r\n",
		 secret);
	return house_ask(&house, "POST", "/events", headers, "{}", NULL);
}

static void sign_in(const char *form, char cookie[128])
{
	struct reply reply = { 0 };

	CHECK_INT(303, house_ask(&house, "POST", "/login", "", form, &reply));
	const char *const at = strstr(reply.head.data, "Set-Cookie: plenary=");

	CHECK(at != NULL);
	snprintf(cookie, 128, "Cookie: %.*s\r\n", (int)strcspn(at + 12, ";"), at + 12);
	reply_finish(&reply);
}

static void test_reload(void)
{
	char cookie[128];

	house_start(&house);
	CHECK_INT(400, post_with(HOUSE_SECRET));
	sign_in("key=the+key+of+the+page", cookie);
	CHECK_INT(200, house_ask(&house, "GET", "/", cookie, "", NULL));
	house_write(&house, "events-secret", "another secret\n");
	reload();
	CHECK_INT(401, post_with(HOUSE_SECRET));
	CHECK_INT(400, post_with("another secret"));
	CHECK_INT(200, house_ask(&house, "GET", "/", cookie, "", NULL));
	/* Who knew the old key is asked for the new one. */
	house_write(&house, "live-key", "a new key\n");
	reload();
	CHECK_INT(303, house_ask(&house, "GET", "/", cookie, "", NULL));
	sign_in("key=a+new+key", cookie);
	CHECK_INT(200, house_ask(&house, "GET", "/", cookie, "", NULL));
	/* A secret that cannot be read leaves the old one. */
	CHECK_INT(0, unlink(house_path(&house, "events-secret")));
	reload();
	CHECK_INT(400, post_with("another secret"));
	house_write(&house, "events-secret", HOUSE_SECRET "\n");
	house_write(&house, "live-key", HOUSE_KEY "\n");
	reload();
	CHECK_INT(400, post_with(HOUSE_SECRET));
	house_signal(&house, SIGTERM);
	CHECK_INT(0, house_wait(&house));
}

/* -- the service manager -------------------------------------------------------------------------- */

static int manager_socket(char environment[HOUSE_BYTES])
{
	const struct timeval patience = { .tv_sec = 60 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s",
		 house_path(&house, "notify"));
	CHECK_INT(0, bind(fd, (struct sockaddr *)&address, sizeof(address)));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	snprintf(environment, HOUSE_BYTES, "NOTIFY_SOCKET=%s", address.sun_path);
	return fd;
}

/* Reads what it says until it has said these words. */
static void manager_hears(int fd, const char *words, char said[512])
{
	do {
		const ssize_t count = recv(fd, said, 511, 0);

		if (count < 0)
			fprintf(stderr, "waited for %s\n", words);
		CHECK(count >= 0);
		said[count] = '\0';
	} while (strstr(said, words) == NULL);
}

static void test_manager(void)
{
	char environment[HOUSE_BYTES], said[512];
	const int fd = manager_socket(environment);

	house.environment[0] = environment;
	house.environment[1] = "WATCHDOG_USEC=200000";
	house_start(&house);
	manager_hears(fd, "READY=1", said);
	manager_hears(fd, "WATCHDOG=1", said);
	manager_hears(fd, "WATCHDOG=1", said);
	house_signal(&house, SIGHUP);
	manager_hears(fd, "RELOADING=1", said);
	CHECK(strstr(said, "MONOTONIC_USEC=") != NULL);
	manager_hears(fd, "READY=1", said);
	CHECK(strstr(said, "STATUS=Ready.") != NULL);
	house_signal(&house, SIGTERM);
	manager_hears(fd, "STOPPING=1", said);
	CHECK_INT(0, house_wait(&house));
	house.environment[0] = house.environment[1] = NULL;
	close(fd);
}

/* A socket that the manager opened: the configured addresses are left alone. */
static void test_socket_activation(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t bytes = sizeof(address);
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	char path[HOUSE_BYTES];
	struct client client;
	struct reply reply = { 0 };

	CHECK_INT(0, bind(fd, (struct sockaddr *)&address, bytes));
	CHECK_INT(0, listen(fd, 16));
	CHECK_INT(0, getsockname(fd, (struct sockaddr *)&address, &bytes));
	house.inherited = fd;
	house.server.tls_port = ntohs(address.sin_port);
	snprintf(path, sizeof(path), "%s", house_path(&house, "plenary.yaml"));
	house_fork(&house, (const char *const[]){ "serve", "--config", path, NULL });
	close(fd);
	/* The kernel takes the connection before the program is up. */
	client_open(&client, &house.server, WAY_TLS);
	client_say(&client, "GET /livez HTTP/1.1\r\nHost: example.test\r\n\r\n");
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	reply_finish(&reply);
	client_close(&client);
	CHECK(!log_has("listening address="));
	house.inherited = 0;
	house_signal(&house, SIGTERM);
	CHECK_INT(0, house_wait(&house));
}

int main(void)
{
	house_begin(&house);
	RUN(test_drains);
	RUN(test_interrupt_is_an_end_too);
	RUN(test_killed);
	RUN(test_second_one);
	RUN(test_refused_settings);
	RUN(test_reload);
	RUN(test_manager);
	RUN(test_socket_activation);
	house_end(&house);
	return check_done();
}
