"""scripts/alert-log: what it prints, and what it refuses."""
import json
import pathlib
import shutil
import tempfile
import unittest
import urllib.error
import urllib.request

from programs import ROOT, Program, free_ports, wait_for

ALERT = {
    "status": "firing",
    "labels": {"alertname": "CPUBottleneck", "severity": "critical"},
    "annotations": {"summary": "CPU of h1 at 95%"},
}


class AlertLog(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        (self.port,) = free_ports(1)
        self.program = Program(
            folder / "log", ROOT / "scripts/alert-log", "--listen", f"127.0.0.1:{self.port}"
        )
        self.addCleanup(self.program.stop)
        wait_for(lambda: self.post(b"{}") == 400, "it to listen")

    def post(self, body):
        """The status of the answer, or None without one."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/hosts", body, timeout=5
            ) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def test_prints_a_line_for_each_alert(self):
        self.assertEqual(
            self.post(json.dumps({"alerts": [ALERT, dict(ALERT, status="resolved")]}).encode()), 200
        )
        lines = self.program.said().splitlines()
        self.assertEqual(
            [line.split(" ", 1)[1] for line in lines],
            [
                "firing    critical  CPUBottleneck: CPU of h1 at 95%",
                "resolved  critical  CPUBottleneck: CPU of h1 at 95%",
            ],
        )

    def test_refuses_what_is_no_webhook_and_goes_on(self):
        for body in (b"", b"abc", b"[]", b'{"alerts": [{}]}', b'{"alerts": 1}', b"\\xff"):
            self.assertEqual(self.post(body), 400, body)
        self.assertEqual(self.post(json.dumps({"alerts": [ALERT]}).encode()), 200)


if __name__ == "__main__":
    unittest.main()
