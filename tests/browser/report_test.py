"""A report of a day in a real browser without a network: complete, without a complaint, and on a few pages as a PDF.
usage: report_test.py EXPORTER
Skipped (77) if there is no Chromium.
"""
import base64
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import devtools
import host_day

SKIPPED = 77
EXPORTER = sys.argv[1]
START, STEP, COUNT = 1_795_900_200, 60, 1440
OVER_A4 = 688  # CSS pixels between margins of 14 mm
HEADINGS = ["Summary", "Trends", "Alerts", "Quality of the data", "Charts", "Signals", "Evidence", "What this was made of"]


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(folder.cleanup)
        place = pathlib.Path(folder.name)
        (place / "day.om").write_text(host_day.text(START, STEP, COUNT), encoding="utf-8")
        subprocess.run(
            [EXPORTER, "report", "--source=day.om", f"--start={START}", f"--end={START + (COUNT - 1) * STEP}", "--output=report.html"],
            cwd=place,
            check=True,
            timeout=300,
        )
        cls.file = place / "report.html"
        cls.browser = cls.enterClassContext(devtools.Chromium(folder.name, 1280, 720))
        for domain in ("Runtime", "Log", "Network"):
            cls.browser.call(f"{domain}.enable")
        cls.browser.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        cls.browser.go(cls.file.as_uri())

    def test_has_all_parts_and_draws_every_chart(self):
        self.assertEqual(self.browser.run("[...document.querySelectorAll('h2')].map(h => h.textContent)"), HEADINGS)
        charts = self.browser.run("document.querySelectorAll('svg.chart').length")
        self.assertGreaterEqual(charts, 20)
        drawn = "[...document.querySelectorAll('svg.chart')].filter(c => c.querySelector('.line')?.getTotalLength() > 100).length"
        self.assertEqual(self.browser.run(drawn), charts)
        text = self.browser.run("document.body.innerText")
        for words in ("cpu of host", "process group batch", "Full & <busy>", "system.diskUsage", "queries.cacheHitRate"):
            self.assertIn(words.lower(), text.lower())

    def test_fits_two_megabytes_and_asks_for_nothing(self):
        self.assertLess(self.file.stat().st_size, 2_000_000)
        self.browser.run("document.querySelector('svg.chart').dispatchEvent(new MouseEvent('mousemove', {clientX: 600}))")
        self.assertRegex(self.browser.run("document.querySelector('.value').textContent"), r"^20\d\d-")
        complaints = [
            message
            for message in self.browser.seen
            if message.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        ]
        self.assertEqual(complaints, [])
        self.assertEqual(self.browser.run("performance.getEntriesByType('resource').length"), 0)

    def test_is_a_few_pages_of_a4_with_nothing_cut_off(self):
        self.browser.call("Emulation.setEmulatedMedia", media="print")
        self.browser.call("Emulation.setDeviceMetricsOverride", width=OVER_A4, height=1000, deviceScaleFactor=1, mobile=False)
        beyond = f"[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > {OVER_A4} + 1).map(e => e.tagName)"
        self.assertEqual(self.browser.run(beyond), [])
        self.browser.call("Emulation.clearDeviceMetricsOverride")
        self.browser.call("Emulation.setEmulatedMedia", media="")
        pdf = base64.b64decode(self.browser.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
        pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
        self.assertIn(pages, range(2, 8))
        self.assertRegex(pdf, rb"/MediaBox\s*\[0 0 59[45]\S* 84[12]")


if __name__ == "__main__":
    if devtools.find() is None:
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1], verbosity=2)
