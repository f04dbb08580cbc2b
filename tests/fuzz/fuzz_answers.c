/* SPDX-License-Identifier: MIT */
/* What Microsoft's services answer, or somebody in their place: tokens and refusals, what a
 * challenge asks for, envelopes of many answers.  Nothing of it upsets a log line. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/wire/client.h"
#include "daemon/wire/graph_batch.h"
#include "daemon/wire/graph_words.h"
#include "daemon/wire/token_grant.h"
#include "daemon/wire/token_hint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(const struct text *words)
{
	const char *const text = text_string(words);

	for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++)
		assert(*at >= ' ' && *at != 0x7f);
}

static struct client_reply reply_of(const struct text *body, int status)
{
	return (struct client_reply){ .status = status,
				      .retry_after_ms = -1,
				      .content_type = "application/json",
				      .body = text_string(body),
				      .body_bytes = body->length };
}

static void as_token_answer(const struct text *body)
{
	const struct client_reply good = reply_of(body, 200), bad = reply_of(body, 400);
	struct token_grant grant = { 0 };
	struct text words = { 0 };

	if (token_grant_read(&good, &grant)) {
		assert(grant.token != NULL && grant.token[0] != '\0');
		assert(grant.lifetime_ms > 0 &&
		       grant.lifetime_ms <= 7LL * 24 * 3600 * 1000);
		free(grant.token);
	}
	token_refusal_read(&bad, &words);
	check_words(&words);
	text_finish(&words);
}

static void as_challenge(const char *header)
{
	char *const claims = token_challenge_claims(header);

	if (claims != NULL)
		assert(claims[0] == '{' && strlen(claims) <= TOKEN_CLAIMS_BYTES);
	free(claims);
}

static void as_hint(const char *token)
{
	static struct token_hint hint;

	if (token_hint_read(token, &hint) == 0)
		assert(hint.role_count <= TOKEN_HINT_ROLES);
}

static void as_refusal(const struct text *body)
{
	const struct graph_self self = { .client_id = "c", .tenant_id = "t" };
	struct graph_refusal refusal;
	struct text words = { 0 };

	graph_refusal_read(&refusal, GRAPH_TASK_REPORTS, "/v1.0/users/u/onlineMeetings",
			   403, text_string(body), body->length);
	assert(refusal.lack < GRAPH_LACKS);
	graph_words_add(&words, &refusal, &self, "; ");
	check_words(&words);
	text_finish(&words);
}

static void as_envelope(const struct text *body)
{
	struct graph_outcome outcomes[3] = { 0 };
	const struct client_reply reply = reply_of(body, 200);

	graph_batch_read(&reply, outcomes, 3);
	for (int i = 0; i < 3; i++) {
		const struct client_reply *const item = &outcomes[i].reply;

		assert(item->error < 0 || (item->status >= 100 && item->status < 1000));
		assert(item->body == NULL || item->body[item->body_bytes] == '\0');
	}
	graph_outcomes_finish(outcomes, 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text body = { 0 };

	text_add(&body, (const char *)data, size);
	as_token_answer(&body);
	as_challenge(text_string(&body));
	as_hint(text_string(&body));
	as_refusal(&body);
	as_envelope(&body);
	text_finish(&body);
	return 0;
}
