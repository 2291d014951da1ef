"""The live page in a real browser: every place, what survives a reload, a server that goes and comes back.
usage: live_page_test.py EXPORTER
Skipped (77) if there is no Chromium, or if the exporter was built without web parts.
"""
import live_page
from live_page import IS_LIVE, PLACES

EVIL = "<img src=x onerror=window.broken=1>"
# Charts of this host that have no line yet.
UNDRAWN = """[...document.querySelectorAll('.chart')].filter(chart => !chart.querySelector('canvas') && !chart.querySelector('.empty'))
  .map(chart => chart.id).join(' ')"""

# A module of the page by its name.
MODULE = "import(new URL('{}.js', document.querySelector('script[type=module]').src))"
# How far a picture of curves that went on reading by reading is from one that is drawn at once, and whether
# there is anything on it. A gap and a second curve on top of the first are in it.
MOVED = f"""(async () => {{
  const {{Curves, pixelsOf}} = await {MODULE.format('curves')};
  const times = Array.from({{length: 300}}, (_, at) => 1.7e9 + at);
  const columns = [20, 45].map(level => times.map((_, at) => at % 90 > 80 ? null : level + 15 * Math.sin(at * at)));
  const pictureOf = (curves, count) => {{
    const bbox = {{left: 0, top: 0, width: 100, height: 50}};
    const ctx = new OffscreenCanvas(bbox.width, bbox.height).getContext('2d');
    ctx.fillStyle = 'white';
    ctx.fillRect(0, 0, bbox.width, bbox.height);
    const last = times[count - 1];
    const plot = {{bbox, ctx, scales: {{y: {{min: 0, max: 64}}}}}};
    const known = [times, ...columns].map(column => column.slice(0, count));
    curves.paint(plot, known[0], known.slice(1), pixelsOf(last - 120, last, bbox.width), 1);
    return ctx.getImageData(0, 0, bbox.width, bbox.height).data;
  }};
  const styles = [{{stroke: '#00f', width: 1.25, fill: '#00f8'}}, {{stroke: '#0a0', width: 1.25, fill: '#0a08', onto: true}}];
  const moved = new Curves(styles);
  for (let count = 130; count < 300; ++count) pictureOf(moved, count);
  const [one, other] = [pictureOf(moved, 300), pictureOf(new Curves(styles), 300)];
  return [Math.max(...one.map((value, at) => Math.abs(value - other[at]))), one.some(value => value < 100)];
}})()"""


class LivePage(live_page.LivePageTest):
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
        self.until("document.querySelectorAll('.chart canvas').length >= 6")
        self.until(f"({UNDRAWN}) === ''")
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

    def test_asks_for_findings_of_the_analysis(self):
        self.look()
        asked = "performance.getEntriesByType('resource').filter(({name}) => name.includes('/api/v1/analysis/')).length"
        self.until(f"{asked} >= 2")
        self.assertEqual(self.complaints(), [])

    def test_curves_that_move_look_as_if_drawn_at_once(self):
        self.look()
        difference, is_drawn = self.browser.run(MOVED)
        self.assertTrue(is_drawn)
        self.assertLess(difference, 32, "of 255: edges may be smoothed a little differently")

    def test_one_query_that_is_refused_takes_no_others_with_it(self):
        self.look()
        asked = f"(async () => (await {MODULE.format('api')}).rangedEach({{well: 'vector(7)', wrong: 'sum('}}, 0, 60, 60))()"
        found = self.browser.run(asked)
        self.assertEqual([series["values"] for series in found["well"]], [[7, 7]])
        self.assertEqual(found["wrong"], [])

    def test_explains_a_query_that_makes_no_sense(self):
        self.look("?at=explore&q=sum(")
        self.until("document.querySelector('.fault:not([hidden])') !== null")
        self.assertIn("parse error", self.browser.run("document.querySelector('.fault').textContent"))


class Alerts(live_page.LivePageTest):
    flags = ("--config.file={folder}/config.yml",)
    FIRING = "[...document.querySelectorAll('.alert')].find(alert => alert.textContent.startsWith('Fires'))"
    SILENCES = "document.querySelector('.columns > :last-child').textContent"

    def test_silences_an_alert_with_a_click_and_ends_the_silence(self):
        self.look("?at=alerts")
        self.until(f"{self.FIRING}?.textContent.includes('Silence')")
        self.browser.run(f"{self.FIRING}.querySelector('button').click()")
        self.browser.run("document.querySelector('dialog .comment input').value = 'It is known'")
        self.browser.click("dialog .primary")
        self.until(f"{self.FIRING}.textContent.includes('silenced until')")
        self.assertIn("It is known", self.browser.run(self.SILENCES))
        self.browser.run("document.querySelector('[aria-label^=\\'End now\\']').click()")
        self.until(f"{self.FIRING}.querySelector('button')?.textContent === 'Silence'")
        self.assertIn("Nothing is silenced", self.browser.run(self.SILENCES))
        self.assertEqual(self.complaints(), [])

    def test_silences_nothing_without_a_label(self):
        self.look("?at=alerts")
        self.until(f"{self.FIRING}?.textContent.includes('Silence')")
        self.browser.run(f"{self.FIRING}.querySelector('button').click()")
        self.browser.run("document.querySelectorAll('dialog [type=checkbox]').forEach(box => { box.checked = false; })")
        self.browser.click("dialog .primary")
        self.until("document.querySelector('dialog .fault').textContent.includes('Leave one label')")
        self.assertIn("Nothing is silenced", self.browser.run(self.SILENCES))

    def test_tells_of_alerts_that_begin_to_fire_together(self):
        self.look()
        self.until(IS_LIVE)
        self.record({"type": "tool_invocation", "orchestrator_id": "one", "tool_name": "shell", "status": "error"})
        told = "document.querySelector('[aria-live]').textContent"
        self.until(f"{told}.includes('AgentsFail fires') && {told}.includes('ToolsFail fires')")
        # At once, and not when it looks again by itself.
        self.until("document.querySelector('.verdict').textContent.includes('AgentsFail')", seconds=15)


class AlertsOfReaders(live_page.LivePageTest):
    """Whose browser knows the exporter by a name under which nobody may write to it."""

    flags = ("--config.file={folder}/config.yml",)
    host = "shown.example"

    def test_see_silences_and_are_offered_none(self):
        self.silence("Waits", "It is known")
        self.look("?at=alerts")
        self.until(f"{Alerts.SILENCES}.includes('It is known') && {Alerts.FIRING} !== undefined")
        buttons = "[...document.querySelectorAll('.alert button')].map(button => button.textContent).join()"
        self.assertEqual(self.browser.run(buttons), "")
        self.assertEqual(self.complaints(), [])


if __name__ == "__main__":
    live_page.run()
