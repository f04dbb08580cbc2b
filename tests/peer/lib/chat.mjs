// SPDX-License-Identifier: MIT
//
// chat - makes one Teams of several Playgrounds, each of which has a single person at it.
//
// Stands between them and the bot.  What a Playground posts is given the token that it does
// not send itself, and goes to the bot.  What the bot sends to the chat is shown by all of
// them; each knows the message by another id, so the ids are paired here.

import { goodClaims, makeKey, signed, startChannel } from "./channel.mjs";
import { ask } from "./wire.mjs";

export class Chat {
  constructor(house) {
    this.house = house;
    this.key = makeKey("key-of-a-test", ["msteams"]);
    this.playgrounds = [];
    this.posted = []; // by people
    this.told = []; // by the bot: {method, path, status, activity}
    this.ids = new Map(); // of a message at the first Playground: at each of them
  }

  async open() {
    this.channel = await startChannel([this.key], (request, response, body) =>
      request.url.startsWith("/api/messages")
        ? this.post(request, response, body)
        : this.tell(request, response, body),
    );
    this.port = this.channel.port;
    this.endpoint = `http://127.0.0.1:${this.port}/api/messages`;
    this.serviceUrl = `http://127.0.0.1:${this.port}/teams/`;
    return this;
  }

  join(playground) {
    this.playgrounds.push(playground);
  }

  // Each Playground installs the app in the one chat, as if it were there alone.
  wasInstalled({ type, conversation }) {
    const again = ({ activity }) => activity.type === type && activity.conversation.id === conversation.id;
    return /^(installation|conversation)Update$/.test(type) && this.posted.some(again);
  }

  async post(request, response, body) {
    if (request.method !== "POST") return response.writeHead(200).end();
    const activity = JSON.parse(body);
    if (this.wasInstalled(activity)) return response.writeHead(200).end();
    const token = signed(this.key, goodClaims(activity.serviceUrl));
    const answer = await this.house.activity(activity, `Bearer ${token}`);
    this.posted.push({ activity, status: answer.status, body: answer.body.toString() });
    response.writeHead(answer.status, { "content-type": answer.headers["content-type"] ?? "text/plain" });
    response.end(answer.body);
  }

  // The path at one Playground: its connector, and its id of the message.
  place(path, index) {
    const parts = path.replace(/^\/teams/, "").split("/");
    const at = parts.indexOf("activities") + 1;
    if (at > 0 && parts[at]) parts[at] = encodeURIComponent(this.ids.get(decodeURIComponent(parts[at]))?.[index] ?? parts[at]);
    return `${this.playgrounds[index].url}/_connector${parts.join("/")}`;
  }

  async tell(request, response, body) {
    const answers = await Promise.all(
      this.playgrounds.map((_, index) =>
        ask(this.place(request.url, index), {
          method: request.method,
          headers: { "content-type": request.headers["content-type"] ?? "application/json" },
          body: body.length > 0 ? body : undefined,
        }),
      ),
    );
    const [first] = answers;
    if (request.method === "POST" && first.status === 201) {
      const ids = answers.map((answer) => JSON.parse(answer.body).id);
      this.ids.set(ids[0], ids);
    }
    this.told.push({
      method: request.method,
      path: decodeURIComponent(request.url),
      status: answers.map((answer) => answer.status),
      activity: body.length > 0 ? JSON.parse(body) : undefined,
    });
    response.writeHead(first.status, { "content-type": "application/json" });
    response.end(first.body);
  }

  close() {
    return this.channel?.close();
  }
}
