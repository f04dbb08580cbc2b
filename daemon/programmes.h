/* SPDX-License-Identifier: MIT */
/*
 * programmes - the words of the sessions: titles, prompts, questions, choices.
 *
 * A programme's text is read once however many sessions use it; the core never sees it.
 */
#ifndef PLENARY_PROGRAMMES_H
#define PLENARY_PROGRAMMES_H

#include <stdint.h>

#include "daemon/common/map.h"

struct directory;
struct module;

struct programmes {
	struct map by_text; /* programme's text to struct programme */
};

/* The module of this session; NULL when its programme is not readable (any more). */
const struct module *programmes_module(struct programmes *programmes,
				       const struct directory *directory,
				       uint32_t session);
void programmes_finish(struct programmes *programmes);

#endif
