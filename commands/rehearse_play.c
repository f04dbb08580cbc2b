/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_play.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "commands/rehearse_child.h"
#include "commands/rehearse_kills.h"
#include "commands/rehearse_screen.h"
#include "commands/rehearse_start.h"
#include "commands/where.h"
#include "daemon/settings/programme.h"
#include "daemon/store/journal.h"
#include "daemon/store/ledger.h"
#include "handlers/effect.h"
#include "handlers/states.h"
#include "rehearsal/chance.h"
#include "rehearsal/truth_read.h"

enum {
	LOOK_MS = 250, /* at the database and the processes, really */
	STOP_MS = 20 * 1000,
	SLACK_MS = 60 * 1000,                  /* really, and … */
	SLACK_OF_SESSION_MS = 150 * 60 * 1000, /* … on the session's clock */
	SLACK_PER_KILL_MS = 3000,
	LINE_BYTES = 64 * 1024,
};

struct play {
	const struct rehearse_house *house;
	const struct plan *plan;
	const struct rehearse_wish *wish;
	const struct module *module;
	struct rehearse_played *played;
	struct rehearse_child stage, daemon;
	struct rehearse_screen screen;
	struct ledger *ledger;
	struct text heard; /* of the stage, up to the end of a line */
	int64_t began_ms, give_up_ms, look_ms;
	int64_t kill_ms[REHEARSE_KILLS];
	uint32_t blocks_told[BLOCKS_MAX]; /* their states */
	uint32_t session;                 /* number of the first, 0: not known yet */
	int signals, stage_port;
	bool finished, interrupted;
};

struct clock rehearse_clock(const struct rehearse_wish *wish, int64_t starts_ms,
			    unsigned attempt)
{
	/* what starting takes on a slow machine with sanitizers */
	const int64_t lead_ms = 4000 + wish->sessions * INT64_C(60) +
				(int64_t)wish->sessions * wish->people / 4;

	return (struct clock){ .from_ms = starts_ms - REHEARSE_DOORS_MS,
			       .anchor_ms = clock_real_ms() + (lead_ms << attempt),
			       .speed = wish->speed };
}

static int64_t now_of(const struct play *play)
{
	return clock_now_ms(&play->plan->clock);
}

/* -- what the stage says ----------------------------------------------------------------- */

static bool is_shown(const struct play *play, const struct told_line *told)
{
	return told->session[0] == '\0' ||
	       strcmp(told->session, play->plan->sessions[0].uid) == 0;
}

static void tell_poll(struct play *play, const struct told_line *told)
{
	const unsigned long poll = strtoul(told->text, NULL, 10);

	if (poll < (unsigned long)play->module->poll_count)
		rehearse_screen_tell(&play->screen, told->at_ms, true, "poll: %s",
				     play->module->polls[poll].question);
}

/* Rooms are called "Title - Room 3", and votes are told by the number of the poll. */
static const char *shortened(const struct told_line *told)
{
	const char *const dash = strstr(told->text, " - ");

	if (strcmp(told->what, "voted") == 0)
		return "";
	return dash != NULL ? dash + 3 : told->text;
}

static void tell(struct play *play, const struct told_line *told)
{
	struct rehearse_screen *const screen = &play->screen;

	if (strcmp(told->what, "finished") == 0)
		play->finished = true;
	if (!is_shown(play, told) || strcmp(told->what, "live") == 0)
		return;
	if (strcmp(told->what, "poll") == 0)
		tell_poll(play, told);
	else if (strcmp(told->what, "round") == 0)
		rehearse_screen_tell(screen, told->at_ms, true, "the round is %s",
				     told->text);
	else if (strcmp(told->what, "said") == 0)
		rehearse_screen_tell(screen, told->at_ms, true, "%s says `%s`", told->who,
				     told->text);
	else if (strcmp(told->what, "ended") == 0)
		rehearse_screen_tell(screen, told->at_ms, true, "the meeting ends");
	else if (strcmp(told->what, "finished") == 0)
		rehearse_screen_tell(screen, told->at_ms, true, "%s", told->text);
	else if (strcmp(told->what, "helped") == 0)
		rehearse_screen_tell(screen, told->at_ms, true, "%s %s", told->who,
				     told->text);
	else
		rehearse_screen_tell(screen, told->at_ms, false, "%s %s %s", told->who,
				     told->what, shortened(told));
}

static void hear_lines(struct play *play)
{
	char *from = play->heard.data, *end;
	struct told_line told;

	while (from != NULL && (end = strchr(from, '\n')) != NULL) {
		*end = '\0';
		if (told_line_read(&told, from))
			tell(play, &told);
		told_line_finish(&told);
		from = end + 1;
	}
	if (from == NULL || from == play->heard.data)
		return;
	struct text rest = { 0 };
	text_addf(&rest, "%s", from);
	text_finish(&play->heard);
	play->heard = rest;
}

static void hear(struct play *play)
{
	char piece[LINE_BYTES];
	const ssize_t count = read(play->stage.said, piece, sizeof(piece));

	if (count <= 0)
		return;
	text_add(&play->heard, piece, (size_t)count);
	hear_lines(play);
}

/* -- what the database says --------------------------------------------------------------- */

/* Blocks ahead are not in the database yet; the programme knows them. */
static void show_current(struct play *play, const struct ledger_block *block)
{
	const struct module *const module = play->module;
	struct rehearse_screen *const screen = &play->screen;
	const int next = (int)block->block + 1;

	text_clear(&screen->current);
	text_addf(&screen->current, "%d/%d %s", next, module->block_count,
		  module->blocks[block->block].title);
	text_clear(&screen->next);
	if (next == module->block_count)
		return;
	where_add_time(&screen->next, "%H:%M ", block->to_ms);
	text_addf(&screen->next, "%s", module->blocks[next].title);
}

static void look_at_block(void *context, const struct ledger_block *block)
{
	struct play *const play = context;

	if ((int)block->block >= play->module->block_count ||
	    block->state == play->blocks_told[block->block])
		return;
	play->blocks_told[block->block] = block->state;
	if (block->state != BLOCK_CURRENT)
		return;
	show_current(play, block);
	rehearse_screen_tell(&play->screen, block->from_ms, true, "▸ %s",
			     play->module->blocks[block->block].title);
}

struct count {
	const struct play *play;
	uint32_t closed, first;
};

static void count_session(void *context, const struct ledger_session *session)
{
	struct count *const count = context;

	count->closed += session->state == SESSION_CLOSED;
	if (strcmp(session->uid, count->play->plan->sessions[0].uid) == 0)
		count->first = session->number;
}

static void count_waiting(void *context, const struct ledger_outbox *outbox)
{
	uint64_t *const waiting = context;

	if (outbox->state == DELIVERY_WAITING)
		*waiting += outbox->count;
}

static uint64_t deliveries_waiting(struct play *play)
{
	uint64_t waiting = 0;

	for (uint32_t i = 1; i <= play->plan->sessions_count; i++)
		ledger_outbox(play->ledger, i, count_waiting, &waiting);
	return waiting;
}

/* True when there is nothing left to wait for. */
static bool look(struct play *play)
{
	struct count count = { .play = play };

	if (play->ledger == NULL && ledger_open(&play->ledger, play->house->database) < 0)
		return false;
	ledger_sessions(play->ledger, count_session, &count);
	if (count.first != 0)
		ledger_blocks(play->ledger, count.first, look_at_block, play);
	return play->finished && count.closed == play->plan->sessions_count &&
	       deliveries_waiting(play) == 0;
}

/* -- what is waiting, when it is stuck ------------------------------------------------------ */

static void say_session(void *context, const struct ledger_session *session)
{
	static const char *const states[SESSION_STATES] = { "not planned", "planned",
							    "open",        "running",
							    "over",        "closed" };

	(void)context;
	if (session->state < SESSION_CLOSED)
		fprintf(stderr, "  %s is %s\n", session->uid, states[session->state]);
}

static void say_delivery(void *context, const struct ledger_outbox *outbox)
{
	(void)context;
	if (outbox->state == DELIVERY_WAITING)
		fprintf(stderr, "  %" PRIu64 " of %s wait after %" PRIu64 " tries\n",
			outbox->count, effect_name((enum effect_kind)outbox->what),
			outbox->attempts);
}

static void say_stuck(struct play *play)
{
	fputs("plenary rehearse: this should have been over by now.  What waits:\n",
	      stderr);
	if (!play->finished)
		fputs("  the cohort: not everybody has left, or not every attendance "
		      "report was read twice\n",
		      stderr);
	if (play->ledger == NULL)
		return;
	ledger_sessions(play->ledger, say_session, NULL);
	for (uint32_t i = 1; i <= play->plan->sessions_count; i++)
		ledger_outbox(play->ledger, i, say_delivery, NULL);
}

/* -- while it runs --------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* Between the cohort's first act and the end, wherever the seed will have it. */
static void draw_kills(struct play *play)
{
	const struct clock *const clock = &play->plan->clock;
	const struct plan_session *const session = &play->plan->sessions[0];
	const int64_t from_ms =
		clock_wait_ms(clock, session->starts_ms - REHEARSE_FIRST_ACT_MS);
	const int64_t to_ms = clock_wait_ms(clock, session->ends_ms);
	struct chance chance = chance_of(play->plan->seed, "kills");

	for (uint32_t i = 0; i < play->wish->kills; i++)
		play->kill_ms[i] =
			clock_real_ms() + chance_between(&chance, from_ms, to_ms);
	qsort(play->kill_ms, play->wish->kills, sizeof(play->kill_ms[0]), by_time);
}

static int kill_and_restart(struct play *play)
{
	char *const path = rehearse_house_path(play->house, "kills.txt");
	const int rc = rehearse_kills_note(path, now_of(play));

	if (rc < 0)
		fprintf(stderr, "plenary rehearse: %s: %s\n", path, strerror(-rc));
	free(path);
	if (rc < 0)
		return rc;
	rehearse_child_kill(&play->daemon);
	play->played->kills++;
	rehearse_screen_tell(&play->screen, now_of(play), true,
			     "the daemon is killed and started again (%u of %u)",
			     play->played->kills, play->wish->kills);
	return rehearse_start_daemon(&play->daemon, play->house);
}

static bool is_interrupted(const struct play *play)
{
	struct signalfd_siginfo info;

	return read(play->signals, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

static int wait_ms(const struct play *play)
{
	int64_t until_ms = play->look_ms;

	if (play->played->kills < play->wish->kills &&
	    play->kill_ms[play->played->kills] < until_ms)
		until_ms = play->kill_ms[play->played->kills];
	const int64_t wait_ms = until_ms - clock_real_ms();
	return wait_ms > 0 ? (int)wait_ms : 0;
}

static enum rehearse_end died(const char *who, const char *log)
{
	fprintf(stderr, "\nplenary rehearse: %s has ended by itself; %s says why\n", who,
		log);
	return REHEARSE_DIED;
}

static enum rehearse_end follow(struct play *play)
{
	struct pollfd ready[2] = { { .fd = play->stage.said, .events = POLLIN },
				   { .fd = play->signals, .events = POLLIN } };

	for (;;) {
		poll(ready, 2, wait_ms(play));
		if (ready[1].revents & POLLIN && is_interrupted(play))
			return REHEARSE_INTERRUPTED;
		if (ready[0].revents & POLLIN)
			hear(play);
		const int64_t real_ms = clock_real_ms();
		if (play->played->kills < play->wish->kills &&
		    real_ms >= play->kill_ms[play->played->kills] &&
		    kill_and_restart(play) < 0)
			return REHEARSE_DIED;
		if (real_ms < play->look_ms)
			continue;
		play->look_ms = real_ms + LOOK_MS;
		if (!rehearse_child_runs(&play->daemon))
			return died("the daemon", "plenary.log");
		if (!rehearse_child_runs(&play->stage))
			return died("the stand-in tenant", "stage.log");
		if (look(play))
			return REHEARSE_OVER;
		rehearse_screen_draw(&play->screen, now_of(play));
		if (real_ms > play->give_up_ms)
			return REHEARSE_STUCK;
	}
}

/* -- from beginning to end -------------------------------------------------------------------- */

static int start(struct play *play)
{
	int rc = rehearse_start_stage(&play->stage, play->house, &play->stage_port);

	if (rc == 0)
		rc = rehearse_house_configure(play->house, play->plan, play->stage_port);
	if (rc == 0)
		rc = rehearse_start_daemon(&play->daemon, play->house);
	if (rc == 0)
		rc = rehearse_await_daemon(&play->daemon, play->house);
	if (rc == 0)
		rc = rehearse_schedule(play->house, play->plan, play->wish,
				       play->stage_port);
	return rc;
}

static void plan_time(struct play *play)
{
	const struct plan *const plan = play->plan;
	const int64_t ends_ms = plan->sessions[0].ends_ms + SLACK_OF_SESSION_MS;

	play->give_up_ms =
		clock_real_ms() + clock_wait_ms(&plan->clock, ends_ms) + SLACK_MS +
		play->wish->kills * SLACK_PER_KILL_MS +
		(int64_t)plan->sessions_count * plan->sessions[0].people_count * 20;
	fcntl(play->stage.said, F_SETFL, O_NONBLOCK);
	draw_kills(play);
}

/* The daemon first: it drains while everybody it talks to is still there. */
static void stop(struct play *play)
{
	play->played->daemon_ended_well = rehearse_child_stop(&play->daemon, STOP_MS);
	play->played->stage_ended_well = rehearse_child_stop(&play->stage, STOP_MS);
	ledger_close(play->ledger);
	text_finish(&play->heard);
	rehearse_screen_finish(&play->screen);
}

static int watch_signals(sigset_t *before)
{
	sigset_t mine;

	sigemptyset(&mine);
	sigaddset(&mine, SIGINT);
	sigaddset(&mine, SIGTERM);
	sigprocmask(SIG_BLOCK, &mine, before);
	return signalfd(-1, &mine, SFD_CLOEXEC | SFD_NONBLOCK);
}

void rehearse_play(const struct rehearse_house *house, const struct plan *plan,
		   const struct rehearse_wish *wish, const struct module *module,
		   struct rehearse_played *played)
{
	struct play *const play = memory_zeroed(sizeof(*play));
	sigset_t before;

	*played = (struct rehearse_played){ .end = REHEARSE_NOT_STARTED };
	*play = (struct play){
		.house = house,
		.plan = plan,
		.wish = wish,
		.module = module,
		.played = played,
		.stage.said = -1,
		.daemon.said = -1,
		.began_ms = clock_real_ms(),
		.signals = watch_signals(&before),
	};
	rehearse_screen_begin(&play->screen, wish->quiet, plan->sessions[0].starts_ms,
			      plan->sessions[0].ends_ms);
	const int rc = start(play);
	if (rc == -ETIME)
		played->end = REHEARSE_LATE;
	if (rc == 0) {
		plan_time(play);
		played->end = follow(play);
	}
	played->took_ms = clock_real_ms() - play->began_ms;
	if (played->end == REHEARSE_STUCK)
		say_stuck(play);
	stop(play);
	close(play->signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	free(play);
}
