// SPDX-License-Identifier: MIT
//
// cards CARDS RECORDING - what Microsoft's renderer says to every card: one of each that the
// test of the cards makes (CARDS --write), those of the rehearsal that was recorded, and the
// answers that were given to presses in it.
//
// Two complaints are allowed.  The renderer is of Adaptive Cards in general and knows no
// elements of Teams alone; they may be there when they have a `fallback`.  And it refuses every
// `lang` with a region, and each second one without (its pattern remembers where it stood).

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { claim, insidePeer, verdict } from "./lib/peers.mjs";
import { recorded } from "./lib/recorded.mjs";

const VERSION = "1.5";
const BUDGET = 28 * 1024; // bytes of UTF-16
const REFRESHED = 60; // people whom `refresh` may name
const OF_TEAMS = /^(Chart\..*|Badge|Carousel|CodeBlock|Icon|ProgressBar|ProgressRing|Rating|Input\.Rating|Action\.(Popover|ResetInputs|OpenUrlDialog))$/;
const LANGUAGE = /^Invalid value "[a-z]{2,3}(-[A-Z]{2})?" for property "lang"/;

// The package names a file that Node cannot load; the one beside it, for browsers, it can.
function renderer() {
  const module = { exports: {} };
  const source = readFileSync(insidePeer("adaptivecards", "dist", "adaptivecards.js"), "utf8");
  new Function("module", "exports", "window", "self", source)(module, module.exports, globalThis, globalThis);
  return module.exports;
}

const { AdaptiveCard, SerializationContext, ValidationEvent, Version } = renderer();

function* everything(value) {
  if (value === null || typeof value !== "object") return;
  yield value;
  for (const each of Object.values(value)) yield* everything(each);
}

function complaints(card) {
  const context = new SerializationContext(Version.parse(VERSION, new SerializationContext()));
  const parsed = new AdaptiveCard();
  parsed.parse(structuredClone(card), context);
  const events = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
  events.push(...parsed.validateProperties().validationEvents);
  const known = [...everything(card)].filter((each) => OF_TEAMS.test(each.type ?? "") && each.fallback).map((each) => each.type);
  return events
    .map(({ event, message }) => ({ event: ValidationEvent[event], message }))
    .filter(({ message }) => !LANGUAGE.test(message) && !known.some((type) => message.includes(`"${type}"`)))
    .map(({ event, message }) => `${event}: ${message}`);
}

// What the renderer does not look at.
function ownComplaints(card) {
  const said = [];
  const mind = (is, words) => is && said.push(words);
  mind(card.version !== VERSION, `version is ${card.version}`);
  mind(2 * JSON.stringify(card).length > BUDGET, "larger than Teams is sure to take");
  mind(card.refresh?.userIds?.length > REFRESHED, "refreshed for too many");
  for (const each of everything(card)) {
    const type = each.type ?? "";
    if (type.startsWith("Input.")) {
      mind(!each.label, `${each.id} has no label`);
      mind(each.isRequired && !each.errorMessage, `${each.id} is required and does not say so`);
    }
    mind(type === "Image" && each.altText === undefined, `${each.url} has no altText`);
    mind(OF_TEAMS.test(type) && !each.fallback, `${type} has no fallback`);
    mind(type === "Action.Execute" && each !== card.refresh?.action && !each.fallback, `${each.verb} has no fallback`);
    mind(type === "Action.OpenUrl" && !/^https:\/\//.test(each.url ?? ""), `${each.title} opens ${each.url}`);
  }
  return said;
}

const seen = new Set();

function check(where, message) {
  for (const card of everything(message)) {
    if (card.type !== "AdaptiveCard") continue;
    const faults = [...complaints(card), ...ownComplaints(card)];
    claim(faults.length === 0, `${where}: ${faults.join("; ")}`);
    seen.add(JSON.stringify(card));
  }
}

function everyKind(program) {
  const folder = mkdtempSync(join(tmpdir(), "plenary-cards-"));
  try {
    execFileSync(program, ["--write", folder], { stdio: ["ignore", "ignore", "inherit"] });
    const files = readdirSync(folder);
    for (const file of files) check(file, JSON.parse(readFileSync(join(folder, file))));
    claim(files.length > 0, "the test of the cards writes some");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function theJudgeLooks() {
  const bad = [
    { type: "AdaptiveCard", version: VERSION, body: [{ type: "TextBlok", text: "x" }] },
    { type: "AdaptiveCard", version: VERSION, body: [{ type: "TextBlock", text: "x", weight: "heavy" }] },
    { type: "AdaptiveCard", version: VERSION, body: [{ type: "Input.ChoiceSet", label: "x", choices: [{ title: "y" }] }] },
  ];
  for (const card of bad) claim(complaints(card).length > 0, `the renderer minds ${JSON.stringify(card.body[0])}`);
}

const [program, folder] = process.argv.slice(2);
const { said, posted } = recorded(folder);
theJudgeLooks();
everyKind(program);
const kinds = seen.size;
for (const [index, line] of said.entries()) check(`said ${index}`, line.activity);
for (const [index, { response }] of posted.entries()) check(`answer ${index}`, response);
console.log(`${kinds} cards of every kind, ${seen.size - kinds} different ones of a rehearsal`);
claim(seen.size > kinds, "the rehearsal said something in cards");
verdict();
