/* SPDX-License-Identifier: MIT */
/*
 * plenary doctor [CONFIG]: everything that would otherwise fail at nine o'clock.
 */
#include "commands/doctor.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/commands.h"
#include "commands/doctor_checks.h"
#include "commands/doctor_user.h"
#include "commands/help.h"
#include "commands/where.h"
#include "daemon/common/clock.h"
#include "daemon/settings/config.h"

static const char usage[] =
	"usage: plenary doctor [CONFIG] [--session UID] [--json] [--strict] [--webhook]\n"
	"                      [--user NAME]\n"
	"\n"
	"Looks at everything a session needs, here and at Microsoft, and says what to "
	"do\n"
	"about what is missing.  Changes nothing.  Ends with 0: go on; 1: something "
	"failed,\n"
	"or could not be looked at and must be; 2: the arguments are wrong.\n"
	"\n"
	"  CONFIG            the configuration (" WHERE_CONFIG ")\n"
	"  --session UID     the session to look at (the next one)\n"
	"  --json            for programs: keys stay the same from version to version\n"
	"  --strict          end with 1 for warnings too\n"
	"  --webhook         let Microsoft prove that it reaches us: make a "
	"subscription,\n"
	"                    and delete it\n"
	"  --user NAME       as root: judge files for this user (plenary, or the owner "
	"of\n"
	"                    data_dir)\n" HELP_HELP;

struct check {
	const char *key; /* what --json calls it: never changed */
	doctor_check_fn *look;
	const void *about;
	bool must; /* left unchecked, it is not known whether to go on */
};

enum { MAY = false, MUST = true };

static const enum reply_party connector = PARTY_CONNECTOR, graph = PARTY_GRAPH;
static const enum doctor_host host_keys = HOST_KEYS, host_sign_in = HOST_SIGN_IN,
			      host_graph = HOST_GRAPH, host_connector = HOST_CONNECTOR;

#define PERMISSION(called, includes, use, loss) \
	{ \
		"graph.permission." called, doctor_permission, \
			&(const struct doctor_permission){ called, includes, use, \
							   loss }, \
			MUST \
	}

/* In the order of their causes: the first that failed is the one to look at first. */
static const struct check checks[] = {
	{ "tenant", doctor_tenant, NULL, MAY },
	{ "user", doctor_user, NULL, MUST },
	{ "credentials", doctor_credentials, NULL, MAY },
	{ "secret.bot", doctor_proof, &connector, MAY },
	{ "secret.graph", doctor_proof, &graph, MAY },
	{ "secret.events", doctor_events_secret, NULL, MAY },
	{ "secret.live", doctor_live_key, NULL, MAY },
	{ "tls.files", doctor_certificate_files, NULL, MAY },
	{ "time_zone", doctor_time_zone, NULL, MAY },
	{ "data_dir", doctor_data_dir, NULL, MAY },
	{ "disk", doctor_disk, NULL, MAY },
	{ "database", doctor_database, NULL, MAY },
	{ "database.integrity", doctor_integrity, NULL, MAY },
	{ "database.journal", doctor_journal, NULL, MAY },
	{ "daemon", doctor_daemon, NULL, MUST },
	{ "session", doctor_session, NULL, MUST },
	{ "session.roster", doctor_roster, NULL, MAY },
	{ "session.meeting", doctor_meeting, NULL, MAY },
	{ "session.rooms", doctor_rooms, NULL, MAY },
	{ "session.subscriptions", doctor_subscription_ages, NULL, MAY },
	{ "host.sign_in", doctor_host, &host_sign_in, MUST },
	{ "host.graph", doctor_host, &host_graph, MUST },
	{ "host.bot_keys", doctor_host, &host_keys, MUST },
	{ "host.connector", doctor_host, &host_connector, MUST },
	{ "clock", doctor_clock, NULL, MUST },
	{ "bot.keys", doctor_bot_keys, NULL, MUST },
	{ "bot.token", doctor_sign_in, &connector, MUST },
	{ "bot.event_switch", doctor_event_switch, NULL, MAY },
	{ "graph.token", doctor_sign_in, &graph, MUST },
	PERMISSION("OnlineMeetings.ReadWrite.All", NULL, USED_FOR_ROOMS,
		   "no meetings can be made for rooms; rounds at tables or with a "
		   "producer's sheet work"),
	PERMISSION("OnlineMeetings.Read.All", "OnlineMeetings.ReadWrite.All",
		   USED_FOR_CALL_EVENTS, "who comes and goes is not told live by Graph"),
	PERMISSION(
		"OnlineMeetingArtifact.Read.All", NULL, USED_FOR_REPORTS,
		"attendance reports cannot be read: the register has one witness less"),
	PERMISSION("VirtualEvent.Read.All", NULL, USED_PERHAPS,
		   "registrations of webinars are not imported"),
	PERMISSION("User.ReadBasic.All", "User.Read.All", USED_PERHAPS,
		   "the doctor cannot check that the organiser exists; nothing "
		   "else needs it"),
	PERMISSION("Mail.Send", NULL, USED_FOR_MAIL, "no mail can be sent"),
	PERMISSION("Mail.ReadWrite", NULL, USED_FOR_LARGE_MAIL,
		   "mail with attachments of 3 MB and more cannot be sent"),
	{ "graph.organiser", doctor_organiser, NULL, MAY },
	{ "graph.access_policy", doctor_policy, NULL, MUST },
	{ "graph.subscriptions", doctor_subscriptions, NULL, MUST },
	{ "public.certificate", doctor_public_certificate, NULL, MUST },
	{ "public.address", doctor_public_address, NULL, MAY },
	{ "public.messages", doctor_messages, NULL, MUST },
	{ "public.handshake", doctor_handshake, NULL, MUST },
	{ "public.webhook", doctor_subscribe, NULL, MUST },
};

enum { CHECKS = sizeof(checks) / sizeof(checks[0]), INDENT = 14 };

struct asked {
	bool json, strict;
	unsigned states[FINDING_STATES], withheld; /* not checked, and must be */
	struct text report; /* of --json: the checks, as an array's items */
};

/* -- what is said ------------------------------------------------------------------------------ */

static void say_remedy(const char *remedy)
{
	for (const char *line = remedy; *line != '\0';) {
		const int length = (int)strcspn(line, "\n");

		printf("%*s%s %.*s\n", INDENT, "", line == remedy ? "->" : "  ", length,
		       line);
		line += length + (line[length] == '\n');
	}
}

/* Takes the finding over. */
static void say(struct asked *asked, const char *key, struct finding finding, bool must)
{
	if (must && finding.state == FINDING_NOT_CHECKED) {
		asked->withheld++;
		text_addf(&finding.words, " (it must be known before a session)");
	}
	const char *const words = text_string(&finding.words);
	const char *const remedy = text_string(&finding.remedy);

	asked->states[finding.state]++;
	if (asked->json) {
		text_addf(&asked->report,
			  "%s\n  {\"key\":\"%s\",\"state\":\"%s\",\"words\":",
			  asked->report.length > 0 ? "," : "", key,
			  finding_state_words(finding.state));
		text_add_json(&asked->report, words);
		text_addf(&asked->report, ",\"remedy\":");
		text_add_json(&asked->report, remedy);
		text_addf(&asked->report, "}");
	} else {
		printf("%-*s%s: %s\n", INDENT, finding_state_words(finding.state), key,
		       words);
		say_remedy(remedy);
		fflush(stdout);
	}
	finding_finish(&finding);
}

static bool goes_on(const struct asked *asked)
{
	return asked->states[FINDING_FAILED] == 0 && asked->withheld == 0 &&
	       !(asked->strict && asked->states[FINDING_WARNING] > 0);
}

static int say_end(const struct asked *asked, const char *path)
{
	const unsigned *const states = asked->states;
	struct text text = { 0 };
	char now[32];

	if (asked->json) {
		clock_iso(clock_real_ms(), now);
		text_add_json(&text, path);
		printf("{\"plenary\":\"" PLENARY_VERSION "\",\"at\":\"%s\",\"config\":%s,"
		       "\"go_on\":%s,\n\"ok\":%u,\"warnings\":%u,\"failed\":%u,"
		       "\"not_checked\":%u,\n\"checks\":[%s\n]}\n",
		       now, text_string(&text), goes_on(asked) ? "true" : "false",
		       states[FINDING_OK], states[FINDING_WARNING],
		       states[FINDING_FAILED], states[FINDING_NOT_CHECKED],
		       text_string(&asked->report));
		text_finish(&text);
	} else {
		printf("\n%s: %u ok, %u warnings, %u failed, %u not checked\n",
		       goes_on(asked) ? "go on" : "not yet", states[FINDING_OK],
		       states[FINDING_WARNING], states[FINDING_FAILED],
		       states[FINDING_NOT_CHECKED]);
	}
	return goes_on(asked) ? 0 : 1;
}

/* -- looking ------------------------------------------------------------------------------------ */

/* Line 0 is the file as a whole. */
static void add_fault(struct text *words, const struct fault *fault)
{
	if (fault->line > 0)
		text_addf(words, "; line %d: %s", fault->line, fault->message);
	else
		text_addf(words, "; %s", fault->message);
}

static struct finding judge_faults(const struct fault_list *faults, const char *path,
				   int rc)
{
	struct finding finding = rc == 0 ? finding_ok("%s is readable", path)
					 : finding_failed("%s cannot be used", path);

	if (rc == 0 && faults->warnings > 0)
		finding.state = FINDING_WARNING;
	for (int i = 0; i < faults->count; i++)
		add_fault(&finding.words, &faults->faults[i]);
	return faults->count == 0
		       ? finding
		       : finding_remedy(finding, "plenary check-config %s", path);
}

static void finish(struct doctor *doctor)
{
	for (int i = 0; i < REPLY_PARTIES; i++) {
		if (doctor->tokens[i].token == NULL)
			continue;
		explicit_bzero(doctor->tokens[i].token, strlen(doctor->tokens[i].token));
		free(doctor->tokens[i].token);
	}
	checkup_close(doctor->checkup);
}

static void look_at(struct doctor *doctor, struct asked *asked, const struct check *check)
{
	/* Microsoft's own call is made, and so must succeed, only when it is asked for. */
	const bool must =
		check->must && (check->look != doctor_subscribe || doctor->webhook);

	say(asked, check->key, check->look(doctor, check->about), must);
}

static int look(struct doctor *doctor, struct asked *asked)
{
	struct fault_list faults = { 0 };
	struct config *config = NULL;
	const int rc = config_read(doctor->config_path, &config, &faults);

	/* What the parts would log is in the findings, in words. */
	log_threshold(LOG_LEVEL_NOTHING);
	say(asked, "config", judge_faults(&faults, doctor->config_path, rc), false);
	if (rc == 0) {
		setenv("TZ", config->time_zone, 1);
		tzset();
		doctor->config = config;
		doctor->began_ms = clock_real_ms();
		for (int i = 0; i < CHECKS; i++)
			look_at(doctor, asked, &checks[i]);
		finish(doctor);
		config_destroy(config);
	}
	const int status = say_end(asked, doctor->config_path);

	text_finish(&asked->report);
	return status;
}

int command_doctor(int argc, char **argv)
{
	static const struct option options[] = {
		{ "session", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "strict", no_argument, NULL, 't' },
		{ "webhook", no_argument, NULL, 'w' },
		{ "user", required_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	struct doctor doctor = { .config_path = WHERE_CONFIG };
	struct asked asked = { 0 };

	if (help_asked(argc, argv))
		return help_print(usage);
	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == '?')
			return help_refuse(usage);
		asked.json |= option == 'j';
		asked.strict |= option == 't';
		doctor.webhook |= option == 'w';
		if (option == 'u')
			doctor.user_word = optarg;
		if (option == 's')
			doctor.session_word = optarg;
	}
	if (optind + 1 < argc)
		return help_refuse(usage);
	if (optind < argc)
		doctor.config_path = argv[optind];
	return look(&doctor, &asked);
}
