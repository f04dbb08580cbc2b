/* SPDX-License-Identifier: MIT */
#include "daemon/wire/transfer.h"

#include "daemon/common/log.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/hosts.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum {
	HEADER_BYTES = 64 * 1024, /* of one reply, all together; more is -EMSGSIZE */
	YOUNG_S = 20, /* a connection idle for longer may be closing just now */
};

void transfer_destroy(struct transfer *transfer)
{
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	text_finish(&transfer->body);
	free(transfer);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;

	if (transfer->body.length + size * count > CLIENT_REPLY_BYTES) {
		transfer->oversize = true;
		return 0;
	}
	text_add(&transfer->body, bytes, size * count);
	return size * count;
}

/* The type is libcurl's.  NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;

	(void)bytes;
	transfer->header_bytes += size * count;
	transfer->oversize |= transfer->header_bytes > HEADER_BYTES;
	return transfer->oversize ? 0 : size * count;
}

static void set_security(CURL *easy, const char *url, const char *ca_path)
{
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	/* a segment ".." that came from outside leads nowhere else */
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca_path)
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca_path);
	/* An organisation's proxy (from the environment) is for the world, not for us. */
	if (host_is_loopback(url))
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

static void set_method(CURL *easy, const struct client_request *request)
{
	const bool sends = request->body || strcmp(request->method, "POST") == 0 ||
			   strcmp(request->method, "PUT") == 0 ||
			   strcmp(request->method, "PATCH") == 0;

	if (sends) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body_bytes);
		curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS,
				 request->body ? request->body : "");
	} else if (strcmp(request->method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
}

/* libcurl by itself repeats a request whose kept connection died before a byte came back,
 * which may be after the peer had read it.  It asks here before each start.
 * The type is libcurl's.  NOLINTNEXTLINE(readability-non-const-parameter) */
static int on_start(void *context, char *peer, char *local, int peer_port, int local_port)
{
	struct transfer *const transfer = context;

	(void)peer;
	(void)local;
	(void)peer_port;
	(void)local_port;
	return transfer->starts++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static void set_once(struct transfer *transfer)
{
	curl_easy_setopt(transfer->easy, CURLOPT_PREREQFUNCTION, on_start);
	curl_easy_setopt(transfer->easy, CURLOPT_PREREQDATA, transfer);
	curl_easy_setopt(transfer->easy, CURLOPT_MAXAGE_CONN, (long)YOUNG_S);
}

static struct curl_slist *header_add(struct curl_slist *headers, const char *line)
{
	struct curl_slist *longer = curl_slist_append(headers, line);

	if (longer == NULL)
		abort();
	return longer;
}

static struct curl_slist *header_list(const struct client_request *request)
{
	/* A header without a value takes away what libcurl would say by itself. */
	struct curl_slist *headers = header_add(NULL, "Expect:");
	bool typed = false;

	for (size_t i = 0; i < CLIENT_HEADERS && request->headers[i]; i++) {
		typed |= strncasecmp(request->headers[i], "content-type:", 13) == 0;
		headers = header_add(headers, request->headers[i]);
	}
	return typed ? headers : header_add(headers, "Content-Type:");
}

/* A line break inside a header or method would let its author write headers of his own.
 */
bool transfer_request_is_clean(const struct client_request *request)
{
	bool clean = strpbrk(request->method, "\r\n ") == NULL;

	for (size_t i = 0; i < CLIENT_HEADERS && request->headers[i]; i++)
		clean &= strpbrk(request->headers[i], "\r\n") == NULL;
	return clean;
}

void transfer_prepare(struct transfer *transfer, const struct client_request *request,
		      const char *ca_path)
{
	CURL *const easy = curl_easy_init();

	if (easy == NULL)
		abort();
	transfer->easy = easy;
	transfer->headers = header_list(request);
	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CLIENT_CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
			 request->timeout_ms ? request->timeout_ms
					     : (long)CLIENT_TOTAL_MS);
	set_security(easy, request->url, ca_path);
	set_method(easy, request);
	if (request->once)
		set_once(transfer);
}

static int error_from(const struct transfer *transfer, CURLcode code)
{
	long os_error = 0;

	if (transfer->oversize)
		return -EMSGSIZE;
	switch (code) {
	case CURLE_OK:
		return 0;
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
		return -EINVAL;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return -EHOSTUNREACH;
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_error);
		return os_error > 0 ? -(int)os_error : -ECONNREFUSED;
	case CURLE_OPERATION_TIMEDOUT:
		return -ETIMEDOUT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		return -EKEYREJECTED;
	case CURLE_ABORTED_BY_CALLBACK: /* on_start(): it would have been sent again */
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return -ECONNRESET;
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return -EPROTO;
	default:
		return -EIO;
	}
}

static const char *reply_header(CURL *easy, const char *name)
{
	struct curl_header *header;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return "";
	return header->value;
}

const char *client_reply_header(const struct client_reply *reply, const char *name)
{
	return reply->transfer ? reply_header(reply->transfer->easy, name) : "";
}

/* The server's own idea of now, where it tells it: clocks differ, waits should not. */
static int64_t reply_retry_after(CURL *easy)
{
	const char *const value = reply_header(easy, "Retry-After");
	const time_t date = curl_getdate(value, NULL);
	const time_t server_now = curl_getdate(reply_header(easy, "Date"), NULL);

	return retry_after_read(value, date, server_now >= 0 ? server_now : time(NULL));
}

static int64_t reply_date(CURL *easy)
{
	const time_t date = curl_getdate(reply_header(easy, "Date"), NULL);

	return date >= 0 ? (int64_t)date * 1000 : -1;
}

static void log_failure(CURL *easy, CURLcode code)
{
	char host[HOST_BYTES] = "?";
	char *url = NULL;

	curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
	if (url)
		host_read(url, host);
	log_warning("client", "transfer failed host=%s code=%d reason=\"%s\"", host,
		    (int)code, curl_easy_strerror(code));
}

void transfer_reply(struct transfer *transfer, CURLcode code, struct client_reply *reply)
{
	long status = 0, request_bytes = 0;
	char *content_type = NULL;

	*reply = (struct client_reply){ .retry_after_ms = -1,
					.date_ms = -1,
					.content_type = "",
					.challenge = "",
					.body = "" };
	curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
	reply->left = request_bytes > 0;
	reply->error = error_from(transfer, code);
	if (reply->error < 0) {
		log_failure(transfer->easy, code);
		return;
	}
	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &content_type);
	reply->transfer = transfer;
	reply->status = (int)status;
	reply->retry_after_ms = reply_retry_after(transfer->easy);
	reply->date_ms = reply_date(transfer->easy);
	reply->challenge = reply_header(transfer->easy, "WWW-Authenticate");
	reply->content_type = content_type ? content_type : "";
	reply->body = text_string(&transfer->body);
	reply->body_bytes = transfer->body.length;
}
