/* SPDX-License-Identifier: MIT */
#include "daemon/programmes.h"

#include <string.h>

#include "daemon/common/log.h"
#include "daemon/settings/programme.h"
#include "daemon/store/directory.h"

static const struct programme *programme_of(struct programmes *programmes,
					    const char *text)
{
	struct programme *programme = map_get(&programmes->by_text, text);
	struct fault_list faults = { 0 };

	if (programme != NULL)
		return programme;
	if (programme_read(text, strlen(text), &programme, &faults) < 0) {
		log_error("programmes", "unreadable errors=%d", faults.errors);
		return NULL;
	}
	map_put(&programmes->by_text, text, programme);
	return programme;
}

const struct module *programmes_module(struct programmes *programmes,
				       const struct directory *directory,
				       uint32_t session)
{
	const struct session_row *const row = directory_session(directory, session);
	const struct programme *programme;

	if (row == NULL || row->programme == NULL)
		return NULL;
	programme = programme_of(programmes, row->programme);
	return programme != NULL ? programme_module(programme, (int)row->module) : NULL;
}

void programmes_finish(struct programmes *programmes)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&programmes->by_text, &at)) != NULL)
		programme_destroy(slot->value);
	map_finish(&programmes->by_text);
}
