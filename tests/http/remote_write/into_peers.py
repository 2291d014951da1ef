"""Sends into a Prometheus and a VictoriaMetrics, which scrape the same samples beside: holds the series that came by
remote write against those of the scrape, ends the sender by SIGKILL in the middle, and starts the receiver again.
usage: into_peers.py REMOTE_WRITER DIRECTORY_OF_PEERS [prometheus|victoria-metrics]"""
import http.server
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

from receivers import Receiver, ask, wait_until

WRITER, PEERS = sys.argv[1], pathlib.Path(sys.argv[2])
SERIES = 3000
faults = []


def check(fine, text):
    print(("ok    " if fine else "WRONG ") + text, flush=True)
    if not fine:
        faults.append(text)


class Served(http.server.BaseHTTPRequestHandler):
    """The text that the sender wrote, to be scraped."""
    text = b"# EOF\n"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/openmetrics-text; version=1.0.0; charset=utf-8")
        self.end_headers()
        try:
            self.wfile.write(Served.text)
        except BrokenPipeError:
            pass  # the scrape took too long

    def log_message(self, *_):
        pass


def writer(receiver, protocol, queue, readings, text=None, interval=200):
    words = [WRITER, receiver.base + "/api/v1/write", protocol, str(queue), str(interval), str(readings), str(SERIES)]
    return subprocess.Popen(words + ([str(text)] if text else []), stdout=subprocess.PIPE, text=True)


def same_series(receiver, protocol, folder):
    begin = time.time() - 1
    text = folder / f"text-{protocol}"
    sender = writer(receiver, protocol, folder / f"same-{protocol}", 20, text)
    wait_until(lambda: text.exists() and text.read_bytes().endswith(b"# EOF\n"))
    Served.text = text.read_bytes()
    wait_until(lambda: len(receiver.series("scraped", begin)) > SERIES)
    wait_until(lambda: len(receiver.series("sent", begin)) >= len(receiver.series("scraped", begin)))
    sent, scraped = receiver.series("sent", begin), receiver.series("scraped", begin)
    if receiver.name != "prometheus":  # keeps no series of a scrape that has NaN alone
        sent = {series for series in sent if ("index", "7") not in series}
    check(sent == scraped, f"{receiver.name} {protocol}.0: {len(sent)} series sent, {len(scraped)} scraped, only sent "
                           f"{sorted(sent - scraped)[:2]}, only scraped {sorted(scraped - sent)[:2]}")
    sender.wait(300)
    time.sleep(1.5)
    left = ask(receiver.base + "/api/v1/query", query='count({job="sent"})')["result"]
    check(left == [], f"{receiver.name} {protocol}.0: all series ended with the sender, left {left}")


def runs_of(row):
    runs = []
    for value in row:
        runs = runs + [[value]] if value == 1 or not runs else runs[:-1] + [runs[-1] + [value]]
    return runs


def is_whole(runs, counted):
    """Each sender's readings in their order, those that it told of and at most one more; one that was killed before its first
    reading was queued may have none."""
    if not counted:
        return not runs
    fits = bool(runs) and runs[0] == list(range(1, len(runs[0]) + 1)) and counted[0] <= len(runs[0]) <= counted[0] + 1
    return (fits and is_whole(runs[1:], counted[1:])) or (counted[0] == 0 and is_whole(runs, counted[1:]))


def killed(receiver, protocol, folder):
    """A sender that is killed at random moments, a receiver that is started again: nothing is lost, all is in order."""
    time.sleep(2)  # the series are those of the senders before
    begin = time.time()
    queue = folder / f"killed-{protocol}"
    told = []
    for round_number in range(4):
        sender = writer(receiver, protocol, queue, 1000, interval=100)
        threading.Thread(target=lambda: told.extend((round_number, line.split()) for line in sender.stdout), daemon=True).start()
        if round_number in (1, 2):
            receiver.stop()
            time.sleep(random.uniform(0.5, 2))
            receiver.start()
        time.sleep(random.uniform(1, 2.5))
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        told.append((round_number, None))
    writer(receiver, protocol, queue, 1).wait(300)  # sends what the others left
    def received():
        return receiver.values('trial_values_total{job="sent"}', begin)
    wait_until(lambda: len(received()) == SERIES)
    values = received()
    check(len(values) == SERIES, f"{receiver.name} {protocol}.0: {len(values)} series of {SERIES} after kills")
    # Each sender counts its readings from 1 on, and tells of each that is queued.
    counted = [sum(1 for number, line in told if line and number == one) for one in range(4)] + [1]
    rows = {tuple(row) for row in values.values()}
    wrong = [row for row in rows if not is_whole(runs_of(row), counted)]
    check(rows and not wrong, f"{receiver.name} {protocol}.0: readings told {counted}, there "
                     f"{[[len(run) for run in runs_of(row)] for row in wrong or rows][:3]}")


with tempfile.TemporaryDirectory() as name:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for kind, protocols in (("prometheus", "12"), ("victoria-metrics", "1")):
        if kind not in (sys.argv[3:] or kind):
            continue
        one = Receiver(PEERS, kind, pathlib.Path(name) / kind, f"127.0.0.1:{server.server_port}")
        one.start()
        try:
            for protocol in protocols:
                same_series(one, protocol, one.folder)
                killed(one, protocol, one.folder)
        finally:
            one.stop()
print(f"{len(faults)} faults")
sys.exit(1 if faults else 0)
