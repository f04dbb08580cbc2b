/* SPDX-License-Identifier: MIT */
#include "daemon/door/opener.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/common/container.h"

static void read_one(uv_work_t *work)
{
	struct opener_job *const job = container_of(work, struct opener_job, work);

	job->sealed = sealed_read(job->body, job->body_bytes, job->whose, job->count);
}

static void open_one(uv_work_t *work)
{
	struct opener_job *const job = container_of(work, struct opener_job, work);

	sealed_open(job->sealed, job->envelopes);
}

/* status: nobody cancels, and a collection half opened is opened again after a start. */
static void after(uv_work_t *work, int status)
{
	struct opener_job *const job = container_of(work, struct opener_job, work);

	(void)status;
	job->done(job);
}

static void begin(uv_loop_t *loop, struct opener_job *job, uv_work_cb step)
{
	if (uv_queue_work(loop, &job->work, step, after) < 0)
		abort(); /* no threads: the same as allocation failure */
}

void opener_read(uv_loop_t *loop, struct opener_job *job)
{
	assert(job->sealed == NULL && job->body != NULL);
	begin(loop, job, read_one);
}

void opener_open(uv_loop_t *loop, struct opener_job *job)
{
	assert(job->sealed != NULL && job->envelopes != NULL);
	begin(loop, job, open_one);
}
