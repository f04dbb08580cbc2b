// SPDX-License-Identifier: MIT
//
// connector_server - the place a bot sends to, made of the server side of Microsoft's own SDK:
// its routes of /v3/conversations read and check what the bot sends.
//
// Those routes know no meetings: what a meeting is, is answered plainly.  Each call is kept:
// {method, path, headers, body, status, took}; `took` is the handler that the call reached, ""
// for none.

import { goodClaims, makeKey, signed, startChannel } from "./channel.mjs";
import { peer } from "./peers.mjs";
import { account, person, THREAD } from "./session.mjs";
import { sendJson } from "./wire.mjs";

const PAGE = 3; // members of one page

function makeHandler(server) {
  const { ChannelServiceHandler } = peer("botbuilder");
  const { AuthenticationConfiguration, SimpleCredentialProvider } = peer("botframework-connector");

  class Handler extends ChannelServiceHandler {
    constructor() {
      super(new SimpleCredentialProvider("", ""), new AuthenticationConfiguration());
    }
    async onSendToConversation(_, conversation) {
      return server.reach("send", conversation, server.nextId());
    }
    async onReplyToActivity(_, conversation, activity) {
      return server.reach("reply", conversation, server.nextId(), activity);
    }
    async onUpdateActivity(_, conversation, activity) {
      return server.reach("update", conversation, { id: activity }, activity);
    }
    async onDeleteActivity(_, conversation, activity) {
      server.reach("delete", conversation, undefined, activity);
    }
    async onCreateConversation(_, parameters) {
      return server.reach("create", parameters.members[0].id, { id: `a:1-${parameters.members[0].id.slice(3)}` });
    }
    async onGetConversationMember(_, id, conversation) {
      return server.reach("member", conversation, server.members.find((each) => [each.id, each.objectId].includes(id)));
    }
    async onGetConversationPagedMembers(_, conversation, size, token = "0") {
      const from = Number(token);
      const members = server.members.slice(from, from + PAGE);
      const rest = from + PAGE < server.members.length;
      return server.reach("members", conversation, { members, ...(rest && { continuationToken: String(from + PAGE) }) });
    }
  }
  return new Handler();
}

// The routes as the SDK registers them with a web server: [method, pattern, names, function].
function routesOf(handler) {
  const { ChannelServiceRoutes } = peer("botbuilder");
  const routes = [];
  const register = (method) => (path, answer) => {
    const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]);
    routes.push({ method, names, answer, pattern: new RegExp(`^${path.replace(/:\w+/g, "([^/]+)")}$`, "i") });
  };
  const web = { get: register("GET"), post: register("POST"), put: register("PUT"), delete: register("DELETE") };
  new ChannelServiceRoutes(handler).register(web);
  return routes;
}

export class ConnectorServer {
  constructor(people) {
    this.key = makeKey("key-of-a-test", ["msteams"]);
    this.calls = [];
    this.refuses = () => undefined; // (call) => {status, code, headers} of what is not taken
    this.ids = 1795600000000;
    this.members = Array.from({ length: people }, (_, number) => ({
      ...account(number),
      objectId: person(number).object_id,
      email: person(number).email,
      userRole: "user",
    }));
    this.routes = routesOf(makeHandler(this));
  }

  async open() {
    this.channel = await startChannel([this.key], (request, response, body) => this.take(request, response, body));
    this.port = this.channel.port;
    this.serviceUrl = `http://127.0.0.1:${this.port}/emea/`;
    return this;
  }

  nextId() {
    return { id: String(++this.ids) };
  }

  reach(took, conversation, answer, activity) {
    Object.assign(this.current, { took, conversation, activity, id: answer?.id });
    return answer;
  }

  // An activity of Teams, with the token Teams would show.
  tell(house, activity) {
    return house.activity(activity, `Bearer ${signed(this.key, goodClaims(this.serviceUrl))}`);
  }

  take(request, response, body) {
    const url = new URL(request.url, this.serviceUrl);
    const call = {
      method: request.method,
      path: request.url,
      targeted: url.searchParams.get("isTargetedActivity") === "true",
      headers: request.headers,
      body: body.length > 0 ? JSON.parse(body) : undefined,
      took: "",
      at: performance.now(),
    };
    this.calls.push(call);
    response.on("finish", () => (call.status = response.statusCode));
    const trouble = this.refuses(call);
    if (trouble) {
      const { status, code, headers } = trouble;
      return sendJson(response, status, { error: { code, message: "made to fail" } }, headers);
    }
    return this.route(call, url, request, response);
  }

  route(call, url, request, response) {
    const path = url.pathname.replace(/^\/emea/, "");
    for (const { method, pattern, names, answer } of this.routes) {
      const found = method === request.method && pattern.exec(path);
      if (!found) continue;
      request.params = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1])]));
      request.query = Object.fromEntries(url.searchParams);
      request.body = call.body;
      this.current = call;
      return answer(request, this.expressed(response), () => {});
    }
    if (!/^\/v1\/meetings\/[^/]+$/.test(path))
      return sendJson(response, 404, { error: { code: "ServiceError", message: "no such call" } });
    call.took = "meeting";
    return sendJson(response, 200, this.meeting(decodeURIComponent(path.split("/")[3])));
  }

  // What the routes of the SDK do not know, in the documented shape.
  meeting(id) {
    return {
      details: { id, type: "Scheduled", title: "Session", joinUrl: "https://teams.example.test/join/1" },
      conversation: { id: THREAD, isGroup: true, conversationType: "groupChat" },
      organizer: this.members[0],
    };
  }

  // What the SDK's routes use of a web server's response.
  expressed(response) {
    const like = {
      status: (code) => ((response.statusCode = code), like),
      send(value) {
        response.setHeader("content-type", "application/json; charset=utf-8");
        response.write(typeof value === "string" ? value : JSON.stringify(value));
        return like;
      },
      end: () => response.end(),
    };
    return like;
  }

  close() {
    return this.channel?.close();
  }
}
