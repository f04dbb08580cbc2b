/* SPDX-License-Identifier: MIT */
#include "rehearsal/viewer.h"

#include "daemon/common/text.h"
#include "rehearsal/json.h"
#include "rehearsal/stage.h"
#include "rehearsal/websocket.h"

#include <stdlib.h>
#include <string.h>

struct viewer {
	struct stage *stage;
	struct websocket *websocket;
	struct viewer_counts counts;
	bool has_snapshot;
	int64_t last_line_ms;
};

static void on_opened(void *context)
{
	struct viewer *const viewer = context;

	viewer->has_snapshot = false;
}

/* Whatever the message carries that reads well in one line. */
static void show(struct viewer *viewer, const json_t *json, const char *type)
{
	static const char *const telling[] = { "line", "text", "title", "state" };
	const json_t *const data = json_object_get(json, "data");
	const char *words = type;

	if (clock_real_ms() - viewer->last_line_ms < VIEWER_LINE_MS)
		return;
	viewer->last_line_ms = clock_real_ms();
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
		if (json_string_at(json, telling[i])[0] != '\0')
			words = json_string_at(json, telling[i]);
		else if (json_string_at(data, telling[i])[0] != '\0')
			words = json_string_at(data, telling[i]);
		if (words != type)
			break;
	}
	progress_say(viewer->stage, "live", NOWHERE, "", words);
}

static void on_message(void *context, const char *text, size_t bytes)
{
	struct viewer *const viewer = context;
	json_t *const json = json_parsed(text, bytes);
	const char *const type = json_string_at(json, "type");

	if (strstr(type, "snapshot") != NULL) {
		viewer->has_snapshot = true;
		viewer->counts.snapshots++;
	} else {
		viewer->counts.deltas++;
		viewer->counts.misplaced += !viewer->has_snapshot;
	}
	show(viewer, json, type);
	json_decref(json);
}

int viewer_create(struct viewer **viewer, struct stage *stage)
{
	struct viewer *const made = memory_zeroed(sizeof(*made));

	*made = (struct viewer){ .stage = stage };
	const struct websocket_config config = {
		.base = stage->plan.plenary,
		.path = "/live",
		.subprotocol = "plenary.live",
		.bearer = stage->plan.live_key,
		.opened = on_opened,
		.message = on_message,
		.context = made,
	};
	const int rc = websocket_create(&made->websocket, stage->websockets, &config);
	if (rc < 0)
		free(made);
	else
		*viewer = made;
	return rc;
}

struct viewer_counts viewer_count(const struct viewer *viewer)
{
	return viewer != NULL ? viewer->counts : (struct viewer_counts){ 0 };
}

void viewer_destroy(struct viewer *viewer)
{
	if (viewer == NULL)
		return;
	free(viewer);
}
