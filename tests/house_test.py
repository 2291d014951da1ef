"""Holds the sources against docs/architecture.md: which room may include which, how large a file and a
folder may grow, that every source has a header of its name. Prints each place that breaks a rule.
usage: house_test.py ROOT"""
import collections
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])

# From the ground up. A room includes itself and what lies on lower floors of its house.
FLOORS = [
    ["metrics/base", "exporter/log.h", "exporter/build_info.h"],
    ["metrics/base/process"],
    ["metrics/text_template"],
    ["metrics"],
    ["metrics/history/columns", "metrics/history/index"],
    ["metrics/exposition", "metrics/registry", "metrics/history", "metrics/processors"],
    ["metrics/history/intake"],
    ["metrics/promql/syntax"],
    ["metrics/promql/values"],
    ["metrics/promql/functions", "metrics/statistics"],
    ["metrics/history/store/blobs", "metrics/history/store/sqlite"],
    ["metrics/history/store/kept", "metrics/history/store/written"],
    ["metrics/history/store"],
    ["metrics/history/offline"],
    ["metrics/recording", "metrics/pushed", "metrics/promql"],
    ["metrics/instruments", "metrics/agents", "metrics/analysis", "metrics/rules/expansion",
     "metrics/profiling"],
    ["metrics/rules", "metrics/analysis/bottlenecks", "metrics/pipeline"],
    ["metrics/analysis/findings"],
    ["metrics/rules/testing", "metrics/notifications"],
    ["metrics/notifications/state", "metrics/notifications/texts"],
    ["metrics/metrics.h"],
    ["exporter/kernel"],
    ["exporter/kernel/network", "exporter/kernel/storage", "exporter/kernel/machine"],
    ["exporter/daemons", "exporter/host"],
    ["exporter/processes/naming"],
    ["exporter/processes"],
    ["exporter/profiling/code"],
    ["exporter/profiling"],
    ["exporter/collectors"],
    ["http/server"],
    ["http/client", "http/streams", "http/front/h2", "http/front/loop", "http/front/parsing"],
    ["http/client/prometheus"],
    ["http/front"],
    ["http/grpc"],
    ["http/server/server"],
    ["http/server/request_metrics"],
    ["http/security/tls"],
    ["http/security"],
    ["http/remote_write/queue"],
    ["http/remote_write/encoding"],
    ["http/endpoints/api", "http/endpoints", "http/pages", "http/ingest", "http/remote_write", "http/notify"],
    ["http/live", "http/notify/api", "http/reports"],
    ["http/ingest/otlp/decoding"],
    ["http/ingest/browser", "http/ingest/otlp", "http/ingest/statsd", "http/ingest/pushgateway",
     "http/ingest/remote_write"],
    ["http"],
    ["exporter/probes"],
    ["exporter/probes/background"],
    ["exporter/reloads", "exporter/nearest_name",
     "exporter/help_text", "exporter/completions"],
    ["exporter/configuration", "exporter/command_line"],
    ["exporter/features/feature"],
    ["exporter/notifications", "exporter/pipeline", "exporter/probes/modules"],
    ["exporter/features", "exporter/commands"],
    ["exporter"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# What a room never sees, though it lies below.
NEVER = {
    "metrics": "exporter/|http/",
    "http": "exporter/",
    "exporter/kernel": "http/",
    "exporter/daemons": "http/",
    "exporter/host": "http/",
    "exporter/processes": "http/",
    "exporter/profiling": "http/",
    "exporter/collectors": "http/|exporter/features/",
    "exporter/features": "exporter/collectors/",
    "http/client": "http/server/server.h",
    "http/endpoints": "http/server/server.h",
    "http/pages": "http/server/server.h",
    "http/grpc": "http/server/server.h",
    "http/live": "http/server/server.h",
    "http/ingest": "http/server/server.h",
    "http/ingest/browser": "http/server/server.h",
    "http/ingest/otlp": "http/server/server.h",
    "http/ingest/pushgateway": "http/server/server.h",
    "http/ingest/remote_write": "http/server/server.h",
    "http/ingest/statsd": "http/server/server.h",
}
# Each library has one door, of a file or two.
DOORS = {
    "civetweb.h": ("http/front/engine", "http/front/workers"),
    "CLI/": "exporter/command_line",
    "spdlog/": "exporter/logging",
    "sqlite3.h": "metrics/history/store/sqlite/",
    "curl/": "http/client/",
    "simdjson": "http/ingest/otlp/decoding/json_values",
    "boost/": "metrics/statistics/distributions",
    "Eigen/": "metrics/statistics/linear_regression",
    "snappy.h": ("http/remote_write/encoding/snappy", "http/ingest/snappy"),
    "nghttp2/": "http/front/h2/nghttp2",
}
LARGEST_FILE = 400
LARGEST_FOLDER = 31
# Found by registering themselves or by a header of all, or the one that starts all.
WITHOUT_HEADER = re.compile(
    r"exporter/(collectors|features|commands|probes)/|exporter/main\.cc|metrics/promql/functions/")

faults = []
files = sorted(
    path.relative_to(root) for room in ("metrics", "http", "exporter")
    for path in (root / room).rglob("*") if path.suffix in (".h", ".cc"))


def room_of(path):
    pure = pathlib.PurePath(path)
    for room in (path, str(pure.with_suffix("")), str(pure.parent)):
        if room in FLOOR:
            return room
    return str(pure.parent)


def check_include(source, included):
    for prefix, door in DOORS.items():
        if included.startswith(prefix) and not str(source).startswith(door):
            faults.append(f"{source}: includes {included}, whose one door is {door}")
    if not re.match(r"(metrics|http|exporter)/", included):
        return
    here, there = room_of(str(source)), room_of(included)
    for room in (here, there):
        if room not in FLOOR:
            faults.append(f"{source}: {room} is no room of docs/architecture.md")
            return
    if here != there and FLOOR[here] <= FLOOR[there]:
        faults.append(f"{source}: {here} must not include {included}, which is not below it")
    for room, banned in NEVER.items():
        if (here + "/").startswith(room + "/") and re.match(banned, included):
            faults.append(f"{source}: {room} never includes {included}")


for file in files:
    text = (root / file).read_text()
    for included in re.findall(r'^#include ["<]([^">]+)[">]', text, re.MULTILINE):
        check_include(file, included)
    if text.count("\n") > LARGEST_FILE:
        faults.append(f"{file}: has more than {LARGEST_FILE} lines")
    if (file.suffix == ".cc" and not WITHOUT_HEADER.match(str(file))
            and file.with_suffix(".h") not in files):
        faults.append(f"{file}: has no header of its name")

for folder, count in collections.Counter(file.parent for file in files).items():
    if count > LARGEST_FOLDER and str(folder) != "exporter/collectors":
        faults.append(f"{folder}: has {count} files, more than {LARGEST_FOLDER}: give it rooms")

# One existing line for a new feature: its name in program.cc.
program = (root / "exporter/program.cc").read_text()
for feature in sorted((root / "exporter/features").glob("*.cc")):
    if feature.stem != "feature" and f'"{feature.stem}"' not in program:
        faults.append(f"exporter/program.cc: does not list the feature {feature.stem}")

print("\n".join(faults) or f"{len(files)} files, each in its place")
sys.exit(1 if faults else 0)
