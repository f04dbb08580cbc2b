/* SPDX-License-Identifier: MIT */
#include "daemon/wire/probe.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/wire/transfer.h"

/* X509_V_ERR_… of OpenSSL, as libcurl hands them on. */
enum { VERIFY_NOT_YET = 9, VERIFY_EXPIRED = 10 };

static const char unix_prefix[] = "unix:";

static struct curl_slist *lead(CURL *easy, const char *connect_to)
{
	struct text rule = { 0 };
	struct curl_slist *rules;

	if (connect_to == NULL)
		return NULL;
	if (strncmp(connect_to, unix_prefix, strlen(unix_prefix)) == 0) {
		curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
				 connect_to + strlen(unix_prefix));
		return NULL;
	}
	text_addf(&rule, "::%s", connect_to);
	rules = curl_slist_append(NULL, text_string(&rule));
	if (rules == NULL)
		abort();
	curl_easy_setopt(easy, CURLOPT_CONNECT_TO, rules);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	text_finish(&rule);
	return rules;
}

static enum probe_fault certificate_fault(CURL *easy, const char *words)
{
	long verdict = 0;

	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
	if (verdict == VERIFY_EXPIRED || verdict == VERIFY_NOT_YET)
		return PROBE_EXPIRED;
	/* libcurl compares the name itself and has no number for it. */
	if (strcasestr(words, "subject name") != NULL)
		return PROBE_OTHER_NAME;
	return PROBE_UNTRUSTED;
}

static enum probe_fault fault_of(CURL *easy, CURLcode code, const char *words)
{
	switch (code) {
	case CURLE_OK:
		return PROBE_ANSWERED;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return PROBE_NO_NAME;
	case CURLE_COULDNT_CONNECT:
		return PROBE_NO_ROUTE;
	case CURLE_OPERATION_TIMEDOUT:
		return PROBE_SILENT;
	case CURLE_PEER_FAILED_VERIFICATION:
		return certificate_fault(easy, words);
	case CURLE_SSL_CONNECT_ERROR:
		return PROBE_NO_TLS;
	default:
		return PROBE_BROKEN;
	}
}

static int64_t date_ms(const char *date)
{
	const time_t at = curl_getdate(date, NULL);

	return at > 0 ? (int64_t)at * 1000 : 0;
}

/* Of the first certificate, which is the peer's own: "Expire date:Nov 24 09:00:00 2026 GMT". */
static int64_t certificate_end(CURL *easy)
{
	static const char name[] = "Expire date:";
	struct curl_certinfo *info = NULL;

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL || info->num_of_certs < 1)
		return 0;
	for (struct curl_slist *line = info->certinfo[0]; line; line = line->next) {
		if (strncmp(line->data, name, strlen(name)) == 0)
			return date_ms(line->data + strlen(name));
	}
	return 0;
}

static void copy(char to[PROBE_WORD_BYTES], const char *from)
{
	snprintf(to, PROBE_WORD_BYTES, "%s", from != NULL ? from : "");
}

static void take_reply(struct transfer *transfer, CURLcode code,
		       struct probe_reply *reply)
{
	struct client_reply seen;
	char *address = NULL;

	transfer_reply(transfer, code, &seen);
	if (seen.error < 0) {
		reply->fault = PROBE_BROKEN;
		return;
	}
	reply->status = seen.status;
	text_add(&reply->body, seen.body, seen.body_bytes);
	copy(reply->content_type, seen.content_type);
	copy(reply->request_id, client_reply_header(&seen, "request-id"));
	copy(reply->date, client_reply_header(&seen, "Date"));
	reply->peer_ms = seen.date_ms > 0 ? seen.date_ms : 0;
	reply->certificate_ends_ms = certificate_end(transfer->easy);
	curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &address);
	copy(reply->address, address);
}

void probe_ask(const struct probe *probe, struct probe_reply *reply)
{
	struct transfer *const transfer = memory_zeroed(sizeof(*transfer));
	char words[CURL_ERROR_SIZE] = "";

	*reply = (struct probe_reply){ .fault = PROBE_BROKEN };
	if (!transfer_request_is_clean(&probe->request) ||
	    curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(transfer);
		return;
	}
	transfer_prepare(transfer, &probe->request, probe->ca_path);
	CURL *const easy = transfer->easy;
	struct curl_slist *const rules = lead(easy, probe->connect_to);

	curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words);
	if (probe->request.timeout_ms > 0)
		curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
				 probe->request.timeout_ms);
	const CURLcode code = curl_easy_perform(easy);

	reply->fault = fault_of(easy, code, words);
	copy(reply->words, words[0] != '\0' ? words : curl_easy_strerror(code));
	if (reply->fault == PROBE_ANSWERED)
		take_reply(transfer, code, reply);
	curl_slist_free_all(rules);
	transfer_destroy(transfer);
	curl_global_cleanup();
}

void probe_reply_finish(struct probe_reply *reply)
{
	text_finish(&reply->body);
	*reply = (struct probe_reply){ 0 };
}

const char *probe_fault_words(enum probe_fault fault)
{
	static const char *const words[PROBE_FAULTS] = {
		[PROBE_ANSWERED] = "it answers",
		[PROBE_NO_NAME] = "no such name in the DNS",
		[PROBE_NO_ROUTE] = "nobody takes the connection",
		[PROBE_SILENT] = "no answer in time",
		[PROBE_EXPIRED] = "its certificate has expired, or is not valid yet",
		[PROBE_UNTRUSTED] = "its certificate or one between is not trusted",
		[PROBE_OTHER_NAME] = "its certificate is for another name",
		[PROBE_NO_TLS] = "no TLS connection comes about (1.2 is the least)",
		[PROBE_BROKEN] = "the exchange broke off",
	};

	assert(fault < PROBE_FAULTS);
	return words[fault];
}
