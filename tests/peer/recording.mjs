// SPDX-License-Identifier: MIT
//
// recording PLENARY FOLDER - a rehearsal with a recorder on both ways between the daemon and
// the stand-in tenant.  The other tests hold FOLDER/wire.json against their judges:
//
//   graph   what the daemon asked of Graph    [{method, path, headers, request, status, response}]
//   posted  activities of the stand-in        [{activity, authorization, status, response}]
//   told    its notifications and handshakes  [{path, request, status, response}]
//   keys    those its tokens are signed with
//   said    what the bot said in the chats, as the stand-in was told (said.jsonl)
//
// `plenary rehearse` itself sets the scene and is broken off; then its daemon and its
// stand-in are started again, this time with the recorder between them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import tls from "node:tls";

import { claim, until, verdict } from "./lib/peers.mjs";
import { freePort, readBody, serve } from "./lib/wire.mjs";

const PROGRAMME = "config/programmes/leep.yaml";
const MODULE = 1;
const [PEOPLE, SPEED, SEED] = [12, 1500, 12];
const LEAD_MS = 6000; // what starting two programs takes on a slow machine with sanitizers
const OLD = ["stage.json", "plenary.yaml", "said.jsonl", "truth.json"];

const [program, folder] = process.argv.slice(2);
const scene = join(folder, "scene");
const place = join(folder, "played");
const at = (name) => join(place, name);
const children = [];

function run(words, log) {
  const file = openSync(log, "a");
  const child = spawn(program, words, { stdio: ["ignore", "pipe", file] });
  child.words = "";
  child.stdout.on("data", (piece) => (child.words += piece));
  children.push(child);
  return child;
}

async function stop(child, signal = "SIGTERM") {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, "exit");
  }
  return child.exitCode;
}

const parsed = (bytes) => {
  try {
    return JSON.parse(bytes);
  } catch {
    return bytes.toString() || undefined;
  }
};

// -- the scene ---------------------------------------------------------------------------------

const isThere = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

async function setScene() {
  const words = ["--module", MODULE, "--people", PEOPLE, "--speed", SPEED, "--seed", SEED, "--quiet"];
  const child = run(["rehearse", PROGRAMME, ...words.map(String), "--directory", scene], join(folder, "scene.log"));
  await until(() => isThere(join(scene, "plenary.yaml")).includes("anchor_ms"), "a scene");
  await stop(child, "SIGINT");
  mkdirSync(at("data"), { recursive: true });
  for (const entry of readdirSync(scene, { withFileTypes: true }))
    if (entry.isFile() && !OLD.includes(entry.name) && !entry.name.endsWith(".log"))
      copyFileSync(join(scene, entry.name), at(entry.name));
  return {
    plan: JSON.parse(readFileSync(join(scene, "stage.json"))),
    configuration: readFileSync(join(scene, "plenary.yaml"), "utf8"),
  };
}

// The daemon's settings, with the recorder where the scene had one side or the other.
function settle(configuration, ports) {
  const stagePort = /metadata_url: http:\/\/127\.0\.0\.1:(\d+)/.exec(configuration)[1];
  return configuration
    .replace(/(address: 127\.0\.0\.1:)\d+/, `$1${ports.daemon}`)
    .replace(/(public_url: https:\/\/127\.0\.0\.1:)\d+/, `$1${ports.toDaemon}`)
    .replaceAll(`http://127.0.0.1:${stagePort}`, `http://127.0.0.1:${ports.stage}`)
    .replace(/(base_url: http:\/\/127\.0\.0\.1:)\d+/, `$1${ports.toStage}`)
    .replace(/(anchor_ms: )\d+/, `$1${ports.anchor_ms}`);
}

// -- the recorder ------------------------------------------------------------------------------

const wire = { graph: [], posted: [], told: [], keys: [], said: [] };

function forward(client, options, request, body) {
  return new Promise((done, fail) => {
    const onward = client.request(
      { ...options, host: "127.0.0.1", method: request.method, path: request.url, headers: request.headers, agent: false },
      async (answer) => done({ answer, body: await readBody(answer) }),
    );
    onward.on("error", fail);
    onward.end(body);
  });
}

function pass(response, { answer, body }) {
  const headers = { ...answer.headers };
  for (const name of ["transfer-encoding", "connection", "content-length"]) delete headers[name];
  response.writeHead(answer.statusCode, headers);
  response.end(body);
}

function keepGraph(request, body, { answer, body: reply }) {
  const { "client-request-id": id, prefer } = request.headers;
  wire.graph.push({
    method: request.method,
    path: request.url,
    headers: { "client-request-id": id, prefer },
    request: parsed(body),
    status: answer.statusCode,
    response: parsed(reply),
  });
}

// Links in answers point to the stand-in itself; what follows them is to come by here too.
async function recordGraph(ports) {
  const recorder = await serve(async (request, response, body) => {
    const told = await forward(http, { port: ports.stage }, request, body);
    const here = told.body
      .toString()
      .replaceAll(`http://127.0.0.1:${ports.stage}/`, `http://127.0.0.1:${ports.toStage}/`);
    keepGraph(request, body, { answer: told.answer, body: here });
    pass(response, { answer: told.answer, body: here });
  });
  ports.toStage = recorder.port;
  return recorder;
}

function keepTold(request, body, { answer, body: reply }) {
  const status = answer.statusCode;
  const response = parsed(reply);
  if (request.url === "/api/messages")
    wire.posted.push({ activity: parsed(body), authorization: request.headers.authorization, status, response });
  else if (request.url.startsWith("/graph/"))
    wire.told.push({ path: request.url, request: parsed(body), status, response });
}

async function recordTold(ports) {
  const identity = { key: readFileSync(at("tls.key")), cert: readFileSync(at("tls.crt")) };
  const recorder = await serve(
    async (request, response, body) => {
      const told = await forward(https, { port: ports.daemon, rejectUnauthorized: false }, request, body);
      keepTold(request, body, told);
      pass(response, told);
    },
    (handler) => https.createServer(identity, handler),
  );
  recorder.server.on("upgrade", (request, socket, head) => upgrade(ports.daemon, request, socket, head));
  ports.toDaemon = recorder.port;
  return recorder;
}

// Websockets are not for these judges: bytes go through as they are.
function upgrade(port, request, socket, head) {
  const onward = tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let i = 0; i < request.rawHeaders.length; i += 2)
      lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
    onward.write(`${lines.join("\r\n")}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  for (const [one, other] of [[socket, onward], [onward, socket]]) {
    one.on("error", () => other.destroy());
    one.on("close", () => other.destroy());
  }
}

// -- from beginning to end ---------------------------------------------------------------------

async function startStage(plan, ports) {
  ports.anchor_ms = Date.now() + LEAD_MS;
  plan.plenary = `https://127.0.0.1:${ports.toDaemon}`;
  plan.clock.anchor_ms = ports.anchor_ms;
  writeFileSync(at("stage.json"), JSON.stringify(plan));
  const stage = run(["stage", "--directory", place], at("stage.log"));
  ports.stage = Number(await until(() => /^ready port=(\d+)$/m.exec(stage.words)?.[1], "the stand-in tenant"));
  const keys = await (await fetch(`http://127.0.0.1:${ports.stage}/v1/.well-known/keys`)).json();
  wire.keys = keys.keys;
  return stage;
}

const askDaemon = (ports, path, over = {}) =>
  forward(https, { port: ports.daemon, rejectUnauthorized: false }, { method: "GET", url: path, headers: {}, ...over }, over.body);

async function startDaemon(configuration, ports) {
  writeFileSync(at("plenary.yaml"), settle(configuration, ports), { mode: 0o600 });
  const daemon = run(["serve", "--config", at("plenary.yaml")], at("plenary.log"));
  await until(async () => {
    if (daemon.exitCode !== null) throw new Error(`the daemon has ended: ${isThere(at("plenary.log"))}`);
    return (await askDaemon(ports, "/readyz").catch(() => undefined))?.answer.statusCode === 200;
  }, "the daemon is ready");
  return daemon;
}

async function schedule(plan, ports) {
  for (const session of plan.sessions) {
    const { main_thread_id, main_join_url, main_meeting_id, starts_ms, uid, title, organiser_id } = session;
    const data = {
      uid,
      title,
      programme: readFileSync(PROGRAMME, "utf8"),
      module: MODULE,
      starts: new Date(starts_ms).toISOString(),
      organiser_id,
      tenant_id: plan.tenant_id,
      service_url: `http://127.0.0.1:${ports.stage}/emea/`,
      meeting: { thread_id: main_thread_id, join_url: main_join_url, meeting_id: main_meeting_id },
      people: session.people,
    };
    const { answer, body } = await askDaemon(ports, "/events", {
      method: "POST",
      headers: {
        authorization: `Bearer ${plan.events_secret}`,
        "content-type": "application/cloudevents+json",
      },
      body: JSON.stringify({ specversion: "1.0", id: uid, source: "/tests/peer", type: "plenary.session_scheduled", data }),
    });
    claim(answer.statusCode === 202, `${uid} is planned: ${answer.statusCode} ${body}`);
  }
}

async function metric(ports, name) {
  const { body } = await askDaemon(ports, "/metrics");
  return Number(new RegExp(`^plenary_${name} (\\d+)$`, "m").exec(body)[1]);
}

async function play({ plan, configuration }) {
  const ports = { daemon: await freePort() };
  const recorders = [await recordTold(ports), await recordGraph(ports)];
  const stage = await startStage(plan, ports);
  const daemon = await startDaemon(configuration, ports);
  await schedule(plan, ports);
  await until(() => stage.words.includes('"finished"'), "the end of the rehearsal", 90);
  await until(async () => (await metric(ports, "outbox_waiting")) === 0, "everything delivered");
  claim((await stop(daemon)) === 0, "the daemon ends in order");
  claim((await stop(stage)) === 0, "the stand-in tenant ends in order");
  for (const recorder of recorders) await recorder.close();
  wire.said = readFileSync(at("said.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  await play(await setScene());
} finally {
  for (const child of children) await stop(child, "SIGKILL");
}
for (const kind of ["graph", "posted", "told", "keys", "said"]) {
  console.log(`${wire[kind].length} ${kind}`);
  claim(wire[kind].length > 0, `there is something of ${kind}`);
}
writeFileSync(join(folder, "wire.json"), JSON.stringify(wire));
verdict();
