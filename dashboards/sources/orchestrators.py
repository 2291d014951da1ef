"""Orchestrators: what the agents do, what it costs and how well it goes."""
from .agents import agents
from .layout import dashboard, variable
from .panels import (
    bargauge,
    column,
    gauge,
    heatmap,
    instant,
    query,
    row,
    stat,
    steps,
    table,
    timeseries,
)

WHO = 'orchestrator_id=~"$orchestrator"'
ANY = f"{{@, {WHO}}}"
SHARE = steps(80, 100)


def build():
    orchestrator = variable(
        "orchestrator",
        "Orchestrator",
        (
            'label_values(orchestrator_sessions_started_total{job=~"$job", instance=~"$instance"},'
            " orchestrator_id)"
        ),
        "Orchestrators to show.",
    )
    return dashboard(
        "orchestrator-sessions",
        "Orchestrators",
        (
            "Sessions, tokens, latencies, tool calls, delegations, errors and "
            "budgets of AI-agent orchestrators."
        ),
        ["orchestrators"],
        "orchestrator_sessions_started_total",
        overview()
        + sessions()
        + latency()
        + tools()
        + agents(WHO, ANY)
        + delegations()
        + budgets(),
        [orchestrator],
    )


def overview():
    return [
        row("At a glance"),
        stat(
            "Active sessions",
            "Sessions that are now active.",
            "short",
            query(f"sum(orchestrator_sessions_active{ANY})", "sessions"),
        ),
        stat(
            "Tokens a second",
            "Tokens that all models consume together.",
            "short",
            query(f"sum(rate(orchestrator_tokens_used_total{ANY}[rate]))", "tokens"),
            decimals=0,
        ),
        stat(
            "Message latency",
            (
                "95th percentile of the time to process a message. Above 2 s coordination is a"
                " bottleneck."
            ),
            "s",
            query(
                (
                    "histogram_quantile(0.95, sum by (le)"
                    f" (rate(orchestrator_message_latency_seconds_bucket{ANY}[rate])))"
                ),
                "p95",
            ),
            thresholds=steps(2, 5),
        ),
        stat(
            "Tools that succeed",
            "Share of the tool calls that ended with success.",
            "percentunit",
            query(
                (
                    f"sum(rate(orchestrator_tool_invocations_total{{@, {WHO},"
                    ' status="success"}[rate])) /'
                    f" (sum(rate(orchestrator_tool_invocations_total{ANY}[rate])) > 0)"
                ),
                "success",
            ),
            thresholds=steps(0.99, 0.9, rising=False),
        ),
        stat(
            "Errors a minute",
            "Errors of all types.",
            "short",
            query(f"60 * sum(rate(orchestrator_errors_total{ANY}[rate]))", "errors"),
            decimals=1,
        ),
        stat(
            "Highest budget",
            "The budget that is used up most, in percent; 100 is all of it.",
            "percent",
            query(f"max(orchestrator_budget_utilization_percent{ANY})", "used"),
            thresholds=SHARE,
            decimals=1,
        ),
    ]


def sessions():
    return [
        row("Sessions and tokens"),
        timeseries(
            "Active sessions",
            "Sessions now active, by orchestrator and type.",
            "short",
            query(
                f"sum by (orchestrator_id, session_type) (orchestrator_sessions_active{ANY})",
                "{{orchestrator_id}} {{session_type}}",
            ),
            stacked=True,
        ),
        timeseries(
            "Sessions started",
            "New sessions a minute.",
            "short",
            query(
                (
                    "60 * sum by (orchestrator_id, session_type)"
                    f" (rate(orchestrator_sessions_started_total{ANY}[rate]))"
                ),
                "{{orchestrator_id}} {{session_type}}",
            ),
        ),
        bargauge(
            "Tokens in this time, by model",
            "Tokens consumed in the time that the dashboard shows.",
            "short",
            instant(
                (
                    "sort_desc(sum by (model)"
                    f" (increase(orchestrator_tokens_used_total{ANY}[$__range])))"
                ),
                "{{model}}",
            ),
        ),
        timeseries(
            "Tokens by model",
            "Tokens a second that each model consumes.",
            "short",
            query(f"sum by (model) (rate(orchestrator_tokens_used_total{ANY}[rate]))", "{{model}}"),
            stacked=True,
            width=12,
        ),
        timeseries(
            "Tokens by orchestrator",
            "Tokens a second that each orchestrator consumes.",
            "short",
            query(
                f"sum by (orchestrator_id) (rate(orchestrator_tokens_used_total{ANY}[rate]))",
                "{{orchestrator_id}}",
            ),
            stacked=True,
            width=12,
        ),
    ]


def latency():
    bucket = f"sum by (le) (rate(orchestrator_message_latency_seconds_bucket{ANY}[rate]))"
    count = f"rate(orchestrator_message_latency_seconds_count{ANY}[rate])"
    return [
        row("Latency"),
        timeseries(
            "Quantiles",
            "Median, 95th and 99th percentile of the time to process a message.",
            "s",
            *[
                query(f"histogram_quantile({quantile}, {bucket})", name)
                for quantile, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
            ],
            thresholds=steps(2, 5),
            width=12,
        ),
        heatmap(
            "Distribution",
            "Messages a second by the time that they took: two bands are two kinds of message.",
            "s",
            bucket,
        ),
        timeseries(
            "Latency by orchestrator",
            "95th percentile of each orchestrator.",
            "s",
            query(
                (
                    "histogram_quantile(0.95, sum by (orchestrator_id, le)"
                    f" (rate(orchestrator_message_latency_seconds_bucket{ANY}[rate])))"
                ),
                "{{orchestrator_id}}",
            ),
            width=12,
        ),
        timeseries(
            "Messages",
            "Messages processed a second.",
            "ops",
            query(f"sum by (orchestrator_id) ({count})", "{{orchestrator_id}}"),
            width=12,
        ),
    ]


def tools():
    calls = f"rate(orchestrator_tool_invocations_total{ANY}[rate])"
    failed = f'orchestrator_tool_invocations_total{{@, {WHO}, status!="success"}}'
    return [
        row("Tools and errors"),
        timeseries(
            "Tools that succeed",
            "Share of the calls of each orchestrator that ended with success.",
            "percentunit",
            query(
                (
                    f"sum by (orchestrator_id) (rate(orchestrator_tool_invocations_total{{@, {WHO},"
                    f' status="success"}}[rate])) / (sum by (orchestrator_id) ({calls}) > 0)'
                ),
                "{{orchestrator_id}}",
            ),
            high=1,
        ),
        timeseries(
            "Calls by tool",
            "Calls a second.",
            "ops",
            query(f"sum by (tool_name) ({calls})", "{{tool_name}}"),
            stacked=True,
        ),
        bargauge(
            "Failures in this time, by tool",
            "Calls that ended with an error or a time-out, in the time that the dashboard shows.",
            "short",
            instant(
                f"sort_desc(sum by (tool_name, status) (increase({failed}[$__range])))",
                "{{tool_name}} {{status}}",
            ),
            thresholds=steps(1),
        ),
        timeseries(
            "Failures by tool",
            "Failed calls a second, by tool and how they failed.",
            "ops",
            query(f"sum by (tool_name, status) (rate({failed}[rate]))", "{{tool_name}} {{status}}"),
            width=12,
        ),
        timeseries(
            "Errors by type",
            "Errors a second that orchestrators recorded.",
            "ops",
            query(
                f"sum by (error_type) (rate(orchestrator_errors_total{ANY}[rate]))",
                "{{error_type}}",
            ),
            stacked=True,
            width=12,
        ),
    ]


def delegations():
    pair = "from_orchestrator, to_orchestrator, status"
    family = 'orchestrator_federation_delegations_total{@, from_orchestrator=~"$orchestrator"}'
    return [
        row("Delegations and nodes"),
        table(
            "Who delegates to whom",
            (
                "Delegations in the time that the dashboard shows, from one orchestrator to"
                " another, by how they ended."
            ),
            "short",
            [f"sum by ({pair}) (increase({family}[$__range]))"],
            [
                ("from_orchestrator", "From"),
                ("to_orchestrator", "To"),
                ("status", "Ended with"),
                ("Value #A", "Delegations"),
            ],
            [column("Delegations", "short", steps(), bar=True)],
            width=8,
            sort="Delegations",
        ),
        timeseries(
            "Delegations",
            "Delegations a second, by how they ended.",
            "ops",
            query(f"sum by (status) (rate({family}[rate]))", "{{status}}"),
            stacked=True,
        ),
        timeseries(
            "Load of nodes",
            "Load that each node reports, 0 to 1.",
            "percentunit",
            query("orchestrator_node_load{@}", "{{node_id}}"),
            high=1,
            thresholds=steps(0.8, 0.95),
        ),
    ]


def budgets():
    return [
        row("Budgets"),
        gauge(
            "Budget used",
            (
                "Used share of each budget, in percent: above 80 it is nearly spent, above 100 it"
                " is overspent."
            ),
            "percent",
            query(
                f"max by (orchestrator_id, period) (orchestrator_budget_utilization_percent{ANY})",
                "{{orchestrator_id}} {{period}}",
            ),
            thresholds=SHARE,
            high=120,
            width=12,
        ),
        timeseries(
            "Budgets over time",
            (
                "Used share, and a straight line through the last hour, drawn six hours ahead of"
                " each point; it is cut at 200."
            ),
            "percent",
            query(
                f"max by (orchestrator_id, period) (orchestrator_budget_utilization_percent{ANY})",
                "{{orchestrator_id}} {{period}}",
            ),
            query(
                (
                    "clamp(max by (orchestrator_id, period)"
                    f" (predict_linear(orchestrator_budget_utilization_percent{ANY}[1h], 6 *"
                    " 3600)), 0, 200)"
                ),
                "{{orchestrator_id}} {{period}} in 6 h",
            ),
            thresholds=SHARE,
            width=12,
        ),
    ]
