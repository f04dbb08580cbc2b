// SPDX-License-Identifier: MIT
//
// small_graph - as much of Graph as a round needs: a meeting for each room, made and
// changed, alone or in a batch.  Everything else is refused.

import { sendJson } from "./wire.mjs";

function meeting({ externalId, subject }) {
  const thread = `19:meeting_${Buffer.from(externalId).toString("hex")}@thread.v2`;
  return {
    id: `MSo${Buffer.from(externalId).toString("hex")}`,
    externalId,
    subject,
    joinWebUrl: `https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(thread)}/0`,
    chatInfo: { threadId: thread, messageId: "0", replyChainMessageId: "0" },
  };
}

function answer(method, url, body) {
  if (method === "POST" && url.endsWith("/onlineMeetings/createOrGet")) return { status: 201, body: meeting(body) };
  if (method === "PATCH" && url.includes("/onlineMeetings/")) return { status: 200, body };
  const words = { code: "Forbidden", message: "This is a small Graph." };
  return { status: 403, body: { error: words } };
}

export function answerGraph(request, response, bytes) {
  const body = bytes.length > 0 ? JSON.parse(bytes) : undefined;
  if (request.url !== "/v1.0/$batch") {
    const alone = answer(request.method, request.url, body);
    return sendJson(response, alone.status, alone.body);
  }
  const responses = body.requests.map((each) => ({ id: each.id, headers: {}, ...answer(each.method, each.url, each.body) }));
  return sendJson(response, 200, { responses });
}
