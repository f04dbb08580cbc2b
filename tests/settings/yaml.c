/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include <errno.h>

#include "daemon/common/text.h"
#include "daemon/common/utf8.h"
#include "tests/settings/report.h"

#define REPORT(text) yaml_report_bytes(text, sizeof(text) - 1)

static struct yaml *tree_of(const char *text)
{
	struct fault_list faults = { 0 };
	struct yaml *yaml = NULL;

	CHECK_INT(0, yaml_read(text, strlen(text), &yaml, &faults));
	CHECK_INT(0, faults.count);
	return yaml;
}

static void check_place(const struct yaml_node *node, int line, int column)
{
	CHECK(node != NULL);
	CHECK_INT(line, node->line);
	CHECK_INT(column, node->column);
}

static void test_every_node_knows_its_place(void)
{
	struct yaml *yaml = tree_of("a: 1\n"
				    "bé:\n"
				    "  - x\n"
				    "  - {k: v, l: [é, w]}\n");
	const struct yaml_node *root = yaml_root(yaml);

	CHECK_INT(YAML_MAP, root->kind);
	CHECK_INT(2, root->count);
	check_place(yaml_child(root, "a"), 1, 4);
	const struct yaml_node *list = yaml_child(root, "bé");
	CHECK_INT(2, list->key_line);
	CHECK_INT(1, list->key_column);
	CHECK_INT(YAML_LIST, list->kind);
	check_place(list->first, 3, 5);
	check_place(list->first->next, 4, 5);
	const struct yaml_node *inner = yaml_child(list->first->next, "l");
	CHECK_INT(12, inner->key_column);
	check_place(inner->first->next, 4, 19); /* a column is a character: é is one */
	CHECK_TEXT("w", inner->first->next->text);
	CHECK(list->first->next->next == NULL);
	yaml_destroy(yaml);
}

static void test_json_is_read(void)
{
	struct yaml *yaml =
		tree_of("{\"a\":[1,true,null,\"x\\ny\"],\n\t\"b\":{\"c\":\"é\"}}");
	const struct yaml_node *list = yaml_child(yaml_root(yaml), "a");

	CHECK_INT(4, list->count);
	CHECK(!list->first->quoted);
	CHECK(yaml_is_null(list->first->next->next));
	CHECK_TEXT("x\ny", list->first->next->next->next->text);
	CHECK_TEXT("é", yaml_child(yaml_child(yaml_root(yaml), "b"), "c")->text);
	yaml_destroy(yaml);
}

static void test_absent_values_and_text_that_looks_absent(void)
{
	struct yaml *yaml =
		tree_of("a:\nb: ~\nc: null\nd: \"\"\ne: 'null'\nf: |\n  two\n\n");
	const struct yaml_node *root = yaml_root(yaml);

	CHECK(yaml_is_null(yaml_child(root, "a")));
	CHECK(yaml_is_null(yaml_child(root, "b")));
	CHECK(yaml_is_null(yaml_child(root, "c")));
	CHECK(!yaml_is_null(yaml_child(root, "d")));
	CHECK(!yaml_is_null(yaml_child(root, "e")));
	CHECK_TEXT("two", yaml_child(root, "f")->text);
	CHECK(yaml_child(root, "g") == NULL);
	yaml_destroy(yaml);
}

static void test_windows_marks_are_skipped(void)
{
	struct yaml *yaml = tree_of("\xef\xbb\xbf"
				    "a: 1\r\nb: 2\r\n");

	check_place(yaml_child(yaml_root(yaml), "b"), 2, 4);
	CHECK_TEXT("1", yaml_child(yaml_root(yaml), "a")->text);
	yaml_destroy(yaml);
}

static void test_what_is_refused(void)
{
	EXPECT_REPORT("f: error: the file is empty\n", REPORT(""));
	EXPECT_REPORT("f: error: the file is empty\n", REPORT("# only words\n"));
	EXPECT_REPORT("f:2:1: error: `a` is here twice, first in line 1\n",
		      REPORT("a: 1\na: 2\n"));
	EXPECT_REPORT("f:1:4: error: anchors (&name) are not used here: write it out\n",
		      REPORT("a: &x 1\nb: *x\n"));
	EXPECT_REPORT("f:1:4: error: anchors (&name) are not used here: write it out\n",
		      REPORT("a: &x [1]\n"));
	EXPECT_REPORT("f:1:4: error: tags (!name) are not used here\n",
		      REPORT("a: !!str 1\n"));
	EXPECT_REPORT("f:1:3: error: a key must be a plain word\n",
		      REPORT("? [a, b]\n: 1\n"));
	EXPECT_REPORT("f:1:1: error: a key must be one plain word\n",
		      REPORT("\"a\\nb\": 1\n"));
	EXPECT_REPORT("f:2:1: error: only one document (---) per file\n",
		      REPORT("a: 1\n---\nb: 2\n"));
	EXPECT_REPORT("f:1:4: error: the text has a tab or another control character\n",
		      REPORT("a: \"x\\0y\"\n"));
	EXPECT_REPORT("f:1:4: error: the text has a tab or another control character\n",
		      REPORT("a: \"x\\x85y\"\n"));
	EXPECT_REPORT("f:2:1: error: this line begins with a tab: use blanks\n",
		      REPORT("a:\n\tb: 1\n"));
	EXPECT_REPORT("f:2:4: error: not UTF-8: byte 0xff (save the file as UTF-8)\n",
		      REPORT("a: 1\nb: \xff\n"));
	EXPECT_REPORT("f:1:3: error: not UTF-8: byte 0xc3 (save the file as UTF-8)\n",
		      REPORT("a \xc3"));
}

static void test_syntax_faults_have_a_place(void)
{
	char *report = REPORT("a: 1\nb: [1, 2\nc: 3\n");

	CHECK(strncmp(report, "f:3:", 4) == 0);
	CHECK(strstr(report, "error: not YAML: ") != NULL);
	free(report);
}

static char *repeated(const char *piece, int times)
{
	struct text text = { 0 };

	for (int i = 0; i < times; i++)
		text_addf(&text, "%s", piece);
	return text.data;
}

static void check_report(const char *expected, char *text)
{
	EXPECT_REPORT(expected, yaml_report_bytes(text, strlen(text)));
	free(text);
}

static void test_limits(void)
{
	check_report("", repeated("- x\n", YAML_NODES - 1));
	check_report("f:20000:3: error: the file has too many parts\n",
		     repeated("- x\n", YAML_NODES));
	check_report("f:1:17: error: nested too deeply\n", repeated("[", YAML_DEPTH + 1));
	check_report("f:1:17: error: nested too deeply\n", repeated("[", 100000));
	check_report("f: error: the file is longer than 1048576 bytes\n",
		     repeated("# 345678\n", YAML_BYTES / 9 + 1));
}

static void test_depth_of_the_limit_is_read(void)
{
	struct text text = { 0 };

	for (int i = 0; i < YAML_DEPTH; i++)
		text_addf(&text, "[");
	for (int i = 0; i < YAML_DEPTH; i++)
		text_addf(&text, "]");
	EXPECT_REPORT("", yaml_report_bytes(text.data, text.length));
	text_finish(&text);
}

static void test_utf8_as_rfc_3629_says(void)
{
	static const char *const good[] = { "", "a", "é", "€", "😀", "\xf4\x8f\xbf\xbf" };
	static const char *const bad[] = { "\x80",
					   "\xc0\xaf",
					   "\xe0\x80\xaf",
					   "\xed\xa0\x80",
					   "\xf4\x90\x80\x80",
					   "\xf0\x80\x80\x80",
					   "\xe2\x82",
					   "\xc3(" };
	size_t wrong;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(utf8_is_valid(good[i], strlen(good[i]), &wrong));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(!utf8_is_valid(bad[i], strlen(bad[i]), &wrong));
		CHECK_INT(0, wrong);
	}
	CHECK_INT(4, utf8_length("aé€😀"));
}

static void test_long_words_are_cut_at_a_character(void)
{
	char shown[UTF8_SHOWN_BYTES];
	char *word = repeated("é", 40);
	size_t wrong;

	utf8_shown(word, shown);
	CHECK(utf8_is_valid(shown, strlen(shown), &wrong));
	CHECK(strlen(shown) < UTF8_SHOWN_BYTES);
	CHECK_TEXT("short", utf8_shown("short", shown));
	free(word);
}

static void test_fault_lists_keep_errors(void)
{
	struct fault_list faults = { 0 };
	char *long_word = repeated("é", 400);
	size_t wrong;

	for (int i = 0; i < 60; i++)
		fault_warning(&faults, i + 1, 1, "number %d", i);
	fault_error(&faults, 7, 1, "%s", long_word);
	fault_sort(&faults);
	CHECK_INT(FAULT_COUNT, faults.count);
	CHECK_INT(60, faults.warnings);
	CHECK_INT(1, faults.errors);
	CHECK(!faults.faults[7].warning); /* after the warning of the same place */
	CHECK(utf8_is_valid(faults.faults[7].message, strlen(faults.faults[7].message),
			    &wrong));
	char *report = report_of(&faults);
	CHECK(strstr(report, "f: and 11 more\n") != NULL);
	free(report);
	free(long_word);
}

static void test_files_that_cannot_be_read(void)
{
	struct fault_list faults = { 0 };
	char *text = NULL;
	size_t bytes = 0;

	CHECK_INT(-ENOENT, yaml_file("/nonexistent/file.yaml", &text, &bytes, &faults));
	CHECK_INT(-EISDIR, yaml_file("/", &text, &bytes, &faults));
	CHECK(text == NULL);
	EXPECT_REPORT("f: error: No such file or directory\nf: error: Is a directory\n",
		      report_of(&faults));
}

int main(void)
{
	RUN(test_every_node_knows_its_place);
	RUN(test_json_is_read);
	RUN(test_absent_values_and_text_that_looks_absent);
	RUN(test_windows_marks_are_skipped);
	RUN(test_what_is_refused);
	RUN(test_syntax_faults_have_a_place);
	RUN(test_limits);
	RUN(test_depth_of_the_limit_is_read);
	RUN(test_utf8_as_rfc_3629_says);
	RUN(test_long_words_are_cut_at_a_character);
	RUN(test_fault_lists_keep_errors);
	RUN(test_files_that_cannot_be_read);
	return check_done();
}
