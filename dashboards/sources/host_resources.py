"""Panels of Host: processors, memory and pressure."""

from .panels import query, row, timeseries


def processors():
    return [
        row("Processors"),
        timeseries(
            "CPU by mode",
            "Where the processors' time went; 1 is all of them. Idle is left out.",
            "percentunit",
            query(
                (
                    'sum by (mode) (rate(node_cpu_seconds_total{@, mode!="idle"}[rate])) /'
                    " scalar(sum(instance:node_num_cpu:sum{@}))"
                ),
                "{{mode}}",
            ),
            stacked=True,
            high=1,
        ),
        timeseries(
            "Each processor",
            (
                "Busy share of every single processor: one at 1 and the rest idle is one thread"
                " that cannot go faster."
            ),
            "percentunit",
            query(
                (
                    "1 - sum by (instance, cpu) (rate(node_cpu_seconds_total{@,"
                    ' mode=~"idle|iowait|steal"}[rate]))'
                ),
                "{{instance}} cpu {{cpu}}",
            ),
            high=1,
        ),
        timeseries(
            "Load",
            (
                "Tasks that run or wait, averaged over 1, 5 and 15 minutes, and the number of"
                " processors."
            ),
            "short",
            query("node_load1{@}", "{{instance}} 1 min"),
            query("node_load5{@}", "{{instance}} 5 min"),
            query("node_load15{@}", "{{instance}} 15 min"),
            query("instance:node_num_cpu:sum{@}", "{{instance}} processors"),
        ),
        timeseries(
            "Switches and interrupts",
            (
                "Context switches and interrupts a second. A jump without more work points to lock"
                " contention or a chatty device."
            ),
            "ops",
            query("rate(node_context_switches_total{@}[rate])", "{{instance}} switches"),
            query("rate(node_intr_total{@}[rate])", "{{instance}} interrupts"),
        ),
        timeseries(
            "Tasks",
            "Tasks that run now, and tasks that are blocked on I/O.",
            "short",
            query("node_procs_running{@}", "{{instance}} running"),
            query("node_procs_blocked{@}", "{{instance}} blocked"),
        ),
        timeseries(
            "Processor clock",
            (
                "Present frequency of the processors. Needs hardware: virtual machines mostly have"
                " no cpufreq."
            ),
            "hertz",
            query("avg by (instance) (node_cpu_scaling_frequency_hertz{@})", "{{instance}} mean"),
            query(
                "max by (instance) (node_cpu_scaling_frequency_max_hertz{@})",
                "{{instance}} possible",
            ),
        ),
    ]


def memory():
    return [
        row("Memory"),
        timeseries(
            "Memory by use",
            (
                "Programs (what is neither cache nor free), the kernel's slabs, caches that can be"
                " given back, and free memory."
            ),
            "bytes",
            query(
                (
                    "sum(node_memory_MemTotal_bytes{@} - node_memory_MemFree_bytes{@} -"
                    " node_memory_Buffers_bytes{@} - node_memory_Cached_bytes{@} -"
                    " node_memory_Slab_bytes{@})"
                ),
                "programs",
            ),
            query("sum(node_memory_Slab_bytes{@})", "slabs"),
            query("sum(node_memory_Cached_bytes{@} + node_memory_Buffers_bytes{@})", "caches"),
            query("sum(node_memory_MemFree_bytes{@})", "free"),
            stacked=True,
        ),
        timeseries(
            "Memory available",
            (
                "What programs could still get without swapping, and a straight line through the"
                " last hour, drawn four hours ahead of each point."
            ),
            "bytes",
            query("node_memory_MemAvailable_bytes{@}", "{{instance}} available"),
            query(
                "clamp_min(predict_linear(node_memory_MemAvailable_bytes{@}[1h], 4 * 3600), 0)",
                "{{instance}} in 4 h",
            ),
        ),
        timeseries(
            "Swap and page faults",
            (
                "Pages swapped in and out, and faults that had to be read from disk, a second."
                " Lasting swap traffic means too little memory."
            ),
            "ops",
            query("rate(node_vmstat_pswpin{@}[rate])", "{{instance}} swapped in"),
            query("rate(node_vmstat_pswpout{@}[rate])", "{{instance}} swapped out"),
            query("rate(node_vmstat_pgmajfault{@}[rate])", "{{instance}} major faults"),
        ),
        timeseries(
            "Out of memory",
            "Tasks that the kernel killed because memory ran out, in the time between two points.",
            "short",
            query("increase(node_vmstat_oom_kill{@}[rate])", "{{instance}} killed"),
            bars=True,
        ),
        timeseries(
            "Dirty pages",
            "Memory that waits to be written to disk, and what is being written now.",
            "bytes",
            query("node_memory_Dirty_bytes{@}", "{{instance}} dirty"),
            query("node_memory_Writeback_bytes{@}", "{{instance}} being written"),
        ),
        timeseries(
            "Committed memory",
            (
                "Memory that programs have asked for, against the limit that the kernel would apply"
                " with strict overcommit."
            ),
            "bytes",
            query("node_memory_Committed_AS_bytes{@}", "{{instance}} asked for"),
            query("node_memory_CommitLimit_bytes{@}", "{{instance}} limit"),
        ),
    ]


def pressure():
    text = (
        "Share of the time in which some task (some) or all tasks (full) waited for {0}: pressure"
        " stall information. It rises before a resource is used up."
    )
    return [
        row("Pressure"),
        timeseries(
            "CPU pressure",
            text.format("a processor"),
            "percentunit",
            query("rate(node_pressure_cpu_waiting_seconds_total{@}[rate])", "{{instance}} some"),
            high=1,
        ),
        timeseries(
            "Memory pressure",
            text.format("memory"),
            "percentunit",
            query("rate(node_pressure_memory_waiting_seconds_total{@}[rate])", "{{instance}} some"),
            query("rate(node_pressure_memory_stalled_seconds_total{@}[rate])", "{{instance}} full"),
            high=1,
        ),
        timeseries(
            "I/O pressure",
            text.format("I/O"),
            "percentunit",
            query("rate(node_pressure_io_waiting_seconds_total{@}[rate])", "{{instance}} some"),
            query("rate(node_pressure_io_stalled_seconds_total{@}[rate])", "{{instance}} full"),
            high=1,
        ),
    ]
