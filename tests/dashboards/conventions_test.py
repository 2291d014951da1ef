"""What holds for every dashboard and every alert, looked up in the files themselves."""
import pathlib
import re
import subprocess
import sys
import unittest

import yaml

import grafana

ROOT = grafana.ROOT
RULES = sorted((ROOT / "dashboards/prometheus/rules").glob("*.yml"))
CASES = pathlib.Path(__file__).parent / "rules"
PUBLIC_USE_RULES = {
    "instance:node_num_cpu:sum",
    "instance:node_cpu_utilisation:rate5m",
    "instance:node_load1_per_cpu:ratio",
    "instance:node_memory_utilisation:ratio",
    "instance:node_vmstat_pgmajfault:rate5m",
    "instance_device:node_disk_io_time_seconds:rate5m",
    "instance_device:node_disk_io_time_weighted_seconds:rate5m",
    *(
        f"instance:node_network_{way}_{what}_{which}:rate5m"
        for way in ("receive", "transmit")
        for what in ("bytes", "drop")
        for which in ("excluding_lo", "physical")
    ),
}


def rules():
    for file in RULES:
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


def alerts():
    return [rule for rule in rules() if "alert" in rule]


def key(alert, labels):
    return alert, labels["severity"], labels.get("window", "")


class Dashboards(unittest.TestCase):
    def test_are_what_their_descriptions_generate(self):
        done = subprocess.run(
            [sys.executable, ROOT / "dashboards/generate", "--check"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_have_identities_of_their_own(self):
        identities = [grafana.load(path)["uid"] for path in grafana.DASHBOARDS]
        self.assertEqual(
            identities,
            [
                "orchestrator-exporter",
                "orchestrator-fleet",
                "orchestrator-host",
                "orchestrator-sessions",
            ],
        )

    def test_say_of_every_panel_what_it_shows_and_in_which_unit(self):
        for path in grafana.DASHBOARDS:
            for panel in grafana.panels(grafana.load(path)):
                with self.subTest(dashboard=path.name, panel=panel["title"]):
                    self.assertGreater(len(panel["description"]), 10)
                    self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])

    def test_ask_for_the_chosen_job_and_instance_in_every_selector(self):
        for path in grafana.DASHBOARDS:
            for panel in grafana.panels(grafana.load(path)):
                for target in panel["targets"]:
                    with self.subTest(dashboard=path.name, panel=panel["title"]):
                        selectors = re.findall(r"\{([^{}]*)\}", target["expr"])
                        self.assertTrue(selectors)
                        for selector in selectors:
                            self.assertTrue(
                                selector.startswith('job=~"$job", instance=~"$instance"'), selector
                            )

    def test_place_panels_side_by_side_and_never_upon_each_other(self):
        for path in grafana.DASHBOARDS:
            taken = set()
            for panel in grafana.load(path)["panels"]:
                place = panel["gridPos"]
                cells = {
                    (x, y)
                    for x in range(place["x"], place["x"] + place["w"])
                    for y in range(place["y"], place["y"] + place["h"])
                }
                self.assertFalse(cells & taken, f"{path.name}: {panel['title']}")
                self.assertLessEqual(place["x"] + place["w"], 24)
                taken |= cells

    def test_lead_from_the_fleet_to_a_host_that_exists(self):
        text = (ROOT / "dashboards/grafana/fleet.json").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"/d/([\w-]+)", text)), {"orchestrator-host"})


class Rules(unittest.TestCase):
    def test_include_the_fifteen_that_public_dashboards_read(self):
        self.assertEqual(len(PUBLIC_USE_RULES), 15)
        self.assertLessEqual(PUBLIC_USE_RULES, {rule.get("record") for rule in rules()})

    def test_name_what_they_record_by_level_metric_and_operation(self):
        for rule in rules():
            if "record" in rule:
                self.assertRegex(rule["record"], r"^[a-z_]+:[a-zA-Z0-9_]+:[a-z0-9_]+$")

    def test_label_every_alert_so_that_it_can_be_routed(self):
        for alert in alerts():
            with self.subTest(alert=alert["alert"]):
                self.assertIn(alert["labels"]["severity"], ("critical", "warning", "info"))
                self.assertIn(
                    alert["labels"]["component"],
                    ("host", "process", "orchestrator", "signal", "exporter"),
                )
                self.assertEqual(set(alert["annotations"]), {"summary", "description"})

    def test_are_documented(self):
        text = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
        for alert in alerts():
            self.assertIn(f"`{alert['alert']}`", text)

    def test_have_a_case_for_every_alert_that_is_quiet_then_fires_and_then_ends(self):
        wanted = {key(alert["alert"], alert["labels"]) for alert in alerts()}
        shown = set()
        for file in sorted(CASES.glob("*_test.yml")):
            for case in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
                shown |= phases(case)
        self.assertEqual(wanted - shown, set())


class Phases(unittest.TestCase):
    """The measure of the test above, held to its word."""

    def complete(self, *course):
        alert = {"exp_labels": {"severity": "warning"}, "exp_annotations": {}}
        return phases(
            {
                "alert_rule_test": [
                    {
                        "alertname": "A",
                        "eval_time": f"{minute}m",
                        "exp_alerts": [alert] if fires else [],
                    }
                    for minute, fires in enumerate(course)
                ]
            }
        )

    def test_are_complete_where_an_alert_is_quiet_then_fires_then_ends(self):
        self.assertEqual(self.complete(False, True, True, False), {("A", "warning", "")})

    def test_are_not_complete_where_it_never_ends_or_was_never_quiet_or_never_fires(self):
        self.assertEqual(self.complete(False, True), set())
        self.assertEqual(self.complete(True, False), set())
        self.assertEqual(self.complete(False, False), set())


def phases(case):
    """The alerts that a case shows quiet first, then firing, then quiet again."""
    checks = {}
    for check in case["alert_rule_test"]:
        firing = {key(check["alertname"], alert["exp_labels"]) for alert in check["exp_alerts"]}
        checks.setdefault(check["alertname"], []).append((minutes(check["eval_time"]), firing))
    complete = set()
    for timeline in checks.values():
        timeline.sort(key=lambda entry: entry[0])
        for alert in set().union(*(firing for _, firing in timeline)):
            course = [alert in firing for _, firing in timeline]
            first, last = course.index(True), len(course) - 1 - course[::-1].index(True)
            if first > 0 and last < len(course) - 1:
                complete.add(alert)
    return complete


def minutes(text):
    if not text.endswith("m"):
        raise ValueError(f"expected minutes, got {text}")
    return int(text[:-1])


if __name__ == "__main__":
    unittest.main()
