"""Panels of Host: programs, control groups, and the exporter itself."""

from .panels import bargauge, instant, query, row, timeseries


def processes():
    """Groups of processes; the collector namedprocess has to be on."""
    needs = " Needs the collector namedprocess."
    return [
        row("Programs"),
        bargauge(
            "Most processor time",
            "The ten groups of processes that use the processors most, in processors." + needs,
            "short",
            instant(
                (
                    "topk(10, sum by (groupname)"
                    " (rate(namedprocess_namegroup_cpu_seconds_total{@}[rate])))"
                ),
                "{{groupname}}",
            ),
            width=6,
            height=9,
        ),
        bargauge(
            "Most memory",
            "The ten groups of processes that hold most memory, as resident pages; shared ones"
            " count for each."
            + needs,
            "bytes",
            instant(
                (
                    "topk(10, sum by (groupname) (namedprocess_namegroup_memory_bytes{@,"
                    ' memtype="resident"}))'
                ),
                "{{groupname}}",
            ),
            width=6,
            height=9,
        ),
        timeseries(
            "Processor time of the busiest",
            "Course of the groups that use the processors most." + needs,
            "short",
            query(
                (
                    "topk(5, sum by (groupname)"
                    " (rate(namedprocess_namegroup_cpu_seconds_total{@}[rate])))"
                ),
                "{{groupname}}",
            ),
            width=6,
            height=9,
        ),
        timeseries(
            "Disk traffic of the busiest",
            "Bytes that groups of processes caused to be read from and written to storage." + needs,
            "Bps",
            query(
                (
                    "topk(5, sum by (groupname)"
                    " (rate(namedprocess_namegroup_read_bytes_total{@}[rate])))"
                ),
                "{{groupname}} read",
            ),
            query(
                (
                    "topk(5, sum by (groupname)"
                    " (rate(namedprocess_namegroup_write_bytes_total{@}[rate])))"
                ),
                "{{groupname}} written",
            ),
            width=6,
            height=9,
        ),
        timeseries(
            "Processes and threads",
            "Numbers of processes and threads. Needs the collector processes.",
            "short",
            query("node_processes_pids{@}", "{{instance}} processes"),
            query("node_processes_threads{@}", "{{instance}} threads"),
        ),
        timeseries(
            "States of processes",
            (
                "Processes by state: D waits for a device and cannot be ended, Z has ended and was"
                " not fetched. Needs the collector processes."
            ),
            "short",
            query("sum by (state) (node_processes_state{@})", "{{state}}"),
            stacked=True,
        ),
        timeseries(
            "Descriptors of the worst",
            "The groups with a process that is nearest to its limit of open files." + needs,
            "percentunit",
            query(
                "topk(5, max by (groupname) (namedprocess_namegroup_worst_fd_ratio{@}))",
                "{{groupname}}",
            ),
            high=1,
        ),
    ]


def control_groups():
    """Units, containers and sessions; the collector cgroup has to be on."""
    below = 'cgroup!="/"'
    needs = " Needs the collector cgroup and control groups of version 2 below the root."
    return [
        row("Units, containers and sessions"),
        timeseries(
            "Memory of control groups",
            "The control groups that hold most memory, their files in the page cache included."
            + needs,
            "bytes",
            query(
                f"topk(10, max by (cgroup) (cgroup_memory_current_bytes{{@, {below}}}))",
                "{{cgroup}}",
            ),
        ),
        timeseries(
            "Processor time of control groups",
            "The control groups that use the processors most, each with those below it, in"
            " processors."
            + needs,
            "short",
            query(
                f"topk(10, sum by (cgroup) (rate(cgroup_cpu_seconds_total{{@, {below}}}[rate])))",
                "{{cgroup}}",
            ),
        ),
        timeseries(
            "Control groups held back",
            "Share of the time in which control groups stood still because they ran into their"
            " limit of processor time."
            + needs,
            "percentunit",
            query(
                (
                    "topk(10, sum by (cgroup) (rate(cgroup_cpu_throttled_seconds_total{@,"
                    f" {below}}}[rate])))"
                ),
                "{{cgroup}}",
            ),
        ),
    ]


def exporter_health():
    return [
        row("This exporter"),
        timeseries(
            "Answers",
            "1 where Prometheus could scrape the target.",
            "short",
            query("up{@}"),
            high=1,
        ),
        timeseries(
            "Time of a scrape",
            "How long Prometheus waited for the answer.",
            "s",
            query("scrape_duration_seconds{@}"),
        ),
        timeseries(
            "Collectors without data",
            "Collectors that gave nothing: a fault, or hardware that is not there.",
            "short",
            query(
                "count by (instance) (node_scrape_collector_success{@} == 0) or 0 * count by"
                " (instance) (node_scrape_collector_success{@})"
            ),
        ),
    ]
