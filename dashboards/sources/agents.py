"""The row of coding agents, which tell of themselves by OpenTelemetry (docs/agents.md)."""
from .panels import bargauge, instant, query, row, stat, timeseries

AGENTS = 'session_type=~"claude-code|codex|gemini-cli|opencode"'


def agents(who, any_of):
    """`who`: the matcher of the chosen orchestrators; `any_of`: braces with it and nothing else."""
    requests = f"rate(orchestrator_agent_request_duration_seconds_bucket{any_of}[rate])"
    tools = f"rate(orchestrator_agent_tool_duration_seconds_bucket{any_of}[rate])"
    failed = f'orchestrator_agent_tool_duration_seconds_count{{@, {who}, status!="success"}}'
    return [
        row("Agents"),
        stat(
            "Agents' active sessions",
            "Sessions of coding agents of which something came in the last ten minutes.",
            "short",
            query(f"sum(orchestrator_sessions_active{{@, {who}, {AGENTS}}})", "sessions"),
            width=6,
        ),
        stat(
            "Cost of the last day",
            "What the agents say that their model requests of the last 24 hours cost.",
            "currencyUSD",
            instant(f"sum(increase(orchestrator_agent_cost_usd_total{any_of}[1d]))", "cost"),
            width=6,
            decimals=2,
        ),
        stat(
            "Time to the first token",
            "95th percentile of the time until an answer begins.",
            "s",
            query(
                (
                    "histogram_quantile(0.95, sum by (le)"
                    f" (rate(orchestrator_agent_time_to_first_token_seconds_bucket{any_of}[rate])))"
                ),
                "p95",
            ),
            width=6,
        ),
        stat(
            "Agents' tools that fail",
            "Share of the agents' tool calls that ended with an error or a time-out.",
            "percentunit",
            query(
                (
                    f"(sum(rate({failed}[rate])) or vector(0)) /"
                    f" sum(rate(orchestrator_agent_tool_duration_seconds_count{any_of}[rate]))"
                ),
                "failed",
            ),
            width=6,
        ),
        timeseries(
            "Agents' tokens by type",
            "Tokens a second: input and output, read from and written to the cache, reasoning.",
            "short",
            query(f"sum by (type) (rate(orchestrator_agent_tokens_total{any_of}[rate]))", "{{type}}"),
            stacked=True,
        ),
        timeseries(
            "Agents' tokens by model",
            "Tokens a second of all types, by model.",
            "short",
            query(
                f"sum by (model) (rate(orchestrator_agent_tokens_total{any_of}[rate]))", "{{model}}"
            ),
            stacked=True,
        ),
        timeseries(
            "Cost a day",
            "What a day costs at the rate of each moment, by model, in US dollars.",
            "currencyUSD",
            query(
                f"86400 * sum by (model) (rate(orchestrator_agent_cost_usd_total{any_of}[rate]))",
                "{{model}}",
            ),
            stacked=True,
        ),
        timeseries(
            "Request latency",
            "Median and 95th percentile of the time of model requests, by model.",
            "s",
            *[
                query(
                    f"histogram_quantile({quantile}, sum by (model, le) ({requests}))",
                    f"{{{{model}}}} {name}",
                )
                for quantile, name in ((0.5, "p50"), (0.95, "p95"))
            ],
        ),
        timeseries(
            "Tool latency",
            "95th percentile of the time of tool calls, by tool.",
            "s",
            query(f"histogram_quantile(0.95, sum by (tool_name, le) ({tools}))", "{{tool_name}}"),
        ),
        timeseries(
            "Agents' tool failures",
            "Tool calls a second that ended with an error or a time-out, by tool.",
            "ops",
            query(f"sum by (tool_name, status) (rate({failed}[rate]))", "{{tool_name}} {{status}}"),
        ),
        bargauge(
            "Decisions in this time",
            "Whether tools were allowed to run, and who decided, in the time that the dashboard shows.",
            "short",
            instant(
                (
                    "sort_desc(sum by (decision, source)"
                    f" (increase(orchestrator_agent_tool_decisions_total{any_of}[$__range])))"
                ),
                "{{decision}} {{source}}",
            ),
            width=12,
        ),
        timeseries(
            "Errors of agents' requests",
            "Model requests a second that failed, by model.",
            "ops",
            query(
                (
                    "sum by (model) (rate(orchestrator_agent_request_duration_seconds_count{@,"
                    f' {who}, outcome="error"}}[rate]))'
                ),
                "{{model}}",
            ),
            width=12,
        ),
    ]
