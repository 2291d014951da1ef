"""Holds routes, matchers and templates against Alertmanager's own: the receivers of 300 random route trees, whether 200 texts
are matchers, and 150 templates of messages, character by character. Exit status 1 if any differs.
usage: beside_alertmanager.py ALERTING_ANSWERS AMTOOL [SEED]"""
import concurrent.futures
import json
import pathlib
import random
import subprocess
import sys
import tempfile

ANSWERS, AMTOOL = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
RANDOM = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)

NAMES = ["severity", "component", "team", "instance"]
VALUES = ["critical", "warning", "host", "a", "b", "", "x.y", "a b"]
PATTERNS = ["critical|warning", "a.*", "[ab]", ".+", "", "host", "x.y", "(a|b)?"]


def ask(questions):
    """The answers to the questions, in their order."""
    lines = "".join(json.dumps(each) + "\n" for each in questions)
    ran = subprocess.run([ANSWERS], input=lines, capture_output=True, text=True, timeout=900, check=True)
    return [json.loads(line) for line in ran.stdout.split("\n")[:-1]]  # white space of Unicode ends no line here


def amtool(*arguments):
    ran = subprocess.run([AMTOOL, *arguments], capture_output=True, text=True, timeout=120)
    return ran.returncode, ran.stdout, ran.stderr


def in_parallel(work, items):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(work, items))


def random_matcher():
    operator = RANDOM.choice(["=", "!=", "=~", "!~"])
    value = RANDOM.choice(PATTERNS if "~" in operator else VALUES)
    return f"{RANDOM.choice(NAMES)}{operator}{json.dumps(value)}"


def random_route(depth, receivers):
    route = {"matchers": [random_matcher() for _ in range(RANDOM.randint(0, 2))]}
    if RANDOM.random() < 0.2:
        route["match"] = {RANDOM.choice(NAMES): RANDOM.choice(VALUES)}
    if RANDOM.random() < 0.2:
        route["match_re"] = {RANDOM.choice(NAMES): RANDOM.choice(PATTERNS)}
    if RANDOM.random() < 0.4:
        route["continue"] = True
    if RANDOM.random() < 0.8:
        route["receiver"] = RANDOM.choice(receivers)
    if depth < 3:
        route["routes"] = [random_route(depth + 1, receivers) for _ in range(RANDOM.randint(0, 3 - depth))]
    return route


def compare_routes(folder):
    receivers = [f"r{i}" for i in range(6)]
    questions = []
    for i in range(300):
        tree = {"receiver": "root", "routes": [random_route(1, receivers) for _ in range(RANDOM.randint(1, 4))]}
        file = folder / f"routes{i}.yml"
        file.write_text(json.dumps({"route": tree, "receivers": [{"name": name} for name in ["root", *receivers]]}))
        labels = {name: RANDOM.choice([one for one in VALUES if one]) for name in NAMES if RANDOM.random() < 0.7}
        questions.append({"routes": str(file), "labels": [labels]})

    def theirs(question):
        words = [f"{name}={json.dumps(value)}" for name, value in question["labels"][0].items()]
        status, out, error = amtool("config", "routes", "test", f"--config.file={question['routes']}", *words)
        return [out.strip().split(",")] if status == 0 else {"error": error}

    return report("routes", questions, in_parallel(theirs, questions), ask(questions))


MATCHERS = [
    'a=b', 'a="b"', 'a!=b', 'a=~b', 'a!~"b.*"', 'a = b', ' a="b" ', 'a=', 'a=""', '=b', '="b"', 'a', '', '{}', '{a=b}', '{a="b",c="d"}', '{a=b,}',
    'a="b', 'a=b"', 'a=\'b\'', 'a="b\\"c"', 'a="b\\nc"', 'a="b\\q"', 'a=b c', 'a="b c"', 'a=b,c=d', 'a=~"("', 'a=~"["', 'a==b', 'a=!b', 'a=~~b', 'a-b=c',
    '"a-b"=c', '"a b"="c"', 'é=b', '"é"="ü"', '1a=b', 'a1=b', '_a=b', 'a:b=c', 'a="é"', 'a=b}', '{a=b', '{{a=b}}', 'a=b=c', 'a="b=c"', 'a=\\b', 'a="\\\\"',
    'a=~""', 'a!=""', 'a!~', '!a', 'a!b', 'a~b', '{"a"="b"}', '{a="b" c="d"}', '{a="b",,c="d"}', '{,a="b"}', 'a="b",', 'a=😀', '"😀"=1', 'a=1', 'a=1.5',
    'a=-1', 'a=(b)', 'a=[b]', 'a=~a|b', 'a=~a,b', 'foo=~"^bar$"', 'a="\t"', 'a=`b`', 'a="a\nb"', 'a="x"y', '"a"', '"a"=', '""="b"', 'a=b#', "a='b c'",
]


def random_text():
    pieces = ["a", "b", "é", "=", "!=", "=~", "!~", '"', "'", "\\", "{", "}", ",", " ", "x y", "1", "_", "(", ".*", "\\n", "-", "\u00a0", "\u2003", "\v"]
    return "".join(RANDOM.choice(pieces) for _ in range(RANDOM.randint(2, 6)))


def compare_matchers(folder):
    texts = list(dict.fromkeys(MATCHERS))
    while len(texts) < 200:
        text = random_text()
        if text not in texts:
            texts.append(text)
    files = []
    for i, text in enumerate(texts):
        config = {"receiver": "r", "routes": [{"matchers": [text]}]}
        files.append(folder / f"matcher{i}.yml")
        files[-1].write_text(json.dumps({"route": config, "receivers": [{"name": "r"}]}, ensure_ascii=False))

    def theirs(file):
        status, _, _ = amtool("check-config", str(file))
        return status == 0

    refused = [{"error": "refused"} if not taken else "taken" for taken in in_parallel(theirs, files)]
    ours = [each if isinstance(each, dict) else "taken" for each in ask([{"matchers": text} for text in texts])]
    ours = [{"error": "refused"} if isinstance(each, dict) else each for each in ours]
    return report("matchers", texts, refused, ours)


BEGIN = 1780315201500
ALERTS = [
    {"status": "firing", "labels": {"alertname": "A", "i": "<script>x</script>", "n": "1"}, "annotations": {"s": "t+u & 'v' \"w\""},
     "startsAt": "2026-06-01T12:00:01.5Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://g/?a=b&c=d", "fingerprint": "",
     "startsAtMilliseconds": BEGIN, "endsAtMilliseconds": 0},
    {"status": "resolved", "labels": {"alertname": "A", "i": "é 😀", "n": "2"}, "annotations": {"s": "t+u & 'v' \"w\"", "z": "line\nline"},
     "startsAt": "2026-06-01T12:00:01.5Z", "endsAt": "2026-06-01T13:00:01.5Z", "generatorURL": "", "fingerprint": "",
     "startsAtMilliseconds": BEGIN, "endsAtMilliseconds": BEGIN + 3600000},
]
MESSAGE = {"receiver": "r", "status": "firing", "alerts": ALERTS, "groupLabels": {"alertname": "A"}, "commonLabels": {"alertname": "A"},
           "commonAnnotations": {"s": "t+u & 'v' \"w\""}, "externalURL": "http://e:9093/x"}
A = "(index .Alerts 0)"
TEXTS = [
    "{{ .Status }}", "{{ .Status | toUpper }}", "{{ .Receiver }}", "{{ .ExternalURL }}", "{{ len .Alerts }}", "{{ len .Alerts.Firing }}", "{{ .Alerts.Resolved | len }}",
    "{{ .GroupLabels }}", "{{ .CommonLabels }}", "{{ .CommonAnnotations }}", "{{ .GroupLabels.alertname }}", "{{ .GroupLabels.none }}", "{{ .CommonLabels.SortedPairs }}",
    "{{ .CommonLabels.Names }}", "{{ .CommonLabels.Values }}", "{{ .CommonLabels.Remove .GroupLabels.Names }}", "{{ (index .Alerts 1).Labels.Remove (stringSlice \"i\") }}",
    "{{ range .Alerts }}{{ .Labels.i }};{{ end }}", "{{ range .Alerts.Firing }}{{ .Status }}{{ end }}", "{{ range $i, $a := .Alerts }}{{ $i }}{{ $a.Labels.n }}{{ end }}",
    "{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }}{{ end }}", "{{ range $k, $v := .CommonLabels }}{{ $k }}{{ $v }}{{ end }}",
    "{{ template \"__subject\" . }}", "{{ template \"__alertmanager\" . }}", "{{ template \"__alertmanagerURL\" . }}", "{{ template \"__text_alert_list\" .Alerts }}",
    "{{ template \"slack.default.title\" . }}", "{{ template \"slack.default.fallback\" . }}", "{{ template \"slack.default.text\" . }}", "{{ template \"slack.default.username\" . }}",
    "{{ template \"slack.default.titlelink\" . }}", "{{ template \"discord.default.title\" . }}", "{{ template \"discord.default.message\" . }}", "{{ template \"email.default.subject\" . }}",
    "{{ template \"slack.default.pretext\" . }}", "{{ template \"slack.default.iconemoji\" . }}", "{{ template \"slack.default.iconurl\" . }}", "{{ template \"slack.default.footer\" . }}",
    "{{ template \"slack.default.callbackid\" . }}", "{{ template \"discord.default.content\" . }}", "{{ template \"__description\" . }}",
    "{{ join \", \" .CommonLabels.Values }}", "{{ join \"-\" (stringSlice \"a\" \"b\") }}", "{{ title \"hello world\" }}", "{{ toLower \"ABC É\" }}", "{{ trimSpace \"  a b \\n\" }}",
    "{{ match \"^A\" .GroupLabels.alertname }}", "{{ reReplaceAll \"(.)\" \"<$1>\" \"ab\" }}", "{{ stringSlice \"a\" \"b\" }}", "{{ list 1 \"a\" true nil }}", "{{ append (list 1) 2 }}",
    "{{ dict \"b\" 1 \"a\" (list 1) }}", "{{ (dict \"a\" 1).a }}", "{{ index (dict \"a\" 1) \"a\" }}", "{{ toJson . | len | lt 10 }}", "{{ toJson .CommonLabels }}",
    "{{ toJson .CommonAnnotations }}", "{{ toJson .CommonLabels.SortedPairs }}", "{{ toJson \"<é\\u2028\\u0001\\\">\" }}", "{{ toJson (list 1 1.5 1e21 1e-7 100000000000000000000.0 0.000001) }}",
    "{{ toJson nil }}", "{{ toJson true }}", f"{{{{ toJson {A}.StartsAt }}}}", f"{{{{ toJson {A}.EndsAt }}}}", f"{{{{ toJson {A}.Labels }}}}", "{{ toJson (dict \"x\" (list)) }}",
    "{{ safeHtml \"<b>\" }}", "{{ safeUrl \"http://x/?a=b c\" }}", "{{ urlUnescape \"a%20b+c\" }}", "{{ urlquery \"a b&c\" }}", "{{ html \"<a>\" }}", "{{ js \"it's\" }}",
    f"{{{{ {A}.StartsAt }}}}", f"{{{{ {A}.EndsAt }}}}", "{{ (index .Alerts 1).EndsAt }}", f"{{{{ {A}.EndsAt.IsZero }}}}", f"{{{{ {A}.StartsAt.Unix }}}}", f"{{{{ {A}.StartsAt.Year }}}}",
    f"{{{{ {A}.StartsAt.Month }}}}", f"{{{{ {A}.StartsAt.Weekday }}}}", f"{{{{ {A}.StartsAt.Format \"Jan 2, 2006 at 3:04pm (MST)\" }}}}", f"{{{{ {A}.StartsAt.UTC }}}}",
    f"{{{{ {A}.StartsAt.Location }}}}", f"{{{{ {A}.StartsAt.AddDate 0 0 31 }}}}", f"{{{{ {A}.StartsAt.YearDay }}}}", f"{{{{ {A}.StartsAt.UnixMilli }}}}",
    f"{{{{ (index .Alerts 1).EndsAt.Sub {A}.StartsAt }}}}", f"{{{{ humanizeDuration ((index .Alerts 1).EndsAt.Sub {A}.StartsAt).Seconds }}}}",
    f"{{{{ humanizeDuration ((index .Alerts 1).EndsAt.Sub {A}.StartsAt) }}}}", f"{{{{ (index .Alerts 1).EndsAt.After {A}.StartsAt }}}}",
    f"{{{{ date \"2006-01-02 15:04:05 MST\" {A}.StartsAt }}}}", f"{{{{ tz \"Europe/Berlin\" {A}.StartsAt }}}}", f"{{{{ tz \"America/New_York\" {A}.StartsAt | date \"15:04 MST -0700\" }}}}",
    f"{{{{ tz \"Asia/Kolkata\" {A}.StartsAt | date \"Mon 3:04PM Z07:00\" }}}}", f"{{{{ tz \"UTC\" {A}.StartsAt }}}}", f"{{{{ (tz \"Asia/Tokyo\" {A}.StartsAt).Day }}}}",
    f"{{{{ (tz \"Europe/Berlin\" {A}.StartsAt).Location }}}}", f"{{{{ (tz \"Europe/London\" {A}.StartsAt).IsDST }}}}", f"{{{{ (tz \"Asia/Tokyo\" {A}.StartsAt).IsDST }}}}",
    f"{{{{ (tz \"Europe/Berlin\" {A}.StartsAt).AddDate 0 6 0 }}}}", f"{{{{ (tz \"America/Sao_Paulo\" {A}.StartsAt) }}}}", f"{{{{ eq {A}.StartsAt (index .Alerts 1).StartsAt }}}}",
    "{{ humanizeDuration 3661 }}", "{{ humanizeDuration 0.5 }}", "{{ humanizeDuration \"90\" }}", "{{ humanizeDuration -1.5 }}", f"{{{{ {A}.Labels.i }}}}", f"{{{{ {A}.GeneratorURL }}}}",
    f"{{{{ {A}.Annotations.s }}}}", "{{ (index .Alerts 1).Annotations.z }}", f"{{{{ printf \"%s\" {A}.Labels }}}}", f"{{{{ printf \"%v\" {A}.StartsAt }}}}", "{{ printf \"%T\" . }}",
    "{{ printf \"%T %T\" .Alerts .CommonLabels }}", "{{ printf \"%T\" (list) }}", "{{ printf \"%q\" .Status }}", "{{ printf \"%-10s|\" .Status }}", "{{ printf \"%5d|\" (len .Alerts) }}",
    "{{ if eq .Status \"firing\" }}F{{ else }}R{{ end }}", "{{ with .CommonLabels.alertname }}{{ . }}{{ end }}", "{{ with .CommonLabels.none }}x{{ else }}y{{ end }}",
    "{{ define \"mine\" }}[{{ . }}]{{ end }}{{ template \"mine\" .Status }}", "{{ $s := .Status }}{{ $s }}{{ $s = \"x\" }}{{ $s }}", "{{- /* c */ -}} a {{- \" b\" }}",
    "{{ range .Alerts }}{{ if eq .Status \"resolved\" }}{{ break }}{{ end }}{{ .Labels.n }}{{ end }}", "{{ .Alerts.Firing | len | printf \"%03d\" }}", "{{ and .Status .Receiver }}", "{{ or .CommonLabels.none \"d\" }}",
    "{{ slice .Status 0 3 }}", "{{ index .CommonLabels \"alertname\" }}", "{{ index .CommonLabels \"none\" }}", "{{ print .Status 1 2 }}", "{{ println .Status }}", "{{ not .Alerts.Resolved }}",
    "{{ len .CommonLabels.SortedPairs }}", "{{ (index .CommonLabels.SortedPairs 0).Name }}", "{{ .CommonLabels.SortedPairs.Names }}", "{{ .CommonLabels.SortedPairs.Values | join \"+\" }}",
    "{{ ne (len .Alerts) 1 }}", "{{ gt (len .Alerts) 1 }}", "{{ range 3 }}{{ . }}{{ end }}", "{{ 1 | printf \"%d-%d\" 2 }}", "{{ block \"b\" .Status }}<{{ . }}>{{ end }}", "{{ \"\\u00e9\" }}", "{{ `a\\n` }}",
]
HTML = [
    "<p>{{ .Status }}</p>", f"<p>{{{{ {A}.Labels.i }}}}</p>", f"<p title=\"{{{{ {A}.Annotations.s }}}}\">x</p>", "<p>{{ safeHtml \"<b>x</b>\" }}</p>", f"<td>{{{{ {A}.Annotations.s }}}}</td>",
    "<p>{{ .CommonLabels }}</p>", "{{ range .Alerts }}<li>{{ .Labels.i }}</li>{{ end }}", "<b>{{ len .Alerts }}</b>", "<p>{{ title \"a+b\" }}</p>", "<i>{{ template \"__subject\" . }}</i>",
]


def default_templates():
    """Where a package has put Alertmanager's own templates: Debian's programs do not carry them inside."""
    folder = AMTOOL.parent.parent / "share/prometheus/alertmanager"
    return sorted(str(file) for file in folder.glob("*.tmpl"))


def compare_templates(folder):
    data = folder / "data.json"
    data.write_text(json.dumps({**MESSAGE, "alerts": [{key: value for key, value in each.items() if "Milli" not in key} for each in ALERTS]}))
    (folder / "none.tmpl").write_text("")
    globs = [f"--template.glob={file}" for file in [folder / "none.tmpl", *default_templates()]]
    questions = [{"template": text, "html": False, "message": MESSAGE} for text in TEXTS]
    questions += [{"template": text, "html": True, "message": MESSAGE} for text in HTML]

    def theirs(question):
        status, out, error = amtool(
            "template", "render", *globs, f"--template.data={data}", f"--template.text={question['template']}",
            f"--template.type={'html' if question['html'] else 'text'}")
        return out if status == 0 else {"error": error}

    return report("templates", [each["template"] for each in questions], in_parallel(theirs, questions), ask(questions))


def report(what, questions, theirs, ours):
    wrong = 0
    for question, one, other in zip(questions, theirs, ours):
        if one != other:
            wrong += 1
            print(f"WRONG {question}\n  theirs {one!r}\n  ours   {other!r}")
    print(f"{len(questions)} {what}, {wrong} differ")
    return wrong


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wrong = compare_routes(folder) + compare_matchers(folder) + compare_templates(folder)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
