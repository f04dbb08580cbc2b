/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_house.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/edge/selfsigned.h"
#include "daemon/wire/auth.h"

enum { SECRET_BYTES = 24 };

static int failed(const char *what, int error)
{
	fprintf(stderr, "plenary rehearse: %s: %s\n", what, strerror(error));
	return -1;
}

char *rehearse_house_path(const struct rehearse_house *house, const char *name)
{
	struct text path = { 0 };

	text_addf(&path, "%s/%s", house->directory, name);
	return path.data;
}

static int make_directory(const char *path)
{
	return mkdir(path, 0700) < 0 ? failed(path, errno) : 0;
}

/* rehearsals/20261124T090000Z-seed-7 below where we are. */
static int make_named(const struct rehearse_wish *wish, struct text *path)
{
	const time_t now = time(NULL);
	struct tm parts;
	char stamp[32];

	if (wish->directory != NULL) {
		text_addf(path, "%s", wish->directory);
		return make_directory(text_string(path));
	}
	if (mkdir("rehearsals", 0755) < 0 && errno != EEXIST)
		return failed("rehearsals", errno);
	gmtime_r(&now, &parts);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &parts);
	text_addf(path, "rehearsals/%s-seed-%" PRIu64, stamp, wish->seed);
	return make_directory(text_string(path));
}

static int write_file(const struct rehearse_house *house, const char *name,
		      const char *content)
{
	char *const path = rehearse_house_path(house, name);
	const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	const size_t bytes = strlen(content);
	int rc = 0;

	if (file < 0 || write(file, content, bytes) != (ssize_t)bytes)
		rc = failed(path, errno);
	if (file >= 0)
		close(file);
	free(path);
	return rc;
}

static int mint(const struct rehearse_house *house, const char *name, struct text *secret)
{
	char hex[2 * SECRET_BYTES + 1];

	auth_random_hex(hex, SECRET_BYTES);
	text_addf(secret, "%s", hex);
	return write_file(house, name, hex);
}

/* Bound and let go again: whoever binds it next, it is most likely us. */
static int free_port(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t bytes = sizeof(address);
	const int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (door < 0 || bind(door, (struct sockaddr *)&address, bytes) < 0 ||
	    getsockname(door, (struct sockaddr *)&address, &bytes) < 0) {
		const int error = errno;

		if (door >= 0)
			close(door);
		return failed("127.0.0.1", error);
	}
	close(door);
	*port = ntohs(address.sin_port);
	return 0;
}

static int make_certificate(struct rehearse_house *house)
{
	char *const key = rehearse_house_path(house, "tls.key");
	const int rc = selfsigned_make(house->certificate, key);

	free(key);
	return rc < 0 ? failed(house->certificate, -rc) : 0;
}

static int set_paths(struct rehearse_house *house, const char *directory)
{
	house->directory = realpath(directory, NULL);
	if (house->directory == NULL)
		return failed(directory, errno);
	house->database = rehearse_house_path(house, "data/plenary.db");
	house->configuration = rehearse_house_path(house, "plenary.yaml");
	house->certificate = rehearse_house_path(house, "tls.crt");
	return 0;
}

int rehearse_house_find(struct rehearse_house *house, const char *directory)
{
	*house = (struct rehearse_house){ 0 };
	return set_paths(house, directory);
}

int rehearse_house_make(struct rehearse_house *house, const struct rehearse_wish *wish)
{
	struct text path = { 0 };

	*house = (struct rehearse_house){ 0 };
	int rc = make_named(wish, &path);
	if (rc == 0)
		rc = set_paths(house, text_string(&path));
	text_finish(&path);
	if (rc == 0) {
		char *const data = rehearse_house_path(house, "data");

		rc = make_directory(data);
		free(data);
	}
	if (rc == 0)
		rc = mint(house, "client.secret", &house->client_secret);
	if (rc == 0)
		rc = mint(house, "events.secret", &house->events_secret);
	if (rc == 0)
		rc = mint(house, "live.secret", &house->live_key);
	if (rc == 0)
		rc = make_certificate(house);
	if (rc == 0)
		rc = free_port(&house->port);
	if (rc < 0)
		rehearse_house_finish(house);
	return rc;
}

int rehearse_house_configure(const struct rehearse_house *house, const struct plan *plan,
			     int stage_port)
{
	struct text yaml = { 0 };
	char from[32];

	clock_iso(plan->clock.from_ms, from);
	text_addf(&yaml,
		  "# Made by plenary rehearse.\n"
		  "data_dir: data\n"
		  "listen:\n"
		  "  - address: 127.0.0.1:%d\n"
		  "    tls: true\n"
		  "tls:\n"
		  "  certificate: tls.crt\n"
		  "  key: tls.key\n"
		  "public_url: https://127.0.0.1:%d\n"
		  "ca_file: tls.crt\n"
		  "allow_loopback_peers: true\n"
		  "bot:\n"
		  "  app_id: %s\n"
		  "  tenant_id: %s\n"
		  "  secret_file: ./client.secret\n",
		  house->port, house->port, plan->app_id, plan->tenant_id);
	text_addf(&yaml,
		  "  metadata_url: "
		  "http://127.0.0.1:%d/v1/.well-known/openidconfiguration\n"
		  "  token_url: http://127.0.0.1:%d/%s/oauth2/v2.0/token\n"
		  "graph:\n"
		  "  base_url: http://127.0.0.1:%d\n"
		  "  token_url: http://127.0.0.1:%d/%s/oauth2/v2.0/token\n"
		  "  metadata_url: http://127.0.0.1:%d/common/v2.0/.well-known/"
		  "openid-configuration\n"
		  "  metadata_url_v1: http://127.0.0.1:%d/common/.well-known/"
		  "openid-configuration\n"
		  "  organiser_id: %s\n"
		  "mail:\n"
		  "  sender_id: %s\n",
		  stage_port, stage_port, plan->tenant_id, stage_port, stage_port,
		  plan->tenant_id, stage_port, stage_port, plan->sessions[0].organiser_id,
		  plan->sessions[0].organiser_id);
	text_addf(&yaml,
		  "events:\n"
		  "  secret_file: ./events.secret\n"
		  "live:\n"
		  "  key_file: ./live.secret\n"
		  "log:\n"
		  "  level: warning\n"
		  "clock:\n"
		  "  speed: %d\n"
		  "  from: %s\n"
		  "  anchor_ms: %" PRId64 "\n",
		  plan->clock.speed, from, plan->clock.anchor_ms);
	const int rc = write_file(house, "plenary.yaml", text_string(&yaml));
	text_finish(&yaml);
	return rc;
}

void rehearse_house_clear(const struct rehearse_house *house)
{
	static const char *const names[] = { "stage.json",         "plenary.yaml",
					     "truth.json",         "kills.txt",
					     "data/plenary.db",    "data/plenary.db-wal",
					     "data/plenary.db-shm" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *const path = rehearse_house_path(house, names[i]);

		unlink(path);
		free(path);
	}
}

static void wipe(struct text *secret)
{
	if (secret->data != NULL)
		explicit_bzero(secret->data, secret->room);
	text_finish(secret);
}

void rehearse_house_finish(struct rehearse_house *house)
{
	wipe(&house->client_secret);
	wipe(&house->events_secret);
	wipe(&house->live_key);
	free(house->directory);
	free(house->database);
	free(house->configuration);
	free(house->certificate);
	*house = (struct rehearse_house){ 0 };
}
