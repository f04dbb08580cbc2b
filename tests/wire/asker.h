/* SPDX-License-Identifier: MIT */
/*
 * asker - a client under test on a loop of its own, a scripted server beside it, and what
 * came of the last request.
 */
#ifndef PLENARY_TEST_ASKER_H
#define PLENARY_TEST_ASKER_H

#include "daemon/wire/client.h"
#include "tests/wire/script.h"

struct asker {
	uv_loop_t loop;
	struct script server;
	struct client *client;
	struct script_reply next; /* what the server will say */
	struct text heard;        /* what it heard: head, blank line, body */
	unsigned wanted;          /* replies to wait for */
	unsigned replies;
	struct client_reply reply; /* the last one; its texts are copied below */
	struct text body, content_type;
	uint64_t other; /* a request the reply function cancels */
	bool destroys;
};

void asker_init(struct asker *asker);
/* Every handle goes, every byte is returned: the sanitizer looks for the rest. */
void asker_finish(struct asker *asker);

client_reply_fn asker_reply; /* context is the asker; what came is copied */
/* Runs the loop until so many more replies have come. */
void asker_wait(struct asker *asker, unsigned replies);
/* Sends one and waits for it. */
const struct client_reply *asker_ask(struct asker *asker,
				     const struct client_request *request);
const struct client_reply *asker_get(struct asker *asker, const char *url);

#endif
