/* SPDX-License-Identifier: MIT */
#include "daemon/outbox/mail_upload.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/lost.h"
#include "daemon/outbox/parcel.h"
#include "daemon/settings/config.h"
#include "daemon/wire/base64url.h"
#include "daemon/wire/client.h"
#include "daemon/wire/graph.h"
#include "daemon/wire/hosts.h"

enum { CHUNK_MS = 120 * 1000 };

struct mail_upload {
	struct parcel *parcel;
	char *authorization;
	json_t *mail, *attachments;
	struct text draft_url;  /* of the message that was made; "" before */
	struct text upload_url; /* of the file under way */
	char *bytes;            /* of the file under way */
	size_t file, count, at; /* which of the list, its size, how much is there */
	unsigned chunks;
};

static const char *const mail_hosts[] = {
	"outlook.office.com", "outlook.office365.com", "outlook.office365.us",
	"partner.outlook.cn", "graph.microsoft.com",   NULL,
};

static void next_file(struct mail_upload *upload);

bool mail_needs_upload(const struct parcel *parcel)
{
	const size_t length = strlen(parcel->path);

	return length > 9 && strcmp(parcel->path + length - 9, "/sendMail") == 0 &&
	       strlen(parcel->body) > MAIL_REQUEST_BYTES;
}

void mail_upload_destroy(struct mail_upload *upload)
{
	if (upload == NULL)
		return;
	upload->parcel->upload = NULL;
	free(upload->authorization);
	json_decref(upload->mail);
	json_decref(upload->attachments);
	text_finish(&upload->draft_url);
	text_finish(&upload->upload_url);
	free(upload->bytes);
	free(upload);
}

/* -- the end --------------------------------------------------------------------------------- */

static void on_removed(void *context, const struct client_reply *reply)
{
	(void)context;
	if (reply->status != 204 && reply->status != 404)
		log_info("mail", "draft_stays status=%d", reply->status);
}

/* Nobody gets a draft, but the sender would see it. */
static void remove_draft(const struct mail_upload *upload)
{
	const struct graph_request request = {
		.method = "DELETE",
		.url = text_string(&upload->draft_url),
		.authorization = upload->authorization,
	};

	if (upload->draft_url.length > 0)
		graph_send(upload->parcel->outbox->graph, &request, on_removed, NULL);
}

static void broken_off(struct mail_upload *upload, enum reply_class class, int status,
		       int64_t retry_after_ms)
{
	struct parcel *const parcel = upload->parcel;

	remove_draft(upload);
	mail_upload_destroy(upload);
	parcel->delivery.status = (uint32_t)status;
	if (class == REPLY_GIVE_UP)
		parcel_failed(parcel, status);
	else
		parcel_rest(parcel, retry_after_ms);
}

/* True when the step was taken; otherwise all of it has been broken off. */
static bool went_well(struct mail_upload *upload, const struct client_reply *reply)
{
	char code[REPLY_CODE_BYTES];
	const enum reply_class class =
		reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);

	if (class == REPLY_DONE)
		return true;
	log_info("mail", "refused status=%d code=%s file=%zu", reply->status, code,
		 upload->file);
	broken_off(upload, class, reply->status, reply->retry_after_ms);
	return false;
}

/* -- requests -------------------------------------------------------------------------------- */

static void post(struct mail_upload *upload, const char *url, const char *body, bool once,
		 client_reply_fn *on_reply)
{
	const struct graph_request request = {
		.method = "POST",
		.url = url,
		.authorization = upload->authorization,
		.body = body,
		.body_bytes = strlen(body),
		.once = once,
	};

	graph_send(upload->parcel->outbox->graph, &request, on_reply, upload);
}

static void post_json(struct mail_upload *upload, const char *rest, const json_t *json,
		      client_reply_fn *on_reply)
{
	struct text url = { 0 };
	char *const body = json_dumps(json, JSON_COMPACT);

	if (body == NULL)
		abort();
	text_addf(&url, "%s%s", text_string(&upload->draft_url), rest);
	post(upload, text_string(&url), body, false, on_reply);
	text_finish(&url);
	free(body);
}

static void on_sent(void *context, const struct client_reply *reply)
{
	struct mail_upload *const upload = context;
	struct parcel *const parcel = upload->parcel;

	if ((reply->error < 0 && reply->left) || reply->status == 504) {
		mail_upload_destroy(upload);
		parcel_unknown(parcel);
		return;
	}
	if (!went_well(upload, reply))
		return;
	mail_upload_destroy(upload);
	parcel_done(parcel, reply->status, "");
}

static void send_draft(struct mail_upload *upload)
{
	struct text url = { 0 };

	text_addf(&url, "%s/send", text_string(&upload->draft_url));
	post(upload, text_string(&url), "", true, on_sent);
	text_finish(&url);
}

/* -- one file -------------------------------------------------------------------------------- */

static void put_chunk(struct mail_upload *upload);

static void file_is_there(struct mail_upload *upload)
{
	free(upload->bytes);
	upload->bytes = NULL;
	upload->file++;
	next_file(upload);
}

static void on_attached(void *context, const struct client_reply *reply)
{
	struct mail_upload *const upload = context;

	if (went_well(upload, reply))
		file_is_there(upload);
}

/* "3932160-" or "3932160-9999999"; -1 when that is not what it says. */
static long long range_begins(const json_t *ranges)
{
	const char *const next = json_string_value(json_array_get(ranges, 0));
	char *end;

	if (next == NULL)
		return -1;
	const long long from = strtoll(next, &end, 10);

	return end > next && *end == '-' ? from : -1;
}

/* 201 ends it; 200 says where the next range begins. */
static void on_chunk(void *context, const struct client_reply *reply)
{
	struct mail_upload *const upload = context;

	if (!went_well(upload, reply))
		return;
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const long long from = range_begins(json_member(root, "nextExpectedRanges"));

	json_decref(root);
	upload->at = from >= 0 && (size_t)from < upload->count
			     ? (size_t)from
			     : upload->at + MAIL_CHUNK_BYTES;
	if (reply->status == 201 || (upload->at >= upload->count && from < 0))
		file_is_there(upload);
	else if (++upload->chunks > MAIL_CHUNKS || upload->at >= upload->count)
		broken_off(upload, REPLY_GIVE_UP, reply->status, -1);
	else
		put_chunk(upload);
}

static void put_chunk(struct mail_upload *upload)
{
	const size_t left = upload->count - upload->at;
	const size_t size = left < MAIL_CHUNK_BYTES ? left : MAIL_CHUNK_BYTES;
	struct text range = { 0 };

	text_addf(&range, "Content-Range: bytes %zu-%zu/%zu", upload->at,
		  upload->at + size - 1, upload->count);
	const struct client_request request = {
		.method = "PUT",
		.url = text_string(&upload->upload_url),
		.headers = { "Content-Type: application/octet-stream",
			     text_string(&range) },
		.body = upload->bytes + upload->at,
		.body_bytes = size,
		.timeout_ms = CHUNK_MS,
	};

	client_send(upload->parcel->outbox->client, &request, on_chunk, upload);
	text_finish(&range);
}

static void on_session(void *context, const struct client_reply *reply)
{
	struct mail_upload *const upload = context;
	const struct config *const config = upload->parcel->outbox->config;

	if (!went_well(upload, reply))
		return;
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const char *const url = json_text(root, "uploadUrl");
	const bool may = host_may_receive(url, mail_hosts, config->allow_loopback_peers);

	text_clear(&upload->upload_url);
	text_addf(&upload->upload_url, "%s", url);
	json_decref(root);
	if (may) {
		upload->at = 0;
		upload->chunks = 0;
		put_chunk(upload);
	} else {
		log_error("mail", "forbidden_host: the upload URL is not of Microsoft's "
				  "mail service");
		broken_off(upload, REPLY_GIVE_UP, reply->status, -1);
	}
}

/* The bytes as they were before they became text: the number of them, or -1. */
static ssize_t decode_file(struct mail_upload *upload, const json_t *attachment)
{
	const json_t *const bytes = json_member(attachment, "contentBytes");
	const size_t letters = json_string_length(bytes);

	free(upload->bytes);
	upload->bytes = memory_zeroed(letters * 3 / 4 + 1);
	return base64_read(json_string_value(bytes) != NULL ? json_string_value(bytes)
							    : "",
			   letters, upload->bytes);
}

static void next_file(struct mail_upload *upload)
{
	const json_t *const attachment =
		json_array_get(upload->attachments, upload->file);

	if (attachment == NULL) {
		send_draft(upload);
		return;
	}
	const ssize_t count = decode_file(upload, attachment);

	if (count < 0) {
		broken_off(upload, REPLY_GIVE_UP, 0, -1);
	} else if (count < MAIL_INLINE_BYTES) {
		post_json(upload, "/attachments", attachment, on_attached);
	} else {
		upload->count = (size_t)count;
		json_t *const item =
			json_pack("{s:{s:s,s:s,s:s,s:I}}", "AttachmentItem",
				  "attachmentType", "file", "name",
				  json_text(attachment, "name"), "contentType",
				  json_text(attachment, "contentType"), "size",
				  (json_int_t)count);

		post_json(upload, "/attachments/createUploadSession", item, on_session);
		json_decref(item);
	}
}

/* -- the draft ------------------------------------------------------------------------------- */

static void add_messages_url(const struct mail_upload *upload, struct text *url)
{
	const struct parcel *const parcel = upload->parcel;
	char base[512];

	text_addf(url, "%s%.*s/messages", parcel_base(parcel, base),
		  (int)(strlen(parcel->path) - 9), parcel->path);
}

static void on_draft(void *context, const struct client_reply *reply)
{
	struct mail_upload *const upload = context;

	if (!went_well(upload, reply))
		return;
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const char *const id = json_text(root, "id");

	if (id[0] == '\0') {
		json_decref(root);
		broken_off(upload, REPLY_GIVE_UP, reply->status, -1);
		return;
	}
	add_messages_url(upload, &upload->draft_url);
	text_addf(&upload->draft_url, "/");
	text_add_percent(&upload->draft_url, id, strlen(id));
	json_decref(root);
	next_file(upload);
}

void mail_upload_start(struct parcel *parcel)
{
	struct mail_upload *const upload = memory_zeroed(sizeof(*upload));
	struct text url = { 0 };
	json_t *message;

	assert(parcel->upload == NULL);
	parcel->upload = upload;
	upload->parcel = parcel;
	upload->authorization = parcel->authorization;
	parcel->authorization = NULL;
	upload->mail = json_loads(parcel->body, 0, NULL);
	message = json_object_get(upload->mail, "message");
	upload->attachments = json_incref(json_object_get(message, "attachments"));
	json_object_del(message, "attachments");
	add_messages_url(upload, &url);
	char *const body = json_dumps(message, JSON_COMPACT);

	if (body == NULL) {
		broken_off(upload, REPLY_GIVE_UP, 0, -1);
	} else {
		post(upload, text_string(&url), body, true, on_draft);
	}
	text_finish(&url);
	free(body);
}
