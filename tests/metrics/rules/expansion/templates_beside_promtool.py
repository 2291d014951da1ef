"""Expands some two hundred templates of annotations, errors among them, by promtool and by `test-rules`, and holds each text
against the other, character by character. Exit status 1 if any differs. Left out is what cannot be the same: addresses of Go's memory, the URL that promtool
does not have, complex numbers, and parts of times below a millisecond.
usage: templates_beside_promtool.py EXPORTER PROMTOOL"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

EXPORTER, PROMTOOL = (pathlib.Path(name).resolve() for name in sys.argv[1:])

# What the templates of a line are tried with: an expression over the series m of TEST.
AT_TIME = "1435065584.128"
TEMPLATES = {
    "m": [
        # fields, variables, maps
        "{{ $value }}", "{{ .Value }}", "{{ $labels }}", "{{ .Labels }}", "{{ . }}", "{{ $ }}", "{{ $labels.a }}",
        "{{ $labels.missing }}", "{{ .Labels.missing }}", "{{ $labels.__name__ }}", "{{ $externalLabels }}", "{{ $externalURL }}",
        "{{ .Missing }}", "{{ $value.Field }}", "{{ $labels.a.b }}", "{{ index $labels \"a\" }}", "{{ index $labels \"x\" }}",
        "{{ index $labels 1 }}", "{{ index $labels }}", "{{ index \"abc\" 1 }}", "{{ index \"abc\" 3 }}", "{{ index \"abc\" 4 }}",
        "{{ index 1 1 }}", "{{ index nil 1 }}", "{{ (index $labels \"a\") }}", "{{ len $labels }}", "{{ len \"héllo\" }}", "{{ len 3 }}",
        "{{ with $labels.a }}{{ . }}{{ end }}", "{{ with $labels.x }}{{ . }}{{ else }}no{{ end }}",
        "{{ with $labels.x }}1{{ else with $labels.a }}{{ . }}{{ end }}", "{{ $x := 1 }}{{ $x = 2 }}{{ $x }}",
        "{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", "{{ range $v := $labels }}{{ $v }};{{ end }}",
        "{{ range $labels }}{{ . }};{{ else }}none{{ end }}", "{{ range $k, $v := $externalLabels }}x{{ else }}none{{ end }}",
        "{{ range $i, $x := query \"m\" }}{{ $i }}{{ $x.Labels.a }}{{ end }}",
        "{{ range $i, $x := query \"m\" }}{{ if $i }}{{ break }}{{ end }}{{ $x.Value }}{{ end }}",
        "{{ range $i, $x := query \"m\" }}{{ if not $i }}{{ continue }}{{ end }}{{ $x.Value }}{{ end }}",
        "{{ range 3 }}{{ . }}{{ end }}", "{{ range $i := 3 }}{{ $i }}{{ end }}", "{{ range \"abc\" }}{{ . }}{{ end }}",
        "{{ range $value }}{{ . }}{{ end }}", "{{ range true }}{{ end }}", "{{ range nil }}{{ end }}",
        # conditions
        "{{ if gt $value 0.0 }}yes{{ else }}no{{ end }}", "{{ if gt $value 0 }}yes{{ end }}", "{{ if $labels.x }}1{{ else if $labels.a }}2{{ end }}",
        "{{ if and $labels.a $labels.b }}1{{ end }}", "{{ and 1 0 2 }}", "{{ or 0 \"\" 2 3 }}", "{{ not 0 }}", "{{ and }}", "{{ not 1 2 }}",
        "{{ eq 1 2 1 }}", "{{ eq \"a\" \"a\" }}", "{{ eq 1 1.0 }}", "{{ eq $labels $labels }}", "{{ eq 1 \"a\" }}", "{{ eq 1 }}", "{{ eq nil nil }}",
        "{{ lt 1 2 }}", "{{ lt 1.5 2 }}", "{{ le \"a\" \"b\" }}", "{{ gt true false }}", "{{ ge 2 2 }}", "{{ ne \"a\" \"b\" }}", "{{ lt $labels 1 }}",
        "{{ eq true true }}", "{{ ne 1.5 1.5 }}", "{{ lt 'a' 'b' }}", "{{ lt 1 \"2\" }}", "{{ eq $labels.a \"x y\" }}", "{{ eq $labels.x nil }}",
        # text, comments, trims, literals
        "a {{- \" b \" -}} c", "a{{/* comment */}}b", "a {{- /* comment */ -}} b", "{{ \"\\u00e9\\t\\\"\" }}", "{{ `raw \\n` }}", "{{ 'x' }}",
        "{{ 0x1F }}", "{{ 1_000 }}", "{{ 0b101 }}", "{{ 0o17 }}", "{{ 017 }}", "{{ 1e3 }}", "{{ 1.50 }}", "{{ -3 }}", "{{ 1e100 }}", "{{ true }}",
        "{{ '\\n' }}", "{{ 0x1p4 }}", "{{ 1e6 }}", "{{ 123456789.0 }}", "{{ 1e20 }}", "{{ 1e21 }}", "{{ 1e-5 }}", "{{ 0.0001 }}",
        "{{ nil }}", "{{ print nil }}", "{{ $value | printf }}", "{{ \"a\" | print \"b\" }}", "{{ 1 | 2 }}",
        "{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" $value }}", "{{ define \"t\" }}<{{ . }}>{{ end }}{{ template \"t\" }}",
        "{{ block \"b\" .Value }}[{{ . }}]{{ end }}", "{{ template \"nowhere\" }}", "{{ define \"t\" }}{{ template \"t\" . }}{{ end }}x",
        "{{ define \"t\" }}{{ .arg0 }}-{{ .arg1 }}-{{ .arg2 }}{{ end }}{{ template \"t\" (args 1 $labels.a) }}", "{{ args 1 \"b\" }}",
        # print, printf and friends
        "{{ print 1 2 \"a\" \"b\" 3 4 }}", "{{ println 1 \"a\" }}|", "{{ print 1.5 true nil }}", "{{ printf \"%d|%5d|%-5d|%05d|%+d|% d\" 1 2 3 4 5 6 }}",
        "{{ printf \"%x %X %o %b %c %q %U\" 255 255 8 5 65 66 67 }}", "{{ printf \"%#x %#o %#b %#q %#v\" 255 8 5 \"a\" \"b\" }}",
        "{{ printf \"%v %s %q %x %X\" \"é\\n\" \"é\" \"é\\n\" \"é\" \"é\" }}", "{{ printf \"%5s|%-5s|%.2s|%05s\" \"é\" \"é\" \"héé\" \"a\" }}",
        "{{ printf \"%f %.2f %8.3f %e %E %g %G\" 1.5 1.255 1.5 1.5 1.5 1e21 1e-7 }}", "{{ printf \"%.3g %6.1f %-8.2f| %+.1f % .1f %08.2f\" 1234.5 1.25 1.5 1.5 1.5 -1.5 }}",
        "{{ printf \"%d %s %t\" \"a\" 1 2 }}", "{{ printf \"%t %v\" true false }}", "{{ printf \"%v %+v %#v %T\" $labels $labels $value $labels }}",
        "{{ printf \"%T %T %T %T %T\" 1 1.5 \"a\" true nil }}", "{{ printf \"%d\" }}", "{{ printf \"%d\" 1 2 \"x\" nil }}", "{{ printf \"%!\" 1 }}",
        "{{ printf \"%z\" 1 }}", "{{ printf \"%\" }}", "{{ printf \"%%\" }}", "{{ printf \"%[2]d %[1]d\" 1 2 }}", "{{ printf \"%*d\" 5 1 }}", "{{ printf \"%.*f\" 2 1.0 }}",
        "{{ printf \"%d\" 1.5 }}", "{{ printf \"%s\" 1.5 }}", "{{ printf \"%s\" nil }}", "{{ printf \"%v\" nil }}", "{{ printf 1 }}", "{{ printf \"%6.2f%%\" $value }}",
        "{{ printf \"% x|%# x|%#X\" \"abc\" \"abc\" \"abc\" }}", "{{ printf \"%q\" '\\u00fc' }}", "{{ printf \"%U %#U\" 0x1F600 0x1F600 }}",
        "{{ printf \"%x\" 1.5 }}", "{{ printf \"%b\" 1.5 }}", "{{ printf \"%08d|%-08d|%+08d\" -5 -5 5 }}", "{{ printf \"%x %X\" -255 \"hi\" }}", "{{ printf \"%s\" $labels }}",
        "{{ printf \"%d\" $labels }}", "{{ printf \"%5t|%-7t|\" true false }}", "{{ printf \"%3c|%-3c|\" 'x' 'y' }}", "{{ printf \"%.1q\" \"héy\" }}",
        "{{ printf \"%+q\" \"é\" }}", "{{ printf \"%.0f %.0f\" 0.5 1.5 }}", "{{ printf \"%g %g\" 100000.0 1e6 }}", "{{ printf \"%6d|%6s\" nil 1 }}",
        "{{ printf \"%v %.2v\" 3.14159 3.14159 }}", "{{ printf \"%#g %#.3e %#f\" 1.0 1.0 1.0 }}", "{{ printf \"%10.3v|%-10v|\" 3.14159 \"ab\" }}",
        "{{ html \"<a href='x'>&\\\"\" }}", "{{ js \"it's <b> \\\"x\\\" = & \\n é\" }}", "{{ urlquery \"a b&c=é/~*\" }}", "{{ html 1 $labels }}", "{{ urlquery }}",
        "{{ slice \"hello\" 1 3 }}", "{{ slice \"hello\" 2 }}", "{{ slice \"hello\" }}", "{{ slice \"hello\" 4 2 }}", "{{ slice \"hello\" 1 9 }}", "{{ slice 5 1 }}",
        "{{ slice \"hello\" 1 2 3 }}", "{{ call nil }}", "{{ call $value }}", "{{ call $labels 1 }}",
        # queries
        "{{ query \"m\" | first }}", "{{ query \"m\" | first | value }}", "{{ query \"m\" | first | label \"a\" }}", "{{ query \"none\" | first }}",
        "{{ query \"m{\" }}", "{{ query \"m[5m]\" }}", "{{ query \"1\" | first | value }}", "{{ query \"m\" | len }}", "{{ query 1 }}", "{{ (query \"m\" | first).Value }}",
        "{{ range query \"m\" | sortByLabel \"b\" }}{{ .Labels.b }}{{ end }}", "{{ (index (query \"m\") 1).Labels.b }}", "{{ index (query \"m\") 7 }}",
        "{{ query \"m\" | first | strvalue }}", "{{ query \"m\" | value }}", "{{ first 1 }}", "{{ label \"a\" \"b\" }}", "{{ printf \"%T\" (query \"m\") }}",
        "{{ (query \"m\" | first).Foo }}", "{{ query \"'text'\" }}", "{{ with query \"none\" }}1{{ else }}2{{ end }}",
        # numbers
        "{{ humanize 1234567.0 }}", "{{ humanize 0.00012 }}", "{{ humanize 0 }}", "{{ humanize \"1e30\" }}", "{{ humanize \"x\" }}", "{{ humanize true }}", "{{ humanize -1234 }}",
        "{{ humanize1024 1048576 }}", "{{ humanize1024 0.5 }}", "{{ humanize1024 1e30 }}", "{{ humanizeDuration 3661 }}", "{{ humanizeDuration 0.0123 }}",
        "{{ humanizeDuration -90061.5 }}", "{{ humanizeDuration 59.99 }}", "{{ humanizeDuration \"1e9\" }}", "{{ humanizeDuration \"NaN\" }}", "{{ humanizeDuration \"+Inf\" }}",
        "{{ humanizePercentage 0.1234567 }}", "{{ humanizePercentage \"-Inf\" }}", "{{ humanizeTimestamp " + AT_TIME + " }}", "{{ humanizeTimestamp \"NaN\" }}",
        "{{ humanizeTimestamp 1e30 }}", "{{ humanizeTimestamp 0 }}", "{{ humanizeTimestamp -1.5 }}", "{{ humanizeTimestamp \"x\" }}", "{{ humanize nil }}", "{{ humanize $labels }}",
        "{{ humanize 999999.9 }}", "{{ humanize 1e-25 }}", "{{ humanize 1e27 }}", "{{ humanize1024 -2048 }}", "{{ humanizeDuration 1e-10 }}", "{{ humanizeDuration 0 }}", "{{ humanize \"0x10\" }}",
        "{{ humanize \"1_000\" }}", "{{ humanize \" 1\" }}", "{{ humanize \"inf\" }}", "{{ humanize \"1e999\" }}", "{{ humanize \"\" }}", "{{ parseDuration \"1h30m\" }}", "{{ parseDuration \"1.5h\" }}",
        "{{ parseDuration \"-5m\" }}", "{{ parseDuration \"x\" }}", "{{ parseDuration \"1d1ms\" }}", "{{ parseDuration \"\" }}", "{{ parseDuration 5 }}", "{{ parseDuration \"0\" }}", "{{ parseDuration \"30m1h\" }}",
        # texts
        "{{ title \"hello wORLD of-things o'clock éa\" }}", "{{ toUpper \"straße éß\" }}", "{{ toLower \"ÀÉ ΣΣ ДА\" }}", "{{ match \"a+\" \"baa\" }}", "{{ match \"a(\" \"baa\" }}",
        "{{ reReplaceAll \"(a)(.)\" \"$2$1-\" \"abac\" }}", "{{ reReplaceAll \"b*\" \"-\" \"abc\" }}", "{{ reReplaceAll \"(?P<x>a)\" \"${x}1\" \"aa\" }}", "{{ reReplaceAll \"[\" \"\" \"a\" }}",
        "{{ reReplaceAll \"a\" \"$1x $$ ${9}\" \"bab\" }}", "{{ reReplaceAll \"\" \"-\" \"éa\" }}", "{{ safeHtml \"<b>\" }}", "{{ stripPort \"h:80\" }}", "{{ stripPort \"[::1]:80\" }}",
        "{{ stripPort \"h\" }}", "{{ stripPort \"a:b:c\" }}", "{{ stripDomain \"h.example.org:80\" }}", "{{ stripDomain \"10.0.0.1:80\" }}", "{{ stripDomain \"[::1]:80\" }}", "{{ stripDomain \"h.x\" }}",
        "{{ stripDomain \"\" }}", "{{ graphLink \"up == 1\" }}", "{{ tableLink \"rate(x[5m]) > 0\" }}", "{{ toUpper 1 }}", "{{ toUpper }}", "{{ toUpper \"a\" \"b\" }}",
        "{{ $value | humanize | toUpper }}", "{{ $labels.a | title | printf \"%10s\" }}", "{{ match \"^x y$\" $labels.a }}", "{{ reReplaceAll \"\\\\s\" \"_\" $labels.a }}",
        "{{ match \"[[:foo:]]\" \"a\" }}", "{{ match \"a{2,1}\" \"a\" }}", "{{ match \"*\" \"a\" }}", "{{ match \"\\\\8\" \"a\" }}", "{{ match \"x{1001}\" \"a\" }}",
        # times
        "{{ toTime $value }}", "{{ toTime \"NaN\" }}", "{{ toTime 1e30 }}", "{{ printf \"%T\" (toTime 1) }}", "{{ (toTime 1).Foo }}", "{{ toTime \"x\" }}", "{{ if toTime 0 }}t{{ end }}",
        "{{ lt (toTime 1) (toTime 2) }}", "{{ (toTime 1).Format }}", "{{ (toTime 1).Year 1 }}", "{{ (toTime 1).Format 1 }}",
    ],
    # what methods of a time give
    AT_TIME: [
        "{{ $t := toTime $value }}{{ $t." + method + " }}" for method in [
            "Year", "Month", "Day", "Hour", "Minute", "Second", "Nanosecond", "Weekday", "YearDay", "Unix", "UnixMilli", "UnixMicro", "UnixNano", "UTC",
            "Local", "IsZero", "IsDST", "Location", "String", "GoString", "Zone", "Date", "Clock", "ISOWeek",
            'Format "2006-01-02T15:04:05Z07:00"', 'Format "Mon Jan _2 15:04:05 MST 2006"', 'Format "Monday, 02-Jan-06 3:04PM -0700"', 'Format "January 2 002 __2 pm .000 .999 ,000"',
            'Format "15:04:05.000000 15:04:05.99"', 'Format "Z0700 -07:00 -07 Z07"', 'Format "1/2/06 03:4:5 05.000"', 'Format ""', 'Format "no layout é"',
            "Month.String", "Weekday.String", "AddDate 0 1 -3", "Sub $t", "Before $t", "After $t", "Equal $t", "Compare $t", "Truncate 1000000000", "Round 60000000000", "AddDate 1 2",
            'Format 1', "UTC.Year", "UTC.Format \"15\"",
        ]] + [
        "{{ $t := toTime $value }}{{ " + rest + " }}" for rest in [
            '($t.Sub (toTime 1435065000))', '($t.Sub (toTime 1435065000)).Seconds', '($t.Sub (toTime 1435065000)).Minutes', '($t.Sub (toTime 1435061000)).Hours',
            '($t.Sub (toTime 1435065000)).String', '($t.Sub (toTime 1435065000)).Milliseconds', '($t.Sub (toTime 1435065000)).Microseconds', '($t.Sub (toTime 1435065000)).Nanoseconds',
            '(($t.Sub (toTime 1435065000)).Round 1000000000)', '(($t.Sub (toTime 1435065000)).Truncate 60000000000)', '((toTime 0).Sub $t).Abs', 'humanizeDuration ($t.Sub (toTime 1435065000)).Seconds',
            '($t.Add ($t.Sub (toTime 0)))', 'printf "%d %v %s" $t.Month $t.Month $t.Weekday', 'printf "%T %T %T" $t.Month $t.Weekday ($t.Sub $t)', 'printf "%02d:%02d" $t.Hour $t.Minute',
            'printf "%d" $t.Unix', 'eq $t.Month 6', 'eq $t.Year 2015', 'lt $t.Hour 14', 'humanizeDuration ($t.Sub (toTime 1435065000))', 'printf "%s" $t', 'printf "%d" $t.Weekday',
            'printf "%v|%10s|%-10s|" $t.Month $t.Month $t.Weekday', 'print $t.Month 1', 'print $t', 'len $t', 'index $t 1', 'eq ($t.Sub $t) 0', 'if $t.Month }}x{{ end', 'if ($t.Sub $t) }}x{{ else }}y{{ end',
            '$t.Foo', '$t.Month.Foo', '($t.Sub $t).Foo', '$t.Sub 1', '$t.Before nil', 'toUpper $t.Month', 'toUpper ($t.Format "Jan")', '($t.UTC.AddDate 0 0 1).Weekday', 'printf "%q" $t.Month', 'printf "%x" $t.Month']],
    "-62135596800 + 0 * m": ["{{ toTime $value }}", "{{ (toTime $value).IsZero }}", "{{ (toTime $value).Year }}"],
    "0 / (m * 0)": ["{{ $value }}", "{{ humanize $value }}", "{{ humanizeDuration $value }}", "{{ humanizePercentage $value }}", "{{ printf \"%5.1f|%05.1f|%+f\" $value $value $value }}", "{{ toTime $value }}"],
    "1 / (m * 0)": ["{{ $value }}", "{{ humanize $value }}", "{{ printf \"%5.1f|%06.1f|%+f|%d\" $value $value $value $value }}", "{{ humanizeTimestamp $value }}"],
}
SERIES = """
      - {series: 'm{a="x y", b="2"}', values: '1.5x10'}
      - {series: 'm{a="é<&>", b="1"}', values: '-2.25x10'}
"""


def files():
    """The rule file and the test file, and the template that each alert stands for."""
    rules, tests, texts = [], [], {}
    for expression, templates in TEMPLATES.items():
        if not re.search(r"\bm\b", expression):
            expression = f"vector({expression})"
        elif expression != "m":
            expression = f'topk(1, {expression})'
        else:
            expression = 'm{b="2"}'
        for text in templates:
            name = f"T{len(texts)}"
            texts[name] = text
            rules.append({"alert": name, "expr": expression, "annotations": {"x": text}})
            tests.append({"eval_time": "3m", "alertname": name, "exp_alerts": [{"exp_annotations": {"x": "?"}}]})
    return rules, tests, texts


def refused_by_promtool(folder, rules):
    """The names of the rules that are none, as promtool says: those with a bad template would fail the whole file."""
    (folder / "one.yml").write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))
    ran = subprocess.run([PROMTOOL, "check", "rules", "one.yml"], cwd=folder, capture_output=True, text=True, timeout=120)
    return set(re.findall(r'rule \d+, "(T\d+)"', ran.stdout + ran.stderr))


def refused_by_ours(folder, rules):
    """Of some rules the names of those that the exporter refuses, each alone."""
    (folder / "none.yml").write_text("rule_files: [one.yml]\nevaluation_interval: 1m\ntests: [{interval: 1m}]\n")
    refused = set()
    for rule in rules:
        (folder / "one.yml").write_text(json.dumps({"groups": [{"name": "g", "rules": [rule]}]}))
        ran = subprocess.run([EXPORTER, "test-rules", "none.yml"], cwd=folder, capture_output=True, text=True, timeout=120)
        if ran.returncode != 0:
            refused.add(rule["alert"])
    return refused


def texts_of(command, folder):
    """What was got of each alert."""
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    out = ran.stdout + ran.stderr
    got = {}
    for name, rest in re.findall(r"alertname: (T\d+), time: 3m,(.*?)(?=alertname: T|\Z)", out, re.DOTALL):
        found = re.search(r"got:\[.*?Annotations:(\{.*?\})\n", rest, re.DOTALL)
        got[name] = found.group(1) if found else rest
    return got, out


def main():
    rules, tests, texts = files()
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        refused = refused_by_promtool(folder, rules)
        for alert in refused - refused_by_ours(folder, [rule for rule in rules if rule["alert"] in refused]):
            wrong += 1
            print(f"WRONG {texts[alert]}\n  refused by promtool alone")
        (folder / "rules.yml").write_text(json.dumps({"groups": [{"name": "g", "rules": [one for one in rules if one["alert"] not in refused]}]}))
        test = {"interval": "1m", "alert_rule_test": [one for one in tests if one["alertname"] not in refused]}
        (folder / "test.yml").write_text(
            "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:" + SERIES +
            "    alert_rule_test: " + json.dumps(test["alert_rule_test"]) + "\n")
        theirs, _ = texts_of([PROMTOOL, "test", "rules", "test.yml"], folder)
        ours, out = texts_of([EXPORTER, "test-rules", "test.yml"], folder)
        if not theirs:
            print("promtool gave no texts")
            wrong += 1
        for alert, text in theirs.items():
            if ours.get(alert) != text:
                wrong += 1
                print(f"WRONG {texts[alert]}\n  promtool {text}\n  ours     {ours.get(alert, 'nothing')}")
    print(f"{len(texts)} templates ({len(refused)} refused), {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
