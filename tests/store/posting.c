/* SPDX-License-Identifier: MIT */
/* Evidence on its way to a daemon: one real request over a real socket. */
#include "commands/posting.h"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/settings/config.h"
#include "daemon/store/directory.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/child.h"
#include "tests/store/scratch.h"

enum { REQUEST_BYTES = 256 * 1024 };

static int listening(char address[32])
{
	struct sockaddr_in name = { .sin_family = AF_INET };
	socklen_t bytes = sizeof(name);
	const int server = socket(AF_INET, SOCK_STREAM, 0);

	name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_INT(0, bind(server, (struct sockaddr *)&name, sizeof(name)));
	CHECK_INT(0, listen(server, 4));
	CHECK_INT(0, getsockname(server, (struct sockaddr *)&name, &bytes));
	snprintf(address, 32, "127.0.0.1:%d", ntohs(name.sin_port));
	return server;
}

/* Reads one request to the end of its body into the file and answers it. */
static void answer_one(int server, FILE *file, const char *reply)
{
	static char request[REQUEST_BYTES];
	const int peer = accept(server, NULL, NULL);
	size_t length = 0, wanted = REQUEST_BYTES - 1;

	while (length < wanted) {
		const ssize_t count = read(peer, request + length, wanted - length);
		if (count <= 0)
			_exit(1);
		length += (size_t)count;
		request[length] = '\0';
		const char *const body = strstr(request, "\r\n\r\n");
		const char *const size = strcasestr(request, "content-length: ");
		if (body != NULL && size != NULL)
			wanted = (size_t)(body + 4 - request) +
				 strtoul(size + 16, NULL, 10);
	}
	fwrite(request, 1, length, file);
	fflush(file);
	if (write(peer, reply, strlen(reply)) < 0)
		_exit(1);
	close(peer);
}

/* Sends the posting to a child that answers each request so; what came is in `came`. */
static int sends(struct posting *posting, size_t requests, const char *reply, char *came)
{
	char address[32];
	const int server = listening(address);
	FILE *const file = tmpfile();
	struct posting_to to = { 0 };

	const pid_t test = getpid(), child = fork();
	if (child == 0) {
		child_ends_with(test);
		for (size_t i = 0; i < requests; i++)
			answer_one(server, file, reply);
		_exit(0);
	}
	close(server);
	text_addf(&to.url, "http://%s/events", address);
	text_addf(&to.secret, "correct-horse");
	const int rc = posting_send(posting, &to);
	int status = 1;
	CHECK_INT(child, waitpid(child, &status, 0));
	CHECK_INT(0, status);
	rewind(file);
	came[fread(came, 1, REQUEST_BYTES - 1, file)] = '\0';
	fclose(file);
	posting_to_finish(&to);
	return rc;
}

static void add_interval(struct posting *posting, uint32_t person,
			 const struct person_row *row)
{
	struct event event = event_blank(EVENT_INTERVAL_REPORTED);

	event.person = person;
	event.place = PLACE_MAIN;
	event.interval.from_ms = 1000;
	event.interval.to_ms = 2000;
	posting_add(posting, "leep \"1\"", 0xabc, &event, row);
}

static char came[REQUEST_BYTES];

static void test_what_the_daemon_is_told(void)
{
	const struct person_row row = { .name = "Person\t77",
					.object_id = "",
					.email = "77@example.test" };
	struct posting posting = { 0 };
	struct event read = event_blank(EVENT_REPORT_READ);

	read.place = 3;
	read.report.digest = 0xabc;
	read.report.people = 2;
	read.report.final = 1;
	add_interval(&posting, 7, NULL);
	add_interval(&posting, 8, &row);
	posting_add(&posting, "leep \"1\"", 0xabc, &read, NULL);
	CHECK_INT(0, sends(&posting, 1,
			   "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", came));
	CHECK(strncmp(came, "POST /events HTTP/1.1\r\n", 23) == 0);
	CHECK(strstr(came, "\r\nAuthorization: Bearer correct-horse\r\n") != NULL);
	CHECK(strstr(came, "application/cloudevents-batch+json\r\n") != NULL);
	CHECK_TEXT(
		"[{\"specversion\":\"1.0\",\"source\":\"/import\",\"id\":"
		"\"0000000000000abc-0-7-1000-2000\",\"type\":"
		"\"plenary.interval_reported\",\"data\":{\"session\":\"leep \\\"1\\\"\","
		"\"place\":0,\"person\":7,\"from\":1000,\"to\":2000}},\n"
		"{\"specversion\":\"1.0\",\"source\":\"/import\",\"id\":"
		"\"0000000000000abc-0-8-1000-2000\",\"type\":"
		"\"plenary.interval_reported\",\"data\":{\"session\":\"leep \\\"1\\\"\","
		"\"place\":0,\"person\":{\"name\":\"Person\\u000977\",\"email\":"
		"\"77@example.test\"},\"from\":1000,\"to\":2000}},\n"
		"{\"specversion\":\"1.0\",\"source\":\"/import\",\"id\":"
		"\"0000000000000abc-3-4294967295-0-0\",\"type\":\"plenary.report_read\","
		"\"data\":{\"session\":\"leep \\\"1\\\"\",\"place\":3,\"digest\":2748,"
		"\"people\":2,\"final\":1}}]",
		strstr(came, "\r\n\r\n") + 4);
	posting_finish(&posting);
}

static void test_many_events_are_several_requests(void)
{
	struct posting posting = { 0 };

	for (uint32_t i = 0; i <= POSTING_BATCH; i++)
		add_interval(&posting, i, NULL);
	CHECK_INT(2, posting.count);
	CHECK_INT(0, sends(&posting, 2,
			   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
			   "Connection: close\r\n\r\n",
			   came));
	CHECK(strstr(strstr(came, "POST") + 4, "POST /events") != NULL);
	posting_finish(&posting);
}

static void test_a_refusal_is_a_failure(void)
{
	struct posting posting = { 0 };

	add_interval(&posting, 1, NULL);
	CHECK_INT(-1, sends(&posting, 1,
			    "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}",
			    came));
	posting_finish(&posting);
}

static void test_where_the_daemon_is_called(void)
{
	static const char secret[] = "correct-horse\n";
	struct scratch scratch;
	struct posting_to to = { 0 };
	struct config config = { .listeners = { { "0.0.0.0:8443", true } } };

	CHECK_INT(-1, posting_to_read(&to, &config)); /* no secret: it takes nothing */
	scratch_begin(&scratch);
	FILE *const file = fopen(scratch.path, "w");
	CHECK(file != NULL && fchmod(fileno(file), 0600) == 0);
	fputs(secret, file);
	fclose(file);
	config.events_secret_file = scratch.path;
	config.tls_certificate = "/certificate";
	CHECK_INT(0, posting_to_read(&to, &config));
	CHECK_TEXT("https://localhost:8443/events", text_string(&to.url));
	CHECK_TEXT("correct-horse", text_string(&to.secret));
	CHECK_TEXT("/certificate", to.ca_file);
	posting_to_finish(&to);
	config.public_url = "https://plenary.example.test";
	CHECK_INT(0, posting_to_read(&to, &config));
	CHECK_TEXT("https://plenary.example.test/events", text_string(&to.url));
	posting_to_finish(&to);
	scratch_end(&scratch);
}

int main(void)
{
	RUN(test_what_the_daemon_is_told);
	RUN(test_many_events_are_several_requests);
	RUN(test_a_refusal_is_a_failure);
	RUN(test_where_the_daemon_is_called);
	return check_done();
}
