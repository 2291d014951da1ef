"""Mails of alerts to a real server of mail on loopback: in clear, with STARTTLS, with TLS from the first byte, and with a name and a
password; with labels of 10,000 characters, emoji and line ends.
"""
import email
import email.policy
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
import urllib.request

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from programs import Program, answers, free_ports, wait_for

EXPORTER = pathlib.Path(os.environ["TEST_BINARIES"]) / "orchestrator_exporter"

RULES = """
groups:
  - name: own
    interval: 1s
    rules:
      - alert: Hot
        expr: max by (of) (pushed_heat) > 5
        labels: {long: 'LONG', odd: "a\\r\\nBcc: all@example.org 😀 <script>"}
        annotations: {summary: "line\\nline é"}
"""
ROUTES = """
global:
  smtp_smarthost: 127.0.0.1:PORT
  smtp_from: Exporter <from@example.org>
  SMTP
route: {receiver: people, group_by: [alertname], group_wait: 0s, group_interval: 1s}
receivers:
  - name: people
    email_configs:
      - {to: 'One <one@example.org>, two@example.org', tls_config: {ca_file: CA}}
"""
CONFIG = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yml]
notifications: {config_file: alertmanager.yml}
"""


class Inbox:
    """Keeps what arrives, and how."""

    def __init__(self):
        self.mails = []
        self.logins = []
        self.greetings = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope, session.ssl is not None, session.authenticated))
        return "250 OK"

    def authenticate(self, server, session, envelope, mechanism, data):
        login = (data.login, data.password)
        self.logins.append((mechanism, *login))
        return AuthResult(success=login == (b"me", b"secret word"))


class AlertMail(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.inbox = Inbox()
        (self.port,) = free_ports(1)
        self.context = self.certificate()
        self.ended = threading.Event()
        self.addCleanup(self.ended.set)
        threading.Thread(target=self.push, daemon=True).start()

    def push(self):
        while not self.ended.wait(0.2):
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/metrics/job/heat",
                b'# TYPE pushed_heat gauge\npushed_heat{of="disk"} 9\n',
                method="PUT",
            )
            try:
                urllib.request.urlopen(request, timeout=5).close()
            except OSError:
                continue

    def certificate(self):
        """A context with a certificate of its own, which the file `ca` trusts."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key", "-out", "ca",
             "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,IP:127.0.0.2"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "ca", self.folder / "key")
        return context

    def serve(self, host="127.0.0.1", port=0, **options):
        if port == 0:
            (port,) = free_ports(1)
        controller = Controller(self.inbox, hostname=host, port=port, **options)
        controller.start()
        self.addCleanup(controller.stop)
        return f"{host}:{port}"

    def start(self, smarthost, settings):
        (self.folder / "rules.yml").write_text(RULES.replace("LONG", "x" * 10000), encoding="utf-8")
        (self.folder / "alertmanager.yml").write_text(
            ROUTES.replace("127.0.0.1:PORT", smarthost).replace("SMTP", settings)
            .replace("CA", str(self.folder / "ca")), encoding="utf-8"
        )  # fmt: skip
        (self.folder / "exporter.yml").write_text(CONFIG, encoding="utf-8")
        program = Program(
            self.folder / "log", EXPORTER, "--config.file=exporter.yml",
            f"--web.listen-address=127.0.0.1:{self.port}", "--collector.disable-defaults",
            "--collector.loadavg", cwd=self.folder,
        )  # fmt: skip
        self.addCleanup(program.stop)
        wait_for(
            lambda: answers(f"http://127.0.0.1:{self.port}/-/ready")
            or program.process.poll() is not None,
            "the program to be ready",
        )
        self.assertIsNone(program.process.poll(), program.said())

    def mail(self, smarthost, settings):
        """What arrives of an alert, parsed, with its envelope and what is known of its connection."""
        self.start(smarthost, settings)
        wait_for(lambda: self.inbox.mails, "the mail")
        envelope, is_secure, is_authenticated = self.inbox.mails[0]
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        return envelope, message, is_secure, is_authenticated

    def test_goes_in_clear_on_this_host_and_holds_every_character(self):
        envelope, message, is_secure, _ = self.mail(self.serve(), "smtp_require_tls: false")
        self.assertFalse(is_secure)
        self.assertEqual(envelope.mail_from, "from@example.org")
        self.assertEqual(envelope.rcpt_tos, ["one@example.org", "two@example.org"])
        self.assertEqual(message["Subject"].split()[0], "[FIRING:1]")
        self.assertIsNone(message["Bcc"])
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        text, html = (part.get_content() for part in message.iter_parts())
        self.assertIn("x" * 10000, text)
        self.assertIn("😀 <script>", text)
        self.assertIn("line é", text)
        self.assertNotIn("<script>", html)
        self.assertIn("x" * 10000, html)
        longest = max(map(len, envelope.content.split(b"\r\n")))
        self.assertLessEqual(longest, 998)

    def test_goes_by_starttls_with_a_name_and_a_password(self):
        smarthost = self.serve(
            tls_context=self.context, authenticator=self.inbox.authenticate
        )
        _, _, is_secure, is_authenticated = self.mail(
            smarthost, "smtp_auth_username: me\n  smtp_auth_password: secret word"
        )
        self.assertTrue(is_secure and is_authenticated)
        self.assertEqual(self.inbox.logins[0][1:], (b"me", b"secret word"))

    def test_is_not_sent_in_clear_where_tls_is_required(self):
        self.start(self.serve(), "smtp_require_tls: true")
        wait_for(lambda: self.inbox.greetings > 1, "a second try")
        self.assertEqual(self.inbox.mails, [])

    def test_goes_by_tls_from_the_first_byte_at_port_465(self):
        try:
            socket.create_server(("127.0.0.2", 465)).close()
        except OSError as error:
            self.skipTest(f"port 465 cannot be had: {error}")
        controller = Controller(
            self.inbox, hostname="127.0.0.2", port=465, ssl_context=self.context
        )
        controller.start()
        self.addCleanup(controller.stop)
        # The server understands nothing else.
        envelope, *_ = self.mail("127.0.0.2:465", "smtp_require_tls: true")
        self.assertEqual(envelope.mail_from, "from@example.org")


if __name__ == "__main__":
    unittest.main()
