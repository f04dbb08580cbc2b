/* SPDX-License-Identifier: MIT */
/* When the doctor must not say "go on": what was not seen, and what root sees for others. */
#include <jansson.h>
#include <pwd.h>
#include <unistd.h>

#include "daemon/store/sqlite.h"
#include "tests/check.h"
#include "tests/commands/clinic.h"
#include "tests/commands/run.h"

/* One that is there already proves nothing: ours is taken away, and Microsoft asked again. */
static void test_webhook_in_the_way(void)
{
	static const char list[] = "{\"value\":[{\"id\":\"former-1\",\"resource\":"
				   "\"solutions/virtualEvents/events\","
				   "\"notificationUrl\":\"%s/graph/notifications\"}]}";
	char ours[256], theirs[256], url[64];

	snprintf(url, sizeof(url), "https://localhost:%d", port);
	snprintf(ours, sizeof(ours), list, url);
	snprintf(theirs, sizeof(theirs), list, "https://other.example.test");
	tenant_says(&tenant, "POST /graph/v1.0/subscriptions", 409, "", "{}");
	CHECK_INT(1, examine("--webhook"));
	is("public.webhook", "not checked", "did not call public_url");
	CHECK(json_is_false(json_object_get(last, "go_on")));
	CHECK_INT(0, tenant_heard(&tenant, "DELETE "));
	tenant_says(&tenant, "GET /graph/v1.0/subscriptions", 200, "", theirs);
	CHECK_INT(1, examine("--webhook"));
	is("public.webhook", "not checked", "for another address");
	CHECK_INT(0, tenant_heard(&tenant, "DELETE "));
	tenant_behaves(&tenant);
	tenant_says(&tenant, "GET /graph/v1.0/subscriptions", 200, "", ours);
	tenant_says_once(&tenant, "POST /graph/v1.0/subscriptions", 409, "", "{}");
	CHECK_INT(0, examine("--webhook"));
	is("public.webhook", "ok", "Microsoft reached public_url");
	CHECK_INT(2, tenant_heard(&tenant, "POST /graph/v1.0/subscriptions\n"));
	CHECK_INT(1,
		  tenant_heard(&tenant, "DELETE /graph/v1.0/subscriptions/former-1\n"));
	CHECK_INT(1, tenant_heard(&tenant, "DELETE /graph/v1.0/subscriptions/trial-1\n"));
	tenant_behaves(&tenant);
}

/* What root may do says nothing of the service. */
static void test_as_root_for_another(void)
{
	const struct passwd *const nobody = getpwnam("nobody");
	const uid_t root = 0;

	CHECK_INT(1, examine_for("no such user", NULL));
	if (geteuid() != root || nobody == NULL) {
		fprintf(stderr, "    as another user: left out, this is not root\n");
		return;
	}
	is("user", "failed", "has no user");
	CHECK_INT(1, examine_for("nobody", NULL));
	is("user", "ok", "for the user nobody");
	is("secret.bot", "failed", "may not be read by this user");
	is("tls.files", "failed", "Permission denied");
	is("data_dir", "failed", "Permission denied");
	advises("data_dir", "chown -R nobody: ");
	CHECK_INT(0, chown(house.folder, nobody->pw_uid, nobody->pw_gid));
	CHECK_INT(0, chown(house_path(&house, "secret"), nobody->pw_uid, nobody->pw_gid));
	CHECK_INT(1, examine_for("nobody", NULL));
	is("secret.bot", "ok", "");
	is("secret.events", "failed", "may not be read");
	advises("secret.events", "chown nobody ");
	CHECK_INT(0, chown(house.folder, root, root));
	CHECK_INT(0, chown(house_path(&house, "secret"), root, root));
	CHECK_INT(0, examine(NULL));
}

/* doctor.yaml sends mail, too. */
static void send_mail_too(void)
{
	FILE *const file = fopen(house_path(&house, "doctor.yaml"), "a");

	CHECK(file != NULL);
	fputs("mail: {sender_id: 00000000-0000-0000-0000-0000000000c0}\n", file);
	CHECK_INT(0, fclose(file));
}

static void change(const char *sql)
{
	struct sqlite *sqlite = NULL;

	CHECK_INT(0, sqlite_open(&sqlite, house_path(&house, "data/plenary.db")));
	CHECK_INT(0, sqlite_run(sqlite, sql));
	sqlite_close(sqlite);
}

/* Meetings for rooms are missed where the programme has such rounds. */
static void test_what_the_programme_needs(void)
{
	static const char key[] = "graph.permission.OnlineMeetings.ReadWrite.All";

	tenant_grants(&tenant, "\"OnlineMeetings.Read.All\",\"Mail.Send\","
			       "\"OnlineMeetingArtifact.Read.All\"");
	CHECK_INT(1, examine(NULL));
	is(key, "failed", "rooms");
	is("graph.permission.Mail.ReadWrite", "ok", "not used");
	change("UPDATE journal SET line = line || ' way=table' "
	       "WHERE line LIKE 'block_planned % kind=round%' "
	       "OR line LIKE 'block_planned kind=round%'");
	send_mail_too();
	CHECK_INT(0, examine(NULL));
	is(key, "warning", "at tables");
	is("graph.permission.Mail.Send", "ok", "granted");
	is("graph.permission.Mail.ReadWrite", "warning", "3 MB");
	tenant_behaves(&tenant);
	write_usual();
}

static void test_remedies(void)
{
	CHECK_INT(0,
		  rename(house_path(&house, "secret"), house_path(&house, "elsewhere")));
	CHECK_INT(1, examine(NULL));
	is("secret.bot", "failed", "No such file");
	advises("secret.bot", "put it there");
	CHECK_INT(0,
		  rename(house_path(&house, "elsewhere"), house_path(&house, "secret")));
}

static void test_without_a_tenant(void)
{
	house_write(&house, "doctor.yaml", "data_dir: ./none/yet\n");
	CHECK_INT(1, examine(NULL));
	is("tenant", "failed", "neither `bot` nor `graph`");
	is("bot.token", "ok", "not used");
	is("disk", "ok", " are free");
	/* A fault of the file as a whole has no line. */
	CHECK_INT(0, unlink(house_path(&house, "doctor.yaml")));
	CHECK_INT(1, examine(NULL));
	is("config", "failed", "No such file");
	CHECK(strstr(text_string(&said), "line 0") == NULL);
}

int main(void)
{
	clinic_open();
	RUN(test_webhook_in_the_way);
	RUN(test_as_root_for_another);
	RUN(test_remedies);
	RUN(test_what_the_programme_needs);
	RUN(test_without_a_tenant);
	clinic_close();
	return check_done();
}
