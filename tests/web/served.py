#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""served - the live page of a real daemon with a real session, in a real browser.

    tests/web/served.py PLENARY [PICTURES]

Starts PLENARY serve on loopback with a pair it makes itself, schedules LEEP module 1 for
sixteen invented people by POST /events, tells it what happens (the meeting starts, people
come, polls are opened and answered, rooms open), lets browser.py look at the page and at
what changes while it looks, and ends the daemon with SIGTERM.  Pictures are left in
PICTURES when it is named.  Ends with 1 at the first claim that is not so, with 77 where
there is no Chromium.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import browser

PATIENCE_SECONDS = 60
SECRET = "events-of-a-test-0123456789"
KEY = "key-of-a-test-0123456789"
UID = "page-1"
PROGRAMME = pathlib.Path("config/programmes/leep.yaml")
PROFESSIONS = "nurse", "midwife", "pharmacist", "doctor"
FACILITATOR, PRODUCER = 1, 2
PEOPLE = 16
ABSENT = 15, 16
CONFIG = """
data_dir: {folder}/data
listen:
  - address: 127.0.0.1:{port}
events:
  secret_file: {folder}/events-secret
live:
  key_file: {folder}/live-key
log:
  level: warning
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def email(number):
    return f"p{number:02}@example.test"


def role(number):
    return {FACILITATOR: "facilitator", PRODUCER: "producer"}.get(number, "participant")


class Daemon:
    def __init__(self, program, folder):
        port = free_port()
        (folder / "data").mkdir()
        for name, secret in ("events-secret", SECRET), ("live-key", KEY):
            with open(os.open(folder / name, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(secret)
        config = folder / "plenary.yaml"
        config.write_text(CONFIG.format(folder=folder, port=port))
        self.url = f"https://127.0.0.1:{port}"
        self.sent = 0
        self.trust = ssl.create_default_context()
        self.trust.check_hostname = False
        self.trust.verify_mode = ssl.CERT_NONE  # the pair is seconds old
        self.process = subprocess.Popen([program, "serve", "--config", config])

    def status(self, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, context=self.trust) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def wait_ready(self):
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if self.status("/readyz")[0] == 200:
                    return
            except OSError:
                pass  # does not listen yet
            time.sleep(0.05)
        browser.fail("the daemon becomes ready")

    def tell(self, kind, **data):
        """One CloudEvent; returned when the daemon has it on disk."""
        self.sent += 1
        event = {"specversion": "1.0", "id": str(self.sent), "source": "/tests/web",
                 "type": "plenary." + kind, "data": data}
        status, words = self.status(
            "/events", json.dumps(event).encode(),
            {"Content-Type": "application/cloudevents+json",
             "Authorization": "Bearer " + SECRET})
        if status != 202:
            browser.fail(f"{kind} is taken: {status} {words}")

    def happens(self, kind, **data):
        self.tell(kind, session=UID, **data)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return "it goes on"


def programme():
    """LEEP with its rounds at tables: rooms that need nothing from a tenant."""
    return PROGRAMME.read_text().replace(
        "\n        round:\n", "\n        round:\n          delivery: table\n")


def blocks_before_first_round():
    kinds = [line.split()[-1] for line in PROGRAMME.read_text().splitlines()
             if line.startswith("      - kind: ") and "likert" not in line]
    return kinds.index("round")


def schedule(daemon):
    people = [{"name": f"Person {number:02}", "email": email(number), "role": role(number),
               "profession": PROFESSIONS[number % len(PROFESSIONS)]}
              for number in range(1, PEOPLE + 1)]
    starts = time.strftime("%Y-%m-%dT%H:%M:00Z", time.gmtime())
    daemon.tell("session_scheduled", uid=UID, programme=programme(), module=1, starts=starts,
                organiser_id="organiser-of-a-test", people=people,
                meeting={"thread_id": "19:meeting_of_a_test@thread.v2",
                         "join_url": "https://teams.example.test/join/1"})


def take_place(daemon):
    """A session that somebody can look at: in a round, two polls answered, one withheld."""
    by = {"email": email(FACILITATOR)}
    daemon.happens("meeting_started", place=0)
    for number in range(1, PEOPLE + 1):
        if number not in ABSENT:
            daemon.happens("person_joined", person={"email": email(number)}, place=0)
    daemon.happens("runsheet_started", by=by)
    for poll, voters in (9, range(3, 15)), (4, range(3, 12)), (5, range(3, 6)):
        daemon.happens("poll_opened", by=by, poll=poll)
        for number in voters:
            daemon.happens("poll_voted", person={"email": email(number)}, poll=poll,
                           choice=number * number % (3 if poll == 9 else 5))
    for poll in 4, 5:
        daemon.happens("poll_closed", by=by, poll=poll)
    for _ in range(blocks_before_first_round()):
        daemon.happens("runsheet_skipped", by=by)


def watch_changes(daemon, sight):
    """What happens while the page is open is seen there without loading it again."""
    late = ABSENT[0]
    row = ("[...document.querySelectorAll('#people tr')]"
           f".find(row => row.cells[0].textContent === 'Person {late:02}').cells[2].textContent")
    before = sight.value(row)
    sight.value("document.body.dataset.mark = 'same'")
    daemon.happens("person_joined", person={"email": email(late)}, place=0)
    sight.wait("who comes is seen to come", f"{row} !== {json.dumps(before)}")
    daemon.happens("runsheet_held", by={"email": email(PRODUCER)})
    sight.wait("a held clock is seen",
               "document.getElementById('state').textContent === 'Held'")
    daemon.happens("runsheet_resumed", by={"email": email(PRODUCER)})
    sight.wait("a resumed clock is seen",
               "document.getElementById('state').textContent === 'Running'")
    browser.check("the page was not loaded again",
                  sight.value("document.body.dataset.mark === 'same'"))


def look(daemon, chromium, folder, pictures):
    daemon.wait_ready()
    schedule(daemon)
    take_place(daemon)
    wanted = argparse.Namespace(url=daemon.url + "/", key=KEY, people=PEOPLE, polls=3,
                                pictures=pictures)
    sight = browser.Browser(chromium, folder)
    try:
        browser.run(sight, wanted, lambda: watch_changes(daemon, sight))
    finally:
        sight.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plenary")
    parser.add_argument("pictures", type=pathlib.Path, nargs="?")
    arguments = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("skipped: chromium is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        daemon = Daemon(arguments.plenary, folder)
        try:
            look(daemon, chromium, folder / "chromium", arguments.pictures)
        finally:
            status = daemon.end()
        browser.check("the daemon ends in order when it is asked to", status == 0)


if __name__ == "__main__":
    main()
