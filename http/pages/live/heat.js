// Latencies as a heat map: how many fell into which bucket when, by the square root of the count, with
// the median and the 95th percentile over it.

import {ranged} from './api.js';
import {fill, h} from './dom.js';
import {axis, clock, text} from './format.js';
import {between} from './state.js';

const CELL = 6;
const GUTTER = 58;
const BELOW = 20;
const MOST_ROWS = 12;

export class Heat {
  /** @param {import('./main.js').Page} page @param {string} title @param {string[]} families the histogram, and what is taken if there is none @param {string} empty */
  constructor(page, title, families, empty) {
    this.page = page;
    this.families = families;
    this.title = title;
    this.empty = empty;
    this.canvas = h('canvas', {class: 'heat', role: 'img', 'aria-label': title, hidden: true});
    this.message = h('p', {class: 'empty'}, 'Reading.');
    this.legend = h('ul', {class: 'legend'});
    this.note = h('span', {class: 'note'});
    this.element = h(
      'section',
      {class: 'cell chart'},
      h('header', null, h('h2', null, title), this.note),
      this.legend,
      this.canvas,
      this.message,
    );
  }

  /** A query over the first family that there is. */
  either(/** @type {(family: string) => string} */ query) {
    return this.families.map(query).join(' or ');
  }

  async load() {
    const {from, to} = between(this.page.now);
    const width = Math.max(120, (this.element.clientWidth || 400) - GUTTER - 18);
    const step = Math.max(15, Math.ceil((to - from) / (width / CELL)));
    const start = Math.ceil(from / step) * step;
    const end = Math.floor(to / step) * step;
    const window = Math.max(60, step);
    const [buckets, half, most] = await Promise.all([
      ranged(
        this.either(family => `sum by (le) (increase(${family}_bucket[${window}s]))`),
        start,
        end,
        step,
        undefined,
      ),
      ...[0.5, 0.95].map(quantile =>
        ranged(
          this.either(
            family =>
              `histogram_quantile(${quantile}, sum by (le) (rate(${family}_bucket[${Math.max(300, window)}s])))`,
          ),
          start,
          end,
          step,
          undefined,
        ),
      ),
    ]);
    this.shown = {
      rows: rowsOf(buckets, start, step, Math.floor((end - start) / step) + 1),
      half: half[0],
      most: most[0],
      start,
      step,
      from,
      to,
    };
    this.note.textContent = `seconds, ${step >= 120 ? `${Math.round(step / 60)} min` : `${step} s`} a column`;
    this.draw();
  }

  draw() {
    const shown = this.shown;
    if (!shown) return;
    const {rows, half, most, start, step} = shown;
    const count = rows[0]?.counts.length ?? 0;
    const isEmpty = !rows.some(({counts}) => counts.some(value => value > 0));
    this.canvas.hidden = isEmpty;
    this.message.hidden = !isEmpty;
    this.message.textContent = this.empty;
    if (isEmpty) return fill(this.legend);
    const [width, height] = [this.element.clientWidth - 18, 156];
    const ratio = devicePixelRatio;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d'));
    context.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const heats = [0, 1, 2, 3, 4, 5].map(at => colour(`--heat-${at}`));
    const cellWidth = (width - GUTTER) / count;
    const cellHeight = (height - BELOW - 6) / rows.length;
    const top = (/** @type {number} */ row) => 6 + (rows.length - 1 - row) * cellHeight;
    const largest = Math.sqrt(Math.max(...rows.flatMap(({counts}) => counts)));
    rows.forEach(({counts}, row) =>
      counts.forEach((value, at) => {
        const heat = value > 0 ? Math.max(1, Math.ceil((Math.sqrt(value) / largest) * 5)) : 0;
        context.fillStyle = heats[heat];
        context.fillRect(GUTTER + at * cellWidth, top(row), Math.max(1, cellWidth - 0.5), cellHeight - 0.5);
      }),
    );
    context.font = '11px ' + getComputedStyle(document.body).fontFamily;
    context.fillStyle = colour('--quiet');
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    rows.forEach(({bound}, row) => {
      if (row % Math.ceil(rows.length / 6) === 0 && Number.isFinite(bound))
        context.fillText(axis(bound, 's'), GUTTER - 6, top(row));
    });
    context.textAlign = 'center';
    const every = Math.ceil(count / 5);
    for (let at = Math.floor(every / 2); at < count; at += every)
      context.fillText(
        clock(start + at * step, shown.to - shown.from, false),
        GUTTER + at * cellWidth,
        height - 8,
      );
    /** Where a duration lies between the bounds of the rows. */
    const yOf = (/** @type {number} */ value) => {
      let below = 0;
      for (const [row, {bound}] of rows.entries()) {
        if (value <= bound) return top(row) + cellHeight * (1 - (value - below) / (bound - below || 1));
        below = bound;
      }
      return 6;
    };
    context.strokeStyle = colour('--ink');
    context.lineWidth = 1.5;
    for (const [series, dash] of /** @type {[any, number[]][]} */ ([
      [half, []],
      [most, [4, 3]],
    ])) {
      if (!series) continue;
      context.setLineDash(dash);
      context.beginPath();
      let last = -Infinity;
      series.times.forEach((/** @type {number} */ time, /** @type {number} */ at) => {
        if (!Number.isFinite(series.values[at])) return;
        const x = GUTTER + ((time - start) / step + 0.5) * cellWidth;
        if (time - last > step * 1.5) context.moveTo(x, yOf(series.values[at]));
        else context.lineTo(x, yOf(series.values[at]));
        last = time;
      });
      context.stroke();
    }
    const newest = (/** @type {any} */ series) => text(series?.values.findLast(Number.isFinite), 's');
    fill(
      this.legend,
      h('li', null, h('span', {class: 'key is-line is-ink'}), 'p50', h('b', null, newest(half))),
      h('li', null, h('span', {class: 'key is-line is-ink is-dashed'}), 'p95', h('b', null, newest(most))),
      h(
        'li',
        null,
        'fewer',
        h(
          'span',
          {class: 'heat-key'},
          [0, 1, 2, 3, 4, 5].map(at => h('i', {class: `heat-${at}`})),
        ),
        'more',
      ),
    );
    this.canvas.setAttribute('aria-label', `${this.title}: p50 ${newest(half)}, p95 ${newest(most)}`);
  }
}

/** What fell between two bounds: buckets count all that is below theirs. */
function rowsOf(
  /** @type {import('./api.js').Series[]} */ buckets,
  /** @type {number} */ start,
  /** @type {number} */ step,
  /** @type {number} */ count,
) {
  const sorted = buckets
    .map(series => ({bound: series.labels.le === '+Inf' ? Infinity : Number(series.labels.le), series}))
    .sort((a, b) => a.bound - b.bound);
  let below = new Array(count).fill(0);
  let rows = sorted.map(({bound, series}) => {
    const all = new Array(count).fill(0);
    series.times.forEach((time, at) => {
      all[Math.round((time - start) / step)] = series.values[at];
    });
    const counts = all.map((value, at) => Math.max(0, value - below[at]));
    below = all;
    return {bound, counts};
  });
  const used = rows.map(({counts}) => counts.some(value => value > 0.01));
  const first = Math.max(0, used.indexOf(true) - 1);
  rows = rows.slice(first, used.lastIndexOf(true) + 1);
  while (rows.length > MOST_ROWS) {
    rows = rows
      .filter((_, at) => at % 2 === 1 || at === rows.length - 1)
      .map(({bound}, at, kept) => {
        const from = at === 0 ? -Infinity : kept[at - 1].bound;
        const merged = rows.filter(row => row.bound > from && row.bound <= bound);
        return {
          bound,
          counts: merged[0].counts.map((__, time) => merged.reduce((sum, row) => sum + row.counts[time], 0)),
        };
      });
  }
  return rows;
}
