/* SPDX-License-Identifier: MIT */
#include "daemon/door/inbox_item.h"

#include <stdio.h>
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/decode/call_event.h"
#include "daemon/door/door_parts.h"
#include "daemon/door/inbox.h"
#include "daemon/sessions.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"

struct taking {
	struct door *door;
	int64_t at_ms;
};

static void on_event(void *context, const struct event *told)
{
	const struct taking *const taking = context;
	struct event event = *told;

	event.at_ms = taking->at_ms;
	turn_take(taking->door->turn, &event);
}

static bool is_repeat(struct door *door, const struct sealed_item *item)
{
	struct text whole = { 0 };
	char key[8 + 2 * 32 + 1] = "graph|";
	uint8_t digest[32];

	text_addf(&whole, "%u %u\n", item->whose.session, item->whose.place);
	text_add(&whole, item->plain.data, item->plain.length);
	auth_sha256(text_string(&whole), whole.length, digest);
	envelope_wipe(&whole);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(key + 6 + 2 * i, 3, "%02x", digest[i]);
	return door_is_repeat(door, key);
}

static void take_content(struct door *door, struct inbox_counts *counts,
			 const struct sealed_item *item, int64_t at_ms)
{
	struct taking taking = { .door = door, .at_ms = at_ms };
	const struct call_event_of of = {
		.directory = door->words->directory,
		.batch = journal_batch(door->turn->journal),
		.session = sessions_get(door->sessions, item->whose.session),
		.place = item->whose.place,
	};
	enum call_event_verdict verdict = CALL_EVENT_OTHER;

	if (of.session != NULL)
		verdict = call_event_means(item->plain.data, item->plain.length, &of,
					   on_event, &taking);
	if (verdict == CALL_EVENT_UNREADABLE)
		log_warning("inbox", "left session=%u place=%u: its content is not JSON",
			    item->whose.session, item->whose.place);
	switch (verdict) {
	case CALL_EVENT_TAKEN:
		counts->taken++;
		break;
	case CALL_EVENT_OTHER:
		counts->other++;
		break;
	default:
		counts->unopened++;
	}
}

void inbox_item_take(struct door *door, struct inbox_counts *counts,
		     const struct sealed_item *item, int64_t at_ms)
{
	if (item->verdict != ENVELOPE_OPENED) {
		counts->unopened++;
		log_warning("inbox", "left session=%u place=%u: not opened: %s",
			    item->whose.session, item->whose.place,
			    envelope_verdict_name(item->verdict));
	} else if (is_repeat(door, item)) {
		counts->repeated++;
	} else {
		take_content(door, counts, item, at_ms);
	}
}
