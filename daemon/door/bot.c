/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/door/arrival.h"
#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/decode/activity.h"
#include "daemon/door/door_parts.h"
#include "daemon/teams/inquiry.h"
#include "daemon/outbox/outbox.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/teams/shown.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/hosts.h"
#include "daemon/wire/keyring.h"

/* -- answering -------------------------------------------------------------------------------- */

/* Teams reads the status and nothing else; what was wrong is for whoever reads the log. */
static void refuse_bare(struct door *door, uint64_t request,
			const struct problem *problem)
{
	const struct edge_answer answer = {
		.status = problem->status,
		.headers = problem->status == 401   ? "WWW-Authenticate: Bearer\r\n"
			   : problem->status == 503 ? "Retry-After: 5\r\n"
						    : NULL,
	};

	edge_answer(door->edge, request, &answer);
	door->counts.refused++;
}

/* status: of HTTP; code: of the answer inside, which the person sees. */
static void answer_invoke(struct door *door, uint64_t request, int status, int code,
			  const char *sentence)
{
	struct text body = { 0 };

	encode_invoke_answer(&body, code, sentence);
	door_answer(door, request, status, "application/json", text_string(&body));
	text_finish(&body);
}

/* -- meaning ---------------------------------------------------------------------------------- */

/* One answer for all: a press is one event, and so is a command. */
static enum answer take_all(struct door *door, struct meaning *meaning)
{
	enum answer answer = ANSWER_NONE;

	for (size_t i = 0; i < meaning->count; i++) {
		const struct effect effect = turn_take(door->turn, &meaning->events[i]);

		if (effect.kind == ANSWER)
			answer = (enum answer)effect.number;
	}
	return answer;
}

/* A press that means something: the card as it is now for whoever pressed, or a sentence. */
static void do_press(struct door *door, uint64_t request, struct meaning *meaning)
{
	const enum answer answer = take_all(door, meaning);
	struct text body = { 0 };

	if (answer != ANSWER_NONE &&
	    encode_invoke_card(door->words, &meaning->events[0], answer, &body))
		door_answer(door, request, 200, "application/json", text_string(&body));
	else
		answer_invoke(door, request, 200, 200,
			      answer != ANSWER_NONE ? answer_sentence(answer) : "Done.");
	text_finish(&body);
}

static void do_invoke(struct door *door, uint64_t request, struct meaning *meaning)
{
	if (meaning->kind == MEANS_UNKNOWN_INVOKE) {
		door_answer(door, request, 501, NULL, NULL);
		return;
	}
	if (meaning->kind == MEANS_BAD_INVOKE) {
		answer_invoke(door, request, 400, 400,
			      "This press of a button is incomplete.");
		return;
	}
	if (meaning->kind == MEANS_OTHER_CARD) {
		answer_invoke(door, request, 200, 400,
			      "This card is not from a session I know.");
		return;
	}
	if (meaning->kind == MEANS_STRANGER)
		answer_invoke(door, request, 200, 200,
			      answer_sentence(ANSWER_NOT_EXPECTED));
	else
		do_press(door, request, meaning);
}

static void do_activity(struct door *door, uint64_t request,
			const struct activity *activity, struct meaning *meaning)
{
	const enum answer answer =
		meaning->kind == MEANS_EVENTS ? take_all(door, meaning) : ANSWER_NONE;

	door_reply(door, activity, meaning, answer);
	door_answer(door, request, 200, NULL, NULL);
}

static void take_invoke(struct door *door, uint64_t request, struct meaning *meaning,
			bool is_repeat)
{
	if (is_repeat && meaning->kind == MEANS_EVENTS)
		answer_invoke(door, request, 200, 200, "I have that already.");
	else
		do_invoke(door, request, meaning);
}

/* The token vouches for the activity, not for the place: where no token of ours may go,
 * nothing will be sent, so what is known already stays. */
static void learn_service(struct door *door, uint32_t session, const char *url)
{
	if (host_may_receive(url, door->config->bot.service_hosts,
			     door->config->allow_loopback_peers))
		directory_set_service(door->words->directory,
				      journal_batch(door->turn->journal), session, url);
	else
		log_error("door", "service_host_not_allowed session=%u", session);
}

/* A pressed button shows that its card has arrived, whatever became of the answer. */
static void learn_cards(struct door *door, const struct activity *activity,
			const struct meaning *meaning)
{
	struct delivery card;
	const char *activity_id;

	for (size_t i = 0; i < meaning->count; i++) {
		if (shown_card(activity, door->words->directory, &meaning->events[i],
			       &card, &activity_id))
			outbox_shown(door->outbox, &card, activity_id);
	}
}

/* Where the bot was removed nothing is sent until it is added again. */
static void learn_chat(struct door *door, const struct activity *activity,
		       const struct meaning *meaning)
{
	struct chats *const chats = &door->outbox->chats;
	struct batch *const batch = journal_batch(door->turn->journal);
	const int64_t now_ms = clock_now_ms(door->turn->clock);

	if (meaning->bot == BOT_REMOVED)
		chats_set(chats, batch, activity->conversation_id, CHAT_UNINSTALLED,
			  "removed", now_ms);
	else if (activity->conversation_id[0] != '\0')
		chats_heard(chats, batch, activity->conversation_id,
			    meaning->bot == BOT_ADDED, now_ms);
}

/* What an invoke means is found out without changing anything, so that a repeat of one that
 * was refused is refused alike. */
static void take(struct door *door, uint64_t request, const struct activity *activity)
{
	struct batch *const batch = journal_batch(door->turn->journal);
	const bool is_repeat = door_is_repeat(door, activity->key);
	struct meaning *meaning;

	if (is_repeat && !activity->is_invoke) {
		door_answer(door, request, 200, NULL, NULL);
		return;
	}
	meaning = memory_zeroed(sizeof(*meaning));
	activity_means(activity,
		       &(struct activity_of){ door->words->directory, batch,
					      door->sessions },
		       meaning);
	if (meaning->session != 0)
		learn_service(door, meaning->session, activity->service_url);
	learn_cards(door, activity, meaning);
	learn_chat(door, activity, meaning);
	if (activity->is_invoke)
		take_invoke(door, request, meaning, is_repeat);
	else
		do_activity(door, request, activity, meaning);
	if (!is_repeat)
		inquiries_hear(door->inquiries, activity, meaning);
	free(meaning);
}

/* -- who is it? --------------------------------------------------------------------------------- */

/* Without keys nobody can be judged: the sender is to come again, not to give up. */
static int verdict_problem(struct door *door, enum auth_verdict verdict,
			   struct problem *problem)
{
	if (verdict == AUTH_UNKNOWN_KEY && !keyring_is_current(door->keyring))
		return problem_say(problem, 503,
				   "the signing keys could not be read just now");
	door->counts.bad_tokens++;
	door_tell_refused(door, "activity_refused", auth_verdict_name(verdict));
	return problem_say(problem, 401, "the bearer token is not good: %s",
			   auth_verdict_name(verdict));
}

/* Scheme and host in any case, with or without one final slash (as Teams writes them). */
static bool same_service(const char *a, const char *b)
{
	size_t a_length = strlen(a), b_length = strlen(b);
	const char *const scheme = strstr(a, "://");
	size_t origin;

	if (a_length > 0 && a[a_length - 1] == '/')
		a_length--;
	if (b_length > 0 && b[b_length - 1] == '/')
		b_length--;
	if (scheme == NULL || a_length != b_length)
		return false;
	origin = (size_t)(scheme - a) + 3;
	origin += strcspn(a + origin, "/");
	if (origin > a_length)
		origin = a_length;
	return strncasecmp(a, b, origin) == 0 &&
	       strncmp(a + origin, b + origin, a_length - origin) == 0;
}

static bool endorses(const char *endorsements, const char *channel)
{
	const size_t length = strlen(channel);

	if (endorsements[0] == '\0')
		return true;
	for (const char *at = endorsements; *at != '\0';) {
		const size_t word = strcspn(at, ",");

		if (word == length && strncmp(at, channel, length) == 0)
			return true;
		at += word;
		at += *at == ',';
	}
	return false;
}

static int binding_problem(const struct door *door, const struct activity *activity,
			   const struct auth_claims *claims, struct problem *problem)
{
	const char *const tenant = door->config->bot.tenant_id;

	if (strcmp(activity->channel_id, "msteams") != 0)
		return problem_say(problem, 403, "channelId is not msteams");
	if (!endorses(claims->endorsements, activity->channel_id))
		return problem_say(problem, 403,
				   "the key is not endorsed for this channel");
	if (claims->service_url[0] == '\0' ||
	    !same_service(claims->service_url, activity->service_url))
		return problem_say(
			problem, 403,
			"the token's serviceurl is not the activity's serviceUrl");
	if (tenant != NULL && activity->tenant_id[0] != '\0' &&
	    strcasecmp(tenant, activity->tenant_id) != 0)
		return problem_say(problem, 403, "the activity is from another tenant");
	return 0;
}

/* Words that came with the request are not logged: they may be of a person. */
static void refused(const struct arrival *arrival, const struct problem *problem)
{
	if (problem->status == 400 || problem->status == 403)
		door_tell_refused(arrival->door, "activity_refused",
				  problem->status == 403 ? problem->detail
							 : "not an activity");
	refuse_bare(arrival->door, arrival->request, problem);
}

static void verified(struct arrival *arrival, enum auth_verdict verdict,
		     const struct auth_claims *claims)
{
	struct door *const door = arrival->door;
	struct activity activity = { 0 };
	struct problem problem = { 0 };
	int rc = 0;

	if (verdict != AUTH_GOOD)
		rc = verdict_problem(door, verdict, &problem);
	if (rc == 0)
		rc = activity_read(arrival->body, arrival->body_bytes, &activity,
				   &problem);
	if (rc == 0)
		rc = binding_problem(door, &activity, claims, &problem);
	if (rc == 0)
		take(door, arrival->request, &activity);
	else
		refused(arrival, &problem);
	activity_finish(&activity);
}

static void on_verdict(void *context, enum auth_verdict verdict,
		       const struct auth_claims *claims)
{
	struct arrival *const arrival = context;

	verified(arrival, verdict, claims);
	arrival_destroy(arrival);
}

static int bearer_of(const struct door *door, const struct edge_request *request,
		     const char **token, struct problem *problem)
{
	const char *const header = edge_header(request, "Authorization");

	if (door->keyring == NULL)
		return problem_say(problem, 401, "no bot is configured here");
	if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0)
		return problem_say(problem, 401, "a bearer token is needed");
	*token = header + 7 + strspn(header + 7, " ");
	if (strlen(*token) > AUTH_TOKEN_BYTES)
		return problem_say(problem, 401, "the token is longer than %d bytes",
				   AUTH_TOKEN_BYTES);
	if (request->body_bytes > DOOR_ACTIVITY_BYTES)
		return problem_say(problem, 413, "an activity has at most %d bytes",
				   DOOR_ACTIVITY_BYTES);
	if (arrivals_full(door, request->body_bytes))
		return problem_say(problem, 503,
				   "too many requests wait for the signing keys");
	return 0;
}

bool door_activity_refused(struct door *door, const struct edge_request *request)
{
	struct problem problem = { 0 };
	const char *token;

	if (bearer_of(door, request, &token, &problem) == 0)
		return false;
	refuse_bare(door, request->number, &problem);
	return true;
}

void door_activity(struct door *door, const struct edge_request *request)
{
	struct problem problem = { 0 };
	const char *token = "";

	if (bearer_of(door, request, &token, &problem) < 0) {
		refuse_bare(door, request->number, &problem);
		return;
	}
	door->counts.activities++;
	struct arrival *const arrival = arrival_create(door, request);

	keyring_check(door->keyring, token, clock_real_ms() / 1000, on_verdict, arrival);
}
