"""Host: one machine or a few, from the processors to the programs."""
from .panels import (bargauge, column, dashboard, instant, query, row, stat, steps, table, timeseries, variable,
                     yes_no)

# What is no file system of its own: what lives in memory, or shows another one's space again.
REAL = 'fstype!~"tmpfs|ramfs|overlay|squashfs|fuse.lxcfs"'
PHYSICAL = 'device!~"lo|veth.*|docker.*|br-.*|cali.*|cni.*|flannel.*|virbr.*"'


def build():
    device = variable("disk", "Disk", 'label_values(node_disk_io_time_seconds_total{job=~"$job", instance=~"$instance"}, device)',
                      "Block devices to show.")
    return dashboard("orchestrator-host", "Host", "Processors, memory, pressure, disks, file systems, network and the "
                     "programs of a machine, as orchestrator_exporter gives them.", ["host"], "node_uname_info",
                     overview() + processors() + memory() + pressure() + disks() + file_systems() + network() +
                     processes() + control_groups() + exporter_health(), [device])


def overview():
    return [
        row("At a glance"),
        stat("CPU busy", "Share of the processors' time that was not idle, waiting for I/O or stolen.", "percentunit",
             query('1 - avg by (instance) (sum by (instance, cpu) (rate(node_cpu_seconds_total{@, mode=~"idle|iowait|steal"}[rate])))'),
             thresholds=steps(0.8, 0.9), width=3),
        stat("Memory used", "Share of the memory that a program could not get without swapping: 1 - MemAvailable / MemTotal.",
             "percentunit", query("1 - node_memory_MemAvailable_bytes{@} / node_memory_MemTotal_bytes{@}"),
             thresholds=steps(0.85, 0.95), width=3),
        stat("Fullest file system", "Used share of the fullest file system that programs without privileges can write to.",
             "percentunit", query(f"max by (instance) (1 - node_filesystem_avail_bytes{{@, {REAL}}} / (node_filesystem_size_bytes{{@, {REAL}}} > 0))"),
             thresholds=steps(0.85, 0.95), width=3),
        stat("Load per processor", "Load average of one minute, divided by the number of processors; above 1 tasks queue.",
             "short", query("sum by (instance) (node_load1{@}) / sum by (instance) (instance:node_num_cpu:sum{@})"),
             thresholds=steps(1, 2), decimals=2, width=3),
        stat("Tasks held up", "Share of the last minutes in which all tasks waited for memory or for disks at once: "
             "the larger of the two full pressures.", "percentunit",
             query("max by (instance) (rate(node_pressure_memory_stalled_seconds_total{@}[rate]) or rate(node_pressure_io_stalled_seconds_total{@}[rate]))"),
             thresholds=steps(0.1, 0.3), width=3),
        stat("Network in", "Bytes received by the devices that are no loopback.", "Bps",
             query(f"sum by (instance) (rate(node_network_receive_bytes_total{{@, {PHYSICAL}}}[rate]))"), width=3),
        stat("Up since", "Time since the machine was started.", "s",
             query("node_time_seconds{@} - node_boot_time_seconds{@}"), graph=False, width=3),
        stat("Alerts firing", "Alerts that are firing for these targets; 0 where Prometheus has none. Needs the rules of "
             "dashboards/prometheus.", "short",
             query('sum(ALERTS{@, alertstate="firing"}) or vector(0)', "firing"), thresholds=steps(1, 5), width=3),
    ]


def processors():
    return [
        row("Processors"),
        timeseries("CPU by mode", "Where the processors' time went; 1 is all of them. Idle is left out.", "percentunit",
                   query('sum by (mode) (rate(node_cpu_seconds_total{@, mode!="idle"}[rate])) / scalar(sum(instance:node_num_cpu:sum{@}))', "{{mode}}"),
                   stacked=True, high=1),
        timeseries("Each processor", "Busy share of every single processor: one at 1 and the rest idle is one thread that cannot go faster.",
                   "percentunit", query('1 - sum by (instance, cpu) (rate(node_cpu_seconds_total{@, mode=~"idle|iowait|steal"}[rate]))', "{{instance}} cpu {{cpu}}"), high=1),
        timeseries("Load", "Tasks that run or wait, averaged over 1, 5 and 15 minutes, and the number of processors.", "short",
                   query("node_load1{@}", "{{instance}} 1 min"), query("node_load5{@}", "{{instance}} 5 min"),
                   query("node_load15{@}", "{{instance}} 15 min"), query("instance:node_num_cpu:sum{@}", "{{instance}} processors")),
        timeseries("Switches and interrupts", "Context switches and interrupts a second. A jump without more work points to lock contention or a chatty device.",
                   "ops", query("rate(node_context_switches_total{@}[rate])", "{{instance}} switches"),
                   query("rate(node_intr_total{@}[rate])", "{{instance}} interrupts")),
        timeseries("Tasks", "Tasks that run now, and tasks that are blocked on I/O.", "short",
                   query("node_procs_running{@}", "{{instance}} running"), query("node_procs_blocked{@}", "{{instance}} blocked")),
        timeseries("Processor clock", "Present frequency of the processors. Needs hardware: virtual machines mostly have no cpufreq.",
                   "hertz", query("avg by (instance) (node_cpu_scaling_frequency_hertz{@})", "{{instance}} mean"),
                   query("max by (instance) (node_cpu_scaling_frequency_max_hertz{@})", "{{instance}} possible")),
    ]


def memory():
    return [
        row("Memory"),
        timeseries("Memory by use", "Programs (what is neither cache nor free), the kernel's slabs, caches that can be given back, and free memory.",
                   "bytes",
                   query("sum(node_memory_MemTotal_bytes{@} - node_memory_MemFree_bytes{@} - node_memory_Buffers_bytes{@} - node_memory_Cached_bytes{@} - node_memory_Slab_bytes{@})", "programs"),
                   query("sum(node_memory_Slab_bytes{@})", "slabs"),
                   query("sum(node_memory_Cached_bytes{@} + node_memory_Buffers_bytes{@})", "caches"),
                   query("sum(node_memory_MemFree_bytes{@})", "free"), stacked=True),
        timeseries("Memory available", "What programs could still get without swapping, and a straight line through the last hour, drawn four hours ahead of each point.",
                   "bytes", query("node_memory_MemAvailable_bytes{@}", "{{instance}} available"),
                   query("clamp_min(predict_linear(node_memory_MemAvailable_bytes{@}[1h], 4 * 3600), 0)", "{{instance}} in 4 h")),
        timeseries("Swap and page faults", "Pages swapped in and out, and faults that had to be read from disk, a second. Lasting swap traffic means too little memory.",
                   "ops", query("rate(node_vmstat_pswpin{@}[rate])", "{{instance}} swapped in"),
                   query("rate(node_vmstat_pswpout{@}[rate])", "{{instance}} swapped out"),
                   query("rate(node_vmstat_pgmajfault{@}[rate])", "{{instance}} major faults")),
        timeseries("Out of memory", "Tasks that the kernel killed because memory ran out, in the time between two points.", "short",
                   query("increase(node_vmstat_oom_kill{@}[rate])", "{{instance}} killed"), bars=True),
        timeseries("Dirty pages", "Memory that waits to be written to disk, and what is being written now.", "bytes",
                   query("node_memory_Dirty_bytes{@}", "{{instance}} dirty"), query("node_memory_Writeback_bytes{@}", "{{instance}} being written")),
        timeseries("Committed memory", "Memory that programs have asked for, against the limit that the kernel would apply with strict overcommit.",
                   "bytes", query("node_memory_Committed_AS_bytes{@}", "{{instance}} asked for"),
                   query("node_memory_CommitLimit_bytes{@}", "{{instance}} limit")),
    ]


def pressure():
    text = ("Share of the time in which some task (some) or all tasks (full) waited for {0}: pressure stall information. "
            "It rises before a resource is used up.")
    return [
        row("Pressure"),
        timeseries("CPU pressure", text.format("a processor"), "percentunit",
                   query("rate(node_pressure_cpu_waiting_seconds_total{@}[rate])", "{{instance}} some"), high=1),
        timeseries("Memory pressure", text.format("memory"), "percentunit",
                   query("rate(node_pressure_memory_waiting_seconds_total{@}[rate])", "{{instance}} some"),
                   query("rate(node_pressure_memory_stalled_seconds_total{@}[rate])", "{{instance}} full"), high=1),
        timeseries("I/O pressure", text.format("I/O"), "percentunit",
                   query("rate(node_pressure_io_waiting_seconds_total{@}[rate])", "{{instance}} some"),
                   query("rate(node_pressure_io_stalled_seconds_total{@}[rate])", "{{instance}} full"), high=1),
    ]


def disks():
    disk = 'device=~"$disk"'
    return [
        row("Disks"),
        timeseries("Throughput", "Bytes read and written a second.", "Bps",
                   query(f"rate(node_disk_read_bytes_total{{@, {disk}}}[rate])", "{{instance}} {{device}} read"),
                   query(f"rate(node_disk_written_bytes_total{{@, {disk}}}[rate])", "{{instance}} {{device}} written"), width=6),
        timeseries("Operations", "Reads and writes completed a second.", "iops",
                   query(f"rate(node_disk_reads_completed_total{{@, {disk}}}[rate])", "{{instance}} {{device}} reads"),
                   query(f"rate(node_disk_writes_completed_total{{@, {disk}}}[rate])", "{{instance}} {{device}} writes"), width=6),
        timeseries("Time of an operation", "Mean time from request to completion, of reads and of writes. Nothing is drawn while there are none.", "s",
                   query(f"rate(node_disk_read_time_seconds_total{{@, {disk}}}[rate]) / (rate(node_disk_reads_completed_total{{@, {disk}}}[rate]) > 0)", "{{instance}} {{device}} read"),
                   query(f"rate(node_disk_write_time_seconds_total{{@, {disk}}}[rate]) / (rate(node_disk_writes_completed_total{{@, {disk}}}[rate]) > 0)", "{{instance}} {{device}} write"), width=6),
        timeseries("Busy", "Share of the time in which the device had a request; 1 means saturated for a spinning disk, not for an SSD.", "percentunit",
                   query(f"rate(node_disk_io_time_seconds_total{{@, {disk}}}[rate])", "{{instance}} {{device}}"), high=1, width=6),
    ]


def file_systems():
    used = "1 - node_filesystem_avail_bytes{@} / (node_filesystem_size_bytes{@} > 0)"
    return [
        row("File systems"),
        table("File systems", "Size, free space for programs without privileges, used share of space and of files, and what is left a day from now "
              "if the last six hours go on.", "bytes",
              [f"max by (mountpoint) (node_filesystem_size_bytes{{@, {REAL}}})", f"min by (mountpoint) (node_filesystem_avail_bytes{{@, {REAL}}})",
               f"max by (mountpoint) ({used.replace('{@}', '{@, ' + REAL + '}')})",
               f"max by (mountpoint) (1 - node_filesystem_files_free{{@, {REAL}}} / (node_filesystem_files{{@, {REAL}}} > 0))",
               f"clamp_min(min by (mountpoint) (predict_linear(node_filesystem_avail_bytes{{@, {REAL}}}[6h], 86400)), 0)",
               f"max by (mountpoint) (node_filesystem_readonly{{@, {REAL}}})"],
              [("mountpoint", "Mounted at"), ("Value #A", "Size"), ("Value #B", "Available"), ("Value #C", "Used"),
               ("Value #D", "Files used"), ("Value #E", "Available in a day"), ("Value #F", "Writable")],
              [column("Used", "percentunit", steps(0.85, 0.95), bar=True, high=1), column("Files used", "percentunit", steps(0.85, 0.95)),
               column("Writable", mappings=yes_no("read-only", "yes", bad=1))], key="mountpoint", width=14, sort="Used"),
        timeseries("Space used", "Used share of each file system over time.", "percentunit",
                   query(used.replace("{@}", "{@, " + REAL + "}"), "{{instance}} {{mountpoint}}"), high=1, width=10),
    ]


def network():
    return [
        row("Network"),
        timeseries("Traffic", "Bytes received and sent a second, without the loopback device.", "Bps",
                   query('rate(node_network_receive_bytes_total{@, device!="lo"}[rate])', "{{instance}} {{device}} in"),
                   query('rate(node_network_transmit_bytes_total{@, device!="lo"}[rate])', "{{instance}} {{device}} out")),
        timeseries("Errors and drops", "Packets that were lost on the way through a device, a second. All of it should be near zero.", "pps",
                   query('sum by (instance, device) (rate(node_network_receive_errs_total{@}[rate]) + rate(node_network_transmit_errs_total{@}[rate]))', "{{instance}} {{device}} errors"),
                   query('sum by (instance, device) (rate(node_network_receive_drop_total{@}[rate]) + rate(node_network_transmit_drop_total{@}[rate]))', "{{instance}} {{device}} drops")),
        timeseries("TCP connections", "Connections established, sockets in time-wait and sockets in use.", "short",
                   query("node_netstat_Tcp_CurrEstab{@}", "{{instance}} established"), query("node_sockstat_TCP_tw{@}", "{{instance}} time-wait"),
                   query("node_sockstat_TCP_inuse{@}", "{{instance}} in use")),
        timeseries("TCP trouble", "Segments sent again, and connections that were refused because a queue of a listening program was full, a second.", "ops",
                   query("rate(node_netstat_Tcp_RetransSegs{@}[rate])", "{{instance}} sent again"),
                   query("rate(node_netstat_TcpExt_ListenOverflows{@}[rate])", "{{instance}} queue full"),
                   query("rate(node_netstat_Tcp_OutRsts{@}[rate])", "{{instance}} resets sent")),
        timeseries("UDP", "Datagrams received, and those lost to full buffers, a second.", "pps",
                   query("rate(node_netstat_Udp_InDatagrams{@}[rate])", "{{instance}} received"),
                   query("rate(node_netstat_Udp_RcvbufErrors{@}[rate])", "{{instance}} lost")),
        timeseries("Descriptors and connections tracked", "Used share of the system's file descriptors and, where the firewall tracks connections, of its table.",
                   "percentunit", query("node_filefd_allocated{@} / node_filefd_maximum{@}", "{{instance}} descriptors"),
                   query("node_nf_conntrack_entries{@} / (node_nf_conntrack_entries_limit{@} > 0)", "{{instance}} connections"), high=1),
    ]


def processes():
    """Groups of processes; the collector namedprocess has to be on."""
    needs = " Needs the collector namedprocess."
    return [
        row("Programs"),
        bargauge("Most processor time", "The ten groups of processes that use the processors most, in processors." + needs, "short",
                 instant("topk(10, sum by (groupname) (rate(namedprocess_namegroup_cpu_seconds_total{@}[rate])))", "{{groupname}}"), width=6, height=9),
        bargauge("Most memory", "The ten groups of processes that hold most memory, as resident pages; shared ones count for each." + needs, "bytes",
                 instant('topk(10, sum by (groupname) (namedprocess_namegroup_memory_bytes{@, memtype="resident"}))', "{{groupname}}"), width=6, height=9),
        timeseries("Processor time of the busiest", "Course of the groups that use the processors most." + needs, "short",
                   query("topk(5, sum by (groupname) (rate(namedprocess_namegroup_cpu_seconds_total{@}[rate])))", "{{groupname}}"), width=6, height=9),
        timeseries("Disk traffic of the busiest", "Bytes that groups of processes caused to be read from and written to storage." + needs, "Bps",
                   query("topk(5, sum by (groupname) (rate(namedprocess_namegroup_read_bytes_total{@}[rate])))", "{{groupname}} read"),
                   query("topk(5, sum by (groupname) (rate(namedprocess_namegroup_write_bytes_total{@}[rate])))", "{{groupname}} written"), width=6, height=9),
        timeseries("Processes and threads", "Numbers of processes and threads. Needs the collector processes.", "short",
                   query("node_processes_pids{@}", "{{instance}} processes"), query("node_processes_threads{@}", "{{instance}} threads")),
        timeseries("States of processes", "Processes by state: D waits for a device and cannot be ended, Z has ended and was not fetched. Needs the collector processes.", "short",
                   query('sum by (state) (node_processes_state{@})', "{{state}}"), stacked=True),
        timeseries("Descriptors of the worst", "The groups with a process that is nearest to its limit of open files." + needs, "percentunit",
                   query("topk(5, max by (groupname) (namedprocess_namegroup_worst_fd_ratio{@}))", "{{groupname}}"), high=1),
    ]


def control_groups():
    """Units, containers and sessions; the collector cgroup has to be on."""
    below = 'cgroup!="/"'
    needs = " Needs the collector cgroup and control groups of version 2 below the root."
    return [
        row("Units, containers and sessions"),
        timeseries("Memory of control groups", "The control groups that hold most memory, their files in the page cache included." + needs, "bytes",
                   query(f"topk(10, max by (cgroup) (cgroup_memory_current_bytes{{@, {below}}}))", "{{cgroup}}")),
        timeseries("Processor time of control groups", "The control groups that use the processors most, each with those below it, in processors." + needs, "short",
                   query(f"topk(10, sum by (cgroup) (rate(cgroup_cpu_seconds_total{{@, {below}}}[rate])))", "{{cgroup}}")),
        timeseries("Control groups held back", "Share of the time in which control groups stood still because they ran into their limit of processor time." + needs, "percentunit",
                   query(f"topk(10, sum by (cgroup) (rate(cgroup_cpu_throttled_seconds_total{{@, {below}}}[rate])))", "{{cgroup}}")),
    ]


def exporter_health():
    return [
        row("This exporter"),
        timeseries("Answers", "1 where Prometheus could scrape the target.", "short", query("up{@}"), high=1),
        timeseries("Time of a scrape", "How long Prometheus waited for the answer.", "s", query("scrape_duration_seconds{@}")),
        timeseries("Collectors without data", "Collectors that gave nothing: a fault, or hardware that is not there.", "short",
                   query("count by (instance) (node_scrape_collector_success{@} == 0) or 0 * count by (instance) (node_scrape_collector_success{@})")),
    ]
