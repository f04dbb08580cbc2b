/* SPDX-License-Identifier: MIT */
/* The doctor beside a daemon that runs, with a tenant that has one fault at a time. */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/sqlite.h"
#include "tests/check.h"
#include "tests/commands/clinic.h"
#include "tests/commands/run.h"

/* -- all is well ---------------------------------------------------------------------------------- */

/* So many of ours, as Graph lists them. */
static void lists(int count)
{
	struct text page = { 0 };

	text_addf(&page, "{\"value\":[");
	for (int i = 0; i < count; i++)
		text_addf(&page,
			  "%s{\"notificationUrl\":\"https://localhost:%d/graph/n\","
			  "\"expirationDateTime\":\"2099-01-01T00:00:00Z\"}",
			  i > 0 ? "," : "", port);
	text_addf(&page, "]}");
	tenant_says(&tenant, "GET /graph/beta/subscriptions", 200, "",
		    text_string(&page));
	text_finish(&page);
}

static void test_all_is_well(void)
{
	static const char *const good[] = {
		"config",
		"secret.bot",
		"secret.events",
		"data_dir",
		"database",
		"database.integrity",
		"daemon",
		"session",
		"session.roster",
		"session.meeting",
		"host.sign_in",
		"host.graph",
		"host.bot_keys",
		"clock",
		"bot.keys",
		"bot.token",
		"graph.token",
		"graph.organiser",
		"graph.access_policy",
		"graph.subscriptions",
		"public.certificate",
		"public.messages",
		"public.handshake",
		"graph.permission.OnlineMeetings.ReadWrite.All",
	};

	lists(4);
	CHECK_INT(0, examine(NULL));
	CHECK(json_is_true(json_object_get(last, "go_on")));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		is(good[i], "ok", "");
	is("session", "ok", "leep-1");
	is("session.roster", "ok", "3 people, 1 of whom may lead");
	is("session.rooms", "ok", "3 rooms are ready");
	is("session.subscriptions", "ok", "4, none near its end");
	is("graph.subscriptions", "ok", "4 notify us");
	is("public.webhook", "not checked", "only Microsoft");
	is("bot.event_switch", "not checked", "");
	advises("bot.event_switch", "https://dev.teams.microsoft.com/apps");
	/* Nothing was changed there. */
	CHECK_INT(0, tenant_heard(&tenant, "POST /graph"));
	CHECK_INT(0, tenant_heard(&tenant, "DELETE "));
	tenant_behaves(&tenant);
}

static void test_in_words(void)
{
	char path[HOUSE_BYTES];

	snprintf(path, sizeof(path), "%s", house_path(&house, "doctor.yaml"));
	CHECK_INT(0, run_program((const char *const[]){ "doctor", path,
							geteuid() == 0 ? "--user" : NULL,
							"0", NULL },
				 &said));
	CHECK(strstr(text_string(&said), "ok            bot.token: a token came") !=
	      NULL);
	CHECK(strstr(text_string(&said), "\ngo on: ") != NULL);
	CHECK(strstr(text_string(&said), SECRET) == NULL);
	CHECK(strstr(text_string(&said), "eyJ") == NULL);
	CHECK(strstr(text_string(&said), "part=") == NULL); /* no line of a log */
}

/* -- signing in -------------------------------------------------------------------------------------- */

static void test_refusals_of_tokens(void)
{
	static const struct {
		int code;
		const char *error, *words, *remedy;
	} cases[] = {
		{ 7000215, "invalid_client", "the client secret is wrong",
		  "not its Secret ID" },
		{ 7000222, "invalid_client", "has expired", "make a new one" },
		{ 700016, "unauthorized_client", "no such application", "app_id" },
		{ 90002, "invalid_request", "no such tenant", "Directory (tenant) ID" },
		{ 700027, "invalid_client", "does not know the certificate", "upload" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char body[512];

		snprintf(body, sizeof(body),
			 "{\"error\":\"%s\",\"error_description\":\"AADSTS%d: eyJ " SECRET
			 "\",\"error_codes\":[%d],\"correlation_id\":\"c-1\"}",
			 cases[i].error, cases[i].code, cases[i].code);
		tenant_says(&tenant, "POST /token", 401, "", body);
		CHECK_INT(1, examine(NULL));
		is("bot.token", "failed", cases[i].words);
		advises("bot.token", cases[i].remedy);
		is("graph.token", "failed", cases[i].words);
		is("graph.access_policy", "not checked", "there is no token");
		is("public.handshake", "ok", ""); /* hides nothing else */
		tenant_behaves(&tenant);
	}
}

static void test_secret_for_everybody(void)
{
	CHECK_INT(0, chmod(house_path(&house, "secret"), 0644));
	CHECK_INT(1, examine(NULL));
	is("secret.bot", "failed", "others may use the file");
	CHECK_INT(0, chmod(house_path(&house, "secret"), 0600));
}

/* doctor.yaml with a certificate, good for so many days, in place of the secret. */
static void prove_by_certificate(int days)
{
	char command[4 * HOUSE_BYTES];

	snprintf(command, sizeof(command),
		 "cd '%s' && openssl req -x509 -newkey rsa:2048 -nodes -days %d -subj "
		 "/CN=test -keyout entra.key -out entra.crt 2>/dev/null && chmod 600 "
		 "entra.key && sed -i 's|secret_file: ./secret$|certificate: "
		 "./entra.crt\\n  key: ./entra.key|' doctor.yaml",
		 house.folder, days);
	CHECK_INT(0, system(command));
}

static void test_certificate_as_proof(void)
{
	prove_by_certificate(200);
	CHECK_INT(0, examine(NULL));
	is("secret.bot", "ok", "are a pair");
	is("bot.token", "ok", "");
	prove_by_certificate(5);
	CHECK_INT(0, examine(NULL));
	is("secret.bot", "warning", "ends within 21 days");
	advises("secret.graph", "upload its certificate");
	CHECK_INT(0, rename(house_path(&house, "tls.key"), house_path(&house, "kept")));
	CHECK_INT(0,
		  rename(house_path(&house, "entra.key"), house_path(&house, "tls.key")));
	CHECK_INT(1, examine(NULL));
	is("secret.bot", "failed", "");
	is("bot.token", "failed", "");
	CHECK_INT(0, rename(house_path(&house, "kept"), house_path(&house, "tls.key")));
	write_usual();
}

static void test_keys_for_others(void)
{
	char *const keys = memory_string(tenant.keys);
	char *const channel = strstr(keys, "msteams");

	CHECK(channel != NULL);
	channel[0] = 'x';
	tenant_says(&tenant, "GET /keys", 200, "", keys);
	CHECK_INT(1, examine(NULL));
	is("bot.keys", "failed", "endorsed for Teams");
	tenant_behaves(&tenant);
	tenant_says(&tenant, "GET /metadata", 200, "",
		    "{\"issuer\":\"https://other.example.test\",\"jwks_uri\":\"x\"}");
	CHECK_INT(1, examine(NULL));
	is("bot.keys", "failed", "the configuration expects");
	tenant_behaves(&tenant);
	free(keys);
}

static void test_clock(void)
{
	tenant_says(&tenant, "GET /", 200, "Date: Tue, 01 Jan 2019 00:00:00 GMT\r\n",
		    tenant.metadata);
	CHECK_INT(1, examine(NULL));
	is("clock", "failed", "ahead of Microsoft's");
	advises("clock", "timedatectl");
	tenant_behaves(&tenant);
}

/* -- Graph ---------------------------------------------------------------------------------------------- */

static void test_missing_permissions(void)
{
	tenant_grants(&tenant, "\"OnlineMeetings.Read.All\",\"Mail.Send\"");
	CHECK_INT(1, examine(NULL));
	is("graph.permission.OnlineMeetings.ReadWrite.All", "failed", "rooms");
	is("graph.permission.OnlineMeetings.Read.All", "ok", "");
	is("graph.permission.OnlineMeetingArtifact.Read.All", "failed", "reports");
	is("graph.permission.VirtualEvent.Read.All", "warning", "webinars");
	advises("graph.permission.OnlineMeetings.ReadWrite.All",
		OUTSIDE_TENANT "/adminconsent?client_id=" OUTSIDE_APP);
	tenant_behaves(&tenant);
	tenant_grants(&tenant, "\"OnlineMeetings.ReadWrite.All\",\"User.Read.All\","
			       "\"OnlineMeetingArtifact.Read.All\"");
	CHECK_INT(0, examine(NULL));
	is("graph.permission.OnlineMeetings.Read.All", "ok", "");
	is("graph.permission.User.ReadBasic.All", "ok", "");
	CHECK_INT(1, examine("--strict"));
	tenant_behaves(&tenant);
}

static void test_policy(void)
{
	tenant_says(&tenant, "GET " TENANT_ORGANISER "/onlineMeetings", 403, "",
		    "{\"error\":{\"code\":\"Forbidden\",\"message\":\"No application "
		    "access policy found for this app.\",\"innerError\":{\"request-id\":"
		    "\"request-7\"}}}");
	CHECK_INT(1, examine(NULL));
	is("graph.access_policy", "failed", "no application access policy");
	advises("graph.access_policy", "Connect-MicrosoftTeams");
	advises("graph.access_policy",
		"New-CsApplicationAccessPolicy -Identity Plenary-Policy -AppIds "
		"\"" OUTSIDE_APP "\"");
	advises("graph.access_policy", "Grant-CsApplicationAccessPolicy");
	advises("graph.access_policy", "request-7");
	tenant_behaves(&tenant);
}

static void test_organiser(void)
{
	tenant_says(&tenant, "GET " TENANT_ORGANISER "?", 404, "",
		    "{\"error\":{\"code\":\"Request_ResourceNotFound\"}}");
	CHECK_INT(1, examine(NULL));
	is("graph.organiser", "failed", "the tenant has no user");
	tenant_behaves(&tenant);
	tenant_says(&tenant, "GET " TENANT_ORGANISER "?", 403, "", "{}");
	CHECK_INT(0, examine(NULL));
	is("graph.organiser", "not checked", "User.ReadBasic.All");
	tenant_behaves(&tenant);
}

static void test_lost_subscriptions(void)
{
	lists(3);
	CHECK_INT(0, examine(NULL));
	is("graph.subscriptions", "warning", "3 notify us, and the session counts on 4");
	tenant_behaves(&tenant);
}

static void test_strange_subscriptions(void)
{
	struct text page = { 0 };

	text_addf(&page,
		  "{\"value\":[{\"notificationUrl\":\"https://localhost:%d/graph/n\","
		  "\"expirationDateTime\":\"2099-01-01T00:00:00Z\"}],\"@odata.nextLink\":"
		  "\"http://127.0.0.1:%d/graph/more\"}",
		  port, tenant.port);
	tenant_says(&tenant, "GET /graph/beta/subscriptions", 200, "",
		    text_string(&page));
	tenant_says(&tenant, "GET /graph/more", 200, "",
		    "{\"value\":[{\"notificationUrl\":\"https://old.example.test/x\"}],"
		    "\"@odata.nextLink\":\"http://elsewhere.example.test/steal\"}");
	CHECK_INT(0, examine(NULL));
	is("graph.subscriptions", "warning", "1 of ours, and 1 that notify another");
	tenant_behaves(&tenant);
	text_finish(&page);
}

static void test_webhook(void)
{
	CHECK_INT(0, examine("--webhook"));
	is("public.webhook", "ok", "Microsoft reached public_url");
	CHECK_INT(1, tenant_heard(&tenant, "POST /graph/v1.0/subscriptions\n"));
	CHECK_INT(1, tenant_heard(&tenant, "DELETE /graph/v1.0/subscriptions/trial-1\n"));
	tenant_behaves(&tenant);
	tenant_says(&tenant, "POST /graph/v1.0/subscriptions", 400, "",
		    "{\"error\":{\"code\":\"InvalidRequest\",\"message\":\"Subscription "
		    "validation request timed out.\"}}");
	CHECK_INT(1, examine("--webhook"));
	is("public.webhook", "failed", "Microsoft could not reach public_url");
	CHECK_INT(0, tenant_heard(&tenant, "DELETE "));
	tenant_behaves(&tenant);
	tenant_says(&tenant, "DELETE /graph/", 500, "", "{}");
	CHECK_INT(0, examine("--webhook"));
	is("public.webhook", "warning", "could not be deleted");
	tenant_behaves(&tenant);
}

/* -- how the world reaches us --------------------------------------------------------------------------- */

static void test_certificates(void)
{
	restart("DNS:localhost", -2 * DAY_S, -HOUR_S);
	CHECK_INT(1, examine(NULL));
	is("public.certificate", "failed", "has expired");
	restart("DNS:other.example.test", -HOUR_S, 90L * DAY_S);
	CHECK_INT(1, examine(NULL));
	is("public.certificate", "failed", "is for another name");
	restart("DNS:localhost", -HOUR_S, 10L * DAY_S);
	CHECK_INT(0, examine(NULL));
	is("public.certificate", "warning", "ends in 9 days");
	CHECK_INT(0, rename(house_path(&house, "tls.crt"),
			    house_path(&house, "former.crt")));
	restart("DNS:localhost", -HOUR_S, 90L * DAY_S);
	write_config(&(const struct plan){ "doctor.yaml", "data", "former.crt", NULL,
					   tenant.port });
	CHECK_INT(1, examine(NULL));
	is("public.certificate", "failed", "not trusted");
	is("daemon", "ok", "");
	write_usual();
}

static void test_proxy_that_keeps_things(void)
{
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", tenant.port);
	write_config(&(const struct plan){ "doctor.yaml", "data", "tls.crt", url,
					   tenant.port });
	tenant_says(&tenant, "POST /api/messages", 404, "", "not here");
	tenant_says(&tenant, "POST /graph/notifications", 200, "", "a login page");
	CHECK_INT(1, examine(NULL));
	is("public.messages", "failed", "answered 404");
	is("public.handshake", "failed", "not Plenary's answer");
	advises("public.handshake", "reverse proxy");
	tenant_behaves(&tenant);
	write_usual();
}

/* -- the database, with nobody writing ----------------------------------------------------------------- */

static void change(const char *sql)
{
	struct sqlite *sqlite = NULL;

	CHECK_INT(0, sqlite_open(&sqlite, house_path(&house, "data/plenary.db")));
	CHECK_INT(0, sqlite_run(sqlite, sql));
	sqlite_close(sqlite);
}

static void test_nobody_home(void)
{
	house_signal(&house, SIGTERM);
	CHECK_INT(0, house_wait(&house));
	CHECK_INT(1, examine(NULL));
	CHECK(json_is_false(json_object_get(last, "go_on")));
	is("daemon", "failed", "nobody answers");
	is("public.certificate", "not checked", "must be known before a session");
	is("public.handshake", "not checked", "no daemon runs");
	is("database", "ok", "");
}

static void test_old_subscriptions(void)
{
	change("UPDATE place SET subscription_id = 's', subscription_ends_ms = 1 "
	       "WHERE place = 0");
	CHECK_INT(1, examine(NULL));
	is("session.subscriptions", "failed", "have run out");
	change("UPDATE place SET subscription_ends_ms = 32503680000000");
	examine(NULL);
	is("session.subscriptions", "ok", "none near its end");
}

static void test_event_switch(void)
{
	change("INSERT INTO session (number, uid, starts_ms, state) "
	       "VALUES (90, 'past', 1, 5), (91, 'seen', 1, 5);"
	       "INSERT INTO journal VALUES "
	       "(9000, 90, 1, 'meeting_started at=1 session=90 seed=1 source=bot'),"
	       "(9001, 91, 1, 'meeting_started at=1 session=91 seed=1 source=bot');"
	       "INSERT INTO presence VALUES (91, 0, 0, 0, 1, 1, 2)");
	examine(NULL);
	is("bot.event_switch", "warning", "in 1 of 2 sessions");
	change("DELETE FROM journal WHERE number >= 9000;"
	       "DELETE FROM session WHERE number >= 90;"
	       "DELETE FROM presence WHERE session >= 90");
}

static void test_sessions(void)
{
	char path[HOUSE_BYTES];

	snprintf(path, sizeof(path), "%s", house_path(&house, "doctor.yaml"));
	CHECK_INT(1, run_program((const char *const[]){ "doctor", path, "--session",
							"nobody's", NULL },
				 &said));
	CHECK(strstr(text_string(&said), "there is no session nobody's") != NULL);
	change("UPDATE journal SET line = replace(line, 'role=facilitator', "
	       "'role=observer')");
	CHECK_INT(1, examine(NULL));
	is("session.roster", "failed", "nobody may lead");
}

static void test_other_databases(void)
{
	change("PRAGMA user_version = 99");
	CHECK_INT(1, examine(NULL));
	is("database", "failed", "a newer Plenary (version 99");
	is("session", "not checked", "no database");
	change("PRAGMA application_id = 1");
	CHECK_INT(1, examine(NULL));
	is("database", "failed", "belongs to another program");
	CHECK_INT(0, unlink(house_path(&house, "data/plenary.db")));
	unlink(house_path(&house, "data/plenary.db-wal"));
	unlink(house_path(&house, "data/plenary.db-shm"));
	house_write(&house, "data/plenary.db", "this is no database, but it is a file\n");
	CHECK_INT(1, examine(NULL));
	is("database", "failed", "damaged, or no database");
	is("bot.token", "ok", "");
	CHECK_INT(0, unlink(house_path(&house, "data/plenary.db")));
	CHECK_INT(1, examine(NULL));
	is("database", "warning", "does not exist yet");
	is("database.journal", "not checked", "no database");
}

/* -- nobody at all ---------------------------------------------------------------------------------------- */

static void test_nobody_outside(void)
{
	write_config(&(const struct plan){ "doctor.yaml", "data", "tls.crt", NULL,
					   free_port() });
	CHECK_INT(1, examine(NULL));
	is("host.sign_in", "failed", "nobody takes the connection");
	is("host.graph", "failed", "nobody takes the connection");
	is("clock", "not checked", "");
	is("bot.token", "failed", "no token came");
	write_usual();
}

static void test_configuration(void)
{
	house_write(&house, "doctor.yaml", "data_dir: ./data\nlisten: nowhere\n");
	CHECK_INT(1, examine(NULL));
	is("config", "failed", "line 2: ");
	CHECK_INT(1, json_array_size(json_object_get(last, "checks")));
}

int main(void)
{
	clinic_open();
	RUN(test_all_is_well);
	RUN(test_in_words);
	RUN(test_refusals_of_tokens);
	RUN(test_secret_for_everybody);
	RUN(test_certificate_as_proof);
	RUN(test_keys_for_others);
	RUN(test_clock);
	RUN(test_missing_permissions);
	RUN(test_policy);
	RUN(test_organiser);
	RUN(test_lost_subscriptions);
	RUN(test_strange_subscriptions);
	RUN(test_webhook);
	RUN(test_certificates);
	RUN(test_proxy_that_keeps_things);
	RUN(test_nobody_home);
	RUN(test_old_subscriptions);
	RUN(test_event_switch);
	RUN(test_sessions);
	RUN(test_other_databases);
	RUN(test_nobody_outside);
	RUN(test_configuration);
	clinic_close();
	return check_done();
}
