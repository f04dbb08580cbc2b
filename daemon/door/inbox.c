/* SPDX-License-Identifier: MIT */
#include "daemon/door/inbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/door/door.h"
#include "daemon/door/inbox_item.h"
#include "daemon/door/inbox_vouch.h"
#include "daemon/door/opener.h"
#include "daemon/sessions.h"
#include "daemon/turn.h"
#include "daemon/wire/vouch.h"

enum state { KEPT, DURABLE, READING, READ, JUDGING, OPENING, OPENED, WAITING };

struct entry {
	struct entry *next;
	struct inbox *inbox;
	uint64_t number;
	int64_t at_ms;
	enum state state;
	bool is_sealed; /* KEPT: its row is in a batch on its way to disk */
	char *body;
	size_t body_bytes, count;
	struct sealed_whose *whose;
	struct opener_job job;
	size_t checks_left;
	struct inbox_check check[SEALED_TOKENS];
};

struct inbox {
	uv_loop_t *loop;
	struct door *door;
	struct vouch *vouch;
	struct envelopes *envelopes;
	const char *tenant;
	uv_timer_t look;
	struct entry *first, **last;
	uint64_t last_number;
	size_t bytes, at_work;
	struct inbox_counts counts;
	bool closing, closed;
};

static void move_on(struct inbox *inbox);

/* -- entries ------------------------------------------------------------------------------- */

static void entry_free(struct entry *entry)
{
	sealed_destroy(entry->job.sealed);
	free(entry->body);
	free(entry->whose);
	free(entry);
}

static struct entry *entry_add(struct inbox *inbox, uint64_t number, const char *body,
			       size_t bytes)
{
	struct entry *const entry = memory_zeroed(sizeof(*entry));

	entry->inbox = inbox;
	entry->number = number;
	entry->body = memory_zeroed(bytes + 1);
	memcpy(entry->body, body, bytes);
	entry->body_bytes = bytes;
	*inbox->last = entry;
	inbox->last = &entry->next;
	inbox->bytes += bytes;
	inbox->counts.waiting++;
	if (number > inbox->last_number)
		inbox->last_number = number;
	return entry;
}

static void entry_remove(struct inbox *inbox, struct entry **link)
{
	struct entry *const entry = *link;

	*link = entry->next;
	if (inbox->last == &entry->next)
		inbox->last = link;
	inbox->bytes -= entry->body_bytes;
	inbox->counts.waiting--;
	entry_free(entry);
}

/* -- closing ------------------------------------------------------------------------------- */

static void free_when_all_is_done(struct inbox *inbox)
{
	if (!inbox->closed || inbox->at_work > 0)
		return;
	while (inbox->first != NULL)
		entry_remove(inbox, &inbox->first);
	envelopes_destroy(inbox->envelopes);
	free(inbox);
}

static void on_closed(uv_handle_t *handle)
{
	struct inbox *const inbox =
		container_of((uv_timer_t *)handle, struct inbox, look);

	inbox->closed = true;
	free_when_all_is_done(inbox);
}

void inbox_destroy(struct inbox *inbox)
{
	if (inbox == NULL)
		return;
	assert(!inbox->closing);
	inbox->closing = true;
	vouch_destroy(inbox->vouch);
	uv_close((uv_handle_t *)&inbox->look, on_closed);
}

/* -- judging ------------------------------------------------------------------------------- */

/* Tokens are held against the moment at which they came, in the world's time. */
static int64_t arrived_s(const struct entry *entry)
{
	const struct clock *const clock = entry->inbox->door->turn->clock;

	return (clock->anchor_ms + (entry->at_ms - clock->from_ms) / clock->speed) / 1000;
}

static bool has_patience(const struct entry *entry)
{
	return clock_real_ms() - arrived_s(entry) * 1000 < INBOX_PATIENCE_MS;
}

static bool vouch_for_items(struct entry *entry)
{
	const struct inbox *const inbox = entry->inbox;
	const struct inbox_verdicts verdicts = {
		.check = entry->check,
		.count = entry->job.sealed->tokens,
		.tenant = inbox->tenant,
		.has_patience = has_patience(entry),
	};

	return inbox_vouch(&verdicts, inbox->door->words->directory, entry->job.sealed,
			   &entry->inbox->counts);
}

static void after_work(struct opener_job *job)
{
	struct entry *const entry = container_of(job, struct entry, job);
	struct inbox *const inbox = entry->inbox;

	assert(inbox->at_work > 0);
	inbox->at_work--;
	if (inbox->closing) {
		free_when_all_is_done(inbox);
		return;
	}
	entry->state = entry->state == READING ? READ : OPENED;
	move_on(inbox);
}

static void judged(struct entry *entry)
{
	if (vouch_for_items(entry)) {
		entry->state = OPENING;
		entry->inbox->at_work++;
		opener_open(entry->inbox->loop, &entry->job);
	} else {
		entry->state = OPENED;
	}
}

static void on_verdict(void *context, enum auth_verdict verdict,
		       const struct auth_claims *claims)
{
	struct inbox_check *const check = context;
	struct entry *const entry = check->entry;

	check->verdict = vouch_judge(verdict, claims);
	check->tenant[0] = '\0';
	if (check->verdict == AUTH_GOOD)
		memcpy(check->tenant, claims->tenant, sizeof(check->tenant));
	assert(entry->checks_left > 0);
	if (--entry->checks_left == 0) {
		judged(entry);
		move_on(entry->inbox);
	}
}

static void judge(struct entry *entry)
{
	struct inbox *const inbox = entry->inbox;
	const struct sealed *const sealed = entry->job.sealed;

	entry->state = JUDGING;
	/* One more than there are: nothing goes on while this function runs. */
	entry->checks_left = sealed->tokens + 1;
	for (size_t i = 0; i < sealed->tokens; i++) {
		entry->check[i].entry = entry;
		vouch_check(inbox->vouch, sealed->token[i], arrived_s(entry), on_verdict,
			    &entry->check[i]);
	}
	if (--entry->checks_left == 0)
		judged(entry);
}

/* -- taking -------------------------------------------------------------------------------- */

static void take_items(struct entry *entry)
{
	struct inbox *const inbox = entry->inbox;
	struct sealed *const sealed = entry->job.sealed;

	for (size_t i = 0; i < sealed->count; i++) {
		struct sealed_item *const item = &sealed->items[i];

		if (!item->vouched || item->settled)
			continue;
		item->settled = true;
		inbox_item_take(inbox->door, &inbox->counts, item, entry->at_ms);
		envelope_wipe(&item->plain);
	}
}

static bool all_settled(const struct entry *entry)
{
	const struct sealed *const sealed = entry->job.sealed;

	for (size_t i = 0; i < sealed->count; i++) {
		if (!sealed->items[i].settled)
			return false;
	}
	return true;
}

/* Those that wait for keys hold nobody up; those at work keep their place. */
static void take_opened(struct inbox *inbox)
{
	struct entry **link = &inbox->first;

	while (*link != NULL && ((*link)->state == OPENED || (*link)->state == WAITING)) {
		struct entry *const entry = *link;

		if (entry->state == OPENED) {
			take_items(entry);
			entry->state = WAITING;
			if (all_settled(entry)) {
				batch_inbox_done(journal_batch(
							 inbox->door->turn->journal),
						 entry->number);
				entry_remove(inbox, link);
				continue;
			}
		}
		link = &entry->next;
	}
}

/* -- moving on ----------------------------------------------------------------------------- */

static void begin_reading(struct entry *entry)
{
	entry->state = READING;
	entry->inbox->at_work++;
	entry->job.done = after_work;
	entry->job.body = entry->body;
	entry->job.body_bytes = entry->body_bytes;
	entry->job.whose = entry->whose;
	entry->job.count = entry->count;
	entry->job.envelopes = entry->inbox->envelopes;
	opener_read(entry->inbox->loop, &entry->job);
}

/* What could be read when it came can be read now, unless the disk has changed it. */
static void give_up_unreadable(struct entry *entry)
{
	log_error("inbox", "left number=%llu: it cannot be read any more",
		  (unsigned long long)entry->number);
	entry->inbox->counts.unopened += entry->count;
	entry->job.sealed = memory_zeroed(sizeof(*entry->job.sealed));
	entry->state = OPENED;
}

static void step(struct entry *entry)
{
	if (entry->state == DURABLE && entry->inbox->at_work < INBOX_AT_WORK)
		begin_reading(entry);
	else if (entry->state == READ && entry->job.sealed == NULL)
		give_up_unreadable(entry);
	else if (entry->state == READ)
		judge(entry);
}

static void move_on(struct inbox *inbox)
{
	for (struct entry *entry = inbox->first; entry != NULL; entry = entry->next)
		step(entry);
	take_opened(inbox);
}

static void on_look(uv_timer_t *timer)
{
	struct inbox *const inbox = container_of(timer, struct inbox, look);

	for (struct entry *entry = inbox->first; entry != NULL; entry = entry->next) {
		if (entry->state == WAITING)
			judge(entry);
	}
	move_on(inbox);
}

/* -- in ------------------------------------------------------------------------------------ */

struct inbox *inbox_create(const struct inbox_settings *settings)
{
	struct inbox *const inbox = memory_zeroed(sizeof(*inbox));

	inbox->loop = settings->loop;
	inbox->door = settings->door;
	inbox->vouch = settings->vouch;
	inbox->envelopes = settings->envelopes;
	inbox->tenant = settings->tenant;
	inbox->last = &inbox->first;
	uv_timer_init(inbox->loop, &inbox->look);
	uv_timer_start(&inbox->look, on_look, INBOX_LOOK_MS, INBOX_LOOK_MS);
	return inbox;
}

const struct inbox_counts *inbox_count(const struct inbox *inbox)
{
	return &inbox->counts;
}

struct envelopes *inbox_envelopes(struct inbox *inbox)
{
	return inbox->envelopes;
}

bool inbox_is_full(const struct inbox *inbox, size_t bytes)
{
	return inbox->counts.waiting >= INBOX_ROWS || inbox->bytes + bytes > INBOX_BYTES;
}

void inbox_put(struct inbox *inbox, const char *body, size_t bytes,
	       const struct sealed_whose *whose, size_t count)
{
	struct turn *const turn = inbox->door->turn;
	struct entry *const entry = entry_add(inbox, inbox->last_number + 1, body, bytes);
	struct text text = { 0 };

	entry->at_ms = clock_now_ms(turn->clock);
	entry->whose = memory_zeroed(count * sizeof(*whose));
	memcpy(entry->whose, whose, count * sizeof(*whose));
	entry->count = count;
	inbox->counts.items += count;
	sealed_whose_write(&text, whose, count);
	const struct inbox_row row = { .number = entry->number,
				       .at_ms = entry->at_ms,
				       .whose = text_string(&text),
				       .body = body,
				       .body_bytes = bytes };
	batch_inbox(journal_batch(turn->journal), &row);
	text_finish(&text);
}

void inbox_sealed(struct inbox *inbox)
{
	for (struct entry *entry = inbox->first; entry != NULL; entry = entry->next) {
		if (entry->state == KEPT)
			entry->is_sealed = true;
	}
}

void inbox_durable(struct inbox *inbox)
{
	bool some = false;

	for (struct entry *entry = inbox->first; entry != NULL; entry = entry->next) {
		if (entry->state == KEPT && entry->is_sealed) {
			entry->state = DURABLE;
			some = true;
		}
	}
	if (some)
		move_on(inbox);
}

void inbox_restore(struct inbox *inbox, const struct inbox_row *row)
{
	struct entry *const entry =
		entry_add(inbox, row->number, row->body, row->body_bytes);

	entry->at_ms = row->at_ms;
	entry->state = DURABLE;
	if (sealed_whose_read(row->whose, &entry->whose, &entry->count) < 0)
		entry->count = 0;
	inbox->counts.items += entry->count;
}

void inbox_resume(struct inbox *inbox)
{
	if (inbox->first != NULL)
		log_info("inbox", "collections waiting from before=%llu",
			 (unsigned long long)inbox->counts.waiting);
	else
		envelopes_forget(inbox->envelopes, clock_real_ms());
	move_on(inbox);
}

bool inbox_is_quiet(const struct inbox *inbox)
{
	for (const struct entry *entry = inbox->first; entry != NULL;
	     entry = entry->next) {
		if (entry->state != WAITING)
			return false;
	}
	return true;
}
