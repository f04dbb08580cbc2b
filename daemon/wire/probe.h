/* SPDX-License-Identifier: MIT */
/*
 * probe - one request, waited for, and everything that could be seen on the way: what the
 * peer answered, what time it has, which certificate it showed and for how long, and, when
 * there was no answer, why not.
 *
 * For commands that look at the outside world (doctor); the daemon has client.h, whose rules
 * hold here too: no redirect is followed, the peer's certificate is always checked, TLS 1.2
 * at least.  What failed is told by a kind and by libcurl's own words; nothing of the request
 * is in either.
 */
#ifndef PLENARY_PROBE_H
#define PLENARY_PROBE_H

#include <stdint.h>

#include "daemon/common/text.h"
#include "daemon/wire/client.h"

enum { PROBE_WORD_BYTES = 256 };

enum probe_fault {
	PROBE_ANSWERED,
	PROBE_NO_NAME,   /* DNS does not know the host */
	PROBE_NO_ROUTE,  /* refused, or nobody is there */
	PROBE_SILENT,    /* the time was over */
	PROBE_EXPIRED,   /* the certificate's time is over, or has not come */
	PROBE_UNTRUSTED, /* signed by nobody we know, or a link of the chain is missing */
	PROBE_OTHER_NAME, /* the certificate is somebody else's */
	PROBE_NO_TLS,     /* no version or cipher in common; not TLS at all */
	PROBE_BROKEN,     /* anything else */
	PROBE_FAULTS
};

struct probe {
	struct client_request request;
	const char *ca_path; /* PEM to trust; NULL: the system's authorities */
	const char
		*connect_to; /* "127.0.0.1:8443", "unix:/path": there, not where the URL
	                           says, whose name still counts; NULL */
};

struct probe_reply {
	enum probe_fault fault;
	int status; /* of PROBE_ANSWERED only, as what follows but words */
	struct text body;
	char content_type[PROBE_WORD_BYTES];
	char request_id[PROBE_WORD_BYTES], date[PROBE_WORD_BYTES]; /* "" when absent */
	char address[PROBE_WORD_BYTES]; /* numeric, of the peer */
	int64_t peer_ms;                /* the peer's time; 0 when it does not tell */
	int64_t certificate_ends_ms;    /* 0 without TLS */
	char words[PROBE_WORD_BYTES];   /* libcurl's, when there was no answer */
};

/* reply: finish it in every case. */
void probe_ask(const struct probe *probe, struct probe_reply *reply);
void probe_reply_finish(struct probe_reply *reply);

/* "the certificate has expired" */
const char *probe_fault_words(enum probe_fault fault);

#endif
