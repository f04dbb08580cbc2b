/* SPDX-License-Identifier: MIT */
#include "web/markup.h"

#include <inttypes.h>
#include <string.h>

#include "web/page.h"

static void add(struct text *out, const char *html)
{
	text_add(out, html, strlen(html));
}

static void cell(struct text *out, const char *string)
{
	add(out, "<td class=\"nhsuk-table__cell\">");
	text_add_html(out, string);
	add(out, "</td>");
}

static void row_header(struct text *out, const char *string)
{
	add(out, "<th scope=\"row\" class=\"nhsuk-table__header\">");
	text_add_html(out, string);
	add(out, "</th>");
}

/* Roles are few and known; what is not known here is shown as it came. */
static const char *role_word(const char *role)
{
	static const char *const words[][2] = {
		{ "participant", "Participant" },
		{ "facilitator", "Facilitator" },
		{ "producer", "Producer" },
		{ "observer", "Observer" },
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(role, words[i][0]) == 0)
			return words[i][1];
	}
	return role;
}

void markup_person(struct text *out, const struct markup_person *person)
{
	text_addf(out, "<tr class=\"nhsuk-table__row\" data-person=\"%" PRIu32 "\">",
		  person->number);
	row_header(out, person->name);
	cell(out, role_word(person->role));
	cell(out, person->here ? person->place : "Not here");
	add(out, "</tr>");
}

static uint32_t percent(uint32_t part, uint32_t whole)
{
	return whole == 0 ? 0
			  : (uint32_t)(((uint64_t)part * 200 + whole) /
				       ((uint64_t)whole * 2));
}

static void choice(struct text *out, const struct markup_choice *shown, uint32_t whole)
{
	add(out, "<tr class=\"nhsuk-table__row\">");
	row_header(out, shown->text);
	text_addf(
		out,
		"<td class=\"nhsuk-table__cell plenary-table__number\">%" PRIu32
		" (%" PRIu32
		"%%)<progress class=\"plenary-bar\" aria-hidden=\"true\" value=\"%" PRIu32
		"\" max=\"%" PRIu32 "\"></progress></td></tr>",
		shown->count, percent(shown->count, whole), shown->count,
		whole == 0 ? 1 : whole);
}

static void choices_table(struct text *out, const char *question,
			  const struct markup_choice *choices, uint32_t count)
{
	uint32_t whole = 0;

	for (uint32_t i = 0; i < count; i++)
		whole += choices[i].count;
	add(out, "<table class=\"nhsuk-table nhsuk-table--compact plenary-table\">"
		 "<caption class=\"nhsuk-table__caption "
		 "nhsuk-u-visually-hidden\">Answers to: ");
	text_add_html(out, question);
	add(out, "</caption><thead class=\"nhsuk-table__head\"><tr>"
		 "<th scope=\"col\" class=\"nhsuk-table__header\">Answer</th>"
		 "<th scope=\"col\" class=\"nhsuk-table__header\">People</th>"
		 "</tr></thead><tbody class=\"nhsuk-table__body\">");
	for (uint32_t i = 0; i < count; i++)
		choice(out, &choices[i], whole);
	add(out, "</tbody></table>");
}

static const char *poll_state(const char *state)
{
	if (strcmp(state, "open") == 0)
		return "Open";
	return strcmp(state, "shown") == 0 ? "Results shown" : "Closed";
}

void markup_poll(struct text *out, const struct markup_poll *poll,
		 const struct markup_choice *choices, uint32_t count)
{
	text_addf(out, "<article class=\"plenary-poll\" data-poll=\"%" PRIu32 "\">",
		  poll->poll);
	add(out, "<h3 class=\"nhsuk-heading-s\">");
	text_add_html(out, poll->question);
	text_addf(out,
		  "</h3><p><strong class=\"nhsuk-tag nhsuk-tag--white\">%s</strong> ",
		  poll_state(poll->state));
	text_addf(out, "%" PRIu32 " %s", poll->answers,
		  poll->answers == 1 ? "answer" : "answers");
	const bool too_few = poll->withheld && strcmp(poll->state, "shown") == 0;

	add(out,
	    too_few ? ". Too few people answered to show what they said.</p>" : "</p>");
	if (count > 0 && !poll->withheld)
		choices_table(out, poll->question, choices, count);
	add(out, "</article>");
}

void markup_room(struct text *out, const char *room, const char *const *names,
		 uint32_t count)
{
	add(out, "<tr class=\"nhsuk-table__row\">");
	row_header(out, room);
	add(out, "<td class=\"nhsuk-table__cell\">");
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0)
			add(out, ", ");
		text_add_html(out, names[i]);
	}
	add(out, "</td></tr>");
}

void markup_session(struct text *out, uint64_t number, const char *title,
		    const char *state)
{
	text_addf(out, "<li><a href=\"/?session=%" PRIu64 "\">", number);
	text_add_html(out, title);
	add(out, "</a> (");
	text_add_html(out, state);
	add(out, ")</li>");
}

void markup_refresh(struct text *out)
{
	add(out, "<noscript><meta http-equiv=\"refresh\" content=\"20\"></noscript>");
}

void markup_login(struct text *out, const char *error)
{
	struct text summary = { 0 }, message = { 0 };

	if (error != NULL) {
		add(&summary,
		    "<div class=\"nhsuk-error-summary\"><div role=\"alert\">"
		    "<h2 class=\"nhsuk-error-summary__title\">There is a problem</h2>"
		    "<div class=\"nhsuk-error-summary__body\">"
		    "<ul class=\"nhsuk-list nhsuk-error-summary__list\">"
		    "<li><a href=\"#key\">");
		text_add_html(&summary, error);
		add(&summary, "</a></li></ul></div></div></div>");
		add(&message, "<span class=\"nhsuk-error-message\" id=\"key-error\">"
			      "<span class=\"nhsuk-u-visually-hidden\">Error:</span> ");
		text_add_html(&message, error);
		add(&message, "</span>");
	}
	const struct page_hole holes[] = {
		{ "title_prefix", error != NULL ? "Error: " : "" },
		{ "error_summary", text_string(&summary) },
		{ "group_class", error != NULL ? " nhsuk-form-group--error" : "" },
		{ "field_error", text_string(&message) },
		{ "field_class", error != NULL ? " nhsuk-input--error" : "" },
		{ "described_by", error != NULL ? "key-hint key-error" : "key-hint" },
	};

	page_fill(out, web_find("login.html"), holes, sizeof holes / sizeof holes[0]);
	text_finish(&summary);
	text_finish(&message);
}

void markup_problem(struct text *out, const char *title, const char *problem)
{
	const struct page_hole holes[] = { { "title", title }, { "problem", problem } };

	page_fill(out, web_find("problem.html"), holes, sizeof holes / sizeof holes[0]);
}

void markup_notice(struct text *out, const char *title, const char *words)
{
	const struct page_hole holes[] = { { "title", title }, { "words", words } };

	page_fill(out, web_find("notice.html"), holes, sizeof holes / sizeof holes[0]);
}
