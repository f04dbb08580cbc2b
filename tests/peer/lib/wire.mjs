// SPDX-License-Identifier: MIT
//
// wire - servers on loopback, on ports that were free.

import http from "node:http";
import net from "node:net";

export async function readBody(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}

export function sendJson(response, status, object, headers = {}) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(object === undefined ? undefined : JSON.stringify(object));
}

// answer(request, response, body) may be asynchronous; what it throws is 500.
export async function serve(answer, make = (handler) => http.createServer(handler)) {
  const server = make(async (request, response) => {
    try {
      await answer(request, response, await readBody(request));
    } catch (fault) {
      console.error(fault);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return {
    server,
    port: server.address().port,
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

export async function freePort() {
  const probe = net.createServer();
  await new Promise((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

// One request without any of fetch's opinions about headers; {status, headers, body}.
export function ask(url, { method = "GET", headers = {}, body } = {}) {
  return new Promise((done, fail) => {
    const request = http.request(url, { method, headers, agent: false }, async (answer) => {
      done({ status: answer.statusCode, headers: answer.headers, body: await readBody(answer) });
    });
    request.on("error", fail);
    request.end(body);
  });
}
