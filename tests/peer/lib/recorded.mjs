// SPDX-License-Identifier: MIT
//
// recorded - what recording.mjs has kept of a rehearsal.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { skip } from "./peers.mjs";

export function recorded(folder) {
  const file = join(folder, "wire.json");
  if (!existsSync(file)) skip(`${file} is not there; the test peer_recording makes it`);
  return JSON.parse(readFileSync(file));
}
