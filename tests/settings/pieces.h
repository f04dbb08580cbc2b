/* SPDX-License-Identifier: MIT */
/*
 * pieces - small programmes to put one thing wrong into.
 */
#ifndef PLENARY_TEST_PIECES_H
#define PLENARY_TEST_PIECES_H

/* Thirteen lines, so that what a test adds to the blocks begins in line 14. */
#define HEAD \
	"id: p\n" \
	"title: Programme\n" \
	"modules:\n" \
	"  - number: 1\n" \
	"    title: One\n" \
	"    starts: \"09:00\"\n" \
	"    outcomes: [Know it]\n" \
	"    polls:\n" \
	"      - {id: q, question: Why?, choices: [a, b]}\n" \
	"    blocks:\n" \
	"      - kind: plenary\n" \
	"        title: Welcome\n" \
	"        minutes: 30\n"
#define ASK "        polls: [q]\n"

/* The same, with what is given as the only poll and asked by the only block. */
#define POLL(poll) \
	"id: p\n" \
	"title: Programme\n" \
	"modules:\n" \
	"  - number: 1\n" \
	"    title: One\n" \
	"    outcomes: [Know it]\n" \
	"    polls:\n" \
	"      - {" poll "}\n" \
	"    blocks: [{kind: plenary, title: Welcome, minutes: 30, polls: [q]}]\n"

#define BLOCK(block) HEAD ASK "      - {" block "}\n"

#endif
