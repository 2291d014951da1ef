// The rest: any question, as a graph and as a table, and the largest families.

import {ask, instant, ranged, Refusal, selector} from './api.js';
import {Completion} from './completion.js';
import {fill, h, icon, plainTable, setText} from './dom.js';
import {clock, digits, grouped} from './format.js';
import {makeGraph} from './query_graph.js';
import {between, go, state} from './state.js';
import {bar} from './table.js';

const NO_SERIES =
  'No series in this range. A name or a label may be spelt otherwise: completion knows those that there are.';
const MOST_DRAWN = 50;
const MOST_LISTED = 1000;
const START = 'sum by (mode) (rate(node_cpu_seconds_total[1m]))';

export class Explore {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    /** @type {any} */
    this.plot = null;
    this.field = h('textarea', {
      class: 'query mono',
      rows: '1',
      spellcheck: 'false',
      autocapitalize: 'off',
      autocomplete: 'off',
      'aria-label': 'PromQL query',
      'aria-autocomplete': 'list',
      value: state.q ?? START,
      oninput: () => this.fit(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.defaultPrevented) return;
        event.preventDefault();
        this.submit();
      },
    });
    this.completion = new Completion(this.field);
    this.fault = h('div', {class: 'fault', role: 'alert', hidden: true});
    this.facts = h('span', {class: 'note'});
    this.tabs = h('div', {class: 'segments', role: 'group', 'aria-label': 'How it is shown'});
    this.area = h('div', {
      class: 'plot wide-plot',
      role: 'img',
      'aria-label': 'Graph of the query; the table below has its values',
    });
    this.tag = h('span', {class: 'time-tag', hidden: true});
    this.list = h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Series'});
    this.families = h('ul', {class: 'families'});
    this.familyCount = h('span', {class: 'note'});
    this.graph = h(
      'section',
      {class: 'sheet graph'},
      h(
        'header',
        {class: 'tools'},
        this.tabs,
        this.facts,
        h(
          'button',
          {class: 'button', onclick: (/** @type {any} */ event) => this.copy(event.currentTarget)},
          icon('copy'),
          'Copy link',
        ),
      ),
      this.area,
      this.tag,
    );
    this.element = h(
      'div',
      {class: 'place'},
      h('h1', {class: 'hidden'}, 'Explore'),
      h(
        'form',
        {
          class: 'ask',
          onsubmit: (/** @type {Event} */ event) => {
            event.preventDefault();
            this.submit();
          },
        },
        h('div', {class: 'ask-field'}, this.field, this.completion.element),
        h('button', {class: 'button primary run'}, 'Run'),
      ),
      this.fault,
      this.graph,
      h(
        'div',
        {class: 'columns'},
        h('section', {class: 'sheet'}, this.list),
        h(
          'section',
          {class: 'sheet'},
          h('header', null, h('h2', null, 'Largest families'), this.familyCount),
          this.families,
        ),
      ),
    );
    this.sized = new ResizeObserver(() =>
      this.plot?.setSize({width: Math.max(200, this.area.clientWidth), height: 260}),
    );
    this.sized.observe(this.area);
    this.due = 0;
    this.drawTabs();
    requestAnimationFrame(() => this.fit());
  }

  destroy() {
    this.sized.disconnect();
    this.plot?.destroy();
  }

  fit() {
    this.field.style.height = 'auto';
    this.field.style.height = `${this.field.scrollHeight + 2}px`;
  }

  drawTabs() {
    const isTable = state.view === 'table';
    fill(
      this.tabs,
      [
        ['Graph', undefined],
        ['Table', 'table'],
      ].map(([word, view]) =>
        h(
          'button',
          {
            class: 'segment',
            type: 'button',
            'aria-pressed': String((view === 'table') === isTable),
            onclick: () => go({view}),
          },
          word,
        ),
      ),
    );
    this.area.hidden = isTable;
  }

  submit() {
    const q = this.field.value.trim();
    this.due = 0;
    this.completion.close();
    if (q === (state.q ?? START)) this.load();
    else go({q});
  }

  stateChanged(/** @type {import('./state.js').State} */ before) {
    this.drawTabs();
    if (before.q === state.q && before.view === state.view) return;
    this.field.value = state.q ?? START;
    this.fit();
    this.due = 0;
    this.load();
  }

  async load() {
    if (Date.now() < this.due) return;
    const query = (state.q ?? START).trim();
    const {from, to} = between(this.page.now);
    const step = Math.max(
      1,
      Math.ceil((to - from) / Math.max(100, Math.min(600, this.area.clientWidth / 2 || 300))),
    );
    this.due = Date.now() + Math.max(step, 5) * 1000 - 500;
    if (!this.familiesAt || Date.now() - this.familiesAt > 60000) this.loadFamilies();
    if (!query) return;
    const began = performance.now();
    try {
      if (state.view === 'table') {
        const samples = await instant(query, this.page.time, undefined);
        this.listSamples(samples);
        setText(
          this.facts,
          `${grouped(samples.length)} series · ${Math.round(performance.now() - began)} ms`,
        );
      } else {
        const series = await ranged(
          query,
          Math.ceil(from / step) * step,
          Math.floor(to / step) * step,
          step,
          undefined,
        );
        const points = series.reduce((sum, {times}) => sum + times.length, 0);
        this.draw(series, from, to, step);
        this.listSeries(series);
        setText(
          this.facts,
          `${grouped(series.length)} series · ${grouped(points)} points · ${Math.round(performance.now() - began)} ms · step ${step} s` +
            (series.length > MOST_DRAWN ? ` · the first ${MOST_DRAWN} are drawn` : ''),
        );
      }
      this.fault.hidden = true;
      this.graph.classList.remove('is-old');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.showFault(query, error.message);
    }
  }

  /** The reason, and a caret below the place that it names. */
  showFault(/** @type {string} */ query, /** @type {string} */ message) {
    const place = /(\d+):(\d+)/.exec(message);
    const lines = query.split('\n');
    const line = place ? lines[Number(place[1]) - 1] : undefined;
    fill(
      this.fault,
      line !== undefined && place
        ? h('pre', null, `${line}\n${' '.repeat(Math.max(0, Number(place[2]) - 1))}^`)
        : null,
      h('p', null, message),
    );
    this.fault.hidden = false;
    this.graph.classList.add('is-old');
  }

  draw(
    /** @type {import('./api.js').Series[]} */ series,
    /** @type {number} */ from,
    /** @type {number} */ to,
    /** @type {number} */ step,
  ) {
    this.plot?.destroy();
    this.plot = null;
    /** @type {(number | null)[][]} */
    this.columns = [];
    const drawn = series.slice(0, MOST_DRAWN);
    fill(this.area, drawn.length === 0 ? h('p', {class: 'empty'}, NO_SERIES) : null);
    if (drawn.length === 0) return;
    const graph = makeGraph(this.area, drawn, {from, to, step}, (time, at) =>
      this.point(time, at, to - from),
    );
    this.plot = graph.plot;
    this.columns = graph.columns;
  }

  /** The values at the cursor; null if it has left. */
  point(/** @type {number | null} */ time, /** @type {number} */ at, /** @type {number} */ span) {
    this.tag.hidden = time === null;
    if (time === null) return;
    setText(this.tag, clock(time, span));
    this.tag.style.left = `${this.plot.cursor.left + 62}px`;
    this.shown?.forEach(({cell, column}) => {
      const value = column[at];
      setText(cell, value === null || value === undefined ? '–' : digits(value));
    });
  }

  listSeries(/** @type {import('./api.js').Series[]} */ series) {
    /** @type {{cell: Element, column: (number | null)[]}[]} */
    this.shown = [];
    const rows = series.slice(0, MOST_LISTED).map(({labels, values}, at) => {
      const finite = values.filter(Number.isFinite);
      const last = h('td', null, h('b', null, finite.length ? digits(finite[finite.length - 1]) : '–'));
      if (at < MOST_DRAWN)
        this.shown?.push({cell: /** @type {Element} */ (last.firstChild), column: this.columns?.[at] ?? []});
      const sum = finite.reduce((total, value) => total + value, 0);
      const [least, most] = finite.reduce(
        ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
        [Infinity, -Infinity],
      );
      return h(
        'tr',
        null,
        h(
          'th',
          {scope: 'row', class: 'mono', title: selector(labels)},
          at < MOST_DRAWN ? h('span', {class: `key is-line series-${(at % 6) + 1}`}) : null,
          selector(labels),
        ),
        last,
        ...(finite.length ? [least, sum / finite.length, most] : ['–', '–', '–']).map(value =>
          h('td', null, typeof value === 'number' ? digits(value) : value),
        ),
      );
    });
    fill(
      this.list,
      plainTable(['Series', 'Last', 'Least', 'Mean', 'Most'], rows),
      series.length > MOST_LISTED
        ? h(
            'p',
            {class: 'empty'},
            `${grouped(MOST_LISTED)} of ${grouped(series.length)} series are listed: a sum by (label) or topk() makes them fewer.`,
          )
        : null,
    );
  }

  listSamples(/** @type {import('./api.js').Sample[]} */ samples) {
    fill(
      this.list,
      samples.length === 0
        ? h('p', {class: 'empty'}, 'No series now.')
        : plainTable(
            ['Series', 'Value'],
            samples
              .slice(0, MOST_LISTED)
              .map(({labels, value}) =>
                h(
                  'tr',
                  null,
                  h('th', {scope: 'row', class: 'mono', title: selector(labels)}, selector(labels)),
                  h('td', null, h('b', null, String(value))),
                ),
              ),
          ),
      samples.length > MOST_LISTED
        ? h(
            'p',
            {class: 'empty'},
            `${grouped(MOST_LISTED)} of ${grouped(samples.length)} series are listed: a sum by (label) or topk() makes them fewer.`,
          )
        : null,
    );
  }

  async loadFamilies() {
    this.familiesAt = Date.now();
    const found = await ask('status/tsdb', {limit: 12});
    const families = found.seriesCountByMetricName ?? [];
    const largest = families[0]?.value ?? 1;
    setText(this.familyCount, `${grouped(found.headStats?.numSeries ?? 0)} series`);
    fill(
      this.families,
      families.map((/** @type {any} */ {name, value}) =>
        h(
          'li',
          null,
          h('button', {class: 'mono family', title: name, onclick: () => go({q: name})}, name),
          h('span', null, grouped(value)),
          bar(value / largest),
        ),
      ),
    );
  }

  copy(/** @type {HTMLElement} */ button) {
    navigator.clipboard
      ?.writeText(location.href)
      .then(() => {
        button.classList.add('is-done');
        setTimeout(() => button.classList.remove('is-done'), 1500);
      })
      .catch(() => {});
  }
}
