"""Exporter: whether it answers, what its collectors cost and what it costs itself."""
from .layout import dashboard
from .panels import bargauge, column, instant, query, row, stat, steps, table, timeseries, yes_no

# All jobs may be chosen, and some of them are no exporters of ours. One that is down is remembered
# for an hour.
OURS = "and on (job, instance) last_over_time(orchestrator_exporter_build_info{@}[1h])"


def build():
    return dashboard(
        "orchestrator-exporter",
        "Exporter",
        "Scrapes, collectors and the cost of orchestrator_exporter itself.",
        ["exporter"],
        "orchestrator_exporter_build_info",
        overview() + collectors() + cost(),
    )


def overview():
    return [
        row("At a glance"),
        stat(
            "Answers",
            "Whether Prometheus could scrape the target the last time.",
            "short",
            query(f"up{{@}} {OURS}"),
            mappings=yes_no("yes", "no"),
            graph=False,
        ),
        stat(
            "Time of a scrape",
            "How long Prometheus waited for the last answer.",
            "s",
            query(f"scrape_duration_seconds{{@}} {OURS}"),
            thresholds=steps(1, 5),
        ),
        stat(
            "Samples",
            "Samples of the last scrape.",
            "short",
            query(f"scrape_samples_scraped{{@}} {OURS}"),
            decimals=0,
        ),
        stat(
            "CPU of the exporter",
            "Processors that the exporter uses, 1 is one of them.",
            "percentunit",
            query(f"rate(process_cpu_seconds_total{{@}}[rate]) {OURS}"),
            thresholds=steps(0.05, 0.2),
            decimals=2,
        ),
        stat(
            "Memory of the exporter",
            "Resident memory.",
            "bytes",
            query(f"process_resident_memory_bytes{{@}} {OURS}"),
        ),
        table(
            "Versions",
            "What is running where.",
            "short",
            ["max by (instance, version, revision) (orchestrator_exporter_build_info{@})"],
            [("instance", "Instance"), ("version", "Version"), ("revision", "Revision")],
            width=4,
            height=4,
        ),
    ]


def collectors():
    return [
        row("Collectors"),
        timeseries(
            "Slowest collectors",
            (
                "The ten collectors that took longest, where several targets are chosen the slowest"
                " of them."
            ),
            "s",
            query(
                "topk(10, max by (collector) (node_scrape_collector_duration_seconds{@}))",
                "{{collector}}",
            ),
            width=12,
            height=9,
        ),
        bargauge(
            "Time by collector",
            "How long each of the slowest collectors took at the last scrape.",
            "s",
            instant(
                "topk(15, max by (collector) (node_scrape_collector_duration_seconds{@}))",
                "{{collector}}",
            ),
            width=12,
            height=9,
        ),
        table(
            "Collectors without data",
            (
                "Collectors that gave nothing at the last scrape: a fault, or hardware that is not"
                " there. Empty where all give data."
            ),
            "short",
            ["min by (instance, collector) (node_scrape_collector_success{@}) == 0"],
            [("instance", "Instance"), ("collector", "Collector"), ("Value #A", "Data")],
            [column("Data", mappings=yes_no("yes", "no"))],
            width=8,
        ),
        timeseries(
            "Collectors that fail",
            "Number of collectors without data.",
            "short",
            query(
                "count by (instance) (node_scrape_collector_success{@} == 0) or 0 * count by"
                " (instance) (node_scrape_collector_success{@})"
            ),
        ),
        timeseries(
            "Collectors left behind",
            (
                "Collectors that were not ready at the deadline, so that the scrape went out"
                " without them, in the time between two points."
            ),
            "short",
            query(
                (
                    "sum by (instance, collector)"
                    " (increase(node_scrape_collector_timeout_total{@}[rate])) or sum by"
                    f" (instance) (0 * up{{@}} {OURS})"
                ),
                "{{instance}} {{collector}}",
            ),
            bars=True,
        ),
    ]


def cost():
    return [
        row("Scrapes and cost"),
        timeseries(
            "Time of a scrape",
            "How long Prometheus waited, and how long all collectors took together.",
            "s",
            query(f"scrape_duration_seconds{{@}} {OURS}", "{{instance}} scrape"),
            query(
                "sum by (instance) (node_scrape_collector_duration_seconds{@})",
                "{{instance}} collectors",
            ),
        ),
        timeseries(
            "Samples",
            (
                "Samples that a scrape gives, and those that are new with it: a jump is a label"
                " with too many values."
            ),
            "short",
            query(f"scrape_samples_post_metric_relabeling{{@}} {OURS}", "{{instance}} samples"),
            query(f"scrape_series_added{{@}} {OURS}", "{{instance}} new"),
        ),
        timeseries(
            "Requests",
            "Answered scrapes a second by HTTP status; 503 means more at once than allowed.",
            "reqps",
            query(
                (
                    "sum by (instance, code)"
                    f" (rate(promhttp_metric_handler_requests_total{{@}}[rate]) {OURS})"
                ),
                "{{instance}} {{code}}",
            ),
        ),
        timeseries(
            "CPU",
            "Processors that the exporter uses.",
            "percentunit",
            query(f"rate(process_cpu_seconds_total{{@}}[rate]) {OURS}"),
            width=6,
        ),
        timeseries(
            "Memory",
            "Resident and virtual memory.",
            "bytes",
            query(f"process_resident_memory_bytes{{@}} {OURS}", "{{instance}} resident"),
            query(f"process_virtual_memory_bytes{{@}} {OURS}", "{{instance}} virtual"),
            width=6,
        ),
        timeseries(
            "Descriptors",
            "Open files and sockets, most of them kernel files that stay open, against the limit.",
            "short",
            query(f"process_open_fds{{@}} {OURS}", "{{instance}} open"),
            query(f"process_max_fds{{@}} {OURS}", "{{instance}} limit"),
            width=6,
        ),
        timeseries(
            "Records refused",
            (
                "Records with a bad value, by reason, a second. Programs that record through the"
                " library or POST /api/v1/records."
            ),
            "ops",
            query(
                (
                    "sum by (instance, reason)"
                    " (rate(metrics_collector_rejected_updates_total{@}[rate])) or sum by"
                    " (instance) (0 * up{@})"
                ),
                "{{instance}} {{reason}}",
            ),
            width=6,
        ),
    ]
