/* SPDX-License-Identifier: MIT */
#include "daemon/sessions.h"

struct session *sessions_get(const struct sessions *sessions, uint32_t number)
{
	return number <= DIRECTORY_SESSIONS ? sessions->list[number] : NULL;
}

struct session *sessions_need(struct sessions *sessions, uint32_t number)
{
	if (number == 0 || number > DIRECTORY_SESSIONS)
		return NULL;
	if (sessions->list[number] == NULL)
		sessions->list[number] = session_create(number);
	if (number > sessions->highest)
		sessions->highest = number;
	return sessions->list[number];
}

int64_t sessions_alarm_ms(const struct sessions *sessions)
{
	int64_t earliest_ms = 0;

	for (uint32_t i = 1; i <= sessions->highest; i++) {
		const struct session *const session = sessions->list[i];

		if (session == NULL || session->alarm_ms == 0)
			continue;
		if (earliest_ms == 0 || session->alarm_ms < earliest_ms)
			earliest_ms = session->alarm_ms;
	}
	return earliest_ms;
}

void sessions_finish(struct sessions *sessions)
{
	for (uint32_t i = 1; i <= sessions->highest; i++) {
		session_destroy(sessions->list[i]);
		sessions->list[i] = NULL;
	}
	sessions->highest = 0;
}
