"""Sends the same pushes to this exporter and to a Pushgateway, and compares what both answer and what they show afterwards.
Prints each difference and a count; its status is 1 if there is any. What docs/pushes.md names is not asked.
usage: differential.py EXPORTER PUSHGATEWAY"""
import base64
import gzip
import http.client
import json
import pathlib
import re
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "support"))

from protobuf import field, varint  # noqa: E402

TEXT = "text/plain; version=0.0.4"
PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"


def family(name, kind, *metrics):
    message = field(1, name) + field(2, "Help.") + field(3, kind) + b"".join(field(4, one) for one in metrics)
    return varint(len(message)) + message


def label(name, value):
    return field(1, field(1, name) + field(2, value))


# Schema 3, two spans, a zero bucket: 5 + 2 + 1 + 4 observations. Numbers of sint fields are doubled.
NATIVE = (field(1, 12) + field(2, 18.5) + field(5, 6) + field(6, 1e-6) + field(7, 5) + field(12, field(1, 5) + field(2, 2)) +
          field(12, field(1, 8) + field(2, 1)) + field(13, varint(4) + varint(1) + varint(6)))
FAMILIES = (family("p_total", 0, label("a", "b") + field(3, field(1, 3.0))) + family("p_gauge", 1, field(2, field(1, -1.5))) +
            family("p_summary", 2, field(4, field(1, 4) + field(2, 9.5) + field(3, field(1, 0.5) + field(2, 2.5)))) +
            family("p_histogram", 4, field(7, field(1, 3) + field(2, 7.5) + field(3, field(1, 2) + field(2, 1.0)))) +
            family("p_native", 4, field(7, NATIVE)))
TYPES = "# TYPE c counter\nc{a=\"b\"} 3\n# TYPE g gauge\ng 1.5\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\n" \
        "h_bucket{le=\"+Inf\"} 2\nh_sum 3\nh_count 2\n# TYPE s summary\ns{quantile=\"0.5\"} 2\ns_sum 4\ns_count 3\nu 7\n"


def coded(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


# Method, path, body, headers. One after the other, so later ones meet what earlier ones left.
PUSHES = [
    ("POST", "/metrics/job/types", TYPES),
    ("POST", "/metrics/job/types", ""),
    ("PUT", "/metrics/job/put/x/1", "a 1\nb 2\n"),
    ("PUT", "/metrics/job/put/x/1", "b 3\n"),
    ("POST", "/metrics/job/put/x/1", "a 4\n"),
    ("PUT", "/metrics/job/emptied", "z 1\n"),
    ("PUT", "/metrics/job/emptied", ""),
    ("DELETE", "/metrics/job/none", None),
    ("POST", "/metrics/job/gone", "y 1\n"),
    ("DELETE", "/metrics/job/gone", None),
    ("POST", "/metrics/job/some%20job/path%2Fx/1+1", "a 1\n"),
    ("POST", "/metrics/job/a/label@base64/" + coded("/var/tmp"), "a 1\n"),
    ("POST", "/metrics/job@base64/" + coded("job/slash"), "a 1\n"),
    ("POST", "/metrics/job/a/empty@base64/=", "a 1\n"),
    ("POST", "/metrics/job/a/padded@base64/" + coded("ab"), "a 1\n"),
    ("POST", "/metrics/job/a/unpadded@base64/" + coded("ab").rstrip("="), "a 1\n"),
    ("POST", "/metrics/job/a/bad@base64/a", "a 1\n"),
    ("POST", "/metrics/job/a/bad@base64/a!b", "a 1\n"),
    ("POST", "/metrics/job/a/std@base64/Yi9j+w==", "a 1\n"),
    ("POST", "/metrics/job@base64/=", "a 1\n"),
    ("POST", "/metrics/job/a/", "trailing 1\n"),
    ("POST", "/metrics/job/a/x", "a 1\n"),
    ("POST", "/metrics/job/a/x-y/1", "a 1\n"),
    ("POST", "/metrics/job/a/1x/1", "a 1\n"),
    ("POST", "/metrics/job/a/__x/1", "a 1\n"),
    ("POST", "/metrics/job/a/_x/1", "a 1\n"),
    ("POST", "/metrics/instance/a", "a 1\n"),
    ("POST", "/metrics", "a 1\n"),
    ("POST", "/metrics/job/over", "a{job=\"body\",instance=\"i\"} 1\n"),
    ("POST", "/metrics/job/over/instance/path", "a{instance=\"i\"} 1\n"),
    ("POST", "/metrics/job/stamp", "a 1 1700000000000\n"),
    ("POST", "/metrics/job/broken", "a one\n"),
    ("POST", "/metrics/job/unended", "a 1"),
    ("POST", "/metrics/job/windows", "a 1\r\n"),
    ("POST", "/metrics/job/twice", "a 1\na 2\n"),
    ("POST", "/metrics/job/twicelabels", "a{x=\"1\",x=\"2\"} 1\n"),
    ("POST", "/metrics/job/badname", "a-b 1\n"),
    ("POST", "/metrics/job/badtype", "# TYPE a strange\na 1\n"),
    ("POST", "/metrics/job/clash", "# TYPE c gauge\nc 1\n"),
    ("POST", "/metrics/job/types", "# TYPE c gauge\nc 1\n"),
    ("POST", "/metrics/job/help", "# HELP g Another help.\n# TYPE g gauge\ng 2\n"),
    ("POST", "/metrics/job/other", "a{job=\"types\"} 5\n"),
    ("POST", "/metrics/job/series", "q{x=\"1\"} 1\n"),
    ("POST", "/metrics/job/series/x/1", "q 1\n"),
    ("POST", "/metrics/job/times", "push_time_seconds 5\npush_failure_time_seconds 5\nw 1\n"),
    ("POST", "/metrics/job/suffix1", "# TYPE k histogram\nk_bucket{le=\"+Inf\"} 2\nk_sum 3\nk_count 2\n"),
    ("POST", "/metrics/job/suffix2", "# TYPE k_count gauge\nk_count 2\n"),
    ("POST", "/metrics/job/nan", "n NaN\nm +Inf\nl -Inf\n# comment\n\n"),
    ("POST", "/metrics/job/openmetrics", "# TYPE o counter\no_total 1\n# EOF\n"),
    ("POST", "/metrics/job/utf8", "v{x=\"\u00e4\\n\\\"\\\\\"} 1\n"),
    ("POST", "/metrics/job/notutf8", b"v{x=\"\xff\"} 1\n"),
    ("POST", "/metrics/job/packed", gzip.compress(b"r 1\n"), {"Content-Encoding": "gzip"}),
    ("POST", "/metrics/job/notpacked", "r 1\n", {"Content-Encoding": "gzip"}),
    ("POST", "/metrics/job/protobuf", FAMILIES, {"Content-Type": PROTOBUF}),
    ("POST", "/metrics/job/protobufcut", FAMILIES[:-3], {"Content-Type": PROTOBUF}),
    ("POST", "/metrics/job/protobufempty", b"", {"Content-Type": PROTOBUF}),
    ("POST", "/metrics/job/protobufstamp", family("t", 1, field(2, field(1, 1.0)) + field(6, 5)), {"Content-Type": PROTOBUF}),
    ("POST", "/metrics/job/asform", "f 1\n", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("POST", "/metrics/job/plain", "f 1\n", {"Content-Type": None}),
    ("GET", "/metrics/job/types", None),
    ("PATCH", "/metrics/job/types", "a 1\n"),
    ("GET", "/-/healthy", None),
    ("GET", "/-/ready", None),
]


class Server:
    def __init__(self, command):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen([part.replace("PORT", str(self.port)) for part in command],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                self.ask("GET", "/-/ready")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{command[0]} does not answer")

    def ask(self, method, path, body=None, headers=None):
        given = {"Content-Type": TEXT, **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        content = body.encode() if isinstance(body, str) else body
        connection.request(method, path, content, {name: value for name, value in given.items() if value is not None})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def end(self):
        self.process.terminate()
        self.process.wait(30)


def shown(page):
    """The lines of pushed samples, without times and without what the programs say of themselves."""
    lines = set()
    for line in page.decode().splitlines():
        if line.startswith("#") or re.match(r"(go|process|pushgateway|promhttp|orchestrator|node)_", line):
            continue
        name = line.split("{")[0]
        labels = line[len(name):].rsplit(" ", 1)[0]
        labels = ",".join(sorted(re.findall(r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\.)*"', labels)))
        value = float(line.rsplit(" ", 1)[1])
        if name in ("push_time_seconds", "push_failure_time_seconds"):
            value = value > 0
        lines.add(f"{name}{{{labels}}} {value}")
    return lines


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if key not in ("time_stamp", "value", "help")}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def groups(body):
    return {json.dumps(group["labels"], sort_keys=True): without_times(group) for group in json.loads(body)["data"]}


def differences(ours, theirs):
    known = set()  # lines that were told of
    for push in PUSHES:
        mine, other = ours.ask(*push), theirs.ask(*push)
        time.sleep(0.02)  # a Pushgateway answers 202 before it deletes
        if mine[0] != other[0]:
            yield f"{push[0]} {push[1]} {str(push[2])[:60]!r}: {mine[0]} {mine[1][:80]!r}, theirs {other[0]} {other[1][:80]!r}"
        before, after = shown(ours.ask("GET", "/metrics/pushed")[1]), shown(theirs.ask("GET", "/metrics")[1])
        for line in sorted(before - after - known):
            yield f"{push[0]} {push[1]}: only ours shows {line}"
        for line in sorted(after - before - known):
            yield f"{push[0]} {push[1]}: only theirs shows {line}"
        known |= before ^ after
    mine, other = (groups(server.ask("GET", "/api/v1/metrics")[1]) for server in (ours, theirs))
    for key in sorted(mine.keys() | other.keys()):
        for name in sorted(mine.get(key, {}).keys() | other.get(key, {}).keys()):
            if mine.get(key, {}).get(name) != other.get(key, {}).get(name):
                yield f"/api/v1/metrics: {key} {name}: {mine.get(key, {}).get(name)}, theirs {other.get(key, {}).get(name)}"
    mine, other = (json.loads(server.ask("GET", "/api/v1/status")[1]) for server in (ours, theirs))
    if mine["status"] != other["status"] or not other["data"].keys() <= mine["data"].keys():
        yield f"/api/v1/status: {mine}, theirs {other}"


def main():
    exporter, gateway = sys.argv[1:]
    ours = Server([exporter, "--web.listen-address=127.0.0.1:PORT", "--collector.disable-defaults"])
    theirs = Server([gateway, "--web.listen-address=127.0.0.1:PORT"])
    try:
        found = list(differences(ours, theirs))
    finally:
        ours.end()
        theirs.end()
    for line in found:
        print(line)
    print(f"{len(PUSHES)} requests, {len(found)} differences")
    sys.exit(1 if found else 0)


main()
