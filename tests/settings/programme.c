/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include "tests/settings/pieces.h"
#include "tests/settings/report.h"

static struct programme *programme_of(const char *text)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;
	const int rc = programme_read(text, strlen(text), &programme, &faults);

	EXPECT_REPORT("", report_of(&faults));
	CHECK_INT(0, rc);
	return programme;
}

static void test_defaults(void)
{
	struct programme *programme = programme_of(
		BLOCK("kind: round, title: R, minutes: 20, round: {size: 4}"));
	const struct module *module = programme_module(programme, 1);

	CHECK_TEXT("p", programme->id);
	CHECK(programme->provider == NULL);
	CHECK(programme_module(programme, 2) == NULL);
	CHECK_INT(9 * 3600, module->starts_s);
	CHECK_INT(50 * 60, module->length_s);
	CHECK_INT(120, module->policy.grace_s);
	CHECK_INT(180, module->policy.transfer_s);
	CHECK(!module->policy.presume);
	CHECK_INT(5, module->policy.minimum_answers);
	CHECK_INT(-1, module->cpd.approved_maximum_minutes);
	CHECK(module->cpd.body == NULL && module->theme == NULL);

	const struct planned_block *round = &module->blocks[1];
	CHECK_INT(BLOCK_ROUND, round->kind);
	CHECK_INT(-1, round->fixed_s);
	CHECK(round->creditable && round->lead == NULL && round->prompt == NULL);
	CHECK_INT(DELIVERY_ROOM_MEETING, round->round.way);
	CHECK_INT(3, round->round.warning_count);
	CHECK_INT(300, round->round.warnings_s[0]);
	CHECK_INT(60, round->round.warnings_s[1]);
	CHECK_INT(30, round->round.warnings_s[2]);

	const struct planned_poll *poll = &module->polls[0];
	CHECK_INT(POLL_SINGLE, poll->kind);
	CHECK(poll->anonymous && poll->changeable && poll->shown);
	CHECK_INT(2, poll->choice_count);
	CHECK_INT(0, poll->block);
	CHECK_INT(0, module->blocks[0].polls[0]);
	CHECK(module_fits(module));
	programme_destroy(programme);
}

static const char everything[] =
	"id: p\n"
	"title: Programme\n"
	"provider: Trust 01\n"
	"policy: {grace_seconds: 60, presume: yes}\n"
	"scheduling:\n"
	"  - {earlier: 1, later: 2, least_days: 7, most_days: 30, reason: Time}\n"
	"modules:\n"
	"  - number: 1\n"
	"    title: One\n"
	"    theme: Self\n"
	"    outcomes: [A, B]\n"
	"    cpd: {approved_maximum_minutes: 60, body: Body 01, code: C1}\n"
	"    policy: {minimum_answers: 3}\n"
	"    polls:\n"
	"      - id: scale\n"
	"        kind: likert\n"
	"        question: How sure?\n"
	"        points: 7\n"
	"        low: not\n"
	"        high: very\n"
	"        anonymous: false\n"
	"        changeable: false\n"
	"        show: never\n"
	"        item: sure\n"
	"        stage: pre\n"
	"    blocks:\n"
	"      - kind: round\n"
	"        title: R\n"
	"        minutes: 4\n"
	"        creditable: false\n"
	"        lead: Producer\n"
	"        prompt: |\n"
	"          First.\n"
	"          Second.\n"
	"        materials: [Page]\n"
	"        polls: [scale]\n"
	"        round: {rooms: 3, warnings: [30, 120], delivery: "
	"producer-sheet}\n"
	"      - {kind: break, title: B, minutes: 10, fixed: 10}\n"
	"  - number: 2\n"
	"    title: Two\n"
	"    outcomes: [C]\n"
	"    polls:\n"
	"      - {id: scale, kind: likert, question: How sure?, points: 7, low: "
	"not,\n"
	"         high: very, anonymous: false, item: sure, stage: post}\n"
	"    blocks: [{kind: poll, title: P, minutes: 5, polls: [scale]}]\n";

static void test_everything_said(void)
{
	struct programme *programme = programme_of(everything);
	const struct module *one = programme_module(programme, 1);

	CHECK_TEXT("Trust 01", programme->provider);
	CHECK_INT(1, programme->rule_count);
	CHECK_INT(7, programme->rules[0].least_days);
	CHECK_INT(30, programme->rules[0].most_days);
	CHECK_INT(60, one->policy.grace_s);
	CHECK_INT(180, one->policy.transfer_s);
	CHECK(one->policy.presume && programme_module(programme, 2)->policy.presume);
	CHECK_INT(3, one->policy.minimum_answers);
	CHECK_INT(5, programme_module(programme, 2)->policy.minimum_answers);
	CHECK_INT(60, one->cpd.approved_maximum_minutes);
	CHECK_TEXT("C1", one->cpd.code);
	CHECK_INT(2, one->outcome_count);
	CHECK_INT(-1, one->starts_s);
	CHECK_INT(20 * 60, one->length_s); /* 4, 6 of slack, 10 */
	CHECK_INT(600, one->blocks[1].fixed_s);
	CHECK_INT(600, module_block_start_s(one, 1));
	CHECK_INT(0, module_creditable_s(one));
	programme_destroy(programme);
}

static void test_everything_said_of_round_and_poll(void)
{
	struct programme *programme = programme_of(everything);
	const struct module *one = programme_module(programme, 1);
	const struct planned_block *round = &one->blocks[0];
	const struct planned_poll *poll = &one->polls[0];
	char text[64];

	CHECK_TEXT("First.\nSecond.", round->prompt);
	CHECK_INT(1, round->material_count);
	CHECK_INT(DELIVERY_PRODUCER_SHEET, round->round.way);
	CHECK_INT(0, round->round.size);
	CHECK_INT(3, round->round.rooms);
	CHECK_INT(2, round->round.warning_count);
	CHECK_INT(120, round->round.warnings_s[0]); /* put in order */
	CHECK(!poll->anonymous && !poll->changeable && !poll->shown);
	CHECK_INT(POLL_STAGE_PRE, poll->stage);
	CHECK_TEXT("sure", poll->item);
	CHECK_TEXT("1 (not)", planned_poll_choice(poll, 0, text, sizeof(text)));
	CHECK_TEXT("4", planned_poll_choice(poll, 3, text, sizeof(text)));
	CHECK_TEXT("7 (very)", planned_poll_choice(poll, 6, text, sizeof(text)));
	programme_destroy(programme);
}

/* Vector 29: the five-minute call of a four-minute round is not given. */
static void test_usual_warnings_that_fit(void)
{
	struct programme *programme = programme_of(
		BLOCK("kind: round, title: R, minutes: 4, round: {size: 2}"));
	const struct planned_round *round = &programme->modules[0].blocks[1].round;

	CHECK_INT(2, round->warning_count);
	CHECK_INT(60, round->warnings_s[0]);
	programme_destroy(programme);
}

static void test_json_programme(void)
{
	struct programme *programme =
		programme_of("{\"id\":\"p\",\"title\":\"P\",\"modules\":[{\"number\":1,"
			     "\"title\":\"One\","
			     "\"outcomes\":[\"A\"],\"blocks\":[{\"kind\":\"admin\","
			     "\"title\":\"Hello\","
			     "\"minutes\":5}]}]}");

	CHECK_INT(1, programme->module_count);
	CHECK(!programme->modules[0].blocks[0].creditable);
	programme_destroy(programme);
}

static void test_fits_says_no(void)
{
	struct programme *programme = programme_of(
		BLOCK("kind: round, title: R, minutes: 20, round: {size: 4}"));
	const struct module good = programme->modules[0];
	struct module bad = good;

	CHECK(module_fits(&good));
	bad.block_count = BLOCKS_MAX + 1;
	CHECK(!module_fits(&bad));
	bad = good;
	bad.poll_count = POLLS_MAX + 1;
	CHECK(!module_fits(&bad));
	bad = good;
	bad.polls[0].choice_count = CHOICES_MAX + 1;
	CHECK(!module_fits(&bad));
	bad = good;
	bad.polls[0].block = 2;
	CHECK(!module_fits(&bad));
	bad = good;
	bad.blocks[0].polls[0] = 1;
	CHECK(!module_fits(&bad));
	bad = good;
	bad.blocks[1].round.rooms = 2;
	CHECK(!module_fits(&bad));
	bad = good;
	bad.blocks[1].round.warnings_s[0] = 20 * 60;
	CHECK(!module_fits(&bad));
	bad = good;
	bad.blocks[1].length_s = 0;
	CHECK(!module_fits(&bad));
	programme_destroy(programme);
}

static void test_times_of_day(void)
{
	CHECK_INT(0, hhmm_read("00:00"));
	CHECK_INT(23 * 3600 + 59 * 60, hhmm_read("23:59"));
	CHECK_INT(-1, hhmm_read("24:00"));
	CHECK_INT(-1, hhmm_read("09:60"));
	CHECK_INT(-1, hhmm_read("9:00"));
	CHECK_INT(-1, hhmm_read("09-00"));
	CHECK_INT(-1, hhmm_read("09:0x"));
	CHECK_INT(-1, hhmm_read(""));
}

static void test_table(void)
{
	struct programme *programme = programme_of(
		HEAD ASK
		"      - {kind: break, title: Café, minutes: 10, fixed: 09:35}\n");
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	programme_print(out, &programme->modules[0], "23:30");
	fclose(out);
	CHECK_TEXT(
		"Module 1: One\n"
		"\n"
		"start  min  kind        credit  block\n"
		"23:30   30  plenary     yes     Welcome                                 "
		"      poll q\n"
		"00:00    5                      (slack)\n"
		"00:05   10  break       -       Café                                    "
		"      fixed\n"
		"00:15       end; 45 min, of which creditable 30 min (30 min); 2 blocks,"
		" 0 rounds, 1 poll\n",
		text);
	free(text);
	programme_destroy(programme);
}

int main(void)
{
	RUN(test_defaults);
	RUN(test_everything_said);
	RUN(test_everything_said_of_round_and_poll);
	RUN(test_usual_warnings_that_fit);
	RUN(test_json_programme);
	RUN(test_fits_says_no);
	RUN(test_times_of_day);
	RUN(test_table);
	return check_done();
}
