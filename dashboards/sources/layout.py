"""How a dashboard is made of panels: places, variables, links."""

from .panels import COLUMNS, CRITICAL, DATASOURCE, MATCHERS


def lay_out(panels):
    """Gives ids and places: from left to right, then below the highest of the line."""
    x = y = line = 0
    for number, item in enumerate(panels, start=1):
        place = item["gridPos"]
        if x + place["w"] > COLUMNS:
            x, y, line = 0, y + line, 0
        place.update(x=x, y=y)
        item["id"] = number
        x, line = x + place["w"], max(line, place["h"])
    return panels


def variable(name, label, definition, description):
    """A variable that is asked of the data: several values may be chosen, or all."""
    return {
        "type": "query",
        "name": name,
        "label": label,
        "description": description,
        "datasource": DATASOURCE,
        "query": {"query": definition, "refId": "StandardVariableQuery"},
        "definition": definition,
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "hide": 0,
        "regex": "",
        "skipUrlSync": False,
        "options": [],
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }


def links(tags=("orchestrator-exporter",)):
    return [
        {
            "type": "dashboards",
            "title": "Dashboards",
            "tags": list(tags),
            "asDropdown": True,
            "includeVars": True,
            "keepTime": True,
            "targetBlank": False,
            "icon": "external link",
            "tooltip": "",
            "url": "",
        }
    ]


def dashboard(
    uid, title, description, tags, family, panels, variables=(), refresh="30s", span="now-1h"
):
    """A whole dashboard. Every target it is about gives the family, which fills job and instance."""
    datasource = {
        "type": "datasource",
        "name": "datasource",
        "label": "Data source",
        "query": "prometheus",
        "description": "The Prometheus to ask.",
        "current": {},
        "options": [],
        "hide": 0,
        "regex": "",
        "refresh": 1,
        "multi": False,
        "includeAll": False,
        "skipUrlSync": False,
    }
    job = variable("job", "Job", f"label_values({family}, job)", "Name of the scrape job.")
    instance = variable(
        "instance",
        "Instance",
        f'label_values({family}{{job=~"$job"}}, instance)',
        "Address of the target.",
    )
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["orchestrator-exporter", *tags],
        "id": None,
        "version": 1,
        "schemaVersion": 42,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "browser",
        "weekStart": "",
        "fiscalYearStartMonth": 0,
        "liveNow": False,
        "preload": False,
        "refresh": refresh,
        "time": {"from": span, "to": "now"},
        "timepicker": {},
        "annotations": {"list": [firing()]},
        "links": links(),
        "templating": {"list": [datasource, job, instance, *variables]},
        "panels": lay_out(panels),
    }


def firing():
    """Marks the times in which an alert of these targets was firing."""
    return {
        "name": "Alerts",
        "datasource": DATASOURCE,
        "enable": True,
        "hide": False,
        "iconColor": CRITICAL,
        "expr": f'ALERTS{{alertstate="firing", {MATCHERS}}}',
        "step": "60s",
        "titleFormat": "{{alertname}}",
        "textFormat": "{{severity}} on {{instance}}",
        "tagKeys": "severity,component",
        "useValueForTime": False,
    }
