"""Breaks a rule test in thirty ways, one at a time, and holds what `test-rules` says of it against promtool's verdict and lines.
usage: broken_tests.py EXPORTER PROMTOOL"""
import pathlib
import re
import subprocess
import sys
import tempfile

EXPORTER, PROMTOOL = (pathlib.Path(name).resolve() for name in sys.argv[1:])

RULES = """
groups:
  - name: one
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: Down
        expr: up == 0
        for: 2m
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.instance }} is down'}
      - alert: Few
        expr: job:up:sum < 2
"""
TEST = """
rule_files: [rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - {series: 'up{job="a", instance="x"}', values: '1 1 0x8'}
      - {series: 'up{job="a", instance="y"}', values: '1x10'}
    alert_rule_test:
      - eval_time: 5m
        alertname: Down
        exp_alerts:
          - exp_labels: {severity: critical, job: a, instance: x}
            exp_annotations: {summary: x is down}
      - {eval_time: 1m, alertname: Down}
      - eval_time: 3m
        alertname: Few
        exp_alerts: [{exp_labels: {job: a}}]
    promql_expr_test:
      - expr: job:up:sum
        eval_time: 4m
        exp_samples: [{labels: 'job:up:sum{job="a"}', value: 1}]
      - {expr: up > 5, eval_time: 4m}
"""
# Each replaces a text of the test by another; the first ones of all must hold.
CHANGES = [
    ("", ""),
    ("severity: critical, job", "severity: warning, job"),
    ("x is down}", "y is down}"),
    ("instance: x}", "instance: z}"),
    ("eval_time: 5m", "eval_time: 2m"),
    ("eval_time: 5m", "eval_time: 4m"),
    ("eval_time: 5m\n        alertname: Down", "eval_time: 5m\n        alertname: Gone"),
    ("{eval_time: 1m, alertname: Down}", "{eval_time: 6m, alertname: Down}"),
    ("exp_alerts: [{exp_labels: {job: a}}]", "exp_alerts: []"),
    ("exp_alerts: [{exp_labels: {job: a}}]", "exp_alerts: [{exp_labels: {job: a}}, {exp_labels: {job: b}}]"),
    ("{job: a}}]", "{job: a}, exp_annotations: {x: y}}]"),
    ("value: 1}", "value: 2}"),
    ("value: 1}", "value: 1.0000001}"),
    ('job:up:sum{job="a"}', 'job:up:sum{job="b"}'),
    ('job:up:sum{job="a"}', '{job="a"}'),
    ("eval_time: 4m\n", "eval_time: 1m\n"),
    ("expr: up > 5", "expr: up > 0"),
    ("expr: up > 5", "expr: vector(1)"),
    ("expr: up > 5", "expr: '1'"),
    ("1 1 0x8", "1 1 1x8"),
    ("1 1 0x8", "1 _ 0x8"),
    ("1 1 0x8", "stale 1 0x8"),
    ("interval: 1m\n    input", "interval: 30s\n    input"),
    ("evaluation_interval: 1m", "evaluation_interval: 2m"),
    ("exp_samples: [", "exp_samples: [{labels: 'other', value: 3}, "),
    ("'1x10'", "'1x10 bad'"),
    ("expr: up > 5", "expr: up >"),
    ("rule_files: [rules.yml]", "rule_files: [missing.yml]"),
    ("alert_rule_test:", "alert_rule_tests:"),
    ("eval_time: 3m", "eval_time: soon"),
    ("values: '1x10'", "values: '0x10'"),
    ("interval: 1m\n    input", "interval: 0s\n    input"),
]
LINE = re.compile(r"^\s*(alertname: .*, time: .*,|expr: \".*\", time: .*,)\s*$", re.MULTILINE)


def verdict(command, folder):
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return ran.returncode != 0, sorted(LINE.findall(ran.stdout + ran.stderr))


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "rules.yml").write_text(RULES)
        for before, after in CHANGES:
            assert before in TEST, before
            (folder / "test.yml").write_text(TEST.replace(before, after, 1))
            theirs = verdict([PROMTOOL, "test", "rules", "test.yml"], folder)
            ours = verdict([EXPORTER, "test-rules", "test.yml"], folder)
            if theirs != ours:
                wrong += 1
                print(f"WRONG {before!r} -> {after!r}\n  promtool {theirs}\n  ours     {ours}")
    print(f"{len(CHANGES)} tests, {wrong} judged otherwise")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
