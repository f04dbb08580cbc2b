// SPDX-License-Identifier: MIT
//
// playground - Microsoft's Agents Playground in a real Chromium: one person of a session, who
// types and presses, and the chat that this person sees.
//
// The Playground is installed to test with and is no part of this project (its licence
// forbids to pass it on).  What it wants from outside this machine is refused.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { TENANT_ID } from "./channel.mjs";
import { insidePeer, peer, skip, until } from "./peers.mjs";
import { BOT_ID, person, THREAD } from "./session.mjs";
import { freePort } from "./wire.mjs";

const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const PATIENCE_MS = 30000;
const OTHERS = 5; // it wants exactly so many
const STARTS = 5; // another process may take the port first
const BEFORE = fileURLToPath(new URL("loopback_only.cjs", import.meta.url));

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];

export function needBrowser() {
  if (!existsSync(BROWSER)) skip(`there is no ${BROWSER}; ./dev test installs it`);
}

// The words of its settings file: JSON is YAML too.
function settings(me) {
  const user = (number) => {
    const { name, email, object_id, teams_id } = person(number);
    const [givenName, surname] = name.split(" ");
    return { id: teams_id, name, userPrincipleName: email, aadObjectId: object_id, givenName, surname, email };
  };
  return JSON.stringify({
    version: "0.1.1",
    tenantId: TENANT_ID,
    bot: { id: BOT_ID, name: "Plenary" },
    currentUser: user(me),
    users: [0, 1, 2, 3, 4, 5, 6].filter((number) => number !== me).slice(0, OTHERS).map(user),
    personalChat: { id: "a:1-person-00" },
    groupChat: { id: THREAD, name: "Chat of the session" },
    team: {
      id: "19:team-of-a-test@thread.tacv2",
      name: "Team of a test",
      aadGroupId: "00000000-0000-0000-0000-0000000000c1",
      channels: [{ id: "19:channel-of-a-test@thread.tacv2", name: "Announcements" }],
    },
  });
}

export class Playground {
  // me: the number of whoever sits at it
  constructor(chat, me) {
    this.chat = chat;
    this.folder = mkdtempSync(join(tmpdir(), "plenary-playground-"));
    this.words = "";
    writeFileSync(join(this.folder, ".m365agentsplayground.yml"), settings(me));
  }

  // It listens on another port without a word when ours is taken, so it is asked where.
  async start() {
    for (let i = 0; i < STARTS; i++) {
      const port = await freePort();
      this.url = `http://127.0.0.1:${port}`;
      this.run(port);
      const where = await until(
        () => /Listening on\D*(\d+)/i.exec(this.words)?.[1] ?? (this.process.exitCode !== null && "0"),
        "the Playground listens",
      );
      if (Number(where) === port) return this;
      this.process.kill();
      this.words = "";
    }
    throw new Error("the Playground gets no port of its own");
  }

  run(port) {
    const program = insidePeer(".bin", "agentsplayground");
    const { endpoint, serviceUrl } = this.chat;
    const words = ["-e", endpoint, "-c", "msteams", "-p", String(port), "--su", serviceUrl, "--dt"];
    this.process = spawn(process.execPath, ["--require", BEFORE, program, ...words], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream.on("data", (piece) => (this.words += piece));
  }

  async open() {
    this.context = await peer("playwright-core").chromium.launchPersistentContext(join(this.folder, "browser"), {
      executablePath: BROWSER,
      headless: true,
      viewport: { width: 1400, height: 1000 },
      args: ARGUMENTS,
    });
    this.refused = new Set();
    await this.context.route("**/*", (route) => {
      const { hostname } = new URL(route.request().url());
      if (hostname === "127.0.0.1") return route.continue();
      this.refused.add(hostname);
      return route.abort();
    });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
    this.page.setDefaultTimeout(PATIENCE_MS);
    await this.page.goto(this.url);
    await this.page.getByRole("treeitem").first().waitFor();
    return this;
  }

  // 0 the chat with the bot alone, 1 the chat of the session
  async choose(number) {
    await this.page.getByRole("treeitem").nth(number).click();
    await this.page.getByRole("textbox").last().waitFor();
  }

  // Typed in the chat of the session, with the bot picked from the list of who can be mentioned.
  async mention(words) {
    const { page, chat } = this;
    const isThis = ({ activity }) => activity.type === "message" && activity.text?.includes(words);
    const before = chat.posted.filter(isThis).length;
    await page.getByRole("textbox").last().click();
    await page.keyboard.type("@Pl", { delay: 60 });
    await page.locator("[role=listbox] [role=menuitem]", { hasText: /^Plenary$/ }).click();
    await page.keyboard.type(` ${words}`);
    await page.getByRole("button", { name: "Send Message" }).click();
    await until(() => chat.posted.filter(isThis).length > before, `"${words}" reaches the bot`);
  }

  // "Custom activity" of its menu; found by CSS because a dialog hides all roles for good.
  async typeActivity(activity) {
    const { page } = this;
    await page.getByText("Mock an Activity", { exact: true }).first().click();
    await page.locator("[role=menuitem]").filter({ hasText: /^Custom activity$/ }).click();
    const dialog = page.locator("[role=dialog]");
    await dialog.locator(".monaco-editor .view-line").first().waitFor();
    await dialog.locator("textarea").first().focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.keyboard.insertText(JSON.stringify(activity));
    // The editor has closed brackets that were closed already.
    await page.keyboard.press("Control+Shift+End");
    await page.keyboard.press("Delete");
    await dialog.locator("button", { hasText: "Send activity" }).click();
    await dialog.waitFor({ state: "hidden" });
  }

  shows(words) {
    return this.page.getByText(words).last().waitFor();
  }

  picture(path) {
    return this.page.screenshot({ path });
  }

  async close() {
    await this.context?.close();
    if (this.process?.exitCode === null) this.process.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
