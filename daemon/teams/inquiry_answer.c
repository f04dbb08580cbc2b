/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/teams/inquiry.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/outbox.h"
#include "daemon/turn.h"
#include "handlers/transcript.h"

static const char *either(const json_t *object, const char *name, const char *other)
{
	const char *const value = json_text(object, name);

	return value[0] != '\0' ? value : json_text(object, other);
}

/* A guest's sign-in name of another organisation is no address. */
static const char *email_of(const json_t *member)
{
	const char *const address = either(member, "email", "userPrincipalName");

	return strchr(address, '@') != NULL && strstr(address, "#EXT#") == NULL ? address
										: "";
}

/* Who is in a chat was invited; whether they came is for others to say.  So people whom the
 * session knows become known by more, and nobody is added. */
static void learn_member(struct inquiries *inquiries, const struct inquiry *inquiry,
			 const json_t *member)
{
	struct directory *const directory = inquiries->words->directory;
	const struct identity identity = {
		.name = json_text(member, "name"),
		.object_id = either(member, "aadObjectId", "objectId"),
		.teams_id = json_text(member, "id"),
		.email = email_of(member),
	};

	if (directory_find(directory, inquiry->session, &identity) != PERSON_NONE)
		directory_meet(directory, journal_batch(inquiries->turn->journal),
			       inquiry->session, &identity);
}

/* True when there is another page. */
static bool next_page(struct inquiry *inquiry, const json_t *page)
{
	const char *const token = json_text(page, "continuationToken");

	if (token[0] == '\0' || strcmp(token, inquiry->continuation) == 0 ||
	    ++inquiry->pages >= INQUIRY_PAGES)
		return false;
	free(inquiry->continuation);
	inquiry->continuation = memory_string(token);
	inquiry->due_ms = 0;
	return true;
}

static bool take_members(struct inquiries *inquiries, struct inquiry *inquiry,
			 const json_t *page)
{
	const json_t *member;
	size_t i;

	json_array_foreach (json_member(page, "members"), i, member) {
		learn_member(inquiries, inquiry, member);
	}
	return next_page(inquiry, page);
}

/* What is known already was told by Graph, or by whoever scheduled: it stays. */
static void take_meeting(struct inquiries *inquiries, const struct inquiry *inquiry,
			 const json_t *root)
{
	struct directory *const directory = inquiries->words->directory;
	const struct place_row *const held =
		directory_place(directory, inquiry->session, inquiry->place);
	const json_t *const details = json_member(root, "details");
	const char *const id = json_text(details, "msGraphResourceId");
	const char *const url = json_text(details, "joinUrl");
	struct place_row row = { .session = inquiry->session, .place = inquiry->place };

	if (held == NULL || (held->meeting_id[0] == '\0' && id[0] != '\0'))
		row.meeting_id = id;
	if ((held == NULL || held->join_url[0] == '\0') &&
	    strncmp(url, "https://", 8) == 0)
		row.join_url = url;
	if (row.meeting_id != NULL || row.join_url != NULL)
		directory_set_place(directory, journal_batch(inquiries->turn->journal),
				    &row);
}

static void take_presence(struct inquiries *inquiries, const struct inquiry *inquiry,
			  const json_t *root)
{
	const json_t *const inside = json_at(root, "meeting.inMeeting");
	struct event event = event_blank(EVENT_PRESENCE_CHECKED);

	if (!json_is_boolean(inside))
		return;
	event.session = inquiry->session;
	event.person = inquiry->person;
	event.place = inquiry->place;
	event.source = SOURCE_BOT;
	event.checked.inside = json_is_true(inside);
	turn_take(inquiries->turn, &event);
}

/* -- batches ------------------------------------------------------------------------------- */

static void tell_batch(struct inquiries *inquiries, const struct inquiry *inquiry,
		       const char *state)
{
	const uint32_t all = inquiry->reached + inquiry->unreached;
	const struct reply_target target = { .session = inquiry->session,
					     .conversation_id = inquiry->conversation_id,
					     .activity_id = "" };
	struct request_draft draft;
	struct text said = { 0 };

	log_info("inquiry", "batch state=%.20s reached=%u of=%u", state, inquiry->reached,
		 all);
	text_addf(&said, "Your announcement has reached %u of %u people.",
		  inquiry->reached, all);
	if (inquiry->conversation_id[0] != '\0') {
		if (encode_reply(inquiries->words, &target, text_string(&said), &draft) ==
		    0)
			outbox_post(inquiries->outbox, &draft);
		else
			request_draft_finish(&draft);
	}
	text_finish(&said);
}

static void count_statuses(struct inquiry *inquiry, const json_t *map)
{
	const char *status;
	json_t *count;

	inquiry->reached = inquiry->unreached = 0;
	json_object_foreach ((json_t *)map, status, count) {
		const json_int_t people = json_integer_value(count);

		if (people <= 0 || people > 1000000)
			continue;
		if (status[0] == '2')
			inquiry->reached += (uint32_t)people;
		else
			inquiry->unreached += (uint32_t)people;
	}
}

/* retryAfter is a time; asking before it is throttled. */
static int64_t wait_of(const json_t *root)
{
	const char *const until = json_text(root, "retryAfter");
	int64_t at_ms;

	if (clock_parse(until, &at_ms) < 0)
		return INQUIRY_BATCH_MS;
	const int64_t wait_ms = at_ms - clock_real_ms();

	return wait_ms < 0 ? 0 : wait_ms;
}

static bool take_batch(struct inquiries *inquiries, struct inquiry *inquiry,
		       const json_t *root)
{
	const char *const state = json_text(root, "state");

	count_statuses(inquiry, json_member(root, "statusMap"));
	if (strcasecmp(state, "Completed") != 0 && strcasecmp(state, "Failed") != 0) {
		inquiry->due_ms = (int64_t)uv_now(inquiries->timer.loop) + wait_of(root);
		return ++inquiry->pages < INQUIRY_BATCH_ASKS;
	}
	tell_batch(inquiries, inquiry, state);
	if (inquiry->unreached == 0)
		return false;
	inquiry->kind = INQUIRE_UNREACHED;
	inquiry->pages = 0;
	inquiry->due_ms = 0;
	return true;
}

/* Why, and not whom: a name or an id is not for the log. */
static bool take_unreached(struct inquiry *inquiry, const json_t *page)
{
	const json_t *list = json_member(page, "failedEntries");
	const json_t *entry;
	size_t i;

	if (list == NULL)
		list = json_member(page, "failedEntryResponses");
	json_array_foreach (list, i, entry) {
		log_warning("inquiry", "batch_unreached session=%u why=%.60s",
			    inquiry->session, json_text(entry, "error"));
	}
	return next_page(inquiry, page);
}

/* ------------------------------------------------------------------------------------------- */

static bool take(struct inquiries *inquiries, struct inquiry *inquiry, const json_t *root)
{
	switch (inquiry->kind) {
	case INQUIRE_MEMBERS:
		return take_members(inquiries, inquiry, root);
	case INQUIRE_MEMBER:
		learn_member(inquiries, inquiry, root);
		return false;
	case INQUIRE_MEETING:
		take_meeting(inquiries, inquiry, root);
		return false;
	case INQUIRE_PRESENCE:
		take_presence(inquiries, inquiry, root);
		return false;
	case INQUIRE_BATCH:
		return take_batch(inquiries, inquiry, root);
	default:
		return take_unreached(inquiry, root);
	}
}

bool inquiry_answered(struct inquiries *inquiries, struct inquiry *inquiry,
		      const char *body, size_t bytes)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(body, bytes, fault);
	bool more = false;

	if (json_is_object(root))
		more = take(inquiries, inquiry, root);
	else
		log_info("inquiry", "answer_unreadable session=%u", inquiry->session);
	json_decref(root);
	return more;
}
