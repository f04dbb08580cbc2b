/* SPDX-License-Identifier: MIT */
#include "rehearsal/courier.h"

#include "daemon/common/container.h"
#include "daemon/common/text.h"
#include "daemon/wire/client.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct parcel {
	struct parcel *next, **link;
	struct courier *courier;
	char *url, *body;
	uint32_t lane;
	bool activity;
	unsigned tries;
	uint64_t due_ms; /* loop time of the next try */
	uint64_t number; /* at the client, while flying */
	uint64_t given_ms;
	courier_answer_fn *answered;
	uint64_t subject;
};

static void pump(struct courier *courier);

static void attach(struct parcel **list, struct parcel *parcel)
{
	parcel->next = *list;
	parcel->link = list;
	if (parcel->next != NULL)
		parcel->next->link = &parcel->next;
	*list = parcel;
}

static void detach(struct parcel *parcel)
{
	*parcel->link = parcel->next;
	if (parcel->next != NULL)
		parcel->next->link = parcel->link;
	parcel->next = NULL;
	parcel->link = NULL;
}

static void enqueue(struct courier *courier, struct parcel *parcel)
{
	parcel->next = NULL;
	parcel->link = courier->last;
	*courier->last = parcel;
	courier->last = &parcel->next;
	courier->queued++;
}

static void dequeue(struct courier *courier, struct parcel *parcel)
{
	assert(courier->queued > 0);
	if (courier->last == &parcel->next)
		courier->last = parcel->link;
	detach(parcel);
	courier->queued--;
}

static void parcel_destroy(struct parcel *parcel)
{
	free(parcel->url);
	free(parcel->body);
	free(parcel);
}

static bool is_final(const struct client_reply *reply)
{
	return reply->error == 0 && reply->status < 500 && reply->status != 408 &&
	       reply->status != 429;
}

static void count_final(struct courier *courier, const struct parcel *parcel, int status)
{
	struct courier_counts *const counts = &courier->counts;
	const uint64_t took_ms = uv_now(courier->retry.loop) - parcel->given_ms;
	const bool taken = status >= 200 && status < 300;

	if (took_ms > counts->slowest_ms)
		counts->slowest_ms = took_ms;
	if (!parcel->activity) {
		counts->notifications_answered += taken;
	} else if (taken) {
		counts->answered++;
	} else {
		if (counts->refused < COURIER_REFUSALS)
			counts->refusals[counts->refused] = status;
		counts->refused++;
	}
}

static void wait_for_retry(struct courier *courier, struct parcel *parcel)
{
	uint64_t wait_ms = (uint64_t)COURIER_FIRST_WAIT_MS
			   << (parcel->tries < 6 ? parcel->tries : 6);

	if (wait_ms > COURIER_LONGEST_WAIT_MS)
		wait_ms = COURIER_LONGEST_WAIT_MS;
	parcel->due_ms = uv_now(courier->retry.loop) + wait_ms;
	parcel->tries++;
	attach(&courier->waiting, parcel);
}

static void on_reply(void *context, const struct client_reply *reply)
{
	struct parcel *const parcel = context;
	struct courier *const courier = parcel->courier;

	assert(courier->in_flight > 0);
	assert(parcel->number != 0);
	detach(parcel);
	courier->in_flight--;
	if (!is_final(reply)) {
		wait_for_retry(courier, parcel);
		pump(courier);
		return;
	}
	count_final(courier, parcel, reply->status);
	if (parcel->lane != LANE_NONE)
		courier->lane_busy[parcel->lane] = 0;
	if (parcel->answered != NULL)
		parcel->answered(courier->context, parcel->subject, reply->status,
				 reply->body, reply->body_bytes);
	parcel_destroy(parcel);
	pump(courier);
}

static void fly(struct courier *courier, struct parcel *parcel)
{
	const struct client_request request = {
		.method = "POST",
		.url = parcel->url,
		.headers = { "Content-Type: application/json; charset=utf-8",
			     parcel->activity ? courier->authorization : NULL },
		.body = parcel->body,
		.body_bytes = strlen(parcel->body),
		.timeout_ms = COURIER_ANSWER_MS,
	};

	assert(courier->in_flight < COURIER_IN_FLIGHT);
	assert(parcel->lane == LANE_NONE || courier->lane_busy[parcel->lane] == 1);
	attach(&courier->flying, parcel);
	courier->in_flight++;
	if (parcel->tries > 0 && parcel->activity)
		courier->counts.repeated++;
	parcel->number = client_send(courier->client, &request, on_reply, parcel);
}

/* The queue is short but for a daemon that is down; then nothing flies anyway. */
static void pump(struct courier *courier)
{
	struct parcel *parcel = courier->first;

	while (parcel != NULL && courier->in_flight < COURIER_IN_FLIGHT) {
		struct parcel *const next = parcel->next;
		const uint32_t lane = parcel->lane;

		if (lane == LANE_NONE || !courier->lane_busy[lane]) {
			if (lane != LANE_NONE)
				courier->lane_busy[lane] = 1;
			dequeue(courier, parcel);
			fly(courier, parcel);
		}
		parcel = next;
	}
}

static void on_retry(uv_timer_t *timer)
{
	struct courier *const courier = container_of(timer, struct courier, retry);
	struct parcel *parcel = courier->waiting;

	while (parcel != NULL && courier->in_flight < COURIER_IN_FLIGHT) {
		struct parcel *const next = parcel->next;

		if (parcel->due_ms <= uv_now(timer->loop)) {
			detach(parcel);
			fly(courier, parcel);
		}
		parcel = next;
	}
	pump(courier);
}

void courier_init(struct courier *courier, uv_loop_t *loop, struct client *client,
		  void *context)
{
	*courier = (struct courier){ .client = client, .context = context };
	courier->last = &courier->first;
	courier->lane_busy = memory_zeroed(LANES);
	uv_timer_init(loop, &courier->retry);
	uv_timer_start(&courier->retry, on_retry, COURIER_FIRST_WAIT_MS,
		       COURIER_FIRST_WAIT_MS);
}

void courier_signs(struct courier *courier, const char *authorization)
{
	free(courier->authorization);
	courier->authorization = memory_string(authorization);
}

void courier_send(struct courier *courier, const struct delivery *delivery)
{
	struct parcel *const parcel = memory_zeroed(sizeof(*parcel));

	assert(delivery->lane == LANE_NONE || delivery->lane < LANES);
	*parcel = (struct parcel){
		.courier = courier,
		.url = memory_string(delivery->url),
		.body = delivery->body,
		.lane = delivery->lane,
		.activity = delivery->activity,
		.answered = delivery->answered,
		.subject = delivery->subject,
		.given_ms = uv_now(courier->retry.loop),
	};
	if (parcel->activity)
		courier->counts.sent++;
	else
		courier->counts.notifications++;
	enqueue(courier, parcel);
	pump(courier);
}

size_t courier_outstanding(const struct courier *courier)
{
	size_t count = courier->queued + courier->in_flight;

	for (const struct parcel *parcel = courier->waiting; parcel != NULL;
	     parcel = parcel->next)
		count++;
	return count;
}

static void list_finish(struct courier *courier, struct parcel **list, bool flying)
{
	while (*list != NULL) {
		struct parcel *const parcel = *list;

		if (flying)
			client_cancel(courier->client, parcel->number);
		*list = parcel->next;
		parcel_destroy(parcel);
	}
}

void courier_finish(struct courier *courier)
{
	if (courier == NULL || courier->lane_busy == NULL)
		return;
	list_finish(courier, &courier->first, false);
	list_finish(courier, &courier->waiting, false);
	list_finish(courier, &courier->flying, true);
	courier->last = &courier->first;
	uv_close((uv_handle_t *)&courier->retry, NULL);
	free(courier->authorization);
	free(courier->lane_busy);
	courier->lane_busy = NULL;
}
