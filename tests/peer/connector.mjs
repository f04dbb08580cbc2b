// SPDX-License-Identifier: MIT
//
// connector PLENARY - a session whose messages go to the server side of Microsoft's own SDK:
// a question is answered, a poll is asked and shown, a round sends people to rooms and calls
// them back.  Then the connector throttles and fails, and each card comes once all the same.

import { TENANT_ID } from "./lib/channel.mjs";
import { claim, claimEqual, until, verdict } from "./lib/peers.mjs";
import { ConnectorServer } from "./lib/connector_server.mjs";
import { answerGraph } from "./lib/small_graph.mjs";
import { House } from "./lib/house.mjs";
import { activity, account, joined, QUESTION, said, schedule, THREAD, UID } from "./lib/session.mjs";
import { serve } from "./lib/wire.mjs";

const program = process.argv[2];
const PEOPLE = 7;
const BREATHER_S = 1;
const ROUND = `      - kind: round
        title: In pairs
        minutes: 10
        round: {size: 2}
`;

const textOf = ({ body }) => JSON.stringify(body ?? "");
const done = (server, took, words = "") =>
  server.calls.filter((call) => call.took === took && call.status < 300 && textOf(call).includes(words));
const comes = (server, took, words, count = 1) =>
  until(() => done(server, took, words).length >= count && done(server, took, words), `${took} with ${words}`);

async function inHouse(act) {
  const server = await new ConnectorServer(PEOPLE).open();
  const graph = await serve(answerGraph);
  const house = new House(program);
  try {
    await house.open(server.port, `graph: {base_url: "http://127.0.0.1:${graph.port}", token_url: "http://127.0.0.1:${server.port}/t/oauth2/v2.0/token"}\n`);
    const planned = schedule(PEOPLE, { service_url: server.serviceUrl });
    planned.programme = planned.programme.replace(/(      - \{kind: plenary)/, `${ROUND}$1`);
    await house.tell("session_scheduled", planned);
    const tell = async (each) => {
      const { status, body } = await server.tell(house, each);
      claimEqual(200, status, `${each.type} ${each.name ?? each.text ?? ""} is taken: ${body}`);
      return body;
    };
    await act({ server, house, tell });
  } catch (fault) {
    console.log(server.calls.map(({ method, path, took, status }) => `${method} ${path} ${took} ${status}`).join("\n"), house.log().slice(-2500));
    throw fault;
  } finally {
    await house.close();
    await server.close();
    await graph.close();
  }
}

async function everybodyComes({ server, tell }) {
  const url = server.serviceUrl;
  await tell(activity("installationUpdate", url, { action: "add" }));
  await tell(activity("event", url, { name: "application/vnd.microsoft.meetingStart", value: { Title: "Session" } }));
  for (let number = 0; number < PEOPLE; number++) await tell(joined(number, url));
}

// -- a session -------------------------------------------------------------------------------

async function question({ server, tell }) {
  const asked = said("status", server.serviceUrl);
  await tell(asked);
  const [answer] = await comes(server, "reply", `${PEOPLE} here`);
  claimEqual(asked.id, answer.activity, "a question is answered where it was asked");
}

async function poll({ server, tell }) {
  await tell(said("poll open 1", server.serviceUrl));
  const [card] = await comes(server, "send", QUESTION);
  const press = {
    name: "adaptiveCard/action",
    from: account(1),
    replyToId: card.id,
    value: { action: { type: "Action.Execute", verb: "poll.vote", data: { session: UID, poll: 0, choice: "1" } }, trigger: "manual" },
  };
  const answer = JSON.parse(await tell(activity("invoke", server.serviceUrl, press)));
  claimEqual(200, answer.statusCode, "the vote is taken");
  await tell(said("poll show 1", server.serviceUrl));
  const updates = await comes(server, "update", "1 answer");
  claimEqual(card.id, updates.at(-1).activity, "the card that is updated is the one that was sent");
}

// Pressed in the card of a room; asked of who leads, in the chat of all.
async function callForHelp({ server, tell }) {
  const [card] = done(server, "send", "Join room").filter((call) => call.targeted);
  const [, room] = /Join room (\d+)/.exec(textOf(card));
  const from = server.members.find(({ id }) => id === card.body.recipient.id);
  const action = { type: "Action.Execute", verb: "room.help", data: { session: UID, room: Number(room) } };
  const press = { name: "adaptiveCard/action", from, replyToId: card.id, value: { action, trigger: "manual" } };
  const before = done(server, "send").length;
  const answer = JSON.parse(await tell(activity("invoke", server.serviceUrl, press)));
  claimEqual(200, answer.statusCode, "a call for help is taken");
  return until(
    () => done(server, "send").slice(before).find((call) => call.conversation === THREAD && !call.targeted),
    "who leads is asked",
  );
}

// Person 02 has the app nowhere but here and not in its newest form: what only they are to
// see is refused, so a chat with them alone is opened.
async function round({ server, tell }) {
  const url = server.serviceUrl;
  const alone = account(2).id;
  server.refuses = (call) =>
    call.targeted && call.body?.recipient?.id === alone && { status: 403, code: "ForbiddenOperationException" };
  await tell(said("start", url));
  for (let block = 0; block < 2; block++) await tell(said("skip", url));
  const cards = await comes(server, "send", "Join room", PEOPLE - 1);
  const [opened] = await comes(server, "create", alone);
  claimEqual([alone], opened.body.members.map((each) => each.id), "a chat is opened with one person");
  claimEqual(TENANT_ID, opened.body.tenantId ?? opened.body.channelData?.tenant?.id, "in the tenant of the session");
  claimEqual(1, cards.filter((call) => call.conversation === opened.id).length, "their room is told in that chat");
  const help = await callForHelp({ server, tell });
  await tell(said("recall", url));
  await until(() => done(server, "delete").some((call) => call.activity === help.id), "a call for help is taken back");
  const told = new Set(cards.map((call) => call.id));
  await until(
    () => done(server, "update").filter((call) => told.has(call.activity)).length >= PEOPLE - 1,
    "every card of a room says that the round is over",
  );
}

// What is so of every call, whatever it is for.
function lookBack({ server }) {
  const kinds = new Map();
  for (const call of server.calls) {
    const words = `${call.method} ${call.path}`;
    claim(call.status === 403 || call.took !== "", `${words} reaches a handler`);
    claim((call.status >= 200 && call.status < 300) || server.refuses(call), `${words} is taken: ${call.status}`);
    claimEqual("Bearer token-of-a-test", call.headers.authorization, `${words}: token`);
    if (call.body) claim(/^application\/json/.test(call.headers["content-type"]), `${words}: content type`);
    if (["send", "reply", "update"].includes(call.took)) {
      claimEqual("message", call.body.type, `${words}: type`);
      claim(call.body.text || call.body.summary, `${words}: what a notification says`);
      claim(/^(19:meeting_\w+@thread\.v2|a:1-.*)$/.test(call.conversation), `${words}: one part of the path is the chat`);
      claimEqual(call.targeted, call.body.recipient !== undefined, `${words}: only what is for one person names one`);
    }
    const kind = `${call.took}${call.targeted ? ", targeted" : ""}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of kinds) console.log(`  ${count} × ${kind}`);
  for (const kind of ["send", "send, targeted", "reply", "update", "update, targeted", "delete", "create", "members", "meeting"]) claim(kinds.has(kind), `the session has reached: ${kind}`);
}

async function session(scene) {
  const { server, house, tell } = scene;
  await everybodyComes(scene);
  await question(scene);
  await poll(scene);
  await round(scene);
  await tell(said("announce the room next door is free", server.serviceUrl));
  await comes(server, "send", "next door", PEOPLE - 1);
  for (const took of ["members", "meeting"]) await comes(server, took, "");
  await until(async () => (await house.metric("outbox_waiting")) === 0, "nothing waits any more");
  await until(() => server.calls.every((call) => call.status), "every call is answered");
  lookBack(scene);
}

// -- trouble ---------------------------------------------------------------------------------

const failing = (count, trouble) => async (scene) => {
  const { server, house, tell } = scene;
  await everybodyComes(scene);
  await until(async () => (await house.metric("outbox_waiting")) === 0, "all that was before is sent");
  let left = count;
  server.refuses = (call) => textOf(call).includes(QUESTION) && left > 0 && left-- && trouble;
  await tell(said("poll open 1", server.serviceUrl));
  await comes(server, "send", QUESTION);
  await until(async () => (await house.metric("outbox_waiting")) === 0, "nothing waits any more");
  const cards = server.calls.filter((call) => textOf(call).includes(QUESTION));
  claimEqual([...Array(count).fill(trouble.status), 200], cards.map((call) => call.status), "the card comes once in the end");
  if (trouble.headers)
    for (let i = 1; i < cards.length; i++)
      claim(cards[i].at - cards[i - 1].at >= BREATHER_S * 1000, "Retry-After is waited for");
  console.log(`  ${trouble.status} ${trouble.code}: ${cards.map((call) => call.status).join(" ")}`);
};

await inHouse(session);
await inHouse(failing(2, { status: 429, code: "Throttled", headers: { "retry-after": String(BREATHER_S) } }));
await inHouse(failing(1, { status: 502, code: "BadGateway" }));
verdict();
