"""Fleet: all hosts, a row each."""
from .devices import PHYSICAL, REAL
from .layout import dashboard
from .panels import column, query, row, stat, steps, table, timeseries, yes_no

# A host that is down has lost its name: it is remembered for a day. Targets that are no hosts have
# none.
NAMES = "last_over_time(node_uname_info{@}[1d])"


def build():
    return dashboard(
        "orchestrator-fleet",
        "Fleet",
        "All hosts at a glance; a name leads to the host's own dashboard.",
        ["fleet"],
        "node_uname_info",
        overview() + [hosts()] + comparison(),
        refresh="1m",
    )


def overview():
    return [
        row("At a glance"),
        stat(
            "Hosts",
            "Hosts that answer.",
            "short",
            query("count(node_uname_info{@})", "hosts"),
            width=4,
        ),
        stat(
            "Targets down",
            "Targets that Prometheus cannot scrape.",
            "short",
            query("count(up{@} == 0) or vector(0)", "down"),
            thresholds=steps(None, 1),
            width=4,
        ),
        stat(
            "Alerts firing",
            "Alerts that are firing for these targets. Needs the rules of dashboards/prometheus.",
            "short",
            query('sum(ALERTS{@, alertstate="firing"}) or vector(0)', "firing"),
            thresholds=steps(1, 5),
            width=4,
        ),
        stat(
            "Processors",
            "Processors of all hosts together.",
            "short",
            query("sum(instance:node_num_cpu:sum{@})", "processors"),
            width=4,
            graph=False,
        ),
        stat(
            "Memory",
            "Memory of all hosts together.",
            "bytes",
            query("sum(node_memory_MemTotal_bytes{@})", "memory"),
            width=4,
            graph=False,
        ),
        stat(
            "Active sessions",
            "Sessions that are active on all targets.",
            "short",
            query("sum(orchestrator_sessions_active{@}) or vector(0)", "sessions"),
            width=4,
        ),
    ]


def hosts():
    to_host = [
        {
            "title": "Open the host",
            "url": "/d/orchestrator-host?var-datasource=${datasource}&var-instance=${__data.fields.Instance}&${__url_time_range}",
        }
    ]
    share = steps(0.8, 0.9)
    return table(
        "Hosts",
        "Utilisation of each host. Click an instance for its dashboard.",
        "short",
        [
            f"max by (instance, nodename, release) ({NAMES})",
            f"max by (instance) (up{{@}} and on (job, instance) {NAMES})",
            "max by (instance) (instance:node_cpu_utilisation:rate5m{@})",
            "max by (instance) (instance:node_load1_per_cpu:ratio{@})",
            "max by (instance) (instance:node_memory_utilisation:ratio{@})",
            (
                f"max by (instance) (1 - node_filesystem_avail_bytes{{@, {REAL}}} /"
                f" (node_filesystem_size_bytes{{@, {REAL}}} > 0))"
            ),
            (
                f"sum by (instance) (rate(node_network_receive_bytes_total{{@, {PHYSICAL}}}[rate])"
                f" + rate(node_network_transmit_bytes_total{{@, {PHYSICAL}}}[rate]))"
            ),
            "max by (instance) (node_time_seconds{@} - node_boot_time_seconds{@})",
            (
                'sum by (instance) (ALERTS{@, alertstate="firing"} and on (job, instance)'
                f" {NAMES}) or 0 * max by (instance) ({NAMES})"
            ),
        ],
        [
            ("instance", "Instance"),
            ("nodename", "Name"),
            ("release", "Kernel"),
            ("Value #B", "Answers"),
            ("Value #C", "CPU"),
            ("Value #D", "Load per CPU"),
            ("Value #E", "Memory"),
            ("Value #F", "Fullest file system"),
            ("Value #G", "Network"),
            ("Value #H", "Up since"),
            ("Value #I", "Alerts"),
        ],
        [
            column("Instance", links=to_host),
            column("Answers", mappings=yes_no("yes", "no")),
            column("CPU", "percentunit", share, bar=True, high=1),
            column("Load per CPU", "short", steps(1, 2)),
            column("Memory", "percentunit", steps(0.85, 0.95), bar=True, high=1),
            column("Fullest file system", "percentunit", steps(0.85, 0.95), bar=True, high=1),
            column("Network", "Bps"),
            column("Up since", "s"),
            column("Alerts", "short", steps(1, 5)),
        ],
        height=12,
        sort="CPU",
    )


def comparison():
    return [
        row("Compared"),
        timeseries(
            "CPU",
            "The ten hosts whose processors are busiest.",
            "percentunit",
            query("topk(10, max by (instance) (instance:node_cpu_utilisation:rate5m{@}))"),
            high=1,
        ),
        timeseries(
            "Memory",
            "The ten hosts that use most of their memory.",
            "percentunit",
            query("topk(10, max by (instance) (instance:node_memory_utilisation:ratio{@}))"),
            high=1,
        ),
        timeseries(
            "I/O pressure",
            "The ten hosts whose tasks wait most for disks.",
            "percentunit",
            query(
                "topk(10, max by (instance)"
                " (rate(node_pressure_io_waiting_seconds_total{@}[rate])))"
            ),
            high=1,
        ),
    ]
