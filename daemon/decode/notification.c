/* SPDX-License-Identifier: MIT */
#include "daemon/decode/notification.h"

#include <string.h>

#include "daemon/decode/sealed.h"
#include "daemon/decode/json.h"
#include "daemon/store/directory.h"
#include "daemon/wire/auth.h"

static enum notification_kind kind_of(const json_t *item)
{
	static const struct {
		const char *event;
		enum notification_kind kind;
	} lifecycle[] = { { "reauthorizationRequired", NOTIFIED_REAUTHORIZE },
			  { "subscriptionRemoved", NOTIFIED_REMOVED },
			  { "missed", NOTIFIED_MISSED } };
	const char *const event = json_text(item, "lifecycleEvent");

	if (json_member(item, "encryptedContent") != NULL)
		return NOTIFIED_SEALED;
	for (size_t i = 0; i < sizeof(lifecycle) / sizeof(lifecycle[0]); i++) {
		if (strcmp(event, lifecycle[i].event) == 0)
			return lifecycle[i].kind;
	}
	return event[0] != '\0' ? NOTIFIED_STRANGE : NOTIFIED_CHANGE;
}

static struct notification read_item(const json_t *item,
				     const struct directory *directory)
{
	struct notification notification = { .kind = NOTIFIED_STRANGE };
	const struct place_row *place = NULL;

	if (directory_place_of_subscription(directory, json_text(item, "subscriptionId"),
					    &notification.session,
					    &notification.place) == 0)
		place = directory_place(directory, notification.session,
					notification.place);
	if (place != NULL && place->client_state != NULL &&
	    place->client_state[0] != '\0' &&
	    auth_same(place->client_state, json_text(item, "clientState")))
		notification.kind = kind_of(item);
	return notification;
}

int notifications_read(const char *body, size_t bytes, const struct directory *directory,
		       notification_fn *fn, void *context, struct problem *problem)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(body, bytes, fault);
	const json_t *const items = json_member(root, "value");
	const json_t *item;
	size_t i;
	int rc = 0;

	if (root == NULL)
		return problem_say(problem, 400, "the body is not JSON: %s", fault);
	if (!json_is_array(items))
		rc = problem_say(problem, 400, "the body has no list `value`");
	else if (json_array_size(items) > NOTIFICATION_ITEMS)
		rc = problem_say(problem, 413, "more than %d notifications",
				 NOTIFICATION_ITEMS);
	else if (json_array_size(json_member(root, "validationTokens")) > SEALED_TOKENS)
		rc = problem_say(problem, 413, "more than %d validation tokens",
				 SEALED_TOKENS);
	if (rc == 0) {
		json_array_foreach (items, i, item) {
			struct notification notification = read_item(item, directory);

			notification.index = (uint32_t)i;
			fn(context, &notification);
		}
	}
	json_decref(root);
	return rc;
}
