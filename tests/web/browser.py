#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""browser - the live page as somebody sees it, in a real browser without a screen.

    tests/web/browser.py URL KEY [--people N] [--polls N] [--pictures FOLDER]

Signs in at URL with KEY, once wrongly, and checks the live page: what it shows, that it
keeps itself up to date, that it works without script and at 320 pixels, that it asks no
other host for anything and that the browser has nothing to complain about.  Ends with 1 at
the first claim that is not so, with 77 where there is no Chromium.

The browser is spoken to over a pipe, with the DevTools protocol; nothing but Python's own
library is needed.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

PATIENCE_SECONDS = 60
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--disable-default-apps", "--hide-scrollbars",
    # The pair that a first start makes is self-signed.
    "--ignore-certificate-errors", "--remote-debugging-pipe",
]


class Browser:
    """Chromium on the other end of a pipe, and what it said on the way."""

    def __init__(self, program, folder):
        to_browser, self.out = os.pipe()
        self.inn, from_browser = os.pipe()
        self.next_number = 0
        self.rest = b""
        self.events = []
        self.session = None
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}', program,
             *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)

    def attach(self):
        pages = self.ask("Target.getTargets")["targetInfos"]
        page = next(page for page in pages if page["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=page["targetId"],
                                flatten=True)["sessionId"]
        for room in "Page", "Runtime", "Log", "Network":
            self.ask(f"{room}.enable")

    def read(self):
        while b"\0" not in self.rest:
            piece = os.read(self.inn, 1 << 16)
            if not piece:
                sys.exit("the browser has gone")
            self.rest += piece
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def ask(self, method, **parameters):
        self.next_number += 1
        number = self.next_number
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") != number:
                self.events.append(answer)
            elif "error" in answer:
                sys.exit(f"{method}: {answer['error']}")
            else:
                return answer["result"]

    def value(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            return None  # the page is between two documents
        return answer["result"].get("value")

    def wait(self, claim, expression):
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.value(expression):
            if time.monotonic() > end:
                fail(f"{claim}; the page says: {self.value('document.body.innerText')}")
            time.sleep(0.05)

    def open(self, url):
        self.ask("Page.navigate", url=url)
        # The old document may still be there: wait for the new one to be whole.
        self.wait(f"{url} opens", f"location.href.startsWith({json.dumps(url)}) && "
                                  "document.readyState === 'complete'")

    def look(self, path, width, height=900):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height,
                 deviceScaleFactor=1, mobile=False)
        picture = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(picture["data"]))

    def complaints(self):
        for event in self.events:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                yield parameters["exceptionDetails"].get("exception", {}).get("description")
            elif event.get("method") == "Log.entryAdded":
                if parameters["entry"]["level"] == "error":
                    yield parameters["entry"]["text"] + " " + parameters["entry"].get("url", "")
            elif event.get("method") == "Runtime.consoleAPICalled":
                if parameters["type"] in ("error", "assert"):
                    yield str(parameters["args"])

    def hosts(self):
        for event in self.events:
            parameters = event.get("params", {})
            if event.get("method") == "Network.requestWillBeSent":
                yield urllib.parse.urlsplit(parameters["request"]["url"]).netloc
            elif event.get("method") == "Network.webSocketCreated":
                yield urllib.parse.urlsplit(parameters["url"]).netloc

    def close(self):
        self.process.terminate()
        self.process.wait()


def fail(claim):
    print(f"not so: {claim}", file=sys.stderr)
    sys.exit(1)


def check(claim, truth):
    if not truth:
        fail(claim)
    print(f"  {claim}")


def sign_in(browser, url, key):
    browser.open(url)
    browser.wait("a stranger is asked for the key", "document.title.startsWith('Sign in')")
    give_key(browser, key + "-not")
    browser.wait("a wrong key is refused in words",
                 "document.querySelector('.nhsuk-error-summary a[href=\"#key\"]') !== null")
    check("a wrong key is said first in the title",
          browser.value("document.title.startsWith('Error: ')"))
    browser.events.clear()  # the refusals themselves
    give_key(browser, key)
    browser.wait("the key opens the live page", "document.getElementById('people') !== null")


def give_key(browser, key):
    browser.value(f"document.getElementById('key').value = {json.dumps(key)};"
                  "document.querySelector('form').requestSubmit()")


def check_content(browser, people, polls):
    check("the page has a title", browser.value("document.title.endsWith(' – Plenary')"))
    check("the clock says its state", browser.value(
        "['Running', 'Waiting to start', 'Held', 'Ended']"
        ".includes(document.getElementById('state').textContent)"))
    check("the clock says what is on", browser.value(
        "document.getElementById('block').textContent !== ''"))
    browser.wait(f"{people} people have a row",
                 f"document.querySelectorAll('#people tr').length >= {people}")
    browser.wait("every person is somewhere, in words",
                 "[...document.querySelectorAll('#people tr')]"
                 ".every(row => row.cells[0].textContent && row.cells[2].textContent)")
    browser.wait(f"{polls} polls are shown",
                 f"document.querySelectorAll('#polls article').length >= {polls}")
    check("a countdown is text and silent", browser.value(
        "document.getElementById('left').getAttribute('role') === 'timer' && "
        "document.getElementById('left').getAttribute('aria-live') === 'off'"))


def check_structure(browser):
    check("the page says its language", browser.value("document.documentElement.lang !== ''"))
    check("there is one main heading",
          browser.value("document.querySelectorAll('h1').length === 1"))
    check("no heading level is skipped", browser.value(
        "[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])"
        ".every((level, i, all) => i === 0 || level <= all[i - 1] + 1)"))
    check("every table has a caption and scoped headers", browser.value(
        "[...document.querySelectorAll('table')].every(t => t.caption?.textContent && "
        "[...t.querySelectorAll('th')].every(th => th.scope))"))
    check("no id is used twice", browser.value(
        "(ids => new Set(ids).size === ids.length)"
        "([...document.querySelectorAll('[id]')].map(e => e.id))"))


def check_small_screen(browser):
    browser.ask("Emulation.setDeviceMetricsOverride", width=320, height=640,
                deviceScaleFactor=1, mobile=False)
    width = browser.value("document.documentElement.scrollWidth")
    check("at 320 pixels nothing is scrolled sideways", width <= 320)


def check_without_script(browser, url, people):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(url)
    check("without script the people are there",
          browser.value("document.querySelectorAll('#people tr').length") >= people)
    check("without script the clock is there",
          browser.value("document.getElementById('block').textContent !== ''"))
    browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def look_around(browser, folder):
    folder.mkdir(parents=True, exist_ok=True)
    browser.look(folder / "wide.png", 1280)
    browser.look(folder / "narrow.png", 320)
    browser.ask("Emulation.setEmulatedMedia",
                features=[{"name": "forced-colors", "value": "active"}])
    browser.look(folder / "forced-colours.png", 1280)
    browser.ask("Emulation.setEmulatedMedia", features=[])
    print(f"  pictures are in {folder}")


def run(browser, arguments, meanwhile=None):
    """All claims in their order; meanwhile() is called while the live page is open."""
    browser.attach()
    sign_in(browser, arguments.url, arguments.key)
    browser.wait("the page says that it keeps itself up to date",
                 "document.getElementById('connection').textContent !== ''")
    check_content(browser, arguments.people, arguments.polls)
    if meanwhile:
        meanwhile()
    check_structure(browser)
    check_small_screen(browser)
    if arguments.pictures:
        look_around(browser, arguments.pictures)
    check_without_script(browser, arguments.url, arguments.people)
    complaints = list(browser.complaints())
    check(f"the browser complains of nothing {complaints or ''}".strip(), not complaints)
    host = urllib.parse.urlsplit(arguments.url).netloc
    others = sorted(set(browser.hosts()) - {host, ""})
    check(f"no other host is asked {others or ''}".strip(), not others)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("--people", type=int, default=1)
    parser.add_argument("--polls", type=int, default=0)
    parser.add_argument("--pictures", type=pathlib.Path)
    arguments = parser.parse_args()
    program = shutil.which("chromium")
    if program is None:
        print("skipped: chromium is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Browser(program, folder)
        try:
            run(browser, arguments)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
