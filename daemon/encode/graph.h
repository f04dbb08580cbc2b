/* SPDX-License-Identifier: MIT */
/*
 * graph - parts of requests to Microsoft Graph that several files write.
 */
#ifndef PLENARY_ENCODE_GRAPH_H
#define PLENARY_ENCODE_GRAPH_H

#include "daemon/encode/encode.h"

/* Who comes into a room without waiting, who may present there: PATCH of its meeting. */
int encode_room_options(const struct words_source *words, uint32_t session,
			uint16_t place, struct request_draft *draft);

/* The inside of an OData literal: ' doubled, then every byte percent-encoded once that is
 * not unreserved.  A join URL goes in exactly as Graph returned it. */
void encode_literal(struct text *path, const char *value);

#endif
