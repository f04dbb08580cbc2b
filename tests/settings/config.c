/* SPDX-License-Identifier: MIT */
/* What the settings mean, said and unsaid. */
#include "tests/check.h"

#include <errno.h>

#include "daemon/common/text.h"
#include "daemon/settings/address.h"
#include "tests/settings/pieces_of_config.h"
#include "tests/settings/report.h"

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

/* What is printed means the same. */
static void check_printed_back(const struct config *config)
{
	char *first = printed(config);
	struct config *again = config_of(first);
	char *second = printed(again);

	CHECK_TEXT(first, second);
	free(first);
	free(second);
	config_destroy(again);
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

static const char everything[] =
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
	"time_zone: Europe/Dublin\n";

static void test_everything_said_and_printed_back(void)
{
	struct config *config = config_of(everything);

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

	check_printed_back(config);
	config_destroy(config);
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
	check_printed_back(config);
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
	RUN(test_proof_by_certificate);
	RUN(test_clouds);
	RUN(test_app);
	RUN(test_addresses);
	RUN(test_urls);
	RUN(test_file_that_is_not_there);
	return check_done();
}
