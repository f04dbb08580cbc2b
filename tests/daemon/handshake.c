/* SPDX-License-Identifier: MIT */
/* Graph asks whether an address is ours: at any time, at both addresses, also at once. */
#include "tests/check.h"
#include "tests/daemon/house.h"

#include <jansson.h>

static struct house house;

static const char *const addresses[] = { "/graph/notifications", "/graph/lifecycle" };

static void ask(const char *address, const char *token, int status, const char *wanted)
{
	struct text path = { 0 };
	struct reply reply = { 0 };

	text_addf(&path, "%s?validationToken=%s", address, token);
	CHECK_INT(status,
		  house_ask(&house, "POST", text_string(&path),
			    "Content-Type: text/plain; charset=utf-8\r\n", "", &reply));
	if (status == 200) {
		CHECK_TEXT(wanted, text_string(&reply.body));
		CHECK(strstr(text_string(&reply.head), "Content-Type: text/plain\r\n"));
		CHECK(strstr(text_string(&reply.head),
			     "X-Content-Type-Options: nosniff\r\n"));
	}
	reply_finish(&reply);
	text_finish(&path);
}

static void test_spellings(void)
{
	static const struct {
		const char *sent, *meant;
	} table[] = {
		{ "Validation%3a+Testing+client", "Validation: Testing client" },
		{ "Validation:%20Testing%20client", "Validation: Testing client" },
		{ "a%2Bb%2bc", "a+b+c" },
		{ "%C3%A9%E6%97%A5", "\xc3\xa9\xe6\x97\xa5" },
		{ "x&more=y", "x" },
		{ "%25%32%30", "%20" }, /* decoded once */
	};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		for (size_t j = 0; j < sizeof(table) / sizeof(table[0]); j++)
			ask(addresses[i], table[j].sent, 200, table[j].meant);
	}
}

static void test_documented_handshake(void)
{
	static const char path[] =
		"../shared/protocols/samples/graph/validation-handshake.json";
	json_t *const sample = json_load_file(path, 0, NULL);
	const char *target, *wanted;
	struct reply reply = { 0 };

	if (sample == NULL) {
		fprintf(stderr, "    left out: no %s\n", path);
		return;
	}
	CHECK_INT(0, json_unpack(sample, "{s:{s:s},s:{s:s}}", "request", "requestTarget",
				 &target, "expectedResponse", "body", &wanted));
	CHECK_INT(200,
		  house_ask(&house, "POST", target,
			    "Content-Type: text/plain; charset=utf-8\r\n", "", &reply));
	CHECK_TEXT(wanted, text_string(&reply.body));
	reply_finish(&reply);
	json_decref(sample);
}

static void test_our_own_query_is_kept(void)
{
	struct reply reply = { 0 };

	CHECK_INT(200, house_ask(&house, "POST",
				 "/graph/notifications?tenant=a&validationToken=abc", "",
				 "", &reply));
	CHECK_TEXT("abc", text_string(&reply.body));
	reply_finish(&reply);
}

static void test_two_at_once(void)
{
	struct client clients[2];
	struct reply replies[2] = { 0 };
	char request[256];

	for (int i = 0; i < 2; i++)
		client_open(&clients[i], &house.server, WAY_TLS);
	/* Both are there before either is finished. */
	for (int i = 0; i < 2; i++) {
		snprintf(request, sizeof(request),
			 "POST %s?validationToken=token-%d HTTP/1.1\r\n", addresses[i],
			 i);
		client_say(&clients[i], request);
	}
	for (int i = 1; i >= 0; i--)
		client_say(&clients[i],
			   "Host: plenary.example.test\r\nContent-Length: 0\r\n\r\n");
	for (int i = 0; i < 2; i++) {
		client_reply(&clients[i], &replies[i], false);
		CHECK_INT(200, replies[i].status);
		CHECK_TEXT(i == 0 ? "token-0" : "token-1", text_string(&replies[i].body));
		reply_finish(&replies[i]);
		client_close(&clients[i]);
	}
}

static void test_what_is_not_echoed(void)
{
	static const char *const tokens[] = {
		"", "%3Cscript%3E", "a%22b", "a%27b", "a%26b", "a%0ab", "a%00b", "%zz",
	};

	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		for (size_t j = 0; j < sizeof(tokens) / sizeof(tokens[0]); j++)
			ask(addresses[i], tokens[j], 400, NULL);
	}
}

static void test_long_tokens(void)
{
	struct text token = { 0 };

	while (token.length < 1024)
		text_add(&token, "x", 1);
	ask(addresses[0], text_string(&token), 200, text_string(&token));
	text_add(&token, "x", 1);
	ask(addresses[0], text_string(&token), 400, NULL);
	while (token.length < (size_t)100 * 1024)
		text_add(&token, "xxxxxxxx", 8);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		ask(addresses[i], text_string(&token), 431, NULL);
	text_finish(&token);
}

static void asked_by(const char *method, const char *address)
{
	struct text path = { 0 };
	struct reply reply = { 0 };

	text_addf(&path, "%s?validationToken=abc", address);
	CHECK_INT(405, house_ask(&house, method, text_string(&path), "", "", &reply));
	CHECK(strstr(text_string(&reply.head), "Allow: POST\r\n"));
	CHECK(strstr(text_string(&reply.body), "abc") == NULL);
	reply_finish(&reply);
	text_finish(&path);
}

static void test_wrong_method(void)
{
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		asked_by("GET", addresses[i]);
		asked_by("PUT", addresses[i]);
		asked_by("DELETE", addresses[i]);
		asked_by("PATCH", addresses[i]);
	}
}

static void test_answers_are_counted(void)
{
	const long long before = house_figure(&house, "graph_answers_total");

	ask(addresses[0], "abc", 200, "abc");
	ask(addresses[1], "%3C", 400, NULL);
	CHECK_INT(before + 2, house_figure(&house, "graph_answers_total"));
	CHECK_INT(0, house_figure(&house, "graph_answers_over_3_seconds_total"));
}

int main(void)
{
	house_begin(&house);
	house_start(&house);
	RUN(test_spellings);
	RUN(test_documented_handshake);
	RUN(test_our_own_query_is_kept);
	RUN(test_two_at_once);
	RUN(test_what_is_not_echoed);
	RUN(test_long_tokens);
	RUN(test_wrong_method);
	RUN(test_answers_are_counted);
	house_end(&house);
	return check_done();
}
