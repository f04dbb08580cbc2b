/* SPDX-License-Identifier: MIT */
/*
 * rehearse_facts - the checks of one session: register, rooms, cards, votes, deliveries,
 * replay.
 */
#ifndef PLENARY_REHEARSE_FACTS_H
#define PLENARY_REHEARSE_FACTS_H

#include <stdint.h>

struct plan;
struct rehearse_kills;
struct rehearse_record;
struct verdict_list;

/* plan: how fast it was played bounds what could not be told in time.  kills: what a daemon
 * had sent a moment before may be said by another way after them. */
void facts_register(const struct rehearse_record *record, struct verdict_list *verdict);
void facts_rooms(const struct rehearse_record *record, struct verdict_list *verdict);
void facts_cards(const struct rehearse_record *record, const struct plan *plan,
		 const struct rehearse_kills *kills, struct verdict_list *verdict);
void facts_votes(const struct rehearse_record *record, struct verdict_list *verdict);
void facts_outbox(const struct rehearse_record *record, struct verdict_list *verdict);
void facts_replay(const struct rehearse_record *record, struct verdict_list *verdict);

#endif
