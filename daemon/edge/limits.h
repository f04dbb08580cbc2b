/* SPDX-License-Identifier: MIT */
/*
 * limits - what one client, and all of them together, may have of the edge, and what is
 * answered beyond.  What strangers get out of it stands in docs/strangers.md.
 */
#ifndef PLENARY_EDGE_LIMITS_H
#define PLENARY_EDGE_LIMITS_H

enum {
	EDGE_HEAD_BYTES = 8 * 1024,        /* URL and headers together: 431 above */
	EDGE_BODY_BYTES = 4 * 1024 * 1024, /* 413 above, before it is read */
	/* of memory, for all bodies that are not complete: above, the one that has been on
	 * its way for longest goes, 503 */
	EDGE_BODIES_BYTES = 64 * 1024 * 1024,
	EDGE_UNSENT_BYTES = 64 * 1024, /* a client that does not read is not read from */
	EDGE_PIPELINE = 32,       /* requests of one connection waiting for answers */
	EDGE_CONNECTIONS = 20000, /* accepted at once: 503 and close above */
	EDGE_HEAD_SECONDS = 10,   /* 408 */
	EDGE_BODY_SECONDS = 30,   /* 408 */
	EDGE_IDLE_SECONDS = 75,   /* closed without a word */
	EDGE_ANSWER_SECONDS = 15, /* 503: the program itself did not answer */
	EDGE_LISTENERS = 8,
	EDGE_DESCRIPTORS = 65536, /* room for every websocket over TLS: three each */
	/* of the descriptors there are, or a quarter of them: for files and our own calls */
	EDGE_SPARE_DESCRIPTORS = 256,
};

#endif
