/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/settings/secret.h"

static const char prefix[] = "credential:";

/* Names are single file names. */
int config_secret_path(const char *reference, struct text *path)
{
	if (reference[0] == '/') {
		text_addf(path, "%s", reference);
		return 0;
	}
	if (strncmp(reference, prefix, strlen(prefix)) != 0)
		return -EINVAL;
	const char *name = reference + strlen(prefix);
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return -EINVAL;
	if (directory == NULL || directory[0] != '/')
		return -ENOKEY;
	text_addf(path, "%s/%s", directory, name);
	return 0;
}

static int read_secret(int fd, char bytes[CONFIG_SECRET_BYTES + 1], size_t *count)
{
	struct stat status;

	*count = 0;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	if ((status.st_mode & 007) != 0)
		return -EACCES;
	for (;;) {
		const ssize_t got =
			read(fd, bytes + *count, CONFIG_SECRET_BYTES + 1 - *count);

		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		*count += (size_t)got;
		if (*count > CONFIG_SECRET_BYTES)
			return -EMSGSIZE;
	}
	if (*count > 0 && bytes[*count - 1] == '\n')
		(*count)--;
	if (*count > 0 && bytes[*count - 1] == '\r')
		(*count)--;
	return *count == 0 ? -ENODATA : 0;
}

int config_secret(const char *reference, struct text *out)
{
	struct text path = { 0 };
	char bytes[CONFIG_SECRET_BYTES + 1];
	size_t count = 0;
	int fd = -1;
	int rc = config_secret_path(reference, &path);

	if (rc == 0) {
		/* A pipe in its place must not hold us up: it is no regular file. */
		fd = open(text_string(&path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		rc = fd < 0 ? -errno : read_secret(fd, bytes, &count);
	}
	if (fd >= 0)
		close(fd);
	if (rc == 0 && memchr(bytes, '\0', count) != NULL)
		rc = -EINVAL;
	assert(count <= CONFIG_SECRET_BYTES + 1);
	if (rc == 0)
		text_add(out, bytes, count);
	explicit_bzero(bytes, sizeof(bytes));
	text_finish(&path);
	return rc;
}

/* EACCES is two things: we may not read it, or too many others may. */
static const char *problem(const char *path, int error)
{
	struct stat status;

	assert(error < 0);
	switch (-error) {
	case EACCES:
		if (stat(path, &status) == 0 && (status.st_mode & 007) != 0)
			return "others may use the file: chmod o-rwx";
		return "the file may not be read by this user";
	case EINVAL:
		return "expected a plain file by its absolute path, or credential:NAME";
	case ENOKEY:
		return "systemd passed no credentials: LoadCredential= in the unit";
	case ENODATA:
		return "the file is empty";
	case EMSGSIZE:
		return "the file is longer than 4096 bytes";
	default:
		return strerror(-error);
	}
}

void config_secret_problem(const char *reference, int error, struct text *words)
{
	struct text path = { 0 };

	config_secret_path(reference, &path);
	text_addf(words, "%s: %s", reference, problem(text_string(&path), error));
	text_finish(&path);
}
