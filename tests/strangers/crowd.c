/* SPDX-License-Identifier: MIT */
/* Ten thousand connections that say nothing, or half a word: the program goes on serving,
 * and is as before when they have gone. */
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/check.h"
#include "tests/strangers/visit.h"

enum {
	CROWD = 10000,
	SPARE = 200,
	USUAL_DESCRIPTORS = 1024, /* the soft limit a shell or a service is given */
	FEW_DESCRIPTORS = 128,
	FEW_CONNECTIONS = FEW_DESCRIPTORS * 3 / 4,
};

static struct visit visit;

static rlim_t most_descriptors(void)
{
	struct rlimit limit;

	CHECK_INT(0, getrlimit(RLIMIT_NOFILE, &limit));
	return limit.rlim_max;
}

/* As many as this machine lets one process have. */
static size_t crowd_size(void)
{
	struct rlimit limit = { .rlim_cur = most_descriptors(),
				.rlim_max = most_descriptors() };

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
	"POST /graph/notifications HTTP/1.1\r\nHost: example.test\r\nContent-Length: "
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
	const long long had = house_figure(&visit.house, "connections");

	for (size_t i = 0; i < count; i++)
		client_close(&crowd[i]);
	while (house_figure(&visit.house, "connections") > before)
		;
	CHECK(had > (long long)count);
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

/* One more than there is room for is told so, and the program can still read and write
 * files, make calls and serve those who are in. */
static void test_few_descriptors(void)
{
	static struct client crowd[FEW_CONNECTIONS], late;
	struct reply reply = { 0 };

	for (size_t i = 0; i < FEW_CONNECTIONS; i++)
		client_open(&crowd[i], &visit.house.server, WAY_PLAIN);
	client_open(&late, &visit.house.server, WAY_PLAIN);
	client_reply(&late, &reply, false);
	CHECK_INT(503, reply.status);
	CHECK(strstr(reply.head.data, "\r\nRetry-After: ") != NULL);
	CHECK(client_at_end(&late));
	client_close(&late);
	client_say(&crowd[0], "GET /readyz HTTP/1.1\r\nHost: e\r\n\r\n");
	client_reply(&crowd[0], &reply, false);
	CHECK_INT(200, reply.status);
	for (size_t i = 0; i < FEW_CONNECTIONS; i++)
		client_close(&crowd[i]);
	/* Refused until they have all been seen to leave. */
	while (house_ask(&visit.house, "GET", "/readyz", "", "", NULL) != 200)
		;
	reply_finish(&reply);
}

static void list(void)
{
	printf("| 10,000 connections that say nothing, half a head or half a body | "
	       "others are served; 408 after %d s for a head, %d s for a body; silent "
	       "ones closed after %d s |\n",
	       EDGE_HEAD_SECONDS, EDGE_BODY_SECONDS, EDGE_IDLE_SECONDS);
	printf("| more connections than the program has descriptors for (a quarter of "
	       "them, %d at most, is never given to clients) | 503 with Retry-After, "
	       "hung up |\n"
	       "| … and not one descriptor left all the same | not accepted until one "
	       "is free |\n"
	       "| a client that has hung up its own side behind a request | answered |\n"
	       "| … and within a body | closed without a word |\n",
	       EDGE_SPARE_DESCRIPTORS);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	visit_begin_with(&visit, &(struct rlimit){ .rlim_cur = USUAL_DESCRIPTORS,
						   .rlim_max = most_descriptors() });
	RUN(test_half_open);
	RUN(test_ten_thousand);
	visit_end(&visit);
	visit_begin_with(&visit, &(struct rlimit){ .rlim_cur = FEW_DESCRIPTORS,
						   .rlim_max = FEW_DESCRIPTORS });
	RUN(test_few_descriptors);
	visit_end(&visit);
	return check_done();
}
