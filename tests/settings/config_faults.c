/* SPDX-License-Identifier: MIT */
/* What people are told of settings that are wrong: where, what, and what to do. */
#include "daemon/common/text.h"
#include "tests/check.h"
#include "tests/settings/pieces_of_config.h"
#include "tests/settings/report.h"

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

static void bad_version(const char *version)
{
	struct text text = { 0 };

	text_addf(&text, "app:\n  developer: d\n" PAGES "  version: %s\n", version);
	EXPECT_REPORT("f:6:12: error: `version`: expected two numbers, like 1.0;"
		      " the third is Plenary's own\n",
		      config_report(text_string(&text)));
	text_finish(&text);
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
	bad_version("1");
	bad_version("1.0.0");
	bad_version("01.0");
	bad_version("1.x");
	bad_version("1.100000");
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

int main(void)
{
	RUN(test_faults);
	RUN(test_faults_of_listening);
	RUN(test_faults_of_peers);
	RUN(test_faults_of_app);
	RUN(test_secrets_are_kept_out);
	RUN(test_tokens_of_relays);
	RUN(test_rehearsal_settings_stay_on_loopback);
	return check_done();
}
