/* SPDX-License-Identifier: MIT */
#include "daemon/settings/config.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/common/text.h"
#include "daemon/settings/address.h"
#include "daemon/settings/config_parts.h"

enum { BODY_BYTES = 4 * 1024 * 1024 };

static const char *const keys[] = {
	"data_dir", "listen",  "tls",       "public_url",
	"bot",      "graph",   "app",       "events",
	"live",     "outbox",  "limits",    "log",
	"clock",    "ca_file", "time_zone", "allow_loopback_peers",
	"mail",     "rooms",   "cloud",     NULL,
};

/* A relative path begins where the file is. */
static bool make_absolute(const struct config_reading *reading,
			  const struct yaml_node *node, const char *written,
			  const char **path)
{
	if (strlen(reading->directory) + 1 + strlen(written) > SECTION_PLACE_BYTES) {
		fault_error(reading->root.faults, node->line, node->column,
			    "`%s`: expected a shorter path", node->key);
		return false;
	}
	*path = yaml_string(reading->config->source, "%s/%s", reading->directory,
			    written);
	return true;
}

bool config_path(const struct config_reading *reading, const struct section *section,
		 const char *key, const char **path)
{
	const char *written;

	if (!section_place(section, key, &written))
		return false;
	if (written[0] != '/')
		return make_absolute(reading, section_find(section, key), written, path);
	*path = written;
	return true;
}

/* What stands there is never quoted in a message: it may be the secret itself. */
bool config_reference(const struct config_reading *reading, const struct section *section,
		      const char *key, const char **reference)
{
	const struct yaml_node *node = section_find(section, key);
	const char *written;

	if (!section_place(section, key, &written))
		return false;
	if (strncmp(written, "./", 2) == 0 || strncmp(written, "../", 3) == 0)
		return make_absolute(reading, node, written, reference);
	if (written[0] != '/' && strncmp(written, "credential:", 11) != 0) {
		fault_error(section->faults, node->line, node->column,
			    "`%s`: expected a path that begins with / or ./, or"
			    " credential:NAME (never the secret itself)",
			    key);
		return false;
	}
	*reference = written;
	return true;
}

static bool ends_in(const char *word, const char *ending)
{
	const size_t length = strlen(word), tail = strlen(ending);

	return length >= tail && strcmp(word + length - tail, ending) == 0;
}

static bool looks_like_secret(const char *parent, const char *key)
{
	static const char *const words[] = { "secret", "passw",       "token", "api_key",
					     "apikey", "private_key", NULL };

	if (ends_in(key, "_file") || ends_in(key, "_url"))
		return false;
	if (strcmp(key, "key") == 0)
		return parent == NULL ||
		       (strcmp(parent, "tls") != 0 && strcmp(parent, "bot") != 0 &&
			strcmp(parent, "graph") != 0);
	for (int i = 0; words[i] != NULL; i++) {
		if (strstr(key, words[i]) != NULL)
			return true;
	}
	return false;
}

bool config_keeps_secrets_out(const struct yaml_node *root, struct fault_list *faults)
{
	bool good = true;

	for (const struct yaml_node *node = root->first; node != NULL;
	     node = node->next) {
		if (node->kind != YAML_VALUE)
			good = config_keeps_secrets_out(node, faults) && good;
		if (node->key == NULL || !looks_like_secret(root->key, node->key))
			continue;
		fault_error(
			faults, node->key_line, node->key_column,
			"secrets never stand in this file: put it in a file that others"
			" may not read (chmod 600) and say `secret_file: /path/to/it`,"
			" or `secret_file: credential:NAME` for a systemd credential");
		good = false;
	}
	return good;
}

/* Who signs the tokens of relays; nothing of it can be guessed. */
static void read_events_jwt(const struct config_reading *reading,
			    const struct section *events)
{
	static const char *const jwt_keys[] = { "metadata_url", "issuer", "audience",
						NULL };
	struct config *config = reading->config;
	struct section section;

	if (!section_map(events, "jwt", &section))
		return;
	section_keys(&section, jwt_keys);
	config_url(reading, &section, "metadata_url", &config->events_jwt.metadata_url);
	section_line(&section, "issuer", &config->events_jwt.issuer);
	section_line(&section, "audience", &config->events_jwt.audience);
	if (config->events_jwt.metadata_url == NULL ||
	    config->events_jwt.issuer == NULL || config->events_jwt.audience == NULL)
		section_error(&section, "`jwt` needs `metadata_url`, `issuer` and"
					" `audience`");
}

static void read_part_files(const struct config_reading *reading)
{
	static const char *const events_keys[] = { "secret_file", "jwt", NULL };
	static const char *const live_keys[] = { "key_file", NULL };
	struct config *config = reading->config;
	struct section section;

	if (section_map(&reading->root, "events", &section)) {
		section_keys(&section, events_keys);
		config_reference(reading, &section, "secret_file",
				 &config->events_secret_file);
		read_events_jwt(reading, &section);
	}
	if (section_map(&reading->root, "live", &section)) {
		section_keys(&section, live_keys);
		config_reference(reading, &section, "key_file", &config->live_key_file);
	}
}

static void read_amounts(const struct config_reading *reading)
{
	static const char *const outbox_keys[] = { "in_flight", "give_up_after_s",
						   "attempts", NULL };
	static const char *const limits_keys[] = { "people_per_session", "body_bytes",
						   NULL };
	static const struct section_range in_flight = { 1, 256, "deliveries" };
	static const struct section_range give_up = { 60, 7 * 86400, "seconds" };
	static const struct section_range attempts = { 1, 100, "attempts" };
	static const struct section_range people = { 1, CONFIG_PEOPLE, "people" };
	static const struct section_range bytes = { 64 * 1024, BODY_BYTES, "bytes" };
	struct config *config = reading->config;
	struct section section;

	if (section_map(&reading->root, "outbox", &section)) {
		section_keys(&section, outbox_keys);
		section_whole(&section, "in_flight", &in_flight,
			      &config->outbox.in_flight);
		section_whole(&section, "give_up_after_s", &give_up,
			      &config->outbox.give_up_after_s);
		section_whole(&section, "attempts", &attempts, &config->outbox.attempts);
	}
	if (section_map(&reading->root, "limits", &section)) {
		section_keys(&section, limits_keys);
		section_whole(&section, "people_per_session", &people,
			      &config->limits.people_per_session);
		section_whole(&section, "body_bytes", &bytes, &config->limits.body_bytes);
	}
}

static void read_log(const struct config_reading *reading)
{
	static const char *const log_keys[] = { "level", NULL };
	static const char *const levels[] = {
		[LOG_LEVEL_ERROR] = "error",  [LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info",    [LOG_LEVEL_DEBUG] = "debug",
		[LOG_LEVEL_DEBUG + 1] = NULL,
	};
	struct section section;
	int level;

	if (!section_map(&reading->root, "log", &section))
		return;
	section_keys(&section, log_keys);
	if (section_choice(&section, "level", levels, &level))
		reading->config->log_level = (enum log_level)level;
}

static void read_zone(const struct config_reading *reading)
{
	const struct yaml_node *node = section_find(&reading->root, "time_zone");
	struct text path = { 0 };
	const char *zone;

	if (!section_line(&reading->root, "time_zone", &zone))
		return;
	const char *wanted = address_zone_problem(zone);
	if (wanted != NULL) {
		fault_error(reading->root.faults, node->line, node->column,
			    "`time_zone`: expected %s", wanted);
		return;
	}
	text_addf(&path, "/usr/share/zoneinfo/%s", zone);
	if (access(text_string(&path), R_OK) < 0)
		fault_warning(reading->root.faults, node->line, node->column,
			      "this machine does not know the time zone %s (is tzdata"
			      " installed?)",
			      zone);
	text_finish(&path);
	reading->config->time_zone = zone;
}

static void set_defaults(struct config *config)
{
	config->data_dir = "/var/lib/plenary";
	config->listeners[0] = (struct config_listener){ "127.0.0.1:8443", true };
	config->listener_count = 1;
	config->outbox.in_flight = 16;
	config->outbox.give_up_after_s = 3600;
	config->outbox.attempts = 12;
	config->limits.people_per_session = CONFIG_PEOPLE;
	config->limits.body_bytes = BODY_BYTES;
	config->rooms.spare = 2;
	config->rooms.lobby = "everyone";
	config->clock.speed = 1;
	config->log_level = LOG_LEVEL_INFO;
	config->time_zone = "Europe/London";
}

static void read_all(const struct config_reading *reading)
{
	struct config *config = reading->config;

	section_keys(&reading->root, keys);
	config_path(reading, &reading->root, "data_dir", &config->data_dir);
	config->database = yaml_string(config->source, "%s/plenary.db", config->data_dir);
	section_flag(&reading->root, "allow_loopback_peers",
		     &config->allow_loopback_peers);
	config_path(reading, &reading->root, "ca_file", &config->ca_file);
	config_read_listen(reading);
	config_read_peers(reading);
	config_read_app(reading);
	config_read_clock(reading);
	read_part_files(reading);
	read_amounts(reading);
	read_log(reading);
	read_zone(reading);
}

int config_parse(const char *text, size_t bytes, const char *directory,
		 struct config **config, struct fault_list *faults)
{
	const int errors = faults->errors;
	struct config *made = memory_zeroed(sizeof(*made));
	struct config_reading reading = { .config = made };

	set_defaults(made);
	if (yaml_read(text, bytes, &made->source, faults) == 0 &&
	    node_is_map(yaml_root(made->source), "a configuration", &reading.root,
			faults) &&
	    config_keeps_secrets_out(reading.root.node, faults)) {
		reading.directory = yaml_string(made->source, "%s", directory);
		read_all(&reading);
	}
	fault_sort(faults);
	if (faults->errors > errors) {
		config_destroy(made);
		return -EINVAL;
	}
	assert(made->listener_count > 0 && made->database != NULL);
	*config = made;
	return 0;
}

int config_read(const char *path, struct config **config, struct fault_list *faults)
{
	char *text;
	size_t bytes;
	int rc = yaml_file(path, &text, &bytes, faults);

	if (rc < 0)
		return rc;
	char *directory = realpath(path, NULL);
	if (directory == NULL) { /* a pipe, say: paths begin where we are */
		directory = getcwd(NULL, 0);
	} else {
		*strrchr(directory, '/') = '\0';
	}
	if (directory == NULL) {
		rc = -errno;
		fault_error(faults, 0, 0, "%s", strerror(-rc));
	} else {
		rc = config_parse(text, bytes, directory, config, faults);
	}
	free(directory);
	free(text);
	return rc;
}

void config_destroy(struct config *config)
{
	if (config == NULL)
		return;
	yaml_destroy(config->source);
	free(config);
}
