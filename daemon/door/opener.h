/* SPDX-License-Identifier: MIT */
/*
 * opener - what takes too long for the loop, on libuv's threads: reading a collection of
 * notifications, and opening its items.
 *
 * RSA takes from a third of a millisecond to four for each item, AES and the reading of a
 * large body as long again.  A job is one collection and one step of it; it is embedded in
 * what the caller keeps of the collection, and the caller sees to it that few run at once.
 * done() is called exactly once, on the loop, also when the program is about to end; until
 * then nothing that the job names may go.
 */
#ifndef PLENARY_OPENER_H
#define PLENARY_OPENER_H

#include <stddef.h>
#include <uv.h>

#include "daemon/decode/sealed.h"

struct opener_job {
	uv_work_t work;
	void (*done)(struct opener_job *job);
	/* reading */
	const char *body;
	size_t body_bytes, count;
	const struct sealed_whose *whose;
	/* of both */
	struct sealed *sealed; /* NULL after reading: not readable */
	const struct envelopes *envelopes;
};

void opener_read(uv_loop_t *loop, struct opener_job *job);
void opener_open(uv_loop_t *loop, struct opener_job *job);

#endif
