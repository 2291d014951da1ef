"""Asks this project's PromQL engine and a Prometheus the same random queries over the same random
samples, and prints every question that they answer differently.

usage: differential.py PROGRAM PROMETHEUS [COUNT] [SEED] [SWITCH...]
  PROGRAM     the built tests/programs/query_samples.cc
  PROMETHEUS  the server's binary, 3.5; it is started on loopback and ended again
  SWITCH      experimental, delayed-names, histograms (most queries are over native histograms)
Values may differ by 1e-9 of their size where mathematical functions are involved or the server adds
up in an order of chance; elsewhere by nothing."""
import http.client
import itertools
import json
import math
import pathlib
import random
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

import random_histograms
import random_queries
from protobuf import message, varint

FEATURES = {"experimental": "promql-experimental-functions,promql-duration-expr",
            "delayed-names": "promql-delayed-name-removal"}
TOLERANCE = 1e-9
INEXACT = re.compile(r"\b(exp|ln|log2|log10|a?(sin|cos|tan)h?|atan2)\b|\^|:")


def snappy(data):
    """The block format, without any compression."""
    out = bytearray(varint(len(data)))
    for start in range(0, len(data), 65536):
        part = data[start:start + 65536]
        out += bytes([61 << 2]) + struct.pack("<H", len(part) - 1) + part
    return bytes(out)


def bits(value):
    if value == "stale":
        return 0x7ff0000000000002
    return struct.unpack("<Q", struct.pack("<d", value))[0]


def write_request(samples):
    """The body of remote_write 1.0 for a list of (labels, milliseconds, value)."""
    body = b""
    for labels, at, value in samples:
        content = b"".join(
            message(1, message(1, name.encode()) + message(2, text.encode()))
            for name, text in sorted(labels.items()))
        if isinstance(value, random_histograms.Histogram):
            content += message(4, value.protobuf(at))
        else:
            content += message(2, b"\x09" + struct.pack("<Q", bits(value)) + b"\x10" + varint(at))
        body += message(1, content)
    return snappy(body)


class Prometheus:
    def __init__(self, binary, switches, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        config = pathlib.Path(folder, "prometheus.yml")
        config.write_text("global: {}\n")
        features = ",".join(["native-histograms", *(
            FEATURES[switch] for switch in switches if switch in FEATURES)])
        command = [binary, f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
                   f"--web.listen-address=127.0.0.1:{self.port}",
                   "--web.enable-remote-write-receiver", "--log.level=error",
                   "--enable-feature=" + features]
        self.process = subprocess.Popen(command)
        for _ in range(300):
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
                self.connection.request("GET", "/-/ready")
                answer = self.connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise SystemExit("Prometheus does not start")

    def write(self, samples):
        self.connection.request("POST", "/api/v1/write", write_request(samples), {
            "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 204:
            raise SystemExit(f"Prometheus refuses the samples: {text}")

    def ask(self, question):
        *times, query = question
        if len(times) == 1:
            path, form = "query", {"time": times[0] / 1000}
        else:
            path, form = "query_range", dict(
                zip(("start", "end", "step"), (number / 1000 for number in times)))
        body = urllib.parse.urlencode({**form, "query": query})
        self.connection.request("POST", "/api/v1/" + path, body,
                                {"Content-Type": "application/x-www-form-urlencoded"})
        answer = json.loads(self.connection.getresponse().read())
        if answer["status"] == "error":
            return {"error": answer["error"].replace('invalid parameter "query": ', "")}
        data = answer["data"]
        result = data["result"]
        if data["resultType"] == "vector":
            result = [{"metric": one["metric"], "values": [one["value"]] if "value" in one else [],
                       "histograms": [one["histogram"]] if "histogram" in one else []}
                      for one in result]
        if data["resultType"] in ("scalar", "string"):
            result = [result]
        return {"type": data["resultType"], "result": result,
                "warnings": answer.get("warnings", []), "infos": answer.get("infos", [])}

    def end(self):
        self.process.terminate()
        self.process.wait()


def is_exact(question):
    """Whether the answer has to agree to the last bit: no function of a mathematical library, and no
    range query, in which the order of sums is chance there."""
    return len(question) == 2 and not INEXACT.search(question[1])


def same_value(a, b, exact=False):
    if exact:
        return a == b
    x, y = float(a), float(b)
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    return x == y or abs(x - y) <= TOLERANCE * max(abs(x), abs(y))


def same_points(ours, theirs, exact=False):
    return len(ours) == len(theirs) and all(
        mine[0] == round(other[0] * 1000) and same_value(mine[1], other[1], exact)
        for mine, other in zip(ours, theirs))


def same_histogram(ours, theirs, exact):
    theirs_buckets = theirs.get("buckets", [])
    return (same_value(ours["count"], theirs["count"], exact)
            and same_value(ours["sum"], theirs["sum"], exact)
            and len(ours["buckets"]) == len(theirs_buckets)
            and all(mine[0] == other[0] and
                    all(same_value(x, y, exact) for x, y in zip(mine[1:], other[1:]))
                    for mine, other in zip(ours["buckets"], theirs_buckets)))


def same_histograms(ours, theirs, exact):
    return len(ours) == len(theirs) and all(
        mine[0] == round(other[0] * 1000) and same_histogram(mine[1], other[1], exact)
        for mine, other in zip(ours, theirs))


def same(ours, theirs, exact):
    if "error" in ours or "error" in theirs:
        # Which of several series an error names first is chance there.
        return ours.get("error", "").split("[{")[0].split(" for the match")[0] == theirs.get(
            "error", "").split("[{")[0].split(" for the match")[0]
    if ours["type"] != theirs["type"]:
        return False
    for kind in ("warnings", "infos"):
        if sorted(ours[kind]) != sorted(theirs[kind]) and len(theirs[kind]) < 10:
            return False
    if ours["type"] == "string":
        return True
    if ours["type"] == "scalar":
        return same_points(ours["result"], theirs["result"], exact)
    mine, other = ({json.dumps(one["metric"], sort_keys=True): one
                    for one in answer["result"]} for answer in (ours, theirs))
    return mine.keys() == other.keys() and all(
        same_points(mine[key].get("values", []), other[key].get("values", []), exact)
        and same_histograms(mine[key].get("histograms", []), other[key].get("histograms", []),
                            exact)
        for key in mine)


def main():
    program, binary = sys.argv[1:3]
    numbers = [int(word) for word in sys.argv[3:] if word.isdigit()]
    switches = [word for word in sys.argv[3:] if not word.isdigit()]
    count = numbers[0] if numbers else 2000
    seed = numbers[1] if len(numbers) > 1 else 1
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        prometheus = Prometheus(binary, switches, folder)
        ours = None
        try:
            samples = random_queries.samples(chance, "histograms" in switches)
            # Within one request Prometheus takes numbers before histograms, whatever their times are.
            for _, together in itertools.groupby(
                    samples, lambda sample: sample[1] // random_queries.INTERVAL):
                prometheus.write(list(together))
            file = pathlib.Path(folder, "samples")
            with file.open("w") as out:
                for labels, at, value in samples:
                    series = "{" + ",".join(f"{name}={json.dumps(text)}"
                                            for name, text in sorted(labels.items())) + "}"
                    out.write(f"{series}\t{at}\t{value}\n")
            ours = subprocess.Popen([program, file, *switches], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
            different = failed = 0
            for _ in range(count):
                question = random_queries.question(chance, "experimental" in switches,
                                                   "histograms" in switches)
                ours.stdin.write("\t".join(map(str, question)) + "\n")
                ours.stdin.flush()
                answer = json.loads(ours.stdout.readline())
                expected = prometheus.ask(question)
                failed += "error" in expected
                if not same(answer, expected, is_exact(question)):
                    different += 1
                    print(*question, sep="\t")
                    print("  ours  ", json.dumps(answer))
                    print("  theirs", json.dumps(expected), flush=True)
            print(f"{count} queries (seed {seed}), {failed} of them errors: {different} differ")
        finally:
            if ours:
                ours.stdin.close()
                ours.wait()
            prometheus.end()
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
