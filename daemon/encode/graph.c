/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/map.h"
#include "daemon/common/utf8.h"
#include "daemon/encode/graph.h"
#include "daemon/encode/mail.h"
#include "daemon/settings/config.h"
#include "daemon/settings/programme.h"
#include "daemon/programmes.h"
#include "daemon/store/directory.h"
#include "daemon/wire/backoff.h"

enum {
	MEETING_NAME_BYTES = 160, /* a session's uid, 127 at most, and the room */
};

static void add_user(struct text *path, const struct words_source *words,
		     uint32_t session)
{
	const struct session_row *const row =
		directory_session(words->directory, session);

	text_addf(path, "/users/");
	text_add_percent(path, row->organiser_id, strlen(row->organiser_id));
}

/* createOrGet is idempotent by externalId: asking again finds the same meeting. */
static void room_meeting(const struct words_source *words, uint32_t session,
			 const struct effect *effect, struct request_draft *draft)
{
	const struct session_row *const row =
		directory_session(words->directory, session);
	const struct module *const module =
		programmes_module(words->programmes, words->directory, session);
	const int64_t length_ms = (module != NULL ? module->length_s : 4 * 3600) * 1000ll;
	char starts[32], ends[32], name[MEETING_NAME_BYTES];

	clock_iso(row->starts_ms - 3600 * 1000, starts);
	clock_iso(row->starts_ms + length_ms + 3600 * 1000, ends);
	snprintf(name, sizeof(name), "%s-room-%u", row->uid, effect->place);
	text_addf(&draft->path, "/v1.0");
	add_user(&draft->path, words, session);
	text_addf(&draft->path, "/onlineMeetings/createOrGet");
	text_addf(&draft->body, "{\"externalId\":");
	text_add_json(&draft->body, name);
	text_addf(&draft->body,
		  ",\"startDateTime\":\"%s\",\"endDateTime\":\"%s\",\"subject\":", starts,
		  ends);
	snprintf(name, sizeof(name), "%.*s - Room %u", utf8_fit(row->title, 100),
		 row->title, effect->place);
	text_add_json(&draft->body, name);
	text_addf(&draft->body, "}");
	snprintf(draft->lane, sizeof(draft->lane), "meeting %u %u", session,
		 effect->place);
}

void encode_literal(struct text *path, const char *value)
{
	struct text doubled = { 0 };

	for (; *value != '\0'; value++)
		text_add(&doubled, *value == '\'' ? "''" : value, *value == '\'' ? 2 : 1);
	text_add_percent(path, text_string(&doubled), doubled.length);
	text_finish(&doubled);
}

/* Where its id has not been told it is looked up by its link (report_fetch.c). */
static int add_meeting(struct text *path, const struct place_row *place)
{
	const char *const id = place->meeting_id != NULL ? place->meeting_id : "";
	const char *const url = place->join_url != NULL ? place->join_url : "";

	text_addf(path, "/onlineMeetings");
	if (id[0] != '\0') {
		text_addf(path, "/");
		text_add_percent(path, id, strlen(id));
		text_addf(path, "/attendanceReports");
		return 0;
	}
	text_addf(path, "?$filter=JoinWebUrl%%20eq%%20'");
	encode_literal(path, url);
	text_addf(path, "'");
	return url[0] != '\0' ? 0 : -1;
}

static void add_webinar_session(struct text *path, const struct webinar_row *webinar)
{
	text_addf(path, "/solutions/virtualEvents/webinars/");
	text_add_percent(path, webinar->event_id, strlen(webinar->event_id));
	text_addf(path, "/sessions/");
	text_add_percent(path, webinar->session_id, strlen(webinar->session_id));
	text_addf(path, "/attendanceReports");
}

static int report_fetch(const struct words_source *words, uint32_t session,
			const struct effect *effect, struct request_draft *draft)
{
	const struct place_row *const place =
		directory_place(words->directory, session, effect->place);

	const struct webinar_row *const webinar =
		effect->place == PLACE_MAIN ? webinar_book_get(words->book, session)
					    : NULL;

	if (!words->config->graph.attendance_reports)
		return -1;
	draft->delivery.method = "GET";
	text_addf(&draft->path, "/v1.0");
	if (webinar != NULL && webinar->session_id[0] != '\0') {
		add_webinar_session(&draft->path, webinar);
	} else {
		if (place == NULL)
			return -1;
		add_user(&draft->path, words, session);
		if (add_meeting(&draft->path, place) < 0)
			return -1;
	}
	snprintf(draft->lane, sizeof(draft->lane), "report %u %u", session,
		 effect->place);
	return 0;
}

int encode_graph_delivery(const struct words_source *words, struct batch *batch,
			  uint32_t session, int64_t now_ms, const struct effect *effect,
			  struct request_draft *draft)
{
	switch (effect->kind) {
	case DELIVER_ROOM_MEETING:
		room_meeting(words, session, effect, draft);
		return 0;
	case DELIVER_SUBSCRIPTION:
		return encode_subscription(words, batch, session, now_ms, effect, draft);
	case DELIVER_SUBSCRIPTION_END:
		return encode_subscription_end(words, session, effect, draft);
	case DELIVER_REPORT_FETCH:
		return report_fetch(words, session, effect, draft);
	case DELIVER_ROOM_MAIL:
		return encode_room_mail(words, session, effect, draft);
	default:
		return -1; /* nothing of this kind is configured */
	}
}

int encode_room_options(const struct words_source *words, uint32_t session,
			uint16_t place, struct request_draft *draft)
{
	const struct place_row *const row =
		directory_place(words->directory, session, place);

	*draft = (struct request_draft){ 0 };
	if (row == NULL || row->meeting_id == NULL || row->meeting_id[0] == '\0')
		return -1;
	text_addf(&draft->path, "/v1.0");
	add_user(&draft->path, words, session);
	text_addf(&draft->path, "/onlineMeetings/");
	text_add_percent(&draft->path, row->meeting_id, strlen(row->meeting_id));
	text_addf(&draft->body,
		  "{\"lobbyBypassSettings\":{\"scope\":\"%s\","
		  "\"isDialInBypassEnabled\":%s},\"allowedPresenters\":\"everyone\","
		  "\"allowBreakoutRooms\":false,\"isEntryExitAnnounced\":false,"
		  "\"recordAutomatically\":false}",
		  words->config->rooms.lobby,
		  strcmp(words->config->rooms.lobby, "everyone") == 0 ? "true" : "false");
	draft->delivery = (struct delivery){
		.session = session,
		.person = PERSON_NONE,
		.what = DELIVER_ROOM_MEETING,
		.party = PARTY_GRAPH,
		.place = place,
		.method = "PATCH",
		.path = text_string(&draft->path),
		.body = text_string(&draft->body),
		.remote_id = "",
	};
	snprintf(draft->lane, sizeof(draft->lane), "meeting %u %u", session, place);
	draft->delivery.lane = map_hash(draft->lane);
	return 0;
}
