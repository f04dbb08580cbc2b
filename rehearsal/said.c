/* SPDX-License-Identifier: MIT */
#include "rehearsal/said.h"

#include "rehearsal/stage.h"

void said_keep(const struct stage *stage, const char *method, uint32_t number,
	       const char *text)
{
	const struct post *const post = &stage->world.posts[number];

	if (stage->said == NULL)
		return;
	fprintf(stage->said,
		"{\"at_ms\":%lld,\"method\":\"%s\",\"conversation\":\"%s\",\"id\":\"%s\","
		"\"to\":\"%s\",\"activity\":%s}\n",
		(long long)stage_now_ms(stage), method,
		stage->world.conversations[post->conversation].id, post->id,
		post->only != NOBODY ? stage->world.people[post->only].teams_id : "",
		text);
}
