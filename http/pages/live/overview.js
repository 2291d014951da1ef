// The first place: verdict, tiles, charts, and the three panes below.

import {instantEach} from './api.js';
import {Chart} from './chart.js';
import {fill, glyph, h, plainTable, show} from './dom.js';
import {clock, text} from './format.js';
import {address, link} from './state.js';
import {figure} from './table.js';
import {sentenceOf, STATES} from './verdict.js';

/** @typedef {import('./main.js').Page} Page */

/** What the panes below the charts show. */
const PANES = {
  cpu: 'topk(5, sum by (groupname) (rate(namedprocess_namegroup_cpu_seconds_total[1m])))',
  resident: 'sum by (groupname) (namedprocess_namegroup_memory_bytes{memtype="resident"})',
  written: 'sum by (groupname) (rate(namedprocess_namegroup_write_bytes_total[1m]))',
  tokens: '60 * sum by (orchestrator_id) (rate(orchestrator_tokens_used_total[5m]))',
  sessions: 'sum by (orchestrator_id) (orchestrator_sessions_active)',
};

export class Overview {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.agents = h('div', {class: 'cell no-agents'});
    this.charts = page.timeline.definitions.map(
      definition =>
        new Chart(definition, page.timeline, {
          note: definition.note
            .replace('{cpus}', String(page.host.cpus || ''))
            .replace('{memory}', text(page.host.memory, 'B')),
          most: definition.mostOf === 'memory' ? page.host.memory : undefined,
        }),
    );
    this.grid = h('div', {class: 'sheet charts'});
    this.panes = h('div', {class: 'panes'});
    this.element = h(
      'div',
      {class: 'place'},
      page.verdict.element,
      page.tiles.element,
      this.grid,
      this.panes,
    );
    this.arePanesSeen = false;
    this.arePanesLate = false;
    this.seen = new IntersectionObserver(entries => this.see(entries));
    for (const {element} of this.charts) this.seen.observe(element);
    this.seen.observe(this.panes);
    this.arrange();
    this.hear = () => this.update();
    this.hearVerdict = () => show(this.happened, this.changes());
    this.happened = h('div');
    page.timeline.listeners.add(this.hear);
    page.verdict.listeners.add(this.hearVerdict);
    this.sized = new ResizeObserver(() => this.charts.forEach(chart => chart.resize()));
    this.sized.observe(this.grid);
  }

  destroy() {
    this.page.timeline.listeners.delete(this.hear);
    this.page.verdict.listeners.delete(this.hearVerdict);
    this.sized.disconnect();
    this.seen.disconnect();
    this.charts.forEach(chart => chart.destroy());
  }

  /** The charts of agents once one has sent something, else how to begin. */
  arrange() {
    this.hadAgents = this.page.tiles.hasAgents;
    const shown = this.charts.filter(({definition}) => this.hadAgents || !definition.agents);
    fill(
      this.grid,
      shown.map(chart => chart.element),
      this.hadAgents ? null : noAgents(),
    );
  }

  update() {
    if (this.hadAgents !== this.page.tiles.hasAgents) this.arrange();
    for (const chart of this.charts) {
      if (this.hadAgents || !chart.definition.agents) chart.update();
    }
  }

  /** What comes onto the screen catches up. */
  see(/** @type {IntersectionObserverEntry[]} */ entries) {
    for (const {target, isIntersecting} of entries) {
      if (target === this.panes) {
        this.arePanesSeen = isIntersecting;
        if (isIntersecting && this.arePanesLate) this.load().catch(() => {});
      }
      const chart = this.charts.find(({element}) => element === target);
      if (!chart || chart.isSeen === isIntersecting) continue;
      chart.isSeen = isIntersecting;
      if (isIntersecting) chart.update();
    }
  }

  repaint() {
    this.charts.forEach(chart => chart.repaint());
  }

  /** What changes slowly. */
  async load() {
    // Below the screen the panes wait until somebody scrolls to them.
    this.arePanesLate = this.panes.firstChild !== null && !this.arePanesSeen;
    if (this.arePanesLate) return;
    const {cpu, resident, written, tokens, sessions} = await instantEach(PANES, this.page.time);
    const of = (
      /** @type {import('./api.js').Sample[]} */ samples,
      /** @type {string} */ label,
      /** @type {string} */ value,
    ) => samples.find(({labels}) => labels[label] === value)?.value;
    const processes = cpu
      .sort((a, b) => b.value - a.value)
      .map(({labels: {groupname}, value}) =>
        h(
          'tr',
          null,
          h('th', {scope: 'row'}, groupname),
          number(value, 'cores'),
          number(of(resident, 'groupname', groupname), 'B'),
          number(of(written, 'groupname', groupname), 'B/s'),
        ),
      );
    const names = [...new Set([...sessions, ...tokens].map(({labels}) => labels.orchestrator_id))].sort();
    const agents = names
      .slice(0, 5)
      .map(name =>
        h(
          'tr',
          null,
          h('th', {scope: 'row'}, name),
          number(of(sessions, 'orchestrator_id', name), 'count'),
          number(of(tokens, 'orchestrator_id', name), '/min'),
        ),
      );
    fill(
      this.panes,
      pane(
        'Processes',
        'by CPU, last minute',
        'processes',
        table(
          ['Group', 'CPU, cores', 'Resident', 'Written'],
          processes,
          'Programs are not read. --collector.namedprocess with --collector.namedprocess.config=FILE tells who takes what.',
        ),
      ),
      pane(
        'Agents',
        'now',
        'agents',
        table(['Orchestrator', 'Sessions', 'Tokens/min'], agents, 'No agent has sent anything yet.'),
      ),
      pane('What happened', 'last hour', 'alerts', this.happened),
    );
    this.hearVerdict();
  }

  changes() {
    const {verdict} = this.page;
    if (verdict.end === 0) return h('p', {class: 'empty'}, 'Reading.');
    // A minute is told by its end, as reasons are: what became bad is bad since the same time.
    const begin = verdict.end - 59 * 60;
    const rows = [];
    let before = verdict.minutes[0];
    verdict.minutes.forEach((level, at) => {
      if (level === before || at === 0) return;
      rows.push([
        begin + at * 60,
        level === null ? 'none' : STATES[level],
        level === null
          ? 'Readings stopped'
          : before === null
            ? 'Readings began'
            : level === 0
              ? 'Well again'
              : level === 2
                ? 'Became bad'
                : before === 2
                  ? 'Less bad'
                  : 'Needs a look',
      ]);
      before = level;
    });
    for (const each of verdict.found) {
      if (each.since)
        rows.push([
          each.since + 1,
          STATES[each.level],
          (each.reason.id === 'alert' ? '' : `${each.reason.id}: `) + sentenceOf(each),
        ]);
    }
    rows.sort((a, b) => Number(b[0]) - Number(a[0]));
    if (rows.length === 0) return h('p', {class: 'empty'}, 'Nothing changed in the last hour.');
    return h(
      'ul',
      {class: 'events'},
      rows
        .slice(0, 5)
        .map(([time, state, words]) =>
          h(
            'li',
            null,
            h('time', null, clock(Number(time), 0, false)),
            glyph(String(state)),
            h('span', null, words),
          ),
        ),
    );
  }
}

function noAgents() {
  return h(
    'section',
    {class: 'cell no-agents'},
    h('header', null, h('h2', null, 'Agents')),
    h(
      'div',
      {class: 'teaching'},
      h('b', null, 'No agent has sent anything yet'),
      h(
        'p',
        null,
        'Start one with ',
        h('code', null, `OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin}`),
        ', or post to ',
        h('code', null, '/api/v1/records'),
        '.',
      ),
      h('a', {href: address({at: 'agents'}), onclick: link({at: 'agents'})}, 'How, for each agent'),
    ),
  );
}

function number(/** @type {number | undefined} */ value, /** @type {string} */ unit) {
  return h('td', null, figure(value, unit));
}

function table(/** @type {string[]} */ heads, /** @type {Element[]} */ rows, /** @type {string} */ empty) {
  if (rows.length === 0) return h('p', {class: 'empty'}, empty);
  return plainTable(heads, rows);
}

function pane(
  /** @type {string} */ title,
  /** @type {string} */ note,
  /** @type {string} */ at,
  /** @type {Element} */ content,
) {
  return h(
    'section',
    {class: 'sheet pane'},
    h(
      'header',
      null,
      h('h2', null, title),
      h('span', {class: 'note'}, note),
      h('a', {href: address({at}), onclick: link({at}), 'aria-label': `All: ${title}`}, 'All'),
    ),
    content,
  );
}
