/* SPDX-License-Identifier: MIT */
#include "daemon/problem.h"

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

static const char *title_of(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {
		{ 400, "Bad request" },        { 401, "Not signed in" },
		{ 403, "Not allowed" },        { 404, "Not found" },
		{ 405, "Method not allowed" }, { 409, "Conflict" },
		{ 413, "Too large" },          { 415, "Unsupported media type" },
		{ 422, "Not understood" },     { 429, "Too many requests" },
		{ 501, "Not implemented" },    { 503, "Not now" },
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
