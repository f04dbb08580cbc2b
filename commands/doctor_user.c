/* SPDX-License-Identifier: MIT */
#include "commands/doctor_user.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/settings/config.h"

static const char service[] = "plenary";

static void take(struct doctor *doctor, const struct passwd *entry)
{
	doctor->uid = entry->pw_uid;
	doctor->gid = entry->pw_gid;
	snprintf(doctor->user, sizeof(doctor->user), "%s", entry->pw_name);
}

/* A name, or a number. */
static const struct passwd *find(const char *word)
{
	const struct passwd *const entry = getpwnam(word);
	char *end;
	const unsigned long uid = strtoul(word, &end, 10);

	return entry != NULL || end == word || *end != '\0' ? entry
							    : getpwuid((uid_t)uid);
}

/* False: nobody is known who could be the service. */
static bool choose(struct doctor *doctor)
{
	const struct passwd *entry =
		find(doctor->user_word != NULL ? doctor->user_word : service);
	struct stat status;

	if (entry == NULL && doctor->user_word != NULL)
		return false;
	if (entry == NULL && stat(doctor->config->data_dir, &status) < 0)
		return false;
	if (entry == NULL)
		entry = getpwuid(status.st_uid);
	if (entry != NULL) {
		take(doctor, entry);
		return true;
	}
	doctor->uid = status.st_uid;
	doctor->gid = status.st_gid;
	snprintf(doctor->user, sizeof(doctor->user), "%u", (unsigned)status.st_uid);
	return true;
}

static bool become(const struct doctor *doctor)
{
	const gid_t group = doctor->gid;
	const int rc = getpwnam(doctor->user) != NULL ? initgroups(doctor->user, group)
						      : setgroups(1, &group);

	return rc == 0 && setegid(group) == 0 && seteuid(doctor->uid) == 0;
}

static bool give_back(void)
{
	const gid_t root = 0;

	return seteuid(0) == 0 && setegid(0) == 0 && setgroups(1, &root) == 0;
}

static struct finding nobody_known(const struct doctor *doctor)
{
	if (doctor->user_word != NULL)
		return finding_failed("this machine has no user %s", doctor->user_word);
	return finding_remedy(finding_not_checked("there is no user %s and no data_dir, "
						  "so files are judged for root, who may "
						  "do everything",
						  service),
			      "systemd-sysusers plenary.conf, or: plenary doctor --user "
			      "NAME");
}

struct finding doctor_user(struct doctor *doctor, const void *about)
{
	(void)about;
	snprintf(doctor->user, sizeof(doctor->user), "%s", service);
	if (geteuid() != 0) {
		const struct passwd *const entry =
			doctor->user_word != NULL ? find(doctor->user_word) : NULL;

		if (doctor->user_word == NULL ||
		    (entry != NULL && entry->pw_uid == geteuid()))
			return finding_ok("files are judged for who asks (uid %u)",
					  (unsigned)geteuid());
		return finding_failed("only root can judge for another user");
	}
	if (!choose(doctor))
		return nobody_known(doctor);
	if (doctor->uid == 0)
		return finding_ok("files are judged for %s", doctor->user);
	const bool became = become(doctor);
	/* Half of it would be neither the one nor the other. */
	const bool back = give_back();
	assert(back || !became);
	doctor->as_user = became && back;
	if (doctor->as_user)
		return finding_ok("files are judged for the user %s", doctor->user);
	return finding_not_checked("root may not act for %s here, so files are judged "
				   "for root, who may do everything",
				   doctor->user);
}

void doctor_become(const struct doctor *doctor)
{
	if (!doctor->as_user)
		return;
	const bool became = become(doctor);

	assert(became);
	(void)became;
}

void doctor_return(const struct doctor *doctor)
{
	if (!doctor->as_user)
		return;
	const bool back = give_back();

	assert(back);
	(void)back;
}

int doctor_may(const struct doctor *doctor, const char *path, int mode)
{
	doctor_become(doctor);
	const int rc = faccessat(AT_FDCWD, path, mode, AT_EACCESS) < 0 ? -errno : 0;

	doctor_return(doctor);
	return rc;
}
