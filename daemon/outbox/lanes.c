/* SPDX-License-Identifier: MIT */
#include "daemon/outbox/lanes.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/container.h"
#include "daemon/outbox/parcel.h"
#include "daemon/settings/config.h"

static const char graph_tenant[] = " graph"; /* no tenant id has a space */

static void on_rested(uv_timer_t *timer);

/* -- time -------------------------------------------------------------------------------- */

int64_t outbox_speed(const struct outbox *outbox)
{
	const struct config *const config = outbox->config;

	return config->allow_loopback_peers && config->clock.speed > 1
		       ? config->clock.speed
		       : 1;
}

static int64_t pace_now_ms(const struct outbox *outbox)
{
	return outbox_now_ms(outbox) * outbox_speed(outbox);
}

int64_t lanes_really_ms(const struct outbox *outbox, int64_t pace_ms)
{
	const int64_t speed = outbox_speed(outbox);

	return (pace_ms + speed - 1) / speed;
}

/* Wakes at the earliest moment that anybody waits for. */
static void wake_at(struct outbox *outbox, int64_t at_ms)
{
	const int64_t left_ms = at_ms - outbox_now_ms(outbox);

	if (outbox->wakes_ms != 0 && outbox->wakes_ms <= at_ms)
		return;
	outbox->wakes_ms = at_ms;
	uv_timer_start(&outbox->timer, on_rested, left_ms > 0 ? (uint64_t)left_ms : 0, 0);
}

/* -- tenants and lanes --------------------------------------------------------------------- */

struct tenant *lanes_tenant(struct outbox *outbox, const char *id)
{
	struct tenant *tenant = map_get(&outbox->tenants, id);

	if (tenant == NULL) {
		tenant = memory_zeroed(sizeof(*tenant));
		tenant->paced = strcmp(id, graph_tenant) != 0;
		map_put(&outbox->tenants, id, tenant);
	}
	return tenant;
}

static struct tenant *tenant_of(struct outbox *outbox, const struct delivery *delivery)
{
	const struct session_row *const row =
		directory_session(outbox->words->directory, delivery->session);

	if (delivery->party == PARTY_GRAPH)
		return lanes_tenant(outbox, graph_tenant);
	return lanes_tenant(outbox,
			    row != NULL && row->tenant_id != NULL ? row->tenant_id : "");
}

static bool is_forgettable(const struct lane *lane, int64_t pace_ms)
{
	if (lane->first != NULL)
		return false;
	for (int rule = 0; rule < PACE_TENANT; rule++) {
		if (!pace_is_idle(&lane->paces[rule], (enum pace_rule)rule, pace_ms))
			return false;
	}
	return true;
}

static void lane_destroy(struct lane *lane)
{
	for (int rule = 0; rule < PACE_TENANT; rule++)
		pace_finish(&lane->paces[rule]);
	free(lane);
}

/* Empty lanes are kept while what left by them counts; now and then some no longer do. */
static void sweep(struct outbox *outbox)
{
	const int64_t pace_ms = pace_now_ms(outbox);
	struct map kept = { 0 };
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&outbox->lanes, &at)) != NULL) {
		struct lane *const lane = slot->value;

		if (is_forgettable(lane, pace_ms))
			lane_destroy(lane);
		else
			map_put(&kept, slot->key, lane);
	}
	map_finish(&outbox->lanes);
	outbox->lanes = kept;
	outbox->sweep_at = 2 * kept.count + LANES_KEPT;
}

static struct lane *lane_of(struct outbox *outbox, const struct delivery *delivery)
{
	char key[20];
	struct lane *lane;

	snprintf(key, sizeof(key), "%016" PRIx64, delivery->lane);
	lane = map_get(&outbox->lanes, key);
	if (lane != NULL)
		return lane;
	if (outbox->lanes.count >= outbox->sweep_at)
		sweep(outbox);
	lane = memory_zeroed(sizeof(*lane));
	memcpy(lane->key, key, sizeof(key));
	lane->tenant = tenant_of(outbox, delivery);
	map_put(&outbox->lanes, key, lane);
	return lane;
}

/* -- queues --------------------------------------------------------------------------------- */

/* People stand and wait for rooms, recalls and help. */
static enum rank rank_of(const struct parcel *parcel)
{
	switch (parcel->delivery.what) {
	case DELIVER_ROOM_MEETING:
	case DELIVER_ROOM_WHISPER:
	case DELIVER_ROOM_CARD:
	case DELIVER_ROOM_NOTICE:
	case DELIVER_ROOM_AGAIN:
	case DELIVER_ROOM_MAIL:
	case DELIVER_WARNING:
	case DELIVER_EXTENSION:
	case DELIVER_RECALL:
	case DELIVER_REMINDER:
	case DELIVER_HELP:
		return RANK_ROOMS;
	case DELIVER_POLL_CARD:
	case DELIVER_POLL_AGAIN:
	case DELIVER_POLL_UPDATE:
		return RANK_POLLS;
	default:
		return RANK_CHATTER;
	}
}

static void unqueue(struct lane *lane)
{
	struct lane_queue *const queue = &lane->tenant->queues[lane->rank];
	struct lane *before = NULL;

	for (struct lane *at = queue->first; at != lane; at = at->next)
		before = at;
	if (before == NULL)
		queue->first = lane->next;
	else
		before->next = lane->next;
	if (queue->last == lane)
		queue->last = before;
	lane->next = NULL;
	lane->queued = false;
}

/* Into the queue of its head's rank, if it has a head that can go. */
static void wake(struct lane *lane)
{
	if (lane->in_flight || lane->rests_until_ms != 0 || lane->first == NULL)
		return;
	if (lane->queued && lane->rank == rank_of(lane->first))
		return;
	if (lane->queued)
		unqueue(lane);
	lane->rank = rank_of(lane->first);
	struct lane_queue *const queue = &lane->tenant->queues[lane->rank];

	lane->next = NULL;
	if (queue->first == NULL)
		queue->first = lane;
	else
		queue->last->next = lane;
	queue->last = lane;
	lane->queued = true;
}

void lanes_add(struct outbox *outbox, struct parcel *parcel)
{
	struct lane *const lane = lane_of(outbox, &parcel->delivery);
	const enum rank rank = rank_of(parcel);
	struct parcel *before =
		lane->in_flight || lane->rests_until_ms != 0 ? lane->first : NULL;
	struct parcel *after = before != NULL ? before->next : lane->first;

	/* behind all of its rank; the head that has begun stays the head */
	while (after != NULL && rank_of(after) <= rank) {
		before = after;
		after = after->next;
	}
	parcel->lane = lane;
	parcel->next = after;
	if (before == NULL)
		lane->first = parcel;
	else
		before->next = parcel;
	if (after == NULL)
		lane->last = parcel;
	outbox->counts.waiting++;
	wake(lane);
}

void lanes_leave(struct parcel *parcel)
{
	struct lane *const lane = parcel->lane;

	assert(lane->first == parcel && lane->in_flight);
	lane->first = parcel->next;
	lane->in_flight = false;
	parcel->outbox->counts.in_flight--;
	parcel->outbox->counts.waiting--;
	wake(lane);
}

/* -- rest ------------------------------------------------------------------------------------ */

static void rest(struct outbox *outbox, struct lane *lane, int64_t wait_ms)
{
	lane->rests_until_ms = outbox_now_ms(outbox) + 1 + wait_ms;
	lane->next = outbox->resting;
	outbox->resting = lane;
	wake_at(outbox, lane->rests_until_ms);
}

void lanes_rest(struct parcel *parcel, int64_t wait_ms)
{
	struct outbox *const outbox = parcel->outbox;

	assert(parcel->lane->first == parcel && parcel->lane->in_flight);
	parcel->lane->in_flight = false;
	outbox->counts.in_flight--;
	rest(outbox, parcel->lane, wait_ms);
}

static void on_rested(uv_timer_t *timer)
{
	struct outbox *const outbox = container_of(timer, struct outbox, timer);
	struct lane *lane = outbox->resting;
	const int64_t now_ms = outbox_now_ms(outbox);

	outbox->resting = NULL;
	outbox->wakes_ms = 0;
	while (lane != NULL) {
		struct lane *const next = lane->next;

		if (lane->rests_until_ms <= now_ms) {
			lane->rests_until_ms = 0;
			wake(lane);
		} else {
			lane->next = outbox->resting;
			outbox->resting = lane;
			wake_at(outbox, lane->rests_until_ms);
		}
		lane = next;
	}
	lanes_pump(outbox);
}

/* -- pace ------------------------------------------------------------------------------------ */

static int64_t wait_of(const struct outbox *outbox, const struct lane *lane,
		       enum pace_rule rule)
{
	const int64_t pace_ms = pace_now_ms(outbox);
	const int64_t lane_ms = pace_wait_ms(&lane->paces[rule], rule, pace_ms);
	const int64_t tenant_ms = pace_wait_ms(&lane->tenant->pace, PACE_TENANT, pace_ms);

	if (!lane->tenant->paced)
		return 0;
	return lanes_really_ms(outbox, lane_ms > tenant_ms ? lane_ms : tenant_ms);
}

bool lanes_may_leave(struct parcel *parcel, enum pace_rule rule)
{
	struct outbox *const outbox = parcel->outbox;
	struct lane *const lane = parcel->lane;
	const int64_t wait_ms = wait_of(outbox, lane, rule);

	assert(rule < PACE_TENANT);
	if (wait_ms > 0) {
		outbox->counts.paced++;
		lanes_rest(parcel, wait_ms);
		return false;
	}
	if (lane->tenant->paced) {
		pace_take(&lane->paces[rule], rule, pace_now_ms(outbox));
		pace_take(&lane->tenant->pace, PACE_TENANT, pace_now_ms(outbox));
	}
	return true;
}

/* -- turns ----------------------------------------------------------------------------------- */

static struct lane *take_first(struct lane_queue *queue)
{
	struct lane *const lane = queue->first;

	if (lane != NULL) {
		queue->first = lane->next;
		lane->next = NULL;
		lane->queued = false;
	}
	return lane;
}

/* The tenant has sent as much as it may just now: its queues keep their order till then. */
static bool is_exhausted(struct outbox *outbox, const struct tenant *tenant)
{
	const int64_t wait_ms = tenant->paced ? pace_wait_ms(&tenant->pace, PACE_TENANT,
							     pace_now_ms(outbox))
					      : 0;

	if (wait_ms > 0)
		wake_at(outbox,
			outbox_now_ms(outbox) + 1 + lanes_really_ms(outbox, wait_ms));
	return wait_ms > 0;
}

static struct lane *next_lane(struct outbox *outbox)
{
	for (int rank = 0; rank < RANKS; rank++) {
		const struct map_slot *slot;
		size_t at = 0;

		while ((slot = map_next(&outbox->tenants, &at)) != NULL) {
			struct tenant *const tenant = slot->value;
			struct lane_queue *const queue = &tenant->queues[rank];

			if (queue->first != NULL && !is_exhausted(outbox, tenant))
				return take_first(queue);
		}
	}
	return NULL;
}

/* A parcel that ends while it starts calls us again: once is enough. */
void lanes_pump(struct outbox *outbox)
{
	struct lane *lane;

	if (outbox->pumping)
		return;
	outbox->pumping = true;
	while (!outbox->stopping &&
	       outbox->counts.in_flight < (uint64_t)outbox->config->outbox.in_flight &&
	       (lane = next_lane(outbox)) != NULL) {
		lane->in_flight = true;
		outbox->counts.in_flight++;
		parcel_send(lane->first);
	}
	outbox->pumping = false;
}

static bool is_like(const struct parcel *parcel, uint16_t what, uint32_t session,
		    uint16_t place)
{
	while (parcel != NULL && !parcel_is_like(parcel, what, session, place))
		parcel = parcel->next;
	return parcel != NULL;
}

bool lanes_have(const struct outbox *outbox, uint16_t what, uint32_t session,
		uint16_t place)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&outbox->lanes, &at)) != NULL) {
		const struct lane *const lane = slot->value;

		if (is_like(lane->first, what, session, place))
			return true;
	}
	return false;
}

void lanes_finish(struct outbox *outbox)
{
	const struct map_slot *slot;
	size_t at = 0;

	uv_close((uv_handle_t *)&outbox->timer, NULL);
	while ((slot = map_next(&outbox->lanes, &at)) != NULL) {
		struct lane *const lane = slot->value;

		while (lane->first != NULL) {
			struct parcel *const parcel = lane->first;

			lane->first = parcel->next;
			parcel_destroy(parcel);
		}
		lane_destroy(lane);
	}
	for (at = 0; (slot = map_next(&outbox->tenants, &at)) != NULL;) {
		struct tenant *const tenant = slot->value;

		pace_finish(&tenant->pace);
		free(tenant);
	}
	map_finish(&outbox->lanes);
	map_finish(&outbox->tenants);
}
