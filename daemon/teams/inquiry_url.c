/* SPDX-License-Identifier: MIT */
/* Where each question goes. */
#include <string.h>

#include "daemon/teams/inquiry.h"
#include "daemon/settings/config.h"
#include "daemon/wire/hosts.h"

static void add_part(struct text *url, const char *lead, const char *part)
{
	text_addf(url, "%s", lead);
	text_add_percent(url, part, strlen(part));
}

static bool chat_url(const struct inquiry *inquiry, const struct place_row *place,
		     const struct person_row *person, struct text *url)
{
	if (place == NULL || place->thread_id[0] == '\0')
		return false;
	add_part(url, "/v3/conversations/", place->thread_id);
	if (inquiry->kind == INQUIRE_MEMBER) {
		if (person == NULL || person->teams_id[0] == '\0')
			return false;
		add_part(url, "/members/", person->teams_id);
		return true;
	}
	text_addf(url, "/pagedmembers?pageSize=500");
	if (inquiry->continuation[0] != '\0')
		add_part(url, "&continuationToken=", inquiry->continuation);
	return true;
}

/* Anonymous people have no object id, and cannot be asked after. */
static bool meeting_url(const struct inquiry *inquiry, const char *meeting,
			const struct person_row *person, const char *tenant,
			struct text *url)
{
	if (meeting[0] == '\0')
		return false;
	add_part(url, "/v1/meetings/", meeting);
	if (inquiry->kind == INQUIRE_MEETING)
		return true;
	if (person == NULL || person->object_id[0] == '\0' || tenant[0] == '\0')
		return false;
	add_part(url, "/participants/", person->object_id);
	add_part(url, "?tenantId=", tenant);
	return true;
}

static void batch_url(const struct inquiry *inquiry, struct text *url)
{
	add_part(url,
		 inquiry->kind == INQUIRE_BATCH ? "/v3/batch/conversation/"
						: "/v3/batch/conversation/failedentries/",
		 inquiry->id);
	if (inquiry->continuation[0] != '\0')
		add_part(url, "?continuationToken=", inquiry->continuation);
}

bool inquiry_url(const struct inquiries *inquiries, const struct inquiry *inquiry,
		 struct text *url)
{
	const struct directory *const directory = inquiries->words->directory;
	const struct session_row *const row =
		directory_session(directory, inquiry->session);
	const struct person_row *const person =
		directory_person(directory, inquiry->session, inquiry->person);

	if (row == NULL ||
	    !host_may_receive(row->service_url, inquiries->config->bot.service_hosts,
			      inquiries->config->allow_loopback_peers))
		return false;
	size_t length = strlen(row->service_url);

	length -= length > 0 && row->service_url[length - 1] == '/';
	text_add(url, row->service_url, length);
	switch (inquiry->kind) {
	case INQUIRE_MEMBERS:
	case INQUIRE_MEMBER:
		return chat_url(inquiry,
				directory_place(directory, inquiry->session,
						inquiry->place),
				person, url);
	case INQUIRE_MEETING:
	case INQUIRE_PRESENCE:
		return meeting_url(inquiry,
				   inquiries_meeting(inquiries, inquiry->session,
						     inquiry->place),
				   person, row->tenant_id, url);
	default:
		batch_url(inquiry, url);
		return inquiry->id[0] != '\0';
	}
}
