// SPDX-License-Identifier: MIT
//
// manifest PLENARY - the manifest of the Teams app against the schema of its own version, as
// Microsoft publishes it in @microsoft/app-manifest: with little configured, with much, and
// then a few that must not pass, so that it is known that the schema looks.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { APP_ID, TENANT_ID } from "./lib/channel.mjs";
import { claim, insidePeer, peer, verdict } from "./lib/peers.mjs";

const program = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "plenary-manifest-"));

const LITTLE = `data_dir: ./data
listen: [{address: "127.0.0.1:8443"}]
public_url: https://plenary.example.test
bot: {app_id: ${APP_ID}, tenant_id: ${TENANT_ID}, secret_file: ./secret}
app:
  developer: Example Training
  website: https://plenary.example.test/about
  privacy: https://plenary.example.test/privacy
  terms: https://plenary.example.test/terms
`;
const MUCH = `${LITTLE}  name: "${"Centre for invented leadership ".repeat(4).slice(0, 99)}x"
  short_name: "${"Invented leadership ".repeat(2).slice(0, 29)}x"
  version: "12.345"
`;

function manifestOf(configuration) {
  writeFileSync(join(folder, "secret"), "secret-of-a-test", { mode: 0o600 });
  writeFileSync(join(folder, "plenary.yaml"), configuration);
  return JSON.parse(execFileSync(program, ["teams-app", join(folder, "plenary.yaml"), "--manifest"]));
}

function faultsOf(manifest) {
  const path = insidePeer("@microsoft/app-manifest", "build/json-schemas/teams", `v${manifest.manifestVersion}`, "MicrosoftTeams.schema.json");
  const schema = JSON.parse(readFileSync(path));
  const Ajv = peer(/draft-04/.test(schema.$schema) ? "ajv-draft-04" : "ajv");
  const ajv = new Ajv({ strict: false, allErrors: true });
  peer("ajv-formats")(ajv);
  const isValid = ajv.compile(schema);
  isValid(manifest);
  return (isValid.errors ?? []).map((fault) => `${fault.instancePath || "/"} ${fault.message} ${JSON.stringify(fault.params)}`);
}

function isGood(words, manifest) {
  const faults = faultsOf(manifest);
  claim(faults.length === 0, `${words}: ${faults.join("; ")}`);
  console.log(`${words}: manifest ${manifest.manifestVersion}, ${JSON.stringify(manifest).length} bytes`);
}

function isBad(words, manifest, change) {
  const copy = structuredClone(manifest);
  change(copy);
  claim(faultsOf(copy).length > 0, `the schema minds ${words}`);
}

try {
  const little = manifestOf(LITTLE);
  isGood("little configured", little);
  isGood("as much as may be configured", manifestOf(MUCH));
  claim(little.bots[0].botId === APP_ID, "the bot is the one that is configured");
  isBad("a member that nobody knows", little, (each) => (each.colour = "blue"));
  isBad("a name that is too long", little, (each) => (each.name.short = "x".repeat(31)));
  isBad("no icons", little, (each) => delete each.icons);
  isBad("a bot without an id", little, (each) => (each.bots[0].botId = "nobody"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
verdict();
