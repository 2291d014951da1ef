"""The live page in a real browser: every place, what survives a reload, a server that goes and comes back.
usage: live_page_test.py EXPORTER
Skipped (77) if there is no Chromium, or if the exporter was built without web parts.
"""
import json
import pathlib
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "dashboards"))
from programs import Program, answers, free_ports, wait_for  # noqa: E402

import devtools  # noqa: E402

EXPORTER = sys.argv[1] if len(sys.argv) > 1 else ""
SKIPPED = 77
PLACES = ("overview", "processes", "agents", "alerts", "explore", "collectors")
EVIL = "<img src=x onerror=window.broken=1>"
IS_READY = "document.querySelector('main h1') !== null && document.querySelector('h1').textContent !== 'Reading'"
IS_LIVE = "document.querySelector('.live')?.textContent.includes('Live') && document.querySelector('.live').textContent.includes('1 s')"
# Charts of this host that have no line yet.
UNDRAWN = """[...document.querySelectorAll('.chart')].filter(chart => !chart.querySelector('canvas') && !chart.querySelector('.empty'))
  .map(chart => chart.id).join(' ')"""


class LivePage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.exporter = None
        self.start()
        self.addCleanup(lambda: self.exporter.stop())
        self.browser = self.enterContext(devtools.Chromium(folder.name, 1280, 720))
        for domain in ("Runtime", "Log", "Network"):
            self.browser.call(f"{domain}.enable")

    def start(self):
        self.exporter = Program(
            self.folder / "exporter.log", EXPORTER, f"--web.listen-address=127.0.0.1:{self.port}", "--history.interval=1s"
        )
        wait_for(lambda: answers(f"{self.url}/-/ready"), "the exporter")

    def look(self, query=""):
        self.browser.go(f"{self.url}/{query}")
        self.until(IS_READY)

    def until(self, condition, seconds=60):
        wait_for(lambda: self.browser.run(condition), condition, seconds)

    def complaints(self):
        """What the browser put on its console, and requests to elsewhere."""
        found = []
        for event in self.browser.seen:
            parameters = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(parameters["exceptionDetails"].get("exception", {}).get("description"))
            elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
                found.append(parameters["entry"]["text"])
            elif event.get("method") == "Network.requestWillBeSent":
                url = parameters["request"]["url"]
                if not url.startswith((self.url, "data:")):
                    found.append(url)
        return found

    def record(self, *records):
        request = urllib.request.Request(
            f"{self.url}/api/v1/records",
            json.dumps({"records": records}).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()

    def test_shows_every_place_without_a_complaint(self):
        for place in PLACES:
            self.look(f"?at={place}")
            current = self.browser.run("document.querySelector('[aria-current]').textContent")
            self.assertTrue(current.startswith(place.capitalize()), current)  # a number of alerts may follow
            self.assertEqual(self.complaints(), [], place)
            self.assertFalse(self.browser.run("document.documentElement.scrollWidth > innerWidth"), place)

    def test_draws_every_chart_and_goes_on_each_second(self):
        self.look()
        self.until(IS_LIVE)
        self.until(f"({UNDRAWN}) === ''")
        drawn = "document.querySelectorAll('.chart canvas').length"
        self.assertGreaterEqual(self.browser.run(drawn), 6)
        self.browser.call("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
        self.assertFalse(self.browser.run("document.documentElement.scrollWidth > innerWidth"), "on a phone")
        self.assertEqual(self.complaints(), [])

    def test_keeps_zoom_pause_theme_and_range_over_a_reload(self):
        self.look("?range=1h&theme=dark")
        self.browser.run("dispatchEvent(new KeyboardEvent('keydown', {key: 'p'}))")
        self.until("location.search.includes('from=')")
        address = self.browser.run("location.search")
        self.look(address)
        self.assertEqual(self.browser.run("document.documentElement.dataset.theme"), "dark")
        self.assertEqual(self.browser.run("document.querySelector('.live').textContent"), "Go live")
        self.assertEqual(self.browser.run("location.search"), address)
        self.browser.click(".live")
        self.until("!location.search.includes('from=')")
        self.assertIn("range=1h", self.browser.run("location.search"))

    def test_markup_in_labels_is_text(self):
        self.record(
            {"type": "session_start", "orchestrator_id": EVIL, "session_type": EVIL},
            {"type": "token_usage", "orchestrator_id": EVIL, "model": EVIL, "tokens": 5},
            {"type": "tool_invocation", "orchestrator_id": EVIL, "tool_name": EVIL, "status": "error"},
        )
        for query in ("?at=agents", "?at=explore&q=orchestrator_sessions_active&view=table", "?at=overview"):
            self.look(query)
            self.until("document.querySelector('main').textContent.includes('<img src=x')")
            self.assertIsNone(self.browser.run("window.broken ?? null"), query)
            self.assertEqual(self.browser.run("document.querySelectorAll('img').length"), 0, query)

    def test_says_that_the_server_is_away_and_finds_it_again(self):
        self.look()
        self.until(IS_LIVE)
        self.exporter.stop()
        self.until("document.querySelector('.strip').textContent.includes('No connection since')")
        self.start()
        self.until(IS_LIVE + " && document.querySelector('.strip').hidden")

    def test_explains_a_query_that_makes_no_sense(self):
        self.look("?at=explore&q=sum(")
        self.until("document.querySelector('.fault:not([hidden])') !== null")
        self.assertIn("parse error", self.browser.run("document.querySelector('.fault').textContent"))


def has_page():
    with tempfile.TemporaryDirectory() as folder:
        port = free_ports(1)[0]
        with Program(f"{folder}/log", EXPORTER, f"--web.listen-address=127.0.0.1:{port}", "--collector.disable-defaults"):
            wait_for(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), "the exporter")
            return answers(f"http://127.0.0.1:{port}/api/v1/live/config")


if __name__ == "__main__":
    if devtools.find() is None or not has_page():
        print("no Chromium, or no live page")
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
