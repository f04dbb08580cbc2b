/* SPDX-License-Identifier: MIT */
/* A line of a journal from anywhere: what can be read is written back as it was meant. */
#include <assert.h>
#include <string.h>

#include "daemon/common/text.h"
#include "handlers/transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = { 0 };
	struct event event, again;
	const char *wrong = NULL;
	char line[EVENT_LINE_BYTES], second[EVENT_LINE_BYTES];

	text_add(&text, (const char *)data, size);
	if (event_read(text_string(&text), &event, &wrong) == 0) {
		event_write(&event, line);
		const int rc = event_read(line, &again, &wrong);

		assert(rc == 0);
		event_write(&again, second);
		assert(strcmp(line, second) == 0);
	}
	text_finish(&text);
	return 0;
}
