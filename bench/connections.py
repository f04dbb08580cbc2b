# SPDX-License-Identifier: MIT
"""connections.py PLENARY FOLDER - what an open connection costs the daemon, in memory.

Opens a thousand TLS connections that have asked once and stay, and as many websockets
that watch; says how much the daemon grew for each.
"""
import os
import resource
import socket
import ssl
import subprocess
import sys
import time

COUNT = 1000
KEY = "a key for this measurement"


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def memory(process):
    with open(f"/proc/{process}/status") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    raise SystemExit("the daemon has gone")


def write_secret(path):
    with open(path, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as out:
        out.write(KEY)


def start(plenary, folder, port):
    os.makedirs(f"{folder}/data")
    write_secret(f"{folder}/live.secret")
    write_secret(f"{folder}/events.secret")
    with open(f"{folder}/plenary.yaml", "w") as out:
        out.write(f"data_dir: data\nlisten:\n  - address: 127.0.0.1:{port}\n    tls: true\n"
                  "live:\n  key_file: ./live.secret\n"
                  "events:\n  secret_file: ./events.secret\nlog:\n  level: error\n")
    return subprocess.Popen([plenary, "serve", "--config", f"{folder}/plenary.yaml"])


def connect(context, port):
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port)))


def await_ready(context, port):
    for _ in range(200):
        try:
            connect(context, port).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the daemon does not listen")


def plan_session(plenary, folder, port):
    """There is something to watch."""
    subprocess.run([plenary, "schedule", "config/programmes/leep.yaml", "--module", "1",
                    "--uid", "watched", "--starts", "2031-11-24T09:00:00Z", "--organiser", "o",
                    "--thread", "t", "--join-url", "https://teams.example.test/1",
                    "--to", f"https://127.0.0.1:{port}",
                    "--secret-file", f"{folder}/events.secret",
                    "--ca-file", f"{folder}/data/tls.crt"], check=True,
                   stdout=subprocess.DEVNULL)


def ask(context, port, head):
    connection = connect(context, port)
    connection.sendall(head.encode())
    return connection, connection.recv(65536).split(b"\r\n", 1)[0].decode()


def measure(name, daemon, context, port, head, wanted):
    for _ in range(8):  # what is only needed once
        ask(context, port, head)[0].close()
    time.sleep(0.2)
    before = memory(daemon.pid)
    held = []
    for _ in range(COUNT):
        connection, answer = ask(context, port, head)
        if wanted not in answer:
            raise SystemExit(f"{name}: {answer}")
        held.append(connection)
    time.sleep(0.5)
    grown = memory(daemon.pid) - before
    print(f"per {name}: {grown / COUNT:.1f} kB ({COUNT} open)")
    return held  # still open, so that the next ones are given memory of their own


def main(plenary, folder):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    port = free_port()
    daemon = start(plenary, f"{folder}/connections", port)
    context = ssl._create_unverified_context()
    host = f"Host: 127.0.0.1:{port}\r\n"
    try:
        await_ready(context, port)
        plan_session(plenary, f"{folder}/connections", port)
        held = measure("HTTPS connection", daemon, context, port,
                       f"GET /livez HTTP/1.1\r\n{host}\r\n", " 200 ")
        held += measure("websocket over TLS", daemon, context, port,
                        f"GET /live?session=watched HTTP/1.1\r\n{host}"
                        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        "Sec-WebSocket-Protocol: plenary.live\r\n"
                        f"Authorization: Bearer {KEY}\r\n\r\n", " 101 ")
        for connection in held:
            connection.close()
    finally:
        daemon.terminate()
        daemon.wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
