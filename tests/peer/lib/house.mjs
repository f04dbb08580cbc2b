// SPDX-License-Identifier: MIT
//
// house - a real `plenary serve` in a folder of its own, on a free port.
//
// It listens without TLS, as behind a reverse proxy on the same machine; every check of
// tokens is on.  The folder goes when the house closes, unless the test names one to keep.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { APP_ID, METADATA_PATH, TENANT_ID } from "./channel.mjs";
import { claimEqual, until } from "./peers.mjs";
import { ask, freePort } from "./wire.mjs";

const SECRET = "events-of-a-test-0123456789";
const STARTS = 3; // another process may take the port first

function configuration(port, channelPort, more) {
  const channel = `http://127.0.0.1:${channelPort}`;
  return `data_dir: ./data
listen:
  - address: 127.0.0.1:${port}
    tls: false
allow_loopback_peers: true
bot:
  app_id: ${APP_ID}
  tenant_id: ${TENANT_ID}
  secret_file: ./secret
  metadata_url: ${channel}${METADATA_PATH}
  token_url: ${channel}/${TENANT_ID}/oauth2/v2.0/token
events:
  secret_file: ./secret
live:
  key_file: ./secret
log:
  level: info
${more}`;
}

export class House {
  constructor(program) {
    this.program = program;
    this.folder = mkdtempSync(join(tmpdir(), "plenary-peer-"));
    this.told = 0;
    mkdirSync(join(this.folder, "data"));
    writeFileSync(join(this.folder, "secret"), SECRET, { mode: 0o600 });
  }

  async open(channelPort, more = "") {
    for (let i = 0; i < STARTS; i++) {
      this.port = await freePort();
      this.url = `http://127.0.0.1:${this.port}`;
      writeFileSync(join(this.folder, "plenary.yaml"), configuration(this.port, channelPort, more));
      const log = openSync(join(this.folder, "log"), "a");
      this.process = spawn(this.program, ["serve", "--config", join(this.folder, "plenary.yaml")], {
        stdio: ["ignore", log, log],
      });
      this.ended = once(this.process, "exit");
      if ((await until(() => this.state(), "the daemon is ready")) === "ready") return this;
    }
    throw new Error(`the daemon does not start: ${this.log()}`);
  }

  async state() {
    if (this.process.exitCode !== null) return "ended";
    const answer = await ask(`${this.url}/readyz`).catch(() => undefined);
    return answer?.status === 200 ? "ready" : undefined;
  }

  log() {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  async metric(name) {
    const text = (await ask(`${this.url}/metrics`)).body.toString();
    const found = new RegExp(`^plenary_${name} (\\d+)$`, "m").exec(text);
    if (!found) throw new Error(`there is no metric ${name}`);
    return Number(found[1]);
  }

  // How often the journal says that this person joined.
  joins(number) {
    const file = join(this.folder, "data", "plenary.db");
    const query = `SELECT count(*) FROM journal WHERE line LIKE '%person_joined%person=${number} %'`;
    return Number(execFileSync("sqlite3", ["-readonly", file, query]));
  }

  // One CloudEvent, on disk when this returns.
  async tell(kind, data) {
    const answer = await ask(`${this.url}/events`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${SECRET}`,
        "content-type": "application/cloudevents+json",
      },
      body: JSON.stringify({
        specversion: "1.0",
        id: String(++this.told),
        source: "/tests/peer",
        type: `plenary.${kind}`,
        data,
      }),
    });
    if (answer.status !== 202)
      throw new Error(`${kind} was not taken: ${answer.status} ${answer.body}`);
  }

  // An activity as Teams posts it; authorization is the whole header or nothing.
  activity(activity, authorization) {
    return ask(`${this.url}/api/messages`, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(authorization && { authorization }),
      },
      body: JSON.stringify(activity),
    });
  }

  async close() {
    if (this.process?.exitCode === null) {
      this.process.kill("SIGTERM");
      const [status] = await this.ended;
      claimEqual(0, status, "the daemon ends in order when it is asked to");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
