/* SPDX-License-Identifier: MIT */
/*
 * refusal - what the connector's word for a refusal asks of us.  Pure.
 *
 * Whether to repeat at all is backoff.h's to say; this is what a refusal that is not
 * repeated means for the conversation, the tenant or the message.  A status without a code
 * that we know is REFUSAL_OTHER.  Rules: Microsoft Learn, "Status codes from the Teams
 * conversational APIs".
 */
#ifndef PLENARY_REFUSAL_H
#define PLENARY_REFUSAL_H

enum refusal {
	REFUSAL_OTHER,
	REFUSAL_NOT_REGISTERED, /* nobody knows this bot: settings or registration */
	REFUSAL_DISABLED,       /* by the tenant's administrator */
	REFUSAL_UNINSTALLED,    /* the bot is not in this conversation any more */
	REFUSAL_BLOCKED,        /* by the person, or nobody may write there */
	REFUSAL_NOT_PERSONAL,   /* the app is not installed for this person */
	REFUSAL_WRONG_HOST,     /* the tenant is in the government's community cloud */
	REFUSAL_NO_PERMISSION,  /* one that the app asks for per chat is missing */
	REFUSAL_NO_ACTIVITY,    /* what was to be changed is not there */
	REFUSAL_NO_CHAT,        /* the stored id is of no conversation */
	REFUSAL_TOO_BIG,
	REFUSALS
};

/* code: error.code of the body, or anything else. */
enum refusal refusal_of(int status, const char *code);

/* The permission that a request with this method and path needs, for the operator. */
const char *refusal_permission(const char *method, const char *path);

#endif
