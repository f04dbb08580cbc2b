/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include "daemon/wire/hosts.h"

struct row {
	const char *url;
	bool may, loopback;
};

static const struct row rows[] = {
	{ "https://botframework.com", true, false },
	{ "https://botframework.com/", true, false },
	{ "https://api.botframework.com/v3", true, false },
	{ "https://smba.trafficmanager.net/emea/", true, false },
	{ "https://SMBA.TrafficManager.NET/emea/", true, false },
	{ "HTTPS://smba.trafficmanager.net", true, false },
	{ "https://smba.trafficmanager.net./emea/", true, false },
	{ "https://smba.trafficmanager.net:443/emea/", true, false },
	{ "https://smba.trafficmanager.net?x=1", true, false },
	{ "https://smba.trafficmanager.net#x", true, false },
	{ "https://smba.infra.gcc.teams.microsoft.com/", true, false },
	{ "https://x.teams.microsoft.us/", true, false },
	{ "https://smba.trafficmanager.net/a@b:c", true, false },
	/* scheme */
	{ "http://smba.trafficmanager.net/", false, false },
	{ "ftp://smba.trafficmanager.net/", false, false },
	{ "//smba.trafficmanager.net/", false, false },
	{ "smba.trafficmanager.net", false, false },
	{ "https:smba.trafficmanager.net", false, false },
	{ "https:/smba.trafficmanager.net", false, false },
	{ "https:///smba.trafficmanager.net", false, false },
	{ " https://smba.trafficmanager.net", false, false },
	{ "", false, false },
	{ NULL, false, false },
	/* label boundary */
	{ "https://evilbotframework.com/", false, false },
	{ "https://botframework.com.evil.test/", false, false },
	{ "https://trafficmanager.net/", false, false },
	{ "https://evil.trafficmanager.net/", false, false },
	{ "https://evilsmba.trafficmanager.net/", false, false },
	{ "https://evil.test/smba.trafficmanager.net", false, false },
	{ "https://evil.test?.botframework.com", false, false },
	{ "https://evil.test#.botframework.com", false, false },
	{ "https://graph.microsoft.com/", false, false },
	/* readers that could disagree */
	{ "https://evil.test\\.botframework.com", false, false },
	{ "https://smba.trafficmanager.net\\@evil.test/", false, false },
	{ "https://smba.trafficmanager.net/\r\nHost: evil.test", false, false },
	{ "https://smba.trafficmanager.net /", false, false },
	{ "https://smba.trafficmanager.net/a\\b", false, false },
	{ "https://evil.test%2f.botframework.com/", false, false },
	{ "https://evil\xc2\xad.botframework.com/", false, false },
	{ "https://evil.test\x7f.botframework.com/", false, false },
	{ "https://.botframework.com/", false, false },
	{ "https://a..botframework.com/", false, false },
	{ "https://botframework.com../", false, false },
	{ "https://./", false, false },
	{ "https://", false, false },
	/* user-info */
	{ "https://user@smba.trafficmanager.net/", false, false },
	{ "https://user:word@smba.trafficmanager.net/", false, false },
	{ "https://smba.trafficmanager.net@evil.test/", false, false },
	{ "https://smba.trafficmanager.net:443@evil.test/", false, false },
	{ "https://@smba.trafficmanager.net/", false, false },
	/* port */
	{ "https://smba.trafficmanager.net:8443/", false, false },
	{ "https://smba.trafficmanager.net:80/", false, false },
	{ "https://smba.trafficmanager.net:/", false, false },
	{ "https://smba.trafficmanager.net:443x/", false, false },
	{ "https://smba.trafficmanager.net:+443/", false, false },
	{ "https://smba.trafficmanager.net:0/", false, false },
	{ "https://smba.trafficmanager.net:65979/", false, false },
	{ "https://smba.trafficmanager.net:4294967739/", false, false },
	/* addresses */
	{ "https://10.0.0.1/", false, false },
	{ "https://2130706433/", false, false },
	{ "https://0x7f.1/", false, false },
	{ "https://[::ffff:10.0.0.1]/", false, false },
	{ "https://[botframework.com]/", false, false },
	{ "https://[::1].botframework.com/", false, false },
	{ "https://[]/", false, false },
	/* loopback */
	{ "http://127.0.0.1/", false, true },
	{ "https://127.0.0.1:8443/x", false, true },
	{ "http://localhost:80", false, true },
	{ "http://LOCALHOST:1234/x", false, true },
	{ "http://[::1]:8080/", false, true },
	{ "https://[::1]/", false, true },
	{ "ftp://127.0.0.1/", false, false },
	{ "http://127.0.0.2/", false, false },
	{ "http://127.0.0.1.evil.test/", false, false },
	{ "http://localhost.evil.test/", false, false },
	{ "http://x.localhost/", false, false },
	{ "http://user@127.0.0.1/", false, false },
	{ "http://127.0.0.1:99999/", false, false },
	{ "http://[::1]x/", false, false },
	{ "http://[::1:80/", false, false },
	{ "http://[::1]:/", false, false },
	{ "http://127.0.0.1@evil.test/", false, false },
};

static void test_table(void)
{
	static const char *const suffixes[] = { "botframework.com",
						"smba.trafficmanager.net",
						"teams.microsoft.com",
						"teams.microsoft.us", NULL };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *const row = &rows[i];

		if (host_may_receive(row->url, suffixes, false) != row->may ||
		    host_may_receive(row->url, suffixes, true) !=
			    (row->may || row->loopback))
			fprintf(stderr, "%s\n", row->url ? row->url : "(null)");
		CHECK(host_may_receive(row->url, suffixes, false) == row->may);
		CHECK(host_may_receive(row->url, suffixes, true) ==
		      (row->may || row->loopback));
		CHECK(host_is_loopback(row->url) == row->loopback);
	}
}

static void test_lists(void)
{
	const char *const none[] = { NULL };
	const char *const odd[] = { "", "Example.TEST", NULL };
	const char *const address[] = { "10.0.0.1", "1", NULL };

	CHECK(!host_may_receive("https://example.test/", none, false));
	CHECK(host_may_receive("https://a.example.test/", odd, false));
	CHECK(!host_may_receive("https://example.com/", odd, false));
	CHECK(!host_may_receive("https://10.0.0.1/", address, false));
}

static void test_long_names(void)
{
	char url[400] = "https://";

	memset(url + 8, 'a', 253);
	memcpy(url + 8 + 250 - 12, ".example.test", 13);
	url[8 + 251] = '\0';
	char host[HOST_BYTES] = "untouched";
	CHECK(host_read(url, host));
	memset(url + 8, 'a', 300);
	strcpy(host, "untouched");
	CHECK(!host_read(url, host));
	CHECK_TEXT("untouched", host);
}

static void test_same(void)
{
	CHECK(host_same("https://a.test/x", "https://A.test:443/y"));
	CHECK(host_same("https://a.test/x", "https://a.test./y"));
	CHECK(host_same("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/y"));
	CHECK(!host_same("https://a.test/x", "http://a.test/x"));
	CHECK(!host_same("https://a.test/x", "https://b.a.test/x"));
	CHECK(!host_same("https://a.test/x", "https://a.test:444/x"));
	CHECK(!host_same("https://a.test/x", "https://a.test@b.test/x"));
	CHECK(!host_same("", ""));
}

int main(void)
{
	RUN(test_table);
	RUN(test_lists);
	RUN(test_long_names);
	RUN(test_same);
	return check_done();
}
