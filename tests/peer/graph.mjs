// SPDX-License-Identifier: MIT
//
// graph RECORDING - everything that was said over Graph in the rehearsal that was recorded,
// both ways, against the names and types of Graph's own metadata: what the daemon asked, what
// the stand-in tenant answered and notified, also what it had sealed, which is opened here
// with the daemon's keys by other means than the daemon's.
//
// The metadata is ../shared/protocols/graph-types-v1.0.json; where it is not, this is skipped.

import { constants, createDecipheriv, createHmac, createPrivateKey, privateDecrypt, timingSafeEqual } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { ALLOWED, callOf, MORE } from "./graph_calls.mjs";
import { GraphTypes } from "./lib/graph_types.mjs";
import { claim, claimEqual, skip, verdict } from "./lib/peers.mjs";
import { recorded } from "./lib/recorded.mjs";

const METADATA = "../shared/protocols/graph-types-v1.0.json";
const LONG = /[A-Za-z0-9%_.-]{30,}/g; // ids, which nobody wants to read
const folder = process.argv[2];

if (!existsSync(METADATA)) skip(`${METADATA} is not here`);
const { graph, told } = recorded(folder);
const types = new GraphTypes(METADATA, MORE, ALLOWED);
const counts = new Map();

const count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);

// -- calls -----------------------------------------------------------------------------------

function checkGiven(body, gives, where) {
  const [, inside] = /^list of (.*)$/.exec(gives ?? "") ?? [];
  if (inside) {
    const { value, ...rest } = body ?? {};
    for (const member of Object.keys(rest)) if (!member.startsWith("@")) types.fault(`${where}.${member}`, "beside the value of a list");
    types.check(value ?? "nothing", `Collection(${inside})`, where);
  } else if (gives) types.check(body ?? "nothing", gives, where);
  else claim(!body, `${where}: nothing is to come back`);
}

// Names in $select, $expand and $orderby are members, too.
function checkQuery(query, gives, where) {
  const type = gives?.replace("list of ", "");
  for (const option of ["$select", "$expand", "$orderby"])
    for (const word of (query.get(option) ?? "").split(",").filter(Boolean)) {
      const name = word.trim().split(/[ (]/)[0];
      if (types.memberType(type, name) === undefined) types.fault(where, `${option} names ${name}, which ${type} has not`);
    }
}

function checkCall({ method, url, request, status, response }) {
  const { pathname, searchParams } = new URL(url, "http://graph");
  const where = `${method} ${pathname.replace(LONG, "…")}`;
  const call = callOf(method, decodeURIComponent(pathname));
  if (!claim(call, `${where}: somebody says in graph_calls.mjs what it takes and gives`)) return;
  count(`${where} ${status}`);
  if (call.takes) types.check(request ?? "nothing", call.takes, `${where} asks`);
  else claim(!request, `${where}: nothing is to be sent`);
  if (status >= 400) types.check(response, "errorBody", `${where} refuses`);
  else checkGiven(response, call.gives, `${where} gives`);
  checkQuery(searchParams, call.gives, where);
  if (call.takes === "batchRequest") checkBatch(request, response);
}

function checkBatch({ requests }, { responses }) {
  claim(requests.length <= 20, "a batch has at most twenty requests");
  for (const { id, method, url, body } of requests) {
    const answer = responses.find((each) => each.id === id);
    if (claim(answer, `item ${id} of a batch is answered`))
      checkCall({ method, url, request: body, status: answer.status, response: answer.body });
  }
}

function checkHeaders({ method, path, headers }) {
  const where = `${method} ${path.split("?")[0].replace(LONG, "…")}`;
  types.check(headers["client-request-id"] ?? "nothing", "Edm.Guid", `${where} client-request-id`);
}

// -- notifications ---------------------------------------------------------------------------

function* files(at) {
  for (const entry of readdirSync(at, { withFileTypes: true }))
    if (entry.isDirectory()) yield* files(join(at, entry.name));
    else yield join(at, entry.name);
}

const keys = new Map(
  [...files(join(folder, "played", "data"))]
    .filter((file) => file.endsWith(".pem"))
    .map((file) => [basename(file, ".pem"), createPrivateKey(readFileSync(file))]),
);

// As "Set up change notifications that include resource data" says to.
function opened({ data, dataKey, dataSignature, encryptionCertificateId }) {
  const sealed = Buffer.from(data, "base64");
  const key = privateDecrypt(
    { key: keys.get(encryptionCertificateId), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" },
    Buffer.from(dataKey, "base64"),
  );
  const mark = createHmac("sha256", key).update(sealed).digest();
  claim(timingSafeEqual(mark, Buffer.from(dataSignature, "base64")), "what is sealed is signed");
  const decipher = createDecipheriv("aes-256-cbc", key, key.subarray(0, 16));
  return JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]));
}

// Participants in Pascal case have been seen on the wire, so the stand-in writes them so now
// and then; nothing else is excused.
function checkSealed({ encryptedContent, resourceData }) {
  types.anyCase = true;
  types.check(opened(encryptedContent), types.named(resourceData ?? {}, "resourceData"), "sealed");
  types.anyCase = false;
}

function checkNotifications({ path, request, status, response }) {
  const token = new URL(path, "http://daemon").searchParams.get("validationToken");
  if (token !== null) {
    count("handshake");
    claimEqual(token, String(response), "the handshake is answered with what it brought");
    return;
  }
  claim(status === 202 || status === 503, `notifications are taken: ${status}`);
  types.check(request, "changeNotificationCollection", "notifies");
  for (const item of request.value) {
    count(item.lifecycleEvent ? `lifecycle ${item.lifecycleEvent}` : item.encryptedContent ? "sealed notification" : "plain notification");
    if (item.encryptedContent && keys.has(item.encryptedContent.encryptionCertificateId)) checkSealed(item);
  }
}

function theJudgeLooks() {
  const wrong = [
    [{ colour: "blue" }, "subscription"],
    [{ expirationDateTime: "tomorrow" }, "subscription"],
    [{ resource: null }, "subscription"],
    [{ value: {} }, "changeNotificationCollection"],
    [{ callEventType: "callPaused" }, "callEvent"],
    [{ totalAttendanceInSeconds: 1.5 }, "attendanceRecord"],
    [{ "subject@odata.colour": "blue" }, "onlineMeeting"],
  ];
  for (const [value, type] of wrong) {
    types.check(value, type, "wrong");
    claim(types.faults.length === 1, `the judge minds ${JSON.stringify(value)} of ${type}`);
    types.faults.length = 0;
  }
}

theJudgeLooks();
for (const { path, ...each } of graph) {
  const [, version, url] = /^\/(v1\.0|beta)(\/.*)$/.exec(path) ?? [];
  if (!claim(version, `${path} is of v1.0 or beta`)) continue;
  checkHeaders({ path, ...each });
  checkCall({ url, ...each });
}
told.forEach(checkNotifications);
for (const [what, number] of [...counts].sort()) console.log(`  ${number} × ${what}`);
const faults = new Map();
for (const fault of types.faults) {
  const words = fault.replace(/\[\d+\]/g, "[]");
  faults.set(words, (faults.get(words) ?? 0) + 1);
}
for (const [fault, number] of faults) claim(false, `${fault} (${number} times)`);
for (const name of Object.keys(ALLOWED).flatMap((type) => Object.keys(ALLOWED[type]).map((member) => `${type}.${member}`)))
  console.log(`  allowed and ${types.used.has(name.toLowerCase()) ? "met" : "not met"}: ${name}`);
verdict();
