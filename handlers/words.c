/* SPDX-License-Identifier: MIT */
#include "handlers/words.h"

#include "handlers/effect.h"
#include "handlers/session.h"

static const char *const sources[SOURCES] = {
	[SOURCE_NONE] = "none",   [SOURCE_BOT] = "bot",       [SOURCE_GRAPH] = "graph",
	[SOURCE_RELAY] = "relay", [SOURCE_REPORT] = "report", [SOURCE_IMPORT] = "import",
	[SOURCE_PAGE] = "page",   [SOURCE_CLOCK] = "clock",
};
static const char *const roles[ROLES] = {
	[ROLE_PARTICIPANT] = "participant",
	[ROLE_FACILITATOR] = "facilitator",
	[ROLE_PRODUCER] = "producer",
	[ROLE_OBSERVER] = "observer",
};
static const char *const block_kinds[BLOCK_KINDS] = {
	[BLOCK_PLENARY] = "plenary",
	[BLOCK_ROUND] = "round",
	[BLOCK_POLL] = "poll",
	[BLOCK_BREAK] = "break",
	[BLOCK_INDIVIDUAL] = "individual",
	[BLOCK_ADMIN] = "admin",
};
static const char *const ways[DELIVERY_WAYS] = {
	[DELIVERY_ROOM_MEETING] = "room_meeting",
	[DELIVERY_PRODUCER_SHEET] = "producer_sheet",
	[DELIVERY_TABLE] = "table",
};
static const char *const session_states[SESSION_STATES] = {
	[SESSION_ABSENT] = "absent", [SESSION_PLANNED] = "planned",
	[SESSION_OPEN] = "open",     [SESSION_RUNNING] = "running",
	[SESSION_OVER] = "over",     [SESSION_CLOSED] = "closed",
};
static const char *const block_states[BLOCK_STATES] = {
	[BLOCK_AHEAD] = "ahead",
	[BLOCK_CURRENT] = "current",
	[BLOCK_DONE] = "done",
	[BLOCK_SKIPPED] = "skipped",
};
static const char *const poll_states[POLL_STATES] = {
	[POLL_ABSENT] = "absent", [POLL_DRAFT] = "draft", [POLL_OPEN] = "open",
	[POLL_CLOSED] = "closed", [POLL_SHOWN] = "shown",
};
static const char *const gap_states[GAP_STATES] = {
	[GAP_OPEN] = "open",
	[GAP_OVER] = "over",
	[GAP_COVERED] = "covered",
};
static const char *const effects[EFFECT_KINDS] = {
	[EFFECT_NONE] = "none",
	[ANSWER] = "answer",
	[RECORD_SESSION] = "record_session",
	[RECORD_BLOCK] = "record_block",
	[RECORD_SPAN] = "record_span",
	[RECORD_ALLOCATION] = "record_allocation",
	[RECORD_POLL] = "record_poll",
	[RECORD_VOTE] = "record_vote",
	[RECORD_REGISTER] = "record_register",
	[RECORD_GAP] = "record_gap",
	[DELIVER_ROOM_MEETING] = "deliver_room_meeting",
	[DELIVER_SUBSCRIPTION] = "deliver_subscription",
	[DELIVER_SUBSCRIPTION_END] = "deliver_subscription_end",
	[DELIVER_RENEWAL] = "deliver_renewal",
	[DELIVER_ROOM_CARD] = "deliver_room_card",
	[DELIVER_ROOM_NOTICE] = "deliver_room_notice",
	[DELIVER_ROOM_AGAIN] = "deliver_room_again",
	[DELIVER_WARNING] = "deliver_warning",
	[DELIVER_EXTENSION] = "deliver_extension",
	[DELIVER_RECALL] = "deliver_recall",
	[DELIVER_CARD_CLOSED] = "deliver_card_closed",
	[DELIVER_POLL_CARD] = "deliver_poll_card",
	[DELIVER_POLL_UPDATE] = "deliver_poll_update",
	[DELIVER_HELP] = "deliver_help",
	[DELIVER_REPORT_FETCH] = "deliver_report_fetch",
	[DELIVER_ROOM_WHISPER] = "deliver_room_whisper",
	[DELIVER_WHISPER_CLOSED] = "deliver_whisper_closed",
	[DELIVER_ROOM_MAIL] = "deliver_room_mail",
	[DELIVER_REMINDER] = "deliver_reminder",
	[DELIVER_POLL_AGAIN] = "deliver_poll_again",
	[DELIVER_HELP_OVER] = "deliver_help_over",
	[DELIVER_CALL_IN] = "deliver_call_in",
	[DELIVER_ANNOUNCEMENT] = "deliver_announcement",
	[SIGNAL_CLOCK] = "signal_clock",
	[SIGNAL_PRESENCE] = "signal_presence",
	[SIGNAL_POLL] = "signal_poll",
	[SIGNAL_ROUND] = "signal_round",
	[SIGNAL_WITNESS] = "signal_witness",
	[SIGNAL_HEARING] = "signal_hearing",
};
static const char *const answers[ANSWERS] = {
	[ANSWER_NONE] = "none",
	[ANSWER_DONE] = "done",
	[ANSWER_VOTE_COUNTED] = "vote_counted",
	[ANSWER_VOTE_CHANGED] = "vote_changed",
	[ANSWER_HELP_ON_ITS_WAY] = "help_on_its_way",
	[ANSWER_ROOM] = "room",
	[ANSWER_POLL_CLOSED] = "poll_closed",
	[ANSWER_POLL_UNKNOWN] = "poll_unknown",
	[ANSWER_CHOICE_UNKNOWN] = "choice_unknown",
	[ANSWER_ALREADY_VOTED] = "already_voted",
	[ANSWER_NOT_NOW] = "not_now",
	[ANSWER_NOT_ALLOWED] = "not_allowed",
	[ANSWER_NOT_EXPECTED] = "not_expected",
	[ANSWER_NO_ROUND] = "no_round",
	[ANSWER_FULL] = "full",
	[ANSWER_UNKNOWN] = "unknown",
};

const struct words source_words = { sources, SOURCES };
const struct words role_words = { roles, ROLES };
const struct words block_kind_words = { block_kinds, BLOCK_KINDS };
const struct words way_words = { ways, DELIVERY_WAYS };
const struct words effect_words = { effects, EFFECT_KINDS };
const struct words answer_words = { answers, ANSWERS };
const struct words session_state_words = { session_states, SESSION_STATES };
const struct words block_state_words = { block_states, BLOCK_STATES };
const struct words poll_state_words = { poll_states, POLL_STATES };
const struct words gap_state_words = { gap_states, GAP_STATES };
