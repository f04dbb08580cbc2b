/* SPDX-License-Identifier: MIT */
#include "rehearsal/trouble.h"

#include "daemon/edge/edge.h"
#include "rehearsal/stage.h"

#include <assert.h>
#include <string.h>
#include <time.h>

enum { DATE_BYTES = 64 };

static const char gateway_page[] =
	"<!DOCTYPE html><html><head><title>Service unavailable</title></head>"
	"<body><h2>Our services aren't available right now</h2><p>We're working to "
	"restore all services as soon as possible. Please check back soon.</p>"
	"</body></html>";

static bool is_due(int64_t every, int64_t call)
{
	assert(every >= 0);
	return every > 0 && call % every == 0;
}

static json_t *error_of(struct exchange *exchange, enum party party, const char *code,
			const char *message)
{
	switch (party) {
	case PARTY_OF_GRAPH:
		return graph_error(exchange, code, message);
	case PARTY_OF_CONNECTOR:
		return json_pack("{s:{s:s,s:s}}", "error", "code", code, "message",
				 message);
	default:
		return json_pack("{s:s,s:s,s:[i]}", "error", "temporarily_unavailable",
				 "error_description", message, "error_codes", 90033);
	}
}

/* A second from now, as some gateways say it. */
static void date_soon(char text[DATE_BYTES])
{
	const time_t soon = time(NULL) + 1;
	struct tm parts;

	gmtime_r(&soon, &parts);
	strftime(text, DATE_BYTES, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

static void throttle(struct exchange *exchange, enum party party, int64_t strike)
{
	static const char *const waits[] = { "1", "0.128", NULL, "date" };
	const char *wait = waits[strike % 4];
	char date[DATE_BYTES];

	if (wait != NULL && strcmp(wait, "date") == 0) {
		date_soon(date);
		wait = date;
	}
	const struct refusal refusal = {
		.status = 429,
		.retry_after = wait,
		.json = error_of(exchange, party,
				 party == PARTY_OF_CONNECTOR ? "Throttled"
							     : "TooManyRequests",
				 "Too many requests. Please retry again later."),
	};
	answer_refusal(exchange->stage, &exchange->back, &refusal);
}

/* The connector's own 500 is final; that of others is not. */
static void fail(struct exchange *exchange, enum party party, int64_t strike)
{
	static const int statuses[] = { 503, 502, 504, 500 };
	const int kind = (int)(strike % 4);
	int status = statuses[kind];
	struct refusal refusal = { .status = status };

	if (status == 500 && party == PARTY_OF_CONNECTOR)
		refusal.status = status = 503;
	if (status == 502 || (status == 504 && strike % 8 < 4))
		refusal.html = gateway_page;
	else if (strike % 16 != 7)
		refusal.json = error_of(exchange, party, "ServiceUnavailable",
					"Please retry again later.");
	if (status == 503 && strike % 8 < 4)
		refusal.retry_after = "0.25";
	answer_refusal(exchange->stage, &exchange->back, &refusal);
}

bool trouble_strikes(struct exchange *exchange, enum party party)
{
	struct stage *const stage = exchange->stage;
	const struct plan_trouble *const trouble = &stage->plan.trouble;
	const bool own = exchange->back.batch == NULL;
	const int64_t call = ++stage->calls;

	if (is_due(trouble->throttle_every, call)) {
		throttle(exchange, party, call / trouble->throttle_every);
		return true;
	}
	if (is_due(trouble->fail_every, call)) {
		fail(exchange, party, call / trouble->fail_every);
		return true;
	}
	if (own && is_due(trouble->cut_every, call)) {
		edge_drop(stage->edge, exchange->back.number);
		return true;
	}
	if (own && is_due(trouble->lose_every, call))
		exchange->back.lost = true;
	return false;
}

bool trouble_hangs_up(const struct stage *stage)
{
	return is_due(stage->plan.trouble.idle_every, stage->calls);
}

/* -- the words of the command line ----------------------------------------------------------- */

static void throttled(struct plan_trouble *trouble)
{
	trouble->throttle_every = TROUBLE_THROTTLE_EVERY;
}

static void failing(struct plan_trouble *trouble)
{
	trouble->fail_every = TROUBLE_FAIL_EVERY;
}

static void losing(struct plan_trouble *trouble)
{
	trouble->lose_every = TROUBLE_LOSE_EVERY;
}

static void cutting(struct plan_trouble *trouble)
{
	trouble->cut_every = TROUBLE_CUT_EVERY;
	trouble->idle_every = TROUBLE_IDLE_EVERY;
}

static void disordered(struct plan_trouble *trouble)
{
	trouble->disorder = 1;
}

static void rekeying(struct plan_trouble *trouble)
{
	trouble->keys_every_ms = TROUBLE_KEYS_EVERY_MS;
}

static void forgetting(struct plan_trouble *trouble)
{
	trouble->forget_every_ms = TROUBLE_FORGET_EVERY_MS;
}

static void reporting_late(struct plan_trouble *trouble)
{
	trouble->reports = 1;
}

static const struct word {
	const char *name;
	void (*ask)(struct plan_trouble *trouble);
} words_known[] = {
	{ "cut", cutting },
	{ "disorder", disordered },
	{ "fail", failing },
	{ "forget", forgetting },
	{ "keys", rekeying },
	{ "lost-answers", losing },
	{ "reports", reporting_late },
	{ "throttle", throttled },
};

enum { WORDS = sizeof(words_known) / sizeof(words_known[0]) };

static bool ask_for(struct plan_trouble *trouble, const char *word, size_t bytes)
{
	const bool all = bytes == 3 && strncmp(word, "all", bytes) == 0;
	bool found = all;

	for (size_t i = 0; i < WORDS; i++) {
		if (!all && (strlen(words_known[i].name) != bytes ||
			     strncmp(words_known[i].name, word, bytes) != 0))
			continue;
		words_known[i].ask(trouble);
		found = true;
	}
	return found;
}

bool trouble_read(struct plan_trouble *trouble, const char *words)
{
	while (true) {
		const size_t bytes = strcspn(words, ",");

		if (!ask_for(trouble, words, bytes))
			return false;
		if (words[bytes] == '\0')
			return true;
		words += bytes + 1;
	}
}
