/* SPDX-License-Identifier: MIT */
/* This machine: files, disk, the daemon that runs on it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "commands/doctor.h"
#include "commands/doctor_ask.h"
#include "daemon/settings/config.h"

#define SYSTEMD_CREDENTIALS "/run/credentials/plenary.service"

enum { MIB = 1024 * 1024, DISK_FAILED_MIB = 200, DISK_WARNING_MIB = 2048 };

/* -- secrets ------------------------------------------------------------------------------- */

static bool is_credential(const char *reference)
{
	return reference != NULL && strncmp(reference, "credential:", 11) == 0;
}

/* systemd gives credentials to the service; a shell of root's sees where they lie. */
struct finding doctor_credentials(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;
	const char *const given = getenv("CREDENTIALS_DIRECTORY");

	(void)about;
	if (!is_credential(config->bot.secret_file) &&
	    !is_credential(config->graph.secret_file) &&
	    !is_credential(config->events_secret_file) &&
	    !is_credential(config->live_key_file))
		return finding_ok("no secret is a systemd credential");
	if (given != NULL)
		return finding_ok("systemd has passed credentials");
	if (access(SYSTEMD_CREDENTIALS, X_OK) == 0) {
		setenv("CREDENTIALS_DIRECTORY", SYSTEMD_CREDENTIALS, 1);
		return finding_ok("those of the running service are looked at");
	}
	return finding_remedy(
		finding_failed(
			"secrets are systemd credentials, and this shell has none"),
		"run the doctor as root while plenary.service runs; or before its first "
		"start with the same credentials:\n"
		"systemd-run --pipe --wait -p User=plenary "
		"-p LoadCredential=bot-secret:/etc/plenary/credentials/bot-secret "
		"plenary doctor %s",
		doctor->config_path);
}

/* about: which, by its key in the configuration */
static const char *reference_of(const struct config *config, const char *key)
{
	if (strcmp(key, "bot.secret_file") == 0)
		return config->bot.secret_file;
	if (strcmp(key, "graph.secret_file") == 0)
		return config->graph.secret_file;
	if (strcmp(key, "events.secret_file") == 0)
		return config->events_secret_file;
	return config->live_key_file;
}

static const char *lost_without(const char *key)
{
	if (strcmp(key, "events.secret_file") == 0)
		return "`plenary schedule`, `plenary import` and relays are refused";
	if (strcmp(key, "live.key_file") == 0)
		return "the live page opens to nobody";
	return "there is none";
}

struct finding doctor_secret(struct doctor *doctor, const void *about)
{
	const char *const key = about;
	const char *const reference = reference_of(doctor->config, key);
	struct text secret = { 0 }, words = { 0 };
	struct finding finding;

	if (reference == NULL)
		return finding_warning("%s is not set: %s", key, lost_without(key));
	const int rc = config_secret(reference, &secret);
	if (rc == 0) {
		finding = finding_ok("readable, and private");
	} else {
		config_secret_problem(reference, rc, &words);
		finding = finding_remedy(finding_failed("%s", text_string(&words)),
					 "chown plenary FILE && chmod 600 FILE; "
					 "plenary check-config %s looks again",
					 doctor->config_path);
	}
	if (secret.data != NULL)
		explicit_bzero(secret.data, secret.room);
	text_finish(&secret);
	text_finish(&words);
	return finding;
}

struct finding doctor_certificate_files(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;
	const char *const paths[] = { config->tls_certificate, config->tls_key,
				      config->ca_file };

	(void)about;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (paths[i] != NULL && access(paths[i], R_OK) < 0)
			return finding_remedy(
				finding_failed("%s: %s", paths[i], strerror(errno)),
				"let the group plenary read it: chgrp plenary FILE && "
				"chmod 640 FILE");
	}
	if (config->tls_certificate == NULL)
		return finding_ok("none is named: self-signed, for loopback only");
	return finding_ok("certificate and key can be read");
}

struct finding doctor_time_zone(struct doctor *doctor, const void *about)
{
	struct text path = { 0 };

	(void)about;
	text_addf(&path, "/usr/share/zoneinfo/%s", doctor->config->time_zone);
	const bool known = access(text_string(&path), R_OK) == 0;

	text_finish(&path);
	if (known)
		return finding_ok("times are read in %s", doctor->config->time_zone);
	return finding_remedy(finding_warning("this machine does not know %s, so people "
					      "read UTC",
					      doctor->config->time_zone),
			      "apt-get install tzdata");
}

/* -- where it keeps things --------------------------------------------------------------------- */

struct finding doctor_data_dir(struct doctor *doctor, const void *about)
{
	const char *const path = doctor->config->data_dir;

	(void)about;
	if (access(path, W_OK | X_OK) == 0)
		return finding_ok("%s can be written", path);
	if (errno == ENOENT)
		return finding_warning("%s does not exist yet; the first start makes it",
				       path);
	return finding_remedy(finding_failed("%s: %s", path, strerror(errno)),
			      "run the doctor as the user plenary (runuser -u plenary -- "
			      "plenary doctor), or: chown -R plenary: %s",
			      path);
}

struct finding doctor_disk_judge(const char *data_dir, uint64_t free_bytes)
{
	const uint64_t mib = free_bytes / MIB;

	if (mib >= DISK_WARNING_MIB)
		return finding_ok("%" PRIu64 " MiB are free", mib);
	return finding_remedy(mib >= DISK_FAILED_MIB
				      ? finding_warning("only %" PRIu64 " MiB are free",
							mib)
				      : finding_failed("only %" PRIu64
						       " MiB are free; when a commit "
						       "fails, the daemon ends",
						       mib),
			      "make room where %s lies: df -h %s", data_dir, data_dir);
}

struct finding doctor_disk(struct doctor *doctor, const void *about)
{
	const char *path = doctor->config->data_dir;
	struct statvfs status;

	(void)about;
	if (access(path, F_OK) < 0)
		path = "/var/lib";
	if (statvfs(path, &status) < 0)
		return finding_not_checked("%s: %s", path, strerror(errno));
	return doctor_disk_judge(path, (uint64_t)status.f_bavail * status.f_frsize);
}

/* -- the daemon --------------------------------------------------------------------------------- */

/* The status of /readyz by this way, or 0 when nobody answers there. */
static int ready_at(struct doctor *doctor, const struct config_listener *listener)
{
	const struct config *const config = doctor->config;
	const bool local = strncmp(listener->address, "unix:", 5) == 0;
	const char *const port = local ? NULL : strrchr(listener->address, ':');
	struct text url = { 0 }, to = { 0 };
	struct probe_reply reply;
	struct finding why = { 0 };
	int status = 0;

	if (listener->tls && config->public_url != NULL &&
	    config->tls_certificate != NULL)
		text_addf(&url, "%s/readyz", config->public_url);
	else
		text_addf(&url, "%s://localhost/readyz",
			  listener->tls ? "https" : "http");
	if (local)
		text_addf(&to, "%s", listener->address);
	else if (strncmp(listener->address, "0.0.0.0:", 8) == 0 ||
		 strncmp(listener->address, "[::]:", 5) == 0)
		text_addf(&to, "127.0.0.1%s", port);
	else
		text_addf(&to, "%s", listener->address);
	struct text own = { 0 };

	text_addf(&own, "%s/tls.crt", config->data_dir);
	struct probe probe = {
		.request = { .method = "GET", .url = text_string(&url) },
		.ca_path = config->tls_certificate != NULL ? config->ca_file
							   : text_string(&own),
		.connect_to = text_string(&to),
	};
	if (doctor_ask(doctor, &probe, &reply, &why)) {
		/* A certificate that is wrong was shown by somebody: that is said elsewhere. */
		if (reply.fault == PROBE_ANSWERED)
			status = reply.status;
		else if (reply.fault >= PROBE_EXPIRED && reply.fault <= PROBE_OTHER_NAME)
			status = 200;
	}
	probe_reply_finish(&reply);
	finding_finish(&why);
	text_finish(&own);
	text_finish(&url);
	text_finish(&to);
	return status;
}

static int ready_status(struct doctor *doctor)
{
	const struct config *const config = doctor->config;
	const struct config_listener systemd = { "127.0.0.1:443", true };
	int status = 0;

	for (int i = 0; status == 0 && i < config->listener_count; i++)
		status = ready_at(doctor, &config->listeners[i]);
	if (status == 0 && config->tls_certificate != NULL)
		status = ready_at(doctor, &systemd);
	return status;
}

struct finding doctor_daemon(struct doctor *doctor, const void *about)
{
	const int status = ready_status(doctor);

	(void)about;
	doctor->daemon = status == 200 ? DAEMON_READY
			 : status == 0 ? DAEMON_SILENT
				       : DAEMON_BUSY;
	if (status == 200)
		return finding_ok("a daemon answers");
	if (status == 0)
		return finding_remedy(
			finding_warning("nobody answers at any address of `listen`"),
			"systemctl start plenary.service (or: plenary serve --config %s)",
			doctor->config_path);
	return finding_remedy(finding_failed("it answers /readyz with %d: not ready",
					     status),
			      "journalctl -u plenary.service -n 50");
}
