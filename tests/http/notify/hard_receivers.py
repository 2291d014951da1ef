"""Tells one alert to receivers that do not make it easy: that want to be left alone, fail twice, refuse, hang, hang up, answer ten megabytes,
or send elsewhere. Counts the requests of each and the times between them, and how long the others waited for that.
usage: hard_receivers.py EXPORTER"""
import collections
import http.server
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

EXPORTER = pathlib.Path(sys.argv[1]).resolve()
INTERVAL = 25  # of the group, in seconds
WATCHED = 45

RULES = "groups: [{name: g, interval: 1s, rules: [{alert: Hot, expr: vector(1)}]}]\n"
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
notifications: {config_file: alertmanager.yml}
"""
asked = collections.defaultdict(list)  # the times of requests by path
over = threading.Event()


class Case:
    """A receiver: what it answers to its n-th request, and the gaps between requests that are right, as (least, most) seconds."""

    def __init__(self, answer, gaps, kind="webhook"):
        self.answer, self.gaps, self.kind = answer, gaps, kind

    def config(self, url):
        key = {"webhook": "url", "slack": "api_url", "discord": "webhook_url"}[self.kind]
        return {f"{self.kind}_configs": [{key: url}]}


def then_good(first, times=1):
    return lambda n: first if n < times else (200, {}, b"ok")


AGAIN = (0.75, 1.7)  # a second, a fifth less or more, and what a busy machine adds
TWICE = (1.55, 3.0)
NEXT_FLUSH = (INTERVAL - 1.5, INTERVAL + 3)
CASES = {
    "good": Case(lambda n: (200, {}, b""), []),
    "left-alone": Case(then_good((429, {"Retry-After": "4"}, b"")), [(4, 5.5)]),
    "fails-twice": Case(then_good((500, {}, b""), 2), [AGAIN, TWICE]),
    "refuses": Case(lambda n: (400, {}, b"no"), [NEXT_FLUSH]),
    "hangs": Case(lambda n: None, [(30, 33)]),
    "hangs-up": Case(lambda n: "close" if n < 2 else (204, {}, b""), [AGAIN, TWICE]),
    "answers-much": Case(lambda n: (200, {}, b"x" * 10_000_000), []),
    "sends-elsewhere": Case(lambda n: (302, {"Location": "/elsewhere"}, b""), [NEXT_FLUSH]),
    "slack": Case(lambda n: (200, {}, b"ok"), [], "slack"),
    "slack-says-no": Case(lambda n: (200, {}, b"no_service"), [NEXT_FLUSH], "slack"),
    "discord": Case(then_good((429, {}, b'{"retry_after": 2.5}')), [(2.5, 4)], "discord"),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        path = self.path.strip("/")
        asked[path].append(time.monotonic())
        case = CASES.get(path)
        answer = case.answer(len(asked[path]) - 1) if case else (200, {}, b"")
        if answer is None:
            over.wait()
        if answer is None or answer == "close":
            self.close_connection = True
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # who does not want ten megabytes

    do_GET = do_POST

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """Takes all receivers' connections at once: one that finds the usual queue of five full is tried again by the kernel after a second."""
    request_queue_size = 2 * len(CASES)
    daemon_threads = True


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def verdict():
    faults = 0
    first = min(times[0] for times in asked.values())
    for name, case in CASES.items():
        times = asked[name]
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        fits = len(gaps) == len(case.gaps) and all(
            least <= gap <= most for gap, (least, most) in zip(gaps, case.gaps))
        good = fits and bool(times) and times[0] - first < 1
        faults += not good
        told = f"told after {times[0] - first:.2f} s" if times else "never told"
        print(f"{'      ' if good else 'WRONG '}{name:16} {told}, then after {', '.join(f'{gap:.2f}' for gap in gaps) or '-'} s")
    for path in asked.keys() - CASES.keys():
        faults += 1
        print("WRONG  a request to", path)
    print(f"{len(CASES)} receivers, {faults} faults")
    return faults == 0


def main():
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receivers = [{"name": name, **case.config(f"http://127.0.0.1:{server.server_port}/{name}")} for name, case in CASES.items()]
    routes = {
        "receiver": "good", "group_wait": "1s", "group_interval": f"{INTERVAL}s", "repeat_interval": "1h",
        "routes": [{"receiver": name, "continue": True} for name in CASES]}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "rules.yml").write_text(RULES)
        (folder / "exporter.yml").write_text(CONFIG)
        (folder / "alertmanager.yml").write_text(json.dumps({"route": routes, "receivers": receivers}))
        with (folder / "log").open("wb") as log:
            program = subprocess.Popen(
                [EXPORTER, "--config.file=exporter.yml", f"--web.listen-address=127.0.0.1:{free_port()}",
                 "--collector.disable-defaults", "--collector.loadavg"], cwd=folder, stdout=log, stderr=log)
        try:
            last = time.monotonic() + 120
            while not asked["good"] and time.monotonic() < last:
                time.sleep(0.1)
            time.sleep(WATCHED)
            good = verdict()
        finally:
            over.set()
            program.terminate()
            program.wait(60)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
