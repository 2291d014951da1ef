"""Secrets of alertmanager.yml, which receivers that fail would bring to light, and broken files: no log, page, metric or table has a
secret, and a file at fault leaves all of the one before.
"""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import tempfile
import unittest
import urllib.error
import urllib.request

from programs import Program, WebhookReceiver, answers, free_ports, wait_for

EXPORTER = pathlib.Path(os.environ["TEST_BINARIES"]) / "orchestrator_exporter"
SECRET = "hush"  # is in every secret

RULES = """
groups:
  - {name: own, interval: 1s, rules: [{alert: Hot, expr: vector(1), labels: {severity: critical}}]}
"""
ROUTES = """
global:
  smtp_smarthost: 127.0.0.1:1
  smtp_from: from@example.org
  smtp_auth_username: me
  smtp_auth_password: hush-in-mail
  slack_api_url: http://127.0.0.1:PORT/hush/slack
route:
  {receiver: people, group_by: [alertname], group_wait: 0s, group_interval: 1s, routes: [
    {receiver: chat, continue: true}, {receiver: nowhere, continue: true}, {receiver: good}]}
receivers:
  - name: people
  - name: good
    webhook_configs: [{url: 'http://127.0.0.1:PORT/good'}]
  - name: chat
    slack_configs: [{channel: c}]
    discord_configs: [{webhook_url: 'http://127.0.0.1:PORT/hush/discord'}]
    webhook_configs:
      - url: http://127.0.0.1:PORT/hush/webhook?key=hush
        http_config:
          authorization: {credentials: hush-credentials}
          http_headers: {X-Key: {secrets: [hush-header]}}
  - name: nowhere
    webhook_configs:
      - {url: 'http://hush:hush@127.0.0.1:1/hush'}
      - {url: 'http://nowhere.invalid/hush'}
      - {url: 'https://127.0.0.1:PORT/hush'}
      - {url_file: missing/url}
      - url: http://127.0.0.1:PORT/hush/2
        http_config: {proxy_url: 'http://me:hush@127.0.0.1:1'}
    email_configs: [{to: to@example.org}]
"""
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
notifications: {config_file: alertmanager.yml}
"""
PATHS = (
    "/metrics", "/", "/api/v2/status", "/api/v2/receivers", "/api/v2/alerts", "/api/v2/alerts/groups", "/api/v2/silences",
    "/api/v1/alerts/history", "/api/v1/alerts", "/api/v1/rules", "/api/v1/status/config", "/api/v1/live/config",
    "/api/v1/status", "/api/v1/alertmanagers",
)  # fmt: skip
# Each in the place of all before the routes, with what is said of it.
BROKEN = (
    ("glob: {}", "unknown key 'glob'"),
    ("global: [hush-hush]", "expected keys and values"),
    ("global: {smtp_auth_password: [hush-hush]}", "smtp_auth_password"),
    ("global: {slack_api_url: hush-hush}", "expected a URL"),
)


class Receiver(WebhookReceiver):
    """Takes what goes to /good, and refuses all else with the path that was asked for."""

    def __init__(self):
        self.paths = []
        super().__init__()

    def take(self, path, headers, body):
        self.paths.append(path)
        return 200 if path == "/good" else 400, f"no such thing as {path}".encode()


class AlertSecrets(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.receiver = Receiver()
        self.addCleanup(self.receiver.end)
        (self.port,) = free_ports(1)
        self.routes = ROUTES.replace("PORT", str(self.receiver.server_port))
        for name, text in (("rules.yml", RULES), ("alertmanager.yml", self.routes), ("exporter.yml", CONFIG)):
            (self.folder / name).write_text(text, encoding="utf-8")
        self.program = Program(
            self.folder / "log", EXPORTER, "--config.file=exporter.yml", "--log.level=debug", "--web.enable-lifecycle",
            f"--storage.path={self.folder / 'state'}", f"--web.listen-address=127.0.0.1:{self.port}",
            "--collector.disable-defaults", "--collector.loadavg", cwd=self.folder,
        )  # fmt: skip
        self.addCleanup(self.program.stop)
        wait_for(lambda: self.is_ready() or self.program.process.poll() is not None, "the program")
        self.assertIsNone(self.program.process.poll(), self.program.said())

    def is_ready(self):
        return answers(f"http://127.0.0.1:{self.port}/-/ready")

    def answer(self, path, method="GET"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def tables(self):
        """All that the file of state says, but for what is being sent."""
        with contextlib.closing(sqlite3.connect(self.folder / "state/state.db")) as database:
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return "\n".join(str(row) for name in names for row in database.execute(f'SELECT * FROM "{name}"'))

    def tried(self):
        """How many of the receivers that fail have said so."""
        with contextlib.closing(sqlite3.connect(self.folder / "state/state.db")) as database:
            return database.execute(
                "SELECT count(DISTINCT receiver || channel || group_key) FROM notification WHERE error != ''"
            ).fetchone()[0]

    def test_are_nowhere_but_in_the_file(self):
        wait_for(lambda: "/good" in self.receiver.paths and self.tried() >= 5, "the receivers to be tried")
        for path in PATHS:
            self.assertNotIn(SECRET, self.answer(path)[1], path)
        status = json.loads(self.answer("/api/v2/status")[1])
        self.assertGreaterEqual(status["config"]["original"].count("<secret>"), 8)
        self.assertNotIn(SECRET, self.tables())
        self.program.stop()
        self.assertNotIn(SECRET, self.program.said())

    def test_a_broken_file_leaves_all_of_the_one_before_and_shows_none(self):
        before = self.answer("/api/v2/status")[1]
        for line, expected in BROKEN:
            text = line + "\nroute:" + self.routes.split("\nroute:", 1)[1]
            (self.folder / "alertmanager.yml").write_text(text, encoding="utf-8")
            status, said = self.answer("/-/reload", "POST")
            self.assertEqual(status, 500, line)
            self.assertIn(expected, said)
            self.assertRegex(said, r"alertmanager\.yml:\d+:\d+: ")
            self.assertNotIn(SECRET, said)
            self.assertEqual(self.answer("/api/v2/status")[1], before)
        self.program.stop()
        self.assertNotIn(SECRET, self.program.said())


if __name__ == "__main__":
    unittest.main()
