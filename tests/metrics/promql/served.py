"""A Prometheus and this exporter as servers on loopback, loaded by remote_write 1.0 and asked by
their HTTP API."""
import http.client
import json
import pathlib
import socket
import struct
import subprocess
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

import random_histograms  # noqa: E402
from protobuf import message, varint  # noqa: E402

FEATURES = {"experimental": "promql-experimental-functions,promql-duration-expr",
            "delayed-names": "promql-delayed-name-removal"}


def features(switches):
    return ",".join(["native-histograms", *(
        FEATURES[switch] for switch in switches if switch in FEATURES)])


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


class Server:
    """Runs until end(). PORT in the command is replaced by a free port."""

    def __init__(self, command, ready):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen([part.replace("PORT", str(self.port)) for part in command])
        for _ in range(600):
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
                if self.request("GET", ready)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        self.end()
        raise SystemExit(f"{command[0]} does not start")

    def request(self, method, path, body=None, headers=None):
        """Its status, its text and its headers."""
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode(errors="replace"), answer.headers

    def write(self, samples):
        status, text, _ = self.request("POST", "/api/v1/write", write_request(samples), {
            "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy"})
        if status != 204:
            raise SystemExit(f"the server refuses samples: {text}")

    def form(self, path, form):
        """What an endpoint of the API answers to a form: a document."""
        return json.loads(self.request(
            "POST", "/api/v1/" + path, urllib.parse.urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded"})[1])

    def ask(self, question):
        *times, query = question
        if len(times) == 1:
            path, form = "query", {"time": times[0] / 1000}
        else:
            path, form = "query_range", dict(
                zip(("start", "end", "step"), (number / 1000 for number in times)))
        answer = self.form(path, {**form, "query": query})
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


def prometheus(binary, switches, folder):
    config = pathlib.Path(folder, "prometheus.yml")
    config.write_text("global: {}\n")
    return Server([binary, f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
                   "--web.listen-address=127.0.0.1:PORT", "--web.enable-remote-write-receiver",
                   "--storage.tsdb.retention.time=100y", "--log.level=error",
                   "--enable-feature=" + features(switches)], "/-/ready")


def exporter(binary, switches, folder):
    config = pathlib.Path(folder, "exporter.yml")
    config.write_text("history: {readings: false, retention: {raw: 100y}}\n"
                      "global: {evaluation_interval: 1m}\n")
    return Server([binary, f"--config.file={config}", "--web.listen-address=127.0.0.1:PORT",
                   "--web.enable-remote-write-receiver", "--log.level=error",
                   "--enable-feature=" + features(switches)], "/-/healthy")
