/* SPDX-License-Identifier: MIT */
/*
 * rehearse_report - what a session came to, for people: who attended how long, the rooms of
 * each round, what the polls said, what was delivered.
 */
#ifndef PLENARY_REHEARSE_REPORT_H
#define PLENARY_REHEARSE_REPORT_H

#include <stdint.h>

struct rehearse_record;

void report_print(const struct rehearse_record *record);

/* For many sessions one line each is too much: sums. */
struct report_sums {
	uint64_t sessions, people, attended_ms, rounds, rooms, votes;
	uint64_t delivered, tries, given_up, events;
};
void report_add(struct report_sums *sums, const struct rehearse_record *record);
void report_print_sums(const struct report_sums *sums);

#endif
