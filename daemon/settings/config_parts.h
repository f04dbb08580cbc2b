/* SPDX-License-Identifier: MIT */
/*
 * config_parts - the parts of the configuration as its file is read.
 */
#ifndef PLENARY_CONFIG_PARTS_H
#define PLENARY_CONFIG_PARTS_H

#include "daemon/settings/config.h"
#include "daemon/settings/section.h"

/* What every part needs: the file's root, what is being made, where paths begin. */
struct config_reading {
	struct section root;
	struct config *config;
	const char *directory;
};

/* An error, and false, when a key looks like a secret written into the file. */
bool config_keeps_secrets_out(const struct yaml_node *root, struct fault_list *faults);

void config_read_listen(const struct config_reading *reading);
void config_read_peers(const struct config_reading *reading);
void config_read_app(const struct config_reading *reading);
void config_read_clock(const struct config_reading *reading);

/* An address without its final slash; untouched when absent or wrong. */
void config_url(const struct config_reading *reading, const struct section *section,
		const char *key, const char **url);
/* A path, made absolute. */
bool config_path(const struct config_reading *reading, const struct section *section,
		 const char *key, const char **path);
/* A reference to a secret: "/path", "./path" (made absolute) or "credential:NAME". */
bool config_reference(const struct config_reading *reading, const struct section *section,
		      const char *key, const char **reference);

#endif
