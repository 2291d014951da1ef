"""A Prometheus and a VictoriaMetrics that take samples by remote write, and scrape beside."""
import json
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request

OF_A_SCRAPE = ("scrape_", "up")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(url, **parameters):
    with urllib.request.urlopen(url + "?" + urllib.parse.urlencode(parameters, doseq=True), timeout=30) as answer:
        return json.load(answer)["data"]


def wait_until(condition, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


class Receiver:
    def __init__(self, peers, name, folder, target, instance="trial", interval="1s"):
        self.peers, self.name, self.folder, self.port = peers, name, folder, free_port()
        folder.mkdir()
        (folder / "scrape.yml").write_text(json.dumps({
            "global": {"scrape_interval": interval, "scrape_timeout": "1s"},
            "scrape_configs": [{"job_name": "scraped", "honor_labels": True,
                                "static_configs": [{"targets": [target], "labels": {"instance": instance}}]}]}))
        self.process = None

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def command(self):
        if self.name == "prometheus":
            return [self.peers / "prometheus", f"--config.file={self.folder}/scrape.yml", f"--storage.tsdb.path={self.folder}/data",
                    f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-remote-write-receiver",
                    "--web.remote-write-receiver.accepted-protobuf-messages=prometheus.WriteRequest",
                    "--web.remote-write-receiver.accepted-protobuf-messages=io.prometheus.write.v2.Request",
                    "--enable-feature=exemplar-storage"]
        return [self.peers / "victoria-metrics", f"-storageDataPath={self.folder}/data", f"-httpListenAddr=127.0.0.1:{self.port}",
                f"-promscrape.config={self.folder}/scrape.yml", "-search.latencyOffset=0s", "-retentionPeriod=1d"]

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([str(word) for word in self.command()], stdout=log, stderr=log)
        path = "/-/ready" if self.name == "prometheus" else "/health"
        if not wait_until(lambda: urllib.request.urlopen(self.base + path, timeout=5).status == 200):
            raise SystemExit(f"{self.name} does not start, see {self.folder}/log")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    def series(self, job, begin):
        """All series of a job since then, without the labels that differ."""
        found = set()
        for labels in ask(self.base + "/api/v1/series", **{"match[]": '{job="%s"}' % job, "start": begin, "end": time.time() + 5}):
            if not labels["__name__"].startswith(OF_A_SCRAPE):
                found.add(tuple(sorted((name, value) for name, value in labels.items() if name != "job")))
        return found

    def values(self, query, begin):
        if self.name != "prometheus":
            with urllib.request.urlopen(self.base + "/api/v1/export?" + urllib.parse.urlencode(
                    {"match[]": query, "start": begin, "end": time.time() + 5, "reduce_mem_usage": 1})) as answer:
                rows = [json.loads(line) for line in answer]
            found = {}  # a series may come in pieces
            for row in rows:
                found.setdefault(row["metric"]["id"], set()).update(zip(row["timestamps"], row["values"]))
            return {id: [value for _, value in sorted(pairs, key=lambda pair: pair[0]) if value is not None]
                    for id, pairs in found.items()}
        window = int(time.time() - begin) + 1
        return {row["metric"]["id"]: [float(value) for _, value in row["values"]]
                for row in ask(self.base + "/api/v1/query", query=f"{query}[{window}s]")["result"]}
