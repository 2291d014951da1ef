"""The clients for records, against the exporter itself.
usage: clients_test.py EXPORTER
The cases of the JavaScript client are skipped if there is no Node.
"""
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent / "dashboards"), str(ROOT / "clients/python")]
from orchestrator_records import MOST_RECORDS, OrchestratorRecords  # noqa: E402
from programs import Program, answers, free_ports, wait_for  # noqa: E402

EXPORTER = sys.argv[1]
TOKEN = "a-token-of-the-test"
PATIENCE = 60  # seconds that an answer may take on a busy machine


def every_call(who):
    return [
        ["recordSessionStart", who, "t"],
        ["recordSessionStart", who, "t"],
        ["recordSessionEnd", who, "t"],
        ["recordTokenUsage", who, "λ-model", 1500],
        ["recordMessageLatency", who, 250.5],
        ["recordToolInvocation", who, "bash", "timeout"],
        ["recordDelegation", who, "p", "rejected"],
        ["recordError", who, "e"],
        ["updateNodeLoad", who, 0.5],
        ["updateBudgetUtilization", who, "weekly", 42],
        ["recordCustomMetric", who, -2.5],
        ["recordMemoryUsage", who, 4096],
        ["recordQueryPerformance", who, 1500, 20],
        ["recordTraceOverhead", 3, 7],
    ]


def every_effect(who):
    return [
        f'orchestrator_sessions_active{{orchestrator_id="{who}",session_type="t"}} 1',
        f'orchestrator_sessions_started_total{{orchestrator_id="{who}",session_type="t"}} 2',
        f'orchestrator_tokens_used_total{{model="λ-model",orchestrator_id="{who}"}} 1500',
        f'orchestrator_message_latency_seconds_sum{{orchestrator_id="{who}"}} 0.2505',
        f'orchestrator_tool_invocations_total{{orchestrator_id="{who}",status="timeout",tool_name="bash"}} 1',
        f'orchestrator_federation_delegations_total{{from_orchestrator="{who}",status="rejected",'
        'to_orchestrator="p"} 1',
        f'orchestrator_errors_total{{error_type="e",orchestrator_id="{who}"}} 1',
        f'orchestrator_node_load{{node_id="{who}"}} 0.5',
        f'orchestrator_budget_utilization_percent{{orchestrator_id="{who}",period="weekly"}} 42',
        f'custom_metric{{name="{who}",unit="1"}} -2.5',
        f'component_memory_bytes{{component="{who}"}} 4096',
        f'db_query_duration_seconds_sum{{database="",operation="{who}",table=""}} 1.5',
        f'db_rows_total{{database="",operation="{who}",table=""}} 20',
    ]


def python_client(url, calls, token=None, flush=False, close=PATIENCE, **settings):
    records = OrchestratorRecords(url, token, timeout=PATIENCE, **settings)
    for name, *given in calls:
        getattr(records, name)(*given)
    if flush:
        records.flush()
    records.close(close)
    return records.dropped, records.last_error


def javascript_client(url, calls, token=None, flush=False, close=PATIENCE, flush_interval=1):
    options = {
        "url": url, "token": token, "flushInterval": 1000 * flush_interval, "timeout": 1000 * PATIENCE
    }
    done = subprocess.run(
        ["node", HERE / "records_client.mjs"],
        input=json.dumps({"options": options, "calls": calls, "flush": flush, "close": 1000 * close}),
        capture_output=True,
        text=True,
        check=True,
        timeout=2 * PATIENCE,
    )
    answer = json.loads(done.stdout)
    return answer["dropped"], answer["lastError"]


class Answers:
    """A server that answers as it is told, one status a request and 200 from then on; it keeps the requests."""

    def __init__(self, *statuses):
        self.requests = []
        statuses = list(statuses)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(handler):
                body = handler.rfile.read(int(handler.headers["Content-Length"]))
                self.requests.append((dict(handler.headers), json.loads(body)["records"]))
                handler.send_response(statuses.pop(0) if statuses else 200)
                handler.send_header("Content-Length", "0")
                handler.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Exporter:
    """The exporter on a free port, from start() on."""

    def __init__(self):
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.TemporaryDirectory()
        self.program = None

    def start(self):
        folder = pathlib.Path(self.folder.name)
        (folder / "tokens").write_text(TOKEN + "\n", encoding="utf-8")
        (folder / "tokens").chmod(0o600)
        self.program = Program(
            folder / "log",
            EXPORTER,
            f"--web.listen-address=127.0.0.1:{self.port}",
            f"--ingest.token-file={folder / 'tokens'}",
            "--collector.disable-defaults",
        )
        wait_for(lambda: answers(f"{self.url}/-/ready"), "the exporter")

    def stop(self):
        if self.program:
            self.program.stop()
        self.folder.cleanup()

    def metrics(self):
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=PATIENCE) as answer:
            return answer.read().decode()


EXPORTER_OF_ALL = Exporter()


def setUpModule():
    unittest.addModuleCleanup(EXPORTER_OF_ALL.stop)
    EXPORTER_OF_ALL.start()


class Client:
    """What holds of each client. Each test is an orchestrator of its own: self.who."""

    def setUp(self):
        self.who = self.id()

    def send(self, *calls, **settings):
        return self.client(EXPORTER_OF_ALL.url, calls, **settings)

    def assertShown(self, line):
        self.assertIn(line, EXPORTER_OF_ALL.metrics().splitlines())

    def test_has_every_call(self):
        self.assertEqual(self.send(*every_call(self.who)), (0, None))
        for line in every_effect(self.who):
            self.assertShown(line)

    def test_brings_its_token(self):
        self.assertEqual(self.send(["recordError", self.who, "e"], token=TOKEN), (0, None))
        dropped, error = self.send(["recordError", self.who, "e"], token="another")
        self.assertEqual(dropped, 1)
        self.assertIn("token", error)
        self.assertShown(f'orchestrator_errors_total{{error_type="e",orchestrator_id="{self.who}"}} 1')

    def test_loses_the_wrong_record_alone(self):
        calls = [["recordTokenUsage", self.who, "m", tokens] for tokens in (1, -5, 2, "three", 4)]
        dropped, error = self.send(*calls)
        self.assertEqual(dropped, 2)
        self.assertIn("tokens: expected a number", error)
        self.assertShown(f'orchestrator_tokens_used_total{{model="m",orchestrator_id="{self.who}"}} 7')

    def test_sends_many_in_batches_that_the_exporter_takes(self):
        long = self.who + "x" * 900
        self.assertEqual(self.send(*2500 * [["recordError", long, "e"]]), (0, None))
        self.assertShown(f'orchestrator_errors_total{{error_type="e",orchestrator_id="{long}"}} 2500')

    def test_drops_a_record_that_is_no_text(self):
        with Answers() as server:
            dropped, _ = self.client(server.url, [["recordError", "o", "\ud800"], ["recordError", "o", "e"]])
            self.assertEqual(dropped, 1)
            self.assertEqual([len(records) for _, records in server.requests], [1])

    def test_sends_again_what_a_busy_server_refused(self):
        with Answers(503, 429, 500) as server:
            calls = [["recordError", "o", str(number)] for number in range(3)]
            dropped, _ = self.client(server.url, calls, flush=True, flush_interval=0.01)
            self.assertEqual(dropped, 0)
            self.assertEqual([records for _, records in server.requests], 4 * [server.requests[0][1]])

    def test_does_not_send_again_what_is_refused_for_good(self):
        with Answers(403) as server:
            dropped, _ = self.client(server.url, [["recordError", "o", "e"]])
            self.assertEqual((dropped, len(server.requests)), (1, 1))

    def test_gives_up_at_its_end_if_nobody_answers(self):
        calls = [["recordError", "o", str(number)] for number in range(50)]
        dropped, error = self.client(f"http://127.0.0.1:{free_ports(1)[0]}", calls, close=0.05)
        self.assertEqual(dropped, 50)
        self.assertIn("refused", error.lower())


class PythonClient(Client, unittest.TestCase):
    client = staticmethod(python_client)

    def test_outlasts_an_exporter_that_is_away(self):
        exporter = Exporter()
        self.addCleanup(exporter.stop)
        records = OrchestratorRecords(exporter.url, flush_interval=0.05, timeout=PATIENCE)
        self.addCleanup(records.close)
        records.recordError("o", "e")
        wait_for(lambda: records.last_error, "a failed attempt")
        exporter.start()
        self.assertTrue(records.flush(PATIENCE))
        self.assertIn('orchestrator_errors_total{error_type="e",orchestrator_id="o"} 1', exporter.metrics())

    def test_drops_the_oldest(self):
        with Answers(503) as server:
            records = OrchestratorRecords(server.url, flush_interval=60, max_buffered=2)
            for number in range(4):
                records.recordError("o", str(number))
            self.assertEqual(records.dropped, 2)
            records.close(0)

    def test_sends_a_full_batch_before_its_time(self):
        with Answers() as server:
            records = OrchestratorRecords(server.url, flush_interval=600)
            self.addCleanup(records.close)
            for number in range(MOST_RECORDS):
                records.recordError("o", str(number))
            wait_for(lambda: server.requests, "the batch")
            self.assertEqual(len(server.requests[0][1]), MOST_RECORDS)

    def test_counts_what_comes_after_its_end(self):
        with Answers() as server:
            records = OrchestratorRecords(server.url)
            records.close()
            records.recordError("o", "e")
            records.close()
            self.assertEqual((records.dropped, server.requests), (1, []))


@unittest.skipUnless(shutil.which("node"), "there is no node")
class JavaScriptClient(Client, unittest.TestCase):
    client = staticmethod(javascript_client)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
