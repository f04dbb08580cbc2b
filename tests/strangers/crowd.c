/* SPDX-License-Identifier: MIT */
/* Ten thousand connections that say nothing, or half a word: the program goes on serving,
 * and is as before when they have gone. */
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/check.h"
#include "tests/strangers/visit.h"

enum { CROWD = 10000, SPARE = 200 };

static struct visit visit;

/* As many as this machine lets one process have. */
static size_t crowd_size(void)
{
	struct rlimit limit;

	CHECK_INT(0, getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = limit.rlim_max;
	CHECK_INT(0, setrlimit(RLIMIT_NOFILE, &limit));
	if (limit.rlim_cur >= CROWD + SPARE)
		return CROWD;
	fprintf(stderr, "    %d connections were meant: this machine allows %llu\n",
		CROWD, (unsigned long long)limit.rlim_cur);
	return (size_t)limit.rlim_cur - SPARE;
}

/* A third says nothing, a third half a head, a third half a body. */
static const char *const beginnings[] = {
	"",
	"POST /api/messages HTTP/1.1\r\nHost: exam",
	"POST /api/messages HTTP/1.1\r\nHost: example.test\r\nContent-Length: "
	"500\r\n\r\n{",
};

static void test_ten_thousand(void)
{
	const size_t count = crowd_size();
	const long long before = house_figure(&visit.house, "connections");
	struct client *const crowd = memory_zeroed(count * sizeof(*crowd));

	for (size_t i = 0; i < count; i++) {
		client_open(&crowd[i], &visit.house.server, WAY_PLAIN);
		client_say(&crowd[i], beginnings[i % 3]);
	}
	CHECK_INT(200, house_ask(&visit.house, "GET", "/readyz", "", "", NULL));
	char *const token = visit_token(&visit);
	char *const body = visit_activity(&visit, NULL);

	CHECK_INT(200, visit_message(&visit, token, body, strlen(body)));
	for (size_t i = 0; i < count; i++)
		client_close(&crowd[i]);
	while (house_figure(&visit.house, "connections") > before)
		;
	free(crowd);
	free(token);
	free(body);
}

/* Those who have said all and hear no more are answered; those who leave in the middle are
 * forgotten. */
static void test_half_open(void)
{
	struct client client;
	struct reply reply = { 0 };

	client_open(&client, &visit.house.server, WAY_PLAIN);
	client_say(&client, "GET /livez HTTP/1.1\r\nHost: e\r\n\r\n");
	client_half_close(&client);
	client_reply(&client, &reply, false);
	CHECK_INT(200, reply.status);
	CHECK(client_at_end(&client));
	client_close(&client);
	client_open(&client, &visit.house.server, WAY_PLAIN);
	client_say(&client, beginnings[2]);
	client_half_close(&client);
	CHECK(client_at_end(&client));
	client_close(&client);
	reply_finish(&reply);
}

static void list(void)
{
	printf("| 10,000 connections that say nothing, half a head or half a body | "
	       "others are served; 408 after 10 s for a head, 30 s for a body; silent "
	       "ones "
	       "closed after 75 s |\n"
	       "| a client that has hung up its own side behind a request | answered |\n"
	       "| … and within a body | closed without a word |\n");
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	visit_begin(&visit);
	RUN(test_half_open);
	RUN(test_ten_thousand);
	visit_end(&visit);
	return check_done();
}
