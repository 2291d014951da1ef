"""Alerts of the program's own rules on their whole way: a file says how hot it is, or a process fills its cgroup, a rule fires, a
webhook is told, though the program is killed between. What was told is told once, what ended is told once, and the history of
transitions shows both once. A notification whose answer the killed program did not see comes again with its id: a receiver that
looks at ids takes it once.
"""
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from programs import Program, WebhookReceiver, answers, free_ports, wait_for

EXPORTER = pathlib.Path(os.environ["TEST_BINARIES"]) / "orchestrator_exporter"

RULES = """
groups:
  - name: own
    interval: 1s
    rules:
      - alert: Hot
        expr: max by (of) (disk_heat) > 5
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.of }} has {{ $value }}'}
      - alert: CgroupFull
        expr: namedprocess_namegroup_memory_bytes{groupname="memory_eater", memtype="resident"} > 0.7 * LIMIT
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.groupname }} has {{ $value | humanize1024 }}B of its LIMIT'}
"""
CGROUP_LIMIT = 64 << 20
# Goes into a cgroup, takes memory there step by step, and keeps it.
EATER = """
import os, sys, time
open(sys.argv[1] + "/cgroup.procs", "w").write(str(os.getpid()))
open("/proc/self/comm", "w").write("memory_eater")
pieces = []
for _ in range(13):
    pieces.append(bytearray(b"x" * (4 << 20)))
    time.sleep(0.1)
time.sleep(3600)
"""
ROUTES = """
route: {receiver: people, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: people, webhook_configs: [{url: 'http://127.0.0.1:PORT/people'}]}]
"""
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
notifications: {config_file: alertmanager.yml}
"""


class Receiver(WebhookReceiver):
    """Takes each notification once, by its id."""

    def __init__(self):
        self.received = {}
        super().__init__()

    def take(self, path, headers, body):
        self.received.setdefault(headers["X-Notification-Id"], json.loads(body))
        return 200, b""

    def statuses(self):
        """What came of the alert, in the order of arrival."""
        return [alert["status"] for body in list(self.received.values()) for alert in body["alerts"]]


class OwnAlerts(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.end)
        (self.port,) = free_ports(1)
        (self.folder / "rules.yml").write_text(RULES.replace("LIMIT", str(CGROUP_LIMIT)))
        (self.folder / "alertmanager.yml").write_text(
            ROUTES.replace("PORT", str(self.receiver.server_port))
        )
        (self.folder / "exporter.yml").write_text(CONFIG)
        (self.folder / "texts").mkdir()
        self.heat(1)

    def heat(self, degrees):
        """Says how hot it is from now on, in a file, which is there when a program that was killed starts again."""
        text = f"# TYPE disk_heat gauge\ndisk_heat{{of=\"disk\"}} {degrees}\n"
        (self.folder / "texts/heat.new").write_text(text)
        (self.folder / "texts/heat.new").rename(self.folder / "texts/heat.prom")

    def start(self):
        program = Program(
            self.folder / "log",
            EXPORTER,
            "--config.file=exporter.yml",
            f"--storage.path={self.folder / 'state'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--collector.disable-defaults",
            "--collector.textfile",
            "--collector.namedprocess",
            "--collector.namedprocess.names=memory_eater",
            "--collector.namedprocess.recheck",  # it takes that name a moment after its start
            f"--collector.textfile.directory={self.folder / 'texts'}",
            cwd=self.folder,
        )
        self.addCleanup(program.stop)
        wait_for(
            lambda: answers(f"http://127.0.0.1:{self.port}/-/ready")
            or program.process.poll() is not None,
            "the program to be ready",
        )
        self.assertIsNone(program.process.poll(), program.said())
        return program

    def answer(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.URLError:
            return None

    def transitions(self):
        """The states that the alert went to, the oldest first."""
        page = self.answer("/api/v1/alerts/history?limit=100") or {"transitions": []}
        return [each["to"] for each in sorted(page["transitions"], key=lambda each: each["time"])]

    def evaluations(self):
        """How often the program has evaluated a rule, of two, since it was started."""
        page = self.answer("/api/v1/query?query=prometheus_rule_evaluations_total")
        return float(page["result"][0]["value"][1]) if page and page["result"] else 0

    def test_are_told_once_though_the_program_is_killed_between(self):
        program = self.start()
        self.heat(9)
        wait_for(lambda: self.receiver.statuses(), "the alert to be told")
        wait_for(lambda: "firing" in self.transitions(), "the transition to be kept")

        program.stop(signal.SIGKILL)
        program = self.start()
        wait_for(lambda: self.evaluations() >= 6, "some evaluations after the start")
        self.assertEqual(self.receiver.statuses(), ["firing"])

        self.heat(1)
        wait_for(lambda: "resolved" in self.receiver.statuses(), "the end to be told")
        program.stop(signal.SIGKILL)
        self.start()
        wait_for(lambda: self.evaluations() >= 6, "some evaluations after the start")
        self.assertEqual(self.receiver.statuses(), ["firing", "resolved"])
        self.assertEqual(self.transitions(), ["firing", "resolved"])

    def test_that_end_while_the_program_is_down_are_told_as_ended_once(self):
        program = self.start()
        self.heat(9)
        wait_for(lambda: self.receiver.statuses(), "the alert to be told")
        program.stop(signal.SIGKILL)
        self.heat(1)
        self.start()
        wait_for(lambda: "resolved" in self.receiver.statuses(), "the end to be told")
        self.assertEqual(self.receiver.statuses(), ["firing", "resolved"])

    def small_cgroup(self):
        """A cgroup below this process's own with a limit of memory; the test is skipped if there can be none."""
        for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, own = line.split(":", 2)
            mount, limit = {
                "memory": ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
                "": ("/sys/fs/cgroup", "memory.max"),
            }.get(controllers, (None, None))
            if mount is None:
                continue
            cgroup = pathlib.Path(mount + own) / f"alert-test-{os.getpid()}"
            try:
                cgroup.mkdir()
            except OSError:
                continue
            self.addCleanup(cgroup.rmdir)
            try:
                (cgroup / limit).write_text(str(CGROUP_LIMIT))
                return cgroup
            except OSError:
                continue
        self.skipTest("no cgroup with a limit of memory can be made")

    def test_of_a_process_that_fills_its_cgroup_are_told_once_though_the_program_is_killed_between(self):
        cgroup = self.small_cgroup()
        program = self.start()
        eater = Program(self.folder / "eater.log", sys.executable, "-c", EATER, cgroup)
        self.addCleanup(eater.stop, signal.SIGKILL)
        wait_for(lambda: self.receiver.statuses(), "the alert to be told")
        self.assertIsNone(eater.process.poll(), eater.said())
        program.stop(signal.SIGKILL)
        program = self.start()
        wait_for(lambda: self.evaluations() >= 6, "some evaluations after the start")
        self.assertEqual(self.receiver.statuses(), ["firing"])

        eater.stop(signal.SIGKILL)
        program.stop(signal.SIGKILL)
        self.start()
        wait_for(lambda: "resolved" in self.receiver.statuses(), "the end to be told")
        wait_for(lambda: self.evaluations() >= 6, "some evaluations after the start")
        self.assertEqual(self.receiver.statuses(), ["firing", "resolved"])
        self.assertEqual(self.transitions(), ["firing", "resolved"])


if __name__ == "__main__":
    unittest.main()
