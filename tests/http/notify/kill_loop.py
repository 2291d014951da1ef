"""Kills the exporter at random moments while alerts come and go, and counts what its webhook and its history say: no notification
comes twice under two ids, none is missing, and no transition is there twice. A notification whose answer the
killed program did not see comes once more with its id, and counts once.
usage: kill_loop.py EXPORTER [KILLS] [SEED]"""
import collections
import http.server
import json
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

EXPORTER = pathlib.Path(sys.argv[1]).resolve()
KILLS = int(sys.argv[2]) if len(sys.argv) > 2 else 100
RANDOM = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
ALERTS = 20

RULES = """
groups:
  - name: loop
    interval: 1s
    rules:
      - {alert: Hot, expr: max by (n) (loop_heat) > 5}
"""
ROUTES = """
route: {receiver: all, group_by: ['...'], group_wait: 0s, group_interval: 1s, repeat_interval: 24h}
receivers: [{name: all, webhook_configs: [{url: 'http://127.0.0.1:PORT/'}]}]
"""
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
notifications: {config_file: alertmanager.yml}
"""

told = []  # (id, number of the alert, status), in the order of arrival
arrivals = []  # when each of these came
kills = []
heat = [1] * ALERTS
done = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for alert in body["alerts"]:
            arrivals.append(time.time())
            told.append((self.headers["X-Notification-Id"], alert["labels"]["n"], alert["status"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


PORT = free_port()


def ask(path):
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=20) as answer:
        return json.load(answer)


def push_all():
    while not done.wait(0.2):
        lines = "".join(f'loop_heat{{n="{n}"}} {heat[n]}\n' for n in range(ALERTS))
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/metrics/job/loop", ("# TYPE loop_heat gauge\n" + lines).encode(), method="PUT")
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except OSError:
            pass


def change_all():
    while not done.wait(1 + RANDOM.random() * 2):
        number = RANDOM.randrange(ALERTS)
        heat[number] = 10 - heat[number]


def start(folder):
    log = (folder / "log").open("ab")
    return subprocess.Popen(
        [EXPORTER, "--config.file=exporter.yml", f"--storage.path={folder}/state", f"--web.listen-address=127.0.0.1:{PORT}",
         "--collector.disable-defaults", "--collector.loadavg"], cwd=folder, stdout=log, stderr=log)


def wait_for(condition, what, seconds=120):
    last = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return True
        except OSError:
            pass
        if time.monotonic() > last:
            print("waited in vain for", what)
            return False
        time.sleep(0.2)


def transitions():
    """Of each alert, the oldest first."""
    rows, cursor = [], ""
    while True:
        page = ask("/api/v1/alerts/history?limit=1000" + (f"&cursor={cursor}" if cursor else ""))["data"]
        rows += page["transitions"]
        cursor = page.get("cursor", "")
        if not cursor:
            break
    of = collections.defaultdict(list)
    for row in reversed(rows):
        of[row["labels"]["n"]].append(row)
    return of


def timeline(number, transitions_of):
    """All that happened to an alert, a line each."""
    lines = [(when, f"told {status} {known[-4:]}") for when, (known, n, status) in zip(arrivals, told) if n == number]
    lines += [(row["time"], f"{row['from']} -> {row['to']}") for row in transitions_of]
    lines += [(when, "kill") for when in kills]
    return "\n".join(f"    {when - kills[0]:8.2f} {what}" for when, what in sorted(lines))


def alternates(words):
    return all(one != other for one, other in zip(words, words[1:]))


def verdict():
    faults = 0
    once = list(dict.fromkeys(told))  # what came again with its id counts once
    of = transitions()
    for number in map(str, range(ALERTS)):
        statuses = [status for _, n, status in once if n == number]
        states = [row["to"] for row in of[number] if row["to"] != "pending"]
        expected = ["firing" if state == "firing" else "resolved" for state in states]
        now = "firing" if heat[int(number)] > 5 else "resolved"
        good = alternates(statuses) and alternates(states) and (not statuses or statuses[-1] == now)
        # What ended and came back between two flushes is no news: fewer tellings than transitions, never more.
        if not good or len(statuses) > len(expected) or len(told) == 0:
            faults += 1
            print("WRONG", number, len(statuses), "tellings,", len(states), "transitions, now", now)
            print(timeline(number, of[number]))
    again = len(told) - len(once)
    print(f"{KILLS} kills, {len(once)} tellings ({again} of them came again with their id), "
          f"{sum(map(len, of.values()))} transitions, {faults} alerts wrong")
    return faults == 0


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "rules.yml").write_text(RULES)
        (folder / "alertmanager.yml").write_text(ROUTES.replace("PORT", str(server.server_port)))
        (folder / "exporter.yml").write_text(CONFIG)
        program = start(folder)
        pushes = threading.Thread(target=push_all, daemon=True)
        pushes.start()
        changes = threading.Thread(target=change_all, daemon=True)
        changes.start()
        for _ in range(KILLS):
            wait_for(lambda: ask("/api/v1/rules"), "the program to answer")
            time.sleep(RANDOM.random() * 4)
            kills.append(time.time())
            program.send_signal(signal.SIGKILL)
            program.wait()
            program = start(folder)
        # Every alert is as its series says, and told so, before the counts are held against each other.
        frozen = list(heat)
        done_changing = wait_for(lambda: ask("/api/v1/rules"), "the program to answer")
        done.set()
        changes.join()
        frozen = list(heat)
        done.clear()
        threading.Thread(target=push_all, daemon=True).start()
        last = {}

        def settled():
            for _, number, status in list(told):
                last[number] = status
            return all(last.get(str(n), "resolved") == ("firing" if frozen[n] > 5 else "resolved") for n in range(ALERTS))

        good = wait_for(settled, "the last notifications") and done_changing
        good = verdict() and good
        done.set()
        program.send_signal(signal.SIGTERM)
        program.wait(60)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
