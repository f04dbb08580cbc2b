/* SPDX-License-Identifier: MIT */
/*
 * plenary attendance FILE... - what the attendance files people download really say.
 *
 * Goes on after a bad file, naming it and why.  Exit status: 0 all read, 1 some refused,
 * 2 wrong usage.
 */
#include "commands/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/common/text.h"
#include "imports/moment.h"
#include "imports/report.h"
#include "imports/unicode.h"

enum { STATUS_READ = 0, STATUS_REFUSED = 1, STATUS_USAGE = 2, DAY_SECONDS = 86400 };

static const char usage[] =
	"usage: plenary attendance FILE... [--session-date YYYY-MM-DD] [--json]\n"
	"\n"
	"Reads attendance files of Teams, Zoom and BigBlueButton and prints a register "
	"of each.\n"
	"\n"
	"  --session-date D  the day of the session: settles dates that can be read two "
	"ways\n"
	"  --json            everything that was read, as JSON\n"
	"  --help            this text\n"
	"\n"
	"Exit status: 0 all files were read, 1 some were refused, 2 wrong usage.\n";

struct request {
	const char **files;
	size_t file_count;
	struct report_options options;
	bool json, help;
};

/* Takes "--session-date D" or "--session-date=D"; false when it is no date. */
static bool take_date(int argc, char **argv, int *index, struct request *request)
{
	static const char option[] = "--session-date";
	const char *value = argv[*index] + sizeof(option) - 1;

	if (*value == '=')
		value++;
	else if (*index + 1 < argc)
		value = argv[++*index];
	return moment_read_day(value, &request->options.session_day);
}

static int parse(int argc, char **argv, struct request *request)
{
	bool only_files = false;

	for (int i = 1; i < argc; i++) {
		const char *const word = argv[i];

		if (only_files || word[0] != '-' || word[1] == '\0') {
			request->files[request->file_count++] = word;
		} else if (strcmp(word, "--") == 0) {
			only_files = true;
		} else if (strcmp(word, "--json") == 0) {
			request->json = true;
		} else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
			request->help = true;
		} else if (strcmp(word, "--session-date") == 0 ||
			   strncmp(word, "--session-date=", 15) == 0) {
			if (!take_date(argc, argv, &i, request)) {
				fprintf(stderr,
					"plenary attendance: --session-date wants a "
					"date such as 2026-03-10\n");
				return -EINVAL;
			}
		} else {
			fprintf(stderr, "plenary attendance: unknown option %s\n", word);
			return -EINVAL;
		}
	}
	if (request->file_count == 0 && !request->help) {
		fprintf(stderr, "plenary attendance: which file?\n");
		return -EINVAL;
	}
	return 0;
}

/* The whole file, one byte more than allowed at most, so that too much is seen. */
static int read_file(const char *path, struct text *bytes)
{
	FILE *const file = fopen(path, "rb");
	char buffer[64 * 1024];
	size_t count;
	int rc = 0;

	if (file == NULL)
		return -errno;
	while (bytes->length <= REPORT_BYTES_MAX &&
	       (count = fread(buffer, 1, sizeof(buffer), file)) > 0)
		text_add(bytes, buffer, count);
	if (ferror(file))
		rc = errno ? -errno : -EIO;
	fclose(file);
	return rc;
}

static void read_outcome(const char *path, const struct report_options *options,
			 struct report_outcome *outcome)
{
	struct text bytes = { 0 };
	const int rc = read_file(path, &bytes);

	*outcome = (struct report_outcome){ .file = path };
	if (rc < 0) {
		outcome->fault.code = "unreadable";
		snprintf(outcome->fault.message, sizeof(outcome->fault.message),
			 "cannot be opened: %s", strerror(-rc));
	} else {
		report_read(path, text_string(&bytes), bytes.length, options,
			    &outcome->report, &outcome->fault);
	}
	text_finish(&bytes);
}

static size_t width_of(const char *string)
{
	size_t width = 0;

	for (uint32_t character; (character = unicode_next(&string)) != 0;)
		width += character >= 0x1100 && !unicode_is_space(character) ? 2 : 1;
	return width;
}

static void print_padded(const char *string, size_t width)
{
	const size_t own = width_of(string);

	printf("%s%*s  ", string, own < width ? (int)(width - own) : 0, "");
}

static const char *clock_text(int64_t seconds, char *out)
{
	if (seconds == REPORT_NEVER)
		return "-";
	moment_write(seconds, out);
	out[10] = ' ';
	return out;
}

static const char *length_text(int64_t seconds, char *out, size_t room)
{
	if (seconds == REPORT_UNKNOWN)
		return "-";
	snprintf(out, room, "%" PRId64 ":%02d:%02d", seconds / 3600,
		 (int)(seconds / 60 % 60), (int)(seconds % 60));
	return out;
}

static const char *spoken_order(const char *order)
{
	static const char *const spoken[][2] = { { "mdy", "month first" },
						 { "dmy", "day first" },
						 { "ymd", "year first" },
						 { "iso", "year first" } };

	for (size_t i = 0; i < sizeof(spoken) / sizeof(*spoken); i++) {
		if (strcmp(order, spoken[i][0]) == 0)
			return spoken[i][1];
	}
	return "none";
}

static void print_dates(const struct report *report)
{
	const char *const order = spoken_order(report->dates.resolved);
	const char *const reason = report->dates.by_file
					   ? report->dates.reason
					   : "the date of the session decides";

	if (strcmp(order, reason) == 0)
		printf("  dates    %s\n", order);
	else
		printf("  dates    %s: %s\n", order, reason);
}

static void print_heading(const struct report *report)
{
	char from[MOMENT_TEXT_BYTES], to[MOMENT_TEXT_BYTES];

	printf("%s\n", report->file);
	printf("  title    %s\n", report->meeting.title ? report->meeting.title : "-");
	printf("  meeting  %s to %s, %s%s%s%s\n", clock_text(report->meeting.start, from),
	       clock_text(report->meeting.end, to),
	       report->meeting.utc ? "UTC" : "local time of whoever downloaded it",
	       report->meeting.basis ? " (" : "",
	       report->meeting.basis ? report->meeting.basis : "",
	       report->meeting.basis ? ")" : "");
	printf("  format   %s%s%s, %s\n", report->generation,
	       report->language ? ", " : "", report->language ? report->language : "",
	       report->encoding);
	print_dates(report);
	for (size_t i = 0; i < report->contradictions.count; i++)
		printf("  !        %s\n", report->contradictions.items[i]);
	if (report->rows_cut_off > 0)
		printf("  !        %" PRId64 " row%s cut off and left out\n",
		       report->rows_cut_off, report->rows_cut_off == 1 ? " is" : "s are");
}

static void add_note(struct text *notes, const char *note)
{
	text_addf(notes, "%s%s", notes->length ? "; " : "", note);
}

/* A list of who came and went was downloaded while people were in; a report was not. */
static bool is_list(const struct report *report)
{
	return strcmp(report->kind, "list") == 0 || strcmp(report->kind, "live") == 0;
}

static void add_open(const struct report_participant *person, bool listed,
		     struct text *notes)
{
	char when[MOMENT_TEXT_BYTES], length[32];

	if (listed)
		text_addf(notes, "%sstill in since %s", notes->length ? "; " : "",
			  clock_text(person->open_since, when) + 11);
	else
		add_note(notes, "no time of leaving");
	if (person->attended_if_open != REPORT_UNKNOWN)
		text_addf(notes, ", %s if until the end",
			  length_text(person->attended_if_open, length, sizeof(length)));
}

/* Who has not left was last seen joining; the last out is that of an earlier visit. */
static int64_t last_out(const struct report_participant *person)
{
	int64_t last = REPORT_NEVER;

	if (person->open_since == REPORT_NEVER)
		return person->last_seen;
	for (size_t i = 0; i < person->interval_count; i++) {
		if (person->intervals[i].to > last)
			last = person->intervals[i].to;
	}
	return last;
}

static void collect_notes(const struct report_participant *person, bool listed,
			  struct text *notes)
{
	if (person->basis == REPORT_STATED)
		add_note(notes, "only a duration is known");
	if (person->basis == REPORT_NONE)
		add_note(notes, "no time at all");
	if (person->open_since != REPORT_NEVER)
		add_open(person, listed, notes);
	for (size_t i = 0; i < person->anomalies.count; i++)
		add_note(notes, person->anomalies.items[i]);
	for (size_t i = 0; i < person->other_names.count; i++)
		text_addf(notes, "%salso \"%s\"", notes->length ? "; " : "",
			  person->other_names.items[i]);
	if (person->needs_review)
		add_note(notes, person->needs_review);
}

static void collect_marks(unsigned marks, struct text *text)
{
	static const char *const words[] = { "external", "guest", "phone", "unverified" };

	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (marks & 1u << i)
			text_addf(text, "%s%s", text->length ? " " : "", words[i]);
	}
}

static void print_person(const struct report_participant *person, bool listed,
			 size_t name_width)
{
	char time[MOMENT_TEXT_BYTES], length[32];
	struct text notes = { 0 }, marks = { 0 };

	collect_marks(person->marks, &marks);
	printf("  ");
	print_padded(person->name, name_width);
	print_padded(text_string(&marks), 10);
	print_padded(clock_text(person->first_seen, time), 19);
	print_padded(clock_text(last_out(person), time), 19);
	printf("%9s  ", length_text(person->attended_seconds, length, sizeof(length)));
	printf("%9s%s  ", length_text(person->stated_seconds, length, sizeof(length)),
	       person->stated_to_minute ? "~" : " ");
	collect_notes(person, listed, &notes);
	printf("%s\n", text_string(&notes));
	text_finish(&notes);
	text_finish(&marks);
}

static void print_report(const struct report *report)
{
	enum { NAME_WIDTH_MAX = 40 };
	size_t name_width = 4;

	print_heading(report);
	for (size_t i = 0; i < report->participant_count; i++) {
		const size_t own = width_of(report->participants[i].name);

		name_width = own > name_width ? own : name_width;
	}
	if (name_width > NAME_WIDTH_MAX)
		name_width = NAME_WIDTH_MAX;
	printf("\n  ");
	print_padded("name", name_width);
	printf("%-10s  %-19s  %-19s  %9s  %9s   notes\n", "marks", "first in", "last out",
	       "attended", "stated");
	for (size_t i = 0; i < report->participant_count; i++)
		print_person(&report->participants[i], is_list(report), name_width);
	printf("  %zu %s\n\n", report->participant_count,
	       report->participant_count == 1 ? "person" : "people");
}

static int read_files(const struct request *request)
{
	struct report_outcome *const outcomes =
		memory_zeroed(request->file_count * sizeof(*outcomes));
	int status = STATUS_READ;

	for (size_t i = 0; i < request->file_count; i++) {
		read_outcome(request->files[i], &request->options, &outcomes[i]);
		if (outcomes[i].report == NULL) {
			fprintf(stderr, "%s: %s\n", request->files[i],
				outcomes[i].fault.message);
			status = STATUS_REFUSED;
		} else if (!request->json) {
			print_report(outcomes[i].report);
		}
	}
	if (request->json) {
		char *const json = report_outcomes_json(outcomes, request->file_count);

		puts(json);
		free(json);
	}
	for (size_t i = 0; i < request->file_count; i++)
		report_destroy(outcomes[i].report);
	free(outcomes);
	return status;
}

int command_attendance(int argc, char **argv)
{
	struct request request = { .options = { REPORT_NEVER,
						time(NULL) / DAY_SECONDS } };
	int status = STATUS_USAGE;

	request.files = memory_zeroed(((size_t)argc + 1) * sizeof(*request.files));
	if (parse(argc, argv, &request) < 0) {
		fputs(usage, stderr);
	} else if (request.help) {
		fputs(usage, stdout);
		status = STATUS_READ;
	} else {
		status = read_files(&request);
	}
	free(request.files);
	return status;
}
