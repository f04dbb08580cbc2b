/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/settings/address.h"
#include "daemon/settings/config_parts.h"

/* Microsoft Teams app manifest schema 1.30: the longest each may be, in UTF-16 units. */
enum {
	DEVELOPER_MOST = 32,
	SHORT_NAME_MOST = 30,
	NAME_MOST = 100,
	VERSION_NUMBER_DIGITS = 5,
};

/* As Teams counts: a character beyond U+FFFF, which has four bytes in UTF-8, is two. */
static size_t units_of(const char *text)
{
	size_t units = 0;

	for (; *text != '\0'; text++) {
		const unsigned char byte = (unsigned char)*text;

		units += (byte & 0xc0) != 0x80;
		units += byte >= 0xf0;
	}
	return units;
}

static void read_name(const struct section *section, const char *key, size_t most,
		      const char **name)
{
	const struct yaml_node *const node = section_find(section, key);
	const char *written;

	if (node == NULL || !section_line(section, key, &written))
		return;
	const size_t units = units_of(written);
	if (units == 0 || units > most)
		fault_error(section->faults, node->line, node->column,
			    "`%s`: expected 1 to %zu characters (Teams allows no more), "
			    "not %zu",
			    key, most, units);
	else
		*name = written;
}

static void read_page(const struct section *section, const char *key, const char **page)
{
	const struct yaml_node *const node = section_find(section, key);
	const char *written;

	if (node == NULL || !section_place(section, key, &written))
		return;
	const char *const wanted = address_url_problem(written, false);
	if (wanted != NULL)
		fault_error(section->faults, node->line, node->column,
			    "`%s`: expected %s", key, wanted);
	else
		*page = written;
}

/* "1.0": two whole numbers without leading zeros; the third is ours. */
static bool is_version(const char *text)
{
	for (int part = 0; part < 2; part++) {
		const size_t digits = strspn(text, "0123456789");

		if (digits == 0 || digits > VERSION_NUMBER_DIGITS ||
		    (digits > 1 && text[0] == '0'))
			return false;
		text += digits;
		if (*text++ != (part == 0 ? '.' : '\0'))
			return false;
	}
	return true;
}

static void read_version(const struct section *section, const char **version)
{
	const struct yaml_node *const node = section_find(section, "version");
	const char *written;

	if (node == NULL || !section_line(section, "version", &written))
		return;
	if (is_version(written))
		*version = written;
	else
		fault_error(section->faults, node->line, node->column,
			    "`version`: expected two numbers, like 1.0; the third is"
			    " Plenary's own");
}

void config_read_app(const struct config_reading *reading)
{
	static const char *const keys[] = { "developer", "website",    "privacy", "terms",
					    "name",      "short_name", "version", NULL };
	static const char *const needed[] = { "developer", "website", "privacy", "terms",
					      NULL };
	struct config_app *const app = &reading->config->app;
	struct section section;

	app->short_name = "Plenary";
	app->name = "Plenary: rooms, polls and attendance";
	app->version = "1.0";
	if (!section_map(&reading->root, "app", &section))
		return;
	section_keys(&section, keys);
	for (int i = 0; needed[i] != NULL; i++)
		section_need(&section, needed[i]);
	read_name(&section, "developer", DEVELOPER_MOST, &app->developer);
	read_page(&section, "website", &app->website);
	read_page(&section, "privacy", &app->privacy);
	read_page(&section, "terms", &app->terms);
	read_name(&section, "name", NAME_MOST, &app->name);
	read_name(&section, "short_name", SHORT_NAME_MOST, &app->short_name);
	read_version(&section, &app->version);
}
