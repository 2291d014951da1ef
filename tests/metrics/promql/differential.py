"""Asks this project's PromQL engine and a Prometheus the same random queries over the same random
samples, and prints every question that they answer differently.

usage: differential.py PROGRAM PROMETHEUS [COUNT] [SEED] [SWITCH...]
  PROGRAM     the built tests/programs/query_samples.cc, or orchestrator_exporter, which then gets
              the samples by remote write and the questions by HTTP
  PROMETHEUS  the server's binary, 3.5; it is started on loopback and ended again
  SWITCH      experimental, delayed-names, histograms (most queries are over native histograms),
              broken (most queries have a mistake),
              every (every operation over every type of operands instead of random queries)
Values may differ by 1e-9 of their size where mathematical functions are involved or the server adds
up in an order of chance; elsewhere by nothing."""
import itertools
import json
import math
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import random_queries
import served
from broken_queries import every_operation

TOLERANCE = 1e-9
INEXACT = re.compile(r"\b(exp|ln|log2|log10|a?(sin|cos|tan)h?|atan2)\b|\^|:"
                     # Their series come in an order of chance, and are added up in it.
                     r"|\b(sum|avg|stddev|stdvar)\b.*\bhistogram_(quantile|fraction)\b")
# Within the buckets of native histograms values are taken as spread evenly over their logarithms.
INEXACT_WITHIN_BUCKETS = re.compile(r"\bhistogram_(quantile|fraction)\b.*\bn(|p|f|g|c|s|mix|n|k)\b")
NUMBER = re.compile(r"-?\d+\.\d+(e[+-]\d+)?")
# What promises an order of an instant vector.
ORDERED = re.compile(r"(sort|sort_desc|topk|bottomk)\b")
ORDERED_BY_LABELS = re.compile(r"sort_by_label(_desc)?\b")


class Samples:
    """The engine over a file of samples, by query_samples."""

    def __init__(self, program, switches, folder):
        self.file = pathlib.Path(folder, "samples")
        self.file.write_text("")
        self.command = [program, self.file, *switches]
        self.process = None

    def write(self, samples):
        with self.file.open("a") as out:
            for labels, at, value in samples:
                series = "{" + ",".join(f"{json.dumps(name)}={json.dumps(text)}"
                                        for name, text in sorted(labels.items())) + "}"
                out.write(f"{series}\t{at}\t{value}\n")

    def ask(self, question):
        if self.process is None:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True)
        self.process.stdin.write("\t".join(map(str, question)) + "\n")
        self.process.stdin.flush()
        return in_seconds(json.loads(self.process.stdout.readline()))

    def end(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def in_seconds(answer):
    """An answer of query_samples, which tells times in milliseconds, as the API tells them."""
    def points(all_points):
        return [[at / 1000, value] for at, value in all_points]
    if answer.get("type") == "scalar":
        answer["result"] = points(answer["result"])
    if answer.get("type") in ("vector", "matrix"):
        for one in answer["result"]:
            for kind in ("values", "histograms"):
                one[kind] = points(one[kind])
    return answer


def is_exact(question):
    """Whether the answer has to agree to the last bit: no function of a mathematical library, and no
    range query, in which the order of sums is chance there."""
    return len(question) == 2 and not (INEXACT.search(question[1])
                                       or INEXACT_WITHIN_BUCKETS.search(question[1]))


def same_value(a, b, exact=False):
    if exact:
        return a == b
    x, y = float(a), float(b)
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    return x == y or abs(x - y) <= TOLERANCE * max(abs(x), abs(y))


def same_points(ours, theirs, exact=False):
    return len(ours) == len(theirs) and all(
        round(mine[0] * 1000) == round(other[0] * 1000) and same_value(mine[1], other[1], exact)
        for mine, other in zip(ours, theirs))


def same_histogram(ours, theirs, exact):
    theirs_buckets = theirs.get("buckets", [])
    return (same_value(ours["count"], theirs["count"], exact)
            and same_value(ours["sum"], theirs["sum"], exact)
            and len(ours.get("buckets", [])) == len(theirs_buckets)
            and all(mine[0] == other[0] and
                    all(same_value(x, y, exact) for x, y in zip(mine[1:], other[1:]))
                    for mine, other in zip(ours.get("buckets", []), theirs_buckets)))


def same_histograms(ours, theirs, exact):
    return len(ours) == len(theirs) and all(
        round(mine[0] * 1000) == round(other[0] * 1000) and same_histogram(mine[1], other[1], exact)
        for mine, other in zip(ours, theirs))


def in_order(answer, by_labels):
    """What an ordered vector's elements are told by: of equal values chance decides there."""
    if by_labels:
        return [one["metric"] for one in answer["result"]]
    return ["NaN" if math.isnan(value) else value for value in (
        float(one["values"][0][1]) for one in answer["result"] if one["values"])]


def notes(answer, kind, exact):
    """What an answer warns or informs of; numbers in it are values of the query, too."""
    return sorted(note if exact else NUMBER.sub(lambda number: f"{float(number[0]):.9g}", note)
                  for note in answer[kind])


def name_of(series, exact):
    """Its labels as a text. count_values makes labels of values."""
    text = json.dumps(series["metric"], sort_keys=True)
    return text if exact else NUMBER.sub(lambda number: f"{float(number[0]):.9g}", text)


def same(ours, theirs, question):
    if "error" in ours or "error" in theirs:
        # Which of several series an error names first is chance there.
        return ours.get("error", "").split("[{")[0].split(" for the match")[0] == theirs.get(
            "error", "").split("[{")[0].split(" for the match")[0]
    if ours["type"] != theirs["type"]:
        return False
    exact = is_exact(question)
    for kind in ("warnings", "infos"):
        if (notes(ours, kind, exact) != notes(theirs, kind, exact)
                and len(theirs[kind]) < 10):
            return False
    if ours["type"] == "string":
        return True
    if ours["type"] == "scalar":
        return same_points(ours["result"], theirs["result"], exact)
    mine, other = ({name_of(one, exact): one for one in answer["result"]} for answer in (ours, theirs))
    if len(question) == 2 and exact:
        by_labels = ORDERED_BY_LABELS.match(question[-1])
        if (by_labels or ORDERED.match(question[-1])) and random_queries.is_one_call(question[-1]):
            if in_order(ours, by_labels) != in_order(theirs, by_labels):
                return False
    return mine.keys() == other.keys() and all(
        same_points(mine[key].get("values", []), other[key].get("values", []), exact)
        and same_histograms(mine[key].get("histograms", []), other[key].get("histograms", []),
                            exact)
        for key in mine)


def main():
    program, binary = sys.argv[1:3]
    numbers = [int(word) for word in sys.argv[3:] if word.isdigit()]
    switches = [word for word in sys.argv[3:] if not word.isdigit()]
    count = numbers[0] if numbers else 2000
    seed = numbers[1] if len(numbers) > 1 else 1
    chance = random.Random(seed)
    is_served = pathlib.Path(program).name == "orchestrator_exporter"
    with tempfile.TemporaryDirectory() as folder:
        theirs = served.prometheus(binary, switches, folder)
        ours = None
        try:
            ours = (served.exporter if is_served else Samples)(program, switches, folder)
            samples = random_queries.samples(chance, "histograms" in switches)
            # Within one request Prometheus takes numbers before histograms, whatever their times are.
            for _, together in itertools.groupby(
                    samples, lambda sample: sample[1] // random_queries.INTERVAL):
                together = list(together)
                theirs.write(together)
                ours.write(together)
            different = failed = 0
            questions = ([(random_queries.LENGTH // 2, query) for query in every_operation()]
                         if "every" in switches else
                         [random_queries.question(chance, switches) for _ in range(count)])
            for question in questions:
                answer = ours.ask(question)
                expected = theirs.ask(question)
                failed += "error" in expected
                if not same(answer, expected, question):
                    different += 1
                    print(*question, sep="\t")
                    print("  ours  ", json.dumps(answer))
                    print("  theirs", json.dumps(expected), flush=True)
            print(f"{len(questions)} queries (seed {seed}), {failed} of them errors: {different} differ")
        finally:
            if ours:
                ours.end()
            theirs.end()
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
