"""Breaks a rule file in some fifty ways, one at a time, and holds what `check-config` says of it against `promtool check rules`: whether
it is taken, and, where promtool names a line, in which group or rule the fault lies; the exporter often names the line of the key where
promtool names the rule's first. Exit status 1 if any differs.
usage: broken_files.py EXPORTER PROMTOOL"""
import pathlib
import re
import subprocess
import sys
import tempfile

EXPORTER, PROMTOOL = (pathlib.Path(name).resolve() for name in sys.argv[1:])

RULES = """groups:
  - name: one
    interval: 30s
    limit: 10
    labels: {team: a}
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
        labels: {kind: sum}
      - alert: Down
        expr: up == 0
        for: 2m
        keep_firing_for: 1m
        labels: {severity: critical}
        annotations: {summary: '{{ $labels.instance }} is down'}
  - name: two
    rules:
      - {record: x, expr: vector(1)}
"""
# Each replaces a text by another, once; the first ones of all leave a file that is taken.
CHANGES = [
    ("", ""),
    ("interval: 30s", "interval: 1h30m"),
    ("name: two", "name: two # groups"),
    ("sum by (job) (up)", "sum by (job) (up"),
    ("sum by (job) (up)", "sum by (job) up"),
    ("sum by (job) (up)", "'{}'"),
    ("sum by (job) (up)", "''"),
    ("sum by (job) (up)", "rate(up)"),
    ("sum by (job) (up)", "nothing_of_this_name(up)"),
    ("sum by (job) (up)", "up[5m]"),
    ("sum by (job) (up)", "'\"a text\"'"),
    ("sum by (job) (up)", "7"),
    ("        expr: up == 0\n", ""),
    ("record: job:up:sum", "record: 'job up'"),
    ("record: job:up:sum", "record: 'a{b=\"c\"}'"),
    ("record: job:up:sum", "record: ''"),
    ("record: job:up:sum", "record: {a: b}"),
    ("record: job:up:sum", "alert: job:up:sum"),
    ("- alert: Down", "- alert: Down\n        record: down"),
    ("alert: Down", "alert: 'Down it is'"),
    ("alert: Down", "alarm: Down"),
    ("labels: {kind: sum}", "for: 5m"),
    ("labels: {kind: sum}", "keep_firing_for: 5m"),
    ("labels: {kind: sum}", "annotations: {a: b}"),
    ("labels: {kind: sum}", "labels: {__name__: b}"),
    ("labels: {kind: sum}", "labels: {'a b': b}"),
    ("labels: {kind: sum}", "labels: {'': b}"),
    ("labels: {kind: sum}", "labels: [kind]"),
    ("labels: {kind: sum}", "labels: {kind: sum, kind: other}"),
    ("labels: {team: a}", "labels: {__name__: a}"),
    ("for: 2m", "for: 2 minutes"),
    ("for: 2m", "for: -2m"),
    ("for: 2m", "for: 2"),
    ("keep_firing_for: 1m", "keep_firing_for: soon"),
    ("{{ $labels.instance }}", "{{ $labels.instance "),
    ("{{ $labels.instance }}", "{{ .Nothing.More }}"),
    ("{{ $labels.instance }}", "{{ nothing 1 }}"),
    ("{{ $labels.instance }}", "{{ if }}"),
    ("name: two", "name: one"),
    ("name: two", "name: ''"),
    ("- name: two\n    rules", "- rules"),
    ("interval: 30s", "interval: fast"),
    ("interval: 30s", "interval: 0s"),
    ("limit: 10", "limit: ten"),
    ("limit: 10", "limit: -1"),
    ("limit: 10", "limit: 1.5"),
    ("groups:", "group:"),
    ("groups:", "groups: []\nrules:"),
    ("    rules:\n      - {record: x", "    rules:\n      {record: x"),
    ("  - name: two", " - name: two"),
    ("severity: critical}", "severity: critical"),
    ("interval: 30s", "interval: 30s\n    interval: 30s"),
    ("interval: 30s", "query_offset: 1m"),
    ("interval: 30s", "partial_response_strategy: warn"),
    ("{record: x, expr: vector(1)}", "{record: job:up:sum, expr: vector(1)}"),
]
# FILE: 8:15: group …; line 12: field …; FILE:8:15: …. Where YAML itself is broken libraries differ in what they call the place.
LINES = [re.compile(r"rules\.yml:? ?([1-9]\d*):\d+:"), re.compile(r"(?<!yaml: )line (\d+):")]


def item_of(rules, text):
    """The number of the group or rule, each of which begins with a dash, that a message is about; None if it does not say."""
    found = next((found for found in (form.search(text) for form in LINES) if found), None)
    if found is None:
        return None
    return sum(line.lstrip().startswith("- ") for line in rules.splitlines()[: int(found[1])])


def run(command, folder):
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return ran.returncode != 0, ran.stdout + ran.stderr


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "exporter.yml").write_text("rule_files: [rules.yml]\n")
        for before, after in CHANGES:
            assert before in RULES, before
            rules = RULES.replace(before, after, 1)
            (folder / "rules.yml").write_text(rules)
            theirs, their_text = run([PROMTOOL, "check", "rules", "rules.yml"], folder)
            ours, our_text = run([EXPORTER, "check-config", "exporter.yml"], folder)
            items = item_of(rules, their_text), item_of(rules, our_text)
            same = theirs == ours and (items[0] is None or items[0] == items[1])
            if not same:
                wrong += 1
                print(f"WRONG {before!r} -> {after!r}\n  promtool {theirs} {their_text}\n  ours     {ours} {our_text}")
    print(f"{len(CHANGES)} files, {wrong} judged otherwise")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
