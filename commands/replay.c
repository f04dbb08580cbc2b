/* SPDX-License-Identifier: MIT */
/*
 * The daemon stores a digest of a session's bytes from time to time.  Telling its journal
 * to an empty session must lead through the same bytes, or the journal is not the whole
 * truth.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/where.h"
#include "daemon/store/ledger.h"
#include "daemon/wire/auth.h"
#include "handlers/arena.h"
#include "handlers/handlers.h"
#include "handlers/session.h"
#include "handlers/transcript.h"

struct proof {
	uint64_t event_number;
	uint8_t digest[32];
};

struct replay {
	struct session *session;
	struct arena arena;
	struct proof *proofs;
	size_t proof_count, proof_room, next_proof;
	uint64_t events, last_event;
	uint64_t differs_after; /* event number of the first wrong digest, 0 for none */
	bool unreadable;
	enum { TELL_ALL, TELL_EVENTS, TELL_NOTHING } telling;
};

static const char usage[] =
	"usage: plenary replay SESSION [--events | --quiet] [--utc]\n"
	"                      [--database FILE | --config FILE] [--time-zone ZONE]\n"
	"\n"
	"Retells a session from its journal and proves that it leads to the same state.\n"
	"\n"
	"  --events          leave out what each event caused\n"
	"  --quiet           leave out all but the proof\n" HELP_WHERE HELP_HELP;

static void take_proof(void *context, uint64_t event_number, const uint8_t digest[32])
{
	struct replay *const replay = context;

	if (replay->proof_count == replay->proof_room) {
		replay->proof_room =
			replay->proof_room == 0 ? 32 : replay->proof_room * 2;
		replay->proofs =
			memory_resized(replay->proofs,
				       replay->proof_room * sizeof(replay->proofs[0]));
	}
	struct proof *const proof = &replay->proofs[replay->proof_count++];
	proof->event_number = event_number;
	memcpy(proof->digest, digest, 32);
}

/* Proofs of the state before the next event, which has this number. */
static void check_proofs(struct replay *replay, uint64_t before)
{
	for (; replay->next_proof < replay->proof_count &&
	       replay->proofs[replay->next_proof].event_number < before;
	     replay->next_proof++) {
		const struct proof *const proof = &replay->proofs[replay->next_proof];
		uint8_t digest[32];

		if (replay->differs_after != 0)
			return;
		auth_sha256(replay->session, session_bytes(replay->session), digest);
		if (memcmp(digest, proof->digest, 32) != 0)
			replay->differs_after = proof->event_number;
	}
}

static void tell(const struct replay *replay, const struct event *event, const char *line,
		 const struct effects *effects)
{
	struct text time = { 0 };
	char words[EFFECT_LINE_BYTES];

	if (replay->telling == TELL_NOTHING)
		return;
	where_add_time(&time, "%H:%M:%S", event->at_ms);
	printf("%s.%03d  %s\n", text_string(&time), (int)(event->at_ms % 1000), line);
	text_finish(&time);
	for (size_t i = 0; replay->telling == TELL_ALL && i < effects->count; i++) {
		effect_write(&effects->list[i], words);
		printf("              %s\n", words);
	}
}

static void take_event(void *context, uint64_t number, const char *line)
{
	struct replay *const replay = context;
	struct effects effects = { .arena = &replay->arena };
	struct event event;
	const char *wrong = NULL;

	if (replay->unreadable)
		return;
	check_proofs(replay, number);
	if (event_read(line, &event, &wrong) < 0) {
		fprintf(stderr, "plenary replay: event %llu cannot be read at: %s\n",
			(unsigned long long)number, wrong);
		replay->unreadable = true;
		return;
	}
	event.session = replay->session->number;
	handle(replay->session, &event, &effects);
	tell(replay, &event, line, &effects);
	arena_reset(&replay->arena);
	replay->events++;
	replay->last_event = number;
}

static void print_digest(const uint8_t digest[32])
{
	for (int i = 0; i < 32; i++)
		printf("%02x", digest[i]);
}

static int print_verdict(const struct replay *replay)
{
	uint8_t digest[32];

	auth_sha256(replay->session, session_bytes(replay->session), digest);
	if (replay->differs_after != 0) {
		printf("replay differs: the state after event %llu is not what the "
		       "daemon "
		       "had\n",
		       (unsigned long long)replay->differs_after);
		return 1;
	}
	if (replay->proof_count == 0) {
		printf("replay has nothing to compare with: SHA-256 ");
		print_digest(digest);
		printf(" after %llu events\n", (unsigned long long)replay->events);
		return 1;
	}
	printf("replay gives the same state: SHA-256 ");
	print_digest(replay->proofs[replay->proof_count - 1].digest);
	printf(" after %llu events, compared at %zu of them\n",
	       (unsigned long long)replay->events, replay->proof_count);
	return 0;
}

static int retell(struct ledger *ledger, struct replay *replay, const char *word)
{
	uint32_t number = 0;

	if (where_session(ledger, "replay", word, &number) < 0)
		return 1;
	replay->session = session_create(number);
	/* Proofs first: while the daemon writes, the events read later go beyond them. */
	int rc = ledger_digests(ledger, number, take_proof, replay);
	if (rc == 0)
		rc = ledger_events(ledger, number, take_event, replay);
	if (rc < 0 || replay->unreadable)
		return 1;
	check_proofs(replay, UINT64_MAX);
	return print_verdict(replay);
}

static void replay_finish(struct replay *replay)
{
	session_destroy(replay->session);
	arena_finish(&replay->arena);
	free(replay->proofs);
}

int command_replay(int argc, char **argv)
{
	static const struct option options[] = {
		WHERE_OPTIONS,
		{ "events", no_argument, NULL, 'e' },
		{ "quiet", no_argument, NULL, 'q' },
		{ NULL, 0, NULL, 0 },
	};
	struct replay replay = { .telling = TELL_ALL };
	struct where where = { 0 };
	struct ledger *ledger = NULL;
	int status = 1;

	if (help_asked(argc, argv))
		return help_print(usage);
	optind = 0; /* argv is not the one main was given: begin anew */
	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (option == 'e' || option == 'q')
			replay.telling = option == 'e' ? TELL_EVENTS : TELL_NOTHING;
		else if (!where_option(&where, option, optarg))
			return help_refuse(usage);
	}
	if (optind != argc - 1)
		return help_refuse(usage);
	if (where_open(&where, "replay", &ledger) == 0)
		status = retell(ledger, &replay, argv[optind]);
	replay_finish(&replay);
	ledger_close(ledger);
	where_finish(&where);
	return status;
}
