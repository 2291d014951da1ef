"""What tests of the live page share: an exporter with alerts and an agent, a browser, what it complained about."""
import datetime
import json
import pathlib
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "dashboards"))
from programs import Program, answers, free_ports, wait_for  # noqa: E402

import devtools  # noqa: E402

SKIPPED = 77
PLACES = ("overview", "processes", "agents", "alerts", "explore", "collectors")
IS_READY = "document.querySelector('main h1') !== null && document.querySelector('h1').textContent !== 'Reading'"
IS_LIVE = "document.querySelector('.live')?.textContent.includes('Live') && document.querySelector('.live').textContent.includes('1 s')"
# One alert that fires, one that waits, and somebody who would be told: so silences are taken.
CONFIGURATION = """global: {evaluation_interval: 1s}
rule_files: [rules.yml]
notifications: {config_file: receivers.yml}
"""
RULES = """groups:
  - name: tried
    interval: 1s
    rules:
      - {alert: Fires, expr: vector(1), labels: {severity: warning}, annotations: {summary: It always does.}}
      - {alert: Waits, expr: vector(1), for: 1h, labels: {severity: critical}}
      - {alert: AgentsFail, expr: 'orchestrator_tool_invocations_total{status="error"} > 0', labels: {severity: critical}}
      - {alert: ToolsFail, expr: 'orchestrator_tool_invocations_total{status="error"} > 0', labels: {severity: info}}
"""
RECEIVERS = "{route: {receiver: nobody}, receivers: [{name: nobody}]}\n"


def exporter():
    """The program that is tried, the first argument of each of these tests."""
    return sys.argv[1] if len(sys.argv) > 1 else ""


class LivePageTest(unittest.TestCase):
    flags = ()
    host = "127.0.0.1"  # by which the browser knows the exporter

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        names = (f"--host-resolver-rules=MAP {cls.host} 127.0.0.1",)
        cls.browser = cls.enterClassContext(devtools.Chromium(folder.name, 1280, 720, names))

    def setUp(self):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name, text in (("config.yml", CONFIGURATION), ("rules.yml", RULES), ("receivers.yml", RECEIVERS)):
            (self.folder / name).write_text(text, encoding="utf-8")
        self.port = free_ports(1)[0]
        self.url = f"http://{self.host}:{self.port}"
        self.exporter = None
        self.start()
        self.addCleanup(lambda: self.exporter.stop())
        self.browser.take_page()
        for domain in ("Runtime", "Log", "Network"):
            self.browser.call(f"{domain}.enable")

    def start(self):
        self.exporter = Program(
            self.folder / "exporter.log",
            exporter(),
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--history.interval=1s",
            *(flag.format(folder=self.folder) for flag in self.flags),
        )
        wait_for(lambda: answers(f"http://127.0.0.1:{self.port}/-/ready"), "the exporter")

    def look(self, query=""):
        self.browser.go(f"{self.url}/{query}")
        self.until(IS_READY)

    def until(self, condition, seconds=60):
        wait_for(lambda: self.browser.run(condition), condition, seconds)

    def complaints(self):
        """What the browser put on its console, and requests to elsewhere."""
        found = []
        for event in self.browser.seen:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(parameters["exceptionDetails"].get("exception", {}).get("description"))
            elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(parameters["entry"]["text"])
            elif event.get("method") == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if not url.startswith((self.url, "data:")):
                    found.append(url)
        return found

    def record(self, *records):
        self.post("api/v1/records", {"records": records})

    def silence(self, alert, comment):
        """Silences an alert for an hour, as somebody on this host."""
        now = datetime.datetime.now(datetime.timezone.utc)
        self.post("api/v2/silences", {
            "matchers": [{"name": "alertname", "value": alert, "isRegex": False}],
            "startsAt": now.isoformat(),
            "endsAt": (now + datetime.timedelta(hours=1)).isoformat(),
            "createdBy": "somebody",
            "comment": comment,
        })  # fmt: skip

    def post(self, path, content):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            json.dumps(content).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()


def has_page():
    with tempfile.TemporaryDirectory() as folder:
        port = free_ports(1)[0]
        with Program(f"{folder}/log", exporter(), f"--web.listen-address=127.0.0.1:{port}", "--collector.disable-defaults"):
            wait_for(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), "the exporter")
            return answers(f"http://127.0.0.1:{port}/api/v1/live/config")


def run():
    if devtools.find() is None or not has_page():
        print("no Chromium, or no live page")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
