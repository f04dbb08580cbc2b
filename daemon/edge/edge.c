/* SPDX-License-Identifier: MIT */
#include "daemon/edge/connection.h"
#include "daemon/edge/inside.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <sys/resource.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/edge/feed.h"

static const uint32_t timer_seconds[TIMER_KINDS] = {
	[TIMER_HANDSHAKE] = EDGE_HEAD_SECONDS, [TIMER_HEAD] = EDGE_HEAD_SECONDS,
	[TIMER_BODY] = EDGE_BODY_SECONDS,      [TIMER_IDLE] = EDGE_IDLE_SECONDS,
	[TIMER_ANSWER] = EDGE_ANSWER_SECONDS,  [TIMER_STALL] = EDGE_STALL_SECONDS,
	[TIMER_LINGER] = EDGE_LINGER_SECONDS,  [TIMER_RELAY] = EDGE_LINGER_SECONDS,
};

void edge_raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	/* libwebsockets makes a table as long as the limit, and some containers set a
	 * thousand million: so this bounds it as well. */
	limit.rlim_cur =
		limit.rlim_max < EDGE_DESCRIPTORS ? limit.rlim_max : EDGE_DESCRIPTORS;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		log_warning("edge", "descriptor limit stays wanted=%d", EDGE_DESCRIPTORS);
}

/* What the clients may have of the descriptors, one for each of them. */
static unsigned most_connections(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return EDGE_CONNECTIONS;
	const rlim_t quarter = limit.rlim_cur / 4;
	const rlim_t spare =
		quarter < EDGE_SPARE_DESCRIPTORS ? quarter : EDGE_SPARE_DESCRIPTORS;
	const rlim_t left = limit.rlim_cur - spare;

	return left < EDGE_CONNECTIONS ? (unsigned)left : EDGE_CONNECTIONS;
}

void edge_handle_opened(struct edge *edge)
{
	edge->open_handles++;
}

void edge_handle_closed(struct edge *edge)
{
	assert(edge->open_handles > 0);
	if (--edge->open_handles > 0 || !edge->destroyed)
		return;
	tls_settings_destroy(edge->tls);
	numbers_finish(&edge->connections);
	free(edge);
}

void edge_refresh_date(struct edge *edge)
{
	const time_t now = time(NULL);
	struct tm parts;

	gmtime_r(&now, &parts);
	strftime(edge->date, sizeof(edge->date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

static void answer_is_late(struct pending *pending)
{
	struct connection *const connection = pending->connection;

	connection->edge->counts.unanswered++;
	pending_problem(pending, 503, "The program did not answer in time.", NULL, false);
	connection_settle(connection);
}

static void fell_due(struct timer *timer)
{
	switch (timer->kind) {
	case TIMER_ANSWER:
		answer_is_late(container_of(timer, struct pending, timer));
		break;
	case TIMER_STALL:
		connection_timed_out(container_of(timer, struct connection, writing),
				     timer->kind);
		break;
	case TIMER_RELAY:
		relay_timed_out(timer);
		break;
	default:
		connection_timed_out(container_of(timer, struct connection, reading),
				     timer->kind);
		break;
	}
}

static void on_second(uv_timer_t *second)
{
	struct edge *const edge = container_of(second, struct edge, second);
	struct timer *timer;

	edge_refresh_date(edge);
	if (edge->accepting_paused)
		listeners_resume(edge);
	while ((timer = timers_due(&edge->timers, uv_now(edge->config.loop))) != NULL)
		fell_due(timer);
}

int edge_create(struct edge **edge, const struct edge_config *config)
{
	struct tls_settings *tls = NULL;
	int rc = 0;

	assert(config->on_request != NULL);
	if (config->certificate_path != NULL)
		rc = tls_settings_create(&tls, config->certificate_path,
					 config->key_path);
	if (rc < 0)
		return rc;
	/* OpenSSL writes with write(), which would raise it when a client has gone. */
	signal(SIGPIPE, SIG_IGN);

	struct edge *const made = memory_zeroed(sizeof(*made));

	made->config = *config;
	made->tls = tls;
	made->most_body_bytes = EDGE_BODIES_BYTES;
	made->most_connections = most_connections();
	for (int kind = 0; kind < TIMER_KINDS; kind++)
		made->timers.kinds[kind].lasts_ms = timer_seconds[kind] * 1000;
	edge_refresh_date(made);
	uv_timer_init(config->loop, &made->second);
	uv_timer_start(&made->second, on_second, 1000, 1000);
	edge_handle_opened(made);
	*edge = made;
	return 0;
}

int edge_reload(struct edge *edge)
{
	struct tls_settings *tls = NULL;

	if (edge->config.certificate_path == NULL)
		return 0;
	const int rc = tls_settings_create(&tls, edge->config.certificate_path,
					   edge->config.key_path);
	if (rc < 0)
		return rc;
	tls_settings_destroy(edge->tls);
	edge->tls = tls;
	return 0;
}

void edge_count(const struct edge *edge, struct edge_counts *counts)
{
	*counts = edge->counts;
	counts->connections_now = edge->connections.live;
	counts->body_bytes_now = edge->body_bytes;
}

static void for_each_connection(struct edge *edge, void (*act)(struct connection *))
{
	for (uint32_t place = 0; place < edge->connections.count; place++) {
		struct connection *const connection =
			numbers_at(&edge->connections, place);

		if (connection != NULL)
			act(connection);
	}
}

void edge_drain(struct edge *edge)
{
	edge->draining = true;
	listeners_close(edge);
	for_each_connection(edge, connection_settle);
}

static void on_second_closed(uv_handle_t *handle)
{
	edge_handle_closed(container_of((uv_timer_t *)handle, struct edge, second));
}

void edge_destroy(struct edge *edge)
{
	if (edge == NULL)
		return;
	edge->draining = true;
	edge->destroyed = true;
	listeners_close(edge);
	for_each_connection(edge, connection_close);
	relay_close_all(edge);
	uv_timer_stop(&edge->second);
	uv_close((uv_handle_t *)&edge->second, on_second_closed);
}
