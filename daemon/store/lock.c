/* SPDX-License-Identifier: MIT */
#include "daemon/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "daemon/common/log.h"
#include "daemon/common/text.h"

static int open_beside(const char *database)
{
	struct text path = { 0 };

	text_addf(&path, "%s-lock", database);
	const int file = open(text_string(&path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	const int rc = file < 0 ? -errno : file;
	text_finish(&path);
	return rc;
}

int lock_take(const char *database)
{
	const int file = open_beside(database);

	if (file < 0) {
		log_error("store", "doing=lock database=%s errno=%d", database, -file);
		return file;
	}
	if (flock(file, LOCK_EX | LOCK_NB) == 0)
		return file;
	const int rc = errno == EWOULDBLOCK ? -EBUSY : -errno;
	log_error("store", "doing=lock database=%s errno=%d words=\"%s\"", database, -rc,
		  rc == -EBUSY ? "another process writes to this database" : "flock");
	close(file);
	return rc;
}

void lock_release(int lock)
{
	if (lock >= 0)
		close(lock);
}
