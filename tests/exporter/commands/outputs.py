#!/usr/bin/python3
"""Holds what `query`, `analyze`, `report` and `collect` write against those who read it: the schemas in docs/, Python's csv,
promtool and back, and scripts that look at exit statuses; and what they say of files that are broken.

usage: tests/exporter/commands/outputs.py PROGRAM [PROMTOOL]      PROMTOOL: of 3.5, which writes OpenMetrics

Makes half a day of samples of a host in a temporary directory. Needs python3-jsonschema. Prints a line for each that is wrong.
"""
import csv, io, json, math, pathlib, random, re, subprocess, sys, tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAM, PROMTOOL = [str(pathlib.Path(name).resolve()) for name in sys.argv[1:3]] + [None] * (3 - len(sys.argv))
START, STEP, COUNT = 1_795_900_000, 15, 2880
faults, looks = [], 0


def expect(good, text):
    global looks
    looks += 1
    if not good:
        faults.append(text)
        print(text, flush=True)


def run(*arguments, status=0, error=''):
    done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, cwd=folder, timeout=600)
    expect(done.returncode == status, f'{" ".join(arguments)}: ended with {done.returncode}, not {status}: {done.stderr[:300]}')
    expect(error in done.stderr, f'{" ".join(arguments)}: said {done.stderr[:300]!r}, not {error!r}')
    return done.stdout


def host(file):
    chance = random.Random(1)
    labels = 'job="node",instance="h:9100"'
    busy = [0.3 + 0.1 * math.sin(i / 400) + chance.gauss(0, 0.02) for i in range(COUNT)]
    for name, kind, rows in (
            ('node_cpu_seconds_total', 'counter',
             [(f'cpu="{cpu}",mode="{mode}"', [(lambda b: 15 * (1 - b if mode == 'idle' else b))(b) for b in busy])
              for cpu in '01' for mode in ('idle', 'user')]),
            ('node_memory_MemTotal_bytes', 'gauge', [('', [8e9] * COUNT)]),
            ('node_memory_MemAvailable_bytes', 'gauge', [('', [5e9 - 6e5 * i for i in range(COUNT)])])):
        file.write(f'# TYPE {name.removesuffix("_total")} {kind}\n')
        for own, values in rows:
            total = 1000.0
            for i, value in enumerate(values):
                total = total + value if kind == 'counter' else value
                # A gap of five minutes.
                if not 1000 <= i < 1020:
                    file.write(f'{name}{{{own}{"," if own else ""}{labels}}} {total:.9g} {START + i * STEP}\n')
    file.write('# EOF\n')


def schemas():
    return {name: json.loads((ROOT / 'docs' / f'{name}.schema.json').read_text()) for name in ('analysis', 'report')}


def checkJson():
    known = schemas()
    for part in ('trends', 'forecasts', 'anomalies', 'baseline', 'bottlenecks', 'health', 'quality', 'all'):
        document = json.loads(run('analyze', part, '--source=host.om', '--format=json'))
        of = {'baseline': 'baselines'}.get(part, part)
        try:
            jsonschema.validate(document, {**known['analysis'], 'anyOf': [{'$ref': f'#/$defs/{of}'}]})
        except jsonschema.ValidationError as error:
            expect(False, f'analyze {part}: {error.json_path}: {error.message[:200]}')
        rows = list(csv.reader(io.StringIO(run('analyze', part, '--source=host.om', '--format=csv'), newline='')))
        expect(part == 'all' or len({len(row) for row in rows}) == 1, f'analyze {part}: rows of several lengths')
        expect(run('analyze', part, '--source=host.om') != '', f'analyze {part}: nothing for people')
    report = json.loads(run('report', '--source=host.om', '--format=json'))
    try:
        jsonschema.validate(report, known['report'])
    except jsonschema.ValidationError as error:
        expect(False, f'report: {error.json_path}: {error.message[:200]}')
    ahead = {(one['signal'], one['horizon']) for one in report['forecasts']['forecasts']}
    expect(('system.cpuUsage', 3600) in ahead, f'no forecast an hour ahead of half a day: {sorted(ahead)}')
    share = report['quality']['quality']['completeness']
    # Signals are made of the idle time of two processors, and of two families of memory.
    expect(share['denominator'] - share['numerator'] == 4 * 20, f'the gap is not 80 samples: {share}')


def pointsIn(text):
    return sorted((m[1], float(m[3]), float(m[2])) for m in re.finditer(r'^([^#{ ]+(?:{.*})?) (\S+) (\S+)$', text, re.M))


def checkOpenMetrics():
    report = run('report', '--source=host.om', '--format=openmetrics', '--step=1m')
    raw = run('query', '--source=host.om', '--format=openmetrics', '--output=-', 'node_cpu_seconds_total[12h]')
    for name, text in (('report', report), ('query', raw)):
        expect(text.endswith('# EOF\n'), f'{name}: no end')
        families = re.findall(r'^# TYPE (\S+)', text, re.M)
        expect(len(families) == len(set(families)), f'{name}: families are not together')
        (folder / f'{name}.om').write_text(text)
        again = run('query', f'--source={name}.om', '--format=openmetrics', '{__name__=~".+"}[13h]')
        expect(pointsIn(again) == pointsIn(text), f'{name}: other samples when they are read again')
        if PROMTOOL:
            done = subprocess.run([PROMTOOL, 'tsdb', 'create-blocks-from', 'openmetrics', f'{name}.om', f'{name}.blocks'], cwd=folder,
                                  capture_output=True, text=True)
            expect(done.returncode == 0, f'promtool: {name}: {done.stderr[-300:]}')
            (folder / f'{name}.blocks/wal').mkdir(exist_ok=True)  # without one it reads nothing
            dump = subprocess.run([PROMTOOL, 'tsdb', 'dump-openmetrics', f'{name}.blocks'], cwd=folder, capture_output=True, text=True)

            def values(points):
                return sorted((time, value) for _, time, value in points)
            expect(values(pointsIn(dump.stdout)) == values(pointsIn(text)), f'promtool: {name}: other samples')
    expect('# TYPE node_cpu_seconds counter\n' in raw, 'query: a counter is none')


def checkStatuses():
    run('analyze', 'trends', '--source=host.om', '--fail-on=degrading', '--signal=system.memoryUsage', status=3)
    run('analyze', 'trends', '--source=host.om', '--fail-on=health<101', status=3)
    run('analyze', 'bottlenecks', '--source=host.om', '--fail-on=impact>=101')
    run('report', '--source=host.om', '--format=json', '--fail-on=degrading', status=3)
    run('analyze', 'trends', '--source=host.om', '--fail-on=x', status=2, error="got 'x'")
    run('analyze', 'trends', '--source=none.om', status=1, error='none.om: cannot be read')
    run('report', '--source=host.om', '--template=none.txt', status=1, error='none.txt: cannot be read')
    run('report', '--source=host.om', '--session=x', status=1, error="there is no session 'x'")
    run('collect', '--interval=0.5s', status=2, error='--interval')
    run('collect', '--collectors=nothing', status=2, error="there is no collector 'nothing'")
    run('collect', '--format=history', status=2, error='--output')


# A file, and what is said of it by `analyze anomalies`: nothing, or an error.
def checkFiles():
    def rows(values):
        return 'timestamp,value\n' + ''.join(f'{START + 60 * i},{value}\n' for i, value in enumerate(values))
    for name, text, error in (
            ('constant', rows([5] * 300), ''), ('nan', rows(['NaN'] * 300), ''), ('two', rows([1, 2]), ''),
            ('zeros', rows([0] * 10080), ''), ('gaps', rows([i % 7 if i % 100 < 60 else '' for i in range(1000)]), ''),
            ('headless', rows(range(200)).split('\n', 1)[1], ''),
            ('letters', rows([1] * 15 + ['x'] + [1] * 9), "letters.csv:17: expected a number, got 'x'"),
            ('back', rows([1] * 3) + f'{START},1\n', 'back.csv:5: expected a time not before'),
            ('short', rows([1]) + '5\n', 'short.csv:3: '), ('empty', '', 'empty.csv: '), ('title', 'timestamp,value\n', 'title.csv: ')):
        (folder / f'{name}.csv').write_text(text)
        for part in ('anomalies', 'trends', 'forecasts', 'baseline', 'quality'):
            out = run('analyze', part, f'--source={name}.csv', '--format=json', status=1 if error else 0, error=error)
            if not error:
                json.loads(out)
        if not error:
            scored = run('analyze', 'anomalies', f'--source={name}.csv', '--format=csv').splitlines()
            expect(len(scored) - 1 == sum(line[:1].isdigit() for line in text.splitlines()), f'{name}: not row by row')


def checkCollect():
    text = run('collect', '--collectors=loadavg,meminfo', '--interval=1s', '--duration=3s', error='session')
    expect(text.count('node_load1{') == 3 and text.endswith('# EOF\n'), f'collect: not three readings: {text[:300]}')
    document = json.loads(run('collect', '--collectors=loadavg', '--interval=1s', '--duration=2s', '--format=json', error='session'))
    expect(document['session']['quality']['completeness']['ratio'] == 1, f'collect: {document["session"]}')
    run('collect', '--collectors=loadavg', '--interval=1s', '--duration=2s', '--format=history', '--output=kept', error='session')
    expect('node_load1' in run('query', '--source=kept', 'node_load1'), 'collect: nothing in the history')


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    with open(folder / 'host.om', 'w') as made:
        host(made)
    checkFiles()
    checkStatuses()
    checkJson()
    checkOpenMetrics()
    checkCollect()
print(f'{looks - len(faults)} of {looks} as wanted')
sys.exit(1 if faults else 0)
