"""Panels of Host: disks, file systems and network."""

from .devices import REAL
from .panels import column, query, row, steps, table, timeseries, yes_no


def disks():
    disk = 'device=~"$disk"'
    return [
        row("Disks"),
        timeseries(
            "Throughput",
            "Bytes read and written a second.",
            "Bps",
            query(
                f"rate(node_disk_read_bytes_total{{@, {disk}}}[rate])",
                "{{instance}} {{device}} read",
            ),
            query(
                f"rate(node_disk_written_bytes_total{{@, {disk}}}[rate])",
                "{{instance}} {{device}} written",
            ),
            width=6,
        ),
        timeseries(
            "Operations",
            "Reads and writes completed a second.",
            "iops",
            query(
                f"rate(node_disk_reads_completed_total{{@, {disk}}}[rate])",
                "{{instance}} {{device}} reads",
            ),
            query(
                f"rate(node_disk_writes_completed_total{{@, {disk}}}[rate])",
                "{{instance}} {{device}} writes",
            ),
            width=6,
        ),
        timeseries(
            "Time of an operation",
            (
                "Mean time from request to completion, of reads and of writes. Nothing is drawn"
                " while there are none."
            ),
            "s",
            query(
                (
                    f"rate(node_disk_read_time_seconds_total{{@, {disk}}}[rate]) /"
                    f" (rate(node_disk_reads_completed_total{{@, {disk}}}[rate]) > 0)"
                ),
                "{{instance}} {{device}} read",
            ),
            query(
                (
                    f"rate(node_disk_write_time_seconds_total{{@, {disk}}}[rate]) /"
                    f" (rate(node_disk_writes_completed_total{{@, {disk}}}[rate]) > 0)"
                ),
                "{{instance}} {{device}} write",
            ),
            width=6,
        ),
        timeseries(
            "Busy",
            (
                "Share of the time in which the device had a request; 1 means saturated for a"
                " spinning disk, not for an SSD."
            ),
            "percentunit",
            query(
                f"rate(node_disk_io_time_seconds_total{{@, {disk}}}[rate])",
                "{{instance}} {{device}}",
            ),
            high=1,
            width=6,
        ),
    ]


def file_systems():
    used = "1 - node_filesystem_avail_bytes{@} / (node_filesystem_size_bytes{@} > 0)"
    return [
        row("File systems"),
        table(
            "File systems",
            (
                "Size, free space for programs without privileges, used share of space and of"
                " files, and what is left a day from now if the last six hours go on."
            ),
            "bytes",
            [
                f"max by (mountpoint) (node_filesystem_size_bytes{{@, {REAL}}})",
                f"min by (mountpoint) (node_filesystem_avail_bytes{{@, {REAL}}})",
                f"max by (mountpoint) ({used.replace('{@}', '{@, ' + REAL + '}')})",
                (
                    f"max by (mountpoint) (1 - node_filesystem_files_free{{@, {REAL}}} /"
                    f" (node_filesystem_files{{@, {REAL}}} > 0))"
                ),
                (
                    "clamp_min(min by (mountpoint) (predict_linear(node_filesystem_avail_bytes{@,"
                    f" {REAL}}}[6h], 86400)), 0)"
                ),
                f"max by (mountpoint) (node_filesystem_readonly{{@, {REAL}}})",
            ],
            [
                ("mountpoint", "Mounted at"),
                ("Value #A", "Size"),
                ("Value #B", "Available"),
                ("Value #C", "Used"),
                ("Value #D", "Files used"),
                ("Value #E", "Available in a day"),
                ("Value #F", "Writable"),
            ],
            [
                column("Used", "percentunit", steps(0.85, 0.95), bar=True, high=1),
                column("Files used", "percentunit", steps(0.85, 0.95)),
                column("Writable", mappings=yes_no("read-only", "yes", bad=1)),
            ],
            key="mountpoint",
            width=14,
            sort="Used",
        ),
        timeseries(
            "Space used",
            "Used share of each file system over time.",
            "percentunit",
            query(used.replace("{@}", "{@, " + REAL + "}"), "{{instance}} {{mountpoint}}"),
            high=1,
            width=10,
        ),
    ]


def network():
    return [
        row("Network"),
        timeseries(
            "Traffic",
            "Bytes received and sent a second, without the loopback device.",
            "Bps",
            query(
                'rate(node_network_receive_bytes_total{@, device!="lo"}[rate])',
                "{{instance}} {{device}} in",
            ),
            query(
                'rate(node_network_transmit_bytes_total{@, device!="lo"}[rate])',
                "{{instance}} {{device}} out",
            ),
        ),
        timeseries(
            "Errors and drops",
            (
                "Packets that were lost on the way through a device, a second. All of it should be"
                " near zero."
            ),
            "pps",
            query(
                (
                    "sum by (instance, device) (rate(node_network_receive_errs_total{@}[rate]) +"
                    " rate(node_network_transmit_errs_total{@}[rate]))"
                ),
                "{{instance}} {{device}} errors",
            ),
            query(
                (
                    "sum by (instance, device) (rate(node_network_receive_drop_total{@}[rate]) +"
                    " rate(node_network_transmit_drop_total{@}[rate]))"
                ),
                "{{instance}} {{device}} drops",
            ),
        ),
        timeseries(
            "TCP connections",
            "Connections established, sockets in time-wait and sockets in use.",
            "short",
            query("node_netstat_Tcp_CurrEstab{@}", "{{instance}} established"),
            query("node_sockstat_TCP_tw{@}", "{{instance}} time-wait"),
            query("node_sockstat_TCP_inuse{@}", "{{instance}} in use"),
        ),
        timeseries(
            "TCP trouble",
            (
                "Segments sent again, and connections that were refused because a queue of a"
                " listening program was full, a second."
            ),
            "ops",
            query("rate(node_netstat_Tcp_RetransSegs{@}[rate])", "{{instance}} sent again"),
            query("rate(node_netstat_TcpExt_ListenOverflows{@}[rate])", "{{instance}} queue full"),
            query("rate(node_netstat_Tcp_OutRsts{@}[rate])", "{{instance}} resets sent"),
        ),
        timeseries(
            "UDP",
            "Datagrams received, and those lost to full buffers, a second.",
            "pps",
            query("rate(node_netstat_Udp_InDatagrams{@}[rate])", "{{instance}} received"),
            query("rate(node_netstat_Udp_RcvbufErrors{@}[rate])", "{{instance}} lost"),
        ),
        timeseries(
            "Descriptors and connections tracked",
            (
                "Used share of the system's file descriptors and, where the firewall tracks"
                " connections, of its table."
            ),
            "percentunit",
            query("node_filefd_allocated{@} / node_filefd_maximum{@}", "{{instance}} descriptors"),
            query(
                "node_nf_conntrack_entries{@} / (node_nf_conntrack_entries_limit{@} > 0)",
                "{{instance}} connections",
            ),
            high=1,
        ),
    ]
