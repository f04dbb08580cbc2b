// SPDX-License-Identifier: MIT
//
// tokens PLENARY [--write] - which tokens open the door: Plenary's verdict and those of
// Microsoft's three validators, case by case (token_cases.mjs).
//
// Fails where Plenary answers what it must not, where an accepted request leaves no event
// or a refused one leaves one, where a validator says something else than it was found to
// say, and where docs/token-verdicts.md is not what was found.  --write writes that page.

import { readFileSync, writeFileSync } from "node:fs";

import { METADATA_PATH, APP_ID, connectorValidator, startChannel, TENANT_ID } from "./lib/channel.mjs";
import { House } from "./lib/house.mjs";
import { claim, claimEqual, insidePeer, peer, peerVersion, verdict } from "./lib/peers.mjs";
import { joined, schedule } from "./lib/session.mjs";
import { cases, keys, SERVICE, VALIDATORS } from "./token_cases.mjs";

const PAGE = "docs/token-verdicts.md";
const published = Object.values(keys);

// -- Microsoft's three ---------------------------------------------------------------------

function quietLogger() {
  const quiet = { child: () => quiet };
  for (const level of ["debug", "info", "warn", "error", "log"]) quiet[level] = () => {};
  return quiet;
}

function teamsValidator(metadataUrl) {
  const { PUBLIC, withOverrides } = peer("@microsoft/teams.api");
  const { InboundActivityTokenValidator } = peer(
    insidePeer("@microsoft/teams.apps", "dist/middleware/auth/inbound-activity-token-validator.js"),
  );
  const cloud = withOverrides(PUBLIC, { openIdMetadataUrl: metadataUrl });
  return new InboundActivityTokenValidator(APP_ID, TENANT_ID, undefined, quietLogger(), cloud);
}

// This one reads Microsoft's own address and no other, so it is handed the keys.
function agentsValidator() {
  const agents = peer(insidePeer("@microsoft/agents-hosting", "dist/src/auth/jwt-middleware.js"));
  agents.getJwksClient("https://login.botframework.com/v1/.well-known/keys").getSigningKey = (kid, done) => {
    const key = published.find((each) => each.kid === kid);
    if (!key) return done(new Error("unknown key"));
    done(null, { getPublicKey: () => key.publicKey.export({ type: "spki", format: "pem" }) });
  };
  const registration = { clientId: APP_ID, tenantId: TENANT_ID, validateIssuer: true };
  const guard = agents.authorizeJWT({ clientId: APP_ID, connections: new Map([["one", registration]]) });
  return (authorization) =>
    new Promise((taken, refused) => {
      const response = { status: () => response, send: refused, end() {}, header() {} };
      const request = { method: "POST", headers: authorization ? { authorization } : {} };
      guard(request, response, taken).catch(refused);
    });
}

function validators(metadataUrl) {
  const connector = connectorValidator(metadataUrl);
  const teams = teamsValidator(metadataUrl);
  const agents = agentsValidator();
  return [
    (header, activity) => connector.authenticateRequest(activity, header ?? ""),
    (header, activity) => teams.check(header ?? "", activity),
    (header) => agents(header),
  ];
}

async function saysOf(validator, header, activity) {
  try {
    await validator(header, structuredClone(activity));
    return "+";
  } catch {
    return "-";
  }
}

// -- the table -----------------------------------------------------------------------------

async function judge(each, number, house, theirs) {
  // Each comes with a person who joins, so that what is taken leaves one event.
  const activity = joined(number, SERVICE, each.activity);
  const { status, body } = await house.activity(activity, each.header);
  const letters = [];
  for (const validator of theirs) letters.push(await saysOf(validator, each.header, activity));
  claim(each.status.includes(status), `${each.name}: ${each.status.join(" or ")} and not ${status} ${body}`);
  claimEqual(status === 200 ? 1 : 0, house.joins(number), `${each.name}: events after ${status}`);
  claimEqual(each.others, letters.join(""), `${each.name}: what the validators say`);
  return { ...each, got: status, letters };
}

const sign = { "+": "takes", "-": "refuses" };

function page(rows) {
  const heads = VALIDATORS.map((name) => `${name} ${peerVersion(name)}`);
  const lines = rows.map(
    (row) => `| ${[row.name, row.got === 200 ? "**takes**" : `**refuses** ${row.got}`, ...row.letters.map((letter) => sign[letter]), row.why ?? ""].join(" | ")} |`,
  );
  return `# Who opens the door of the bot

What the daemon answers to a request with a good or a bad token, beside what three validators that Microsoft wrote say to the
same token and activity. Made by \`tests/peer/tokens.mjs --write\`; the test fails when any of them says something else.

What is taken becomes an event in the journal; what is refused leaves nothing there. 401: the token is not good; 403: it is,
but not for this activity. The last validator looks at the token alone, never at the activity.

| case | Plenary | ${heads.join(" | ")} | where they differ: why ours |
| --- | --- | ${heads.map(() => "---").join(" | ")} | --- |
${lines.join("\n")}
`;
}

// What was taken once is answered alike and not taken twice, however good the token.
async function repeat(house) {
  const activity = joined(cases.length, SERVICE);
  const { header } = cases[0];
  for (const time of ["first", "second"])
    claimEqual(200, (await house.activity(activity, header)).status, `the ${time} time is answered well`);
  claimEqual(1, house.joins(cases.length), "a repeat is no second event");
}

function keepPage(text, write) {
  if (write) writeFileSync(PAGE, text);
  else claim(readFileSync(PAGE, "utf8") === text, `${PAGE} is what was found (--write makes it so)`);
}

console.error = () => {}; // botframework-connector says each refusal there
const channel = await startChannel(published);
const house = new House(process.argv[2]);
try {
  await house.open(channel.port);
  await house.tell("session_scheduled", schedule(cases.length + 1));
  const theirs = validators(`http://127.0.0.1:${channel.port}${METADATA_PATH}`);
  const rows = [];
  for (const [number, each] of cases.entries()) rows.push(await judge(each, number, house, theirs));
  await repeat(house);
  claim(house.log().includes("service_host_not_allowed"), "a place where nothing may be sent is an alarm");
  for (const row of rows) console.log(`${row.name.padEnd(50)} ${row.got} ${row.letters.join(" ")}`);
  keepPage(page(rows), process.argv.includes("--write"));
} finally {
  await house.close();
  await channel.close();
}
verdict();
