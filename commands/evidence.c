/* SPDX-License-Identifier: MIT */
#include "commands/evidence.h"

#include <string.h>
#include <time.h>

/* -- who --------------------------------------------------------------------------------- */

const char *match_words(enum match match)
{
	static const char *const words[MATCHES] = {
		[MATCH_OBJECT_ID] = "object id",
		[MATCH_EMAIL] = "e-mail",
		[MATCH_NAME] = "exact name",
		[MATCH_NEW] = "new person",
		[MATCH_UNCLEAR] = "unclear, left out",
		[MATCH_FULL] = "no room left, left out",
	};

	return words[match];
}

struct addresses {
	const char *list[3];
};

static struct addresses addresses_of(const struct report_participant *participant)
{
	return (struct addresses){ { participant->email, participant->upn,
				     participant->registration_email } };
}

static bool is_said(const char *value)
{
	return value != NULL && *value != '\0';
}

static enum match match_by_id(const struct directory *directory, uint32_t session,
			      const struct report_participant *participant,
			      uint32_t *number)
{
	const struct addresses addresses = addresses_of(participant);
	struct identity identity = { .object_id = participant->object_id };

	uint32_t found = is_said(participant->object_id)
				 ? directory_find(directory, session, &identity)
				 : UINT32_MAX;
	if (found != UINT32_MAX) {
		*number = found;
		return MATCH_OBJECT_ID;
	}
	for (int i = 0; i < 3; i++) {
		identity.email = addresses.list[i];
		found = is_said(identity.email)
				? directory_find(directory, session, &identity)
				: UINT32_MAX;
		if (found == UINT32_MAX)
			continue;
		*number = found;
		return MATCH_EMAIL;
	}
	return MATCH_NEW;
}

/* An object id or address that is not theirs says it is somebody else of that name. */
static bool may_be(const struct person_row *person,
		   const struct report_participant *participant)
{
	const bool id_differs =
		is_said(person->object_id) && is_said(participant->object_id);

	if (strcmp(person->name, participant->name) != 0 || id_differs)
		return false;
	return !is_said(person->email) || !is_said(participant->email);
}

static bool has_identity(const struct report_participant *participant)
{
	const struct addresses addresses = addresses_of(participant);
	bool some = is_said(participant->object_id);

	for (int i = 0; i < 3; i++)
		some = some || is_said(addresses.list[i]);
	return some;
}

static bool name_is_shared(const struct report *report, size_t participant)
{
	for (size_t i = 0; i < report->participant_count; i++) {
		if (i != participant &&
		    strcmp(report->participants[i].name,
			   report->participants[participant].name) == 0)
			return true;
	}
	return false;
}

static enum match match_by_name(const struct directory *directory, uint32_t session,
				const struct report *report, size_t participant,
				uint32_t *number)
{
	const struct report_participant *const sought =
		&report->participants[participant];
	uint32_t found = UINT32_MAX;

	if (!is_said(sought->name))
		return MATCH_UNCLEAR;
	if (name_is_shared(report, participant))
		return has_identity(sought) ? MATCH_NEW : MATCH_UNCLEAR;
	for (uint32_t i = 0; i < directory_people(directory, session); i++) {
		if (!may_be(directory_person(directory, session, i), sought))
			continue;
		if (found != UINT32_MAX)
			return MATCH_UNCLEAR;
		found = i;
	}
	if (found == UINT32_MAX)
		return MATCH_NEW;
	*number = found;
	return MATCH_NAME;
}

enum match evidence_match(const struct directory *directory, uint32_t session,
			  const struct report *report, size_t participant,
			  uint32_t *number)
{
	const struct report_participant *const sought =
		&report->participants[participant];
	const enum match match = match_by_id(directory, session, sought, number);

	if (match != MATCH_NEW)
		return match;
	return match_by_name(directory, session, report, participant, number);
}

uint32_t evidence_meet(struct directory *directory, struct batch *batch, uint32_t session,
		       const struct report_participant *participant)
{
	const struct addresses addresses = addresses_of(participant);
	struct identity identity = { .name = participant->name,
				     .object_id = participant->object_id };

	for (int i = 0; i < 3 && !is_said(identity.email); i++)
		identity.email = addresses.list[i];
	return directory_meet(directory, batch, session, &identity);
}

/* -- when -------------------------------------------------------------------------------- */

/* Both readings of a wall-clock time; equal except in the hour that comes twice. */
struct readings {
	int64_t first, second;
};

static int64_t read_as(int64_t wall, int daylight)
{
	const time_t seconds = (time_t)wall;
	struct tm parts;

	gmtime_r(&seconds, &parts);
	const struct tm wanted = parts;
	parts.tm_isdst = daylight;
	const time_t utc = mktime(&parts);
	const bool kept =
		parts.tm_hour == wanted.tm_hour && parts.tm_min == wanted.tm_min;
	return daylight < 0 || kept ? (int64_t)utc : -1;
}

static struct readings readings_of(int64_t wall)
{
	struct readings both = { read_as(wall, 1), read_as(wall, 0) };

	if (both.first == -1 && both.second == -1) /* the hour that does not exist */
		both.first = both.second = read_as(wall, -1);
	else if (both.first == -1)
		both.first = both.second;
	else if (both.second == -1)
		both.second = both.first;
	return both;
}

struct evidence_stretch evidence_utc(const struct report *report,
				     const struct report_interval *interval)
{
	struct readings from = { interval->from, interval->from };
	struct readings to = { interval->to, interval->to };

	if (!report->meeting.utc) {
		from = readings_of(interval->from);
		to = readings_of(interval->to);
	}
	struct evidence_stretch stretch = { from.first, to.first };
	if (to.first < from.first)
		stretch.to_ms = to.second;
	else if (from.second <= to.first)
		stretch.from_ms = from.second;
	stretch.from_ms = stretch.from_ms * 1000 + interval->from_ms;
	stretch.to_ms = stretch.to_ms * 1000 + interval->to_ms;
	return stretch;
}

bool evidence_is_known(const struct session *session, uint32_t person, uint16_t place,
		       const struct evidence_stretch *stretch)
{
	for (uint32_t link = session->member[person].last_span; link != 0;) {
		const struct span *const span = &session->span[link - 1];

		if (span->source == SOURCE_IMPORT && span->place == place &&
		    span->from_ms == stretch->from_ms && span->to_ms == stretch->to_ms)
			return true;
		link = span->previous;
	}
	return false;
}
