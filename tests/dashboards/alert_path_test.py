"""An alert on its whole way: a real exporter, Prometheus and Alertmanager with the files of
dashboards/, and a receiver of webhooks. Only the durations are shortened.
"""
import json
import os
import pathlib
import re
import shutil
import tempfile
import unittest
import urllib.request

from programs import ROOT, Program, WebhookReceiver, answers, free_ports, wait_for

TOOLS = pathlib.Path(os.environ["TEST_TOOLS"])
EXPORTER = pathlib.Path(os.environ["TEST_BINARIES"]) / "orchestrator_exporter"


class Receiver(WebhookReceiver):
    """Keeps what it is sent: (path, body) in the order of arrival."""

    def __init__(self):
        self.received = []
        super().__init__()

    def take(self, path, headers, body):
        self.received.append((path, json.loads(body)))
        return 200, b"ok"

    def statuses(self, alert):
        """How often, and as what, an alert came: ["firing", "resolved"]."""
        return [
            each["status"]
            for _, body in list(self.received)
            for each in body.get("alerts", [])
            if each["labels"]["alertname"] == alert
        ]

    def severities(self, alert):
        return [
            each["labels"]["severity"]
            for _, body in list(self.received)
            for each in body.get("alerts", [])
            if each["labels"]["alertname"] == alert
        ]


class AlertPath(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.end)
        self.exporter_port, self.prometheus_port, self.alertmanager_port = free_ports(3)

    def start(self, name, *arguments, ready):
        program = Program(self.folder / f"{name}.log", *arguments)
        self.addCleanup(program.stop)
        wait_for(
            lambda: answers(ready) or program.process.poll() is not None, f"{name} to be ready"
        )
        self.assertIsNone(program.process.poll(), program.said())
        return program

    def start_alertmanager(self, change=lambda text: text):
        text = (ROOT / "dashboards/alertmanager/alertmanager.yml").read_text(encoding="utf-8")
        text = text.replace("127.0.0.1:9095", f"127.0.0.1:{self.receiver.server_port}")
        text = re.sub(r"group_wait: \w+", "group_wait: 1s", text)
        text = re.sub(r"group_interval: \w+", "group_interval: 1s", text)
        config = self.folder / "alertmanager.yml"
        config.write_text(change(text), encoding="utf-8")
        return self.start(
            "alertmanager",
            TOOLS / "alertmanager",
            f"--config.file={config}",
            f"--storage.path={self.folder / 'alerts'}",
            f"--web.listen-address=127.0.0.1:{self.alertmanager_port}",
            "--cluster.listen-address=",
            ready=f"http://127.0.0.1:{self.alertmanager_port}/-/ready",
        )

    def start_prometheus(self):
        folder = self.folder / "prometheus"
        shutil.copytree(ROOT / "dashboards/prometheus", folder)
        config = folder / "prometheus.yml"
        text = re.sub(
            r"(scrape_interval|scrape_timeout|evaluation_interval): \w+",
            r"\1: 1s",
            config.read_text(encoding="utf-8"),
        )
        config.write_text(text, encoding="utf-8")
        for rules in (folder / "rules").glob("*.yml"):
            text = re.sub(
                r"^( +)(for|keep_firing_for|interval): \w+$",
                r"\1\2: 1s",
                rules.read_text(encoding="utf-8"),
                flags=re.MULTILINE,
            )
            rules.write_text(text, encoding="utf-8")
        for name, port in (
            ("exporters", self.exporter_port),
            ("prometheus", self.prometheus_port),
            ("alertmanagers", self.alertmanager_port),
        ):
            (folder / "targets" / f"{name}.yml").write_text(
                f"- targets: ['127.0.0.1:{port}']\n", encoding="utf-8"
            )
        return self.start(
            "prometheus",
            TOOLS / "prometheus",
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.prometheus_port}",
            "--rules.alert.resend-delay=1s",
            ready=f"http://127.0.0.1:{self.prometheus_port}/-/ready",
        )

    def start_exporter(self):
        return self.start(
            "exporter",
            EXPORTER,
            f"--web.listen-address=127.0.0.1:{self.exporter_port}",
            ready=f"http://127.0.0.1:{self.exporter_port}/-/ready",
        )

    def sample(self, expression):
        url = f"http://127.0.0.1:{self.prometheus_port}/api/v1/query?query={expression}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            result = json.load(answer)["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    def firing_received(self):
        """How often Alertmanager was told by Prometheus that something fires."""
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.alertmanager_port}/metrics", timeout=10
        ) as answer:
            text = answer.read().decode()
        return sum(
            float(line.split()[-1])
            for line in text.splitlines()
            if line.startswith('alertmanager_alerts_received_total{status="firing"')
        )

    def test_of_a_stopped_exporter_comes_once_and_is_resolved(self):
        self.start_alertmanager()
        exporter = self.start_exporter()
        self.start_prometheus()
        wait_for(lambda: self.sample('up{job="orchestrator_exporter"}') == 1, "a first scrape")
        self.assertEqual(self.receiver.statuses("ExporterDown"), [])

        exporter.stop()
        wait_for(lambda: self.receiver.statuses("ExporterDown"), "the alert")
        told = self.firing_received()
        wait_for(lambda: self.firing_received() >= told + 5, "Prometheus to say it again and again")
        self.assertEqual(self.receiver.statuses("ExporterDown"), ["firing"])

        self.start_exporter()
        wait_for(lambda: "resolved" in self.receiver.statuses("ExporterDown"), "its end")
        self.assertEqual(self.receiver.statuses("ExporterDown"), ["firing", "resolved"])
        path, body = next(
            sent
            for sent in self.receiver.received
            if sent[1]["alerts"][0]["labels"]["alertname"] == "ExporterDown"
        )
        self.assertEqual(path, "/hosts")
        self.assertEqual(body["alerts"][0]["labels"]["host"], "127.0.0.1")
        self.assertEqual(
            body["alerts"][0]["annotations"]["summary"],
            f"orchestrator_exporter at 127.0.0.1:{self.exporter_port} does not answer",
        )

    def post(self, *alerts):
        """Tells Alertmanager of alerts, as Prometheus does."""
        body = json.dumps(
            [
                {"labels": alert, "annotations": {"summary": "s", "description": "d"}}
                for alert in alerts
            ]
        ).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.alertmanager_port}/api/v2/alerts",
            body,
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()

    def test_is_muted_by_a_worse_one_and_by_the_end_of_its_host(self):
        self.start_alertmanager()
        host = {"job": "j", "instance": "h1:10190", "host": "h1", "component": "host"}
        self.post(
            {
                "alertname": "HostDown",
                "host": "h1",
                "severity": "critical",
                "component": "exporter",
            },
            {
                "alertname": "CPUBottleneck",
                "severity": "critical",
                **host,
                "instance": "h2:10190",
                "host": "h2",
            },
        )
        wait_for(
            lambda: self.receiver.statuses("HostDown") and self.receiver.statuses("CPUBottleneck"),
            "the two that mute",
        )
        self.post(
            {"alertname": "ExporterDown", "severity": "critical", **host},
            {"alertname": "MemoryBottleneck", "severity": "warning", **host},
            {
                "alertname": "CPUBottleneck",
                "severity": "warning",
                **host,
                "instance": "h2:10190",
                "host": "h2",
            },
            {
                "alertname": "CPUBottleneck",
                "severity": "warning",
                **host,
                "instance": "h3:10190",
                "host": "h3",
            },
        )
        # The last is of another host and is not muted; when it has come, the others would have.
        wait_for(
            lambda: len(self.receiver.severities("CPUBottleneck")) > 1, "the one that is not muted"
        )
        self.assertEqual(self.receiver.severities("CPUBottleneck"), ["critical", "warning"])
        self.assertEqual(
            self.receiver.statuses("ExporterDown") + self.receiver.statuses("MemoryBottleneck"), []
        )

    def test_reaches_slack_and_discord_once_their_routes_are_unmarked_and_their_secrets_written(
        self,
    ):
        for name in ("slack", "discord"):
            (self.folder / f"{name}_url").write_text(
                f"http://127.0.0.1:{self.receiver.server_port}/{name}\n", encoding="utf-8"
            )

        def switch_on(text):
            text = re.sub(r"# - \{receiver: (slack|discord)", r"- {receiver: \1", text)
            return text.replace("/etc/alertmanager/secrets", str(self.folder))

        self.start_alertmanager(switch_on)
        self.post(
            {
                "alertname": "BudgetSpent",
                "severity": "critical",
                "component": "orchestrator",
                "host": "h1",
            }
        )
        wait_for(
            lambda: {path for path, _ in self.receiver.received}
            >= {"/slack", "/discord", "/agents"},
            "all three",
        )
        slack = next(body for path, body in self.receiver.received if path == "/slack")
        self.assertEqual(slack["attachments"][0]["title"], "FIRING critical: BudgetSpent h1")


if __name__ == "__main__":
    unittest.main()
