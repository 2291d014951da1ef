"""Runs a Prometheus with an Alertmanager and the exporter beside each other, over the same sixty series that appear, flap, turn
into NaN, vanish and end, with the same rules and the same alertmanager.yml, and holds against each other what both
tell a webhook: but for times (2 s), externalURL and generatorURL it is to be the same. No two alerts inhibit the same others:
an Alertmanager of 0.33 knows one of them only, and if that one ends it tells what the other should hold back.
usage: twin.py EXPORTER DIRECTORY_OF_PEERS [SECONDS]"""
import collections
import datetime
import http.server
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

EXPORTER, PEERS = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 130
SERIES = 60

RULES = """
groups:
  - name: twin
    interval: 1s
    rules:
      - alert: Twin
        expr: max by (n, g) (twin) > 5
        labels: {severity: '{{ if match "^[0-4]$" $labels.n }}critical{{ else }}warning{{ end }}'}
        annotations: {summary: 'twin {{ $labels.n }} of {{ $labels.g }}'}
      - alert: Slow
        expr: max by (n, g) (twin) > 5
        for: 3s
        keep_firing_for: 2s
        labels: {severity: info}
"""
ROUTES = """
route:
  receiver: all
  group_by: [alertname, g]
  group_wait: 3s
  group_interval: 10s
  repeat_interval: 45s
  routes:
    - {receiver: critical, matchers: ['severity="critical"'], continue: true}
    - {receiver: slow, matchers: [alertname=Slow], group_by: ['...']}
inhibit_rules:
  - source_matchers: [severity=critical]
    target_matchers: [severity=warning]
    equal: [g]
receivers:
  - {name: all, webhook_configs: [{url: 'URL/all'}]}
  - {name: critical, webhook_configs: [{url: 'URL/critical', max_alerts: 1}]}
  - {name: slow, webhook_configs: [{url: 'URL/slow', send_resolved: false}]}
"""


def value(n, t):
    """What series n has at second t: None if it is not there. All changes are at whole tens."""
    ten = int(max(t, 0) // 10)
    return [
        9 if 1 <= ten < 5 else 1,                                # appears, and ends
        9 if ten % 2 else 1,                                     # flaps
        9 if 2 <= ten < 4 or ten >= 6 else "NaN",                # turns into NaN
        9 if 2 <= ten < 4 else None,                             # comes and vanishes
        9 if ten == 3 + n % 4 else 1,                            # is there for a short while
        9 if ten >= 1 else 1,                                    # stays
    ][n % 6]


def exposition(t):
    lines = ["# TYPE twin gauge"]
    for n in range(SERIES):
        now = value(n, t)
        if now is not None:
            lines.append(f'twin{{n="{n}",g="{n % 5}"}} {now}')
    return "\n".join(lines) + "\n"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


told = collections.defaultdict(list)
begin = float("inf")  # set once all are up; before that every series has its first value
ports = {name: free_port() for name in ("serve", "ours", "theirs", "exporter", "prometheus", "alertmanager")}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = exposition(time.time() - begin).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told[self.server.name].append((time.time() - begin, self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def serve(name):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", ports[name]), Handler)
    server.name = name
    threading.Thread(target=server.serve_forever, daemon=True).start()


def push_all():
    url = f"http://127.0.0.1:{ports['exporter']}/metrics/job/twin"
    while True:
        request = urllib.request.Request(url, exposition(time.time() - begin).encode(), method="PUT")
        try:
            urllib.request.urlopen(request, timeout=5).close()
        except OSError:
            pass
        time.sleep(0.25)


def wait_until_ready(url):
    last = time.monotonic() + 180
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > last:
                raise
            time.sleep(0.25)


def seconds(text):
    return datetime.datetime.fromisoformat(text[:19]).replace(tzinfo=datetime.timezone.utc).timestamp()


def shown(path, body):
    """A body without what may differ."""
    rest = {key: body[key] for key in body if key not in ("alerts", "externalURL")}
    alerts = [{key: alert[key] for key in alert if key not in ("startsAt", "endsAt", "generatorURL")}
              for alert in body["alerts"]]
    return json.dumps([path, rest, alerts], sort_keys=True)


def compare():
    faults = 0
    end = SECONDS // 10 * 10 - 10  # a whole ten, at which nobody tells
    sequences = {name: collections.defaultdict(list) for name in ("ours", "theirs")}
    for name, into in sequences.items():
        for at, path, body in sorted(told[name], key=lambda one: one[0]):
            if at < end:
                into[path, body["groupKey"]].append((at, path, body))
    for key in sorted(sequences["theirs"].keys() | sequences["ours"].keys()):
        theirs, ours = sequences["theirs"][key], sequences["ours"][key]
        same = [shown(*one[1:]) for one in theirs] == [shown(*one[1:]) for one in ours]
        near = all(
            abs(seconds(a["startsAt"]) - seconds(b["startsAt"])) <= 2
            for one, other in zip(theirs, ours) for a, b in zip(one[2]["alerts"], other[2]["alerts"]))
        if same and near:
            continue
        faults += 1
        print("WRONG", *key, "" if same else "not the same", "" if near else "other times")
        for name, list_of in (("theirs", theirs), ("ours", ours)):
            for at, _, body in list_of:
                print("  ", name, f"{at:6.1f}", body["notification_reason"],
                      *[a["labels"]["n"] + ("+" if a["status"] == "firing" else "-") for a in body["alerts"]])
    total = sum(map(len, sequences["theirs"].values()))
    print(f"{len(sequences['theirs'])} groups, {total} notifications, {faults} groups differ")
    return faults == 0 and total > 0


def main():
    global begin
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for who in ("serve", "ours", "theirs"):
            serve(who)
        (folder / "rules.yml").write_text(RULES)
        for who in ("ours", "theirs"):
            (folder / f"{who}.yml").write_text(ROUTES.replace("URL", f"http://127.0.0.1:{ports[who]}"))
        (folder / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{ports["alertmanager"]}']}}]}}]}}
scrape_configs: [{{job_name: twin, static_configs: [{{targets: ['127.0.0.1:{ports["serve"]}']}}]}}]
""")
        (folder / "exporter.yml").write_text("""
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
notifications: {config_file: ours.yml}
""")
        listen = "--web.listen-address=127.0.0.1:"
        commands = [
            # Says each end once: of one that is said again the Alertmanager tells again, behind a repetition.
            [PEERS / "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--rules.alert.resend-delay=20m",
             listen + str(ports["prometheus"])],
            [PEERS / "prometheus-alertmanager", "--config.file=theirs.yml", "--storage.path=am", "--cluster.listen-address=",
             listen + str(ports["alertmanager"])],
            [EXPORTER, "--config.file=exporter.yml", listen + str(ports["exporter"]), "--collector.disable-defaults",
             "--collector.loadavg"]]
        log = (folder / "log").open("wb")
        programs = [subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) for command in commands]
        threading.Thread(target=push_all, daemon=True).start()
        for name, path in (("prometheus", "/-/ready"), ("alertmanager", "/-/ready"), ("exporter", "/-/ready")):
            wait_until_ready(f"http://127.0.0.1:{ports[name]}{path}")
        begin = time.time() + 10  # the first evaluations are over by then
        time.sleep(begin + SECONDS - time.time())
        for program in programs:
            program.send_signal(signal.SIGTERM)
        for program in programs:
            program.wait(30)
    return 0 if compare() else 1


if __name__ == "__main__":
    sys.exit(main())
