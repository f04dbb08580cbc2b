/* SPDX-License-Identifier: MIT */
#include "commands/register_list.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "commands/listing.h"
#include "commands/where.h"
#include "daemon/common/clock.h"
#include "handlers/reconcile.h"
#include "handlers/session.h"

static const char *const roles[] = { "participant", "facilitator", "producer",
				     "observer" };
static const char *const verdicts[] = {
	[VERDICT_NONE] = "not decided",        [VERDICT_ATTENDED] = "attended",
	[VERDICT_PARTLY] = "partly",           [VERDICT_ABSENT] = "did not attend",
	[VERDICT_UNCLEAR] = "to be clarified",
};

static const char *role_of(const struct ledger_result *line)
{
	return line->role < ROLES ? roles[line->role] : "?";
}

static const char *verdict_of(const struct ledger_result *line)
{
	return line->verdict < VERDICTS ? verdicts[line->verdict] : "?";
}

void register_list_add(void *context, const struct ledger_result *result)
{
	struct register_list *const list = context;

	if (list->count == list->room) {
		list->room = list->room == 0 ? 64 : list->room * 2;
		list->lines =
			memory_resized(list->lines, list->room * sizeof(list->lines[0]));
	}
	struct ledger_result *const line = &list->lines[list->count++];
	*line = *result;
	line->name = memory_string(result->name);
	line->email = memory_string(result->email);
	line->profession = memory_string(result->profession);
}

static int by_name(const void *one, const void *other)
{
	const struct ledger_result *const left = one, *const right = other;
	const int order = strcasecmp(left->name, right->name);

	return order != 0
		       ? order
		       : (left->person > right->person) - (left->person < right->person);
}

void register_list_sort(struct register_list *list)
{
	if (list->count > 0)
		qsort(list->lines, list->count, sizeof(list->lines[0]), by_name);
}

void register_list_finish(struct register_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free((char *)list->lines[i].name);
		free((char *)list->lines[i].email);
		free((char *)list->lines[i].profession);
	}
	free(list->lines);
	*list = (struct register_list){ 0 };
}

/* -- figures --------------------------------------------------------------------------- */

static double minutes(int64_t duration_ms)
{
	return (double)duration_ms / 60000.0;
}

static double percent(const struct ledger_result *line)
{
	return 100.0 * (double)line->attended_ms / (double)line->creditable_ms;
}

static void add_duration(struct text *text, int64_t duration_ms)
{
	const int64_t seconds = duration_ms / 1000;

	text_addf(text, "%d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
		  (int)(seconds % 60));
}

/* Why the verdict is what it is, in the core's words. */
static const char *sentence_of(const struct ledger_result *line,
			       char sentence[RECONCILE_SENTENCE_BYTES])
{
	const struct reconcile_result result = {
		.creditable_ms = line->creditable_ms,
		.attended_ms = line->attended_ms,
		.presumed_ms = line->presumed_ms,
		.absent_ms = line->absent_ms,
		.longest_absence_ms = line->longest_absence_ms,
		.first_ms = line->first_ms,
		.last_ms = line->last_ms,
		.unheard_ms = line->unheard_ms,
		.verdict = line->verdict,
	};

	reconcile_sentence(&result, sentence);
	return sentence;
}

/* -- table ----------------------------------------------------------------------------- */

static void time_cell(struct listing *listing, int64_t at_ms)
{
	struct text text = { 0 };

	where_add_time(&text, "%H:%M:%S", at_ms);
	listing_cell(listing, at_ms != 0 ? text_string(&text) : "never");
	text_finish(&text);
}

static void duration_cell(struct listing *listing, int64_t duration_ms)
{
	struct text text = { 0 };

	add_duration(&text, duration_ms);
	listing_cell(listing, text_string(&text));
	text_finish(&text);
}

static void table_row(struct listing *listing, const struct ledger_result *line)
{
	char sentence[RECONCILE_SENTENCE_BYTES];

	listing_cell(listing, line->name);
	listing_cell(listing, role_of(line));
	listing_cell(listing, line->profession);
	time_cell(listing, line->first_ms);
	time_cell(listing, line->last_ms);
	duration_cell(listing, line->attended_ms);
	if (line->creditable_ms > 0)
		listing_cellf(listing, "%.1f %%", percent(line));
	else
		listing_cell(listing, "");
	duration_cell(listing, line->longest_absence_ms);
	duration_cell(listing, line->presumed_ms);
	listing_cell(listing, verdict_of(line));
	listing_cell(listing, sentence_of(line, sentence));
}

void register_list_table(const struct register_list *list, struct text *out)
{
	static const char *const headings[] = {
		"name",      "role",      "profession", "first seen",
		"last seen", "attended|", "share|",     "longest absence|",
		"presumed|", "verdict",   "why",
	};
	struct listing listing;

	listing_begin(&listing, sizeof(headings) / sizeof(headings[0]), headings);
	for (size_t i = 0; i < list->count; i++)
		table_row(&listing, &list->lines[i]);
	listing_write(&listing, out);
	listing_finish(&listing);
}

/* -- CSV ------------------------------------------------------------------------------- */

static void csv_string(struct text *out, const char *string)
{
	/* Spreadsheets run what starts like a formula; names come from strangers. */
	const bool formula = *string != '\0' && strchr("=+-@\t\r", *string) != NULL;

	text_add(out, "\"", 1);
	if (formula)
		text_add(out, "'", 1);
	for (; *string != '\0'; string++) {
		if (*string == '"')
			text_add(out, "\"", 1);
		text_add(out, string, 1);
	}
	text_add(out, "\"", 1);
}

static void csv_row(struct text *out, const struct ledger_result *line)
{
	char sentence[RECONCILE_SENTENCE_BYTES];

	csv_string(out, line->name);
	text_addf(out, ",");
	csv_string(out, line->email);
	text_addf(out, ",%s,", role_of(line));
	csv_string(out, line->profession);
	text_addf(out, ",");
	where_add_time(out, "%Y-%m-%d %H:%M:%S", line->first_ms);
	text_addf(out, ",");
	where_add_time(out, "%Y-%m-%d %H:%M:%S", line->last_ms);
	text_addf(out, ",%.3f,%.3f,", minutes(line->attended_ms),
		  minutes(line->creditable_ms));
	if (line->creditable_ms > 0)
		text_addf(out, "%.3f", percent(line));
	text_addf(out, ",%.3f,%.3f,%s,", minutes(line->longest_absence_ms),
		  minutes(line->presumed_ms), verdict_of(line));
	csv_string(out, sentence_of(line, sentence));
	text_addf(out, ",%u\r\n", line->version);
}

void register_list_csv(const struct register_list *list, struct text *out)
{
	text_addf(out, "name,email,role,profession,first_seen,last_seen,attended_minutes,"
		       "creditable_minutes,share_percent,longest_absence_minutes,"
		       "presumed_minutes,verdict,why,version\r\n");
	for (size_t i = 0; i < list->count; i++)
		csv_row(out, &list->lines[i]);
}

/* -- JSON ------------------------------------------------------------------------------ */

static void json_string(struct text *out, const char *name, const char *string)
{
	text_addf(out, ",\"%s\":", name);
	text_add_json(out, string);
}

static void json_time(struct text *out, const char *name, int64_t at_ms)
{
	char iso[32];

	if (at_ms == 0) {
		text_addf(out, ",\"%s\":null", name);
		return;
	}
	clock_iso(at_ms, iso);
	json_string(out, name, iso);
}

static void json_object(struct text *out, const struct ledger_result *line)
{
	char sentence[RECONCILE_SENTENCE_BYTES];

	text_addf(out, "{\"person\":%u", line->person);
	json_string(out, "name", line->name);
	json_string(out, "email", line->email);
	json_string(out, "role", role_of(line));
	json_string(out, "profession", line->profession);
	json_time(out, "first_seen", line->first_ms);
	json_time(out, "last_seen", line->last_ms);
	text_addf(out,
		  ",\"attended_ms\":%lld,\"creditable_ms\":%lld,\"absent_ms\":%lld,"
		  "\"longest_absence_ms\":%lld,\"presumed_ms\":%lld",
		  (long long)line->attended_ms, (long long)line->creditable_ms,
		  (long long)line->absent_ms, (long long)line->longest_absence_ms,
		  (long long)line->presumed_ms);
	json_string(out, "verdict", verdict_of(line));
	json_string(out, "why", sentence_of(line, sentence));
	text_addf(out, ",\"version\":%u}", line->version);
}

void register_list_json(const struct register_list *list, struct text *out)
{
	text_addf(out, "[");
	for (size_t i = 0; i < list->count; i++) {
		text_addf(out, i == 0 ? "\n" : ",\n");
		json_object(out, &list->lines[i]);
	}
	text_addf(out, "\n]\n");
}
