"""Draws a dashboard's queries into one HTML page, to look at the shapes without Grafana.

It is no Grafana: it knows the panels, units and transformations that our dashboards use, roughly.
What it shows is whether the queries give what the panels are meant to show.
"""
import html
import math

import grafana

CELL_WIDTH, CELL_HEIGHT = 62, 30
COLORS = (
    "#3274d9",
    "#e0752d",
    "#37872d",
    "#c4162a",
    "#8f3bb8",
    "#caa11e",
    "#2aa198",
    "#d33682",
    "#6c71c4",
    "#859900",
    "#586e75",
    "#b58900",
)
NAMED = {"green": "#37872d", "orange": "#e0752d", "red": "#c4162a"}
STYLE = """
body{font:13px sans-serif;background:#f4f5f5;margin:12px}
h1{font-size:18px}
.panel{position:absolute;background:#fff;border:1px solid #ddd;border-radius:3px;overflow:hidden;
  box-sizing:border-box;padding:4px 6px}
.title{font-weight:bold;white-space:nowrap}
.row{position:absolute;font-weight:bold;font-size:15px;padding:4px}
.big{font-size:22px;white-space:nowrap}
.legend{font-size:10px;line-height:12px}
.none{color:#c4162a;font-weight:bold}
table{border-collapse:collapse;font-size:11px;width:100%}
td,th{border-bottom:1px solid #eee;padding:1px 5px;text-align:left}
.bar{display:inline-block;height:10px}
"""


def format_value(value, unit):
    """A number with its unit, as short as a person would say it."""
    if value is None or math.isnan(value):
        return "-"
    if unit == "percentunit":
        return f"{100 * value:.3g} %"
    if unit == "percent":
        return f"{value:.3g} %"
    if unit == "s":
        return seconds(value)
    if unit == "currencyUSD":
        return f"${value:,.2f}"
    step, names = (
        (1024, ("", "Ki", "Mi", "Gi", "Ti"))
        if unit in ("bytes", "Bps")
        else (1000, ("", "k", "M", "G", "T"))
    )
    power = 0
    while abs(value) >= step and power < len(names) - 1:
        value, power = value / step, power + 1
    tail = {"bytes": "B", "Bps": "B/s", "short": ""}.get(unit, f" {unit}")
    return f"{value:.3g} {names[power]}{tail}".strip()


def seconds(value):
    for size, name in (
        (86400, "d"),
        (3600, "h"),
        (60, "min"),
        (1, "s"),
        (1e-3, "ms"),
        (1e-6, "µs"),
    ):
        if abs(value) >= size:
            return f"{value / size:.3g} {name}"
    return "0 s" if value == 0 else f"{value:.1e} s"


def color_of(value, defaults):
    color = "green"
    for step in defaults.get("thresholds", {}).get("steps", []):
        if step["value"] is None or value >= step["value"]:
            color = step["color"]
    return NAMED.get(color, color)


def words(value, mappings):
    for mapping in mappings or []:
        word = mapping["options"].get(f"{value:g}")
        if word:
            return word["text"]
    return None


class Panel:
    """A panel with the answers to its queries."""

    def __init__(self, view, panel):
        self.panel, self.view = panel, view
        self.unit = panel["fieldConfig"]["defaults"]["unit"]
        self.answers = [view.ask(target) for target in panel["targets"]]

    def has_data(self):
        """Whether every query gave a number."""
        return all(
            any(not math.isnan(value) for _, points in answer for _, value in points)
            for answer in self.answers
        )

    def series(self):
        for target, answer in zip(self.panel["targets"], self.answers):
            for labels, points in answer:
                points = [(time, value) for time, value in points if not math.isnan(value)]
                if points:
                    yield grafana.legend(target, labels), points

    def html(self):
        place = self.panel["gridPos"]
        box = (
            f'left:{place["x"] * CELL_WIDTH}px;top:{place["y"] * CELL_HEIGHT}px;'
            f'width:{place["w"] * CELL_WIDTH - 6}px;height:{place["h"] * CELL_HEIGHT - 6}px'
        )
        size = place["w"] * CELL_WIDTH - 22, place["h"] * CELL_HEIGHT - 64
        draw = {
            "timeseries": self.lines,
            "heatmap": self.heatmap,
            "table": self.table,
            "stat": self.figures,
            "gauge": self.bars,
            "bargauge": self.bars,
        }[self.panel["type"]]
        body = (
            draw(*size) if any(True for _ in self.series()) else '<span class="none">no data</span>'
        )
        title = html.escape(self.panel["title"])
        return (
            f'<div class="panel" style="{box}"'
            f' title="{html.escape(self.panel["description"])}"><div'
            f' class="title">{title}</div>{body}</div>'
        )

    def lines(self, width, height):
        custom = self.panel["fieldConfig"]["defaults"]["custom"]
        stacked = custom["stacking"]["mode"] == "normal"
        series = list(self.series())
        drawn, below = [], {}
        for name, points in series:
            if stacked:
                points = [(time, value + below.get(time, 0)) for time, value in points]
                below.update(points)
            drawn.append((name, points))
        top = max(value for _, points in drawn for _, value in points)
        low = min(0, min(value for _, points in drawn for _, value in points))
        span = (top - low) or 1

        def at(time, value):
            x = (time - self.view.start) / ((self.view.end - self.view.start) or 1) * width
            return f"{x:.1f},{height - (value - low) / span * (height - 4):.1f}"

        shapes = "".join(
            f'<polyline fill="none" stroke="{COLORS[index % len(COLORS)]}" stroke-width="1.3"'
            f' points="{" ".join(at(*point) for point in part)}"/>'
            for index, (_, points) in enumerate(drawn)
            for part in self.without_gaps(points)
        )
        names = " ".join(
            "<span"
            f' style="color:{COLORS[index % len(COLORS)]}">{html.escape(name)} {format_value(points[-1][1], self.unit)}</span>'
            for index, (name, points) in enumerate(series[:12])
        )
        return (
            f'<svg width="{width}" height="{height}">{shapes}<text x="2" y="11"'
            f' font-size="10">{format_value(top, self.unit)}</text><text x="2" y="{height - 2}"'
            f' font-size="10">{format_value(low, self.unit)}</text></svg><div'
            f' class="legend">{names}</div>'
        )

    def without_gaps(self, points):
        """The points in parts that end where one or more are missing."""
        part = []
        for point in points:
            if part and point[0] - part[-1][0] > 1.5 * self.view.step:
                yield part
                part = []
            part.append(point)
        yield part

    def figures(self, _width, _height):
        defaults = self.panel["fieldConfig"]["defaults"]
        return " ".join(
            f'<span class="big" style="color:{color_of(points[-1][1], defaults)}">'
            f'{words(points[-1][1], defaults["mappings"]) or format_value(points[-1][1], self.unit)}</span>'
            for _, points in self.series()
        )

    def bars(self, width, _height):
        defaults = self.panel["fieldConfig"]["defaults"]
        series = list(self.series())
        top = defaults.get("max") or max(points[-1][1] for _, points in series) or 1
        return "".join(
            '<div class="legend" style="line-height:17px"><span class="bar"'
            f' style="width:{max(1, min(1, points[-1][1] / top) * width * 0.5):.0f}px;background:{color_of(points[-1][1], defaults)}"></span>'
            f" {html.escape(name)} {format_value(points[-1][1], self.unit)}</div>"
            for name, points in series
        )

    def heatmap(self, width, height):
        buckets = sorted(
            (
                (float(labels["le"]), dict(points))
                for answer in self.answers
                for labels, points in answer
            ),
            key=lambda bucket: bucket[0],
        )
        times = sorted({time for _, points in buckets for time in points})
        cells = [
            [
                max(0, points.get(time, 0) - (buckets[index - 1][1].get(time, 0) if index else 0))
                for time in times
            ]
            for index, (_, points) in enumerate(buckets)
        ]
        top = (
            max((value for line in cells for value in line if not math.isnan(value)), default=0)
            or 1
        )
        wide, high = width / len(times), height / len(buckets)
        shapes = "".join(
            f'<rect x="{column * wide:.1f}" y="{height - (line + 1) * high:.1f}" width="{wide:.1f}"'
            f' height="{high - 1:.1f}" fill="#e0752d" fill-opacity="{math.sqrt(value / top):.2f}"/>'
            for line, values in enumerate(cells)
            for column, value in enumerate(values)
            if value > 0
        )
        marks = "".join(
            f'<text x="2" y="{height - line * high - 3:.0f}" font-size="9">{le:g}</text>'
            for line, (le, _) in enumerate(buckets)
        )
        return f'<svg width="{width}" height="{height}">{shapes}{marks}</svg>'

    def table(self, _width, _height):
        transformations = {step["id"]: step["options"] for step in self.panel["transformations"]}
        organize = transformations["organize"]
        key = transformations.get("joinByField", {}).get("byField")
        rows = {}
        for index, answer in enumerate(self.answers):
            value_name = f"Value #{chr(ord('A') + index)}" if len(self.answers) > 1 else "Value"
            for labels, points in answer:
                row = rows.setdefault(labels.get(key) if key else tuple(sorted(labels.items())), {})
                row.update(labels)
                row[value_name] = points[-1][1]
        fields = sorted(organize["renameByName"], key=organize["indexByName"].get)
        styles = {
            override["matcher"]["options"]: {
                item["id"]: item["value"] for item in override["properties"]
            }
            for override in self.panel["fieldConfig"]["overrides"]
        }
        lines = []
        for row in rows.values():
            cells = []
            for field in fields:
                style, value = styles.get(organize["renameByName"][field], {}), row.get(field, "-")
                if isinstance(value, float):
                    value = words(value, style.get("mappings")) or format_value(
                        value, style.get("unit", self.unit)
                    )
                cells.append(f"<td>{html.escape(str(value))}</td>")
            lines.append("<tr>" + "".join(cells) + "</tr>")
        head = "".join(
            f"<th>{html.escape(organize['renameByName'][field])}</th>" for field in fields
        )
        return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def page(view, dashboard):
    """The page as text, and its panels."""
    shown, parts = [], []
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            parts.append(
                '<div class="row"'
                f' style="top:{panel["gridPos"]["y"] * CELL_HEIGHT}px">{html.escape(panel["title"])}</div>'
            )
            continue
        shown.append(Panel(view, panel))
        parts.append(shown[-1].html())
    height = (
        max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
        * CELL_HEIGHT
    )
    title = html.escape(dashboard["title"])
    return (
        (
            '<!doctype html><html lang="en"><meta'
            f' charset="utf-8"><title>{title}</title><style>{STYLE}</style><h1>{title} '
            "<small>(queries drawn without Grafana)</small></h1><div"
            f' style="position:relative;height:{height}px;'
            f'width:{24 * CELL_WIDTH}px">{"".join(parts)}</div></html>'
        ),
        shown,
    )
