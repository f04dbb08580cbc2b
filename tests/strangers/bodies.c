/* SPDX-License-Identifier: MIT */
/* Bodies that are no JSON, or JSON that two readers could read in two ways: behind a good
 * token, a good secret, and at the door that takes everybody. */
#include "tests/check.h"
#include "tests/strangers/visit.h"

static struct visit visit;

struct body {
	const char *what;
	const char *text;
	size_t bytes;
};

#define BODY(text) (text), sizeof(text) - 1

static const struct body bodies[] = {
	{ "nothing", BODY("") },
	{ "blanks", BODY("   \r\n") },
	{ "half an object", BODY("{\"type\":\"typing\"") },
	{ "an object and more behind it", BODY("{\"type\":\"typing\"} x") },
	{ "two objects", BODY("{\"type\":\"typing\"}{\"type\":\"typing\"}") },
	{ "a list where an object is meant", BODY("[1]") },
	{ "a text where an object is meant", BODY("\"typing\"") },
	{ "a byte order mark", BODY("\xef\xbb\xbf{\"type\":\"typing\"}") },
	{ "UTF-16", BODY("{\0\"\0t\0\"\0:\0"
			 "1\0}\0") },
	{ "single quotes", BODY("{'type':'typing'}") },
	{ "a comment", BODY("{/* */\"type\":\"typing\"}") },
	{ "a comma too many", BODY("{\"type\":\"typing\",}") },
	{ "NaN", BODY("{\"type\":\"typing\",\"n\":NaN}") },
	{ "a number above a double", BODY("{\"type\":\"typing\",\"n\":1e999}") },
	{ "an integer above 2^63",
	  BODY("{\"type\":\"typing\",\"n\":9223372036854775808}") },
	{ "a number with a leading zero", BODY("{\"type\":\"typing\",\"n\":01}") },
	{ "a name twice", BODY("{\"type\":\"typing\",\"type\":\"message\"}") },
	{ "a name twice, further down",
	  BODY("{\"type\":\"typing\",\"from\":{\"id\":\"a\",\"id\":\"b\"}}") },
	{ "a name twice, once escaped",
	  BODY("{\"type\":\"typing\",\"ty\\u0070e\":\"message\"}") },
	{ "an escaped NUL in a text", BODY("{\"type\":\"typ\\u0000ing\"}") },
	{ "an escaped NUL in a name", BODY("{\"type\\u0000\":\"typing\"}") },
	{ "a NUL byte in a text", BODY("{\"type\":\"typ\0ing\"}") },
	{ "a line end in a text", BODY("{\"type\":\"typ\ning\"}") },
	{ "half a surrogate pair", BODY("{\"type\":\"\\ud800\"}") },
	{ "a surrogate in UTF-8", BODY("{\"type\":\"\xed\xa0\x80\"}") },
	{ "UTF-8 that is too long", BODY("{\"type\":\"\xc0\xaf\"}") },
	{ "UTF-8 that ends early", BODY("{\"type\":\"\xe2\x82\"}") },
	{ "a byte that UTF-8 does not have", BODY("{\"type\":\"\xff\"}") },
	{ "a form", BODY("type=typing&id=1") },
	{ "XML", BODY("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a/>") },
	{ "gzip", BODY("\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0") },
};

static void each_body(int (*send)(const char *body, size_t bytes))
{
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const int status = send(bodies[i].text, bodies[i].bytes);

		if (status != 400)
			fprintf(stderr, "    %s\n", bodies[i].what);
		CHECK_INT(400, status);
	}
}

static int as_message(const char *body, size_t bytes)
{
	char *const token = visit_token(&visit);
	const int status = visit_message(&visit, token, body, bytes);

	free(token);
	return status;
}

static int as_event(const char *body, size_t bytes)
{
	return visit_post(&visit, "/events", HOUSE_BEARER HOUSE_EVENT, body, bytes);
}

static int as_notification(const char *body, size_t bytes)
{
	return visit_post(&visit, "/graph/notifications", HOUSE_JSON, body, bytes);
}

static int as_lifecycle(const char *body, size_t bytes)
{
	return visit_post(&visit, "/graph/lifecycle", HOUSE_JSON, body, bytes);
}

static void test_no_json(void)
{
	each_body(as_message);
	each_body(as_event);
	each_body(as_notification);
	each_body(as_lifecycle);
}

/* -- made when needed: too deep, too many, too large ---------------------------------------- */

static void repeat(struct text *text, const char *words, size_t times)
{
	while (times-- > 0)
		text_addf(text, "%s", words);
}

static void deep(struct text *text, size_t levels)
{
	text_addf(text, "{\"type\":\"typing\",\"value\":");
	repeat(text, "[", levels);
	repeat(text, "]", levels);
	text_addf(text, "}");
}

static void a_little_too_deep(struct text *text)
{
	deep(text, 64);
}

static void very_deep(struct text *text)
{
	deep(text, 100000);
}

static void deep_and_never_closed(struct text *text)
{
	repeat(text, "{\"value\":", 50000);
}

static void a_megabyte(struct text *text)
{
	text_addf(text, "{\"type\":\"typing\",\"text\":\"");
	repeat(text, "0123456789abcdef", 1024 * 1024 / 16);
	text_addf(text, "\"}");
}

static void five_megabytes(struct text *text)
{
	repeat(text, "0123456789abcdef", 5 * 1024 * 1024 / 16);
}

static void a_thousand_and_one(struct text *text)
{
	text_addf(text, "{\"value\":[{}");
	repeat(text, ",{}", 1000);
	text_addf(text, "]}");
}

static void many_events(struct text *text)
{
	text_addf(text, "[{}");
	repeat(text, ",{}", 100000);
	text_addf(text, "]");
}

static const struct large {
	const char *what;
	void (*make)(struct text *text);
	int (*send)(const char *body, size_t bytes);
	int status;
} larges[] = {
	{ "an activity nested 66 levels deep", a_little_too_deep, as_message, 400 },
	{ "an activity nested 100,000 levels deep", very_deep, as_message, 400 },
	{ "50,000 objects that never end", deep_and_never_closed, as_message, 400 },
	{ "an activity above 1 MiB", a_megabyte, as_message, 413 },
	{ "an activity above 4 MiB", five_megabytes, as_message, 413 },
	{ "an event nested 100,000 levels deep", very_deep, as_event, 400 },
	{ "an event above 4 MiB", five_megabytes, as_event, 413 },
	{ "a notification nested 100,000 levels deep", very_deep, as_notification, 400 },
	{ "1,001 notifications at once", a_thousand_and_one, as_notification, 413 },
	{ "notifications above 4 MiB", five_megabytes, as_notification, 413 },
};

static void test_too_large(void)
{
	for (size_t i = 0; i < sizeof(larges) / sizeof(larges[0]); i++) {
		struct text text = { 0 };

		larges[i].make(&text);
		const int status = larges[i].send(text_string(&text), text.length);

		if (status != larges[i].status)
			fprintf(stderr, "    %s\n", larges[i].what);
		CHECK_INT(larges[i].status, status);
		text_finish(&text);
	}
}

static void test_batch_of_too_many(void)
{
	struct text text = { 0 };
	const char *const batch =
		HOUSE_BEARER "Content-Type: application/cloudevents-batch+json\r\n";

	many_events(&text);
	CHECK_INT(413,
		  visit_post(&visit, "/events", batch, text_string(&text), text.length));
	text_finish(&text);
}

/* -- compressed ----------------------------------------------------------------------------- */

/* Whatever a kilobyte would swell to: nobody here swells it. */
static void test_compressed(void)
{
	static const char *const codings[] = { "gzip", "deflate", "br", "zstd",
					       "gzip, gzip" };
	static const char bomb[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\xed\xc1\x01\x0d";
	char *const token = visit_token(&visit);

	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		struct text headers = { 0 };

		text_addf(&headers,
			  HOUSE_JSON "Authorization: Bearer %s\r\nContent-Encoding: "
				     "%s\r\n",
			  token, codings[i]);
		CHECK_INT(415, visit_post(&visit, "/api/messages", text_string(&headers),
					  bomb, sizeof(bomb) - 1));
		text_finish(&headers);
	}
	free(token);
}

static void list(void)
{
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		visit_row(bodies[i].what, 400);
	for (size_t i = 0; i < sizeof(larges) / sizeof(larges[0]); i++)
		visit_row(larges[i].what, larges[i].status);
	visit_row("a batch of 100,001 events", 413);
	visit_row("a compressed body (Content-Encoding: gzip, deflate, br, zstd)", 415);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "--list") == 0) {
		list();
		return 0;
	}
	visit_begin(&visit);
	RUN(test_no_json);
	RUN(test_too_large);
	RUN(test_batch_of_too_many);
	RUN(test_compressed);
	visit_end(&visit);
	return check_done();
}
