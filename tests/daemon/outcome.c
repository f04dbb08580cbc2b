/* SPDX-License-Identifier: MIT */
/* Answers that are lost: nothing is sent again blindly, and evidence finds it out. */
#include "daemon/decode/activity.h"
#include "daemon/decode/json.h"
#include "daemon/teams/shown.h"
#include "daemon/store/directory.h"
#include "daemon/store/ledger.h"
#include "daemon/settings/config.h"
#include "tests/check.h"
#include "tests/daemon/postbox.h"

#include "handlers/transcript.h"

#define CHAT POSTBOX_CHAT

static struct outbox *outbox(void)
{
	return &postbox.world.plenary->outbox;
}

/* Sent once, and not heard of: the core is told, nobody is asked again. */
static void is_lost(const struct script_reply *reply, enum effect_kind kind)
{
	const struct outbox_counts before = outbox()->counts;
	const uint64_t taken = postbox.world.plenary->turn.taken;

	forget();
	plan(reply, 1);
	deliver(kind, 2, 0);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_INT(before.unknown + 1, outbox()->counts.unknown);
	CHECK_INT(before.given_up, outbox()->counts.given_up);
	CHECK_INT(before.repeated, outbox()->counts.repeated);
	CHECK_INT(taken + 1, postbox.world.plenary->turn.taken);
	/* The lane goes on behind it. */
	forget();
	deliver(DELIVER_WARNING, 2, PERSON_NONE);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
}

static const struct script_reply lost[] = {
	{ .reset = true, .raw = "HTTP/1.1 201" },
	{ .close = true, .raw = "" }, /* on a connection that was kept */
	{ .close = true, .raw = "HTTP/1.1 201 OK\r\nContent-Length: 99\r\n\r\n{" },
	{ .raw = "nonsense\r\n\r\n", .close = true },
	{ .status = 504, .body = "<html>" },
};

static void test_lost_messages(void)
{
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
		is_lost(&lost[i], DELIVER_RECALL);
	is_lost(&lost[0], DELIVER_ROOM_WHISPER);
	is_lost(&lost[0], DELIVER_POLL_CARD);
}

/* What changes nothing the second time is simply asked again. */
static void asked_again(const struct script_reply *reply, enum effect_kind kind,
			const char *line)
{
	const struct outbox_counts before = outbox()->counts;

	forget();
	plan(reply, 1);
	deliver(kind, 2, 1);
	wait_done();
	CHECK(postbox.heard_count >= 2);
	CHECK_TEXT(line, postbox.heard[0].line);
	CHECK_TEXT(line, postbox.heard[1].line);
	CHECK_TEXT(postbox.heard[0].body, postbox.heard[1].body);
	CHECK_INT(before.unknown, outbox()->counts.unknown);
}

static void test_what_may_be_repeated(void)
{
	const struct script_reply card = { .status = 201, .body = "{\"id\":\"card-1\"}" };

	plan(&card, 1);
	deliver(DELIVER_POLL_CARD, PLACE_MAIN, PERSON_NONE);
	wait_done();
	asked_again(&lost[0], DELIVER_POLL_UPDATE, "PUT " CHAT "/card-1");
	asked_again(&lost[4], DELIVER_POLL_UPDATE, "PUT " CHAT "/card-1");
	/* Opening a chat with somebody finds the one there is. */
	asked_again(&lost[1], DELIVER_ROOM_CARD, "POST /bot/v3/conversations");
	CHECK_INT(3, postbox.heard_count);
}

/* What never reached anybody can be sent again, whatever it is. */
static void test_what_never_left(void)
{
	const struct outbox_counts before = outbox()->counts;
	struct directory *const directory = postbox.world.plenary->directory;
	struct batch *const batch = journal_batch(postbox.world.plenary->journal);

	forget();
	directory_set_service(directory, batch, POSTBOX_SESSION, "http://127.0.0.1:1/");
	deliver(DELIVER_RECALL, 2, PERSON_NONE);
	while (outbox()->counts.repeated == before.repeated)
		turn_once();
	directory_set_service(directory, batch, POSTBOX_SESSION,
			      script_url(&postbox.script, "/bot/"));
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_INT(before.unknown, outbox()->counts.unknown);
	CHECK_INT(before.done + 1, outbox()->counts.done);
}

/* Whoever presses a button of a card has it: its id is learned, and updates find it. */
static void test_a_pressed_button_is_evidence(void)
{
	struct delivery card = { .session = POSTBOX_SESSION,
				 .what = DELIVER_POLL_CARD,
				 .person = PERSON_NONE };
	const uint64_t found = outbox()->counts.found;

	is_lost(&lost[0], DELIVER_POLL_CARD);
	outbox_shown(outbox(), &card, "seen-7");
	outbox_shown(outbox(), &card, "forged-8");
	CHECK_INT(found + 1, outbox()->counts.found);
	forget();
	deliver(DELIVER_POLL_UPDATE, PLACE_MAIN, PERSON_NONE);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_TEXT("PUT " CHAT "/seen-7", postbox.heard[0].line);
	is_lost(&lost[0], DELIVER_ROOM_WHISPER);
	card = (struct delivery){ .session = POSTBOX_SESSION,
				  .what = DELIVER_ROOM_WHISPER,
				  .person = 0,
				  .block = 1 };
	outbox_shown(outbox(), &card, "seen-8");
	forget();
	deliver(DELIVER_WHISPER_CLOSED, PLACE_NONE, 0);
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_TEXT("PUT " CHAT "/seen-8?isTargetedActivity=true", postbox.heard[0].line);
}

static const char pressed[] =
	"{\"type\":\"invoke\",\"id\":\"1\",\"channelId\":\"msteams\","
	"\"serviceUrl\":\"https://smba.trafficmanager.net/emea/\","
	"\"from\":{\"id\":\"29:u1\"},\"name\":\"adaptiveCard/action\","
	"\"conversation\":{\"id\":\"%s\"},\"replyToId\":\"%s\",\"value\":{\"action\":"
	"{\"type\":\"Action.Execute\",\"verb\":\"room.help\",\"data\":{\"room\":2%s}}}}";

static uint16_t shown_by(enum event_kind kind, const char *chat, const char *id,
			 const char *more)
{
	struct activity activity = { 0 };
	struct event event = event_blank(kind);
	struct text body = { 0 };
	struct delivery card;
	const char *activity_id;

	text_addf(&body, pressed, chat, id, more);
	CHECK_INT(0, activity_read(body.data, body.length, &activity,
				   &(struct problem){ 0 }));
	event.session = POSTBOX_SESSION;
	event.person = 0;
	event.poll = 3;
	const bool shown = shown_card(&activity, postbox.world.plenary->directory, &event,
				      &card, &activity_id);

	CHECK(!shown || strcmp(activity_id, id) == 0);
	CHECK(!shown || card.what != DELIVER_POLL_CARD || card.poll == 3);
	CHECK(!shown || card.what == DELIVER_POLL_CARD ||
	      (card.person == 0 && card.block == 4));
	text_finish(&body);
	activity_finish(&activity);
	return shown ? card.what : EFFECT_NONE;
}

static void test_which_card_was_pressed(void)
{
	const char *const block = ",\"block\":4";

	directory_set_conversation(postbox.world.plenary->directory,
				   journal_batch(postbox.world.plenary->journal),
				   POSTBOX_SESSION, 0, "a:own");
	CHECK_INT(DELIVER_POLL_CARD, shown_by(EVENT_POLL_VOTED, "19:x", "9", ""));
	CHECK_INT(DELIVER_ROOM_WHISPER, shown_by(EVENT_HELP_CALLED, "19:x", "9", block));
	CHECK_INT(DELIVER_ROOM_CARD, shown_by(EVENT_HELP_CALLED, "a:own", "9", block));
	CHECK_INT(EFFECT_NONE, shown_by(EVENT_HELP_CALLED, "a:own", "9", ""));
	CHECK_INT(EFFECT_NONE,
		  shown_by(EVENT_HELP_CALLED, "a:own", "9", ",\"block\":64"));
	CHECK_INT(EFFECT_NONE, shown_by(EVENT_POLL_VOTED, "19:x", "", ""));
	CHECK_INT(EFFECT_NONE, shown_by(EVENT_PERSON_JOINED, "19:x", "9", block));
}

/* Also when we died in between: both after the loss was known, and before it was. */
static void test_evidence_after_a_restart(void)
{
	const struct script_reply silent = { .silent = true };
	struct delivery card = { .session = POSTBOX_SESSION,
				 .what = DELIVER_ROOM_WHISPER,
				 .person = 0,
				 .block = 1 };

	is_lost(&lost[0], DELIVER_ROOM_WHISPER);
	forget();
	plan(&silent, 1);
	deliver(DELIVER_ROOM_WHISPER, 2, 2);
	wait_heard(1);
	world_settle(&postbox.world);
	world_close(&postbox.world);
	world_open(&postbox.world, postbox.script.port);
	CHECK_INT(1, outbox()->counts.unknown);
	forget();
	wait_done();
	CHECK_INT(0, postbox.heard_count);
	outbox_shown(outbox(), &card, "seen-9");
	card.person = 2;
	outbox_shown(outbox(), &card, "seen-10");
	CHECK_INT(2, outbox()->counts.found);
	/* And that is on disk. */
	world_settle(&postbox.world);
	world_close(&postbox.world);
	world_open(&postbox.world, postbox.script.port);
	CHECK_INT(0, outbox()->counts.unknown);
	forget();
	deliver(DELIVER_WHISPER_CLOSED, PLACE_NONE, 2);
	wait_done();
	CHECK_TEXT("PUT " CHAT "/seen-10?isTargetedActivity=true", postbox.heard[0].line);
}

/* -- what is on disk ---------------------------------------------------------------------- */

struct states {
	uint32_t what, last,
		open; /* of that kind the latest; and how many are unsettled */
};

static void look(void *context, const struct ledger_delivery *delivery)
{
	struct states *const states = context;

	if (delivery->what == states->what)
		states->last = delivery->state;
	states->open += delivery->state == DELIVERY_UNKNOWN ||
			delivery->state == DELIVERY_WAITING;
}

static struct states states_of(enum effect_kind what)
{
	struct states states = { .what = what, .last = UINT32_MAX };
	struct ledger *ledger;

	world_settle(&postbox.world);
	CHECK_INT(0, ledger_open(&ledger, postbox.world.config->database));
	CHECK_INT(0, ledger_deliveries(ledger, POSTBOX_SESSION, look, &states));
	ledger_close(ledger);
	return states;
}

static void restart(void)
{
	world_settle(&postbox.world);
	world_close(&postbox.world);
	world_open(&postbox.world, postbox.script.port);
	wait_done();
}

/* To somebody none of whose cards is known. */
static void whisper_is_lost(void)
{
	forget();
	plan(&lost[0], 1);
	deliver(DELIVER_ROOM_WHISPER, 2, 1);
	wait_done();
}

/* What nothing can show is given up at once; what a button can, when the session closes. */
static void test_everything_is_settled(void)
{
	outbox_session_closed(outbox(), POSTBOX_SESSION);
	is_lost(&lost[0], DELIVER_EXTENSION);
	CHECK_INT(DELIVERY_NEVER_KNOWN, states_of(DELIVER_EXTENSION).last);
	is_lost(&lost[0], DELIVER_HELP);
	whisper_is_lost();
	CHECK_INT(DELIVERY_UNKNOWN, states_of(DELIVER_ROOM_WHISPER).last);
	/* Another in its place: of the first nothing will be known. */
	whisper_is_lost();
	CHECK_INT(2, states_of(DELIVER_ROOM_WHISPER).open);
	deliver(DELIVER_WHISPER_CLOSED, PLACE_NONE, 1);
	wait_done();
	CHECK_INT(3, states_of(DELIVER_WHISPER_CLOSED).open);
	outbox_session_closed(outbox(), POSTBOX_SESSION + 1);
	CHECK_INT(3, states_of(DELIVER_WHISPER_CLOSED).open);
	outbox_session_closed(outbox(), POSTBOX_SESSION);
	CHECK_INT(0, states_of(DELIVER_ROOM_WHISPER).open);
	CHECK_INT(DELIVERY_NEVER_KNOWN, states_of(DELIVER_ROOM_WHISPER).last);
	CHECK_INT(DELIVERY_NEVER_KNOWN, states_of(DELIVER_WHISPER_CLOSED).last);
	CHECK_INT(0, outbox()->unknown.count);
}

/* A card whose answer was lost is closed when it is found, also long after its round. */
static void test_a_found_card_is_closed(void)
{
	const struct delivery whisper = { .session = POSTBOX_SESSION,
					  .what = DELIVER_ROOM_WHISPER,
					  .person = 1,
					  .block = 1 };

	whisper_is_lost();
	forget();
	deliver(DELIVER_WHISPER_CLOSED, PLACE_NONE, 1);
	deliver(DELIVER_WHISPER_CLOSED, PLACE_NONE, 1);
	wait_done();
	CHECK_INT(0, postbox.heard_count);
	/* The latest is enough; and it is not forgotten. */
	CHECK_INT(2, states_of(DELIVER_WHISPER_CLOSED).open);
	restart();
	CHECK_INT(0, postbox.heard_count);
	outbox_shown(outbox(), &whisper, "seen-11");
	wait_done();
	CHECK_INT(1, postbox.heard_count);
	CHECK_TEXT("PUT " CHAT "/seen-11?isTargetedActivity=true", postbox.heard[0].line);
	CHECK_INT(0, states_of(DELIVER_WHISPER_CLOSED).open);
	CHECK_INT(DELIVERY_DONE, states_of(DELIVER_WHISPER_CLOSED).last);
}

int main(void)
{
	postbox_open("outbox:\n  attempts: 4\n  in_flight: 2\n");
	RUN(test_lost_messages);
	RUN(test_what_may_be_repeated);
	RUN(test_what_never_left);
	RUN(test_a_pressed_button_is_evidence);
	RUN(test_which_card_was_pressed);
	RUN(test_evidence_after_a_restart);
	RUN(test_everything_is_settled);
	RUN(test_a_found_card_is_closed);
	postbox_close();
	return check_done();
}
