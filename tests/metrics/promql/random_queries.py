"""Random samples and queries over them for differential.py. Queries are built from the grammar by
type, so that most of them have an answer; a few are broken on purpose."""
import math
import re

import random_histograms
from broken_queries import broken

MINUTE = 60_000
LENGTH = 150 * MINUTE
INTERVAL = 15_000

SELECTORS = ["steady", "c_total", "d_total", "g", "e", "m", "one", "h_bucket", "few", "target_info",
             '{"my.metric"}']
LABELS = ["job", "instance", "l", "le", "z", "__name__", "no"]
PLAIN = ["abs", "ceil", "floor", "sqrt", "exp", "ln", "log2", "log10", "sgn", "sin", "cos", "tan",
         "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad",
         "minute", "hour", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "month",
         "year", "timestamp", "sort", "sort_desc", "absent", "histogram_count", "histogram_sum"]
OVER_TIME = ["rate", "increase", "delta", "irate", "idelta", "resets", "changes", "deriv",
             "sum_over_time", "avg_over_time", "min_over_time", "max_over_time",
             "count_over_time", "present_over_time", "last_over_time", "stddev_over_time",
             "stdvar_over_time", "absent_over_time"]
EXPERIMENTAL_OVER_TIME = ["mad_over_time", "ts_of_max_over_time", "ts_of_min_over_time",
                          "ts_of_last_over_time"]
SIMPLE_AGGREGATIONS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"]
HISTOGRAMS = ["n", "np", "nf", "ng", "nc", "ns", "nmix", "nn", "nk"]
OF_HISTOGRAMS = ["histogram_count", "histogram_sum", "histogram_avg", "histogram_stddev",
                 "histogram_stdvar"]
HISTOGRAM_SUBJECTS = ["n", "np", "nf", "ng", "nc", "ns", "nmix", "nn", "nk", "rate(n[5m])",
                      "rate(np[2m])", "sum(rate(nf[1m]))", "sum by (job) (n)", "n - n offset 1m",
                      "increase(nc[2m])", "rate(ns[3m])", "avg(ng)", "delta(ng[1m])",
                      "rate(nn[2m])", "sum by (job) (nc)"]
ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"]
COMPARISONS = ["==", "!=", "<", ">", "<=", ">="]
SETS = ["and", "or", "unless"]


def samples(chance, histograms=False):
    """(labels, milliseconds, value) in the order of time."""
    out = []

    def series(labels, value, gaps=0.02, start=0, end=LENGTH, jitter=0):
        gone = False
        out.append((labels, start, value(start)))
        for at in range(start + INTERVAL, end, INTERVAL):
            if gone:
                gone = chance.random() > 0.1
                continue
            if chance.random() < gaps:
                if chance.random() < 0.5:
                    out.append((labels, at, "stale"))
                gone = chance.random() < 0.5
                continue
            out.append((labels, at + (chance.randrange(jitter) if jitter else 0), value(at)))

    def counter(slope, resets):
        state = {"v": chance.random() * 100}

        def value(_):
            if chance.random() < resets:
                state["v"] = chance.random() * 5
            state["v"] += chance.random() * slope
            return state["v"]
        return value

    def gauge(scale, odd):
        def value(_):
            if chance.random() < odd:
                return chance.choice([math.nan, math.inf, -math.inf, 0.0, -0.0])
            return (chance.random() - 0.3) * scale
        return value

    for job in ("a", "b"):
        for instance in ("1", "2", "3"):
            place = {"job": job, "instance": instance}
            series({"__name__": "c_total", **place}, counter(10, 0.02), jitter=900)
            series({"__name__": "d_total", **place, "l": "x"}, counter(1000, 0))
            series({"__name__": "g", **place}, gauge(100, 0.02), gaps=0.05, jitter=900)
            series({"__name__": "e", **place, "l": chance.choice("xy")},
                   gauge(1e308, 0.01), gaps=0.01)
            series({"__name__": "target_info", **place, "z": "q" + instance, "version": "1"},
                   lambda _: 1.0, gaps=0)
            series({"__name__": "steady", **place}, counter(1, 0), gaps=0)
            total = [0.0] * 4

            def bucket(index, total=total):
                def value(_):
                    total[index] = max(total[index] + chance.randrange(5),
                                       total[index - 1] if index else 0)
                    return total[index]
                return value
            for index, le in enumerate(("0.1", "0.5", "2.5", "+Inf")):
                series({"__name__": "h_bucket", **place, "le": le}, bucket(index), gaps=0.002)
    for label in "xyz":
        series({"__name__": "m", "l": label, "k": "1"},
               lambda _, n=ord(label): float(n % 7 + chance.randrange(3)))
        series({"__name__": "one", "l": label, "z": "q" + label}, lambda _: 1 + chance.random())
    series({"__name__": "h_bucket", "job": "c", "le": "bad"}, lambda _: 1.0)
    for place in "12":
        series({"__name__": "my.metric", "a.b": place, "job": "a"}, gauge(10, 0.05))
    series({"__name__": "other_info", "job": "a", "instance": "1", "build": "5"}, lambda _: 1.0)
    series({"__name__": "few"}, gauge(1, 0), gaps=0.7)
    series({"__name__": "few", "job": "a"}, gauge(1, 0), end=20 * MINUTE)
    for labels, value in random_histograms.all_series(chance) if histograms else ():
        series(labels, value, jitter=900 if chance.random() < 0.5 else 0)
    # Of one time in the order of labels: Prometheus' head keeps the order in which series appear.
    out.sort(key=lambda sample: (sample[1], sorted(sample[0].items())))
    return out


def duration(chance):
    return chance.choice(["1m", "30s", "15s", "2m", "5m", "10m", "1h", "90s", "1m1ms", "20"])


class Builder:
    def __init__(self, chance, experimental, histograms=False):
        self.chance = chance
        self.experimental = experimental
        self.selectors = SELECTORS + (HISTOGRAMS * 4 if histograms else [])
        self.plain = PLAIN + (OF_HISTOGRAMS * 4 if histograms else [])
        self.histograms = HISTOGRAM_SUBJECTS * 2 if histograms else []

    def pick(self, *options):
        return self.chance.choice(options)()

    def maybe(self, probability):
        return self.chance.random() < probability

    def duration(self):
        """Of a range, a step or an offset."""
        if not (self.experimental and self.maybe(0.15)):
            return duration(self.chance)
        first, second = duration(self.chance), self.chance.choice(["1", "2", "3", "0.5", "1m"])
        return self.chance.choice([
            f"{first} {self.chance.choice('+-*/%^')} {second}", f"({first} + {second}) * 2",
            f"{first} - {first}", f"-{first}", f"+{first}", f"2 ^ {second} * 10s", f"({first})"])

    def modifiers(self):
        out = ""
        if self.maybe(0.12):
            length = self.duration()
            plain = not set(length) & set("+-*/%^")
            out += " offset " + (self.chance.choice(["", "-"]) + length if plain else f"({length})")
        if self.maybe(0.08):
            at = self.chance.choice(["start()", "end()", str(self.chance.randrange(9000)),
                                     "1234.567"])
            out = self.chance.choice([out + f" @ {at}", f" @ {at}" + out])
        return out

    def matchers(self):
        name = self.chance.choice(LABELS[:5])
        value = self.chance.choice(["a", "b", "1", "2", "x", "0.5", "", "a|b", ".+", ".*", "[12]"])
        return f'{name}{self.chance.choice(["=", "!=", "=~", "!~"])}"{value}"'

    def plain_selector(self):
        name = self.chance.choice(self.selectors)
        if self.maybe(0.06):
            name = "{__name__=~\"" + self.chance.choice(["c_total|d_total", "g|e", "few|m|one"]) + '"'
            return name + (", " + self.matchers() if self.maybe(0.4) else "") + "}"
        if name.startswith("{"):
            return self.chance.choice([name, '{"my.metric", "a.b"="1"}', '{"a.b"!="1", "my.metric"}',
                                       '{__name__="my.metric", job="a"}'])
        if self.maybe(0.35):
            return name + "{" + ",".join(
                self.matchers() for _ in range(self.chance.randrange(1, 3))) + "}"
        return name

    def range(self, depth):
        if depth > 0 and self.maybe(0.3):
            step = self.chance.choice(["", "", "15s", "1m", "37s", "2m"])
            return (f"{self.subject(depth - 1)}[{self.duration()}:{step}]"
                    + self.modifiers())
        return f"{self.plain_selector()}[{self.duration()}]" + self.modifiers()

    def subject(self, depth):
        """What a subquery or a modifier may follow without changing how it is read."""
        return self.chance.choice([lambda: self.plain_selector(),
                                   lambda: f"({self.vector(depth)})",
                                   lambda: self.call(depth)])()

    def number(self):
        return self.chance.choice(["0", "1", "2", "0.5", "-1", "1e3", "NaN", "Inf", "-Inf", "100",
                                   "0.9", "3", "7", "1m", "0x1F"])

    def scalar(self, depth):
        if depth <= 0 or self.maybe(0.6):
            return self.number()
        return self.pick(
            lambda: "time()", lambda: "pi()", lambda: f"scalar({self.vector(depth - 1)})",
            lambda: f"{self.scalar(depth - 1)} {self.chance.choice(ARITHMETIC)} "
                    f"{self.scalar(depth - 1)}",
            lambda: f"({self.scalar(depth - 1)} {self.chance.choice(COMPARISONS)} bool "
                    f"{self.scalar(depth - 1)})",
            lambda: f"-({self.scalar(depth - 1)})")

    def labels(self):
        names = [*LABELS, '"a.b"', '"job"'] if self.maybe(0.1) else LABELS
        return ", ".join(self.chance.sample(names, self.chance.randrange(0, 3)))

    def grouping(self):
        return self.chance.choice(["", f"by ({self.labels()})", f"by ({self.labels()})",
                                   f"without ({self.labels()})"])

    def aggregation(self, depth):
        vector = self.vector(depth - 1)
        kind = self.chance.random()
        if kind < 0.65:
            return f"{self.chance.choice(SIMPLE_AGGREGATIONS)} {self.grouping()} ({vector})"
        if kind < 0.75:
            return f"quantile {self.grouping()} ({self.scalar(1)}, {vector})"
        if kind < 0.8:
            return f'count_values {self.grouping()} ("{self.chance.choice(["x", "job", "l"])}", {vector})'
        if kind < 0.85 and self.experimental:
            ratio = self.chance.choice(["0.5", "-0.3", "1.1", "0.9", "-2", "0", "1", "-1", "0.25"])
            return f"limit_ratio {self.grouping()} ({ratio}, {vector})"
        if kind < 0.88 and self.experimental:
            # Which elements come first is the order of the series there.
            count = self.chance.choice(["1", "2", "3", "0", "NaN", "-1", "2.9"])
            return f"limitk {self.grouping()} ({count}, {self.plain_selector()})"
        name = self.chance.choice(["topk", "bottomk"])
        # Of equal elements chance decides there: only over what has few of them.
        count = self.chance.choice(["1", "2", "3", "0", "NaN", "100"])
        inner = self.chance.choice(["c_total", "d_total", "e", "rate(c_total[5m])", "g"])
        return f"{name} {self.grouping()} ({count}, {inner})"

    def call(self, depth):
        kind = self.chance.random()
        if kind < 0.4:
            names = OVER_TIME + (EXPERIMENTAL_OVER_TIME if self.experimental else [])
            return f"{self.chance.choice(names)}({self.range(depth)})"
        if kind < 0.65:
            return f"{self.chance.choice(self.plain)}({self.vector(depth - 1)})"
        return self.pick(
            lambda: f"quantile_over_time({self.scalar(1)}, {self.range(depth)})",
            lambda: f"predict_linear({self.range(depth)}, {self.scalar(1)})",
            lambda: f"clamp({self.vector(depth - 1)}, {self.scalar(1)}, {self.scalar(1)})",
            lambda: f"clamp_min({self.vector(depth - 1)}, {self.scalar(1)})",
            lambda: f"clamp_max({self.vector(depth - 1)}, {self.scalar(1)})",
            lambda: f"round({self.vector(depth - 1)}, {self.scalar(1)})",
            lambda: f"round({self.vector(depth - 1)})",
            lambda: f"vector({self.scalar(depth)})",
            lambda: f"histogram_quantile({self.scalar(1)}, {self.histogram()})",
            lambda: f"histogram_quantile({self.scalar(1)}, {self.histogram()})",
            lambda: f"histogram_fraction({self.scalar(1)}, {self.scalar(1)}, {self.histogram()})",
            lambda: self.label_replace(depth), lambda: self.label_join(depth),
            lambda: f"{self.chance.choice(['hour', 'minute', 'month', 'year', 'day_of_week'])}()",
            lambda: self.experimental_call(depth))

    def experimental_call(self, depth):
        if not self.experimental:
            return f"absent({self.vector(depth - 1)})"
        return self.pick(
            lambda: f"double_exponential_smoothing({self.range(depth)}, 0.3, {self.chance.choice(['0.2', '0.9', '1'])})",
            lambda: f'sort_by_label({self.vector(depth - 1)}, "job")',
            lambda: f'sort_by_label_desc({self.vector(depth - 1)}, "instance", "job")',
            lambda: f'info({self.steady()}, {{__name__=~"{self.chance.choice(["other_info", "target_info|other_info", ".+_info"])}"}})',
            # Where the other series have gaps, Prometheus takes infos of others.
            lambda: f"info({self.steady()})",
            lambda: f'info({self.steady()}, {{z=~"{self.chance.choice([".+", "q1", ".*"])}"}})')

    def steady(self):
        return self.chance.choice(["steady", "steady * 2", "rate(steady[5m])", "target_info",
                                   "steady{instance=\"1\"} offset 1m"])

    def histogram(self):
        return self.chance.choice(["h_bucket", "rate(h_bucket[5m])", "g",
                                   "sum by (le) (rate(h_bucket[2m]))",
                                   "sum by (le, job) (h_bucket)", 'h_bucket{le!="0.5"}',
                                   'h_bucket{le!="+Inf"}', "increase(h_bucket[1m])",
                                   *self.histograms])

    def label_replace(self, depth):
        target = self.chance.choice(["x", "job", "l", "__name__"])
        text = self.chance.choice(["$1", "y-$1", "${1}z", "", "$0", "$$", "$name", "$1_x"])
        source = self.chance.choice(LABELS)
        pattern = self.chance.choice(["(.*)", "(a|1)", "(?P<name>.).*", ".", "()", "(.+)"])
        return (f'label_replace({self.vector(depth - 1)}, "{target}", "{text}", "{source}", '
                f'"{pattern}")')

    def label_join(self, depth):
        sources = "".join(f', "{name}"' for name in
                          self.chance.sample(LABELS, self.chance.randrange(0, 3)))
        return f'label_join({self.vector(depth - 1)}, "x", "-"{sources})'

    def binary(self, depth):
        left, right = self.vector(depth - 1), self.vector(depth - 1)
        kind = self.chance.random()
        if kind < 0.2:
            left = self.scalar(depth - 1)
        elif kind < 0.4:
            right = self.scalar(depth - 1)
        operators = ARITHMETIC + COMPARISONS
        if kind >= 0.4:
            operators = operators + SETS
        operator = self.chance.choice(operators)
        modifier = ""
        if operator in COMPARISONS and self.maybe(0.4):
            modifier = " bool"
        if kind >= 0.4 and self.maybe(0.7):
            modifier += f" {self.chance.choice(['on', 'ignoring'])} ({self.labels()})"
            if operator not in SETS and self.maybe(0.4):
                modifier += " " + self.chance.choice(["group_left", "group_right"])
                modifier += self.chance.choice(["", " (z)", " (l, version)"])
        if self.maybe(0.5):
            left, right = f"({left})", f"({right})"
        return f"{left} {operator}{modifier} {right}"

    def join(self):
        left = self.chance.choice(["c_total", "g", "rate(d_total[1m])", "sum by (l, job) (e)", "m",
                                   *self.histograms])
        right = self.chance.choice(["d_total", "g", "e", "target_info", "one", "m",
                                    *self.histograms])
        operator = self.chance.choice(ARITHMETIC + COMPARISONS)
        labels = self.chance.choice(["on (job, instance)", "on (l)", "ignoring (l, z, version, k)",
                                     "ignoring (l, z, version)"])
        group = self.chance.choice(["", "", " group_left", " group_left (z)", " group_right (z)",
                                    " group_left (l, z)"])
        return f"{left} {operator} {labels}{group} {right}"

    def ordered(self, depth):
        return self.chance.choice([
            lambda: f"sort({self.vector(depth)})", lambda: f"sort_desc({self.vector(depth)})",
            lambda: f"{self.chance.choice(['topk', 'bottomk'])} {self.grouping()} "
                    f"({self.chance.choice('1235')}, {self.chance.choice(['g', 'e', 'c_total'])})",
            lambda: self.experimental_call(depth + 1)])()

    def vector(self, depth):
        if depth <= 0:
            return self.plain_selector() + self.modifiers()
        kind = self.chance.random()
        if kind < 0.12:
            return self.plain_selector() + self.modifiers()
        if kind < 0.5:
            return self.call(depth)
        if kind < 0.72:
            return self.aggregation(depth)
        if kind < 0.92:
            return self.binary(depth)
        if kind < 0.96:
            return f"-{self.subject(depth - 1)}"
        return self.join()


def is_one_call(query):
    """Whether the first bracket that opens closes at the end."""
    depth = 0
    for at, character in enumerate(re.sub(r'"[^"]*"', lambda text: "x" * len(text[0]), query)):
        depth += (character == "(") - (character == ")")
        if depth == 0 and character == ")":
            return at == len(query) - 1 or "by" in query[at:at + 4]
    return False


def question(chance, switches=()):
    """(time, query) or (start, end, step, query), in milliseconds. The switches are those of
    differential.py."""
    builder = Builder(chance, "experimental" in switches, "histograms" in switches)
    depth = chance.choice([1, 1, 2, 2, 3])
    kind = chance.random()
    if kind < 0.06:
        query = builder.ordered(depth - 1)
    elif kind < 0.9:
        query = builder.vector(depth)
    elif kind < 0.95:
        query = builder.scalar(depth)
    else:
        query = builder.range(depth)
    if chance.random() < (0.85 if "broken" in switches else 0.03):
        query = broken(chance, query)
    if chance.random() < 0.5:
        return chance.randrange(0, LENGTH + 10 * MINUTE), query
    start = chance.randrange(0, LENGTH)
    step = chance.choice([1000, 15_000, 30_000, 60_000, 61_000, 300_000])
    return start, start + step * chance.randrange(0, 20), step, query
