/* SPDX-License-Identifier: MIT */
/*
 * transfer - one request and its reply as libcurl sees them; the half of client.c that
 * knows nothing of the loop.  Only client.c and probe.c include this, and only these three know
 * curl.
 *
 * Errors: -EINVAL (URL, scheme, header), -EHOSTUNREACH (name), -ECONNREFUSED and other
 * connect errors, -ECONNRESET (closed before the reply's end), -ETIMEDOUT, -EKEYREJECTED
 * (certificate), -EMSGSIZE (reply over its limit), -EPROTO, -EIO.
 */
#ifndef PLENARY_TRANSFER_H
#define PLENARY_TRANSFER_H

#include "daemon/common/text.h"
#include "daemon/wire/client.h"

#include <curl/curl.h>
#include <stdbool.h>

struct transfer {
	struct transfer *next, **link;
	uint64_t number;
	CURL *easy; /* NULL: refused before it began, for the reason in error */
	struct curl_slist *headers;
	struct text body;
	size_t header_bytes;
	unsigned starts; /* of a request that may start once only */
	bool oversize;
	int error;
	client_reply_fn *on_reply;
	void *context;
};

/* No line break in a header: it would let its author write headers of his own. */
bool transfer_request_is_clean(const struct client_request *request);
void transfer_prepare(struct transfer *transfer, const struct client_request *request,
		      const char *ca_path);
/* The reply borrows from the transfer.  Logs what went wrong, with the host alone. */
void transfer_reply(struct transfer *transfer, CURLcode code, struct client_reply *reply);
void transfer_destroy(struct transfer *transfer);

#endif
