/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include <errno.h>

#include "daemon/common/text.h"
#include "daemon/settings/address.h"
#include "tests/settings/report.h"

#define BOT \
	"bot:\n" \
	"  app_id: 11112222-3333-4444-5555-666677778888\n" \
	"  tenant_id: 99990000-aaaa-bbbb-cccc-ddddeeeeffff\n" \
	"  secret_file: credential:bot\n"
#define ENTRA "https://login.microsoftonline.com/99990000-aaaa-bbbb-cccc-ddddeeeeffff"

static struct config *config_of(const char *text)
{
	struct fault_list faults = { 0 };
	struct config *config = NULL;
	const int rc = config_parse(text, strlen(text), "/etc/plenary", &config, &faults);

	EXPECT_REPORT("", report_of(&faults));
	CHECK_INT(0, rc);
	return config;
}

static char *printed(const struct config *config)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	config_print(out, config);
	fclose(out);
	return text;
}

static void test_defaults(void)
{
	struct config *config = config_of("{}\n");

	CHECK_TEXT("/var/lib/plenary", config->data_dir);
	CHECK_TEXT("/var/lib/plenary/plenary.db", config->database);
	CHECK_INT(1, config->listener_count);
	CHECK_TEXT("127.0.0.1:8443", config->listeners[0].address);
	CHECK(config->listeners[0].tls);
	CHECK(config->tls_certificate == NULL && config->tls_key == NULL);
	CHECK(config->public_url == NULL && config->ca_file == NULL);
	CHECK(config->bot.app_id == NULL && config->graph.client_id == NULL);
	CHECK(config->events_secret_file == NULL && config->live_key_file == NULL);
	CHECK(config->events_jwt.issuer == NULL);
	CHECK_INT(16, config->outbox.in_flight);
	CHECK_INT(3600, config->outbox.give_up_after_s);
	CHECK_INT(12, config->outbox.attempts);
	CHECK_INT(2048, config->limits.people_per_session);
	CHECK_INT(4 * 1024 * 1024, config->limits.body_bytes);
	CHECK_INT(1, config->clock.speed);
	CHECK_INT(config->clock.anchor_ms, config->clock.from_ms); /* the real time */
	CHECK_INT(LOG_LEVEL_INFO, config->log_level);
	CHECK(!config->allow_loopback_peers);
	CHECK_TEXT("Europe/London", config->time_zone);
	config_destroy(config);
}

/* The file we ship says the defaults and nothing else. */
static void test_shipped_file_is_the_defaults(void)
{
	struct fault_list faults = { 0 };
	struct config *shipped = NULL, *empty = config_of("{}");

	CHECK_INT(0, config_read("config/plenary.yaml", &shipped, &faults));
	EXPECT_REPORT("", report_of(&faults));
	char *expected = printed(empty), *actual = printed(shipped);
	CHECK_TEXT(expected, actual);
	free(expected);
	free(actual);
	config_destroy(shipped);
	config_destroy(empty);
}

static void test_defaults_of_bot_and_graph(void)
{
	struct config *config =
		config_of(BOT "graph: {}\npublic_url: https://plenary.example.test/\n");
	const struct config_bot *bot = &config->bot;

	CHECK_TEXT("https://plenary.example.test", config->public_url);
	CHECK_TEXT("https://login.botframework.com/v1/.well-known/openidconfiguration",
		   bot->metadata_url);
	CHECK_TEXT("https://api.botframework.com", bot->issuer);
	CHECK_TEXT("https://api.botframework.com/.default", bot->scope);
	CHECK_TEXT(ENTRA "/oauth2/v2.0/token", bot->token_url);
	CHECK_TEXT("credential:bot", bot->proof.secret_file);
	CHECK_TEXT("botframework.com", bot->service_hosts[0]);
	CHECK_TEXT("teams.microsoft.us", bot->service_hosts[3]);
	CHECK(bot->service_hosts[4] == NULL);
	CHECK_TEXT(bot->app_id, config->graph.client_id);
	CHECK_TEXT(bot->tenant_id, config->graph.tenant_id);
	CHECK_TEXT("credential:bot", config->graph.proof.secret_file);
	CHECK_TEXT("https://graph.microsoft.com", config->graph.base_url);
	CHECK_TEXT("https://graph.microsoft.com/.default", config->graph.scope);
	CHECK_TEXT(ENTRA "/oauth2/v2.0/token", config->graph.token_url);
	CHECK(config->graph.organiser_id == NULL);
	CHECK(config->mail.sender_id == NULL);
	CHECK_INT(2, config->rooms.spare);
	CHECK_TEXT("https://login.microsoftonline.com/common/v2.0/.well-known/"
		   "openid-configuration",
		   config->graph.metadata_url);
	CHECK_TEXT("https://login.microsoftonline.com/common/.well-known/"
		   "openid-configuration",
		   config->graph.metadata_url_v1);
	CHECK_TEXT("beta", config->graph.call_events_api);
	CHECK(config->graph.attendance_reports);
	config_destroy(config);
}

static void test_everything_said_and_printed_back(void)
{
	struct config *config = config_of(
		"data_dir: data\n"
		"listen:\n"
		"  - {address: \"[::1]:0\", tls: true}\n"
		"  - {address: 127.0.0.1:8080, tls: false}\n"
		"  - {address: unix:/run/plenary/http.sock}\n"
		"tls: {certificate: chain.pem, key: /k/key.pem}\n"
		"public_url: http://127.0.0.1:8080\n" BOT
		"  metadata_url: http://localhost:9000/keys\n"
		"  issuer: https://issuer.example.test\n"
		"  token_url: http://127.0.0.1:9000/token\n"
		"  scope: \"a \\\"b\\\" \\\\\"\n"
		"  service_hosts: [example.test]\n"
		"graph:\n"
		"  base_url: http://[::1]:9000/graph/\n"
		"  token_url: http://127.0.0.1:9000/token\n"
		"  organiser_id: 12345678-1234-1234-1234-123456789012\n"
		"app: {developer: Example Training, website: "
		"https://example.test,\n"
		"  privacy: https://example.test/p, terms: "
		"https://example.test/t,\n"
		"  name: A name, short_name: Name, version: 12.0}\n"
		"mail: {sender_id: 12345678-1234-1234-1234-123456789012}\n"
		"rooms: {spare: 0, lobby: organization}\n"
		"events: {secret_file: ./events, jwt: {metadata_url: "
		"http://127.0.0.1:9/m,\n"
		"  issuer: https://login.example.test/, audience: api://plenary}}\n"
		"live: {key_file: ../live}\n"
		"outbox: {in_flight: 2, give_up_after_s: 60, attempts: 3}\n"
		"limits: {people_per_session: 40, body_bytes: 65536}\n"
		"log: {level: debug}\n"
		"clock: {speed: 120, from: 2026-11-24T08:50:00Z, anchor_ms: "
		"1795424400000}\n"
		"allow_loopback_peers: true\n"
		"ca_file: ca.pem\n"
		"time_zone: Europe/Dublin\n");

	CHECK_TEXT("/etc/plenary/data/plenary.db", config->database);
	CHECK_INT(3, config->listener_count);
	CHECK(!config->listeners[1].tls && !config->listeners[2].tls);
	CHECK_TEXT("/etc/plenary/chain.pem", config->tls_certificate);
	CHECK_TEXT("/k/key.pem", config->tls_key);
	CHECK_TEXT("a \"b\" \\", config->bot.scope);
	CHECK_TEXT("http://[::1]:9000/graph", config->graph.base_url);
	CHECK_TEXT("12345678-1234-1234-1234-123456789012", config->mail.sender_id);
	CHECK_INT(0, config->rooms.spare);
	CHECK_TEXT("organization", config->rooms.lobby);
	CHECK_TEXT("/etc/plenary/./events", config->events_secret_file);
	CHECK_TEXT("http://127.0.0.1:9/m", config->events_jwt.metadata_url);
	CHECK_TEXT("https://login.example.test/", config->events_jwt.issuer);
	CHECK_TEXT("api://plenary", config->events_jwt.audience);
	CHECK_TEXT("/etc/plenary/../live", config->live_key_file);
	CHECK_INT(INT64_C(1795510200000), config->clock.from_ms);
	CHECK_INT(LOG_LEVEL_DEBUG, config->log_level);

	char *first = printed(config);
	struct config *again = config_of(first);
	char *second = printed(again);
	CHECK_TEXT(first, second);
	free(first);
	free(second);
	config_destroy(again);
	config_destroy(config);
}

static void test_faults(void)
{
	EXPECT_REPORT("f:1:1: error: unknown key `datadir` (did you mean `data_dir`?)\n"
		      "f:2:7: error: unknown key `levle` (did you mean `level`?)\n",
		      config_report("datadir: x\nlog: {levle: info}\n"));
	EXPECT_REPORT(
		"f:1:1: error: expected a configuration, written as keys with values\n",
		config_report("- a\n"));
	EXPECT_REPORT(
		"f:1:6: error: `log`: expected a section, written as keys with values\n",
		config_report("log: info\n"));
	EXPECT_REPORT("f:1:14: error: `level`: expected `error`, `warning`, `info` or"
		      " `debug`\n",
		      config_report("log: {level: loud}\n"));
	EXPECT_REPORT(
		"f:1:21: error: `in_flight`: expected a whole number of deliveries from 1"
		" to 256\n",
		config_report("outbox: {in_flight: 0}\n"));
	EXPECT_REPORT("f:1:16: error: `spare`: expected a whole number of rooms from 0 to"
		      " 50\n",
		      config_report("rooms: {spare: 51}\n"));
	EXPECT_REPORT("f:1:16: error: `lobby`: expected `everyone`,"
		      " `organizationAndFederated`, `organization` or `organizer`\n",
		      config_report("rooms: {lobby: guests}\n"));
	EXPECT_REPORT("f:1:7: warning: without `graph` no mail can be sent\n",
		      config_report("mail: {sender_id: sender.example.test}\n"));
	EXPECT_REPORT(
		"f:1:30: error: `people_per_session`: expected a whole number of people"
		" from 1 to 2048\n",
		config_report("limits: {people_per_session: 2049}\n"));
	EXPECT_REPORT(
		"f:1:12: error: `time_zone`: expected a time zone like Europe/London\n",
		config_report("time_zone: ../../etc/passwd\n"));
	EXPECT_REPORT(
		"f:1:12: warning: this machine does not know the time zone Mars/North (is"
		" tzdata installed?)\n",
		config_report("time_zone: Mars/North\n"));
}

static void test_faults_of_listening(void)
{
	EXPECT_REPORT("f:1:20: error: `address`: expected an address and port, like"
		      " 127.0.0.1:8443, [::1]:8443 or unix:/run/plenary/http.sock\n",
		      config_report("listen: [{address: 8443}]\n"));
	EXPECT_REPORT("f:1:10: error: plain HTTP only on loopback or a unix socket: say"
		      " `tls: true` or put a reverse proxy before it\n",
		      config_report("listen: [{address: \"0.0.0.0:80\", tls: false}]\n"));
	EXPECT_REPORT(
		"f:1:10: error: this address needs `tls: {certificate: ..., key: ...}`: a"
		" self-signed certificate serves loopback only\n",
		config_report("listen: [{address: \"0.0.0.0:443\"}]\n"));
	EXPECT_REPORT("", config_report("listen: [{address: \"0.0.0.0:443\"}]\n"
					"tls: {certificate: /c, key: /k}\n"));
	EXPECT_REPORT("f:1:10: error: a unix socket takes plain HTTP: say `tls: false`\n",
		      config_report("listen: [{address: \"unix:/s\", tls: true}]\n"));
	EXPECT_REPORT("f:1:38: error: this address is there twice\n",
		      config_report("listen: [{address: \"127.0.0.1:443\"}, "
				    "{address: \"127.0.0.1:443\"}]\n"));
	EXPECT_REPORT("f:1:6: error: `certificate` and `key` go together\n",
		      config_report("tls: {key: /k}\n"));
}

static void test_faults_of_peers(void)
{
	EXPECT_REPORT("f:1:6: error: `app_id` is missing\n"
		      "f:1:6: error: `tenant_id` is missing\n"
		      "f:1:6: error: `secret_file`, or `certificate` and `key`, is"
		      " missing\n",
		      config_report("bot: {}\n"));
	EXPECT_REPORT(
		"f:1:8: error: without a bot, `client_id`, `tenant_id` and `secret_file`"
		" (or `certificate` and `key`) are needed here\n"
		"f:1:8: warning: without `public_url` Graph cannot be told where to send"
		" notifications\n",
		config_report("graph: {}\n"));
	EXPECT_REPORT(
		"f:5:11: error: `issuer`: expected text, not a list or a map\n"
		"f:6:14: error: `token_url`: expected https:// (http:// only to loopback,"
		" with `allow_loopback_peers`)\n"
		"f:7:20: error: expected a host name of at least two parts, like"
		" botframework.com\n",
		config_report(BOT "  issuer: []\n"
				  "  token_url: http://127.0.0.1/token\n"
				  "  service_hosts: [ com]\n"));
	EXPECT_REPORT(
		"f:2:11: warning: `app_id` is usually 8-4-4-4-12 hexadecimal digits\n",
		config_report("bot:\n  app_id: bot-1\n  tenant_id: example.test\n"
			      "  secret_file: /s\n"));
	EXPECT_REPORT("f:3:14: error: `tenant_id`: expected an id like"
		      " 11112222-3333-4444-5555-666677778888\n",
		      config_report("bot:\n  app_id: a.test\n  tenant_id: a/b\n"
				    "  secret_file: /s\n"));
}

#define IDS \
	"  app_id: 11112222-3333-4444-5555-666677778888\n" \
	"  tenant_id: 99990000-aaaa-bbbb-cccc-ddddeeeeffff\n"

static void test_proof_by_certificate(void)
{
	struct config *config =
		config_of("public_url: https://plenary.example.test\nbot:\n" IDS
			  "  certificate: credential:app.crt\n  key: ./app.key\n"
			  "graph: {}\n");

	CHECK(config->bot.proof.secret_file == NULL);
	CHECK_TEXT("credential:app.crt", config->bot.proof.certificate);
	CHECK_TEXT("/etc/plenary/./app.key", config->bot.proof.key);
	CHECK_TEXT("/etc/plenary/./app.key", config->graph.proof.key);
	char *first = printed(config);
	struct config *again = config_of(first);
	char *second = printed(again);
	CHECK_TEXT(first, second);
	free(first);
	free(second);
	config_destroy(again);
	config_destroy(config);
	config = config_of("public_url: https://plenary.example.test\nbot:\n" IDS
			   "  certificate: /c\n  key: /k\n"
			   "graph: {secret_file: /s}\n");
	CHECK_TEXT("/s", config->graph.proof.secret_file);
	CHECK(config->graph.proof.key == NULL);
	config_destroy(config);
	EXPECT_REPORT("f:2:3: error: `certificate` and `key` go together\n",
		      config_report("bot:\n" IDS "  key: /k\n"));
	EXPECT_REPORT("f:2:3: error: `secret_file`, or `certificate` and `key`: not"
		      " both\n",
		      config_report("bot:\n" IDS "  certificate: /c\n  key: /k\n"
				    "  secret_file: /s\n"));
}

static void test_clouds(void)
{
	static const char body[] =
		"public_url: https://plenary.example.test\n" BOT "graph: {}\n";
	struct text text = { 0 };

	text_addf(&text, "cloud: us-gov\n%s", body);
	struct config *config = config_of(text_string(&text));
	CHECK_TEXT("https://login.botframework.azure.us/v1/.well-known/"
		   "openidconfiguration",
		   config->bot.metadata_url);
	CHECK_TEXT("https://api.botframework.us", config->bot.issuer);
	CHECK_TEXT("https://login.microsoftonline.us/"
		   "99990000-aaaa-bbbb-cccc-ddddeeeeffff/oauth2/v2.0/token",
		   config->graph.token_url);
	CHECK_TEXT("https://graph.microsoft.us/.default", config->graph.scope);
	CHECK_TEXT("none", config->graph.call_events_api);
	CHECK(config->graph.attendance_reports);
	config_destroy(config);
	text_clear(&text);
	text_addf(&text, "cloud: china\n%s", body);
	config = config_of(text_string(&text));
	CHECK_TEXT("https://api.botframework.azure.cn/.default", config->bot.scope);
	CHECK_TEXT("https://microsoftgraph.chinacloudapi.cn", config->graph.base_url);
	CHECK(!config->graph.attendance_reports);
	config_destroy(config);
	text_clear(&text);
	/* A cloud sets defaults: whoever knows better says so. */
	text_addf(&text,
		  "cloud: us-dod\npublic_url: https://plenary.example.test\n%s  scope: "
		  "my-scope\n"
		  "graph: {call_events_api: v1.0, base_url: https://g.example.test}\n",
		  BOT);
	config = config_of(text_string(&text));
	CHECK_TEXT("my-scope", config->bot.scope);
	CHECK_TEXT("https://g.example.test", config->graph.base_url);
	CHECK_TEXT("https://dod-graph.microsoft.us/.default", config->graph.scope);
	CHECK_TEXT("v1.0", config->graph.call_events_api);
	config_destroy(config);
	text_finish(&text);
	EXPECT_REPORT("f:1:8: error: `cloud`: expected `global`, `us-gov`, `us-dod` or"
		      " `china`\n",
		      config_report("cloud: uk\n"));
}

#define PAGES \
	"  website: https://example.test\n" \
	"  privacy: https://example.test/privacy\n" \
	"  terms: https://example.test/terms\n"

static void test_app(void)
{
	/* 30 characters of two bytes each, and as many units. */
	static const char thirty[] = "öööööööööööööööööööööööööööööö";
	struct text text = { 0 };

	text_addf(&text, "app:\n  developer: d\n" PAGES "  short_name: %s\n", thirty);
	struct config *config = config_of(text_string(&text));
	CHECK_TEXT("d", config->app.developer);
	CHECK_TEXT("https://example.test/terms", config->app.terms);
	CHECK_TEXT(thirty, config->app.short_name);
	CHECK_TEXT("Plenary: rooms, polls and attendance", config->app.name);
	CHECK_TEXT("1.0", config->app.version);
	config_destroy(config);
	text_finish(&text);
	config = config_of("{}");
	CHECK(config->app.developer == NULL);
	config_destroy(config);
}

static void test_faults_of_app(void)
{
	EXPECT_REPORT("f:1:6: error: `developer` is missing\n"
		      "f:1:6: error: `website` is missing\n"
		      "f:1:6: error: `privacy` is missing\n"
		      "f:1:6: error: `terms` is missing\n",
		      config_report("app: {}\n"));
	EXPECT_REPORT("f:6:15: error: `short_name`: expected 1 to 30 characters (Teams"
		      " allows no more), not 31\n",
		      config_report("app:\n  developer: d\n" PAGES
				    "  short_name: 0123456789012345678901234567890\n"));
	/* Thirty characters, the last of which Teams counts twice. */
	EXPECT_REPORT("f:6:15: error: `short_name`: expected 1 to 30 characters (Teams"
		      " allows no more), not 31\n",
		      config_report("app:\n  developer: d\n" PAGES
				    "  short_name: 01234567890123456789012345678🎓\n"));
	EXPECT_REPORT("f:2:14: error: `developer`: expected 1 to 32 characters (Teams"
		      " allows no more), not 33\n"
		      "f:3:12: error: `website`: expected a URL that begins with"
		      " https://\n",
		      config_report("app:\n  developer: d0123456789012345678901234567890"
				    "1\n  website: example.test\n"
				    "  privacy: https://example.test/privacy\n"
				    "  terms: https://example.test/terms\n"));
	static const char *const versions[] = { "1", "1.0.0", "01.0", "1.x", "1.100000" };
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct text text = { 0 };

		text_addf(&text, "app:\n  developer: d\n" PAGES "  version: %s\n",
			  versions[i]);
		EXPECT_REPORT("f:6:12: error: `version`: expected two numbers, like 1.0;"
			      " the third is Plenary's own\n",
			      config_report(text_string(&text)));
		text_finish(&text);
	}
}

static void test_secrets_are_kept_out(void)
{
	static const char *const bad[] = {
		"bot: {secret: hunter2}\n",
		"bot: {client_secret: hunter2}\n",
		"events: {shared_secret: hunter2}\n",
		"password: hunter2\n",
		"live: {key: hunter2}\n",
		"graph: {token: hunter2}\n",
		"x: [{y: {api_key: hunter2}}]\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *report = config_report(bad[i]);

		CHECK(strstr(report, "secrets never stand in this file") != NULL);
		CHECK(strstr(report, "hunter2") == NULL);
		free(report);
	}
	EXPECT_REPORT(
		"f:1:23: error: `secret_file`: expected a path that begins with / or ./,"
		" or credential:NAME (never the secret itself)\n",
		config_report("events: {secret_file: hunter2}\n"));
}

/* Half of it would let in nobody, or anybody. */
static void test_tokens_of_relays(void)
{
	EXPECT_REPORT(
		"f:1:15: error: `jwt` needs `metadata_url`, `issuer` and `audience`\n",
		config_report("events: {jwt: {issuer: https://a.example.test}}\n"));
}

static void test_rehearsal_settings_stay_on_loopback(void)
{
	static const char open_to_all[] = "listen: [{address: \"0.0.0.0:443\"}]\n"
					  "tls: {certificate: /c, key: /k}\n"
					  "allow_loopback_peers: true\n"
					  "clock: {speed: 2, from: 2026-11-24T08:50:00Z,"
					  " anchor_ms: 5}\n";

	EXPECT_REPORT(
		"f:1:1: error: `allow_loopback_peers` is for rehearsals: every address to"
		" listen at must be loopback\n"
		"f:4:8: error: `clock` is for rehearsals: every address to listen at must"
		" be loopback\n",
		config_report(open_to_all));
	EXPECT_REPORT(
		"f:1:8: error: `from` and `anchor_ms` go together, and a `speed` needs"
		" both\n",
		config_report("clock: {speed: 2}\n"));
	EXPECT_REPORT(
		"f:1:15: error: `from`: expected a time like 2026-11-24T09:00:00Z\n",
		config_report("clock: {from: noon, anchor_ms: 5}\n"));
}

static void test_addresses(void)
{
	CHECK(address_listen_problem("127.0.0.1:0") == NULL);
	CHECK(address_listen_problem("[::]:443") == NULL);
	CHECK(address_listen_problem("localhost:443") != NULL);
	CHECK(address_listen_problem("127.0.0.1") != NULL);
	CHECK(address_listen_problem("127.0.0.1:65536") != NULL);
	CHECK(address_listen_problem("127.0.0.1:-1") != NULL);
	CHECK(address_listen_problem("[::1:443") != NULL);
	CHECK(address_listen_problem("unix:relative") != NULL);
	CHECK(address_is_loopback("127.9.9.9:1"));
	CHECK(address_is_loopback("[::1]:1"));
	CHECK(address_is_loopback("unix:/x"));
	CHECK(!address_is_loopback("0.0.0.0:1"));
	CHECK(!address_is_loopback("127.0.0.1.example.test:1"));
	CHECK(!address_is_loopback("[::]:1"));
}

static void test_urls(void)
{
	static const char *const bad[] = {
		"ftp://a.test",         "https://",         "https://user@a.test",
		"https://a.test?q",     "https://a.test#f", "https://a.test:0",
		"https://a.test:x",     "https://a b.test", "https://a.test\\b",
		"https://.a.test",      "http://a.test",    "https://a..test",
		"https://a.test:99999",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(address_url_problem(bad[i], true) != NULL);
	CHECK(address_url_problem("https://a.test:8443/path", false) == NULL);
	CHECK(address_url_problem("http://127.0.0.1:80/x", true) == NULL);
	CHECK(address_url_problem("http://127.0.0.1:80/x", false) != NULL);
	CHECK(address_url_problem("http://127.0.0.1.example.test/", true) != NULL);
	CHECK(address_url_problem("https://[::1]:443", false) == NULL);
}

static void test_file_that_is_not_there(void)
{
	struct fault_list faults = { 0 };
	struct config *config = NULL;

	CHECK_INT(-ENOENT, config_read("/nonexistent/plenary.yaml", &config, &faults));
	CHECK(config == NULL);
	EXPECT_REPORT("f: error: No such file or directory\n", report_of(&faults));
}

int main(void)
{
	RUN(test_defaults);
	RUN(test_shipped_file_is_the_defaults);
	RUN(test_defaults_of_bot_and_graph);
	RUN(test_everything_said_and_printed_back);
	RUN(test_faults);
	RUN(test_faults_of_listening);
	RUN(test_faults_of_peers);
	RUN(test_proof_by_certificate);
	RUN(test_clouds);
	RUN(test_app);
	RUN(test_faults_of_app);
	RUN(test_secrets_are_kept_out);
	RUN(test_tokens_of_relays);
	RUN(test_rehearsal_settings_stay_on_loopback);
	RUN(test_addresses);
	RUN(test_urls);
	RUN(test_file_that_is_not_there);
	return check_done();
}
