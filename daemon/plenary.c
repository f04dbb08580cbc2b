/* SPDX-License-Identifier: MIT */
#include "daemon/plenary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/drain.h"
#include "daemon/edge/edge.h"
#include "daemon/edge/feed.h"
#include "daemon/door/inbox.h"
#include "daemon/listening.h"
#include "daemon/restore.h"
#include "daemon/settings/address.h"
#include "daemon/settings/config.h"
#include "daemon/settings/secret.h"
#include "daemon/systemd.h"
#include "daemon/wire/client.h"
#include "daemon/wire/graph.h"
#include "daemon/wire/keyring.h"
#include "daemon/wire/token.h"
#include "daemon/wire/vouch.h"

#include <sys/stat.h>
#include <unistd.h>

enum started {
	STARTED_TURN = 1,
	STARTED_OUTBOX = 2,
	STARTED_SUBSCRIPTIONS = 4,
	STARTED_DOOR = 8,
	STARTED_SIGNALS = 16,
	STARTED_WEBINARS = 32,
};

/* -- what a turn brings -------------------------------------------------------------------- */

static void freeze(void *context, const struct event *event, const struct effect *effect)
{
	struct plenary *const plenary = context;

	outbox_freeze(&plenary->outbox, event->session, effect);
}

static void signalled(void *context, uint32_t session, const struct effect *effect)
{
	struct plenary *const plenary = context;

	if (effect->kind == SIGNAL_WITNESS)
		inquire_presence(&plenary->inquiries, session, effect->place,
				 effect->person);
	else
		live_signal(&plenary->live, session, effect);
}

static void closed(void *context, uint32_t session)
{
	struct plenary *const plenary = context;

	outbox_session_closed(&plenary->outbox, session);
}

static void sealed(void *context)
{
	struct plenary *const plenary = context;

	outbox_sealed(&plenary->outbox);
	if (plenary->inbox != NULL)
		inbox_sealed(plenary->inbox);
	live_sealed(&plenary->live);
}

static void durable(void *context)
{
	struct plenary *const plenary = context;

	outbox_durable(&plenary->outbox);
	if (plenary->inbox != NULL)
		inbox_durable(plenary->inbox);
	live_durable(&plenary->live);
}

/* -- parts ------------------------------------------------------------------------------------ */

static int start_journal(struct plenary *plenary)
{
	const struct config *const config = plenary->config;
	const struct turn_events events = { .freeze = freeze,
					    .signalled = signalled,
					    .closed = closed,
					    .sealed = sealed,
					    .durable = durable,
					    .context = plenary };

	if (mkdir(config->data_dir, 0700) < 0 && errno != EEXIST) {
		log_error("plenary", "data_dir path=%s error=%s", config->data_dir,
			  strerror(errno));
		return -errno;
	}
	turn_init(&plenary->turn, plenary->loop, &plenary->clock, &plenary->sessions,
		  &events);
	plenary->started |= STARTED_TURN;
	const int rc = journal_open(&plenary->journal, plenary->loop, config->database,
				    turn_committed, &plenary->turn);
	plenary->turn.journal = plenary->journal;
	return rc;
}

/* Credentials of systemd are files too; one that was not passed is a file that is not there. */
static const char *proof_path(const char *reference, struct text *path)
{
	if (reference == NULL)
		return NULL;
	config_secret_path(reference, path);
	return text_string(path);
}

static int start_token(struct plenary *plenary, enum reply_party party,
		       struct token_settings *settings, const struct config_proof *proof)
{
	struct text *const paths = plenary->proof_paths[party];

	settings->speed = plenary->config->clock.speed;
	settings->secret_path = proof_path(proof->secret_file, &paths[0]);
	settings->certificate_path = proof_path(proof->certificate, &paths[1]);
	settings->key_path = proof_path(proof->key, &paths[2]);
	const int rc = token_create(&plenary->tokens[party], plenary->loop,
				    plenary->client, settings);
	if (rc < 0)
		log_error("plenary", "token_url url=%s error=%d", settings->url, rc);
	plenary->outbox.tokens[party] = plenary->tokens[party];
	return rc;
}

static int start_tokens(struct plenary *plenary)
{
	const struct config_bot *const bot = &plenary->config->bot;
	const struct config_graph *const graph = &plenary->config->graph;
	struct token_settings of_bot = { .url = bot->token_url,
					 .client_id = bot->app_id,
					 .scope = bot->scope };
	struct token_settings of_graph = { .url = graph->token_url,
					   .client_id = graph->client_id,
					   .scope = graph->scope };
	int rc = 0;

	if (bot->app_id != NULL)
		rc = start_token(plenary, PARTY_CONNECTOR, &of_bot, &bot->proof);
	if (rc == 0 && graph->client_id != NULL)
		rc = start_token(plenary, PARTY_GRAPH, &of_graph, &graph->proof);
	return rc;
}

static int start_keyring(struct plenary *plenary)
{
	const struct config_bot *const bot = &plenary->config->bot;
	const struct keyring_settings settings = {
		.metadata_url = bot->metadata_url,
		.issuer = bot->issuer,
		.audience = bot->app_id,
		/* keys that change in a rehearsal change as fast as it is played */
		.floor_ms = KEYRING_FLOOR_MS / plenary->clock.speed,
	};

	if (bot->app_id == NULL)
		return 0;
	return keyring_create(&plenary->keyring, plenary->loop, plenary->client,
			      &settings);
}

static void start_graph(struct plenary *plenary)
{
	const struct config_graph *const graph = &plenary->config->graph;
	const struct graph_settings settings = { .base_url = graph->base_url,
						 .client_id = graph->client_id,
						 .tenant_id = graph->tenant_id };

	if (graph->client_id != NULL)
		plenary->graph = graph_create(plenary->loop, plenary->client, &settings);
	plenary->outbox.graph = plenary->graph;
}

/* Who signs for relays may be anybody the operator trusts. */
static int start_events_keyring(struct plenary *plenary)
{
	const struct config *const config = plenary->config;
	const struct keyring_settings settings = {
		.metadata_url = config->events_jwt.metadata_url,
		.issuer = config->events_jwt.issuer,
		.audience = config->events_jwt.audience,
	};

	if (settings.issuer == NULL)
		return 0;
	const int rc = keyring_create(&plenary->events_keyring, plenary->loop,
				      plenary->client, &settings);

	if (rc < 0)
		log_error("plenary", "events_jwt url=%s error=%d", settings.metadata_url,
			  rc);
	return rc;
}

static int start_wire(struct plenary *plenary)
{
	const struct config *const config = plenary->config;
	int rc = client_create(&plenary->client, plenary->loop, config->ca_file);

	outbox_init(&plenary->outbox, plenary->loop, &plenary->turn, &plenary->words,
		    config);
	inquiries_init(&plenary->inquiries, plenary->loop, &plenary->turn,
		       &plenary->words, config);
	plenary->started |= STARTED_OUTBOX;
	plenary->outbox.client = plenary->client;
	plenary->inquiries.client = plenary->client;
	plenary->inquiries.outbox = &plenary->outbox;
	plenary->outbox.inquiries = &plenary->inquiries;
	if (rc == 0)
		start_graph(plenary);
	if (rc == 0)
		rc = start_tokens(plenary);
	plenary->inquiries.tokens = plenary->tokens[PARTY_CONNECTOR];
	if (rc == 0)
		rc = start_keyring(plenary);
	if (rc == 0)
		rc = start_events_keyring(plenary);
	return rc;
}

/* A key is made here, before the loop runs, when there is none: it takes its time. */
static int start_inbox(struct plenary *plenary)
{
	const struct config_graph *const graph = &plenary->config->graph;
	const struct vouch_settings vouch = { .metadata_v1_url = graph->metadata_url_v1,
					      .metadata_v2_url = graph->metadata_url,
					      .audience = graph->client_id };
	struct inbox_settings settings = { .loop = plenary->loop,
					   .door = &plenary->door };
	struct text folder = { 0 };

	if (graph->client_id == NULL)
		return 0;
	text_addf(&folder, "%s/graph-keys", plenary->config->data_dir);
	const int rc = envelopes_open(&settings.envelopes, text_string(&folder),
				      clock_real_ms());
	if (rc < 0) {
		log_error("plenary", "keys folder=%s error=\"%s\"", text_string(&folder),
			  strerror(-rc));
	} else {
		if (address_is_guid(graph->tenant_id))
			settings.tenant = graph->tenant_id;
		settings.vouch = vouch_create(plenary->loop, plenary->client, &vouch);
		plenary->inbox = inbox_create(&settings);
		plenary->words.envelopes = settings.envelopes;
	}
	text_finish(&folder);
	return rc;
}

static void start_webinars(struct plenary *plenary)
{
	const struct graph_reader reader = { .graph = plenary->graph,
					     .tokens = plenary->tokens[PARTY_GRAPH],
					     .base_url = plenary->config->graph.base_url,
					     .loop = plenary->loop,
					     .speed = outbox_speed(&plenary->outbox) };

	webinars_init(&plenary->webinars, plenary->loop, &plenary->turn, &plenary->outbox,
		      &plenary->words, &plenary->sessions);
	plenary->started |= STARTED_WEBINARS;
	if (plenary->graph != NULL && plenary->tokens[PARTY_GRAPH] != NULL)
		webinars_use(&plenary->webinars, &reader);
	plenary->door.webinars = &plenary->webinars;
}

static int load_secret(const char *reference, const char *what, char **secret)
{
	struct text text = { 0 }, words = { 0 };
	int rc;

	if (reference == NULL)
		return 0;
	rc = config_secret(reference, &text);
	if (rc < 0) {
		config_secret_problem(reference, rc, &words);
		log_error("plenary", "secret what=%s problem=\"%s\"", what,
			  text_string(&words));
		text_finish(&words);
		return rc;
	}
	free(*secret);
	*secret = text.data;
	return 0;
}

static int load_secrets(struct plenary *plenary)
{
	const struct config *const config = plenary->config;
	char *key = NULL;
	int rc = load_secret(config->events_secret_file, "events.secret_file",
			     &plenary->door.events_secret);

	if (rc == 0)
		rc = load_secret(config->live_key_file, "live.key_file", &key);
	if (rc == 0)
		door_set_live_key(&plenary->door, key);
	return rc;
}

static int start_door(struct plenary *plenary)
{
	struct door *const door = &plenary->door;

	plenary->started |= STARTED_DOOR;
	door->turn = &plenary->turn;
	door->outbox = &plenary->outbox;
	door->inquiries = &plenary->inquiries;
	door->live = &plenary->live;
	door->sessions = &plenary->sessions;
	door->words = &plenary->words;
	door->config = plenary->config;
	door->keyring = plenary->keyring;
	door->events_keyring = plenary->events_keyring;
	door->inbox = plenary->inbox;
	return load_secrets(plenary);
}

/* -- life ------------------------------------------------------------------------------------ */

int plenary_reload(struct plenary *plenary)
{
	int rc = edge_reload(plenary->edge);

	if (load_secrets(plenary) < 0)
		rc = -EINVAL;
	for (int i = 0; i < 2; i++) {
		if (plenary->tokens[i] != NULL)
			token_forget(plenary->tokens[i]);
	}
	if (plenary->keyring != NULL)
		keyring_refresh(plenary->keyring);
	if (plenary->events_keyring != NULL)
		keyring_refresh(plenary->events_keyring);
	return rc;
}

int plenary_init(struct plenary *plenary, uv_loop_t *loop, const struct config *config)
{
	int rc;

	*plenary = (struct plenary){ .loop = loop,
				     .config = config,
				     .clock = config->clock };
	plenary->directory = directory_create();
	plenary->book = webinar_book_create();
	plenary->words =
		(struct words_source){ .directory = plenary->directory,
				       .book = plenary->book,
				       .programmes = &plenary->programmes,
				       .sessions = &plenary->sessions,
				       .config = config,
				       .inquiries = &plenary->inquiries,
				       .refused_by = &plenary->outbox.counts.stopped };
	live_init(&plenary->live, &plenary->words, &plenary->clock);
	rc = start_journal(plenary);
	if (rc == 0)
		rc = start_wire(plenary);
	if (rc == 0)
		rc = start_inbox(plenary);
	if (rc == 0)
		rc = start_door(plenary);
	if (rc == 0)
		rc = restore(plenary);
	if (rc == 0)
		rc = listening_open(plenary);
	if (rc == 0) {
		subscriptions_init(&plenary->subscriptions, loop, &plenary->outbox,
				   plenary->inbox != NULL
					   ? inbox_envelopes(plenary->inbox)
					   : NULL);
		plenary->started |= STARTED_SUBSCRIPTIONS;
		start_webinars(plenary);
		drain_watch(plenary);
		plenary->started |= STARTED_SIGNALS;
		rc = listening_begin(plenary);
	}
	if (rc < 0) {
		plenary_finish(plenary);
		return rc;
	}
	outbox_resume(&plenary->outbox);
	if (plenary->inbox != NULL)
		inbox_resume(plenary->inbox);
	plenary->door.ready = true;
	systemd_tell("READY=1\nSTATUS=Ready.");
	return 0;
}

void plenary_finish(struct plenary *plenary)
{
	if (plenary->started & STARTED_SIGNALS)
		drain_unwatch(plenary);
	if (plenary->started & STARTED_SUBSCRIPTIONS)
		subscriptions_finish(&plenary->subscriptions);
	if (plenary->started & STARTED_WEBINARS)
		webinars_finish(&plenary->webinars);
	if (plenary->edge != NULL)
		edge_destroy(plenary->edge);
	if (plenary->feed != NULL)
		feed_destroy(plenary->feed);
	if (plenary->keyring != NULL)
		keyring_destroy(plenary->keyring);
	if (plenary->events_keyring != NULL)
		keyring_destroy(plenary->events_keyring);
	inbox_destroy(plenary->inbox);
	if (plenary->started & STARTED_OUTBOX)
		inquiries_finish(&plenary->inquiries);
	for (int i = 0; i < 2; i++) {
		if (plenary->tokens[i] != NULL)
			token_destroy(plenary->tokens[i]);
		for (int j = 0; j < 3; j++)
			text_finish(&plenary->proof_paths[i][j]);
	}
	if (plenary->started & STARTED_OUTBOX)
		outbox_finish(&plenary->outbox);
	graph_destroy(plenary->graph);
	if (plenary->client != NULL)
		client_destroy(plenary->client);
	if (plenary->journal != NULL)
		journal_close(plenary->journal);
	if (plenary->started & STARTED_TURN)
		turn_finish(&plenary->turn);
	if (plenary->started & STARTED_DOOR)
		door_finish(&plenary->door);
	text_finish(&plenary->certificate_path);
	text_finish(&plenary->key_path);
	live_finish(&plenary->live);
	sessions_finish(&plenary->sessions);
	programmes_finish(&plenary->programmes);
	directory_destroy(plenary->directory);
	webinar_book_destroy(plenary->book);
}
