/* SPDX-License-Identifier: MIT */
#include "web/page.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

static size_t hole_find(const struct page_hole *holes, size_t count, const char *name,
			size_t bytes)
{
	size_t i = 0;

	while (i < count && (strlen(holes[i].name) != bytes ||
			     memcmp(holes[i].name, name, bytes) != 0))
		i++;
	assert(i < count);
	return i;
}

/* Writes what the hole at `at` asks for and returns what stands behind it. */
static const char *hole_fill(struct text *out, const char *at,
			     const struct page_hole *holes, size_t count,
			     uint32_t *filled)
{
	const int is_html = at[2] == '{';
	const char *const name = at + 2 + is_html;
	const char *const end = strstr(name, is_html ? "}}}" : "}}");

	assert(end != NULL);
	const size_t i = hole_find(holes, count, name, (size_t)(end - name));

	*filled |= UINT32_C(1) << i;
	if (is_html)
		text_add(out, holes[i].value, strlen(holes[i].value));
	else
		text_add_html(out, holes[i].value);
	return end + 2 + is_html;
}

static const char *note_skip(const char *at)
{
	const char *const end = strstr(at, "!}}");

	assert(end != NULL);
	return end + strlen("!}}");
}

void page_fill(struct text *out, const struct web_file *template,
	       const struct page_hole *holes, size_t count)
{
	uint32_t filled = 0;

	assert(template != NULL);
	assert(count < PAGE_HOLES);
	const char *rest = template->bytes;

	for (const char *at = strstr(rest, "{{"); at != NULL; at = strstr(rest, "{{")) {
		text_add(out, rest, (size_t)(at - rest));
		if (at[2] == '!')
			rest = note_skip(at);
		else
			rest = hole_fill(out, at, holes, count, &filled);
	}
	text_add(out, rest, strlen(rest));
	assert(filled == (UINT32_C(1) << count) - 1);
}
