/* SPDX-License-Identifier: MIT */
/*
 * script - a little HTTP/1.1 server that answers as the test says, well or badly.
 *
 * It listens on a free port of 127.0.0.1, on the test's own loop.  For every whole request
 * it asks the play function, which fills in the reply.  Bodies need a Content-Length.
 */
#ifndef PLENARY_TESTS_SCRIPT_H
#define PLENARY_TESTS_SCRIPT_H

#include "daemon/common/text.h"

#include <stdbool.h>
#include <uv.h>

enum { SCRIPT_PEERS = 128, SCRIPT_WORD_BYTES = 256 };

struct script_request {
	char method[SCRIPT_WORD_BYTES], path[SCRIPT_WORD_BYTES];
	const char *head; /* all header lines, as they came */
	const char *body;
	size_t body_bytes;
};

struct script_reply {
	int status;            /* 200 when left 0 */
	const char *headers;   /* whole lines, each ended with \r\n; NULL for none */
	const char *body;      /* copied; NULL for none */
	size_t body_bytes;     /* 0: strlen(body) */
	size_t promised_bytes; /* Content-Length when not that of the body */
	unsigned delay_ms;
	bool reset;      /* after what was said: connection reset */
	bool close;      /* after what was said: closed in good order */
	bool silent;     /* nothing at all is said, the connection stays */
	const char *raw; /* these bytes instead of everything above */
};

typedef void script_play_fn(void *context, const struct script_request *request,
			    struct script_reply *reply);

struct script {
	uv_loop_t *loop;
	uv_tcp_t listener;
	int port;
	script_play_fn *play;
	void *context;
	struct script_peer *peers[SCRIPT_PEERS];
	unsigned requests, connections, open, most_open;
};

void script_init(struct script *script, uv_loop_t *loop, script_play_fn *play,
		 void *context);
/* "http://127.0.0.1:PORT" + path, in one of a few static buffers. */
const char *script_url(const struct script *script, const char *path);
/* Closes all; run the loop afterwards. */
void script_finish(struct script *script);

#endif
