"""The stack of scripts/stack, only faster: every panel gets data, and it ends as a whole."""
import os
import pathlib
import shutil
import signal
import tempfile
import time
import unittest

import grafana
import pages
from programs import ROOT, Program, answers, free_ports, wait_for

INTERVAL = 1
# Where it is written down which panels stay empty without some hardware.
PANELS_THAT_NEED_HARDWARE = ROOT / "docs/dashboards.md"


def documented_as_empty():
    """(dashboard, panel) of the table of panels that need hardware."""
    found = set()
    text = (
        PANELS_THAT_NEED_HARDWARE.read_text(encoding="utf-8")
        .split("## Panels that may stay empty")[1]
        .split("\n## ")[0]
    )
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] != "dashboard":
            found.add((cells[0], cells[1]))
    return found


class Stack(unittest.TestCase):
    def test_fills_every_panel_and_ends_with_all_its_programs(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        ports = free_ports(5)
        environment = dict(
            os.environ,
            STACK_DIR=str(folder / "stack"),
            STACK_PORTS=" ".join(map(str, ports)),
            STACK_SCRAPE_INTERVAL=f"{INTERVAL}s",
            STACK_BINARIES=os.environ["TEST_BINARIES"],
            STACK_TOOLS=os.environ["TEST_TOOLS"],
        )
        with Program(
            folder / "log", ROOT / "scripts/stack", env=environment, start_new_session=True
        ) as stack:
            wait_for(
                lambda: "Ctrl-C ends all" in stack.said() or stack.process.poll() is not None,
                "the stack to start",
            )
            self.assertIsNone(stack.process.poll(), stack.said())
            prometheus = grafana.Prometheus(f"http://127.0.0.1:{ports[2]}")
            empty = []

            def only_the_documented_are_empty():
                empty[:] = empty_panels(prometheus, folder)
                return (
                    not {(dashboard, title) for dashboard, title, _ in empty}
                    - documented_as_empty()
                )

            try:
                wait_for(only_the_documented_are_empty, "data in every panel", seconds=90)
            except AssertionError as error:
                self.fail(f"{error}; empty: {[panel[:2] for panel in empty]}")
            for dashboard, title, description in empty:
                self.assertIn(
                    "Needs ", description, f"{dashboard}: {title} is empty and does not say why"
                )
            self.assertEqual({group["health"] for group in all_rules(prometheus)}, {"ok"})

            stack.stop(signal.SIGINT)
        for port in ports:
            self.assertFalse(
                answers(f"http://127.0.0.1:{port}/"), f"something still listens on {port}"
            )


def empty_panels(prometheus, folder):
    end = time.time()
    view = grafana.View(prometheus, end - 60, end, INTERVAL, INTERVAL)
    found = []
    for path in grafana.DASHBOARDS:
        dashboard = grafana.load(path)
        text, panels = pages.page(view, dashboard)
        (folder / f"{path.stem}.html").write_text(text, encoding="utf-8")
        found += [
            (dashboard["title"], panel.panel["title"], panel.panel["description"])
            for panel in panels
            if not panel.has_data()
        ]
    return found


def all_rules(prometheus):
    return [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]


if __name__ == "__main__":
    unittest.main()
