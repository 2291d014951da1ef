"""Panels of Grafana.

Expressions are PromQL with two abbreviations, which keep every selector and every range by the same
convention: `@` inside braces stands for the matchers of the variables job and instance, `[rate]` for
Grafana's own range of a rate.
"""

MATCHERS = 'job=~"$job", instance=~"$instance"'
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS = 24

GOOD, WARNING, CRITICAL = "green", "orange", "red"


def promql(expression):
    """The expression with its abbreviations written out."""
    return (
        " ".join(expression.split())
        .replace("{@", "{" + MATCHERS)
        .replace("[rate]", "[$__rate_interval]")
    )


def steps(warning=None, critical=None, rising=True):
    """Thresholds that colour a value; with rising=False low values are the bad ones."""
    if warning is None and critical is None:
        return {"mode": "absolute", "steps": [{"color": GOOD, "value": None}]}
    if rising:
        marks = [(None, GOOD), (warning, WARNING), (critical, CRITICAL)]
    else:
        marks = [(None, CRITICAL), (critical, WARNING), (warning, GOOD)]
    return {
        "mode": "absolute",
        "steps": [
            {"color": color, "value": value}
            for value, color in marks
            if value is not None or (value, color) == marks[0]
        ],
    }


def query(expression, legend="{{instance}}", **options):
    """One query of a panel."""
    return {"datasource": DATASOURCE, "expr": promql(expression), "legendFormat": legend, **options}


def instant(expression, legend="__auto", **options):
    """A query for the latest value alone."""
    return query(expression, legend, instant=True, range=False, **options)


def panel(kind, title, description, unit, queries, width, height, **more):
    targets = [dict(target, refId=chr(ord("A") + index)) for index, target in enumerate(queries)]
    defaults = {"unit": unit, **more.pop("defaults", {})}
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": DATASOURCE,
        "targets": targets,
        "gridPos": {"w": width, "h": height},
        "fieldConfig": {"defaults": defaults, "overrides": more.pop("overrides", [])},
        **more,
    }


def timeseries(
    title,
    description,
    unit,
    *queries,
    width=8,
    height=8,
    stacked=False,
    low=0,
    high=None,
    bars=False,
    thresholds=None,
):
    """Lines over time; stacked fills and adds them up."""
    style = {
        "drawStyle": "bars" if bars else "line",
        "lineWidth": 1,
        "showPoints": "never",
        "spanNulls": False,
        "fillOpacity": 60 if bars else 30 if stacked else 8,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "line" if thresholds else "off"},
    }
    defaults = {
        "custom": style,
        "color": {"mode": "palette-classic"},
        "thresholds": thresholds or steps(),
    }
    if low is not None:
        defaults["min"] = low
    if high is not None:
        defaults["max"] = high
    return panel(
        "timeseries",
        title,
        description,
        unit,
        queries,
        width,
        height,
        defaults=defaults,
        options={
            "legend": {
                "displayMode": "list",
                "placement": "bottom",
                "showLegend": True,
                "calcs": [],
            },
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    )


def stat(
    title,
    description,
    unit,
    *queries,
    width=4,
    height=4,
    thresholds=None,
    mappings=None,
    graph=True,
    decimals=None,
):
    """One figure each, with its recent course behind it."""
    defaults = {
        "thresholds": thresholds or steps(),
        "color": {"mode": "thresholds"},
        "mappings": mappings or [],
    }
    if decimals is not None:
        defaults["decimals"] = decimals
    return panel(
        "stat",
        title,
        description,
        unit,
        queries,
        width,
        height,
        defaults=defaults,
        options={
            "colorMode": "value",
            "graphMode": "area" if graph else "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "auto",
            "reduceOptions": LAST,
        },
    )


def gauge(title, description, unit, *queries, width=8, height=8, thresholds=None, high=1):
    """A dial for each series."""
    return panel(
        "gauge",
        title,
        description,
        unit,
        queries,
        width,
        height,
        defaults={
            "min": 0,
            "max": high,
            "thresholds": thresholds or steps(),
            "color": {"mode": "thresholds"},
        },
        options={"showThresholdLabels": False, "showThresholdMarkers": True, "reduceOptions": LAST},
    )


def bargauge(title, description, unit, *queries, width=8, height=8, thresholds=None, high=None):
    """One horizontal bar for each series, the longest first as the query sorts them."""
    defaults = {"min": 0, "thresholds": thresholds or steps(), "color": {"mode": "thresholds"}}
    if high is not None:
        defaults["max"] = high
    return panel(
        "bargauge",
        title,
        description,
        unit,
        queries,
        width,
        height,
        defaults=defaults,
        options={
            "displayMode": "gradient",
            "orientation": "horizontal",
            "showUnfilled": True,
            "reduceOptions": LAST,
        },
    )


def heatmap(title, description, unit, expression, width=12, height=8):
    """How often each bucket of a histogram was met."""
    return panel(
        "heatmap",
        title,
        description,
        unit,
        [query(expression, "{{le}}", format="heatmap")],
        width,
        height,
        options={
            "calculate": False,
            "cellGap": 1,
            "legend": {"show": True},
            "color": {
                "mode": "scheme",
                "scheme": "Oranges",
                "steps": 64,
                "exponent": 0.5,
                "fill": "dark-orange",
            },
            "tooltip": {"mode": "single", "showColorScale": True, "yHistogram": False},
            "yAxis": {"unit": unit, "axisPlacement": "left"},
            "rowsFrame": {"layout": "auto"},
        },
    )


def column(
    name, unit=None, thresholds=None, links=None, mappings=None, width=None, bar=False, high=None
):
    """How a column of a table is shown: name is its final title."""
    properties = []
    if unit:
        properties.append({"id": "unit", "value": unit})
    if thresholds:
        kind = {"type": "gauge", "mode": "basic"} if bar else {"type": "color-text"}
        properties += [
            {"id": "thresholds", "value": thresholds},
            {"id": "custom.cellOptions", "value": kind},
        ]
    if high is not None:
        properties += [{"id": "min", "value": 0}, {"id": "max", "value": high}]
    if links:
        properties.append({"id": "links", "value": links})
    if mappings:
        properties.append({"id": "mappings", "value": mappings})
    if width:
        properties.append({"id": "custom.width", "value": width})
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def table(
    title,
    description,
    unit,
    queries,
    names,
    columns=(),
    key="instance",
    width=24,
    height=8,
    sort=None,
):
    """A row for each value of the label key. names gives the columns in order, each with its field
    and its title; a field is a label or, as "Value #A", the value of the first query."""
    targets = [instant(expression, format="table") for expression in queries]
    only_value = len(queries) == 1
    order, titles, kept = {}, {}, []
    for index, (field, title_) in enumerate(names):
        field = "Value" if only_value and field == "Value #A" else field
        order[field], titles[field] = index, title_
        kept.append(field)
    transformations = (
        [] if only_value else [{"id": "joinByField", "options": {"byField": key, "mode": "outer"}}]
    )
    transformations += [
        {"id": "filterFieldsByName", "options": {"include": {"names": kept}}},
        {
            "id": "organize",
            "options": {"indexByName": order, "renameByName": titles, "excludeByName": {}},
        },
    ]
    options = {
        "cellHeight": "sm",
        "showHeader": True,
        "footer": {"show": False, "reducer": ["sum"], "countRows": False, "fields": ""},
    }
    if sort:
        options["sortBy"] = [{"displayName": sort, "desc": True}]
    return panel(
        "table",
        title,
        description,
        unit,
        targets,
        width,
        height,
        overrides=list(columns),
        defaults={"custom": {"align": "auto", "filterable": True}, "thresholds": steps()},
        transformations=transformations,
        options=options,
    )


def row(title):
    return {
        "type": "row",
        "title": title,
        "collapsed": False,
        "panels": [],
        "gridPos": {"w": COLUMNS, "h": 1},
    }


def yes_no(yes, no, bad=0):
    """Words and colours for 1 and 0."""
    colors = {bad: CRITICAL, 1 - bad: GOOD}
    return [
        {
            "type": "value",
            "options": {
                "1": {"text": yes, "color": colors[1], "index": 0},
                "0": {"text": no, "color": colors[0], "index": 1},
            },
        }
    ]


LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
