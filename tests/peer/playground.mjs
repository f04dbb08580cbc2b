// SPDX-License-Identifier: MIT
//
// playground PLENARY PICTURES - a session as two people see it in Microsoft's Agents
// Playground: who leads types to the bot, a card appears for both, the other presses it, and
// both see the result; the meeting's own events come typed in.  Pictures are left in
// PICTURES, to be looked at.

import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Chat } from "./lib/chat.mjs";
import { House } from "./lib/house.mjs";
import { claim, claimEqual, until, verdict } from "./lib/peers.mjs";
import { needBrowser, Playground } from "./lib/playground.mjs";
import { activity, CHOICES, joined, QUESTION, schedule } from "./lib/session.mjs";

const [program, pictures] = process.argv.slice(2);
const PEOPLE = 7;
const [FACILITATOR, PARTICIPANT] = [0, 1];

const event = (name, value) =>
  activity("event", chat.serviceUrl, { name: `application/vnd.microsoft.${name}`, value });

const running = (count, words) =>
  until(async () => (await house.metric("sessions_running")) === count, words);

async function meetingStarts(leads) {
  await leads.typeActivity(event("meetingStart", { MeetingType: "Scheduled", Title: "Session", StartTime: new Date().toISOString() }));
  await running(1, "a session under way");
  for (let number = 0; number < PEOPLE; number++)
    await leads.typeActivity(joined(number, chat.serviceUrl));
  await leads.mention("status");
  await leads.shows(new RegExp(`${PEOPLE} here`));
}

async function press(playground, choice) {
  const before = chat.posted.length;
  await playground.page.getByRole("radio", { name: choice, exact: true }).last().check();
  await playground.page.getByRole("button", { name: /^(Send|Change) answer$/ }).last().click();
  const answer = await until(
    () => chat.posted.slice(before).find((each) => each.activity.type === "invoke"),
    "a press of the card reaches the bot",
  );
  claimEqual(200, answer.status, "the press is answered");
  return JSON.parse(answer.body);
}

async function poll(leads, takesPart) {
  await leads.mention("poll open 1");
  for (const each of [leads, takesPart]) await each.shows(QUESTION);
  await leads.picture(join(pictures, "playground-poll.png"));
  const refused = await press(leads, CHOICES[0]);
  claim(/role/.test(refused.value), `who leads does not vote, and is told so: ${refused.value}`);
  await leads.shows(refused.value);
  await leads.picture(join(pictures, "playground-refused.png"));
  const taken = await press(takesPart, CHOICES[1]);
  claimEqual(200, taken.statusCode, "the vote is taken");
  await takesPart.shows(`You answered: ${CHOICES[1]}`);
  await takesPart.picture(join(pictures, "playground-voted.png"));
  await press(takesPart, CHOICES[2]);
  await takesPart.shows(`You answered: ${CHOICES[2]}`);
  await leads.mention("poll show 1");
  for (const each of [leads, takesPart]) await each.shows(/1 answer/);
  for (const each of [leads, takesPart]) await each.shows(/1 of 1 \(100 %\)/);
  await leads.picture(join(pictures, "playground-result.png"));
}

// Each card was told to both, and updated in place: one message, whatever became of it.
function lookBack() {
  // It knows conversations, and no meetings.
  for (const each of chat.told.filter(({ path }) => path.includes("/v3/")))
    claim(each.status.every((status) => status < 300), `${each.method} ${each.path} is taken by both`);
  const isCard = ({ activity: message }) => message?.attachments?.length > 0;
  const cards = chat.told.filter(isCard);
  claimEqual(["POST", "PUT"], [...new Set(cards.map((each) => each.method))], "a card is sent, then updated");
  claimEqual(1, cards.filter((each) => each.method === "POST").length, "it is sent once");
}

needBrowser();
mkdirSync(pictures, { recursive: true });
const house = new House(program);
const chat = await new Chat(house).open();
const playgrounds = [FACILITATOR, PARTICIPANT].map((number) => new Playground(chat, number));
try {
  await house.open(chat.port);
  await house.tell("session_scheduled", schedule(PEOPLE));
  for (const each of playgrounds) {
    chat.join(await each.start());
    await each.open();
    await each.choose(1);
  }
  const [leads, takesPart] = playgrounds;
  await meetingStarts(leads);
  await poll(leads, takesPart);
  await leads.typeActivity(event("meetingEnd", { Title: "Session", EndTime: new Date().toISOString() }));
  await running(0, "no session under way");
  lookBack();
} catch (fault) {
  for (const [number, each] of playgrounds.entries())
    await each.page?.screenshot({ path: join(pictures, `playground-fault-${number}.png`) }).catch(() => {});
  console.log(playgrounds.map((each) => each.words.slice(-1000)), house.log().slice(-2000));
  throw fault;
} finally {
  for (const each of playgrounds) await each.close();
  await house.close();
  await chat.close();
}
verdict();
