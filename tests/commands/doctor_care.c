/* SPDX-License-Identifier: MIT */
/* When the doctor must not say "go on": what was not seen, and what root sees for others. */
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void test_without_a_tenant(void)
{
	house_write(&house, "doctor.yaml", "data_dir: ./none/yet\n");
	CHECK_INT(1, examine(NULL));
	is("tenant", "failed", "neither `bot` nor `graph`");
	is("bot.token", "ok", "not used");
}

int main(void)
{
	clinic_open();
	RUN(test_webhook_in_the_way);
	RUN(test_without_a_tenant);
	clinic_close();
	return check_done();
}
