/* SPDX-License-Identifier: MIT */
#include "daemon/decode/schedule.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/clock.h"
#include "daemon/decode/webinar.h"
#include "daemon/words.h"
#include "daemon/decode/json.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/settings/programme.h"
#include "daemon/store/directory.h"
#include "daemon/turn.h"
#include "daemon/wire/hosts.h"
#include "handlers/transcript.h"
#include "handlers/words.h"

struct schedule {
	const json_t *data;
	struct programme *programme;
	const struct module *module;
	int64_t starts_ms;
	int64_t number;
	const struct config *config;
	const struct sessions *sessions;
	const struct webinar_book *book;
};

static int read_programme(struct schedule *schedule, struct problem *problem)
{
	const char *const text = json_text(schedule->data, "programme");
	struct fault_list faults = { 0 };

	if (programme_read(text, strlen(text), &schedule->programme, &faults) < 0) {
		fault_sort(&faults);
		for (int i = 0; i < faults.count; i++) {
			if (!faults.faults[i].warning)
				return problem_say(problem, 422,
						   "programme:%d:%d: %.180s",
						   faults.faults[i].line,
						   faults.faults[i].column,
						   faults.faults[i].message);
		}
		return problem_say(problem, 422, "the programme cannot be read");
	}
	schedule->module = programme_module(schedule->programme, (int)schedule->number);
	if (schedule->module == NULL)
		return problem_say(problem, 422, "the programme has no module %d",
				   (int)schedule->number);
	return 0;
}

static int role_of(const char *name, uint32_t *role)
{
	for (uint32_t i = 0; i < ROLES; i++) {
		if (strcmp(name, role_words.list[i]) == 0) {
			*role = i;
			return 0;
		}
	}
	return -1;
}

static int check_people(const json_t *people, size_t most, struct problem *problem)
{
	const json_t *person;
	uint32_t role;
	size_t i;

	if (people != NULL && !json_is_array(people))
		return problem_say(problem, 422, "data.people is a list");
	if (json_array_size(people) > most)
		return problem_say(problem, 422, "data.people: more than %zu people",
				   most);
	json_array_foreach (people, i, person) {
		const char *const name = json_text(person, "role");

		if (json_text(person, "name")[0] == '\0')
			return problem_say(problem, 422, "data.people[%zu] has no name",
					   i);
		if (name[0] != '\0' && role_of(name, &role) < 0)
			return problem_say(
				problem, 422,
				"data.people[%zu].role: `%.40s` is not participant, "
				"facilitator, producer or observer",
				i, name);
	}
	return 0;
}

/* The session's own, or whoever organises all meetings here. */
static const char *organiser_of(const struct schedule *schedule)
{
	const char *const own = json_text(schedule->data, "organiser_id");
	const char *const usual = schedule->config->graph.organiser_id;

	return own[0] != '\0' || usual == NULL ? own : usual;
}

static const char *webinar_of(const struct schedule *schedule)
{
	return json_text(schedule->data, "webinar.id");
}

/* Occurrences of a series share a chat and a link: whose are its joins and votes then? */
static bool thread_is_taken(const struct schedule *schedule,
			    const struct directory *directory, const char **other)
{
	const char *const thread = json_text(schedule->data, "meeting.thread_id");
	const char *const url = json_text(schedule->data, "meeting.join_url");
	const struct session *session;
	uint32_t number;
	uint16_t place;

	if (directory_place_of_thread(directory, thread, &number, &place) < 0 &&
	    directory_place_of_join_url(directory, url, &number, &place) < 0)
		return false;
	session = sessions_get(schedule->sessions, number);
	*other = directory_session(directory, number)->uid;
	return session != NULL && session->state != SESSION_CLOSED;
}

/* What goes onto cards and pages for people to click is a web address and nothing else; and
 * a service URL is one that the bot's token may go to, said now rather than at nine. */
static int check_links(const struct schedule *schedule, struct problem *problem)
{
	const struct config *const config = schedule->config;
	const char *const join = json_text(schedule->data, "meeting.join_url");
	const char *const service = json_text(schedule->data, "service_url");
	char host[HOST_BYTES];

	if (webinar_of(schedule)[0] == '\0' &&
	    (strlen(join) >= DIRECTORY_TEXT || strpbrk(join, "\"<>\\^`{|} ") != NULL ||
	     !host_read(join, host) || strncasecmp(join, "https:", 6) != 0))
		return problem_say(problem, 422,
				   "data.meeting.join_url: an https address of at most "
				   "%d bytes is needed",
				   DIRECTORY_TEXT - 1);
	if (service[0] != '\0' && !host_may_receive(service, config->bot.service_hosts,
						    config->allow_loopback_peers))
		return problem_say(problem, 422,
				   "data.service_url: bot.service_hosts does not have "
				   "this host");
	return 0;
}

/* Ids become one segment of a path each: what would end a segment, or mean the one above, is
 * no id (a meeting's id is base64 and may have a slash, which is encoded). */
static int check_ids(const struct schedule *schedule, struct problem *problem)
{
	static const struct {
		const char *path, *never;
	} ids[] = { { "organiser_id", "/?#%\\" },
		    { "tenant_id", "/?#%\\" },
		    { "meeting.meeting_id", "?#%\\" },
		    { "meeting.thread_id", "/?#%\\" } };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const char *const id = json_text(schedule->data, ids[i].path);
		bool is_sound = strlen(id) < DIRECTORY_TEXT &&
				strpbrk(id, ids[i].never) == NULL &&
				strcmp(id, ".") != 0 && strcmp(id, "..") != 0;

		for (const unsigned char *at = (const unsigned char *)id; *at != '\0';
		     at++)
			is_sound &= *at > ' ' && *at != 0x7f;
		if (!is_sound)
			return problem_say(problem, 422,
					   "data.%s: an id has no blanks and none of %s",
					   ids[i].path, ids[i].never);
	}
	return 0;
}

static bool webinar_is_taken(const struct schedule *schedule, const char *session_id)
{
	for (uint32_t i = 1; i <= schedule->sessions->highest; i++) {
		const struct session *const session = sessions_get(schedule->sessions, i);
		const struct webinar_row *const row = webinar_book_get(schedule->book, i);

		if (session != NULL && session->state != SESSION_CLOSED && row != NULL &&
		    strcmp(row->event_id, webinar_of(schedule)) == 0 &&
		    (session_id[0] == '\0' || strcmp(row->session_id, session_id) == 0))
			return true;
	}
	return false;
}

/* Its link and chat are read from Graph; ids become parts of paths. */
static int webinar_problem(const struct schedule *schedule, struct problem *problem)
{
	const char *const session = json_text(schedule->data, "webinar.session_id");

	if (json_at(schedule->data, "webinar") == NULL)
		return 0;
	if (!webinar_id_is_sound(webinar_of(schedule)) ||
	    (session[0] != '\0' && !webinar_id_is_sound(session)))
		return problem_say(problem, 422,
				   "data.webinar: id and session_id are ids as Microsoft "
				   "Graph has them");
	if (schedule->config->graph.client_id == NULL)
		return problem_say(problem, 422,
				   "data.webinar: `graph` has not been set up here");
	if (webinar_is_taken(schedule, session))
		return problem_say(problem, 409,
				   "data.webinar: a session that is not over has this "
				   "webinar: name its session_id, another for each");
	return 0;
}

static int check(struct schedule *schedule, const struct directory *directory,
		 struct problem *problem)
{
	const json_t *const data = schedule->data;
	const char *const uid = json_text(data, "uid");
	const char *other;

	if (data == NULL || uid[0] == '\0' || strlen(uid) >= 128)
		return problem_say(problem, 422, "data.uid: 1 to 127 bytes are needed");
	if (directory_session_of_uid(directory, uid) != 0)
		return problem_say(problem, 409,
				   "there is a session called `%.100s` already", uid);
	if (json_number(data, "module", &schedule->number) < 0 || schedule->number < 1 ||
	    schedule->number > 1000)
		return problem_say(problem, 422, "data.module: the number of a module");
	if (clock_parse(json_text(data, "starts"), &schedule->starts_ms) < 0)
		return problem_say(problem, 422,
				   "data.starts: an RFC 3339 time is needed");
	if (webinar_problem(schedule, problem) < 0)
		return -1;
	if (webinar_of(schedule)[0] == '\0' &&
	    (json_text(data, "meeting.thread_id")[0] == '\0' ||
	     json_text(data, "meeting.join_url")[0] == '\0'))
		return problem_say(problem, 422,
				   "data.meeting: thread_id and join_url are needed");
	if (check_links(schedule, problem) < 0 || check_ids(schedule, problem) < 0)
		return -1;
	if (thread_is_taken(schedule, directory, &other))
		return problem_say(
			problem, 409,
			"data.meeting: session `%.100s` has this meeting and is not "
			"over: give each session a meeting of its own",
			other);
	if (organiser_of(schedule)[0] == '\0')
		return problem_say(
			problem, 422,
			"data.organiser_id is needed: graph.organiser_id has not been "
			"set either");
	if (check_people(json_at(data, "people"),
			 (size_t)schedule->config->limits.people_per_session,
			 problem) < 0)
		return -1;
	return read_programme(schedule, problem);
}

static void plan_session(const struct schedule *schedule, uint32_t number,
			 struct turn *turn)
{
	const struct module_policy *const policy = &schedule->module->policy;
	struct event event = event_blank(EVENT_SESSION_SCHEDULED);

	event.session = number;
	event.source = SOURCE_RELAY;
	event.scheduled.starts_ms = schedule->starts_ms;
	event.scheduled.grace_ms = policy->grace_s * 1000;
	event.scheduled.transfer_ms = policy->transfer_s * 1000;
	event.scheduled.minimum_answers = (uint32_t)policy->minimum_answers;
	event.scheduled.presume = policy->presume;
	turn_take(turn, &event);
}

static void plan_block(const struct planned_block *block, uint16_t index, uint32_t number,
		       struct turn *turn)
{
	struct event event = event_blank(EVENT_BLOCK_PLANNED);

	event.session = number;
	event.source = SOURCE_RELAY;
	event.block = index;
	event.block_planned.kind = (uint16_t)block->kind;
	event.block_planned.creditable = block->creditable;
	event.block_planned.length_ms = block->length_s * 1000;
	event.block_planned.fixed_ms = block->fixed_s < 0 ? -1 : block->fixed_s * 1000;
	if (block->kind == BLOCK_ROUND) {
		event.block_planned.room_size = block->round.size;
		event.block_planned.room_count = block->round.rooms;
		event.block_planned.way = (uint16_t)block->round.way;
		for (int i = 0; i < block->round.warning_count; i++)
			event.block_planned.warnings_ms[i] =
				block->round.warnings_s[i] * 1000;
	}
	turn_take(turn, &event);
}

static void plan_poll(const struct planned_poll *poll, uint16_t index, uint32_t number,
		      struct turn *turn)
{
	struct event event = event_blank(EVENT_POLL_PLANNED);

	event.session = number;
	event.source = SOURCE_RELAY;
	event.poll = index;
	event.block = poll->block < 0 ? BLOCKS_MAX : (uint16_t)poll->block;
	event.poll_planned.choices = poll->choice_count;
	event.poll_planned.likert = poll->kind == POLL_LIKERT;
	event.poll_planned.changeable = poll->changeable;
	event.poll_planned.shown = poll->shown;
	turn_take(turn, &event);
}

static void enrol(const json_t *person, uint32_t number, struct directory *directory,
		  struct turn *turn)
{
	const struct identity identity = {
		.name = json_text(person, "name"),
		.object_id = json_text(person, "object_id"),
		.teams_id = json_text(person, "teams_id"),
		.email = json_text(person, "email"),
	};
	struct batch *const batch = journal_batch(turn->journal);
	struct event event = event_blank(EVENT_PERSON_ENROLLED);

	event.session = number;
	event.source = SOURCE_RELAY;
	event.person = directory_meet(directory, batch, number, &identity);
	event.enrolled.role = ROLE_PARTICIPANT;
	role_of(json_text(person, "role"), &event.enrolled.role);
	if (event.person == PERSON_NONE)
		return;
	directory_set_profession(directory, batch, number, event.person,
				 json_text(person, "profession"));
	turn_take(turn, &event);
}

static uint32_t add_session(const struct schedule *schedule, struct directory *directory,
			    struct batch *batch)
{
	const json_t *const data = schedule->data;
	const char *const title = json_text(data, "title");
	const struct session_row row = {
		.uid = json_text(data, "uid"),
		.title = title[0] != '\0' ? title : schedule->module->title,
		.programme = json_text(data, "programme"),
		.organiser_id = organiser_of(schedule),
		.tenant_id = json_text(data, "tenant_id"),
		.service_url = json_text(data, "service_url"),
		.module = (uint32_t)schedule->number,
		.starts_ms = schedule->starts_ms,
	};
	int is_new;
	const uint32_t number = directory_add_session(directory, batch, &row, &is_new);

	if (number != 0) {
		const struct place_row place = {
			.session = number,
			.place = PLACE_MAIN,
			.name = "Main meeting",
			.thread_id = json_text(data, "meeting.thread_id"),
			.meeting_id = json_text(data, "meeting.meeting_id"),
			.join_url = json_text(data, "meeting.join_url"),
		};
		directory_set_place(directory, batch, &place);
	}
	return number;
}

static int take(const struct schedule *schedule, const struct words_source *words,
		struct sessions *sessions, struct turn *turn, struct problem *problem)
{
	struct directory *const directory = words->directory;
	const json_t *const people = json_at(schedule->data, "people");
	const struct module *const module = schedule->module;
	const uint32_t number =
		add_session(schedule, directory, journal_batch(turn->journal));
	struct event opened = event_blank(EVENT_SESSION_OPENED);
	const json_t *person;
	size_t i;

	if (number == 0 || sessions_need(sessions, number) == NULL)
		return problem_say(problem, 503, "there are %d sessions; no more fit",
				   DIRECTORY_SESSIONS);
	plan_session(schedule, number, turn);
	for (int at = 0; at < module->block_count; at++)
		plan_block(&module->blocks[at], (uint16_t)at, number, turn);
	for (int at = 0; at < module->poll_count; at++)
		plan_poll(&module->polls[at], (uint16_t)at, number, turn);
	json_array_foreach (people, i, person) {
		enrol(person, number, directory, turn);
	}
	/* A webinar's is opened when its link and chat are known. */
	if (webinar_of(schedule)[0] != '\0') {
		const struct webinar_row row = {
			.session = number,
			.event_id = webinar_of(schedule),
			.session_id = json_text(schedule->data, "webinar.session_id"),
		};

		webinar_book_set(words->book, journal_batch(turn->journal), &row);
		return 0;
	}
	opened.session = number;
	opened.source = SOURCE_RELAY;
	opened.opened.spare = (uint32_t)schedule->config->rooms.spare;
	turn_take(turn, &opened);
	return 0;
}

int schedule_take(const struct json_t *data, const struct words_source *words,
		  struct sessions *sessions, struct turn *turn, struct problem *problem)
{
	struct schedule schedule = { .data = (const json_t *)data,
				     .config = words->config,
				     .sessions = sessions,
				     .book = words->book };
	int rc = check(&schedule, words->directory, problem);

	if (rc == 0) {
		assert(schedule.module != NULL);
		rc = take(&schedule, words, sessions, turn, problem);
	}
	programme_destroy(schedule.programme);
	return rc;
}
