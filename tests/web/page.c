/* SPDX-License-Identifier: MIT */
#include "web/page.h"

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "web/markup.h"

static struct web_file template(const char *html)
{
	return (struct web_file){ .name = "test.html",
				  .bytes = html,
				  .count = strlen(html) };
}

static void test_files_are_found_and_whole(void)
{
	const char *const wanted[] = { "icon.svg",    "live.html",   "live.js",
				       "login.html",  "notice.html", "plenary.css",
				       "problem.html" };

	CHECK_INT(sizeof wanted / sizeof wanted[0], web_file_count);
	for (size_t i = 0; i < web_file_count; i++) {
		const struct web_file *const file = web_find(wanted[i]);

		CHECK(file == &web_files[i]);
		CHECK(file->count > 0);
		CHECK_INT(file->count, strlen(file->bytes));
		CHECK_INT(2 + 16, strlen(file->etag));
		CHECK(file->etag[0] == '"');
	}
	CHECK(web_find("dist/plenary.css") == NULL);
	CHECK(web_find("") == NULL);
	CHECK_TEXT("text/javascript; charset=utf-8", web_find("live.js")->content_type);
	CHECK_TEXT("text/css; charset=utf-8", web_find("plenary.css")->content_type);
	CHECK_TEXT("image/svg+xml", web_find("icon.svg")->content_type);
}

/* The bytes are those of the file in the tree: the embedding loses and adds nothing. */
static void test_files_are_those_of_the_tree(void)
{
	static char bytes[256 * 1024];
	FILE *const stream = fopen("web/dist/plenary.css", "rb");

	CHECK(stream != NULL);
	const size_t count = fread(bytes, 1, sizeof bytes, stream);

	fclose(stream);
	CHECK_INT(count, web_find("plenary.css")->count);
	CHECK(memcmp(bytes, web_find("plenary.css")->bytes, count) == 0);
}

/* A page that asks another host for something tells it who attends. */
static void test_nothing_comes_from_elsewhere(void)
{
	CHECK(strstr(web_find("plenary.css")->bytes, "://") == NULL);
	CHECK(strstr(web_find("plenary.css")->bytes, "@font-face") == NULL);
	CHECK(strstr(web_find("plenary.css")->bytes, "@import") == NULL);
	for (size_t i = 0; i < web_file_count; i++) {
		const char *const bytes = web_files[i].bytes;

		CHECK(strstr(bytes, "src=\"//") == NULL &&
		      strstr(bytes, "href=\"//") == NULL);
		CHECK(strstr(bytes, "=\"http") == NULL ||
		      strcmp(web_files[i].name, "icon.svg") == 0);
		CHECK(strstr(bytes, "style=\"") == NULL &&
		      strstr(bytes, "<style") == NULL);
		CHECK(strstr(bytes, "onclick=") == NULL &&
		      strstr(bytes, "onload=") == NULL);
	}
}

static void test_holes_are_filled(void)
{
	const struct web_file file =
		template("{{! a {{b}} !}}<p>{{name}}</p>{{{html}}}, {{name}}.");
	const struct page_hole holes[] = { { "name", "<Person & {{html}}>" },
					   { "html", "<i>{{x}}</i>" } };
	struct text out = { 0 };

	page_fill(&out, &file, holes, 2);
	CHECK_TEXT("<p>&lt;Person &amp; {{html}}&gt;</p><i>{{x}}</i>, "
		   "&lt;Person &amp; {{html}}&gt;.",
		   text_string(&out));
	text_finish(&out);
}

/* Filling aborts in a process of its own, whose words are of no interest. */
static bool fill_aborts(const char *html, const struct page_hole *holes, size_t count)
{
	const pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		const struct web_file file = template(html);
		struct text out = { 0 };

		fclose(stderr);
		page_fill(&out, &file, holes, count);
		_exit(0);
	}
	int status = 0;

	CHECK(waitpid(child, &status, 0) == child);
	return WIFSIGNALED(status) || WEXITSTATUS(status) != 0;
}

static void test_wrong_holes_are_bugs(void)
{
	const struct page_hole holes[] = { { "a", "1" }, { "b", "2" } };

	CHECK(!fill_aborts("{{a}}{{b}}", holes, 2));
	CHECK(fill_aborts("{{a}}", holes, 2));
	CHECK(fill_aborts("{{a}}{{b}}{{c}}", holes, 2));
	CHECK(fill_aborts("{{a}}{{b", holes, 2));
	CHECK(fill_aborts("{{a}}{{b}}{{! never ends", holes, 2));
}

static void test_person_row_escapes(void)
{
	struct text out = { 0 };

	markup_person(&out, &(struct markup_person){ 7, "Person <07>", "participant",
						     "Room 3", true });
	CHECK_TEXT(
		"<tr class=\"nhsuk-table__row\" data-person=\"7\">"
		"<th scope=\"row\" class=\"nhsuk-table__header\">Person &lt;07&gt;</th>"
		"<td class=\"nhsuk-table__cell\">Participant</td>"
		"<td class=\"nhsuk-table__cell\">Room 3</td></tr>",
		text_string(&out));
	text_clear(&out);
	markup_person(&out, &(struct markup_person){ 8, "Person 08", "participant", NULL,
						     false });
	CHECK(strstr(text_string(&out), ">Not here<") != NULL);
	text_finish(&out);
}

static void test_poll_says_in_words_what_the_bar_shows(void)
{
	const struct markup_choice choices[] = { { "Yes", 2 },
						 { "No", 1 },
						 { "Perhaps", 0 } };
	struct markup_poll poll = { 3, "Ready?", "shown", 3, false };
	struct text out = { 0 };

	markup_poll(&out, &poll, choices, 3);
	CHECK(strstr(text_string(&out), ">2 (67%)<progress") != NULL);
	CHECK(strstr(text_string(&out), ">1 (33%)<progress") != NULL);
	CHECK(strstr(text_string(&out), "value=\"0\" max=\"3\"") != NULL);
	CHECK(strstr(text_string(&out), "3 answers<") != NULL);
	text_clear(&out);

	poll.withheld = true;
	markup_poll(&out, &poll, choices, 3);
	CHECK(strstr(text_string(&out), "Too few people answered") != NULL);
	CHECK(strstr(text_string(&out), "Perhaps") == NULL);
	text_clear(&out);
	poll.state = "open";
	markup_poll(&out, &poll, choices, 3);
	CHECK(strstr(text_string(&out), "Too few people answered") == NULL);
	CHECK(strstr(text_string(&out), "Perhaps") == NULL);
	text_clear(&out);

	poll = (struct markup_poll){ 4, "Nobody?", "closed", 0, false };
	markup_poll(&out, &poll, (const struct markup_choice[]){ { "Yes", 0 } }, 1);
	CHECK(strstr(text_string(&out), "0 (0%)") != NULL);
	CHECK(strstr(text_string(&out), "max=\"1\"") != NULL);
	text_finish(&out);
}

static void test_login_says_the_error_first(void)
{
	struct text out = { 0 };

	markup_login(&out, NULL);
	CHECK(strstr(text_string(&out), "Error") == NULL);
	CHECK(strstr(text_string(&out), "aria-describedby=\"key-hint\"") != NULL);
	text_clear(&out);
	markup_login(&out, "Enter the \"right\" key");
	CHECK(strstr(text_string(&out), "<title>Error: Sign in") != NULL);
	CHECK(strstr(text_string(&out),
		     "<a href=\"#key\">Enter the &quot;right&quot; key") != NULL);
	CHECK(strstr(text_string(&out), "aria-describedby=\"key-hint key-error\"") !=
	      NULL);
	text_finish(&out);
}

static void test_problem_page_is_complete(void)
{
	struct text out = { 0 };

	markup_problem(&out, "Page not found", "Check the address & try again.");
	CHECK(strncmp(text_string(&out), "<!DOCTYPE html>", 15) == 0);
	CHECK(strstr(text_string(&out),
		     "<h1 class=\"nhsuk-heading-l\">Page not found</h1>") != NULL);
	CHECK(strstr(text_string(&out), "address &amp; try") != NULL);
	CHECK(strstr(text_string(&out), "{{") == NULL);
	text_finish(&out);
}

int main(void)
{
	RUN(test_files_are_found_and_whole);
	RUN(test_files_are_those_of_the_tree);
	RUN(test_nothing_comes_from_elsewhere);
	RUN(test_holes_are_filled);
	RUN(test_wrong_holes_are_bugs);
	RUN(test_person_row_escapes);
	RUN(test_poll_says_in_words_what_the_bar_shows);
	RUN(test_login_says_the_error_first);
	RUN(test_problem_page_is_complete);
	return check_done();
}
