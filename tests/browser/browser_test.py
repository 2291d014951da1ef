"""What a real browser measures arrives, once each, also if the server is away for a while.
usage: browser_test.py EXPORTER
Skipped (77) if there is no Chromium, or if the exporter was built without web parts.
"""
import pathlib
import re
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "dashboards"))
from programs import Program, answers, free_ports, wait_for  # noqa: E402

import devtools  # noqa: E402
from site_under_test import Site  # noqa: E402

EXPORTER = sys.argv[1]
SKIPPED = 77
# Two frames after the image has come, so that what moved was drawn.
SETTLED = (
    "new Promise(done => { const image = document.images[0];"
    " const drawn = () => requestAnimationFrame(() => requestAnimationFrame(done));"
    " image.complete ? drawn() : image.onload = drawn; })"
)
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
FAMILIES = (
    "browser_page_load_seconds",
    "browser_first_contentful_paint_seconds",
    "browser_largest_contentful_paint_seconds",
    "browser_interaction_to_next_paint_seconds",
    "browser_time_to_first_byte_seconds",
    "browser_cumulative_layout_shift",
)
ONCE_EACH = {family: 1 for family in FAMILIES}


class Exporter:
    """The exporter on one port, which may go and come back."""

    def __init__(self, folder, origin=""):
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.origin = origin
        self.program = None

    def start(self):
        self.program = Program(
            pathlib.Path(self.folder) / "exporter.log",
            EXPORTER,
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--collector.disable-defaults",
            "--browser.allow-headless",
            f"--browser.allow-origin={self.origin}",
        )
        wait_for(lambda: answers(f"{self.url}/-/ready"), "the exporter", seconds=120)

    def stop(self):
        self.program.stop()

    def metrics(self):
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=5) as answer:
            return answer.read().decode()

    def samples(self, part, page):
        """{family: value} of the samples family_PART of one page."""
        form = rf'^(browser_\w+?)_{part}{{(?:.*,)?page="{re.escape(page)}"[^}}]*}} (\S+)$'
        return {name: float(value) for name, value in re.findall(form, self.metrics(), re.M)}

    def has_all(self, page):
        return self.samples("count", page) == ONCE_EACH


class Browser(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.exporter = Exporter(folder.name)
        self.site = self.enterContext(Site(self.exporter.url))
        self.exporter.origin = self.site.origin
        self.exporter.start()
        self.addCleanup(self.exporter.stop)
        self.chromium = self.enterContext(devtools.Chromium(folder.name))

    def visit(self, path):
        """Looks at a page, clicks and stays on it."""
        self.chromium.go(self.site.origin + path)
        self.chromium.run(SETTLED)
        self.chromium.click("button")
        self.chromium.run(DRAWN)

    def leave(self):
        self.chromium.go("about:blank")

    def arrive(self, page):
        try:
            wait_for(lambda: self.exporter.has_all(page), f"all metrics of {page}", seconds=20)
        except AssertionError:
            self.fail(f"{page}: {self.exporter.samples('count', page)}")

    def test_measures_a_page_that_is_left(self):
        self.visit("/shop/4711")
        self.leave()
        self.arrive("/shop/:id")
        sums = self.exporter.samples("sum", "/shop/:id")
        self.assertGreaterEqual(sums["browser_page_load_seconds"], 0.3)
        self.assertGreaterEqual(sums["browser_largest_contentful_paint_seconds"], 0.3)
        self.assertLessEqual(
            sums["browser_first_contentful_paint_seconds"], sums["browser_largest_contentful_paint_seconds"]
        )
        self.assertGreater(sums["browser_cumulative_layout_shift"], 0)
        self.assertGreaterEqual(sums["browser_interaction_to_next_paint_seconds"], 0.08)
        text = self.exporter.metrics()
        self.assertIn('browser="chrome",device="desktop",page="/shop/:id"', text)
        self.assertIn('page="/shop/:id",viewport="large"', text)
        self.assertNotIn("browser_metrics_dropped_total", text)

    def test_loses_and_doubles_nothing_while_the_server_is_away(self):
        self.visit("/before")
        self.leave()
        self.arrive("/before")
        self.exporter.stop()
        # The script itself comes from the browser's cache.
        self.visit("/meanwhile")
        self.leave()
        self.visit("/meanwhile-too")
        self.leave()
        self.exporter.start()
        self.visit("/after")
        self.leave()
        for page in ("/meanwhile", "/meanwhile-too", "/after"):
            self.arrive(page)
        self.visit("/last")
        self.leave()
        self.arrive("/last")
        for page in ("/meanwhile", "/meanwhile-too", "/after"):
            self.assertEqual(self.exporter.samples("count", page), ONCE_EACH, page)
        self.assertEqual(self.exporter.samples("count", "/before"), {})


def is_served():
    with tempfile.TemporaryDirectory() as folder:
        exporter = Exporter(folder)
        exporter.start()
        try:
            return answers(f"{exporter.url}/browser.js")
        finally:
            exporter.stop()


if __name__ == "__main__":
    if not devtools.find():
        print("skipped: there is no chromium")
        sys.exit(SKIPPED)
    if not is_served():
        print("skipped: built without web parts")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
