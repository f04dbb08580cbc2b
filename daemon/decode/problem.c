/* SPDX-License-Identifier: MIT */
#include "daemon/decode/problem.h"

#include <stdarg.h>
#include <stdio.h>

int problem_say(struct problem *problem, int status, const char *format, ...)
{
	va_list arguments;

	problem->status = status;
	va_start(arguments, format);
	vsnprintf(problem->detail, sizeof(problem->detail), format, arguments);
	va_end(arguments);
	return -1;
}

/* For about:blank the title is HTTP's own phrase (RFC 9457 §4.2.1). */
static const char *title_of(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Content" },
		{ 426, "Upgrade Required" },
		{ 429, "Too Many Requests" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].status == status)
			return titles[i].title;
	}
	return "Error";
}

void problem_write(const struct problem *problem, struct text *body)
{
	text_addf(body,
		  "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":",
		  title_of(problem->status), problem->status);
	text_add_json(body, problem->detail);
	text_add(body, "}", 1);
}
