/* SPDX-License-Identifier: MIT */
/* Graph's notifications: every item of a collection stands alone. */
#include "daemon/decode/notification.h"

#include "daemon/store/directory.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

static const char *const kinds[] = {
	[NOTIFIED_CHANGE] = "change",   [NOTIFIED_REAUTHORIZE] = "reauthorize",
	[NOTIFIED_REMOVED] = "removed", [NOTIFIED_MISSED] = "missed",
	[NOTIFIED_SEALED] = "sealed",   [NOTIFIED_STRANGE] = "strange",
};

static void on_item(void *context, const struct notification *notification)
{
	text_addf(context, "%s", kinds[notification->kind]);
	if (notification->kind != NOTIFIED_STRANGE) {
		CHECK_INT(session, notification->session);
		text_addf(context, " %u", notification->place);
	}
	text_addf(context, "\n");
}

static void means(const char *items, const char *wanted)
{
	struct problem problem = { 0 };
	struct text body = { 0 }, told = { 0 };

	text_addf(&body, "{\"value\":[%s]}", items);
	CHECK_INT(0, notifications_read(body.data, body.length, world.plenary->directory,
					on_item, &told, &problem));
	CHECK_TEXT(wanted, text_string(&told));
	text_finish(&body);
	text_finish(&told);
}

static void refused(const char *body, int status)
{
	struct problem problem = { 0 };
	struct text told = { 0 };

	CHECK_INT(-1, notifications_read(body, strlen(body), world.plenary->directory,
					 on_item, &told, &problem));
	CHECK_INT(status, problem.status);
	CHECK(problem.detail[0] != '\0');
	CHECK_TEXT("", text_string(&told));
}

#define ITEM(id, state, more) \
	"{\"subscriptionId\":\"" id "\",\"clientState\":\"" state "\"," more \
	"\"tenantId\":\"aa\",\"resource\":\"communications/onlineMeetings\"}"
#define CHANGED "\"changeType\":\"updated\","

static void test_change(void)
{
	means("", "");
	means(ITEM("sub-main", "state-main", CHANGED), "change 0\n");
	means(ITEM("sub-room", "state-room", CHANGED), "change 2\n");
	/* Graph's own contents come in either case. */
	means("{\"SubscriptionId\":\"sub-main\",\"ClientState\":\"state-main\"}",
	      "change 0\n");
}

static void test_who_cannot_prove_it(void)
{
	means(ITEM("sub-main", "state-room", CHANGED), "strange\n");
	means(ITEM("sub-main", "", CHANGED), "strange\n");
	means(ITEM("sub-main", "state-mai", CHANGED), "strange\n");
	means(ITEM("sub-other", "state-main", CHANGED), "strange\n");
	means(ITEM("", "", CHANGED), "strange\n");
	means("{\"subscriptionId\":\"sub-main\"}", "strange\n");
	means("{\"subscriptionId\":\"sub-main\",\"clientState\":null}", "strange\n");
	means("{},null,7,\"text\",[]", "strange\nstrange\nstrange\nstrange\nstrange\n");
	/* A place whose state nobody knows is nobody's: "" opens nothing. */
	means(ITEM("sub-stateless", "", CHANGED), "strange\n");
	/* Nor may a lifecycle event come without it. */
	means(ITEM("sub-main", "wrong", "\"lifecycleEvent\":\"subscriptionRemoved\","),
	      "strange\n");
}

static void test_lifecycle(void)
{
	means(ITEM("sub-main", "state-main",
		   "\"lifecycleEvent\":\"reauthorizationRequired\","),
	      "reauthorize 0\n");
	means(ITEM("sub-main", "state-main",
		   "\"lifecycleEvent\":\"subscriptionRemoved\","),
	      "removed 0\n");
	means(ITEM("sub-room", "state-room", "\"lifecycleEvent\":\"missed\","),
	      "missed 2\n");
	means(ITEM("sub-room", "state-room", "\"lifecycleEvent\":\"somethingNew\","),
	      "strange\n");
}

/* What cannot be verified yet is left, and what stands beside it is not. */
static void test_mixed(void)
{
	means(ITEM("sub-main", "state-main", CHANGED "\"encryptedContent\":{\"data\":\"AA==\"},") "," ITEM(
		      "sub-other", "state-main",
		      CHANGED) "," ITEM("sub-room", "state-room",
					CHANGED) "," ITEM("sub-main", "wrong", CHANGED),
	      "sealed 0\nstrange\nchange 2\nstrange\n");
}

static void test_no_collection(void)
{
	struct text many = { 0 };

	refused("", 400);
	refused("[]", 400);
	refused("{}", 400);
	refused("{\"value\":{}}", 400);
	refused("{\"value\":[}", 400);
	text_addf(&many, "{\"value\":[{}");
	for (int i = 0; i < NOTIFICATION_ITEMS; i++)
		text_addf(&many, ",{}");
	text_addf(&many, "]}");
	refused(text_string(&many), 413);
	text_finish(&many);
}

static void subscribe(uint16_t place, const char *id, const char *state)
{
	const struct place_row row = { .session = session,
				       .place = place,
				       .subscription_id = id,
				       .client_state = state };

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &row);
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	subscribe(PLACE_MAIN, "sub-main", "state-main");
	subscribe(2, "sub-room", "state-room");
	subscribe(3, "sub-stateless", NULL);
	RUN(test_change);
	RUN(test_who_cannot_prove_it);
	RUN(test_lifecycle);
	RUN(test_mixed);
	RUN(test_no_collection);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
