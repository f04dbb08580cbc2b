/* SPDX-License-Identifier: MIT */
/* This machine: files, disk, the daemon that runs on it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "commands/doctor_ask.h"
#include "commands/doctor_checks.h"
#include "commands/doctor_user.h"
#include "daemon/settings/config.h"
#include "daemon/settings/secret.h"
#include "daemon/wire/assertion.h"

#define SYSTEMD_CREDENTIALS "/run/credentials/plenary.service"

enum {
	MIB = 1024 * 1024,
	DISK_FAILED_MIB = 200,
	DISK_WARNING_MIB = 2048,
	DAY_MS = 24 * 3600 * 1000,
	PAIR_WARNING_DAYS = 21,
};

struct finding doctor_tenant(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;

	(void)about;
	if (config->bot.app_id != NULL || config->graph.client_id != NULL)
		return finding_ok("%s%s%s", config->bot.app_id != NULL ? "the bot" : "",
				  config->bot.app_id != NULL &&
						  config->graph.client_id != NULL
					  ? " and "
					  : "",
				  config->graph.client_id != NULL ? "Graph" : "");
	return finding_remedy(finding_failed(
				      "neither `bot` nor `graph` is set: nothing of "
				      "a session would reach Teams"),
			      "set them in %s (docs/tenant-setup.md, step 4)",
			      doctor->config_path);
}

/* -- secrets ------------------------------------------------------------------------------- */

static bool is_credential(const char *reference)
{
	return reference != NULL && strncmp(reference, "credential:", 11) == 0;
}

static bool uses_credentials(const struct config *config)
{
	const char *const references[] = {
		config->bot.proof.secret_file,   config->bot.proof.certificate,
		config->bot.proof.key,           config->graph.proof.secret_file,
		config->graph.proof.certificate, config->graph.proof.key,
		config->events_secret_file,      config->live_key_file,
	};

	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		if (is_credential(references[i]))
			return true;
	}
	return false;
}

/* systemd gives credentials to the service; a shell of root's sees where they lie. */
struct finding doctor_credentials(struct doctor *doctor, const void *about)
{
	(void)about;
	if (!uses_credentials(doctor->config))
		return finding_ok("no secret is a systemd credential");
	if (getenv("CREDENTIALS_DIRECTORY") != NULL)
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

/* What to do about a file of a secret that could not be read. */
static struct finding remedy_of(const struct doctor *doctor, struct finding finding,
				const char *reference, int rc)
{
	if (is_credential(reference)) {
		const char *const name = strchr(reference, ':') + 1;

		return finding_remedy(
			finding,
			"systemctl edit plenary.service: [Service] "
			"LoadCredential=%s:/etc/plenary/credentials/%s; put "
			"the secret into that file; systemctl restart "
			"plenary.service",
			name, name);
	}
	if (rc == -EACCES)
		return finding_remedy(finding, "chown %s %s && chmod 600 %s",
				      doctor->user, reference, reference);
	if (rc == -ENOENT)
		return finding_remedy(finding, "put it there, or correct its path in %s",
				      doctor->config_path);
	return finding_remedy(finding,
			      "put the secret into the file; plenary check-config %s "
			      "looks again",
			      doctor->config_path);
}

static struct finding judge_secret(const struct doctor *doctor, const char *reference)
{
	struct text secret = { 0 }, words = { 0 };
	struct finding finding;

	/* Credentials are given by systemd, whoever the user is. */
	if (!is_credential(reference))
		doctor_become(doctor);
	const int rc = config_secret(reference, &secret);
	if (rc < 0)
		config_secret_problem(reference, rc, &words);
	if (!is_credential(reference))
		doctor_return(doctor);
	finding = rc == 0 ? finding_ok("readable, and private")
			  : remedy_of(doctor, finding_failed("%s", text_string(&words)),
				      reference, rc);
	if (secret.data != NULL)
		explicit_bzero(secret.data, secret.room);
	text_finish(&secret);
	text_finish(&words);
	return finding;
}

/* The reference whose file cannot be read, or NULL; *why: its errno, negative. */
static const char *unreadable_of(const struct doctor *doctor,
				 const struct config_proof *proof, int *why)
{
	const char *const references[] = { proof->certificate, proof->key };

	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		const char *const reference = references[i];
		struct text path = { 0 };

		*why = config_secret_path(reference, &path);
		if (*why == 0 && is_credential(reference))
			*why = access(text_string(&path), R_OK) < 0 ? -errno : 0;
		else if (*why == 0)
			*why = doctor_may(doctor, text_string(&path), R_OK);
		text_finish(&path);
		if (*why < 0)
			return reference;
	}
	return NULL;
}

/* 0, or why this certificate and key prove nothing at that time. */
static int try_pair(const struct config_proof *proof, int64_t at_ms)
{
	struct text certificate = { 0 }, key = { 0 }, made = { 0 };

	config_secret_path(proof->certificate, &certificate);
	config_secret_path(proof->key, &key);
	const struct assertion assertion = {
		.certificate_path = text_string(&certificate),
		.key_path = text_string(&key),
		.client_id = "",
		.token_url = "",
		.now_s = at_ms / 1000,
	};
	const int rc = assertion_make(&assertion, &made);

	if (made.data != NULL)
		explicit_bzero(made.data, made.room);
	text_finish(&made);
	text_finish(&certificate);
	text_finish(&key);
	return rc;
}

static struct finding judge_pair(const struct doctor *doctor,
				 const struct config_proof *proof)
{
	static const char renew[] =
		"make a new pair, upload its certificate (Entra admin centre > App "
		"registrations > your app > Certificates & secrets > Certificates), then "
		"put both files in their place";
	const int64_t soon_ms = doctor->began_ms + (int64_t)PAIR_WARNING_DAYS * DAY_MS;
	int why = 0;
	const char *const unreadable = unreadable_of(doctor, proof, &why);

	if (unreadable != NULL)
		return remedy_of(doctor,
				 finding_failed("%s: %s", unreadable, strerror(-why)),
				 unreadable, why);
	const int rc = try_pair(proof, doctor->began_ms);

	if (rc == -EKEYEXPIRED)
		return finding_remedy(finding_failed("%s", assertion_problem(rc)), "%s",
				      renew);
	if (rc < 0)
		return finding_remedy(finding_failed("certificate and key: %s",
						     assertion_problem(rc)),
				      "plenary check-config %s looks again",
				      doctor->config_path);
	if (try_pair(proof, soon_ms) < 0)
		return finding_remedy(finding_warning("the certificate ends within %d "
						      "days",
						      PAIR_WARNING_DAYS),
				      "%s", renew);
	return finding_ok("certificate and key are a pair, and private");
}

/* about: enum reply_party */
struct finding doctor_proof(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;
	const bool graph = *(const enum reply_party *)about == PARTY_GRAPH;
	const struct config_proof *const proof =
		graph ? &config->graph.proof : &config->bot.proof;

	if ((graph ? config->graph.client_id : config->bot.app_id) == NULL)
		return finding_ok("it is not used");
	return proof->secret_file != NULL ? judge_secret(doctor, proof->secret_file)
					  : judge_pair(doctor, proof);
}

struct finding doctor_events_secret(struct doctor *doctor, const void *about)
{
	const char *const reference = doctor->config->events_secret_file;

	(void)about;
	if (reference == NULL)
		return finding_remedy(finding_warning("it is not set: plans, imports and "
						      "relays are refused"),
				      "set events.secret_file in %s",
				      doctor->config_path);
	return judge_secret(doctor, reference);
}

struct finding doctor_live_key(struct doctor *doctor, const void *about)
{
	const char *const reference = doctor->config->live_key_file;

	(void)about;
	if (reference == NULL)
		return finding_remedy(finding_warning(
					      "it is not set: the live page opens "
					      "to nobody"),
				      "set live.key_file in %s", doctor->config_path);
	return judge_secret(doctor, reference);
}

struct finding doctor_certificate_files(struct doctor *doctor, const void *about)
{
	const struct config *const config = doctor->config;
	const char *const paths[] = { config->tls_certificate, config->tls_key,
				      config->ca_file };

	(void)about;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const int rc = paths[i] != NULL ? doctor_may(doctor, paths[i], R_OK) : 0;

		if (rc == -EACCES)
			return finding_remedy(
				finding_failed("%s: %s", paths[i], strerror(-rc)),
				"let the group of %s read it: chgrp %s %s && chmod 640 "
				"%s; and enter the directories above it",
				doctor->user, doctor->user, paths[i], paths[i]);
		if (rc < 0)
			return finding_remedy(finding_failed("%s: %s", paths[i],
							     strerror(-rc)),
					      "put it there, or correct its path in %s",
					      doctor->config_path);
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
	const int rc = doctor_may(doctor, path, W_OK | X_OK);

	(void)about;
	if (rc == 0)
		return finding_ok("%s can be written", path);
	if (rc == -ENOENT)
		return finding_warning("%s does not exist yet; the first start makes it",
				       path);
	return finding_remedy(finding_failed("%s: %s", path, strerror(-rc)),
			      "chown -R %s: %s", doctor->user, path);
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
	struct text path = { 0 };
	struct statvfs status;
	struct finding finding;
	int rc;

	(void)about;
	text_addf(&path, "%s", doctor->config->data_dir);
	/* What is not there yet will be made on the disk of the nearest folder that is. */
	while ((rc = statvfs(path.data, &status)) < 0 && errno == ENOENT) {
		char *const slash = strrchr(path.data, '/');

		if (slash == NULL || path.data[1] == '\0')
			break;
		slash[slash == path.data] = '\0';
	}
	finding = rc < 0 ? finding_not_checked("%s: %s", path.data, strerror(errno))
			 : doctor_disk_judge(path.data,
					     (uint64_t)status.f_bavail * status.f_frsize);
	text_finish(&path);
	return finding;
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
			finding_failed("nobody answers at any address of `listen`"),
			"systemctl start plenary.service (or: plenary serve --config %s)",
			doctor->config_path);
	return finding_remedy(finding_failed("it answers /readyz with %d: not ready",
					     status),
			      "journalctl -u plenary.service -n 50");
}
