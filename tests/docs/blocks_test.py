"""Every command and every file that the documentation shows is tried: commands beside a running exporter with a history,
files by the program that reads them. A block that this test knows no way for is a failure.
usage: blocks_test.py PROGRAM"""
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
import tomllib
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(sys.argv.pop(1)).resolve()
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "clients/README.md", "packaging/examples/README.md",
         *sorted(str(page.relative_to(ROOT)) for page in (ROOT / "docs").rglob("*.md"))]
COMMANDS = ("", "sh", "console")
# Blocks without a language that are no commands: queries and what programs print.
SHOWN = ["sum by (page)", 'ARGS="', "exporter  ", "GRAFANA_", "/etc/process-exporter.yml:3:", "orchestrator_exporter profile: the whole",
         "known_shares (process"]
# Commands that are not run here, and what tries them instead.
ELSEWHERE = {
    r"scripts/(run|test|build|install-dependencies)\b": "builds for a quarter of an hour: whatever runs this test began with them",
    r"build/dev/(tests/collectors_tests|orchestrator_exporter --once) .*[kK]eys": "has the collector that its page tells how to write",
    r"scripts/write-collector-catalogue": "writes into the source",
    r"scripts/(stack|render-dashboards)\b": "needs ports of its own or a browser: Dashboards.stack",
    r"docker-compose ": "needs an engine: Dashboards.compose reads the file",
    r"cmake --install ": "Package.BuildsAConsumer",
    r"c\+\+ .*pkg-config": "Package.BuildsAConsumer",
    r"systemd-run ": "needs a running systemd",
    r"apt-get |systemctl ": "changes the host",
    r"names\(\) |comm -23 ": "compares with node_exporter, which need not be here: bench/ and the comparisons of scrapes do",
}
# The file that a page's YAML is, unless it is one of --config.file: the arguments that have it read.
READ_BY = {
    "docs/web-configuration.md": ["--web.config.file=FILE"],
    "docs/processes.md": ["--collector.namedprocess", "--collector.namedprocess.config=FILE"],
    "docs/pushes.md": ["--statsd.mapping-config=FILE"],
}


class Block:
    def __init__(self, page, line, language, text):
        self.page, self.line, self.language, self.text = page, line, language, text

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks():
    for page in PAGES:
        if not (ROOT / page).exists():
            continue
        text = (ROOT / page).read_text()
        for found in re.finditer(r"^( *)```(\w*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
            lines = [line.removeprefix(found[1]) for line in found[3].splitlines()]
            yield Block(page, text.count("\n", 0, found.start()) + 2, found[2], "\n".join(lines) + "\n")


def of(*languages):
    return [block for block in blocks() if block.language in languages]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


# Stands for the program in commands: those that ask an exporter ask the one of this test, profiles are short, and a start of
# the exporter ends after its first exposition.
WRAPPER = """#!/bin/bash
case "$1" in
  query)
    case "$*" in *--source=*) exec {program} "$@" ;; esac
    exec {program} query --source=http://127.0.0.1:{port} "${{@:2}}" ;;
  collect)
    exec {program} "${{@/#--duration=*/--duration=2s}}" $(case "$*" in *--duration*) ;; *) echo --duration=2s ;; esac) ;;
  analyze|report)
    case "$*" in *--source=*|*"baseline list"*|*"baseline delete"*) exec {program} "$@" ;; esac
    exec {program} "$@" --source=http://127.0.0.1:{port} ;;
  profile)
    case "$*" in *--from*) exec {program} "$@" ;; esac
    exec {program} "${{@/#10s/500ms}}" $(case "$*" in *--duration*) ;; *) echo --duration=500ms ;; esac) ;;
  check-config|test-rules|history) exec {program} "$@" ;;
  *) exec {program} "$@" $(case "$*" in *--once*) ;; *) echo --once ;; esac) ;;
esac
"""


class Documentation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.port = free_port()
        (cls.folder / "bin").mkdir()
        # An answer that refuses is a failure.
        curl = f'#!/bin/sh\nexec {shutil.which("curl")} --fail-with-body "$@"\n'
        for name, text in ("orchestrator_exporter", WRAPPER.format(program=PROGRAM, port=cls.port)), ("curl", curl):
            wrapper = cls.folder / "bin" / name
            wrapper.write_text(text)
            wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        cls.write("pipeline.yml", next(block.text for block in of("yaml") if block.page == "docs/pipeline.md"))
        cls.write("blackbox.yml", "modules:\n  http_2xx: {prober: http, timeout: 5s}\n")
        cls.write("process-exporter.yml", "process_names:\n  - {name: all, cmdline: ['.+']}\n")
        cls.write("latency.csv", "time,value\n" + "".join(f"{60 * i},{i % 7}\n" for i in range(200)))
        for block in of("yaml"):
            if name := re.match(r"# (\S+[.]yml)\n", block.text):
                cls.write(name[1], block.text)
        # Whatever else wants the processor goes first.
        cls.busy = cls.start("nice", "bash", "-c", "exec -a postgres bash -c 'while :; do :; done'")
        cls.exporter = cls.start(
            str(PROGRAM), f"--web.listen-address=127.0.0.1:{cls.port}", f"--storage.path={cls.folder}/history",
            f"--config.file={cls.folder}/pipeline.yml", f"--probe.config-file={cls.folder}/blackbox.yml",
            "--history.interval=1s", "--web.enable-admin-api", "--log.level=warn")
        cls.await_readings()

    @classmethod
    def write(cls, name, text):
        (cls.folder / name).write_text(text)

    @classmethod
    def start(cls, *command):
        process = subprocess.Popen(command, cwd=cls.folder)
        cls.addClassCleanup(process.wait)
        cls.addClassCleanup(process.kill)
        return process

    @classmethod
    def await_readings(cls):
        question = f"http://127.0.0.1:{cls.port}/api/v1/query?query=count_over_time(node_load1[1h])>2"
        for _ in range(600):
            try:
                if json.load(urllib.request.urlopen(question, timeout=10))["data"]["result"]:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError("the exporter took no readings")

    # What a page names, as it is here.
    def here(self, text):
        for named, is_ in {
                ":10190": f":{self.port}", "http://prometheus:9090": f"http://127.0.0.1:{self.port}",
                "/etc/process-exporter.yml": f"{self.folder}/process-exporter.yml", "4711": str(self.busy.pid),
                "dashboards/exporter/": f"{ROOT}/dashboards/exporter/", "history.db": "history/history.db"}.items():
            text = text.replace(named, is_)
        if "sessions/ID" in text:
            text = text.replace("sessions/ID", "sessions/" + self.post("sessions", b'{"name": "another"}')["id"])
        # Only one process has a history open: commands get a copy of it.
        if "/var/lib/orchestrator_exporter" in text:
            copy = self.folder / "copy"
            if not copy.exists():
                shutil.copytree(self.folder / "history/snapshots" / self.post("admin/tsdb/snapshot")["data"]["name"], copy)
            text = text.replace("/var/lib/orchestrator_exporter", str(copy))
        return text

    def post(self, path, body=b""):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}"
        return json.load(urllib.request.urlopen(urllib.request.Request(url, body, method="POST"), timeout=60))

    def run_script(self, script):
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.folder, capture_output=True, text=True,
                              timeout=500, env=os.environ | {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "SESSION": "1"})

    def commands(self):
        for block in of(*COMMANDS):
            first = block.text.splitlines()[0].strip()
            if not any(first.startswith(known) for known in SHOWN):
                yield block

    def test_every_command_succeeds(self):
        for block in self.commands():
            if block.language == "console":
                continue
            script = "".join(line + "\n" for line in block.text.splitlines()
                             if not any(re.match(what, line.strip()) for what in ELSEWHERE))
            if not script.strip() or block.text.startswith("$ "):
                continue
            with self.subTest(block=str(block)):
                ended = self.run_script(self.here(script))
                # As in a container that forbids it.
                isForbidden = re.search(r"profile: .* cannot be sampled", ended.stderr)
                self.assertTrue(ended.returncode == 0 or isForbidden, f"{script}{ended.stdout[-300:]}{ended.stderr}")

    def test_what_is_run_elsewhere_is_there(self):
        lines = [line.strip() for block in self.commands() for line in block.text.splitlines()]
        for what in ELSEWHERE:
            for line in lines:
                script = re.match(r"scripts/[a-z-]+", line)
                if re.match(what, line) and script:
                    self.assertTrue(os.access(ROOT / script[0], os.X_OK), line)

    # «...» stands for lines that are left out, and numbers change.
    def test_what_a_command_is_shown_to_print_is_printed(self):
        for block in self.commands():
            if not block.text.startswith("$ "):
                continue
            command, *shown = block.text.splitlines()
            printed = self.run_script(self.here(command.removeprefix("$ "))).stdout.splitlines()
            with self.subTest(block=str(block)):
                for line in shown:
                    # Nobody has recorded anything here.
                    if line == "..." or line.startswith("orchestrator_"):
                        continue
                    like = re.sub(r"\\?\d+(\\\.\d+)?(?= |$)", r"[0-9.e+-]+", re.escape(line))
                    self.assertTrue(any(re.fullmatch(like, one) for one in printed), f"{line}\n{printed[:20]}")

    def test_every_yaml_is_taken(self):
        for command in (["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
                         "-keyout", "server.key", "-out", "server.pem"], ["cp", "server.pem", "ca.pem"]):
            subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        (self.folder / "rules").mkdir(exist_ok=True)
        shutil.copy(ROOT / "dashboards/alertmanager/alertmanager.yml", self.folder / "alertmanager.yml")
        for block in of("yaml"):
            self.write("block.yml", self.here(block.text))
            arguments = ["check-config", "block.yml"]
            if block.page in READ_BY:
                arguments = ["--once", "--collector.disable-defaults", "--history.memory=0",
                             *(one.replace("FILE", "block.yml") for one in READ_BY[block.page])]
            command = [PROGRAM, *arguments]
            if block.text.startswith("# prometheus.yml"):
                command = [ROOT / "build/tools/promtool", "check", "config", "block.yml"]
            with self.subTest(block=str(block)):
                ended = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=500)
                self.assertEqual(ended.returncode, 0, ended.stderr + ended.stdout[-300:])

    def test_every_json_is_taken(self):
        paths = {"docs/records.md": "/api/v1/records", "docs/browser.md": "/api/metrics"}
        for block in of("json"):
            json.loads(block.text)
            with self.subTest(block=str(block)):
                request = urllib.request.Request(f"http://127.0.0.1:{self.port}{paths[block.page]}", block.text.encode(),
                                                 {"Content-Type": "application/json", "User-Agent": "Mozilla/5.0 Chrome/140"})
                self.assertIn(urllib.request.urlopen(request, timeout=30).status, (200, 204))

    def test_every_template_makes_a_report(self):
        for block in of("template"):
            self.write("report.template", block.text)
            with self.subTest(block=str(block)):
                ended = self.run_script("orchestrator_exporter report --template report.template")
                self.assertEqual(ended.returncode, 0, ended.stderr)
                self.assertTrue(ended.stdout.startswith(block.text.split("{{")[0]), ended.stdout)

    def test_every_toml_is_toml(self):
        for block in of("toml"):
            tomllib.loads(block.text)

    def test_the_clients_record(self):
        for language, name, command in (("python", "try.py", "python3"), ("js", "try.mjs", "node")):
            for block in of(language):
                for client in (ROOT / "clients").rglob("orchestrator*records.*"):
                    shutil.copy(client, self.folder)
                self.write(name, self.here(block.text))
                with self.subTest(block=str(block)):
                    ended = self.run_script(f"{command} {name}")
                    self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_every_language_is_tried(self):
        # C++ and CMake are built by Docs.* and Package.BuildsAConsumer, the script's line by Browser.sends_what_it_measures.
        tried = {*COMMANDS, "yaml", "json", "toml", "template", "python", "js", "cpp", "cmake", "html", "diff"}
        self.assertEqual({block.language for block in blocks()} - tried, set())


if __name__ == "__main__":
    unittest.main()
