/* SPDX-License-Identifier: MIT */
/* The next generation of the key that Graph encrypts for, made while the loop goes on. */
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/settings/config.h"
#include "daemon/graph/subscription.h"
#include "daemon/encode/encode.h"
#include "daemon/wire/envelope.h"

struct rotation {
	uv_work_t work;
	struct subscriptions *owner; /* NULL: gone meanwhile */
	char folder[1024], id[ENVELOPE_ID_BYTES];
	int rc;
};

static void on_work(uv_work_t *work)
{
	struct rotation *const rotation = work->data;

	rotation->rc = envelope_make(rotation->folder, clock_real_ms(), rotation->id);
}

static void on_made(uv_work_t *work, int status)
{
	struct rotation *const rotation = work->data;
	int rc = status < 0 ? status : rotation->rc;

	if (rotation->owner != NULL) {
		rotation->owner->rotation = NULL;
		if (rc == 0)
			rc = envelopes_add(rotation->owner->envelopes, rotation->id);
		if (rc == 0)
			log_info("subscription", "new_certificate id=%s", rotation->id);
		else
			log_error("subscription", "new_certificate error=\"%s\"",
				  strerror(-rc));
	}
	free(rotation);
}

void subscriptions_rotate(struct subscriptions *subscriptions)
{
	struct rotation *const rotation = memory_zeroed(sizeof(*rotation));

	rotation->owner = subscriptions;
	rotation->work.data = rotation;
	snprintf(rotation->folder, sizeof(rotation->folder), "%s/graph-keys",
		 subscriptions->words->config->data_dir);
	subscriptions->rotation = rotation;
	if (uv_queue_work(subscriptions->timer.loop, &rotation->work, on_work, on_made) <
	    0) {
		subscriptions->rotation = NULL;
		free(rotation);
	}
}

void rotation_abandon(struct rotation *rotation)
{
	if (rotation != NULL)
		rotation->owner = NULL;
}
