/* SPDX-License-Identifier: MIT */
/* What an answer means: for the delivery, its conversation, its tenant. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/encode/small.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/lanes.h"
#include "daemon/outbox/lost.h"
#include "daemon/outbox/parcel.h"
#include "daemon/settings/config.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "daemon/wire/hosts.h"
#include "daemon/wire/refusal.h"
#include "daemon/wire/token.h"
#include "handlers/transcript.h"

/* So long nothing is sent for a tenant that has refused the bot; then one is tried. */
enum { STOPPED_MS = 60 * 1000 };

static void learn_conversation(struct parcel *parcel, const struct client_reply *reply)
{
	struct outbox *const outbox = parcel->outbox;
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(reply->body, reply->body_bytes, fault);
	const char *const id = json_text(root, "id");

	parcel->opens_chat = false;
	if (id[0] == '\0') {
		json_decref(root);
		parcel_failed(parcel, reply->status);
		return;
	}
	directory_set_conversation(outbox->words->directory,
				   journal_batch(outbox->turn->journal),
				   parcel->delivery.session, parcel->delivery.person, id);
	json_decref(root);
	parcel_send(parcel);
}

static void succeeded(struct parcel *parcel, const struct client_reply *reply)
{
	const char *remote_id = "";

	if (parcel->opens_chat) {
		learn_conversation(parcel, reply);
		return;
	}
	if (parcel->delivery.what == DELIVER_REPORT_FETCH) {
		report_fetch_start(parcel, reply->body, reply->body_bytes);
		return;
	}
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);

	if (parcel_learn(parcel, reply, &remote_id) == 0)
		parcel_done(parcel, reply->status,
			    remote_id[0] != '\0' ? remote_id : json_text(root, "id"));
	else
		parcel_failed(parcel, reply->status);
	json_decref(root);
}

static void again_with_fresh_token(struct parcel *parcel,
				   const struct client_reply *reply)
{
	token_challenge(parcel->outbox->tokens[parcel->delivery.party], reply->challenge);
	if (parcel->fresh_tokens++ == 0)
		parcel_send(parcel);
	else
		parcel_failed(parcel, reply->status);
}

/* No answer to a request that had left, or a gateway's word that it waited in vain. */
static bool is_lost(const struct parcel *parcel, const struct client_reply *reply)
{
	const bool lost = reply->error < 0 ? reply->left : reply->status == 504;

	return lost && !parcel_may_repeat(parcel);
}

/* -- refusals of the connector ---------------------------------------------------------------- */

static void set_chat(struct parcel *parcel, enum chat_state state, const char *code)
{
	struct outbox *const outbox = parcel->outbox;
	struct turn *const turn = outbox->turn;
	char id[PARCEL_CHAT_BYTES];

	if (!parcel->opens_chat && parcel_chat(parcel, id))
		chats_set(&outbox->chats, journal_batch(turn->journal), id, state, code,
			  clock_now_ms(turn->clock));
}

/* Said once for each time it begins; nobody else is asked until it is tried again. */
static void stop_tenant(struct parcel *parcel, enum refusal refusal)
{
	struct tenant *const tenant = parcel->lane->tenant;

	if (!tenant->stopped)
		log_error("outbox", "%s",
			  refusal == REFUSAL_DISABLED
				  ? "bot_disabled: the tenant's administrator has "
				    "disabled the bot; allow it in the Teams admin centre"
				  : "bot_not_registered: Teams knows no bot with this "
				    "bot.app_id; check the registration and its Teams "
				    "channel");
	parcel->outbox->counts.stopped += !tenant->stopped;
	tenant->stopped = true;
	tenant->stopped_until_ms = outbox_now_ms(parcel->outbox) + STOPPED_MS;
}

/* The stored id is of no chat: for a person another is opened, once. */
static bool opens_anew(struct parcel *parcel, const char *code)
{
	struct outbox *const outbox = parcel->outbox;

	if (parcel->opens_chat || !parcel_is_personal(parcel)) {
		set_chat(parcel, CHAT_GONE, code);
		return false;
	}
	directory_set_conversation(outbox->words->directory,
				   journal_batch(outbox->turn->journal),
				   parcel->delivery.session, parcel->delivery.person, "");
	if (parcel->second_chance || strcmp(parcel->delivery.method, "POST") != 0)
		return false;
	parcel->second_chance = true;
	return true;
}

/* The other public cloud, when the bot's token may go there. */
static bool changes_host(struct parcel *parcel)
{
	struct outbox *const outbox = parcel->outbox;
	const struct config *const config = outbox->config;

	if (parcel->second_chance ||
	    !host_may_receive(outbox->gcc_url, config->bot.service_hosts,
			      config->allow_loopback_peers)) {
		log_error("outbox",
			  "wrong_host: this tenant is in another cloud than its "
			  "service URL, and that one is not in service_hosts");
		return false;
	}
	log_warning("outbox", "changes_host session=%u", parcel->delivery.session);
	directory_set_service(outbox->words->directory,
			      journal_batch(outbox->turn->journal),
			      parcel->delivery.session, outbox->gcc_url);
	parcel->second_chance = true;
	return true;
}

static bool gets_smaller(struct parcel *parcel)
{
	char *const small = parcel->second_chance ? NULL : encode_small(parcel->body);

	if (small == NULL)
		return false;
	parcel->second_chance = true;
	free(parcel->body);
	parcel->body = small;
	parcel->delivery.body = small;
	return true;
}

/* A poll whose card somebody deleted is put there anew; that a round is over needs no card
 * where there is none. */
static bool is_said_anew(struct parcel *parcel)
{
	if (parcel->delivery.what != DELIVER_POLL_UPDATE || parcel->second_chance)
		return false;
	parcel->second_chance = true;
	parcel_say_anew(parcel);
	return true;
}

/* Whether the parcel has another go at once. */
static bool has_another_go(struct parcel *parcel, enum refusal refusal, const char *code)
{
	switch (refusal) {
	case REFUSAL_NOT_REGISTERED:
	case REFUSAL_DISABLED:
		stop_tenant(parcel, refusal);
		return false;
	case REFUSAL_UNINSTALLED:
		set_chat(parcel, CHAT_UNINSTALLED, code);
		return false;
	case REFUSAL_BLOCKED:
		set_chat(parcel, CHAT_BLOCKED, code);
		return false;
	case REFUSAL_NO_CHAT:
		return opens_anew(parcel, code);
	case REFUSAL_WRONG_HOST:
		return changes_host(parcel);
	case REFUSAL_TOO_BIG:
		return gets_smaller(parcel);
	case REFUSAL_NO_ACTIVITY:
		return is_said_anew(parcel);
	case REFUSAL_NO_PERMISSION:
		log_error("outbox", "permission_missing what=%s needs=\"%s\"",
			  effect_name(parcel->delivery.what),
			  refusal_permission(parcel->delivery.method, parcel->path));
		return false;
	default:
		return false;
	}
}

/* What was to be changed, or to go, is not there: so it is with a deletion whose first
 * answer was lost, or when somebody else was quicker. */
static bool is_gone(const struct parcel *parcel, int status, enum refusal refusal)
{
	return strcmp(parcel->delivery.method, "DELETE") == 0
		       ? status == 404
		       : refusal == REFUSAL_NO_ACTIVITY &&
				 strcmp(parcel->delivery.method, "PUT") == 0;
}

static void refused(struct parcel *parcel, int status, const char *code)
{
	const enum refusal refusal = parcel->delivery.party == PARTY_CONNECTOR
					     ? refusal_of(status, code)
					     : REFUSAL_OTHER;

	if (has_another_go(parcel, refusal, code))
		parcel_send(parcel);
	else if (is_gone(parcel, status, refusal))
		parcel_done(parcel, status, "");
	else
		parcel_failed(parcel, status);
}

/* What has taken a message is there, and may be written to. */
static void all_is_well(struct parcel *parcel)
{
	struct tenant *const tenant = parcel->lane->tenant;

	if (tenant->stopped) {
		log_info("outbox", "bot_works_again");
		parcel->outbox->counts.stopped--;
	}
	tenant->stopped = false;
	tenant->stopped_until_ms = 0;
	set_chat(parcel, CHAT_OK, "");
}

static void log_refusal(const struct parcel *parcel, const struct client_reply *reply,
			enum reply_class class, const char *code)
{
	log_info("outbox", "refused what=%s status=%d code=%s verdict=%s operation=%.64s",
		 effect_name(parcel->delivery.what), reply->status, code,
		 reply_class_name(class),
		 client_reply_header(reply, "X-Correlating-OperationId"));
}

void parcel_answered(void *context, const struct client_reply *reply)
{
	struct parcel *const parcel = context;
	char code[REPLY_CODE_BYTES];
	const enum reply_class class =
		reply_judge(parcel->delivery.party, reply->status, reply->error,
			    reply->body, reply->body_bytes, code);

	free(parcel->authorization);
	parcel->authorization = NULL;
	parcel->delivery.status = (uint32_t)reply->status;
	if (class != REPLY_DONE)
		log_refusal(parcel, reply, class, code);
	if (is_lost(parcel, reply)) {
		parcel_unknown(parcel);
		return;
	}
	if (class != REPLY_DONE && subscription_refused(parcel, reply, class))
		return;
	switch (class) {
	case REPLY_DONE:
		all_is_well(parcel);
		succeeded(parcel, reply);
		return;
	case REPLY_RETRY:
		parcel_rest(parcel, reply->retry_after_ms);
		return;
	case REPLY_FRESH_TOKEN:
		again_with_fresh_token(parcel, reply);
		return;
	default:
		refused(parcel, reply->status, code);
	}
}
