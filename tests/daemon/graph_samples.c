/* SPDX-License-Identifier: MIT */
/* What Microsoft's documents show of notifications, and vectors that others made of them. */
#include "daemon/decode/notification.h"
#include "daemon/door/inbox.h"
#include "daemon/sessions.h"
#include "daemon/store/directory.h"
#include "tests/check.h"
#include "tests/daemon/sealing.h"

#include <sys/stat.h>

static const char folder[] = "../shared/protocols/samples/graph/";
static struct world world;
static struct sealing sealing;

static json_t *sample(const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", folder, name);
	return json_load_file(path, 0, NULL);
}

/* -- notifications that are not sealed, and those that are --------------------------------- */

static const char *const kinds[] = {
	[NOTIFIED_CHANGE] = "change",   [NOTIFIED_REAUTHORIZE] = "reauthorize",
	[NOTIFIED_REMOVED] = "removed", [NOTIFIED_MISSED] = "missed",
	[NOTIFIED_SEALED] = "sealed",   [NOTIFIED_STRANGE] = "strange",
};

static void on_item(void *context, const struct notification *notification)
{
	struct text *const told = context;

	text_addf(told, "%s%s", told->length > 0 ? " " : "", kinds[notification->kind]);
}

static void expect(const json_t *collection, const char *name, const char *wanted)
{
	struct problem problem = { 0 };
	struct text told = { 0 };
	char *const body = json_dumps(collection, 0);

	CHECK_INT(0, notifications_read(body, strlen(body), world.plenary->directory,
					on_item, &told, &problem));
	if (strcmp(wanted, text_string(&told)) != 0)
		fprintf(stderr, "%s\n", name);
	CHECK_TEXT(wanted, text_string(&told));
	text_finish(&told);
	free(body);
}

/* First as it stands, of a subscription that is not ours; then of ours. */
static void a_sample(const char *name, const char *theirs, const char *ours)
{
	json_t *const collection = sample(name);
	json_t *item;
	size_t i;

	CHECK(collection != NULL);
	expect(collection, name, theirs);
	json_array_foreach (json_object_get(collection, "value"), i, item) {
		json_object_set_new(item, "subscriptionId", json_string("sub-main"));
		json_object_set_new(item, "clientState", json_string("state-main"));
	}
	expect(collection, name, ours);
	json_decref(collection);
}

static void test_documented_notifications(void)
{
	static const char *const of_events[] = {
		"attendanceReport-created", "event-created",
		"registration-created",     "registration-updated",
		"session-created",          "session-updated",
		"townhall-created",         "videoOnDemand-published",
		"webinar-updated"
	};
	char name[128];

	a_sample("lifecycle.missed.json", "strange", "missed");
	a_sample("lifecycle.reauthorizationRequired.json", "strange", "reauthorize");
	a_sample("lifecycle.subscriptionRemoved.json", "strange", "removed");
	a_sample("notification-basic.message.json", "strange", "change");
	a_sample("notification-basic.presence.json", "strange", "change");
	a_sample("notification-rich.meetingCallEvents.json", "strange", "sealed");
	a_sample("notification-rich.two-tenants.json", "strange strange",
		 "change change");
	for (size_t i = 0; i < sizeof(of_events) / sizeof(of_events[0]); i++) {
		snprintf(name, sizeof(name), "notification.virtualEvent.%s.json",
			 of_events[i]);
		a_sample(name, "strange", "change");
	}
}

/* -- a whole collection that others sealed and signed -------------------------------------- */

static void put_key(const json_t *vector)
{
	const char *const letters = json_string_value(
		json_object_get(vector, "encryptionCertificateBase64Der"));
	char path[2 * WORLD_BYTES];

	snprintf(path, sizeof(path), "%s/data", world.folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/data/graph-keys", world.folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/data/graph-keys/%s.pem", world.folder,
		 json_string_value(json_object_get(vector, "encryptionCertificateId")));
	FILE *const file = fopen(path, "w");
	CHECK(file != NULL);
	fprintf(file, "%s\n-----BEGIN CERTIFICATE-----\n",
		json_string_value(json_object_get(vector, "privateKeyPem")));
	for (size_t i = 0; i < strlen(letters); i += 64)
		fprintf(file, "%.64s\n", letters + i);
	fprintf(file, "-----END CERTIFICATE-----\n");
	fclose(file);
}

static char *graph_lines(const json_t *tokens)
{
	struct text lines = { 0 };

	text_addf(&lines, "  client_id: %s\n  tenant_id: %s\n",
		  json_string_value(json_object_get(tokens, "appId")),
		  json_string_value(json_object_get(tokens, "tenantId")));
	return lines.data;
}

/* A session of the vectors' tenant, subscribed to as the collection says. */
static uint32_t subscribe(const json_t *batch, const json_t *tokens)
{
	const json_t *const item = json_array_get(json_object_get(batch, "value"), 0);
	json_t *const plan = world_plan(&world);

	json_object_set_new(plan, "uid", json_string("of-vectors"));
	json_object_set(plan, "tenant_id", json_object_get(tokens, "tenantId"));
	const uint32_t session = world_schedule(&world, plan);

	json_decref(plan);
	sealing_subscribe(&sealing, session, PLACE_MAIN,
			  json_string_value(json_object_get(item, "subscriptionId")),
			  json_string_value(json_object_get(item, "clientState")));
	return session;
}

static void tell(const json_t *batch)
{
	char *const body = json_dumps(batch, 0);

	sealing_tell(&sealing, body);
	sealing_settle(&sealing);
	free(body);
}

static struct inbox_counts counts(void)
{
	return *inbox_count(world.plenary->inbox);
}

/* Every fault among good items: they are taken, and it is not. */
static void tell_damaged(const json_t *batch, const json_t *vector)
{
	const json_t *const items = json_object_get(batch, "value");
	const char *name;
	json_t *fault;

	json_object_foreach (json_object_get(vector, "reject"), name, fault) {
		json_t *const damaged = json_deep_copy(batch);
		json_t *const values = json_object_get(damaged, "value");
		const uint64_t unopened = counts().unopened;

		json_object_set(json_array_get(values, 0), "encryptedContent", fault);
		tell(damaged);
		CHECK_INT(unopened + 1, counts().unopened);
		CHECK_INT(json_array_size(items), json_array_size(values));
		json_decref(damaged);
	}
}

/* Every token that is not good: nothing is opened. */
static void tell_unvouched(json_t *batch, const json_t *tokens)
{
	const struct inbox_counts before = counts();
	const char *name;
	json_t *token;
	uint64_t collections = 0, waiting = 0;

	json_object_foreach (json_object_get(tokens, "reject"), name, token) {
		json_object_set_new(batch, "validationTokens", json_pack("[O]", token));
		tell(batch);
		collections++;
		/* A key that nobody has shown yet may still be shown. */
		waiting += strcmp(name, "unknownKid") == 0;
		CHECK_INT(waiting, counts().waiting);
		CHECK_INT(before.unvouched + 6 * (collections - waiting),
			  counts().unvouched);
	}
	CHECK_INT(1, waiting);
	CHECK_INT(before.taken, counts().taken);
	CHECK_INT(before.repeated, counts().repeated);
}

static void test_vectors(void)
{
	json_t *const vector = sample("vector-encrypted-content.json");
	json_t *const batch = sample("vector-notification-rich-batch.json");
	json_t *const tokens = sample("vector-validation-tokens.json");
	json_t *const keys = sample("vector-jwks.json");
	char *const lines = graph_lines(tokens);

	CHECK(vector && batch && tokens && keys);
	world_begin(&world);
	world.graph = lines;
	put_key(vector);
	sealing_begin(&sealing, &world);
	sealing.issuer = "https://login.microsoftonline.com/{tenantid}/v2.0";
	free(sealing.keys);
	sealing.keys = json_dumps(keys, JSON_COMPACT);
	const uint32_t number = subscribe(batch, tokens);
	const struct session *const session =
		sessions_get(&world.plenary->sessions, number);

	tell(batch);
	CHECK_INT(6, counts().taken);
	CHECK_INT(0, counts().unopened + counts().unvouched + counts().repeated);
	CHECK(session->place[PLACE_MAIN].started_ms != 0);
	CHECK_INT(0, session->place[PLACE_MAIN].live); /* and ended */
	/* joined; one who waits in the lobby; left; inactive; a guest and a caller */
	CHECK(session->spans >= 4);
	for (uint32_t i = 0; i < session->spans; i++)
		CHECK_INT(SOURCE_GRAPH, session->span[i].source);

	tell(batch);
	CHECK_INT(6, counts().repeated);
	tell_damaged(batch, vector);
	CHECK_INT(6, counts().taken);
	tell_unvouched(batch, tokens);
	sealing_end(&sealing);
	free(lines);
	json_decref(vector);
	json_decref(batch);
	json_decref(tokens);
	json_decref(keys);
}

int main(void)
{
	json_t *const there = sample("lifecycle.missed.json");

	if (there == NULL) {
		fprintf(stderr, "left out: no %s\n", folder);
		return check_done();
	}
	json_decref(there);
	world_begin(&world);
	sealing_begin(&sealing, &world);
	RUN(test_documented_notifications);
	sealing_end(&sealing);
	RUN(test_vectors);
	return check_done();
}
