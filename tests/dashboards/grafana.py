"""What Grafana does with a dashboard before it draws, as far as ours need it."""
import json
import pathlib
import re
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DASHBOARDS = sorted((ROOT / "dashboards" / "grafana").glob("*.json"))


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def panels(dashboard):
    """The panels that show data, rows left out."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


class Prometheus:
    """The HTTP interface of a Prometheus."""

    def __init__(self, url):
        self.url = url.rstrip("/")

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(
            {key: value for key, value in parameters.items() if value is not None}
        )
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{query}", timeout=30) as answer:
                document = json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(f"{path}?{query}: {error.read().decode(errors='replace')}") from error
        return document["data"]

    def range(self, expression, start, end, step):
        return self.get("query_range", query=expression, start=start, end=end, step=step)["result"]

    def instant(self, expression, time):
        return self.get("query", query=expression, time=time)["result"]


class View:
    """A dashboard as a person sees it with every variable at All.

    From start to end (Unix times) with a point every step seconds, of a Prometheus that scrapes every
    interval seconds.
    """

    def __init__(self, prometheus, start, end, step, interval):
        self.prometheus, self.start, self.end, self.step, self.interval = (
            prometheus,
            start,
            end,
            step,
            interval,
        )

    def expression(self, target):
        rate = max(4 * self.interval, self.step + self.interval)
        text = target["expr"].replace("$__rate_interval", f"{int(rate)}s")
        text = text.replace("$__range", f"{int(self.end - self.start)}s")
        text = re.sub(r'"\$\w+"', '".+"', text)
        if "$" in text:
            raise ValueError(f"a variable that is not known: {text}")
        return text

    def ask(self, target):
        """The series of a query: [(labels, [(time, value), ...]), ...]."""
        expression = self.expression(target)
        if target.get("instant"):
            return [
                (series["metric"], [point(series["value"])])
                for series in self.prometheus.instant(expression, self.end)
            ]
        return [
            (series["metric"], [point(value) for value in series["values"]])
            for series in self.prometheus.range(expression, self.start, self.end, self.step)
        ]


def point(pair):
    return float(pair[0]), float(pair[1])


def legend(target, labels):
    """The name of a series."""
    form = target.get("legendFormat", "__auto")
    if form == "__auto":
        return (
            ", ".join(f"{key}={value}" for key, value in sorted(labels.items())) or target["expr"]
        )
    return re.sub(
        r"\{\{\s*(\w+)\s*\}\}", lambda match: labels.get(match.group(1), ""), form
    ).strip()
