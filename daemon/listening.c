/* SPDX-License-Identifier: MIT */
#include "daemon/listening.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "daemon/common/log.h"
#include "daemon/edge/edge.h"
#include "daemon/edge/feed.h"
#include "daemon/edge/selfsigned.h"
#include "daemon/plenary.h"
#include "daemon/settings/config.h"
#include "daemon/systemd.h"

static int certificate(const struct config *config, struct text *crt, struct text *key)
{
	if (config->tls_certificate != NULL) {
		text_addf(crt, "%s", config->tls_certificate);
		text_addf(key, "%s", config->tls_key);
		return 0;
	}
	text_addf(crt, "%s/tls.crt", config->data_dir);
	text_addf(key, "%s/tls.key", config->data_dir);
	if (access(text_string(crt), R_OK) == 0 && access(text_string(key), R_OK) == 0)
		return 0;
	log_warning("plenary",
		    "no certificate is configured: made a self-signed one, good for "
		    "loopback only path=%s",
		    text_string(crt));
	return selfsigned_make(text_string(crt), text_string(key));
}

/* A certificate that nobody vouches for is for loopback only, whoever opened the socket. */
static int listen_inherited(struct plenary *plenary, int fd)
{
	const enum systemd_reach reach = systemd_socket_reach(fd);

	if (reach == REACH_ANYWHERE && plenary->config->tls_certificate == NULL) {
		log_error("plenary",
			  "the socket that was handed to us is open to others: "
			  "set tls.certificate and tls.key");
		return -EPERM;
	}
	return edge_listen_fd(plenary->edge, fd, reach != REACH_UNIX);
}

int listening_begin(struct plenary *plenary)
{
	const struct config *const config = plenary->config;
	const int inherited = systemd_sockets();
	const char *address = "inherited";
	int rc = 0;

	for (int i = 0; i < inherited && rc >= 0; i++)
		rc = listen_inherited(plenary, 3 + i);
	for (int i = 0; inherited == 0 && i < config->listener_count && rc >= 0; i++) {
		address = config->listeners[i].address;
		rc = edge_listen(plenary->edge, address, config->listeners[i].tls);
		if (rc >= 0)
			log_info("plenary", "listening address=%s port=%d tls=%d",
				 address, rc, config->listeners[i].tls);
	}
	if (rc < 0)
		log_error("plenary", "listening_failed address=%s error=\"%s\"", address,
			  strerror(-rc));
	return rc < 0 ? rc : 0;
}

int listening_open(struct plenary *plenary)
{
	static const char *const subprotocols[] = { "cloudevents.json", "plenary.live",
						    NULL };
	const struct feed_events events = { .opened = door_opened,
					    .message = door_message,
					    .drained = door_drained,
					    .closed = door_closed,
					    .context = &plenary->door };
	int rc = certificate(plenary->config, &plenary->certificate_path,
			     &plenary->key_path);

	if (rc == 0)
		rc = feed_create(&plenary->feed, plenary->loop, subprotocols, &events);
	if (rc == 0) {
		const struct edge_config config = {
			.loop = plenary->loop,
			.feed = plenary->feed,
			.on_request = door_request,
			.on_head = door_head,
			.on_upgrade = door_upgrade,
			.context = &plenary->door,
			.certificate_path = text_string(&plenary->certificate_path),
			.key_path = text_string(&plenary->key_path)
		};
		rc = edge_create(&plenary->edge, &config);
	}
	plenary->turn.edge = plenary->door.edge = plenary->edge;
	plenary->turn.feed = plenary->door.feed = plenary->live.feed = plenary->feed;
	return rc;
}
