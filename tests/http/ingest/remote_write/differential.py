"""Writes the same samples by remote write into this exporter and into a Prometheus, and compares what both answer: to the
writes, and to queries right after. Prints each difference and a count; its status is 1 if there is any that
docs/remote-write.md does not name.
usage: differential.py EXPORTER PROMETHEUS [BASE_SECONDS] [--disk]"""
import json
import math
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "support"))

from protobuf import field, varint  # noqa: E402

STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]


def snappy(content):
    """Literals alone."""
    out = varint(len(content))
    for begin in range(0, len(content), 60):
        part = content[begin:begin + 60]
        out += bytes([(len(part) - 1) << 2]) + part
    return out


def sample(time_ms, value):
    return field(1, float(value)) + field(2, time_ms)


def request1(series):
    """Of (labels as pairs, [(ms, value)])."""
    return b"".join(
        field(1, b"".join(field(1, field(1, name) + field(2, value)) for name, value in labels) +
              b"".join(field(2, sample(*one)) for one in samples))
        for labels, samples in series)


def request2(series):
    symbols = [""]
    out = b""
    for labels, samples in series:
        refs = b""
        for pair in labels:
            for text in pair:
                if text not in symbols:
                    symbols.append(text)
                refs += varint(symbols.index(text))
        out += field(5, field(1, refs) + b"".join(field(2, sample(*one)) for one in samples))
    return b"".join(field(4, symbol) for symbol in symbols) + out


PROTO1 = "application/x-protobuf"
PROTO2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request"


class Server:
    def __init__(self, command, ready):
        self.port = free_port()
        self.process = subprocess.Popen([part.replace("PORT", str(self.port)) for part in command],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                if self.get(ready)[0] == 200:
                    return
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.1)
        raise SystemExit(f"{command[0]} does not answer")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def post(self, body, content_type=PROTO1, encoding="snappy", method="POST"):
        headers = {"X-Prometheus-Remote-Write-Version": "0.1.0"}
        if content_type is not None:
            headers["Content-Type"] = content_type
        if encoding is not None:
            headers["Content-Encoding"] = encoding
        ask = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/write", data=body, method=method, headers=headers)
        if content_type is None:
            ask.add_header("Content-Type", "")
        try:
            with urllib.request.urlopen(ask, timeout=30) as answer:
                return answer.status, answer.read().decode(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace"), dict(error.headers)

    def ask(self, path, **parameters):
        status, body = self.get(f"/api/v1/{path}?" + urllib.parse.urlencode(parameters))
        document = json.loads(body)
        data = document.get("data", {})
        # Only sorting functions and topk promise an order of an instant vector.
        if path == "query" and data.get("resultType") == "vector" and not parameters["query"].startswith("topk"):
            data["result"].sort(key=lambda one: sorted(one["metric"].items()))
        return (status, json.dumps(document.get("data"), sort_keys=True)) if status == 200 else (status, document.get("error"))

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def named(name, **labels):
    return sorted([("__name__", name), *labels.items()])


def loads(base):
    """Requests of good samples: (version, series)."""
    minute = 60_000
    for i in range(40):
        yield request1([
            (named("requests_total", job="a", instance=f"i{j}"), [(base + i * minute, i * (j + 1) * 3.5)]) for j in range(5)
        ]), PROTO1
    yield request1([(named("whole", job="b"), [(base + i * minute, math.sin(i)) for i in range(40)])]), PROTO1
    yield request2([(named("second", job="c", x=str(i)), [(base + i * minute, float(i))]) for i in range(40)]), PROTO2
    yield request1([(named("ends"), [(base + i * minute, float(i)) for i in range(10)] + [(base + 10 * minute, STALE)])]), PROTO1
    yield request1([(named("special"), [(base, math.inf), (base + minute, -math.inf), (base + 2 * minute, -0.0),
                                        (base + 3 * minute, math.nan), (base + 4 * minute, 5e-324),
                                        (base + 5 * minute, 1.7976931348623157e308)])]), PROTO1
    buckets = [("0.1", 1), ("1.0", 3), ("+Inf", 4)]
    yield request1([(named("d_bucket", le=le), [(base + i * minute, n * (i + 1)) for i in range(40)]) for le, n in buckets]), PROTO1
    # Late, but within the window.
    yield request1([(named("whole", job="b"), [(base + 39 * minute - 30_000, 7.0), (base + 35 * minute + 1, 8.0)])]), PROTO1


def cases(base):
    """Writes whose answers are compared: a name, their bodies in order, content type, encoding."""
    t = base + 40 * 60_000
    good = request1([(named("case_good"), [(t, 1.0)])])
    yield "good", [good], PROTO1, "snappy"
    yield "exact repeat", [good, good], PROTO1, "snappy"
    yield "last time, other value", [good, request1([(named("case_good"), [(t, 2.0)])])], PROTO1, "snappy"
    yield "unsorted labels", [request1([([("b", "1"), ("__name__", "case_unsorted"), ("a", "2")], [(t, 1.0)])])], PROTO1, "snappy"
    yield "empty label value", [request1([([("__name__", "case_empty"), ("a", "")], [(t, 1.0)])])], PROTO1, "snappy"
    yield "late", [request1([(named("case_late"), [(t, 1.0)])]), request1([(named("case_late"), [(t - 60_000, 2.0)])])], PROTO1, "snappy"
    yield "too late", [request1([(named("case_late2"), [(t, 1.0)])]), request1([(named("case_late2"), [(t - 1_200_000, 2.0)])])], PROTO1, "snappy"
    far = int(time.time() * 1000) + 3_600_000
    yield "an hour ahead", [request1([(named("case_future"), [(far, 1.0)])])], PROTO1, "snappy"
    yield "no name", [request1([([("a", "b")], [(t, 1.0)])])], PROTO1, "snappy"
    yield "label twice", [request1([([("__name__", "case_twice"), ("a", "1"), ("a", "2")], [(t, 1.0)])])], PROTO1, "snappy"
    yield "no samples", [request1([(named("case_none"), [])])], PROTO1, "snappy"
    yield "empty", [b""], PROTO1, "snappy"
    yield "2.0 good", [request2([(named("case_good2"), [(t, 1.0)])])], PROTO2, "snappy"
    yield "2.0 no name", [request2([([("a", "b")], [(t, 1.0)])])], PROTO2, "snappy"
    yield "2.0 label twice", [request2([([("__name__", "case_twice2"), ("a", "1"), ("a", "2")], [(t, 1.0)])])], PROTO2, "snappy"
    yield "2.0 bad and good", [request2([([("a", "b")], [(t, 1.0)]), (named("case_beside2"), [(t, 1.0)])])], PROTO2, "snappy"
    yield "other type", [good], "text/plain", "snappy"
    yield "other message", [good], "application/x-protobuf;proto=some.Other", "snappy"
    yield "other encoding", [good], PROTO1, "gzip"
    yield "no encoding", [good], PROTO1, None


# Where section 6 of the contract differs from Prometheus on purpose: what this exporter answers.
ON_PURPOSE = {"no name": 400, "label twice": 400}

QUERIES = ["requests_total", "sum(requests_total)", "sum by (instance) (rate(requests_total[5m]))", "whole", "second", "count(second)",
           "ends", "special", "increase(requests_total[10m])", "histogram_quantile(0.5, d_bucket)", "avg_over_time(whole[10m])",
           "count_over_time(whole[40m])", "max_over_time(special[5m])", "changes(whole[10m])", "absent(ends)", "irate(requests_total[5m])",
           "last_over_time(ends[1h])", "whole[5m]", "ends[15m]", "special[10m]", "topk(2, requests_total)", "{job=\"a\"}",
           "{__name__=~\"case_.*\"}", "requests_total offset 5m", "deriv(whole[10m])", "resets(requests_total[30m])"]


def main():
    arguments = [one for one in sys.argv[1:] if one != "--disk"]
    exporter, prometheus = arguments[:2]
    base = int(float(arguments[2]) * 1000) if len(arguments) > 2 else (int(time.time()) // 60 - 60) * 60_000
    with tempfile.TemporaryDirectory() as folder:
        return compare(pathlib.Path(folder), exporter, prometheus, base, "--disk" in sys.argv)


def compare(folder, exporter, prometheus, base, disk):
    (folder / "ours.yml").write_text("history: {readings: false, retention: {raw: 100y}}\n")
    (folder / "prometheus.yml").write_text("storage: {tsdb: {out_of_order_time_window: 10m}}\n")
    ours = Server([exporter, "--web.listen-address=127.0.0.1:PORT", "--web.enable-remote-write-receiver",
                   f"--config.file={folder}/ours.yml"] + ([f"--storage.path={folder}/ours"] if disk else []), "/-/healthy")
    theirs = Server([prometheus, "--web.listen-address=127.0.0.1:PORT", "--web.enable-remote-write-receiver",
                     f"--storage.tsdb.path={folder}/theirs", f"--config.file={folder}/prometheus.yml",
                     "--storage.tsdb.retention.time=100y"], "/-/ready")
    differences = checked = 0

    def check(what, ours_says, theirs_says):
        nonlocal differences, checked
        checked += 1
        if ours_says != theirs_says:
            differences += 1
            print(f"{what}:\n  ours   {str(ours_says)[:600]}\n  theirs {str(theirs_says)[:600]}")

    try:
        for body, content_type in loads(base):
            answers = [server.post(snappy(body), content_type) for server in (ours, theirs)]
            check("load", answers[0][0], answers[1][0])
        for name, bodies, content_type, encoding in cases(base):
            answers = [[server.post(snappy(body), content_type, encoding) for body in bodies][-1] for server in (ours, theirs)]
            check(f"case {name}", answers[0][0], ON_PURPOSE.get(name, answers[1][0]))
            if content_type == PROTO2:
                header = "X-Prometheus-Remote-Write-Samples-Written"
                check(f"case {name}: written", answers[0][2].get(header), answers[1][2].get(header))
        check("garbage", ours.post(b"\xff\xff\xff")[0], theirs.post(b"\xff\xff\xff")[0])
        check("no protobuf", ours.post(snappy(b"\xff\xff"))[0], theirs.post(snappy(b"\xff\xff"))[0])
        check("GET", ours.get("/api/v1/write")[0], theirs.get("/api/v1/write")[0])
        for query in QUERIES:
            for minute in (0, 5, 11, 39, 44):
                at = base / 1000 + minute * 60
                check(f"{query} at {minute}m", ours.ask("query", query=query, time=at), theirs.ask("query", query=query, time=at))
            if "[" not in query[-5:]:
                span = dict(query=query, start=base / 1000, end=base / 1000 + 3000, step=37)
                check(f"{query} range", ours.ask("query_range", **span), theirs.ask("query_range", **span))
    finally:
        ours.stop()
        theirs.stop()
    print(f"{checked} answers compared, {differences} differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
