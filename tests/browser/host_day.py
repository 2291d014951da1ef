"""A day of a host, its programs and an orchestrator; in the last 20 minutes its CPUs have no time left."""
import itertools
import math


def gauges(i, count):
    swing = math.sin(2 * math.pi * i / count)
    yield "node_memory_MemTotal_bytes", 8e9
    yield "node_memory_MemAvailable_bytes", 5e9 - 1e9 * swing
    yield 'node_filesystem_size_bytes{mountpoint="/",fstype="ext4"}', 1e11
    yield 'node_filesystem_avail_bytes{mountpoint="/",fstype="ext4"}', 6e10 - 2e6 * i
    yield 'node_scrape_collector_duration_seconds{collector="cpu"}', 0.002 + 1e-5 * (i % 7)
    yield 'process_resident_memory_bytes', 3e7
    yield "orchestrator_exporter_history_bytes", 1e6 + 1e3 * i
    yield 'orchestrator_sessions_active{orchestrator_id="o"}', 2 + i % 3
    if 0.41 <= i / count < 0.44:
        yield 'ALERTS{alertname="Full & <busy>",alertstate="firing"}', 1


def rates(i, count, step):
    """What counters grow by in a step."""
    is_late = i >= count - 1200 // step
    busy = 0.98 if is_late else 0.3 + 0.1 * math.sin(12 * i / count) + (0.4 if 0.49 <= i / count < 0.51 else 0)
    for cpu in "01":
        yield f'node_cpu_seconds_total{{cpu="{cpu}",mode="idle"}}', step * (1 - busy)
        yield f'node_cpu_seconds_total{{cpu="{cpu}",mode="user"}}', step * busy
    yield "node_pressure_cpu_waiting_seconds_total", 0.75 * step if is_late else 0
    yield 'namedprocess_namegroup_cpu_seconds_total{groupname="batch",mode="user"}', 1.9 * step * busy
    yield 'pipeline_samples_total{stage="collected"}', 9000
    yield "pipeline_errors_total", i % 2
    yield 'db_cache_requests_total{result="hit"}', 80
    yield 'db_cache_requests_total{result="miss"}', 20 + i % 5
    yield 'db_queries_total{operation="select"}', 100
    for name, mean in (
        ("network_latency_seconds", 0.004),
        ("orchestrator_message_latency_seconds", 0.4),
        ("db_query_duration_seconds", 0.05),
        ("browser_render_duration_seconds", 0.008),
        ("browser_websocket_latency_seconds", 0.03),
        ("browser_interaction_to_next_paint_seconds", 0.1),
        ("browser_frame_duration_seconds", 0.016),
    ):
        label = 'orchestrator_id="o"' if name.startswith("orchestrator") else 'page="/"'
        yield f"{name}_count{{{label}}}", 100
        yield f"{name}_sum{{{label}}}", 100 * mean * (1 + 0.1 * (i % 5))
        for bound, share in ((mean, 0.5), (1, 1), (math.inf, 1)):
            yield f"{name}_bucket{{{label},le=\"{'+Inf' if math.isinf(bound) else bound}\"}}", 100 * share


def samples(step, count):
    """Of each step, without an end, all series and their values."""
    totals = {}
    for i in itertools.count():
        now = dict(gauges(i, count))
        for series, growth in rates(i, count, step):
            totals[series] = totals.get(series, 100) + growth
        yield {labelled(series): value for series, value in (now | totals).items()}


def labelled(series):
    name, _, labels = series.partition("{")
    return f'{name}{{instance="h:9100",job="exporter"{"," if labels else ""}{labels or "}"}'


def text(start, step, count):
    """So many samples of each series as OpenMetrics, `step` seconds apart."""
    lines = {}
    for i, now in enumerate(itertools.islice(samples(step, count), count)):
        for series, value in now.items():
            lines.setdefault(series.partition("{")[0], {}).setdefault(series, []).append(f"{series} {value:.9g} {start + i * step}")
    return "\n".join(line for family in lines.values() for of in family.values() for line in of) + "\n# EOF\n"
