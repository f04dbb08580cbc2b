/* SPDX-License-Identifier: MIT */
#include "daemon/drain.h"

#include <signal.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/edge/edge.h"
#include "daemon/edge/feed.h"
#include "daemon/plenary.h"
#include "daemon/systemd.h"

enum { TICK_MS = 50 };

static void on_reload(uv_signal_t *signal, int number)
{
	struct plenary *const plenary = signal->data;

	(void)number;
	systemd_tell("RELOADING=1");
	const int rc = plenary_reload(plenary);

	log_info("plenary", "reloaded error=%d", rc);
	systemd_tell(
		rc == 0 ? "READY=1\nSTATUS=Ready."
			: "READY=1\nSTATUS=Reloading failed; the old settings stay.");
}

static bool is_drained(const struct plenary *plenary)
{
	return turn_is_quiet(&plenary->turn) && plenary->outbox.counts.in_flight == 0 &&
	       plenary->door.arrivals_count == 0 && feed_viewers(plenary->feed) == 0;
}

static void on_tick(uv_timer_t *timer)
{
	struct plenary *const plenary = container_of(timer, struct plenary, drain);

	plenary->drain_ticks++;
	if (!is_drained(plenary) && plenary->drain_ticks < DRAIN_SECONDS * 1000 / TICK_MS)
		return;
	uv_timer_stop(timer);
	turn_digest_all(&plenary->turn);
	journal_flush(plenary->journal);
	uv_stop(plenary->loop);
}

static void on_end(uv_signal_t *signal, int number)
{
	struct plenary *const plenary = signal->data;

	if (plenary->door.stopping)
		return;
	log_info("plenary", "stopping signal=%d", number);
	systemd_tell("STOPPING=1\nSTATUS=Draining.");
	plenary->door.stopping = true;
	turn_stop(&plenary->turn);
	outbox_stop(&plenary->outbox);
	edge_drain(plenary->edge);
	feed_drain(plenary->feed);
	uv_timer_start(&plenary->drain, on_tick, TICK_MS, TICK_MS);
}

static void on_watchdog(uv_timer_t *timer)
{
	(void)timer;
	systemd_tell("WATCHDOG=1");
}

void drain_watch(struct plenary *plenary)
{
	static const int numbers[] = { SIGHUP, SIGTERM, SIGINT };
	const uint64_t watchdog_ms = systemd_watchdog_ms();

	for (int i = 0; i < 3; i++) {
		uv_signal_init(plenary->loop, &plenary->signals[i]);
		plenary->signals[i].data = plenary;
		uv_signal_start(&plenary->signals[i], i == 0 ? on_reload : on_end,
				numbers[i]);
	}
	uv_timer_init(plenary->loop, &plenary->watchdog);
	uv_timer_init(plenary->loop, &plenary->drain);
	if (watchdog_ms > 0)
		uv_timer_start(&plenary->watchdog, on_watchdog, watchdog_ms, watchdog_ms);
}

void drain_unwatch(struct plenary *plenary)
{
	for (int i = 0; i < 3; i++)
		uv_close((uv_handle_t *)&plenary->signals[i], NULL);
	uv_close((uv_handle_t *)&plenary->watchdog, NULL);
	uv_close((uv_handle_t *)&plenary->drain, NULL);
}
