/* SPDX-License-Identifier: MIT */
#include "tests/daemon/sealing.h"

#include "daemon/door/door_parts.h"
#include "daemon/door/inbox.h"
#include "daemon/store/directory.h"
#include "daemon/wire/vouch.h"
#include "tests/check.h"

#include <sys/stat.h>

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	static char text[512];
	struct sealing *const sealing = context;
	const char *issuer = NULL;

	reply->status = 200;
	sealing->asked++;
	if (sealing->dark) {
		reply->status = 503;
		reply->headers = "Retry-After: 0.01\r\n";
	} else if (strcmp(request->path, "/keys") == 0) {
		reply->body = sealing->keys;
	} else if (strcmp(request->path, "/graph-metadata") == 0) {
		issuer = sealing->issuer != NULL
				 ? sealing->issuer
				 : "https://sign-in.example.test/{tenantid}/v2.0";
	} else if (strcmp(request->path, "/graph-metadata-v1") == 0) {
		issuer = "https://sts.example.test/{tenantid}/";
	} else {
		reply->status = 404; /* the bot's keys, tokens: not of interest here */
	}
	if (issuer == NULL)
		return;
	snprintf(text, sizeof(text), "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}", issuer,
		 script_url(&sealing->entra, "/keys"));
	reply->body = text;
}

void sealing_subscribe(struct sealing *sealing, uint32_t session, uint16_t place,
		       const char *id, const char *state)
{
	struct plenary *const plenary = sealing->world->plenary;
	const struct place_row row = { .session = session,
				       .place = place,
				       .subscription_id = id,
				       .client_state = state };

	directory_set_place(plenary->directory, journal_batch(plenary->journal), &row);
}

/* Making a key takes half a second: the first world's is every world's. */
static void lend_key(const struct world *world)
{
	static const char name[] = "of-the-test";
	static char *kept;
	char path[2 * WORLD_BYTES];

	if (kept == NULL) {
		char id[ENVELOPE_ID_BYTES];

		CHECK_INT(0, envelope_make(world->folder, clock_real_ms(), id));
		snprintf(path, sizeof(path), "%s/%s.pem", world->folder, id);
		kept = world_file(path);
	}
	snprintf(path, sizeof(path), "%s/data", world->folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/data/graph-keys", world->folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/data/graph-keys/%s.pem", world->folder, name);
	FILE *const file = fopen(path, "w");
	CHECK(file != NULL && fputs(kept, file) >= 0);
	fclose(file);
}

uint32_t sealing_begin(struct sealing *sealing, struct world *world)
{
	*sealing = (struct sealing){ .world = world };
	uv_loop_init(&sealing->outside);
	script_init(&sealing->entra, &sealing->outside, play, sealing);
	sealing->signer = auth_signer_create("key-1");
	sealing->keys = auth_signer_keys(sealing->signer);
	lend_key(world);
	world_open(world, sealing->entra.port);
	json_t *const plan = world_plan(world);
	const uint32_t session = world_schedule(world, plan);

	json_decref(plan);
	sealing_subscribe(sealing, session, PLACE_MAIN, "sub-main", "state-main");
	sealing_subscribe(sealing, session, 2, "sub-room", "state-room");
	world_settle(world);
	return session;
}

void sealing_end(struct sealing *sealing)
{
	world_close(sealing->world);
	world_end(sealing->world);
	script_finish(&sealing->entra);
	uv_run(&sealing->outside, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&sealing->outside));
	auth_signer_destroy(sealing->signer);
	free(sealing->keys);
	text_finish(&sealing->items);
	text_finish(&sealing->tokens);
}

void sealing_item_raw(struct sealing *sealing, const char *subscription,
		      const char *state, const char *tenant, const char *encrypted)
{
	text_addf(
		&sealing->items,
		"%s{\"subscriptionId\":\"%s\",\"clientState\":\"%s\",\"tenantId\":\"%s\","
		"\"changeType\":\"updated\",\"resource\":\"communications/x\","
		"\"encryptedContent\":%s}",
		sealing->items.length > 0 ? "," : "", subscription, state, tenant,
		encrypted);
}

void sealing_item(struct sealing *sealing, const char *subscription, const char *state,
		  const char *tenant, const char *content)
{
	struct envelopes *const envelopes =
		inbox_envelopes(sealing->world->plenary->inbox);
	struct envelope_sealed sealed;
	struct text text = { 0 };

	CHECK_INT(0, envelope_seal(&sealed, envelopes_certificate(envelopes), content,
				   strlen(content)));
	text_addf(&text,
		  "{\"data\":\"%s\",\"dataKey\":\"%s\",\"dataSignature\":\"%s\","
		  "\"encryptionCertificateId\":\"%s\","
		  "\"encryptionCertificateThumbprint\":\"%s\"}",
		  sealed.data, sealed.key, sealed.signature, envelopes_id(envelopes),
		  sealed.thumbprint);
	sealing_item_raw(sealing, subscription, state, tenant, text_string(&text));
	envelope_sealed_finish(&sealed);
	text_finish(&text);
}

void sealing_token_raw(struct sealing *sealing, const char *json)
{
	text_addf(&sealing->tokens, "%s%s", sealing->tokens.length > 0 ? "," : "", json);
}

void sealing_token(struct sealing *sealing, int version, const char *tenant,
		   const char *change)
{
	const long long now_s = clock_real_ms() / 1000;
	json_t *const claims =
		json_pack("{s:s,s:s,s:o,s:s,s:s,s:I,s:I}", "ver",
			  version == 2 ? "2.0" : "1.0", "aud", SEALING_APP, "iss",
			  version == 2
				  ? json_sprintf("https://sign-in.example.test/%s/v2.0",
						 tenant)
				  : json_sprintf("https://sts.example.test/%s/", tenant),
			  version == 2 ? "azp" : "appid", VOUCH_PUBLISHER, "tid", tenant,
			  "nbf", (json_int_t)now_s - 60, "exp", (json_int_t)now_s + 3600);
	json_t *const changes = json_loads(change, 0, NULL);

	CHECK(claims != NULL && changes != NULL);
	json_object_update(claims, changes);
	char *const text = json_dumps(claims, JSON_COMPACT);
	char *const token = auth_signer_token(sealing->signer, text);
	struct text quoted = { 0 };

	text_addf(&quoted, "\"%s\"", token);
	sealing_token_raw(sealing, text_string(&quoted));
	text_finish(&quoted);
	free(token);
	free(text);
	json_decref(claims);
	json_decref(changes);
}

char *sealing_collection(struct sealing *sealing)
{
	struct text body = { 0 };

	text_addf(&body, "{\"value\":[%s],\"validationTokens\":[%s]}",
		  text_string(&sealing->items), text_string(&sealing->tokens));
	text_clear(&sealing->items);
	text_clear(&sealing->tokens);
	return body.data;
}

void sealing_tell(struct sealing *sealing, const char *body)
{
	static uint64_t number = 1000000; /* of no connection: the answer goes nowhere */
	const struct edge_request request = { .number = ++number,
					      .method = "POST",
					      .path = "/graph/notifications",
					      .query = "",
					      .body = body,
					      .body_bytes = strlen(body),
					      .peer = "127.0.0.1" };

	door_notifications(&sealing->world->plenary->door, &request);
}

void sealing_settle(struct sealing *sealing)
{
	struct plenary *const plenary = sealing->world->plenary;

	do {
		uv_run(&sealing->outside, UV_RUN_NOWAIT);
		uv_run(sealing->world->loop, UV_RUN_NOWAIT);
	} while (!turn_is_quiet(&plenary->turn) || !inbox_is_quiet(plenary->inbox));
}
