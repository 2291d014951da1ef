"""Queries with mistakes, of right ones, and every operation over every type of operands."""
import itertools
import re

TOKENS = ["(", ")", "{", "}", "[", "]", "[5m]", "[5m:]", "[5m:1m]", "[5m:1m:1m]", ",", ":", "@", "@ 5",
          "@ start()", "@ x", "offset", "offset 5m", "offset -1m", "offset x", "by", "by (a)", "without",
          "on", "on (a)", "ignoring (a)", "group_left", "group_left (a)", "group_right (b)", "bool", "=",
          "==", "!=", "!", "=~", "!~", "~", "<", ">=", "+", "-", "*", "/", "%", "^", "and", "or", "unless",
          "atan2", "sum", "topk", "count_values", "rate", "f", "m", "m:n", ":", "1", "1.5h", "5m", "1h1h",
          "1e", "0x", "0b1", "1_000", "1__0", ".5", "5.", "Inf", "NaN", '"a"', "'b'", "`c`", '"', "'", "`",
          '"\\q"', '"\\x1"', "#", "# c", ";", "$", "$a", "&", "|", "?", "\u00e9", "start()", "end()",
          "inf", "start", "end", "{}", "{a}", "{a=}", "{a=b}", '{"a"}', '{"a", "b"}', '{"a"="b"}',
          '{a="b",}', "{,}", '{a="b" c="d"}', '{a=~"("}', '{__name__="x"}', "m{", "m()", "()", "time()",
          "by (a,)", "by (1)", "by (a b)", "by ()", " "]


def broken(chance, query):
    """The query with a few of its words taken out, doubled or exchanged for others."""
    words = re.findall(r'"[^"]*"|\w+|\s+|[^\s\w]', query)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        at = chance.randrange(len(words) + 1)
        kind = chance.random()
        if kind < 0.35 or at == len(words):
            words.insert(at, chance.choice(TOKENS))
        elif kind < 0.6:
            words[at] = chance.choice(TOKENS)
        elif kind < 0.8 and len(words) > 1:
            del words[at]
        elif kind < 0.9:
            words.insert(at, words[at])
        else:
            del words[at + 1:]
    return "".join(words)


KEYWORDS = """and or unless atan2 offset by without on ignoring group_left group_right bool start end inf nan Inf NaN
infinity sum avg min max count group stddev stdvar quantile count_values topk bottomk limitk limit_ratio SUM By
OFFSET rate m:n :m m: _ __name__ x1""".split()
FUNCTIONS = """abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp clamp_max
clamp_min cos cosh count_over_time day_of_month day_of_week day_of_year days_in_month deg delta deriv
double_exponential_smoothing exp floor histogram_avg histogram_count histogram_fraction histogram_quantile
histogram_stddev histogram_stdvar histogram_sum holt_winters hour idelta increase info irate label_join label_replace
last_over_time ln log10 log2 mad_over_time max_over_time min_over_time minute month pi predict_linear
present_over_time quantile_over_time rad rate resets round scalar sgn sin sinh sort sort_by_label sort_by_label_desc
sort_desc sqrt stddev_over_time stdvar_over_time sum_over_time tan tanh time timestamp ts_of_last_over_time
ts_of_max_over_time ts_of_min_over_time ts_of_first_over_time vector year none""".split()
AGGREGATIONS = """sum avg min max count group stddev stdvar quantile count_values topk bottomk limitk
limit_ratio""".split()
OPERATORS = "+ - * / % ^ atan2 == != < > <= >= and or unless".split()
OPERANDS = ["g", "2", '"x"', "g[5m]"]
MATCHINGS = ["", "bool", "on (job)", "ignoring (l)", "on ()", "ignoring ()", "on (job) group_left", "group_left",
             "on (job) group_left (job)", "on (job) group_right (z)", "ignoring (job) group_left (job)",
             "bool on (job, instance)", "on (job) bool", "on (job) on (l)", 'on ("job")', "on (job) group_left (\"z\")",
             "on (__name__)", "ignoring (__name__)", "on (job,)"]
MODIFIERS = ["offset 1m", "offset -1m", "@ 60", "@ start()", "@ -1", "@ 1m", "@ NaN", "@ 1e20", "@ x", "offset", "offset 1m offset 1m",
             "@ 1 @ 2", "offset 1m @ 1", "@ 1 offset 1m", "[5m]", "[5m:]", "[5m:30s]", "[0]", "[-1m]", "[5m:0]", "[0s:]",
             "offset 0", "offset 1e20", "[1y1w1d1h1m1s1ms]", "[300]", "[5m] offset 1m", "offset 1m [5m]", "[5m][5m]",
             "[5m:][5m:]", "{l='x'}", "by (job)", "[1.5]", "[5m:1.5]", "offset 1.5", "[1h1h]", "offset -1.0005"]


def every_operation():
    """Each function, aggregation and operator over operands of each type, each modifier behind each kind of
    expression: what the types and the grammar allow."""
    for name in FUNCTIONS:
        for count in range(5):
            kinds = OPERANDS if count < 3 else OPERANDS[:2]
            for operands in itertools.product(kinds, repeat=count):
                if name == "info" and count > 1:
                    continue  # Prometheus itself fails if the second is no selector
                yield f"{name}({', '.join(operands)})"
        yield f"{name} (g,)"
        yield name
    for name in AGGREGATIONS:
        for count in range(4):
            for operands in itertools.product(OPERANDS, repeat=count):
                yield f"{name}({', '.join(operands)})"
        for clause in ("by (job)", "without (job)", "by ()", "by (job) by (l)", 'by ("job")', "by (job,)", "on (job)", "by"):
            for parameter in ("", "1, ", '"v", '):
                yield f"{name} {clause} ({parameter}g)"
                yield f"{name}({parameter}g) {clause}"
    for word in KEYWORDS:
        yield from (word, f"{word}{{}}", f"{word}{{a='b'}}", f"sum by ({word}) (g)", f"sum(g) without ({word}, {word})",
                    f'{{{word}="a"}}', f"g + on ({word}) g", f"g * on (job) group_left ({word}) g", f"{word}(g)",
                    f"rate({word}[5m])", f"g offset {word}", f"g @ {word}", f"g @ {word}()", f"{word} + {word}", f"-{word}",
                    f"{word} by (job) (g)", f"g {word} g", f"g == {word} g", f"{word}[5m:{word}]", f"({word})", f"sum({word})",
                    f'{{"{word}"}}', f"g[{word}]")
    for left, right in itertools.product(OPERANDS, repeat=2):
        for operator, matching in itertools.product(OPERATORS, MATCHINGS):
            yield f"{left} {operator} {matching} {right}"
    for operand in ["g", "2", '"x"', "g[5m]", "(g)", "g[5m:]", "sum(g)", "rate(g[5m])", "-g", "g + g", "time()", "{job='a'}",
                    "(g[5m])", "1m"]:
        for modifier in MODIFIERS:
            yield f"{operand} {modifier}"
        for sign in ("-", "+", "--", "!", "- -"):
            yield sign + operand
