// SPDX-License-Identifier: MIT
//
// session - a small session of invented people, and the activities Teams would send of it.

import { randomUUID } from "node:crypto";

import { APP_ID, TENANT_ID } from "./channel.mjs";

export const UID = "session-of-a-test";
export const THREAD = "19:meeting_MDAwMQ@thread.v2";
export const BOT_ID = `28:${APP_ID}`;
export const QUESTION = "How ready do you feel to lead a small change?";
export const CHOICES = ["Not yet", "Nearly", "Ready"];

const two = (number) => String(number).padStart(2, "0");

// Person 0 leads; the others take part.
export function person(number) {
  return {
    name: number === 0 ? "Facilitator 00" : `Person ${two(number)}`,
    email: `person${two(number)}@example.test`,
    object_id: `00000000-0000-0000-0000-0000000000${two(number)}`,
    teams_id: `29:person-${two(number)}`,
    role: number === 0 ? "facilitator" : "participant",
    profession: "nurse",
  };
}

export const PROGRAMME = `id: peer
title: A taster for tests
policy: {minimum_answers: 1}
modules:
  - number: 1
    title: Leading a small change
    outcomes: [Say where you stand]
    polls:
      - id: ready
        question: ${QUESTION}
        kind: single
        choices: [${CHOICES.join(", ")}]
        anonymous: false
    blocks:
      - {kind: admin, title: Arrival, minutes: 5}
      - {kind: poll, title: Where you stand, minutes: 5, polls: [ready]}
      - {kind: plenary, title: What it takes, minutes: 20}
`;

export function schedule(people, over = {}) {
  return {
    uid: UID,
    programme: PROGRAMME,
    module: 1,
    starts: new Date(Math.floor(Date.now() / 60000) * 60000).toISOString().replace(".000", ""),
    organiser_id: person(0).object_id,
    tenant_id: TENANT_ID,
    people: Array.from({ length: people }, (_, number) => person(number)),
    meeting: { thread_id: THREAD, join_url: "https://teams.example.test/join/1" },
    ...over,
  };
}

export function account(number) {
  const { name, teams_id, object_id } = person(number);
  return { id: teams_id, name, aadObjectId: object_id };
}

export function activity(type, serviceUrl, over = {}) {
  return {
    type,
    id: randomUUID(),
    timestamp: new Date().toISOString(),
    serviceUrl,
    channelId: "msteams",
    from: account(0),
    conversation: { id: THREAD, conversationType: "groupChat", isGroup: true, tenantId: TENANT_ID },
    recipient: { id: BOT_ID, name: "Plenary" },
    channelData: { tenant: { id: TENANT_ID }, meeting: { id: "MCMxOTptZWV0aW5nX01EQXdNUUB0aHJlYWQudjIjMA==" } },
    ...over,
  };
}

export function joined(number, serviceUrl, over = {}) {
  const user = { ...account(number), tenantId: TENANT_ID };
  return activity("event", serviceUrl, {
    name: "application/vnd.microsoft.meetingParticipantJoin",
    value: { members: [{ user, meeting: { inMeeting: true, role: "Attendee" } }] },
    ...over,
  });
}

// Typed in the meeting chat: mentions the bot.
export function said(text, serviceUrl, number = 0) {
  const mention = "<at>Plenary</at>";
  return activity("message", serviceUrl, {
    from: account(number),
    text: `${mention} ${text}`,
    textFormat: "plain",
    entities: [{ type: "mention", text: mention, mentioned: { id: BOT_ID, name: "Plenary" } }],
  });
}
