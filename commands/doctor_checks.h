/* SPDX-License-Identifier: MIT */
/*
 * doctor_checks - every check of the doctor, by the file it is in; `about` is what its row in
 * the table of doctor.c says.
 */
#ifndef PLENARY_DOCTOR_CHECKS_H
#define PLENARY_DOCTOR_CHECKS_H

#include "commands/doctor.h"

/* doctor_here.c: this machine */
struct finding doctor_tenant(struct doctor *doctor, const void *about);
struct finding doctor_credentials(struct doctor *doctor, const void *about);
struct finding doctor_proof(struct doctor *doctor, const void *about);
struct finding doctor_events_secret(struct doctor *doctor, const void *about);
struct finding doctor_live_key(struct doctor *doctor, const void *about);
struct finding doctor_certificate_files(struct doctor *doctor, const void *about);
struct finding doctor_time_zone(struct doctor *doctor, const void *about);
struct finding doctor_data_dir(struct doctor *doctor, const void *about);
struct finding doctor_disk(struct doctor *doctor, const void *about);
struct finding doctor_daemon(struct doctor *doctor, const void *about);
/* Alone, so that a full disk can be judged without one. */
struct finding doctor_disk_judge(const char *data_dir, uint64_t free_bytes);

/* doctor_store.c: the database, the next session */
struct finding doctor_database(struct doctor *doctor, const void *about);
struct finding doctor_integrity(struct doctor *doctor, const void *about);
struct finding doctor_journal(struct doctor *doctor, const void *about);
struct finding doctor_session(struct doctor *doctor, const void *about);
struct finding doctor_roster(struct doctor *doctor, const void *about);
struct finding doctor_meeting(struct doctor *doctor, const void *about);
struct finding doctor_rooms(struct doctor *doctor, const void *about);
struct finding doctor_subscription_ages(struct doctor *doctor, const void *about);
struct finding doctor_event_switch(struct doctor *doctor, const void *about);

/* doctor_world.c: hosts, the clock, the bot */
enum doctor_host { HOST_KEYS, HOST_SIGN_IN, HOST_GRAPH, HOST_CONNECTOR };
struct finding doctor_host(struct doctor *doctor, const void *about);
struct finding doctor_clock(struct doctor *doctor, const void *about);
struct finding doctor_bot_keys(struct doctor *doctor, const void *about);

/* doctor_token.c: our own tokens; about: enum reply_party */
struct finding doctor_sign_in(struct doctor *doctor, const void *about);

/* doctor_graph.c: what Graph lets us do; about: struct doctor_permission */
enum doctor_use {
	USED_FOR_ROOMS,
	USED_FOR_CALL_EVENTS,
	USED_FOR_REPORTS,
	USED_FOR_MAIL,
	USED_FOR_LARGE_MAIL, /* the rest of mail works without */
	USED_PERHAPS         /* missed only where it is wanted: a warning */
};
struct doctor_permission {
	const char *name;
	const char *instead; /* another that includes it, or NULL */
	enum doctor_use use;
	const char *loss;
};
struct finding doctor_permission(struct doctor *doctor, const void *about);
struct finding doctor_organiser(struct doctor *doctor, const void *about);
struct finding doctor_policy(struct doctor *doctor, const void *about);
struct finding doctor_subscriptions(struct doctor *doctor, const void *about);
struct finding doctor_subscribe(struct doctor *doctor, const void *about);

/* doctor_outside.c: how the world reaches us */
struct finding doctor_public_certificate(struct doctor *doctor, const void *about);
struct finding doctor_public_address(struct doctor *doctor, const void *about);
struct finding doctor_messages(struct doctor *doctor, const void *about);
struct finding doctor_handshake(struct doctor *doctor, const void *about);
/* Alone, so that an end can be judged without a certificate. */
struct finding doctor_certificate_judge(const char *host, int64_t left_ms);

#endif
