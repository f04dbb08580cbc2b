/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include "daemon/wire/backoff.h"

#include <errno.h>
#include <jansson.h>

struct judgement {
	int status, error;
	const char *body;
	enum reply_class class;
	const char *code;
};

#define CODE(name) "{\"error\":{\"code\":\"" name "\",\"message\":\"m\"}}"

static const struct judgement connector[] = {
	{ 200, 0, "", REPLY_DONE, "" },
	{ 201, 0, "{\"id\":\"1\"}", REPLY_DONE, "" },
	{ 204, 0, "", REPLY_DONE, "" },
	{ 207, 0, CODE("x"), REPLY_DONE, "" },
	{ 302, 0, "", REPLY_GIVE_UP, "http 302" },
	{ 400, 0, CODE("BadArgument"), REPLY_GIVE_UP, "BadArgument" },
	{ 400, 0, CODE("BadSyntax"), REPLY_GIVE_UP, "BadSyntax" },
	{ 401, 0, CODE("BotNotRegistered"), REPLY_GIVE_UP, "BotNotRegistered" },
	{ 401, 0, CODE("Unauthorized"), REPLY_FRESH_TOKEN, "Unauthorized" },
	{ 401, 0, "", REPLY_FRESH_TOKEN, "http 401" },
	{ 403, 0, CODE("BotDisabledByAdmin"), REPLY_GIVE_UP, "BotDisabledByAdmin" },
	{ 403, 0, CODE("BotNotInConversationRoster"), REPLY_GIVE_UP,
	  "BotNotInConversationRoster" },
	{ 403, 0, CODE("ConversationBlockedByUser"), REPLY_GIVE_UP,
	  "ConversationBlockedByUser" },
	{ 403, 0, CODE("MessageWritesBlocked"), REPLY_GIVE_UP, "MessageWritesBlocked" },
	{ 403, 0, CODE("InvalidBotApiHost"), REPLY_GIVE_UP, "InvalidBotApiHost" },
	{ 404, 0, CODE("ActivityNotFoundInConversation"), REPLY_GIVE_UP,
	  "ActivityNotFoundInConversation" },
	{ 404, 0, CODE("ConversationNotFound"), REPLY_GIVE_UP, "ConversationNotFound" },
	{ 412, 0, CODE("PreconditionFailed"), REPLY_RETRY, "PreconditionFailed" },
	{ 413, 0, CODE("MessageSizeTooBig"), REPLY_GIVE_UP, "MessageSizeTooBig" },
	{ 429, 0, CODE("Throttled"), REPLY_RETRY, "Throttled" },
	{ 429, 0, "<html>", REPLY_RETRY, "http 429" },
	{ 500, 0, CODE("ServiceError"), REPLY_GIVE_UP, "ServiceError" },
	{ 502, 0, "<html>bad gateway</html>", REPLY_RETRY, "http 502" },
	{ 503, 0, "", REPLY_RETRY, "http 503" },
	{ 504, 0, "null", REPLY_RETRY, "http 504" },
	{ 501, 0, "", REPLY_GIVE_UP, "http 501" },
	{ 423, 0, "", REPLY_GIVE_UP, "http 423" },
	{ 400, 0, "{\"error\":\"text\"}", REPLY_GIVE_UP, "http 400" },
	{ 400, 0, "{\"error\":{\"code\":7}}", REPLY_GIVE_UP, "http 400" },
	{ 400, 0, CODE("\\r\\n\\u0007"), REPLY_GIVE_UP, "http 400" },
	{ 400, 0, CODE("Bad\\nlevel=error \\\"x\\\""), REPLY_GIVE_UP, "Badlevelerror x" },
	{ 400, 0,
	  CODE("0123456789012345678901234567890123456789012345678901234567890123456789"),
	  REPLY_GIVE_UP,
	  "012345678901234567890123456789012345678901234567890123456789012" },
	{ 0, -ECONNREFUSED, "", REPLY_RETRY, "ECONNREFUSED" },
	{ 0, -ETIMEDOUT, "", REPLY_RETRY, "ETIMEDOUT" },
	{ 0, -EINVAL, "", REPLY_GIVE_UP, "EINVAL" },
	{ 0, -EMSGSIZE, "", REPLY_GIVE_UP, "EMSGSIZE" },
};

#define INNER(a, b) \
	"{\"error\":{\"code\":\"" a \
	"\",\"innerError\":{\"code\":\"mid\",\"innererror\":{" \
	"\"code\":\"" b "\"}}}}"

static const struct judgement graph[] = {
	{ 200, 0, "", REPLY_DONE, "" },
	{ 202, 0, "", REPLY_DONE, "" },
	{ 400, 0, INNER("outer", "closest"), REPLY_GIVE_UP, "closest" },
	{ 400, 0, CODE("InvalidRequest"), REPLY_GIVE_UP, "InvalidRequest" },
	{ 400, 0,
	  "{\"error\":{\"code\":\"InvalidRequest\","
	  "\"message\":\"Subscription validation request timed out.\"}}",
	  REPLY_RETRY, "InvalidRequest" },
	{ 401, 0, CODE("InvalidAuthenticationToken"), REPLY_FRESH_TOKEN,
	  "InvalidAuthenticationToken" },
	{ 402, 0, "", REPLY_GIVE_UP, "http 402" },
	{ 403, 0, CODE("Forbidden"), REPLY_GIVE_UP, "Forbidden" },
	{ 404, 0, CODE("NotFound"), REPLY_GIVE_UP, "NotFound" },
	{ 405, 0, "", REPLY_GIVE_UP, "http 405" },
	{ 409, 0, CODE("Conflict"), REPLY_GIVE_UP, "Conflict" },
	{ 410, 0, CODE("syncStateNotFound"), REPLY_GIVE_UP, "syncStateNotFound" },
	{ 412, 0, "", REPLY_GIVE_UP, "http 412" },
	{ 413, 0, "", REPLY_GIVE_UP, "http 413" },
	{ 423, 0, "", REPLY_RETRY, "http 423" },
	{ 429, 0,
	  "{\"error\":{\"code\":\"TooManyRequests\",\"innerError\":{\"code\":\"429\"}}}",
	  REPLY_RETRY, "TooManyRequests" },
	{ 500, 0, "", REPLY_RETRY, "http 500" },
	{ 501, 0, "", REPLY_GIVE_UP, "http 501" },
	{ 502, 0, "", REPLY_RETRY, "http 502" },
	{ 503, 0, "", REPLY_RETRY, "http 503" },
	{ 504, 0, "", REPLY_RETRY, "http 504" },
	{ 507, 0, "", REPLY_GIVE_UP, "http 507" },
	{ 509, 0, "", REPLY_RETRY, "http 509" },
	{ 0, -ECONNRESET, "", REPLY_RETRY, "ECONNRESET" },
	{ 0, -EKEYREJECTED, "", REPLY_RETRY, "EKEYREJECTED" },
};

static void check_table(enum reply_party party, const struct judgement *table,
			size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct judgement *const row = &table[i];
		char code[REPLY_CODE_BYTES];
		const enum reply_class class =
			reply_judge(party, row->status, row->error, row->body,
				    strlen(row->body), code);

		if (class != row->class)
			fprintf(stderr, "party %d status %d %s\n", party, row->status,
				row->body);
		CHECK_TEXT(reply_class_name(row->class), reply_class_name(class));
		CHECK_TEXT(row->code, code);
	}
}

static void test_connector(void)
{
	check_table(PARTY_CONNECTOR, connector, sizeof(connector) / sizeof(connector[0]));
}

static void test_graph(void)
{
	check_table(PARTY_GRAPH, graph, sizeof(graph) / sizeof(graph[0]));
}

static void retry_after_is_waited_for(unsigned attempt, uint64_t random)
{
	const int64_t wait_ms = backoff_ms(attempt, random, 90000);

	CHECK(wait_ms >= 90000 && wait_ms <= 150000);
}

static void test_bounds(void)
{
	static const int64_t bounds[] = { 1000,  2000,  4000,  8000,
					  16000, 32000, 60000, 60000 };

	for (unsigned i = 0; i < 8; i++) {
		CHECK_INT(0, backoff_ms(i, 0, -1));
		CHECK_INT(bounds[i], backoff_ms(i, (uint64_t)bounds[i], -1));
		CHECK_INT(0, backoff_ms(i, (uint64_t)bounds[i] + 1, -1));
	}
	CHECK_INT(60000, backoff_ms(4000000000u, 60000, -1));
	for (unsigned attempt = 0; attempt < 70; attempt++) {
		for (uint64_t random = 1; random < 1ull << 60; random *= 7)
			retry_after_is_waited_for(attempt, random);
	}
}

static void test_retry_after(void)
{
	enum { NOW = 1800000000 };

	CHECK_INT(0, retry_after_read("0", -1, NOW));
	CHECK_INT(3000, retry_after_read("3", -1, NOW));
	CHECK_INT(2128, retry_after_read("2.128", -1, NOW));
	CHECK_INT(2000, retry_after_read("2.", -1, NOW));
	CHECK_INT(501, retry_after_read("0.5001", -1, NOW));
	CHECK_INT(500, retry_after_read("0.5000000", -1, NOW));
	CHECK_INT(7000, retry_after_read("7 ", -1, NOW));
	CHECK_INT(-1, retry_after_read("", -1, NOW));
	CHECK_INT(-1, retry_after_read("7s", -1, NOW));
	CHECK_INT(-1, retry_after_read("-7", NOW + 7, NOW));
	CHECK_INT(-1, retry_after_read(".5", -1, NOW));
	CHECK_INT(-1, retry_after_read("1e3", -1, NOW));
	CHECK_INT(RETRY_AFTER_LONGEST_MS,
		  retry_after_read("99999999999999999999999999", -1, NOW));
	CHECK_INT(RETRY_AFTER_LONGEST_MS, retry_after_read("86400.5", -1, NOW));
	CHECK_INT(10000,
		  retry_after_read("Fri, 15 Jan 2027 08:00:10 GMT", NOW + 10, NOW));
	CHECK_INT(0, retry_after_read("Fri, 15 Jan 2027 07:59:10 GMT", NOW - 50, NOW));
	CHECK_INT(RETRY_AFTER_LONGEST_MS,
		  retry_after_read("Fri, 31 Dec 9999 23:59:59 GMT", INT64_MAX, NOW));
}

static void check_sample(const char *path, enum reply_class class, const char *name)
{
	json_t *const sample = json_load_file(path, 0, NULL);
	const json_t *const response = json_object_get(sample, "response");
	char code[REPLY_CODE_BYTES];

	if (sample == NULL) {
		fprintf(stderr, "    %s is not here: left out\n", path);
		return;
	}
	char *const body = json_dumps(json_object_get(response, "body"), JSON_ENCODE_ANY);
	const int status = (int)json_integer_value(json_object_get(response, "status"));
	CHECK_INT(class,
		  reply_judge(PARTY_CONNECTOR, status, 0, body, strlen(body), code));
	CHECK_TEXT(name, code);
	free(body);
	json_decref(sample);
}

static void test_samples(void)
{
#define SAMPLE(name) "../shared/protocols/samples/bot/http-error-" name ".json"
	check_sample(SAMPLE("401-BotNotRegistered"), REPLY_GIVE_UP, "BotNotRegistered");
	check_sample(SAMPLE("403-BotDisabledByAdmin"), REPLY_GIVE_UP,
		     "BotDisabledByAdmin");
	check_sample(SAMPLE("404-ConversationNotFound"), REPLY_GIVE_UP,
		     "ConversationNotFound");
	check_sample(SAMPLE("412-PreconditionFailed"), REPLY_RETRY, "PreconditionFailed");
	check_sample(SAMPLE("413-MessageSizeTooBig"), REPLY_GIVE_UP, "MessageSizeTooBig");
	check_sample(SAMPLE("429-Throttled"), REPLY_RETRY, "Throttled");
}

int main(void)
{
	RUN(test_connector);
	RUN(test_graph);
	RUN(test_bounds);
	RUN(test_retry_after);
	RUN(test_samples);
	return check_done();
}
