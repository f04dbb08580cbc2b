/* SPDX-License-Identifier: MIT */
/*
 * config - what an operator sets, read once from one YAML file; docs/configuration.md
 * lists every setting with its default and reason.
 *
 * Everything that is absent has its default here already; strings are NULL only where it
 * says so.  No secret is ever in the file or in this struct: only a reference, which is
 * an absolute path or "credential:NAME" (systemd), resolved by secret.h when
 * needed. All strings live until config_destroy(); relative paths are resolved against
 * the directory of the configuration file.
 */
#ifndef PLENARY_CONFIG_H
#define PLENARY_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/settings/cloud.h"
#include "daemon/settings/fault.h"

enum {
	CONFIG_LISTENERS = 8,
	CONFIG_HOSTS = 16,
	CONFIG_PEOPLE = 2048, /* the core's limit for one session */
	CONFIG_SPARE_ROOMS = 50,
};

struct config_listener {
	const char *address; /* as edge_listen() takes it */
	bool tls;
};

/* How an application proves who it is: the first, or the other two; the rest NULL. */
struct config_proof {
	const char *secret_file;
	const char *certificate, *key; /* references, PEM */
};

struct config_bot {
	const char *app_id; /* NULL: there is no bot, and nothing else here counts */
	const char *tenant_id;
	const char *metadata_url, *issuer, *token_url, *scope;
	struct config_proof proof;
	const char *service_hosts[CONFIG_HOSTS + 1]; /* ends in NULL; may get the token */
};

struct config_graph {
	const char *client_id; /* NULL: no Graph; app_id of the bot unless set */
	const char *tenant_id, *base_url, *token_url, *scope;
	struct config_proof proof; /* the bot's unless set */
	/* of those who sign validation tokens, version 2 and 1 */
	const char *metadata_url, *metadata_url_v1;
	const char *call_events_api; /* "beta", "v1.0" or "none" */
	bool attendance_reports;
	const char *organiser_id; /* NULL when not given */
};

/* Who stands behind the app in Teams, as its package says; limits are Teams'. */
struct config_app {
	const char *developer; /* NULL: there is no section, and no package can be made */
	const char *website, *privacy, *terms;
	const char *name, *short_name;
	const char *version; /* "1.0": raised when something here has changed */
};

struct config {
	const char *data_dir;
	const char *database; /* plenary.db inside data_dir */
	enum cloud cloud;
	const char *public_url; /* without a final slash; NULL when not set */
	int listener_count;
	struct config_listener listeners[CONFIG_LISTENERS];
	const char *tls_certificate, *tls_key; /* both NULL: self-signed, loopback only */
	struct config_bot bot;
	struct config_graph graph;
	struct config_app app;
	struct {
		const char *sender_id; /* NULL: no mail is sent */
	} mail;
	struct {
		int32_t spare;     /* room meetings beyond those the programme needs */
		const char *lobby; /* who need not wait in it */
	} rooms;
	const char *events_secret_file; /* NULL: no relay is known by a secret */
	struct {
		/* all NULL: no relay is known by a token */
		const char *metadata_url, *issuer, *audience;
	} events_jwt;
	const char *live_key_file; /* NULL: the live page is refused */
	struct {
		int32_t in_flight, give_up_after_s, attempts;
	} outbox;
	struct {
		int32_t people_per_session, body_bytes;
	} limits;
	struct clock clock; /* the real time, except in rehearsals */
	enum log_level log_level;
	bool allow_loopback_peers; /* rehearsal: peers on loopback, http allowed */
	const char *ca_file;       /* NULL: the system's authorities */
	const char *time_zone;     /* IANA name */
	struct yaml *source;       /* owns the strings */
};

/* 0, -EINVAL when faults holds at least one error, or the negative errno of reading the
 * file (said in faults too).  *config is untouched unless the answer is 0. */
int config_read(const char *path, struct config **config, struct fault_list *faults);
/* The same for text that is already in memory; directory resolves relative paths. */
int config_parse(const char *text, size_t bytes, const char *directory,
		 struct config **config, struct fault_list *faults);
void config_destroy(struct config *config);

/* Every setting in force, as YAML that reads back to the same; references, no secrets. */
void config_print(FILE *out, const struct config *config);

#endif
