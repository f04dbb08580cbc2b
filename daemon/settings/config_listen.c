/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/settings/address.h"
#include "daemon/settings/config_parts.h"

static void read_tls(const struct config_reading *reading)
{
	static const char *const tls_keys[] = { "certificate", "key", NULL };
	struct config *config = reading->config;
	struct section section;

	if (!section_map(&reading->root, "tls", &section))
		return;
	section_keys(&section, tls_keys);
	config_path(reading, &section, "certificate", &config->tls_certificate);
	config_path(reading, &section, "key", &config->tls_key);
	if ((config->tls_certificate == NULL) != (config->tls_key == NULL))
		section_error(&section, "`certificate` and `key` go together");
}

/* Plain HTTP and a certificate nobody vouches for stay on this machine. */
static void judge_listener(const struct config_reading *reading,
			   const struct section *section,
			   const struct config_listener *listener)
{
	const bool local_socket = strncmp(listener->address, "unix:", 5) == 0;
	const struct config *config = reading->config;

	if (local_socket && listener->tls)
		section_error(section,
			      "a unix socket takes plain HTTP: say `tls: false`");
	else if (!listener->tls && !address_is_loopback(listener->address))
		section_error(section, "plain HTTP only on loopback or a unix socket: say"
				       " `tls: true` or put a reverse proxy before it");
	else if (listener->tls && config->tls_certificate == NULL &&
		 !address_is_loopback(listener->address))
		section_error(section,
			      "this address needs `tls: {certificate: ..., key: ...}`:"
			      " a self-signed certificate serves loopback only");
}

static void read_listener(const struct config_reading *reading,
			  const struct section *section)
{
	static const char *const listener_keys[] = { "address", "tls", NULL };
	struct config *config = reading->config;
	const struct yaml_node *node = section_need(section, "address");
	struct config_listener listener = { .address = NULL, .tls = true };

	section_keys(section, listener_keys);
	if (node == NULL || !section_line(section, "address", &listener.address))
		return;
	const char *wanted = address_listen_problem(listener.address);
	if (wanted != NULL) {
		fault_error(section->faults, node->line, node->column,
			    "`address`: expected %s", wanted);
		return;
	}
	for (int i = 0; i < config->listener_count; i++) {
		if (strcmp(config->listeners[i].address, listener.address) == 0)
			section_error(section, "this address is there twice");
	}
	listener.tls = strncmp(listener.address, "unix:", 5) != 0;
	section_flag(section, "tls", &listener.tls);
	judge_listener(reading, section, &listener);
	assert(config->listener_count < CONFIG_LISTENERS);
	config->listeners[config->listener_count++] = listener;
}

void config_read_listen(const struct config_reading *reading)
{
	const struct yaml_node *list =
		section_list(&reading->root, "listen", 1, CONFIG_LISTENERS);

	read_tls(reading);
	if (list == NULL)
		return;
	reading->config->listener_count = 0;
	for (const struct yaml_node *node = list->first; node != NULL;
	     node = node->next) {
		struct section section;

		if (node_is_map(node, "an address to listen at", &section,
				reading->root.faults))
			read_listener(reading, &section);
	}
}

static bool all_loopback(const struct config *config)
{
	assert(config->listener_count >= 0 && config->listener_count <= CONFIG_LISTENERS);
	for (int i = 0; i < config->listener_count; i++) {
		if (!address_is_loopback(config->listeners[i].address))
			return false;
	}
	return true;
}

static void read_from(const struct section *section, struct clock *clock)
{
	const struct yaml_node *node = section_find(section, "from");
	const char *text;

	if (node != NULL && node_is_line(node, &text, section->faults) &&
	    clock_parse(text, &clock->from_ms) < 0)
		fault_error(section->faults, node->line, node->column,
			    "`from`: expected a time like 2026-11-24T09:00:00Z");
}

void config_read_clock(const struct config_reading *reading)
{
	static const char *const clock_keys[] = { "speed", "from", "anchor_ms", NULL };
	static const struct section_range speed = { 1, 10000, "seconds per second" };
	static const struct section_range anchor = { 0, INT64_C(1) << 52,
						     "Unix milliseconds" };
	struct config *config = reading->config;
	struct section section;

	if (config->allow_loopback_peers && !all_loopback(config))
		section_error(&reading->root,
			      "`allow_loopback_peers` is for rehearsals:"
			      " every address to listen at must be loopback");
	if (!section_map(&reading->root, "clock", &section))
		return;
	section_keys(&section, clock_keys);
	section_whole(&section, "speed", &speed, &config->clock.speed);
	read_from(&section, &config->clock);
	const struct yaml_node *node = section_find(&section, "anchor_ms");
	if (node != NULL)
		node_is_whole(node, &anchor, &config->clock.anchor_ms, section.faults);
	if ((section_find(&section, "from") == NULL) != (node == NULL) ||
	    (config->clock.speed != 1 && node == NULL))
		section_error(&section,
			      "`from` and `anchor_ms` go together, and a `speed`"
			      " needs both");
	if (!all_loopback(config))
		section_error(&section,
			      "`clock` is for rehearsals: every address to listen at"
			      " must be loopback");
}
