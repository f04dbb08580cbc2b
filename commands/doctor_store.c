/* SPDX-License-Identifier: MIT */
/* The database, and what it knows of the session that comes next. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/doctor_checks.h"
#include "commands/doctor_user.h"
#include "commands/where.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "handlers/states.h"

enum {
	MIB = 1024 * 1024,
	INTEGRITY_MIB = 4096, /* reading more takes minutes */
	JOURNAL_WARNING_MIB = 512,
	MINUTE_MS = 60 * 1000,
	SOON_MINUTES = 45,
};

static struct finding no_database(void)
{
	return finding_not_checked("there is no database to ask");
}

static struct finding unreadable(const char *path, int rc)
{
	if (rc == -ENOENT)
		return finding_warning("%s does not exist yet; the first start makes it",
				       path);
	if (rc == -EBADMSG)
		return finding_remedy(
			finding_failed("%s is damaged, or no database", path),
			"stop the daemon, put the newest backup in its place, start it; "
			"keep the damaged file");
	return finding_remedy(finding_failed("%s: %s", path, strerror(-rc)),
			      "runuser -u plenary -- plenary doctor");
}

struct finding doctor_database(struct doctor *doctor, const void *about)
{
	const char *const path = doctor->config->database;
	struct checkup_stamp stamp = { 0 };
	int rc = doctor_may(doctor, path, R_OK | W_OK);

	(void)about;
	/* As the service's user, for SQLite may make files beside it. */
	doctor_become(doctor);
	if (rc == 0)
		rc = checkup_open(&doctor->checkup, path);
	if (rc == 0)
		rc = checkup_stamp(doctor->checkup, &stamp);
	doctor_return(doctor);
	if (rc == 0 && stamp.ours && stamp.version == stamp.known)
		return finding_ok("%s, version %" PRId64, path, stamp.version);
	if (rc == 0 && stamp.ours && stamp.version < stamp.known)
		return finding_warning("%s has version %" PRId64
				       ", which the next start of the daemon raises to "
				       "%" PRId64,
				       path, stamp.version, stamp.known);
	checkup_close(doctor->checkup);
	doctor->checkup = NULL;
	if (rc < 0)
		return unreadable(path, rc);
	if (!stamp.ours)
		return finding_remedy(finding_failed("%s belongs to another program",
						     path),
				      "name another data_dir in %s", doctor->config_path);
	return finding_remedy(finding_failed("%s was written by a newer Plenary (version "
					     "%" PRId64 ", this one knows %" PRId64 ")",
					     path, stamp.version, stamp.known),
			      "install that Plenary again; an older one cannot read it");
}

static int64_t mib_of(const char *path, const char *ending)
{
	struct text name = { 0 };
	struct stat status;

	text_addf(&name, "%s%s", path, ending);
	const int rc = stat(text_string(&name), &status);

	text_finish(&name);
	return rc < 0 ? 0 : status.st_size / MIB;
}

struct finding doctor_integrity(struct doctor *doctor, const void *about)
{
	const char *const path = doctor->config->database;
	const int64_t mib = mib_of(path, "");
	struct text complaint = { 0 };

	(void)about;
	if (doctor->checkup == NULL)
		return no_database();
	if (mib > INTEGRITY_MIB)
		return finding_remedy(finding_not_checked("%" PRId64 " MiB take too long",
							  mib),
				      "sqlite3 -readonly %s \"PRAGMA quick_check\"",
				      path);
	const int rc = checkup_integrity(doctor->checkup, &complaint);
	struct finding finding =
		rc == 0 ? finding_ok("every page is where it belongs")
			: finding_remedy(
				  finding_failed("%s", complaint.length > 0
							       ? complaint.data
							       : strerror(-rc)),
				  "stop the daemon, put the newest backup in its place, "
				  "start it; keep the damaged file");

	text_finish(&complaint);
	return finding;
}

struct finding doctor_journal(struct doctor *doctor, const void *about)
{
	const int64_t mib = mib_of(doctor->config->database, "-wal");

	(void)about;
	if (doctor->checkup == NULL)
		return no_database();
	if (mib < JOURNAL_WARNING_MIB)
		return finding_ok("the write-ahead log has %" PRId64 " MiB", mib);
	return finding_remedy(
		finding_warning("the write-ahead log has %" PRId64
				" MiB: somebody reads the database and does "
				"not end",
				mib),
		"end the program that reads: fuser %s", doctor->config->database);
}

/* -- the next session ---------------------------------------------------------------------------- */

static struct finding no_session(const struct doctor *doctor)
{
	return doctor->checkup == NULL ? no_database()
				       : finding_not_checked("no session is planned");
}

struct finding doctor_session(struct doctor *doctor, const void *about)
{
	struct checkup_session *const session = &doctor->session;
	struct text start = { 0 };

	(void)about;
	if (doctor->checkup == NULL)
		return no_database();
	const int rc = checkup_session(doctor->checkup, doctor->session_word,
				       clock_now_ms(&doctor->config->clock), session);
	if (rc == -ENOENT && doctor->session_word != NULL)
		return finding_remedy(finding_failed("there is no session %s",
						     doctor->session_word),
				      "plenary sessions --config %s lists them",
				      doctor->config_path);
	if (rc == -ENOENT)
		return finding_remedy(finding_warning("no session is planned"),
				      "plenary schedule --help");
	if (rc < 0)
		return finding_not_checked("the database cannot be asked: %s",
					   strerror(-rc));
	doctor->has_session = true;
	where_add_time(&start, "%A %Y-%m-%d %H:%M", session->starts_ms);
	struct finding finding =
		finding_ok("%s, on %s", session->uid, text_string(&start));

	text_finish(&start);
	if (session->state < SESSION_OVER)
		return finding;
	finding.state = FINDING_WARNING;
	text_addf(&finding.words, ", is over");
	return finding;
}

struct finding doctor_roster(struct doctor *doctor, const void *about)
{
	const struct checkup_session *const session = &doctor->session;

	(void)about;
	if (!doctor->has_session)
		return no_session(doctor);
	if (session->leaders == 0)
		return finding_remedy(
			finding_failed("%" PRId64 " people are enrolled and nobody may "
				       "lead: `start` and `recall` would be refused",
				       session->people),
			"schedule it again with a facilitator or producer in --people "
			"(plenary schedule --help)");
	if (session->people == session->leaders)
		return finding_warning("only those who lead are enrolled; others are "
				       "added as they come, without a profession");
	return finding_ok("%" PRId64 " people, %" PRId64 " of whom may lead",
			  session->people, session->leaders);
}

struct finding doctor_meeting(struct doctor *doctor, const void *about)
{
	const struct checkup_session *const session = &doctor->session;

	(void)about;
	if (!doctor->has_session)
		return no_session(doctor);
	if (!session->has_chat || session->join_url[0] == '\0')
		return finding_remedy(finding_failed("its meeting is known without %s",
						     session->has_chat ? "its link"
								       : "its chat"),
				      "schedule it again with --thread and --join-url");
	if (!session->has_meeting_id && doctor->config->graph.client_id != NULL)
		return finding_remedy(
			finding_warning("Graph's id of its meeting is not known, so no "
					"attendance report of it is fetched"),
			"schedule it again with --meeting-id");
	return finding_ok("its meeting is known");
}

struct finding doctor_rooms(struct doctor *doctor, const void *about)
{
	const struct checkup_session *const session = &doctor->session;

	(void)about;
	if (!doctor->has_session)
		return no_session(doctor);
	if (session->rounds == 0 && session->rooms == 0)
		return finding_ok("no block needs rooms");
	if (session->rooms == 0)
		return finding_ok("%" PRId64 " rounds; rooms are made when their time "
				  "comes",
				  session->rounds);
	if (session->rooms_ready == session->rooms)
		return finding_ok("%" PRId64 " rooms are ready", session->rooms);
	return finding_remedy(
		finding_warning("%" PRId64 " of %" PRId64 " rooms have no link yet",
				session->rooms - session->rooms_ready, session->rooms),
		"wait a minute; then look at what could not be delivered: sqlite3 "
		"-readonly %s \"SELECT * FROM outbox WHERE state = 2\"",
		doctor->config->database);
}

/* -- its subscriptions ------------------------------------------------------------------------ */

struct ages {
	int64_t now_ms;
	unsigned total, absent, over, ending;
};

static void look_at(void *context, const struct checkup_subscription *subscription)
{
	struct ages *const ages = context;
	const int64_t left_ms = subscription->ends_ms - ages->now_ms;

	ages->total++;
	if (subscription->id[0] == '\0')
		ages->absent++;
	else if (left_ms <= 0)
		ages->over++;
	else if (left_ms < (int64_t)SOON_MINUTES * MINUTE_MS)
		ages->ending++;
}

struct finding doctor_subscription_ages(struct doctor *doctor, const void *about)
{
	struct ages ages = { .now_ms = clock_now_ms(&doctor->config->clock) };

	(void)about;
	if (doctor->config->graph.client_id == NULL)
		return finding_ok("Graph is not used");
	if (!doctor->has_session)
		return no_session(doctor);
	if (doctor->session.state >= SESSION_OVER)
		return finding_ok("it is over, and needs none");
	const int rc = checkup_subscriptions(doctor->checkup, doctor->session.number,
					     look_at, &ages);
	if (rc < 0)
		return finding_not_checked("the database cannot be asked: %s",
					   strerror(-rc));
	doctor->subscriptions = ages.total - ages.absent - ages.over;
	if (ages.over > 0)
		return finding_remedy(
			finding_failed("%u of %u have run out", ages.over, ages.total),
			"start the daemon: it renews them, or makes them anew; then look "
			"at journalctl -u plenary.service");
	if (ages.absent > 0)
		return finding_remedy(
			finding_warning("%u of %u meetings have none yet; one that is "
					"made after the first person has joined tells "
					"nothing",
					ages.absent, ages.total),
			"let the daemon run well before the session; if this stays, "
			"journalctl -u plenary.service says why");
	if (ages.ending > 0)
		return finding_warning(
			"%u of %u end within %d minutes; the daemon renews "
			"them long before that when it runs",
			ages.ending, ages.total, SOON_MINUTES);
	return finding_ok("%u, none near its end", ages.total);
}

/* No interface reads the switch; what came of it can be read. */
struct finding doctor_event_switch(struct doctor *doctor, const void *about)
{
	static const char where[] = "https://dev.teams.microsoft.com/apps: your app, "
				    "Configure, App features, "
				    "Bot, Meeting event subscriptions: Meeting start and "
				    "end, Participant join "
				    "and leave";
	struct checkup_evidence evidence = { 0 };

	(void)about;
	if (doctor->config->bot.app_id == NULL)
		return finding_ok("there is no bot");
	if (doctor->checkup == NULL || checkup_evidence(doctor->checkup, &evidence) < 0 ||
	    evidence.started == 0)
		return finding_remedy(
			finding_not_checked("whether the bot is told who comes and goes "
					    "cannot be asked of Microsoft"),
			"%s", where);
	if (evidence.unseen == 0)
		return finding_ok("the bot saw people in all of %" PRId64 " sessions",
				  evidence.started);
	return finding_remedy(
		finding_warning("in %" PRId64 " of %" PRId64 " sessions the bot was told "
				"the start and saw nobody: the switch seems to be off",
				evidence.unseen, evidence.started),
		"%s", where);
}
