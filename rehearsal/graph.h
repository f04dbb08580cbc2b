/* SPDX-License-Identifier: MIT */
/*
 * graph - the calls of Microsoft Graph that Plenary makes, as the stand-in tenant answers
 * them.  Rules: "Online meetings", "Attendance", "Change notifications", "JSON batching".
 *
 * People are those of the plan; a meeting belongs to the user in the path and to nobody
 * else; a report is there 90 seconds after its call ended and not before, and may then
 * take a while to be complete.
 */
#ifndef PLENARY_STAGE_GRAPH_H
#define PLENARY_STAGE_GRAPH_H

#include "rehearsal/routes.h"
#include "rehearsal/world.h"

enum {
	REPORT_DELAY_MS = 90 * 1000,
	REPORT_HALF_MS = 4 * 60 * 1000, /* with the trouble `reports` */
	REPORT_WHOLE_MS = 8 * 60 * 1000,
	RECORDS_PER_PAGE = 100,
	REPORTS_PER_PAGE = 50,
	PAGE_OF_TROUBLE = 6,
	USERS_PER_PAGE = 100,
};

/* graph_users.c */
void graph_users(struct exchange *exchange);
void graph_user(struct exchange *exchange);
/* The person of parts[1], NOBODY after having answered 404. */
uint32_t graph_user_named(struct exchange *exchange);
/* A page of things: "…?key=N" of the same host, or nothing when offset is the end. */
void graph_next_link(struct exchange *exchange, json_t *page, const char *path,
		     size_t offset);
/* The number behind $skiptoken, 0 without one. */
size_t graph_offset(const struct exchange *exchange);

/* graph_mail.c */
void graph_send_mail(struct exchange *exchange);

/* graph_meetings.c */
void graph_meeting_create(struct exchange *exchange);
void graph_meeting_create_or_get(struct exchange *exchange);
void graph_meetings_find(struct exchange *exchange);
void graph_meeting(struct exchange *exchange);
void graph_meeting_change(struct exchange *exchange);
void graph_meeting_delete(struct exchange *exchange);
/* The meeting of parts[3], NOWHERE after having answered 404. */
uint32_t graph_meeting_named(struct exchange *exchange);

/* graph_reports.c */
void graph_reports(struct exchange *exchange);
void graph_report(struct exchange *exchange);
void graph_records(struct exchange *exchange);

/* graph_subscriptions.c */
void graph_subscribe(struct exchange *exchange);
void graph_subscriptions(struct exchange *exchange);
void graph_subscription(struct exchange *exchange);
void graph_subscription_change(struct exchange *exchange);
void graph_subscription_delete(struct exchange *exchange);
void graph_subscription_reauthorize(struct exchange *exchange);
/* The lifecycle notification of an act put when the subscription was made. */
void graph_subscription_reminds(struct stage *stage, uint32_t number);
/* One that is live is gone: without a word, or with subscriptionRemoved. */
void graph_subscription_forget(struct stage *stage);
void graph_subscriptions_finish(struct stage *stage);

#endif
