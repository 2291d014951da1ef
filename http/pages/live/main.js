// Puts the page together: the bar, the places, and the beat that keeps them fresh.

import {instant, json} from './api.js';
import {Bar} from './bar.js';
import {readColours} from './colours.js';
import {fill, h} from './dom.js';
import {Findings} from './findings.js';
import {startKeys} from './keys.js';
import {Live} from './live.js';
import {closeMenu} from './menu.js';
import {Overview} from './overview.js';
import {isLive, onState, span, state} from './state.js';
import {Tiles} from './tiles.js';
import {Timeline} from './timeline.js';
import {Verdict} from './verdict.js';

/** A place of its own file is loaded once it is wanted. @type {Record<string, () => Promise<any>>} */
const PLACES = {
  processes: async () => (await import('./processes.js')).Processes,
  agents: async () => (await import('./agents.js')).Agents,
  alerts: async () => (await import('./alerts.js')).Alerts,
  explore: async () => (await import('./explore.js')).Explore,
  collectors: async () => (await import('./collectors.js')).Collectors,
};
/** Seconds between two looks at what changes slowly. */
const SLOW = 5;
/** Milliseconds after which a reading of the stream is not waited for. */
const LATE = 1500;

/** What all places share. */
export class Page {
  /** @param {import('./timeline.js').Definition[]} definitions @param {any} host */
  constructor(definitions, host) {
    this.host = host;
    this.findings = new Findings(definitions, host);
    this.timeline = new Timeline(definitions, this.findings);
    this.verdict = new Verdict(this.findings);
    this.tiles = new Tiles(this.timeline);
    this.live = new Live(this);
    this.bar = new Bar(this);
    this.main = h('main', {id: 'main', tabindex: '-1'});
    /** @type {any} */
    this.place = null;
    this.offset = 0;
    this.looked = 0;
    /** @type {any} */
    this.timer = null;
    this.busy = false;
    this.token = 0;
  }

  /** The server's time; the browser's may be wrong. */
  get now() {
    return Date.now() / 1000 + this.offset;
  }
  /** The time that instant queries are asked for: the end of what is shown. */
  get time() {
    return state.to;
  }

  async start() {
    document.body.append(this.bar.element, this.bar.strip, this.main, this.bar.places, this.bar.footer);
    readColours();
    startKeys(this);
    this.verdict.draw();
    onState(before => this.stateChanged(before));
    this.verdict.listeners.add(() => this.bar.show());
    this.verdict.listeners.add(() => this.tiles.mark(this.verdict));
    await this.show();
    this.live.start();
    await this.refresh();
    this.beat();
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.refresh();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint());
  }

  repaint() {
    readColours();
    this.place?.repaint?.();
  }

  async show() {
    const token = ++this.token;
    const at = state.at;
    /** @type {any} */
    const Place = at === 'overview' ? Overview : await PLACES[at]();
    if (token !== this.token) return;
    this.place?.destroy?.();
    this.place = new Place(this);
    fill(this.main, this.place.element);
    this.bar.show();
  }

  async stateChanged(/** @type {import('./state.js').State} */ before) {
    closeMenu();
    const moved = before.at !== state.at;
    if (before.theme !== state.theme) this.repaint();
    if (moved) {
      await this.show();
      scrollTo(0, 0);
    }
    this.bar.show();
    if (moved || before.range !== state.range || before.from !== state.from || before.to !== state.to)
      await this.refresh();
    else this.place?.stateChanged?.(before);
  }

  /** Asks for everything that the place shows. */
  async refresh() {
    const at = state.at;
    this.looked = Date.now();
    const done = [this.place?.load?.(), this.verdict.load(this.now)];
    if (at === 'overview') {
      // The stream brings the charts with its first message and they need not be asked for.
      const comes =
        this.timeline.isFine && this.timeline.data.size === 0 && !this.live.isStreaming && !this.live.isLost;
      done.push(
        comes
          ? this.live.first().then(hasCome => (hasCome ? undefined : this.timeline.load(this.now)))
          : this.timeline.load(this.now),
        this.tiles.load(this.time),
        this.loadFindings(),
      );
    }
    const results = await Promise.allSettled(done);
    const failed = results.find(result => result.status === 'rejected');
    this.live.answered(failed === undefined, failed && 'reason' in failed ? failed.reason : null);
    if (at === 'overview') this.timeline.changed();
    this.tiles.mark(this.verdict);
    this.bar.show();
  }

  async loadFindings() {
    if (await this.findings.load(this.now)) this.timeline.changed();
  }

  /** Ticks each second: as readings come if there is a stream, so that all that changes is drawn at once. */
  beat() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.beat(), this.live.isStreaming ? LATE : 1000);
    this.tick();
  }

  /** What is due is asked for again; nothing while nobody looks. */
  async tick() {
    if (document.hidden) return;
    this.bar.tick();
    if (this.busy || this.live.isLost) return;
    const age = (Date.now() - this.looked) / 1000;
    if (age < SLOW) return;
    this.busy = true;
    this.looked = Date.now();
    try {
      const done = [this.verdict.asOf + 15 < this.now ? this.verdict.load(this.now) : null];
      if (isLive()) done.push(this.place?.load?.());
      if (isLive() && state.at === 'overview') {
        done.push(this.tiles.load(undefined), this.loadFindings());
        const due = this.now - this.timeline.to >= Math.max(this.timeline.step, SLOW);
        if (due && (span() > 600 || !this.live.isStreaming)) done.push(this.timeline.load(this.now));
      }
      await Promise.all(done);
      this.live.answered(true, null);
    } catch (error) {
      this.live.answered(false, error);
    } finally {
      this.busy = false;
      this.bar.show();
    }
  }
}

async function begin() {
  const assets = new URL('.', import.meta.url);
  const [definitions, facts] = await Promise.all([
    fetch(new URL('charts.json', assets)).then(answer => answer.json()),
    json('api/v1/live/config').catch(() => null),
  ]);
  const numbers = await instant(
    'label_replace(count(node_cpu_seconds_total{mode="idle"}), "n", "cpus", "", "") or label_replace(node_memory_MemTotal_bytes, "n", "memory", "", "") or node_uname_info or label_replace(vector(time()), "n", "now", "", "")',
    undefined,
    undefined,
  ).catch(() => []);
  const of = (/** @type {string} */ name) => numbers.find(({labels}) => labels.n === name)?.value ?? 0;
  const page = new Page(definitions.charts, {
    cpus: of('cpus'),
    memory: of('memory'),
    ...facts,
    name: facts?.host ?? numbers.find(({labels}) => labels.nodename)?.labels.nodename ?? location.hostname,
  });
  if (of('now')) page.offset = of('now') - Date.now() / 1000;
  await page.start();
}

begin();
