/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include "daemon/common/text.h"
#include "tests/settings/pieces.h"
#include "tests/settings/report.h"

static void test_faults_of_the_frame(void)
{
	EXPECT_REPORT("f:1:1: error: expected a programme, written as keys with values\n",
		      programme_report("[1, 2]"));
	EXPECT_REPORT("f:1:1: error: `title` is missing\n"
		      "f:1:1: error: `modules` is missing\n"
		      "f:1:5: error: `id`: expected an id of a-z, 0-9 and -\n"
		      "f:2:1: error: unknown key `titel` (did you mean `title`?)\n",
		      programme_report("id: P 1\ntitel: x\n"));
	EXPECT_REPORT("f:3:10: error: `modules`: expected a list of 1 to 12 items\n",
		      programme_report("id: p\ntitle: P\nmodules: []\n"));
	EXPECT_REPORT("f:2:8: error: `title`: expected text, not a list or a map\n"
		      "f:3:12: error: expected a module, written as keys with values\n",
		      programme_report("id: p\ntitle: [P]\nmodules:  [1]\n"));
	EXPECT_REPORT(
		"f:4:5: error: `blocks` is missing\n"
		"f:4:5: warning: no `outcomes`: certificates and evaluation name them\n"
		"f:4:14: error: `number`: expected a whole number from 1 to 12\n"
		"f:4:25: error: `title`: expected text, this is empty\n"
		"f:4:37: error: `starts`: expected a time of day like \"09:00\"\n",
		programme_report("id: p\ntitle: P\nmodules:\n"
				 "  - {number: 13, title: \"\", starts: 9.00}\n"));
}

static void test_faults_of_blocks(void)
{
	EXPECT_REPORT(
		"f:15:9: error: `title` is missing\n"
		"f:15:9: error: `minutes` is missing\n"
		"f:15:16: error: `kind`: expected `plenary`, `round`, `poll`, `break`,"
		" `individual` or `admin`\n",
		programme_report(BLOCK("kind: lunch")));
	EXPECT_REPORT(
		"f:15:46: error: `minutes`: expected a whole number of minutes from 1 to"
		" 480\n",
		programme_report(BLOCK("kind: break, title: Lunch, minutes: 1.5")));
	EXPECT_REPORT(
		"f:15:46: error: `minutes`: expected a whole number of minutes from 1 to"
		" 480\n",
		programme_report(BLOCK("kind: break, title: Lunch, minutes: \"15\"")));
	EXPECT_REPORT("f:15:9: error: a poll block needs `polls`: the ids it asks\n",
		      programme_report(BLOCK("kind: poll, title: P, minutes: 5")));
	EXPECT_REPORT("f:15:52: error: this module has no poll with the id `x`\n",
		      programme_report(
			      BLOCK("kind: poll, title: P, minutes: 5, polls: [x]")));
	EXPECT_REPORT("f:15:55: error: this module has no poll with the id `x`\n",
		      programme_report(
			      BLOCK("kind: plenary, title: P, minutes: 5, polls: "
				    "[x]")));
	EXPECT_REPORT(
		"f:15:59: error: the poll `q` is asked already; a second asking is a poll"
		" of its own\n",
		programme_report(BLOCK("kind: individual, title: P, minutes: 5, polls: "
				       "[ q]")));
	EXPECT_REPORT(
		"f:15:9: warning: this break is creditable: approving bodies do not count"
		" breaks\n",
		programme_report(BLOCK("kind: break, title: B, minutes: 5, "
				       "creditable: true")));
	EXPECT_REPORT("f:15:57: error: `creditable`: expected true or false\n",
		      programme_report(BLOCK("kind: break, title: B, minutes: 5, "
					     "creditable: 1")));
}

static void test_faults_of_fixed_blocks(void)
{
	EXPECT_REPORT(
		"f:15:9: error: this block is fixed at 20 minutes after the start, but"
		" what comes before it ends 10 minutes later\n",
		programme_report(BLOCK("kind: break, title: B, minutes: 5, fixed: "
				       "\"09:20\"")));
	EXPECT_REPORT("f:15:9: warning: the 16 minutes before this fixed block are not"
		      " planned\n",
		      programme_report(
			      BLOCK("kind: break, title: B, minutes: 5, fixed: 46")));
	EXPECT_REPORT("f:15:52: error: `fixed` at 08:59 is before the module starts\n",
		      programme_report(BLOCK("kind: break, title: B, minutes: 5, fixed: "
					     "08:59")));
	EXPECT_REPORT("f:15:52: error: `fixed`: expected a time of day like \"10:40\" or"
		      " minutes after the start\n",
		      programme_report(BLOCK("kind: break, title: B, minutes: 5, fixed: "
					     "9:20")));
	EXPECT_REPORT(
		"f:15:52: error: `fixed`: expected a whole number of minutes after the"
		" start from 0 to 960\n",
		programme_report(BLOCK("kind: break, title: B, minutes: 5, fixed: "
				       "soon")));
	EXPECT_REPORT(
		"f:4:64: error: `fixed` as a time of day needs the module's `starts`\n",
		programme_report(
			"id: p\ntitle: P\nmodules:\n"
			"- {number: 1, title: T, outcomes: [A], blocks: [{fixed: "
			"       \"10:00\", kind: admin, title: B, minutes: 5}]}\n"));
}

static void test_faults_of_rounds(void)
{
	EXPECT_REPORT("f:15:9: error: `round` is missing\n",
		      programme_report(BLOCK("kind: round, title: R, minutes: 9")));
	EXPECT_REPORT("f:15:54: error: `round` belongs to `kind: round`\n",
		      programme_report(
			      BLOCK("kind: plenary, title: R, minutes: 9, round: "
				    "{size: 2}")));
	EXPECT_REPORT(
		"f:15:52: error: a round has either `size` (people per room) or `rooms`"
		" (how many)\n",
		programme_report(BLOCK("kind: round, title: R, minutes: 9, round: "
				       "{size: 2, rooms: 3}")));
	EXPECT_REPORT(
		"f:15:52: error: a round has either `size` (people per room) or `rooms`"
		" (how many)\n",
		programme_report(BLOCK("kind: round, title: R, minutes: 9, round: {}")));
	EXPECT_REPORT("f:15:52: warning: everybody will be alone in a room\n",
		      programme_report(BLOCK("kind: round, title: R, minutes: 9, round: "
					     "{size: 1}")));
	EXPECT_REPORT(
		"f:15:73: warning: no such warning will be given: the round lasts 240"
		" seconds\n"
		"f:15:82: warning: this warning is there twice\n",
		programme_report(BLOCK("kind: round, title: R, minutes: 4, round: "
				       "{size: 4, warnings: [300, 60, 60]}")));
	EXPECT_REPORT("f:15:72: error: `warnings`: expected a list of 0 to 4 items\n",
		      programme_report(
			      BLOCK("kind: round, title: R, minutes: 9, round: "
				    "{size: 4, warnings: [50, 40, 30, 20, 10]}")));
	EXPECT_REPORT("f:15:9: warning: moving in and out takes most of a round of 120"
		      " seconds\n",
		      programme_report(BLOCK("kind: round, title: R, minutes: 2, round: "
					     "{size: 2}")));
	EXPECT_REPORT("f:15:9: warning: Teams' own breakout rooms leave no evidence: with"
		      " `presume: false` everybody counts as absent in this round\n",
		      programme_report(BLOCK("kind: round, title: R, minutes: 9, round: "
					     "{size: 2, delivery: producer-sheet}")));
	EXPECT_REPORT("f:15:9: warning: Teams' own breakout rooms leave no evidence: with"
		      " `presume: false` everybody counts as absent in this round\n"
		      "f:15:52: error: one Teams meeting has at most 50 breakout rooms\n",
		      programme_report(BLOCK("kind: round, title: R, minutes: 9, round: "
					     "{rooms: 51, delivery: producer-sheet}")));
	EXPECT_REPORT(
		"f:15:72: error: `delivery`: expected `room-meeting`, `producer-sheet` or"
		" `table`\n",
		programme_report(BLOCK("kind: round, title: R, minutes: 9, round: "
				       "{size: 2, delivery: bus}")));
}

static void test_faults_of_polls(void)
{
	EXPECT_REPORT("f:8:9: error: a poll needs `choices`, from 2 to 12\n",
		      programme_report(POLL("id: q, question: Q")));
	EXPECT_REPORT("f:8:41: error: `choices`: expected a list of 2 to 12 items\n",
		      programme_report(POLL("id: q, question: Q, choices:   [one]")));
	EXPECT_REPORT("f:8:43: error: this choice is there twice\n",
		      programme_report(POLL("id: q, question: Q, choices: [a, a]")));
	EXPECT_REPORT("f:8:30: error: `points` belongs to `kind: likert`\n",
		      programme_report(
			      POLL("id: q, question: Q, points: 5, choices: [a, b]")));
	EXPECT_REPORT(
		"f:8:52: error: `points`: expected a whole number of points from 2 to"
		" 11\n",
		programme_report(POLL("id: q, question: Q, kind: likert, points: 12, "
				      "low: a, high: b")));
	EXPECT_REPORT("f:8:9: warning: 3 points: scales of 4 to 7 are advised\n",
		      programme_report(
			      POLL("id: q, question: Q, kind: likert, points: 3, "
				   "low: a, high: b")));
	EXPECT_REPORT("f:8:9: warning: label both ends of the scale: `low` and `high`\n",
		      programme_report(POLL("id: q, question: Q, kind: likert")));
	EXPECT_REPORT("f:8:44: error: `choices` does not go with `kind: likert`: say"
		      " `points`\n",
		      programme_report(POLL("id: q, question: Q, kind: likert,"
					    " choices: [a, b], low: a, high: b")));
	EXPECT_REPORT("f:8:9: error: `question` is missing\n",
		      programme_report(POLL("id: q, choices: [a, b]")));
	EXPECT_REPORT("f:9:9: warning: no block asks this poll\n",
		      programme_report(
			      POLL("id: q, question: Q, choices: [a, b]}\n"
				   "      - {id: r, question: Q, choices: [a, b]")));
	EXPECT_REPORT("f:9:9: error: the poll of line 8 has the id `q` already\n"
		      "f:9:9: warning: no block asks this poll\n",
		      programme_report(
			      POLL("id: q, question: Q, choices: [a, b]}\n"
				   "      - {id: q, question: Q, choices: [a, b]")));
}

#define ITEM(id, stage, more) \
	"id: " id \
	", question: Q, kind: likert, low: a, high: b, item: i, stage: " stage more

static char *two_items(const char *first, const char *second)
{
	struct text text = { 0 };

	text_addf(&text,
		  "id: p\ntitle: P\nmodules:\n- number: 1\n  title: T\n  outcomes: [A]\n"
		  "  polls:\n  - {%s}\n  - {%s}\n"
		  "  blocks: [{kind: poll, title: B, minutes: 5, polls: [q, r]}]\n",
		  first, second);
	char *report = programme_report(text_string(&text));
	text_finish(&text);
	return report;
}

static void test_faults_of_items(void)
{
	EXPECT_REPORT("", two_items(ITEM("q", "pre", ", anonymous: false"),
				    ITEM("r", "post", ", anonymous: false")));
	EXPECT_REPORT(
		"f:8:5: warning: anonymous answers cannot be compared person by person"
		" before and after: say `anonymous: false`\n",
		two_items(ITEM("q", "pre", ""), ITEM("r", "post", ", anonymous: false")));
	EXPECT_REPORT(
		"f:9:5: error: the item `i` is worded or scaled otherwise in line 8, so"
		" the answers cannot be compared\n",
		two_items(ITEM("q", "pre", ", anonymous: false"),
			  ITEM("r", "post", ", anonymous: false, points: 6")));
	EXPECT_REPORT(
		"f:8:5: warning: the item `i` is never asked after (`stage: post`)\n"
		"f:9:5: error: line 8 asks the item `i` at this stage already\n"
		"f:9:5: warning: the item `i` is never asked after (`stage: post`)\n",
		two_items(ITEM("q", "pre", ", anonymous: false"),
			  ITEM("r", "pre", ", anonymous: false")));
	EXPECT_REPORT("f:8:9: error: `item` needs `stage`: pre or post\n",
		      programme_report(
			      POLL("id: q, question: Q, choices: [a, b], item: i,"
				   " anonymous: false")));
	EXPECT_REPORT(
		"f:8:9: error: `stage` needs `item`: what is asked before and after\n",
		programme_report(POLL("id: q, question: Q, choices: [a, b], "
				      "stage: pre")));
}

static void test_faults_of_the_whole(void)
{
	EXPECT_REPORT(
		"f:11:9: warning: from here 61 minutes pass without a break: plan one"
		" about every 40 minutes\n",
		programme_report(BLOCK("kind: plenary, title: On, minutes: 31")));
	EXPECT_REPORT(
		"f:11:9: warning: from here 120 minutes pass without a break: plan one"
		" about every 40 minutes\n"
		"f:17:9: error: the module lasts longer than 16 hours\n",
		programme_report(HEAD ASK
				 "      - {kind: admin, title: A, minutes: 90}\n"
				 "      - {kind: break, title: B, minutes: 480}\n"
				 "      - {kind: break, title: C, minutes: 480}\n"));
}

#define MODULE(number) \
	"- {number: " number ", title: T, outcomes: [A],\n" \
	"   blocks: [{kind: plenary, title: B, minutes: 50}]}\n"

static void test_faults_between_modules(void)
{
	EXPECT_REPORT(
		"f:6:3: warning: module 2 is missing before module 3\n"
		"f:8:3: error: module 3 comes after module 3: number modules in rising"
		" order\n",
		programme_report("id: p\ntitle: P\nmodules:\n" MODULE("1") MODULE("3")
					 MODULE("3")));
	EXPECT_REPORT("f:6:3: error: this rule names module 4, which is not here\n"
		      "f:7:3: error: `earlier` must be a lower number than `later`\n"
		      "f:8:3: error: `most_days` is less than `least_days`\n",
		      programme_report(
			      "id: p\ntitle: P\n"
			      "modules: [{number: 1, title: T, outcomes: [A], blocks:"
			      " [{kind: admin, title: B, minutes: 5}]},\n"
			      "  {number: 2, title: T, outcomes: [A], blocks: [{kind:"
			      " admin, title: B, minutes: 5}]}]\n"
			      "scheduling:\n"
			      "- {earlier: 1, later: 4}\n"
			      "- {earlier: 2, later: 1}\n"
			      "- {earlier: 1, later: 2, least_days: 9,"
			      " most_days: 8}\n"));
	EXPECT_REPORT(
		"f:4:3: warning: 50 minutes are creditable, 45 are approved: no more than"
		" these will count\n",
		programme_report("id: p\ntitle: P\nmodules:\n"
				 "- {number: 1, title: T, outcomes: [A], cpd:\n"
				 "   {approved_maximum_minutes: 45}, blocks:\n"
				 "   [{kind: plenary, title: B, minutes: 50}]}\n"));
}

static char *report_of_blocks(int blocks)
{
	struct text text = { 0 };

	text_addf(&text, "id: p\ntitle: P\nmodules:\n- number: 1\n  title: T\n"
			 "  outcomes: [A]\n  blocks:\n");
	for (int i = 0; i < blocks; i++)
		text_addf(&text, "  - {kind: break, title: B, minutes: 1}\n");
	char *report = programme_report(text_string(&text));
	text_finish(&text);
	return report;
}

static void test_more_blocks_than_the_core_has(void)
{
	EXPECT_REPORT("", report_of_blocks(BLOCKS_MAX));
	EXPECT_REPORT("f:8:3: error: `blocks`: expected a list of 1 to 64 items\n",
		      report_of_blocks(BLOCKS_MAX + 1));
}

int main(void)
{
	RUN(test_faults_of_the_frame);
	RUN(test_faults_of_blocks);
	RUN(test_faults_of_fixed_blocks);
	RUN(test_faults_of_rounds);
	RUN(test_faults_of_polls);
	RUN(test_faults_of_items);
	RUN(test_faults_of_the_whole);
	RUN(test_faults_between_modules);
	RUN(test_more_blocks_than_the_core_has);
	return check_done();
}
