/* SPDX-License-Identifier: MIT */
/*
 * deal - people into rooms, as cards are dealt: sizes within one, the same for the same seed.
 *
 * A rule: plain values in, plain values out.  Nobody is put into a room alone unless rooms
 * of one were asked for; one person too few for a last room makes the others larger.
 * Limits: PEOPLE_MAX people; beyond ROOMS_MAX rooms the rooms grow instead.
 */
#ifndef PLENARY_DEAL_H
#define PLENARY_DEAL_H

#include <stdint.h>

/* How many rooms, given a size or (size 0) a number of rooms; 0: nobody can be placed. */
uint32_t deal_rooms(uint32_t people, uint32_t size, uint32_t count);

/* room[i] is the room of people[i], from 0; depends on who is there, not on their order. */
void deal(uint64_t seed, const uint32_t *people, uint32_t count, uint32_t rooms,
	  uint16_t *room);

/* A number below `below` (> 0) that depends on nothing but the seed and the person. */
uint32_t deal_choice(uint64_t seed, uint32_t person, uint32_t below);

#endif
