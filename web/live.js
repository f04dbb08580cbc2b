// SPDX-License-Identifier: MIT
//
// live - keeps the page of a session fresh.
//
// The daemon sends one JSON object per message over the websocket /live: first a "snapshot",
// then "delta"s.  Both have the same members, each optional in a delta:
//
//   session  {number, title, module, state}
//   clock    {at_ms, speed, state, block: {index, title, kind, started_ms, ends_ms} or null,
//             next: {title, starts_ms} or null, behind_ms,
//             late: "Coffee will begin 3 minutes late.", or ""}
//   people   [{number, name, role, place, here}]       delta: those who changed
//   places   [{place, name}]
//   polls    [{poll, question, state, answers, withheld, choices: [{text, count}]}]
//                                                      delta: those that changed
//   round    {state, said, rooms: [{room, name, people: [number]}]}   name: "Room 3" unless given
//   unheard  which meetings nobody tells us of, in words; "" when all are heard
//   notice   {text, urgent}                            said once, kept nowhere
//
// Of these the page makes the same elements as web/markup.c.  Times are Unix milliseconds on
// the session's clock, which may run faster than ours.

const RETRY_FIRST_MS = 1000;
const RETRY_LONGEST_MS = 30000;
const CLOSED_BY_POLICY = 1008; // RFC 6455 §7.4.1: we are not let in, so there is no use in asking
const WARNINGS_MS = [300000, 60000, 30000];

const main = document.getElementById("maincontent");
const byId = (id) => document.getElementById(id);
const names = new Intl.Collator("en-GB");
const times = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  timeZone: main.dataset.zone || undefined,
});

const known = {
  session: null,
  clock: null,
  clockReadAt: 0,
  people: new Map(),
  places: new Map(),
  polls: new Map(),
  round: null,
};

// --- words ---------------------------------------------------------------------------------

function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function capitalised(word) {
  return word ? word[0].toUpperCase() + word.slice(1) : "";
}

function timeOf(ms) {
  return times.format(new Date(ms));
}

function minutesAndSeconds(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function spokenDuration(ms) {
  return ms < 60000
    ? counted(Math.round(ms / 1000), "second")
    : counted(Math.round(ms / 60000), "minute");
}

const CLOCK_WORDS = {
  waiting: "Waiting to start",
  running: "Running",
  held: "Held",
  ended: "Ended",
};

const POLL_WORDS = { open: "Open", closed: "Closed", shown: "Results shown" };

const ROUND_WORDS = {
  none: "No rooms are open.",
  waiting: "Rooms are being prepared.",
  open: "Rooms are open.",
  recalled: "Everybody is called back to the main meeting.",
};

// --- elements ------------------------------------------------------------------------------

// A live region and a reader's place in a table both suffer from text that is set again.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function made(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function row(cells, attributes = {}) {
  const [first, ...others] = cells;
  return made(
    "tr",
    { class: "nhsuk-table__row", ...attributes },
    made("th", { scope: "row", class: "nhsuk-table__header" }, first),
    ...others.map((cell) => made("td", { class: "nhsuk-table__cell" }, cell)),
  );
}

// --- the clock -----------------------------------------------------------------------------

function now() {
  const { clock } = known;
  const passed = clock.state === "running" || clock.state === "waiting";
  const since = passed ? (performance.now() - known.clockReadAt) * clock.speed : 0;
  return clock.at_ms + since;
}

const warnings = { endsMs: null, left: [] };

// A warning that lies behind us, or is as long as the block, is not given; a new end plans
// them anew.
function warn(leftMs, block) {
  if (warnings.endsMs !== block.ends_ms) {
    const wholeMs = block.ends_ms - block.started_ms;
    warnings.endsMs = block.ends_ms;
    warnings.left = WARNINGS_MS.filter((ms) => ms < leftMs && ms < wholeMs);
  }
  let due = null;
  while (warnings.left.length > 0 && leftMs <= warnings.left[0]) due = warnings.left.shift();
  if (due !== null) say(byId("connection"), `${spokenDuration(due)} left: ${block.title}`);
}

function showTimeLeft() {
  const { clock } = known;
  const block = clock && clock.block;
  if (!block || clock.state === "waiting" || clock.state === "ended") {
    say(byId("left"), "");
    say(byId("ends"), "");
    return;
  }
  const leftMs = block.ends_ms - now();
  say(
    byId("left"),
    leftMs >= 0 ? `${minutesAndSeconds(leftMs)} left` : `${minutesAndSeconds(-leftMs)} over time`,
  );
  say(byId("ends"), `until ${timeOf(block.ends_ms)}`);
  if (clock.state === "running") warn(leftMs, block);
}

function nextWords(clock) {
  if (!clock.next || clock.state === "ended") return "";
  const inMs = clock.next.starts_ms - now();
  const away = inMs > 0 ? ` (in ${spokenDuration(Math.max(inMs, 1000))})` : "";
  return `Next at ${timeOf(clock.next.starts_ms)}${away}: ${clock.next.title}`;
}

function blockWords(clock) {
  if (clock.state === "ended") return "The session has ended.";
  if (clock.block) return clock.block.title;
  return clock.state === "waiting" ? "The session has not started yet." : "";
}

function behindWords(clock) {
  const minutes = Math.round((clock.behind_ms || 0) / 60000);
  const words = [];
  if (clock.state === "ended") return "";
  if (minutes > 0) words.push(`${counted(minutes, "minute")} behind the plan`);
  if (minutes < 0) words.push(`${counted(-minutes, "minute")} ahead of the plan`);
  if (clock.late) words.push(clock.late);
  return words.join(". ");
}

function showClock() {
  const { clock } = known;
  if (!clock) return;
  say(byId("state"), CLOCK_WORDS[clock.state] || capitalised(clock.state));
  say(byId("block"), blockWords(clock));
  say(byId("behind"), behindWords(clock));
  say(byId("next"), nextWords(clock));
  showTimeLeft();
}

// --- people, rooms, polls ------------------------------------------------------------------

function whereabouts(person) {
  return person.here ? known.places.get(person.place) || "Here" : "Not here";
}

function personRow(person) {
  return row([person.name, capitalised(person.role), whereabouts(person)], {
    "data-person": person.number,
  });
}

function showPeople() {
  const body = byId("people");
  const people = [...known.people.values()].sort(
    (a, b) => names.compare(a.name, b.name) || a.number - b.number,
  );
  const rows = new Map([...body.rows].map((element) => [element.dataset.person, element]));
  people.forEach((person, i) => {
    const fresh = personRow(person);
    const old = rows.get(String(person.number));
    const element = old && old.isEqualNode(fresh) ? old : fresh;
    if (old && element === fresh) old.replaceWith(fresh);
    if (body.rows[i] !== element) body.insertBefore(element, body.rows[i] || null);
  });
  while (body.rows.length > people.length) body.deleteRow(-1);
  const here = people.filter((person) => person.here).length;
  say(byId("here"), `People here: ${here} of ${people.length}.`);
}

function showRound() {
  const { round } = known;
  if (!round) return;
  say(byId("round"), round.said || ROUND_WORDS[round.state] || "");
  const rooms = round.state === "none" ? [] : round.rooms || [];
  byId("rooms").replaceChildren(
    ...rooms.map(({ room, name, people }) => {
      const inside = people.map((number) => known.people.get(number)?.name || `Person ${number}`);
      return row([name || `Room ${room}`, inside.join(", ")]);
    }),
  );
}

function choicesTable(poll) {
  const whole = poll.choices.reduce((sum, choice) => sum + choice.count, 0);
  const head = (text) => made("th", { scope: "col", class: "nhsuk-table__header" }, text);
  const rows = poll.choices.map((choice) => {
    const percent = whole === 0 ? 0 : Math.round((choice.count * 100) / whole);
    const line = row([choice.text, `${choice.count} (${percent}%)`]);
    line.lastChild.classList.add("plenary-table__number");
    line.lastChild.append(
      made("progress", {
        class: "plenary-bar",
        "aria-hidden": "true",
        value: choice.count,
        max: whole || 1,
      }),
    );
    return line;
  });
  return made(
    "table",
    { class: "nhsuk-table nhsuk-table--compact plenary-table" },
    made("caption", { class: "nhsuk-table__caption nhsuk-u-visually-hidden" }, `Answers to: ${poll.question}`),
    made("thead", { class: "nhsuk-table__head" }, made("tr", {}, head("Answer"), head("People"))),
    made("tbody", { class: "nhsuk-table__body" }, ...rows),
  );
}

function pollSection(poll) {
  const tooFew = poll.withheld && poll.state === "shown";
  const withheld = tooFew ? ". Too few people answered to show what they said." : "";
  const section = made(
    "article",
    { class: "plenary-poll", "data-poll": poll.poll },
    made("h3", { class: "nhsuk-heading-s" }, poll.question),
    made(
      "p",
      {},
      made("strong", { class: "nhsuk-tag nhsuk-tag--white" }, POLL_WORDS[poll.state] || "Closed"),
      ` ${counted(poll.answers, "answer")}${withheld}`,
    ),
  );
  if (!poll.withheld && poll.choices && poll.choices.length > 0) {
    section.append(choicesTable(poll));
  }
  return section;
}

function showPolls() {
  const polls = [...known.polls.values()].sort((a, b) => a.poll - b.poll);
  byId("polls").replaceChildren(...polls.map(pollSection));
}

function showSession() {
  const { session } = known;
  if (!session) return;
  say(byId("title"), session.title);
  say(byId("module"), Number.isInteger(session.module) ? `Module ${session.module}` : session.module || "");
  document.title = `${session.title} – Plenary`;
}

// --- messages ------------------------------------------------------------------------------

function notice({ text, urgent }) {
  if (urgent) byId("urgent").replaceChildren(made("p", { class: "plenary-alert" }, text));
  else say(byId("connection"), text);
}

function roundChanged(before, after) {
  if (before === after || before === undefined) return;
  if (after === "recalled") {
    notice({ text: ROUND_WORDS.recalled, urgent: true });
    return;
  }
  byId("urgent").replaceChildren();
  if (after === "open") notice({ text: ROUND_WORDS.open, urgent: false });
}

function take(message) {
  const before = known.round?.state;
  if (message.type === "snapshot") {
    known.people.clear();
    known.places.clear();
    known.polls.clear();
  }
  if (message.session) known.session = message.session;
  if (message.clock) {
    known.clock = message.clock;
    known.clockReadAt = performance.now();
  }
  for (const person of message.people || []) known.people.set(person.number, person);
  for (const { place, name } of message.places || []) known.places.set(place, name);
  for (const poll of message.polls || []) known.polls.set(poll.poll, poll);
  if (message.round) known.round = message.round;
  if (message.unheard !== undefined) say(byId("unheard"), message.unheard);
  show(message);
  roundChanged(before, known.round?.state);
  if (message.notice) notice(message.notice);
}

function show(message) {
  const all = message.type === "snapshot";
  if (message.session) showSession();
  if (message.clock) showClock();
  if (all || message.people || message.places) showPeople();
  if (all || message.people || message.places || message.round) showRound();
  if (all || message.polls) showPolls();
}

// --- the connection ------------------------------------------------------------------------

let retryMs = RETRY_FIRST_MS;
let freshAt = Date.now();
let isLost = false;

function address() {
  const url = new URL("/live", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("session", main.dataset.session);
  return url;
}

function received(event) {
  const message = JSON.parse(event.data);
  freshAt = Date.now();
  retryMs = RETRY_FIRST_MS;
  if (message.type === "snapshot") {
    say(byId("connection"), isLost ? "Connected again." : "This page keeps itself up to date.");
    isLost = false;
  }
  take(message);
}

function lost(event) {
  if (event.code === CLOSED_BY_POLICY) {
    const link = made("a", { href: "/login" }, "Sign in again");
    byId("connection").replaceChildren("You are no longer signed in. ", link, ".");
    return;
  }
  // Said once: a reader who hears every attempt hears nothing else.
  if (!isLost) {
    say(
      byId("connection"),
      `The connection was lost. What you see is from ${timeOf(freshAt)}. Trying to connect again.`,
    );
  }
  isLost = true;
  setTimeout(connect, retryMs * (0.5 + Math.random() / 2));
  retryMs = Math.min(retryMs * 2, RETRY_LONGEST_MS);
}

function connect() {
  const socket = new WebSocket(address(), "plenary.live");
  socket.addEventListener("message", received);
  socket.addEventListener("close", lost);
}

document.documentElement.classList.add("js-enabled");
connect();
setInterval(() => {
  if (known.clock) {
    showTimeLeft();
    say(byId("next"), nextWords(known.clock));
  }
}, 1000);
