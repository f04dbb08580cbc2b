/* SPDX-License-Identifier: MIT */
/*
 * words - where the shell looks up what the core's numbers stand for: people and meetings,
 * programmes, sessions, settings, and what the world has told us besides.  Borrowed, all of
 * it; plenary.c fills it in once.
 */
#ifndef PLENARY_SHELL_WORDS_H
#define PLENARY_SHELL_WORDS_H

#include <stdint.h>

struct config;
struct directory;
struct envelopes;
struct inquiries;
struct programmes;
struct sessions;
struct webinar_book;

struct words_source {
	struct directory *directory;
	struct webinar_book *book;
	struct programmes *programmes;
	const struct sessions *sessions;
	const struct config *config;
	const uint64_t *refused_by; /* tenants that refuse the bot now; NULL: not known */
	const struct envelopes *envelopes; /* NULL: nothing can be sealed for us */
	const struct inquiries *inquiries; /* what Teams calls meetings; or NULL */
};

#endif
