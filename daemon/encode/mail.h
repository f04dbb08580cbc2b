/* SPDX-License-Identifier: MIT */
/*
 * mail - a message by mail: POST /users/{sender}/sendMail of Microsoft Graph.
 *
 * The sender is mail.sender_id of the settings.  202 means accepted, not delivered; a lost
 * answer leaves the outcome unknown, for nothing tells whether the mail went out.  One
 * person, one mail: nobody sees another's address.  Rules: Microsoft Graph "user: sendMail".
 */
#ifndef PLENARY_ENCODE_MAIL_H
#define PLENARY_ENCODE_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/encode/encode.h"

enum {
	MAIL_SUBJECT_BYTES = 255, /* a longer one is cut */
	MAIL_ATTACHMENTS = 8,     /* more, or larger ones, cannot be sent */
	MAIL_ATTACHMENT_BYTES = 24 * 1024 * 1024,
};

struct mail_attachment {
	const char *name, *content_type; /* "certificate.pdf", "application/pdf" */
	const void *bytes;
	size_t count;
};

/* Everything is borrowed for the call; texts are UTF-8. */
struct mail {
	const char *subject, *body;
	bool html;      /* otherwise plain text */
	bool keep_copy; /* in the sender's "sent items"; always, when it needs a draft */
	const struct mail_attachment *attachments;
	size_t attachment_count;
};

/*
 * To this person of the session, by the address that is known of them; what: the effect it
 * serves.  0, or -1 when it cannot be sent: no sender or no Graph in the settings, no
 * address, or attachments beyond the limits.
 */
int encode_mail(const struct words_source *words, uint32_t session, uint32_t person,
		enum effect_kind what, const struct mail *mail,
		struct request_draft *draft);

/* DELIVER_ROOM_MAIL: which room, until when, and the way there. */
int encode_room_mail(const struct words_source *words, uint32_t session,
		     const struct effect *effect, struct request_draft *draft);

#endif
