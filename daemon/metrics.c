/* SPDX-License-Identifier: MIT */
#include "daemon/door/door_parts.h"
#include "daemon/edge/feed.h"
#include "daemon/door/inbox.h"
#include "daemon/live.h"
#include "daemon/outbox/outbox.h"
#include "daemon/sessions.h"
#include "daemon/turn.h"

struct figure {
	const char *name, *type, *help;
	uint64_t value;
};

static void write_figures(struct text *out, const struct figure *figures, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_addf(out,
			  "# HELP plenary_%s %s\n# TYPE plenary_%s %s\nplenary_%s %llu\n",
			  figures[i].name, figures[i].help, figures[i].name,
			  figures[i].type, figures[i].name,
			  (unsigned long long)figures[i].value);
}

static uint64_t sessions_under_way(const struct sessions *sessions)
{
	uint64_t count = 0;

	for (uint32_t i = 1; i <= sessions->highest; i++) {
		const struct session *const session = sessions_get(sessions, i);

		count += session != NULL && session->state == SESSION_RUNNING;
	}
	return count;
}

static void write_door(const struct door *door, struct text *out)
{
	struct edge_counts edge;
	struct inbox_counts inbox = { 0 };

	if (door->inbox != NULL)
		inbox = *inbox_count(door->inbox);
	edge_count(door->edge, &edge);
	const struct figure figures[] = {
		{ "connections", "gauge", "open HTTP connections", edge.connections_now },
		{ "requests_total", "counter", "HTTP requests", edge.requests },
		{ "requests_malformed_total", "counter", "refused by the edge",
		  edge.refused },
		{ "body_bytes", "gauge", "memory of bodies that are not complete",
		  edge.body_bytes_now },
		{ "requests_late_total", "counter", "given up by time-out",
		  edge.timeouts },
		{ "requests_refused_total", "counter", "refused at the door",
		  door->counts.refused },
		{ "tokens_refused_total", "counter", "bearer tokens that were not good",
		  door->counts.bad_tokens },
		{ "activities_total", "counter", "bot activities",
		  door->counts.activities },
		{ "cloudevents_total", "counter", "CloudEvents",
		  door->counts.cloudevents },
		{ "notifications_total", "counter", "Graph notifications",
		  door->counts.notifications },
		{ "notifications_unverified_total", "counter",
		  "left because nothing vouched for them",
		  door->counts.unverified + inbox.unvouched },
		{ "notifications_sealed_total", "counter", "items with content",
		  inbox.items },
		{ "notifications_opened_total", "counter", "items that became events",
		  inbox.taken },
		{ "notifications_unopened_total", "counter",
		  "items that could not be opened or read", inbox.unopened },
		{ "notifications_repeated_total", "counter",
		  "items whose content had been taken before", inbox.repeated },
		{ "inbox_waiting", "gauge", "collections not worked off yet",
		  inbox.waiting },
		{ "graph_answers_total", "counter", "answers to Graph",
		  door->graph.answers },
		{ "graph_answers_over_100_milliseconds_total", "counter",
		  "slower than they should be", door->graph.over_100_ms },
		{ "graph_answers_over_3_seconds_total", "counter",
		  "so slow that Graph holds back", door->graph.over_3_s },
		{ "graph_answer_slowest_microseconds", "gauge",
		  "slowest answer to Graph so far", door->graph.slowest_us },
		{ "notifications_strange_total", "counter", "of no subscription of ours",
		  door->counts.strange },
		{ "repeats_total", "counter", "taken before", door->counts.repeated },
	};

	write_figures(out, figures, sizeof(figures) / sizeof(figures[0]));
}

static void write_inside(const struct door *door, struct text *out)
{
	struct journal_counts journal;
	const struct outbox_counts *const outbox = &door->outbox->counts;

	journal_count(door->turn->journal, &journal);
	const struct figure figures[] = {
		{ "sessions", "gauge", "sessions known", door->sessions->highest },
		{ "sessions_running", "gauge", "sessions under way",
		  sessions_under_way(door->sessions) },
		{ "events_total", "counter", "events journalled", door->turn->taken },
		{ "viewers", "gauge", "websockets open", feed_viewers(door->feed) },
		{ "snapshots_total", "counter", "sent to viewers",
		  door->live->snapshots },
		{ "deltas_total", "counter", "sent to viewers", door->live->deltas },
		{ "commits_total", "counter", "journal transactions", journal.commits },
		{ "rows_total", "counter", "rows written", journal.rows },
		{ "commit_slowest_microseconds", "gauge", "slowest commit so far",
		  journal.slowest_us },
		{ "wal_bytes", "gauge", "write-ahead log", journal.wal_bytes },
		{ "outbox_waiting", "gauge", "deliveries not done yet",
		  outbox_undone(door->outbox) },
		{ "outbox_in_flight", "gauge", "deliveries in flight",
		  outbox->in_flight },
		{ "outbox_sent_total", "counter", "requests made", outbox->sent },
		{ "outbox_done_total", "counter", "deliveries done", outbox->done },
		{ "outbox_repeated_total", "counter", "tries that had to be repeated",
		  outbox->repeated },
		{ "meetings_month", "gauge",
		  "meetings made in 30 days for the organiser who has most",
		  meeting_tally_most(&door->outbox->meetings,
				     clock_now_ms(door->turn->clock)) },
		{ "outbox_tenants_stopped", "gauge",
		  "tenants that refuse the bot as such: disabled or not registered",
		  outbox->stopped },
		{ "chats_uninstalled", "gauge", "conversations the bot was removed from",
		  door->outbox->chats.counts[CHAT_UNINSTALLED] },
		{ "chats_blocked", "gauge", "conversations that take no messages",
		  door->outbox->chats.counts[CHAT_BLOCKED] },
		{ "outbox_unknown_total", "counter",
		  "deliveries whose answer was lost: they may have arrived",
		  outbox->unknown },
		{ "outbox_found_total", "counter",
		  "of those, cards that somebody has since been seen to have",
		  outbox->found },
		{ "outbox_paced_total", "counter",
		  "waits of a request for its turn by the service's limits",
		  outbox->paced },
		{ "outbox_given_up_total", "counter", "deliveries given up",
		  outbox->given_up },
	};

	write_figures(out, figures, sizeof(figures) / sizeof(figures[0]));
}

void door_metrics(struct door *door, uint64_t request)
{
	struct text out = { 0 };
	struct edge_answer answer = {
		.status = 200,
		.content_type = "text/plain; version=0.0.4; charset=utf-8",
	};

	write_door(door, &out);
	write_inside(door, &out);
	answer.body = text_string(&out);
	answer.body_bytes = out.length;
	edge_answer(door->edge, request, &answer);
	text_finish(&out);
}
