/* SPDX-License-Identifier: MIT */
/*
 * doctor_ask - the doctor's questions to others, each within its time, and their failures in
 * words.
 */
#ifndef PLENARY_DOCTOR_ASK_H
#define PLENARY_DOCTOR_ASK_H

#include "commands/doctor.h"

/* False, with nothing asked, when the time is over: then *why says so. */
bool doctor_ask(struct doctor *doctor, struct probe *probe, struct probe_reply *reply,
		struct finding *why);
/* With Graph's token; path begins behind base_url, or is a whole URL of the same host. */
bool doctor_ask_graph(struct doctor *doctor, const char *method, const char *path,
		      const char *body, struct probe_reply *reply, struct finding *why);
/* Graph's refusal in words, and what to do about it, as a failure. */
struct finding doctor_graph_refusal(struct doctor *doctor, const char *method,
				    const char *path, const char *body,
				    const struct probe_reply *reply);
/* No answer came: what happened, as a failure, with what to do about it. */
struct finding doctor_no_answer(const char *host, const struct probe_reply *reply);

#endif
