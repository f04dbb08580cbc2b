// SPDX-License-Identifier: MIT
//
// peers - how a test reaches what others wrote, says what it found, and ends.
//
// The packages are in the folder $PEERS (run.sh), outside the tree of sources.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const folder = process.env.PEERS;
const load = createRequire(join(folder, "package.json"));

export const SKIPPED = 77;

export function peer(name) {
  return load(name);
}

// A file inside a package that the package does not offer by name.
export function insidePeer(name, ...path) {
  return join(folder, "node_modules", name, ...path);
}

export function peerVersion(name) {
  return JSON.parse(readFileSync(insidePeer(name, "package.json"))).version;
}

export function skip(words) {
  console.log(`skipped: ${words}`);
  process.exit(SKIPPED);
}

// What is claimed and is not so; a test ends with verdict().
const faults = [];
let claims = 0;

export function claim(is, words) {
  claims++;
  if (!is) {
    faults.push(words);
    console.log(`  NOT SO: ${words}`);
  }
  return is;
}

export function claimEqual(wanted, got, words) {
  const [a, b] = [JSON.stringify(wanted), JSON.stringify(got)];
  return claim(a === b, `${words}: wanted ${a}, got ${b}`);
}

// A test that claims nothing has failed.
export function verdict() {
  console.log(`${claims} claims, ${faults.length} of them not so`);
  process.exitCode = faults.length > 0 || claims === 0 ? 1 : 0;
}

// Waits until look() gives something; what it waits for is named when it does not come.
export async function until(look, words, seconds = 45) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > end) throw new Error(`this did not come: ${words}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}
