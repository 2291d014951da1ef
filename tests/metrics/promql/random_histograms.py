"""Random native histograms for differential.py: exponential ones of several schemas, with custom
bounds, counters with resets, gauges."""
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))

import protobuf  # noqa: E402

HINTS = {"unknown": 0, "reset": 1, "gauge": 3}
CUSTOM_SCHEMA = -53


class Histogram:
    def __init__(self, schema, whole, hint="unknown", zero_threshold=0.0, bounds=()):
        self.schema = schema
        self.whole = whole  # counts are integers on the wire
        self.hint = hint
        self.zero_threshold = zero_threshold
        self.zero_count = 0
        self.sum = 0.0
        self.unseen = 0  # observations that are NaN
        self.positive = {}
        self.negative = {}
        self.bounds = bounds

    @property
    def count(self):
        return (self.zero_count + self.unseen + sum(self.positive.values())
                + sum(self.negative.values()))

    def observe(self, value, count):
        self.sum += value * count
        if math.isnan(value):
            self.unseen += count
            return
        if self.schema == CUSTOM_SCHEMA:
            side, index = self.positive, sum(bound < value for bound in self.bounds)
        elif abs(value) <= self.zero_threshold:
            self.zero_count += count
            return
        else:
            side = self.positive if value > 0 else self.negative
            index = math.ceil(math.log2(abs(value)) * 2.0 ** self.schema)
        side[index] = side.get(index, 0) + count

    def copy(self):
        other = Histogram(self.schema, self.whole, self.hint, self.zero_threshold, self.bounds)
        other.zero_count, other.sum, other.unseen = self.zero_count, self.sum, self.unseen
        other.positive, other.negative = dict(self.positive), dict(self.negative)
        return other

    def __str__(self):
        """As query_samples reads it."""
        def side(buckets):
            return ",".join(f"{index}:{buckets[index]}" for index in sorted(buckets)) or "-"
        return " ".join(map(str, (
            self.hint, self.schema, self.zero_threshold, self.zero_count, self.count, self.sum,
            side(self.positive), side(self.negative), ",".join(map(str, self.bounds)) or "-")))

    def protobuf(self, at):
        """As remote_write 1.0 sends it."""
        out = (protobuf.double(3, self.sum) + protobuf.signed(4, self.schema)
               + protobuf.double(5, self.zero_threshold))
        if self.whole:
            out += protobuf.number(1, self.count) + protobuf.number(6, self.zero_count)
        else:
            out += protobuf.double(2, self.count) + protobuf.double(7, self.zero_count)
        for side, spans, deltas, counts in ((self.negative, 8, 9, 10), (self.positive, 11, 12, 13)):
            indices = sorted(side)
            runs = []
            for index in indices:
                if runs and index == runs[-1][0] + runs[-1][1]:
                    runs[-1][1] += 1
                else:
                    runs.append([index, 1])
            behind = 0
            for start, length in runs:
                out += protobuf.message(
                    spans, protobuf.signed(1, start - behind) + protobuf.number(2, length))
                behind = start + length
            values = [side[index] for index in indices]
            if self.whole:
                steps = [value - before for value, before in zip(values, [0, *values])]
                out += protobuf.message(deltas, b"".join(map(protobuf.zigzag, steps)))
            else:
                out += protobuf.doubles(counts, values)
        out += protobuf.number(14, HINTS[self.hint]) + protobuf.number(15, at)
        if self.bounds:
            out += protobuf.doubles(16, self.bounds)
        return out


def counter(chance, schema, whole=True, negative=True, resets=0.02, spread=3, zero_threshold=0.001,
            bounds=(), nans=0.0, hint="unknown"):
    """A function of the time that gives one histogram after the other."""
    state = Histogram(schema, whole, hint, zero_threshold if schema != CUSTOM_SCHEMA else 0.0, bounds)

    def value(_):
        nonlocal state
        if chance.random() < resets:
            state = Histogram(schema, whole, hint, state.zero_threshold, bounds)
        for _ in range(chance.randrange(0, 5)):
            sign = -1 if negative and chance.random() < 0.3 else 1
            observed = sign * round(chance.lognormvariate(0, spread), 3)
            if chance.random() < nans:
                observed = math.nan
            state.observe(observed, chance.randrange(1, 4) if whole else chance.random() * 3)
        return state.copy()
    return value


def gauge(chance, schema, bounds=()):
    def value(at):
        return counter(chance, schema, chance.random() < 0.5, bounds=bounds, hint="gauge")(at)
    return value


def changing(chance):
    """A counter whose schema and zero threshold change now and then, or that says it was reset."""
    inner = {"make": None}

    def value(at):
        if inner["make"] is None or chance.random() < 0.05:
            inner["make"] = counter(chance, chance.choice([-1, 0, 2]), resets=0.01, spread=1,
                                    zero_threshold=chance.choice([0.001, 0.5, 1.5]))
        histogram = inner["make"](at)
        if chance.random() < 0.03:
            histogram.hint = "reset"
        return histogram
    return value


def mixed(chance):
    """Histograms and numbers in turns."""
    make = counter(chance, 1)
    state = {"numbers": False}

    def value(at):
        if chance.random() < 0.15:
            state["numbers"] = not state["numbers"]
        return chance.random() * 10 if state["numbers"] else make(at)
    return value


def all_series(chance):
    """(labels, function of the time) of each series."""
    fine, coarse = (0.1, 0.5, 1.0, 2.5, 10.0), (-1.0, 0.0, 1.0, 10.0)
    out = []
    for job in ("a", "b"):
        for instance in ("1", "2"):
            place = {"job": job, "instance": instance}
            out += [
                ({"__name__": "n", **place}, counter(chance, chance.choice([0, 1, 2, 3]))),
                ({"__name__": "np", **place},
                 counter(chance, chance.choice([-2, 0, 4, 8]), negative=False, spread=1, resets=0)),
                ({"__name__": "nf", **place}, counter(chance, 2, whole=False, resets=0.01)),
                ({"__name__": "ng", **place}, gauge(chance, chance.choice([0, 1]))),
                ({"__name__": "nc", **place},
                 counter(chance, CUSTOM_SCHEMA, bounds=fine if job == "a" else coarse)),
                ({"__name__": "ns", **place}, changing(chance)),
                ({"__name__": "nmix", **place}, mixed(chance)),
            ]
        out.append(({"__name__": "nn", "job": job}, counter(chance, 1, nans=0.2)))
        out.append(({"__name__": "nk", "job": job},
                    counter(chance, CUSTOM_SCHEMA if job == "a" else 0,
                            bounds=fine if job == "a" else ())))
        out.append(({"__name__": "h_bucket", "job": job, "instance": "1"}, counter(chance, 1)))
    return out
