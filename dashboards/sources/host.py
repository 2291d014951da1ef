"""Host: one machine or a few, from the processors to the programs."""

from . import host_devices, host_programs, host_resources
from .devices import PHYSICAL, REAL
from .layout import dashboard, variable
from .panels import query, row, stat, steps


def build():
    device = variable(
        "disk",
        "Disk",
        'label_values(node_disk_io_time_seconds_total{job=~"$job", instance=~"$instance"}, device)',
        "Block devices to show.",
    )
    return dashboard(
        "orchestrator-host",
        "Host",
        (
            "Processors, memory, pressure, disks, file systems, network and the "
            "programs of a machine, as orchestrator_exporter gives them."
        ),
        ["host"],
        "node_uname_info",
        overview()
        + host_resources.processors()
        + host_resources.memory()
        + host_resources.pressure()
        + host_devices.disks()
        + host_devices.file_systems()
        + host_devices.network()
        + host_programs.processes()
        + host_programs.control_groups()
        + host_programs.exporter_health(),
        [device],
    )


def overview():
    return [
        row("At a glance"),
        stat(
            "CPU busy",
            "Share of the processors' time that was not idle, waiting for I/O or stolen.",
            "percentunit",
            query(
                "1 - avg by (instance) (sum by (instance, cpu) (rate(node_cpu_seconds_total{@,"
                ' mode=~"idle|iowait|steal"}[rate])))'
            ),
            thresholds=steps(0.8, 0.9),
            width=3,
        ),
        stat(
            "Memory used",
            (
                "Share of the memory that a program could not get without swapping: 1 -"
                " MemAvailable / MemTotal."
            ),
            "percentunit",
            query("1 - node_memory_MemAvailable_bytes{@} / node_memory_MemTotal_bytes{@}"),
            thresholds=steps(0.85, 0.95),
            width=3,
        ),
        stat(
            "Fullest file system",
            "Used share of the fullest file system that programs without privileges can write to.",
            "percentunit",
            query(
                f"max by (instance) (1 - node_filesystem_avail_bytes{{@, {REAL}}} /"
                f" (node_filesystem_size_bytes{{@, {REAL}}} > 0))"
            ),
            thresholds=steps(0.85, 0.95),
            width=3,
        ),
        stat(
            "Load per processor",
            "Load average of one minute, divided by the number of processors; above 1 tasks queue.",
            "short",
            query(
                "sum by (instance) (node_load1{@}) / sum by (instance)"
                " (instance:node_num_cpu:sum{@})"
            ),
            thresholds=steps(1, 2),
            decimals=2,
            width=3,
        ),
        stat(
            "Tasks held up",
            (
                "Share of the last minutes in which all tasks waited for memory or for disks at"
                " once: the larger of the two full pressures."
            ),
            "percentunit",
            query(
                "max by (instance)"
                ' (label_replace(rate(node_pressure_memory_stalled_seconds_total{@}[rate]), "of",'
                ' "memory", "", "") or'
                ' label_replace(rate(node_pressure_io_stalled_seconds_total{@}[rate]), "of", "io",'
                ' "", ""))'
            ),
            thresholds=steps(0.1, 0.3),
            width=3,
        ),
        stat(
            "Network in",
            "Bytes received by the devices that are no loopback.",
            "Bps",
            query(
                f"sum by (instance) (rate(node_network_receive_bytes_total{{@, {PHYSICAL}}}[rate]))"
            ),
            width=3,
        ),
        stat(
            "Up since",
            "Time since the machine was started.",
            "s",
            query("node_time_seconds{@} - node_boot_time_seconds{@}"),
            graph=False,
            width=3,
        ),
        stat(
            "Alerts firing",
            (
                "Alerts that are firing for these targets; 0 where Prometheus has none. Needs the"
                " rules of dashboards/prometheus."
            ),
            "short",
            query('sum(ALERTS{@, alertstate="firing"}) or vector(0)', "firing"),
            thresholds=steps(1, 5),
            width=3,
        ),
    ]
