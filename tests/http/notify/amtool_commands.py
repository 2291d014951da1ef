"""Gives amtool's commands to a real Alertmanager and to the exporter, one after the other, and holds against each other what they print and
how they end: but for ids, times and version it is to be the same. Exit status 1 if any differs.
usage: amtool_commands.py EXPORTER DIRECTORY_OF_PEERS"""
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

EXPORTER, PEERS = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()

ROUTES = """
route:
  receiver: people
  group_by: [alertname]
  routes:
    - {receiver: others, matchers: [team="b"], continue: true}
    - {receiver: third, matchers: ['team=~"b|c"']}
inhibit_rules:
  - {source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [host]}
receivers:
  - {name: people, webhook_configs: [{url: 'http://127.0.0.1:1/secret'}]}
  - {name: others}
  - {name: third}
"""
CONFIG = "notifications: {config_file: alertmanager.yml}\n"
IMPORTED = [
    {"matchers": [{"name": "alertname", "value": "Imported", "isRegex": False, "isEqual": True}],
     "startsAt": "2030-01-01T00:00:00.000Z", "endsAt": "2031-01-01T00:00:00.000Z", "createdBy": "file", "comment": "imported"},
    {"matchers": [{"name": "host", "value": "h.*", "isRegex": True, "isEqual": False}],
     "startsAt": "2030-01-01T00:00:00.000Z", "endsAt": "2031-01-01T00:00:00.000Z", "createdBy": "file", "comment": "imported too"},
]
# ID stands for the id that the server gave last, FILE for a file with silences.
ADD = ["silence", "add", "--author=me"]
COMMANDS = [
    ["cluster", "show"],
    ["config", "routes", "show"],
    ["config", "routes", "test", "team=b"],
    ["config", "routes", "test", "team=c"],
    ["config", "routes", "test", "--verify.receivers=people", "team=d"],
    ["config", "routes", "test", "--verify.receivers=others", "team=d"],
    ["alert", "query"],
    ["alert", "add", "Hot", "team=b", "host=h1", "severity=critical", "--annotation=summary=It is hot", "--generator-url=http://here/x"],
    ["alert", "add", "alertname=Warm", "host=h1", "severity=warning"],
    ["alert", "add", "Cold", "team=c", "host=h2", "--start=2026-01-01T00:00:00Z"],
    ["alert", "add", "Over", "host=h2", "--start=2026-01-01T00:00:00Z", "--end=2026-01-02T00:00:00Z"],
    ["alert", "add", "Backwards", "--start=2026-01-02T00:00:00Z", "--end=2026-01-01T00:00:00Z"],
    ["alert", "query"],
    ["alert", "query", "-o", "extended"],
    ["alert", "query", "-o", "json"],
    ["alert", "query", "Hot"],
    ["alert", "query", "host=~h.*"],
    ["alert", "query", "team!=b"],
    ["alert", "query", "-i"],
    ["alert", "query", "-u"],
    ["alert", "query", "--receiver=oth.*"],
    ["alert", "query", "a=~("],
    [*ADD, "--comment=first", "Hot"],
    ["silence", "query"],
    ["silence", "query", "-q", "--id=ID"],
    ["alert", "query", "-s", "-o", "json"],
    ["alert", "query"],
    [*ADD, "--comment=second", "--duration=2h", "host=~h2|h3", "team!=x"],
    ["silence", "query", "-o", "extended"],
    ["silence", "query", "-o", "json"],
    ["silence", "query", "team!=x"],
    ["silence", "query", "Hot"],
    ["silence", "query", "--within=90m"],
    ["silence", "query", "--created-by=me"],
    ["silence", "query", "--created-by=nobody"],
    ["silence", "update", "--duration=30m", "--comment=changed", "ID"],
    ["silence", "query", "-o", "extended"],
    ["silence", "expire", "ID"],
    ["silence", "expire", "ID"],
    ["silence", "query"],
    ["silence", "query", "--expired"],
    ["silence", "query", "--expired", "--within=1h"],
    ["silence", "update", "--duration=30m", "ID"],
    ["silence", "expire", "11111111-2222-4333-8444-555555555555"],
    ["silence", "query", "--id=11111111-2222-4333-8444-555555555555"],
    ["silence", "update", "--duration=30m", "11111111-2222-4333-8444-555555555555"],
    [*ADD, "Hot"],
    [*ADD, "--comment=past", "--end=2020-01-01T00:00:00Z", "Hot"],
    [*ADD, "--comment=late", "--start=2030-01-01T00:00:00Z", "--end=2031-01-01T00:00:00Z", "Hot"],
    [*ADD, "--comment=turned", "--start=2031-01-01T00:00:00Z", "--end=2030-01-01T00:00:00Z", "Hot"],
    [*ADD, "--comment=all", "alertname=~.*"],
    [*ADD, "--comment=bad", "alertname=~("],
    [*ADD, "--comment=odd <&> \u00e9", "alertname=\u00e9 x"],
    ["silence", "import", "--force", "FILE"],
    ["silence", "query", "-o", "json"],
    ["silence", "query", "Imported"],
]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIMES = [
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+")]
KEPT = ("2026-01-0", "2030-01-01", "2031-01-01")  # times that were asked for


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def plain(text):
    """Without what may differ; the order of lines is that of what they say."""
    text = UUID.sub("ID", text)
    for times in TIMES:
        text = times.sub(lambda found: found[0][:10] if found[0].startswith(KEPT) else "TIME", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "SERVER", text)
    text = re.sub(r"invalid silence: (matcher set 0: )?", "", text)  # silences of several sets are newer than the API
    if text.lstrip().startswith(("[", "{")):
        try:
            return in_order(json.loads(text))
        except ValueError:
            pass
    return sorted(" ".join(line.split()) for line in text.splitlines())


def in_order(value):
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return sorted((in_order(each) for each in value), key=json.dumps)
    return value


class Server:
    def __init__(self, command, port, folder):
        self.url = f"http://127.0.0.1:{port}"
        self.last = ""
        with (folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)

    def wait(self):
        last = time.monotonic() + 120
        while True:
            try:
                urllib.request.urlopen(self.url + "/-/ready", timeout=5).close()
                return
            except OSError:
                if time.monotonic() > last:
                    raise
                time.sleep(0.1)

    def run(self, command, file):
        words = [word.replace("ID", self.last) if "ID" in word else word.replace("FILE", str(file)) for word in command]
        ran = subprocess.run(
            [PEERS / "amtool", *words, f"--alertmanager.url={self.url}", "--no-version-check"],
            capture_output=True, text=True, timeout=60)
        ids = UUID.findall(ran.stdout)
        if command[1] == "add" and ids:
            self.last = ids[0]
        return ran.returncode, plain(ran.stdout), plain(ran.stderr)

    def end(self):
        self.process.terminate()
        self.process.wait(60)


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "alertmanager.yml").write_text(ROUTES)
        (folder / "exporter.yml").write_text(CONFIG)
        (folder / "silences.json").write_text(json.dumps(IMPORTED))
        ports = free_port(), free_port()
        theirs = Server([PEERS / "prometheus-alertmanager", "--config.file=alertmanager.yml", f"--storage.path={folder}/am",
                         "--cluster.listen-address=", f"--web.listen-address=127.0.0.1:{ports[0]}"], ports[0], folder)
        ours = Server([EXPORTER, "--config.file=exporter.yml", "--collector.disable-defaults",
                       f"--web.listen-address=127.0.0.1:{ports[1]}"], ports[1], folder)
        try:
            for server in (theirs, ours):
                server.wait()
            for command in COMMANDS:
                one, other = (server.run(command, folder / "silences.json") for server in (theirs, ours))
                if one != other:
                    wrong += 1
                    print(f"WRONG {' '.join(command)}\n  theirs {one}\n  ours   {other}")
        finally:
            for server in (theirs, ours):
                server.end()
    print(f"{len(COMMANDS)} commands, {wrong} answered otherwise")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
