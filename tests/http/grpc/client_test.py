"""Holds the program against gRPC's own client: plain and with TLS, packed, with tokens, refused, at the end.
usage: client_test.py PROGRAM
Exit status 77: there is no client (python3-grpcio)."""
import contextlib
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

try:
    import grpc
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)

PROGRAM = sys.argv[1]
METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"
LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"
TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


def field(number, payload):
    """A field of a protobuf message that has a length."""
    size, digits = len(payload), b""
    while size >= 128:
        digits, size = digits + bytes([size & 127 | 128]), size >> 7
    return bytes([number << 3 | 2]) + digits + bytes([size]) + payload


def gauge(name, description=""):
    """A request with a gauge of one point, 7."""
    point = b"\x19" + (1).to_bytes(8, "little") + b"\x31" + (7).to_bytes(8, "little")
    metric = field(1, name.encode()) + field(2, description.encode()) + field(5, field(1, point))
    return field(1, field(2, field(2, metric)))


@contextlib.contextmanager
def running(*flags):
    """The program on a free port of loopback: its process and its port."""
    process = subprocess.Popen(
        [PROGRAM, "--web.listen-address=127.0.0.1:0", "--collector.disable-defaults", "--history.memory=0", *flags],
        stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            found = re.search(r"listening on .*:(\d+)", line)
            if found:
                break
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield process, int(found[1])
    finally:
        process.terminate()
        process.wait(60)


def call(channel, path, message, **options):
    return channel.unary_unary(path)(message, timeout=60, wait_for_ready=True, **options)


def status_of(act):
    try:
        act()
        return grpc.StatusCode.OK
    except grpc.RpcError as error:
        return error.code()


class Plain(unittest.TestCase):
    def test_is_answered_and_shown(self):
        with running() as (_, port), grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            for path in (METRICS, LOGS, TRACES):
                self.assertEqual(call(channel, path, b""), b"")
            call(channel, METRICS, gauge("plain"))
            call(channel, METRICS, gauge("packed", "x" * 10_000), compression=grpc.Compression.Gzip)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                page = answer.read().decode()
            for name in ("plain", "packed"):
                self.assertRegex(page, rf'(?m)^{name}\{{.*\}} 7$')

    def test_is_refused_by_the_statuses_of_grpc(self):
        with running("--ingest.max-body=100000") as (_, port), \
                grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            code = grpc.StatusCode
            large = gauge("large", "x" * 200_000)
            cases = [
                (code.UNIMPLEMENTED, lambda: call(channel, "/a.B/C", b"")),
                (code.UNIMPLEMENTED, lambda: call(channel, METRICS, gauge("deflated", "x" * 10_000),
                                                 compression=grpc.Compression.Deflate)),
                (code.INVALID_ARGUMENT, lambda: call(channel, METRICS, b"\xff\xff")),
                (code.RESOURCE_EXHAUSTED, lambda: call(channel, METRICS, large)),
                (code.RESOURCE_EXHAUSTED, lambda: call(channel, METRICS, large, compression=grpc.Compression.Gzip)),
                (code.OK, lambda: call(channel, METRICS, gauge("small"))),
            ]
            for expected, act in cases:
                self.assertEqual(status_of(act), expected)

    def test_tells_why(self):
        with running() as (_, port), grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            with self.assertRaises(grpc.RpcError) as raised:
                call(channel, METRICS, b"\xff\xff")
            self.assertIn("no protobuf message", raised.exception.details())

    def test_brings_tokens(self):
        with tempfile.NamedTemporaryFile("w") as tokens:
            tokens.write("right\n")
            tokens.flush()
            with running(f"--ingest.token-file={tokens.name}") as (_, port), \
                    grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                def with_token(token):
                    return status_of(lambda: call(channel, METRICS, b"",
                                                  metadata=[("authorization", f"Bearer {token}")]))
                self.assertEqual(with_token("right"), grpc.StatusCode.OK)
                self.assertEqual(with_token("wrong"), grpc.StatusCode.UNAUTHENTICATED)

    def test_many_at_once_are_all_answered(self):
        with running() as (process, port), grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            export = channel.unary_unary(METRICS)
            calls = [export.future(gauge(f"many_{i % 20}", "x" * 2_000), timeout=120) for i in range(1_000)]
            self.assertEqual([one.result() for one in calls], [b""] * len(calls))
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(60), 0)


class Tls(unittest.TestCase):
    def channel_with(self, folder, http2):
        folder = pathlib.Path(folder)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem",
             "-out", folder / "cert.pem"], check=True, capture_output=True)
        config = folder / "web.yml"
        config.write_text(f"tls_server_config:\n  cert_file: {folder}/cert.pem\n  key_file: {folder}/key.pem\n"
                          f"http_server_config:\n  http2: {str(http2).lower()}\n")
        return config, grpc.ssl_channel_credentials((folder / "cert.pem").read_bytes())

    def test_agrees_on_http2(self):
        with tempfile.TemporaryDirectory() as folder:
            config, credentials = self.channel_with(folder, http2=True)
            with running(f"--web.config.file={config}") as (_, port), \
                    grpc.secure_channel(f"localhost:{port}", credentials) as channel:
                self.assertEqual(call(channel, METRICS, gauge("secret", "x" * 300_000)), b"")

    def test_has_none_if_it_is_turned_off(self):
        with tempfile.TemporaryDirectory() as folder:
            config, credentials = self.channel_with(folder, http2=False)
            with running(f"--web.config.file={config}") as (_, port), \
                    grpc.secure_channel(f"localhost:{port}", credentials) as channel:
                self.assertEqual(status_of(lambda: channel.unary_unary(METRICS)(b"", timeout=20)),
                                 grpc.StatusCode.UNAVAILABLE)


unittest.main(argv=sys.argv[:1], warnings="ignore")
