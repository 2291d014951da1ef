"""Asks the HTTP API of this exporter and of a Prometheus the same, over the same samples, and prints
each answer that differs: status, type and text of errors, data, warnings; trees and canonical texts
of random queries. Its status is 1 if any does. Times and durations that overflow there (Inf, NaN,
1e20), time-outs of nothing and HEAD are not asked: they are refused, or answered, on purpose.

usage: differential.py EXPORTER PROMETHEUS [QUERIES] [SEED]"""
import json
import pathlib
import random
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "metrics" / "promql"))

import random_queries  # noqa: E402
import served  # noqa: E402

LAST = random_queries.LENGTH // 1000
SPAN = {"start": "0", "end": "600", "step": "60"}
TIMES = ["", "0", "-5", "1.0005", "1e3", "x", "1970-01-01T00:10:00Z", "1970-01-01T01:10:00.5+01:00",
         "1970-01-01", "1970-01-01t00:10:00z", "1970-02-30T00:00:00Z", "-62135596801", "0x10", " 5", "+5"]
DURATIONS = ["", "0", "5", "0.5", "-1", "1m30s", "1h1h", "x", "Inf", "1e20", "1y", "-5m"]
LIMITS = ["", "0", "1", "2", "-1", "x", "1.5", "99999999999999999999"]
MATCHES = ["c_total", "{}", '{job="a"}', '{job=~".*"}', "c_total[5m]", "sum(c_total)", "c_total offset 1m",
           "c_total{", "", "1", '{"my.metric"}', 'c_total{job="none"}', "none", '{__name__=~"c_total|g"}']
QUERIES = ["", " ", "1", '"text"', "c_total", "c_total[1m]", "c_total[", "sum(c_total) by (job)", "1 +",
           "none", "quantile(2, g)", "rate(g[5m])", "-{__name__=~'c_total|d_total'}", "time()",
           "topk(1, c_total)", "histogram_quantile(0.9, h_bucket)", "info(g)", "limitk(1, g)", "g[1m + 1m]",
           "c_total @ end()", "max_over_time(rate(c_total[5m])[10m:1m])", "c_total and\ng", "\"\\xff\"",
           "label_replace(g, '', '', '', '(')", "c_total / 0 > 1e300", "round(g, 0.3)"]


def cases():
    """(method, path, parameters of the URL, form or None)."""
    for query in QUERIES:
        for path, form in (("query", {"time": str(LAST)}), ("query_range", SPAN), ("format_query", {}),
                           ("parse_query", {}), ("query_exemplars", {})):
            yield "GET", path, {"query": query, **form}, None
            yield "POST", path, {}, {"query": query, **form}
    for path, form in (("query", {"time": "600"}), ("query_range", SPAN)):
        asked = {"query": "c_total", **form}
        for name in form:
            for value in DURATIONS if name == "step" else TIMES:
                yield "GET", path, {**asked, name: value}, None
            yield "GET", path, {key: value for key, value in asked.items() if key != name}, None
        for name in ("timeout", "lookback_delta"):
            for value in DURATIONS:
                if name == "lookback_delta" or value not in ("0", "-1"):
                    yield "GET", path, {**asked, name: value}, None
        for value in LIMITS:
            yield "GET", path, {**asked, "limit": value}, None
        for value in ("", "all", "x", "0"):
            for query in ("c_total", "sum(rate(c_total[5m]))", "c_total[5m]", "c_total @ 60", "1", "time()",
                          "max_over_time(c_total[5m:1m])", "c_total[5m:1m]", "timestamp(g)",
                          "absent_over_time(none[5m])", "absent_over_time(g[5m:1m])", "topk(1, g)",
                          "scalar(g)", "sum by (le) (d_total)",
                          "g + on (job, instance) group_left c_total @ 300", "info(steady)"):
                yield "GET", path, {**asked, "query": query, "stats": value}, None
        yield "POST", path, {"query": "g"}, asked
        yield "POST", path, asked, {}
        yield "POST", path, asked, None
        yield "GET", path, asked, {"query": "g"}
    for end, step in (("11000", "1"), ("11001", "1"), ("10999", "1"), ("1e9", "1")):
        yield "GET", "query_range", {"query": "1", "start": "0", "end": end, "step": step}, None
    yield "GET", "query_range", {**SPAN, "query": "1", "end": "-1", "step": "x"}, None
    yield "GET", "query_range", {**SPAN, "query": "1", "start": "x", "limit": "x"}, None
    for path in ("series", "labels", "label/job/values"):
        for match in MATCHES:
            yield "GET", path, {"match[]": match}, None
            yield "POST", path, {}, {"match[]": match}
        yield "GET", path, {}, None
        yield "GET", path, {"match[]": ["c_total", "g"]}, None
        yield "GET", path, {"match[]": ["c_total", "{}"]}, None
        for value in LIMITS:
            yield "GET", path, {"match[]": "c_total", "limit": value}, None
            yield "GET", path, {"limit": value}, None
        for name in ("start", "end"):
            for value in TIMES:
                yield "GET", path, {"match[]": "c_total", name: value}, None
    for name in ("__name__", "none", "a.b", "a%20b", "U__a_2e_b", "U___a", "U__a_zz_b", "1a", "%ff"):
        yield "GET", f"label/{name}/values", {}, None
    yield "GET", "label/job", {}, None
    yield "GET", "label/job/other", {}, None
    for name in ("limit", "limit_per_metric"):
        for value in LIMITS:
            yield "GET", "metadata", {name: value}, None
    yield "GET", "metadata", {"metric": "none"}, None
    for kind in ("", "alert", "record", "x"):
        yield "GET", "rules", {"type": kind}, None
    for name in ("rule_name[]", "rule_group[]", "file[]", "match[]"):
        yield "GET", "rules", {name: "x"}, None
    for value in ("", "true", "x"):
        yield "GET", "rules", {"exclude_alerts": value}, None
    for path in ("alerts", "alertmanagers", "none", "status/none"):
        yield "GET", path, {}, None
    for name in ("start", "end"):
        for value in TIMES:
            yield "GET", "query_exemplars", {"query": "c_total", name: value}, None
    yield "GET", "query_exemplars", {"query": "c_total", "start": "5", "end": "4"}, None
    for path in ("query", "labels", "alerts", "status/buildinfo", "query_exemplars", "format_query"):
        for method in ("OPTIONS", "PUT", "DELETE"):
            yield method, path, {"query": "1"}, None


def without_chance(document):
    """What two right servers may tell differently: how long answering took, what it held."""
    data = document.get("data")
    if isinstance(data, dict) and "stats" in data:
        data["stats"]["timings"] = sorted(data["stats"]["timings"])
        data["stats"]["samples"].pop("peakSamples")
    if isinstance(data, dict) and data.get("resultType") == "vector":
        data["result"].sort(key=lambda one: sorted(one["metric"].items()))
    for kind in ("warnings", "infos"):
        if kind in document:
            document[kind].sort()
    return document


def ask(server, method, path, parameters, form):
    url = "/api/v1/" + path + "?" + urllib.parse.urlencode(parameters, doseq=True)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    body = None if form is None else urllib.parse.urlencode(form, doseq=True)
    status, text, fields = server.request(method, url, body, headers)
    answer = {"status": status}
    try:
        answer["document"] = without_chance(json.loads(text))
        answer["type"] = fields.get("Content-Type")
    except json.JSONDecodeError:
        answer["text"] = "" if status >= 400 else text
    return answer


# The facts of a server are its own: that the same is told of them is compared.
SHAPES = ["status/buildinfo", "status/runtimeinfo", "status/flags", "status/config", "status/tsdb", "targets",
          "alertmanagers", "rules", "alerts", "metadata"]


def shape(value):
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


def missing(theirs, ours, path=""):
    """What one has and the other does not, or has as something else."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key, value in theirs.items():
            if key in ours:
                yield from missing(value, ours[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(theirs, list) and isinstance(ours, list):
        if theirs and ours:
            yield from missing(theirs[0], ours[0], path + "[]")
    elif theirs != ours:
        yield f"{path}: {theirs} is {ours}"


def main():
    program, binary = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    chance = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    different = compared = 0

    def compare(servers, *question):
        nonlocal different, compared
        compared += 1
        ours, theirs = (ask(server, *question) for server in servers)
        if ours == theirs:
            return
        different += 1
        print(*question)
        print("  ours  ", json.dumps(ours, sort_keys=True)[:1500])
        print("  theirs", json.dumps(theirs, sort_keys=True)[:1500], flush=True)

    with tempfile.TemporaryDirectory() as folder:
        servers = []
        try:
            servers.append(served.exporter(program, [], folder))
            servers.append(served.prometheus(binary, [], folder))
            samples = [sample for sample in random_queries.samples(chance, True)
                       if sample[1] < 20 * random_queries.MINUTE]
            for server in servers:
                for begin in range(0, len(samples), 2000):
                    server.write(samples[begin:begin + 2000])
            for question in cases():
                compare(servers, *question)
            for _ in range(count):
                switches = ["histograms", chance.choice(["", "broken"])]
                query = random_queries.question(chance, switches)[-1]
                for path in ("parse_query", "format_query"):
                    compare(servers, "POST", path, {}, {"query": query})
            for path in SHAPES:
                ours, theirs = (shape(ask(server, "GET", path, {}, None)) for server in servers)
                for fault in missing(theirs, ours):
                    print(f"{path}: without {fault}")
        finally:
            for server in servers:
                server.end()
    print(f"{compared} answers compared, {different} differ")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
