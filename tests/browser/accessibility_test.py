"""What axe-core finds on the live page: nothing, on any place, in both themes, on a desk and on a phone.
usage: accessibility_test.py EXPORTER AXE
Skipped (77) if there is no axe.min.js at AXE, no Chromium, or if the exporter was built without web parts.
"""
import pathlib
import sys

import live_page
from live_page import PLACES

AXE = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "")
# A line for each thing that is wrong: the rule and the first element that breaks it.
FAULTS = """axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(
  ({id, nodes}) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`))"""


class Accessibility(live_page.LivePageTest):
    flags = ("--config.file={folder}/config.yml",)

    def setUp(self):
        super().setUp()
        self.record(
            {"type": "session_start", "orchestrator_id": "one", "session_type": "chat"},
            {"type": "token_usage", "orchestrator_id": "one", "model": "large", "tokens": 5},
            {"type": "tool_invocation", "orchestrator_id": "one", "tool_name": "shell", "status": "error"},
        )

    def faults(self):
        self.browser.run(AXE.read_text(encoding="utf-8") + ";0")
        return self.browser.run(FAULTS)

    def find_nothing(self, theme, width=1280, height=720):
        self.browser.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 640
        )
        for place in PLACES:
            self.look(f"?at={place}&theme={theme}")
            self.assertEqual(self.faults(), [], f"{place}, {theme}, {width} px")

    def test_finds_nothing_in_light(self):
        self.find_nothing("light")

    def test_finds_nothing_in_dark(self):
        self.find_nothing("dark")

    def test_finds_nothing_on_a_phone(self):
        self.find_nothing("light", 390, 844)

    def test_finds_nothing_in_the_sheet_that_silences(self):
        self.look("?at=alerts")
        self.until("document.querySelector('.alert .button') !== null")
        self.browser.click(".alert .button")
        self.until("document.querySelector('dialog[open]') !== null")
        self.assertEqual(self.faults(), [])

    def test_finds_what_is_hard_to_read(self):
        self.look()
        self.browser.run("document.body.append(Object.assign(document.createElement('img'), {src: 'data:,'}))")
        self.assertTrue(any(fault.startswith("image-alt") for fault in self.faults()))


if __name__ == "__main__":
    if not AXE.is_file():
        print("no axe-core: scripts/fetch-web-assets brings it")
        sys.exit(live_page.SKIPPED)
    live_page.run()
