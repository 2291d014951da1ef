"""Relabels 2,000 random series by random rules, here and by a Prometheus that scrapes each of them with the rules as its
metric_relabel_configs, and compares what is left. Prints each difference and a count; its status is 1 if there is any.
usage: relabel_differential.py RELABEL_SERIES PROMETHEUS [CASES [SEED]]"""
import http.server
import json
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

FIRST_VALUE = 1_000_000
NAMES = ["env", "zone", "path", "host", "a", "ab", "port_1", "Name"]
VALUES = ["prod", "Prod", "test-1", "a;b", "10.0.0.1:9100", "/api/v1/users", "ÄÖß", "x" * 40, "0", "a\nb", "eu_west", "µ"]
EXPRESSIONS = ["(.*)", ".+", ".*", "prod|test", "(?i)prod", "([^:]+):(\\d+)", "(.+?)(\\d*)", "a.*", "(?P<first>[a-z]+)(?P<rest>.*)", "^$", "x+",
               "[[:alpha:]]+", ".*;.*", "(.);(.)", "", "(a|b|c)?(.*)", "\\w+", "(\\pL+)", "/api/(v\\d+)/(.*)", "env|zone", "a(.?)", "(.+)_(.+)"]
REPLACEMENTS = ["$1", "${1}", "$2-$1", "x", "", "${first}_${rest}", "$1_suffix", "$$1", "pre$0post", "${3}", "$9", "a${1}b", "$first", "Ünicode"]
TARGETS = ["env", "zone", "new", "a", "ab", "new_label", "t_${1}", "__tmp"]


def rule(chance):
    action = chance.choice(["replace"] * 6 + ["keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop", "labelkeep",
                                             "lowercase", "uppercase"] * 2)
    made = {}
    if action != "replace" or chance.random() < 0.5:
        made["action"] = action if chance.random() < 0.8 else action.upper()
    names = chance.sample(NAMES + ["job", "absent", "__name__"], chance.randint(0, 3))
    if action in ("labelmap", "labeldrop", "labelkeep"):
        made["regex"] = chance.choice(["env|zone", "a.*", "(.*)_1", "N(.*)", "x.*", "port_(.*)"])
        if action == "labelkeep":
            made["regex"] = "__name__|job|instance|" + made["regex"]
        if action == "labelmap" and chance.random() < 0.7:
            made["replacement"] = chance.choice(["$1", "new_$1", "mapped", "l_${1}_x"])
        return made
    if action in ("keepequal", "dropequal"):
        return {**made, "source_labels": names or ["env"], "target_label": chance.choice(NAMES)}
    if names or action not in ("replace",):
        made["source_labels"] = names or ["env"]
    if chance.random() < 0.2:
        made["separator"] = chance.choice(["", "-", "::", "ä"])
    if action == "hashmod":
        return {**made, "target_label": chance.choice(TARGETS[:6]), "modulus": chance.choice([1, 2, 7, 1000, 2**32, 2**63 - 1, 2**63, 2**64 - 1])}
    if action in ("lowercase", "uppercase"):
        return {**made, "target_label": chance.choice(TARGETS[:6])}
    if chance.random() < 0.85:
        made["regex"] = chance.choice(EXPRESSIONS)
    if action == "replace":
        made["target_label"] = chance.choice(TARGETS)
        if chance.random() < 0.8:
            made["replacement"] = chance.choice(REPLACEMENTS)
    return made


def series(chance, index):
    labels = {name: chance.choice(VALUES) for name in chance.sample(NAMES, chance.randint(1, 5))}
    return {"__name__": chance.choice(["up_time", "requests_total", "x"]), "case": f"c{index}", **labels}


def escaped(value):
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


class Shown(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    all = []

    def log_message(self, *_):
        pass

    def do_GET(self):
        index = int(self.path.rsplit("/", 1)[1])
        labels = dict(self.all[index])
        name = labels.pop("__name__")
        inner = ",".join(f'{label}="{escaped(value)}"' for label, value in labels.items())
        body = f"{name}{{{inner}}} {FIRST_VALUE + index}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def ask(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return json.load(answer)


def by_prometheus(program, folder, rules, target):
    """The labels by case."""
    port = free_port()
    configuration = {"global": {"scrape_interval": "10s"},
                     "scrape_configs": [{"job_name": f"j{index}", "metrics_path": f"/{index}", "metric_relabel_configs": each,
                                         "static_configs": [{"targets": [target]}]} for index, each in enumerate(rules)]}
    (folder / "prometheus.yml").write_text(json.dumps(configuration))
    process = subprocess.Popen([program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                                f"--web.listen-address=127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.time() + 180
        while time.time() < deadline:
            try:
                done = ask(port, "/api/v1/query?" + urllib.parse.urlencode({"query": "count(scrape_duration_seconds)"}))["data"]["result"]
                if done and int(done[0]["value"][1]) == len(rules):
                    break
            except OSError:
                pass
            time.sleep(1)
        else:
            raise SystemExit("not everything was scraped within three minutes")
        query = urllib.parse.urlencode({"query": f'{{__name__!=""}} >= {FIRST_VALUE}'})
        # A filter by value keeps the name.
        return {int(float(each["value"][1])) - FIRST_VALUE: each["metric"] for each in ask(port, "/api/v1/query?" + query)["data"]["result"]}
    finally:
        process.terminate()
        process.wait(30)


def main():
    program, prometheus = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    chance = random.Random(seed)
    rules = [[rule(chance) for _ in range(chance.randint(1, 3))] for _ in range(count)]
    Shown.all = [series(chance, index) for index in range(count)]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shown)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    target = f"127.0.0.1:{server.server_address[1]}"
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        (folder / "cases.yml").write_text(json.dumps({"cases": [{"rules": each} for each in rules]}))
        lines = "".join(json.dumps({**labels, "job": f"j{index}", "instance": target}) + "\n" for index, labels in enumerate(Shown.all))
        ours = subprocess.run([program, str(folder / "cases.yml")], input=lines, capture_output=True, text=True, check=False)
        if ours.returncode != 0:
            raise SystemExit(ours.stderr)
        ours = [json.loads(line) for line in ours.stdout.splitlines()]
        theirs = by_prometheus(prometheus, folder, rules, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    differences = 0
    for index, labels in enumerate(ours):
        if labels != theirs.get(index):
            differences += 1
            print(f"{json.dumps(Shown.all[index])}\n  rules {json.dumps(rules[index])}\n  here {labels}\n  there {theirs.get(index)}")
    kept = sum(labels is not None for labels in ours)
    print(f"{count} cases with {sum(map(len, rules))} rules, of which {kept} keep their series, {differences} differ")
    sys.exit(1 if differences else 0)


main()
