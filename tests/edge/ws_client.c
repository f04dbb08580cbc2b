/* SPDX-License-Identifier: MIT */
#include "tests/edge/ws_client.h"

#include <strings.h>

#include "tests/check.h"

void ws_open(struct client *client, const struct server *server, enum way way,
	     const char *subprotocol)
{
	struct text head = { 0 };
	struct reply reply = { 0 };

	client_open(client, server, way);
	text_addf(&head, "%s", WS_HEAD("/live"));
	if (subprotocol != NULL)
		text_addf(&head, "Sec-WebSocket-Protocol: %s\r\n", subprotocol);
	text_addf(&head, "\r\n");
	client_send(client, head.data, head.length);
	client_reply(client, &reply, true);
	CHECK_INT(101, reply.status);
	/* RFC 6455 §1.3 gives this answer to this key. */
	CHECK(strcasestr(reply.head.data,
			 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") !=
	      NULL);
	CHECK((strcasestr(reply.head.data, "Sec-WebSocket-Protocol: ") != NULL) ==
	      (subprotocol != NULL));
	reply_finish(&reply);
	text_finish(&head);
}

static void add_length(struct text *bytes, size_t count)
{
	unsigned char length[9];
	int size = 1;

	length[0] = (unsigned char)(0x80 | (count < 126     ? count
					    : count < 65536 ? 126
							    : 127));
	if (count >= 126)
		size = count < 65536 ? 3 : 9;
	for (int i = 1; i < size; i++)
		length[i] = (unsigned char)(count >> 8 * (size - 1 - i));
	text_add(bytes, (const char *)length, (size_t)size);
}

void ws_frame(struct text *bytes, int opcode, const char *payload, size_t count)
{
	static const char mask[4] = { 0x12, 0x34, 0x56, 0x78 };
	const char first = (char)opcode;

	text_add(bytes, &first, 1);
	add_length(bytes, count);
	text_add(bytes, mask, sizeof(mask));
	for (size_t i = 0; i < count; i++) {
		const char masked = (char)(payload[i] ^ mask[i % 4]);

		text_add(bytes, &masked, 1);
	}
}

void ws_send(struct client *client, int opcode, const char *payload, size_t count)
{
	struct text bytes = { 0 };

	ws_frame(&bytes, opcode, payload, count);
	client_send(client, bytes.data, bytes.length);
	text_finish(&bytes);
}

void ws_say(struct client *client, const char *words)
{
	ws_send(client, WS_FINAL | WS_TEXT, words, strlen(words));
}

void ws_next(struct client *client, struct ws_frame *frame)
{
	unsigned char head[2], length[8];
	size_t count;

	text_finish(&frame->bytes);
	frame->opcode = -1;
	if (!client_exactly(client, (char *)head, 2))
		return;
	CHECK_INT(0, head[1] & 0x80); /* a server masks nothing */
	count = head[1];
	if (count >= 126) {
		const size_t size = count == 126 ? 2 : 8;

		CHECK(client_exactly(client, (char *)length, size));
		count = 0;
		for (size_t i = 0; i < size; i++)
			count = count << 8 | length[i];
	}
	char *const payload = memory_zeroed(count + 1);

	CHECK(client_exactly(client, payload, count));
	text_add(&frame->bytes, payload, count);
	free(payload);
	frame->opcode = head[0];
}

int ws_close_code(struct client *client, struct ws_frame *frame)
{
	const unsigned char *const bytes =
		(const unsigned char *)text_string(&frame->bytes);

	CHECK_INT(WS_FINAL | WS_CLOSE, frame->opcode);
	CHECK(frame->bytes.length >= 2);
	ws_send(client, WS_FINAL | WS_CLOSE, (const char *)bytes, 2);
	return bytes[0] << 8 | bytes[1];
}
