/* SPDX-License-Identifier: MIT */
/* docs/schema.md is kept true: every query in it runs, every table and column is in it. */
#include "daemon/store/schema.h"

#include "daemon/common/text.h"
#include "daemon/store/sqlite.h"
#include "tests/check.h"
#include "tests/store/story.h"

static void read_page(struct text *page)
{
	FILE *const file = fopen("docs/schema.md", "r");
	char chunk[4096];

	CHECK(file != NULL);
	while (!feof(file))
		text_add(page, chunk, fread(chunk, 1, sizeof(chunk), file));
	fclose(file);
}

/* VACUUM and changes run on a connection that may write; the file is thrown away. */
static int run_every_query(struct sqlite *sqlite, const struct text *page)
{
	int count = 0;

	for (const char *at = strstr(page->data, "```sql\n"); at != NULL;
	     at = strstr(at, "```sql\n")) {
		struct text query = { 0 };
		const char *const begin = at + strlen("```sql\n");
		const char *const end = strstr(begin, "```");

		CHECK(end != NULL);
		text_add(&query, begin, (size_t)(end - begin));
		CHECK_INT(0, sqlite_run(sqlite, text_string(&query)));
		text_finish(&query);
		at = end + 3;
		count++;
	}
	return count;
}

static void check_is_written(const struct text *page, const char *name)
{
	char quoted[128];

	snprintf(quoted, sizeof(quoted), "`%s`", name);
	const bool table = strstr(text_string(page), quoted) != NULL;
	snprintf(quoted, sizeof(quoted), "### %s", name);
	const bool heading = strstr(text_string(page), quoted) != NULL;
	snprintf(quoted, sizeof(quoted), ", %s", name);
	if (!table && !heading && strstr(text_string(page), quoted) == NULL)
		fprintf(stderr, "docs/schema.md does not say what %s is\n", name);
	CHECK(table || heading || strstr(text_string(page), quoted) != NULL);
}

static void test_the_page_is_true(void)
{
	struct scratch scratch;
	struct sqlite *sqlite = NULL;
	struct sqlite_query *query = NULL;
	struct text page = { 0 };
	int names = 0;

	read_page(&page);
	story_begin(&scratch);
	CHECK_INT(0, sqlite_open(&sqlite, scratch.path));
	CHECK_INT(0, sqlite_prepare(sqlite, &query,
				    "SELECT name FROM sqlite_schema"
				    " WHERE type IN ('table', 'view')"
				    " UNION SELECT c.name FROM sqlite_schema AS t,"
				    " pragma_table_info(t.name) AS c"
				    " WHERE t.type IN ('table', 'view')"));
	while (sqlite_step(query) == 1) {
		check_is_written(&page, sqlite_column_string(query, 0));
		names++;
	}
	sqlite_finalize(query);
	CHECK(names > 60);
	CHECK(run_every_query(sqlite, &page) >= 8);
	sqlite_close(sqlite);
	text_finish(&page);
	scratch_end(&scratch);
}

/* The views' words are written in SQL: they must be the numbers' of the core. */
static void test_numbers_mean_what_the_core_means(void)
{
	struct scratch scratch;

	story_begin(&scratch);
	CHECK_INT(1, scratch_ask(&scratch, "SELECT state = 'over' FROM session_view"));
	CHECK_INT(1, scratch_ask(&scratch, "SELECT kind = 'plenary' AND state = 'done'"
					   " FROM block_view"));
	CHECK_INT(2, scratch_ask(&scratch, "SELECT count(*) FROM presence_view"
					   " WHERE place_name = 'main meeting'"));
	CHECK_INT(1, scratch_ask(&scratch, "SELECT role = 'facilitator'"
					   " AND verdict = 'attended'"
					   " FROM attendance_view WHERE person = 0"));
	CHECK_INT(1, scratch_ask(&scratch, "SELECT role = 'participant'"
					   " AND verdict = 'did not attend'"
					   " FROM attendance_view WHERE person = 2"));
	scratch_end(&scratch);
}

int main(void)
{
	RUN(test_the_page_is_true);
	RUN(test_numbers_mean_what_the_core_means);
	return check_done();
}
