/* SPDX-License-Identifier: MIT */
/*
 * clinic - a daemon that runs with a session planned, a tenant of its own for the doctor, and
 * the doctor, examined after every run for what must never be said.
 *
 *	clinic_open()	the daemon runs, "leep-1" is planned, doctor.yaml is as it should be
 *	examine()	plenary doctor doctor.yaml --json; its exit status
 *	is()		a check's state and some of its words, as --json said last
 *	clinic_close()
 */
#ifndef PLENARY_TESTS_CLINIC_H
#define PLENARY_TESTS_CLINIC_H

#include <jansson.h>

#include "tests/commands/tenant.h"
#include "tests/daemon/house.h"

enum { HOUR_S = 3600, DAY_S = 24 * 3600 };

#define SECRET "the secret of the bot"

extern struct house house;
extern struct tenant tenant;
extern struct text said;
extern struct json_t *last; /* what --json said last */
extern int port;            /* where the daemon speaks TLS */

void clinic_open(void);
void clinic_close(void);

struct plan {
	const char *name, *data, *ca, *public_url; /* public_url: NULL, the daemon's */
	int peers;                                 /* the port of the tenant */
};
void write_config(const struct plan *plan);
/* doctor.yaml as it should be. */
void write_usual(void);
/* The daemon anew, with a certificate for these names and this time from now. */
void restart(const char *names, long from_s, long to_s);
int free_port(void);

/* more: one argument, or NULL. */
int examine(const char *more);
/* The same, judging files for that user. */
int examine_for(const char *user, const char *more);
void is(const char *key, const char *state, const char *words);
void advises(const char *key, const char *words);

#endif
