// SPDX-License-Identifier: MIT
//
// activities RECORDING - what Microsoft's own bot class takes our activities for: the samples
// our decoder is tested with, those of ../shared where that folder is, and everything the
// stand-in tenant posted in the rehearsal that was recorded.  The last must show good tokens.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { METADATA_PATH, connectorValidator, startChannel } from "./lib/channel.mjs";
import { claim, claimEqual, verdict } from "./lib/peers.mjs";
import { recorded } from "./lib/recorded.mjs";
import { makeTeamsBot } from "./lib/teams_bot.mjs";

const OURS = "tests/daemon/samples";
const SHARED = "../shared/protocols/samples/bot";

// The name of a sample begins so: what the class must take it for, by its last word.  The
// first that fits counts.
const MEANINGS = [
  // Names in another case or with blanks, and members in camel case, have been seen on the
  // wire.  Microsoft's class compares exactly and goes no further than "event"; we do.
  [/^(join-other-case|leave-in-meeting|meeting-(end|start-blank)-camel|.*-variant)$/, "event"],
  [/^installation-update-remove(-upgrade)?$/, ""],
  // It wants what the page documents to be there, and we want nothing of it.
  [/^meeting-start-no-timestamp$/, "fault"],
  [/^invoke-action-missing$/, "fault"],
  [/^invoke-(value-missing|file-consent)$/, ""],

  [/^(event-)?meeting-?start/i, "meeting started"],
  [/^(event-)?meeting-?end/i, "meeting ended"],
  [/^(join|event-meetingParticipantJoin)/, "joined"],
  [/^(leave|event-meetingParticipantLeave)/, "left"],
  [/^event-read-?receipt/i, "read receipt"],
  [/^event-unknown/, "event"],
  [/^message-delete|^messageDelete/, "message soft-deleted"],
  [/^message(Update)?-undelete/, "message undeleted"],
  [/^message-update|^messageUpdate/, "message edited"],
  [/^message-?reaction/i, "reactions added"],
  [/^message/, "message"],
  [/^typing/, "typing"],
  [/^(type-unknown|unknown-type)/, "unknown type"],
  [/^installation-?update-remove/i, "uninstalled"],
  [/^installation-?update/i, "installed"],
  [/^conversation-?update-(team)?channelCreated/i, "channel created"],
  [/^conversation-?update-channelDeleted/i, "channel deleted"],
  [/^conversation-?update-(channelRenamed|renamed)/i, "channel renamed"],
  [/^conversation-?update-teamDeleted/i, "team deleted"],
  [/^conversation-?update-channel-?shared/i, "conversation"],
  [/^conversation-?update-team-?archived/i, "team archived"],
  [/^conversation-?update-team-?renamed/i, "team renamed"],
  [/^conversation-?update.*removed/i, "members removed"],
  [/^conversation-?update-(.*added|people|personal)/i, "members added"],
  [/^invoke-(vote|help|verb|refresh|foreign-card|adaptiveCard)/, "card pressed"],
  [/^invoke-task-fetch/, "dialog asked for"],
  [/^invoke-task-submit/, "dialog sent"],
  [/^invoke-fileConsent-accept/, "file wanted"],
  [/^invoke-fileConsent-decline/, "file not wanted"],
  [/^invoke-compose/, "extension asked"],
  // What it answers with 501 by itself: nobody has written more.
  [/^invoke-(unknown|config-fetch|signin-verify|tab-fetch)/, ""],
];

const STATUS = [
  [/^invoke-(unknown|config-fetch|signin-verify|tab-fetch|action-missing)/, 501],
  [/^invoke-(value-missing|file-consent$)/, 400],
  [/./, 200],
];

const lastWord = (heard) => (heard.at(-1) ?? "").replace(/^fault: [^]*/, "fault");

async function sample(take, folder, name) {
  const fits = ([begins]) => begins.test(name.replace(/^in-/, ""));
  const meaning = MEANINGS.find(fits);
  if (!claim(meaning, `${name}: somebody says in activities.mjs what it means`)) return;
  const { status, heard } = await take(JSON.parse(readFileSync(join(folder, `${name}.json`))));
  claimEqual(STATUS.find(fits)[1], status, `${name}: status`);
  claimEqual(meaning[1], lastWord(heard), `${name}: taken for`);
}

async function samples(folder, files) {
  const take = makeTeamsBot();
  for (const file of files.sort()) await sample(take, folder, file.replace(/\.json$/, ""));
  console.log(`${files.length} activities of ${folder}`);
}

// -- what the stand-in tenant posts ----------------------------------------------------------

// By type and name, exactly as it wrote them: Microsoft's class knows no other spelling.
function wantedOf({ type, name = "", action, membersRemoved = [] }) {
  const event = name.replace(/^application\/vnd\.microsoft\./, "");
  return {
    "event meetingStart": "meeting started",
    "event meetingEnd": "meeting ended",
    "event meetingParticipantJoin": "joined",
    "event meetingParticipantLeave": "left",
    "invoke adaptiveCard/action": "card pressed",
    "message ": "message",
    "messageUpdate ": "message edited",
    "messageDelete ": "message soft-deleted",
    "messageReaction ": "reactions added",
    "installationUpdate ": action?.startsWith("remove") ? "uninstalled" : "installed",
    "conversationUpdate ": membersRemoved.length > 0 ? "members removed" : "members added",
  }[`${type} ${event}`];
}

async function rehearsed({ posted, keys }) {
  const channel = await startChannel(keys.map((jwk) => ({ jwk })));
  const first = posted[0];
  const appId = JSON.parse(Buffer.from(first.authorization.split(".")[1], "base64url")).aud;
  const take = makeTeamsBot(connectorValidator(`http://127.0.0.1:${channel.port}${METADATA_PATH}`, appId));
  const kinds = new Map();
  for (const { activity, authorization } of posted) {
    const wanted = wantedOf(activity);
    const { status, heard } = await take(activity, authorization);
    const kind = `${activity.type} ${activity.name ?? ""}: ${lastWord(heard)}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    claim(status === 200, `${kind} shows a good token: ${status}`);
    claimEqual(wanted, lastWord(heard), `${activity.type} ${activity.name ?? ""} ${heard.at(-1)}`);
  }
  await channel.close();
  for (const [kind, count] of kinds) console.log(`  ${count} × ${kind}`);
  for (const kind of ["meeting started", "meeting ended", "joined", "left", "message", "card pressed"])
    claim([...kinds.keys()].some((each) => each.endsWith(`: ${kind}`)), `the stand-in tenant posts: ${kind}`);
}

console.error = console.warn = () => {}; // the class says there what it does not like
const recording = recorded(process.argv[2]);
await samples(OURS, readdirSync(OURS));
if (existsSync(SHARED)) await samples(SHARED, readdirSync(SHARED).filter((file) => file.startsWith("in-")));
else console.log(`${SHARED} is not here: its samples are not looked at`);
await rehearsed(recording);
verdict();
