// One chart: title, legend with values, plot. All charts share one cursor.

import {clock, parts, text} from './format.js';
import {colours} from './colours.js';
import {Curves, pixelsOf} from './curves.js';
import {fill, glyph, h, icon, setAttribute, setText} from './dom.js';
import {drawAcross, drawBand, drawGaps, drawUnusual} from './marks.js';
import {openMenu} from './menu.js';
import {GUTTER, makePlot, stylesOf, widthOf} from './plot.js';
import {drawn, topOf} from './shapes.js';
import {address, go} from './state.js';
import {combined, indexAt, written} from './timeline.js';
import {valueTable} from './value_table.js';

/** The cursor of all charts: a time, or null for the newest values. */
export const cursor = {
  time: /** @type {number | null} */ (null),
  listeners: /** @type {Set<() => void>} */ (new Set()),
};

/** Seconds of readings. */
const KNOWN_AFTER = 30;

export class Chart {
  /**
   * @param {import('./timeline.js').Definition} definition
   * @param {import('./timeline.js').Timeline} timeline
   * @param {{note: string, most?: number, height?: () => number}} shown
   */
  constructor(definition, timeline, shown) {
    this.definition = definition;
    this.timeline = timeline;
    this.shown = shown;
    /** @type {any} */
    this.plot = null;
    /** @type {string[]} */
    this.names = [];
    /** @type {(number | null)[][]} */
    this.columns = [];
    this.hasTable = false;
    /** Whether it is on the screen, or nearly. */
    this.isSeen = true;
    /** What of the timeline was drawn last. */
    this.last = {replaced: -1, pixels: {first: 0, seconds: 1}};
    this.legend = h('ul', {class: 'legend'});
    /** What the analysis found, behind the values. */
    this.found = h('li', {class: 'found'});
    this.area = h('div', {
      class: 'plot',
      tabindex: '0',
      role: 'application',
      'aria-roledescription': 'chart',
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    });
    this.note = h('span', {class: 'note'}, shown.note);
    this.tag = h('span', {class: 'time-tag', hidden: true});
    this.table = h('div', {class: 'chart-table', hidden: true, tabindex: '0'});
    this.element = h(
      'section',
      {class: 'cell chart', id: 'chart-' + definition.id},
      h(
        'header',
        null,
        h('h2', null, definition.title),
        this.note,
        h(
          'button',
          {
            class: 'quiet-button',
            'aria-label': `${definition.title}: more`,
            'aria-haspopup': 'menu',
            onclick: (/** @type {Event} */ event) => this.menu(event),
          },
          icon('more'),
        ),
      ),
      this.legend,
      this.area,
      this.tag,
      this.table,
    );
  }

  destroy() {
    this.plot?.destroy();
    this.plot = null;
  }

  height() {
    if (this.element.classList.contains('enlarged')) return Math.max(240, innerHeight - 220);
    return innerWidth >= 1900 ? 168 : 132;
  }

  /** Draws what the timeline has now; one more reading only if it can be seen. */
  update() {
    const data = this.timeline.data.get(this.definition.id);
    this.element.classList.toggle('is-loading', this.timeline.loading);
    if (!data) return;
    const isContinued = this.timeline.replaced === this.last.replaced;
    if (isContinued && !this.isSeen) return;
    const names = this.namesOf(data);
    this.columns = names.map(name => data.series.get(name) ?? []);
    const hasData = this.columns.some(column => column.some(value => value !== null));
    if (!hasData) return this.showEmpty();
    const isNew = !this.plot || names.join('\n') !== this.names.join('\n');
    if (isNew) {
      this.names = names;
      this.make();
    }
    if (isNew || !isContinued || this.pixels().first !== this.last.pixels.first) this.draw(data);
    this.showValues();
    this.showFound();
    if (this.hasTable) this.fillTable();
  }

  /** The columns of pixels that the plot shows now. */
  pixels() {
    const {from, to, findings} = this.timeline;
    return pixelsOf(from, to + findings.ahead, this.plot.bbox.width);
  }

  draw(/** @type {import('./timeline.js').Data} */ data) {
    const pixels = this.pixels();
    const {first, seconds} = pixels;
    // A copy: the timeline goes on with its own, a second or two before the plot moves.
    const columns = drawn(this.definition.shape, this.columns).map(column => [...column]);
    this.last = {replaced: this.timeline.replaced, pixels};
    this.plot.setData([[...data.times], ...columns], false);
    this.plot.batch(() => {
      this.plot.setScale('x', {min: first * seconds, max: (first + this.plot.bbox.width) * seconds});
      this.plot.setScale('y', this.yRange(columns));
    });
  }

  paint(/** @type {any} */ plot) {
    const [times, ...columns] = plot.data;
    this.curves?.paint(plot, times, columns, this.last.pixels, this.last.replaced);
  }

  /** Says in words what the bars above the plot and the band behind it mean. */
  showFound() {
    const {findings, from, to} = this.timeline;
    const {text, isUnusual} = findings.words(this.definition, from, to);
    if (text === this.found.textContent) return;
    this.found.hidden = text === '';
    fill(this.found, isUnusual ? glyph('warn') : h('span', {class: 'key is-line is-ink is-dashed'}), text);
  }

  namesOf(/** @type {import('./timeline.js').Data} */ data) {
    const fixed = this.definition.series.flatMap(({name}) => name ?? []);
    const hasValues = (/** @type {string} */ name) => data.series.get(name)?.some(value => value !== null);
    const free = [...data.series.keys()].filter(name => !fixed.includes(name) && hasValues(name)).sort();
    return this.definition.series.some(({by}) => by) ? [...fixed, ...free] : fixed;
  }

  yRange(/** @type {(number | null)[][]} */ columns) {
    const {shape, unit, most} = this.definition;
    const bound = most ?? this.shown.most;
    if (bound) return {min: 0, max: bound};
    const {max, peak} = topOf(shape, columns, unit);
    setText(this.note, this.shown.note + (peak === undefined ? '' : ` · peak ${text(peak, unit)}`));
    return {min: shape === 'mirror' ? -max : 0, max};
  }

  make() {
    this.plot?.destroy();
    fill(this.area);
    this.element.classList.remove('is-empty');
    const {shape, unit} = this.definition;
    this.curves = new Curves(stylesOf(shape, this.names.length));
    this.plot = makePlot(
      this.area,
      this.height() + 20,
      this.names.length,
      unit,
      plot => this.splits(plot),
      {
        setSelect: [plot => this.select(plot)],
        setCursor: [plot => this.moved(plot)],
        drawClear: [plot => drawGaps(plot, this.timeline.gaps)],
        drawAxes: [plot => this.paint(plot)],
        draw: [plot => this.drawMarks(plot)],
      },
    );
    this.plot.over.addEventListener('dblclick', () => history.length > 1 && history.back());
    this.makeLegend();
  }

  splits(/** @type {any} */ u) {
    const {min, max} = u.scales.y;
    if (this.definition.most === undefined && this.shown.most) {
      const step = 2 ** Math.floor(Math.log2(max / 2));
      return [0, step, 2 * step].filter(at => at <= max);
    }
    return min < 0 ? [min, 0, max] : [0, max / 2, max];
  }

  select(/** @type {any} */ u) {
    const {left, width} = u.select;
    if (width < 6) return;
    const from = Math.floor(u.posToVal(left, 'x'));
    const to = Math.min(Math.ceil(this.timeline.to), Math.ceil(u.posToVal(left + width, 'x')));
    u.setSelect({left: 0, width: 0, top: 0, height: 0}, false);
    if (to - from >= 5) go({from, to});
  }

  moved(/** @type {any} */ u) {
    const at = u.cursor.idx;
    const time = u.cursor.left >= 0 && at !== null && at !== undefined ? u.data[0][at] : null;
    const isOwn = u.cursor.event !== undefined && this.area.matches(':hover, :focus');
    this.tag.hidden = time === null || !isOwn;
    if (!this.tag.hidden) {
      setText(this.tag, clock(time, u.scales.x.max - u.scales.x.min));
      this.tag.style.left = `${GUTTER + 14 + u.cursor.left}px`;
    }
    if (cursor.time !== time) {
      cursor.time = time;
      for (const listener of cursor.listeners) listener();
    }
    this.showValues();
  }

  drawMarks(/** @type {any} */ plot) {
    const {id, limit, shape} = this.definition;
    const {unusual, bands} = this.timeline.findings;
    drawUnusual(plot, unusual.get(id) ?? []);
    const band = bands.get(id);
    if (band) drawBand(plot, band);
    if (limit !== undefined) drawAcross(plot, limit, colours.warn, [5, 4]);
    if (shape === 'mirror') drawAcross(plot, 0, colours.quiet, []);
  }

  makeLegend() {
    this.values = this.names.map(() => ({number: h('b'), unit: h('i')}));
    fill(
      this.legend,
      this.names.map((name, at) => {
        const key = h('span', {
          class: `key ${this.definition.shape === 'stack' ? 'is-area' : 'is-line'} series-${(at % 6) + 1}`,
        });
        const {number, unit} = /** @type {any} */ (this.values)[at];
        return h('li', null, key, name || 'value', number, unit);
      }),
      this.found,
    );
  }

  /** The values under the shared cursor, else the newest. */
  showValues() {
    const data = this.timeline.data.get(this.definition.id);
    if (!data || !this.values) return;
    const at = this.indexOf(data.times);
    const changed = this.values.filter(({number, unit}, series) => {
      const shown = parts(this.columns[series]?.[at], this.definition.unit);
      const isOther = setText(number, shown.text);
      return setText(unit, this.definition.unit === '%' ? '' : shown.unit) || isOther;
    });
    if (changed.length === 0) return;
    const said = this.names.map((name, series) => `${name} ${this.values?.[series].number.textContent}`);
    const words =
      `${this.definition.title}, ${this.note.textContent}, ${said.join(', ')}` +
      (this.values[0]?.number.textContent ? '' : ', no value');
    setAttribute(this.area, 'aria-label', words);
  }

  indexOf(/** @type {number[]} */ times) {
    if (cursor.time === null) {
      // The newest that has a value.
      for (let at = times.length - 1; at > times.length - 20 && at > 0; --at) {
        if (this.columns.some(column => column[at] !== null && column[at] !== undefined)) return at;
      }
      return times.length - 1;
    }
    return indexAt(times, cursor.time);
  }

  key(/** @type {KeyboardEvent} */ event) {
    if (!this.plot) return;
    if (event.key === 'Enter') return this.enlarge();
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    const times = this.plot.data[0];
    const step = (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? 10 : 1);
    const at = Math.max(0, Math.min(times.length - 1, this.indexOf(times) + step));
    this.plot.setCursor({left: this.plot.valToPos(times[at], 'x'), top: 10}, true, true);
  }

  menu(/** @type {Event} */ event) {
    const {definition, timeline} = this;
    const query =
      definition.series.length === 1
        ? written(definition.series[0].query, timeline.step)
        : combined(definition, timeline.step);
    openMenu(/** @type {HTMLElement} */ (event.currentTarget), [
      {
        word: this.element.classList.contains('enlarged') ? 'Make small' : 'Enlarge',
        act: () => this.enlarge(),
      },
      {word: this.hasTable ? 'Plot alone' : 'Table', act: () => this.toggleTable()},
      {word: 'Copy as PromQL', act: () => navigator.clipboard?.writeText(query)},
      {
        word: 'Open in Explore',
        href: address({at: 'explore', q: query}),
        act: () => go({at: 'explore', q: query}),
      },
    ]);
  }

  enlarge() {
    this.element.classList.toggle('enlarged');
    document.body.classList.toggle('has-enlarged', this.element.classList.contains('enlarged'));
    this.resize();
  }

  toggleTable() {
    this.hasTable = !this.hasTable;
    this.table.hidden = !this.hasTable;
    if (this.hasTable) this.fillTable();
  }

  fillTable() {
    const times = this.timeline.data.get(this.definition.id)?.times ?? [];
    const span = this.timeline.to - this.timeline.from;
    fill(this.table, valueTable(times, this.names, this.columns, this.definition.unit, span));
  }

  resize() {
    if (!this.plot) return;
    this.plot.setSize({width: widthOf(this.area), height: this.height() + 20});
  }

  /** Once the theme has changed. */
  repaint() {
    if (!this.plot) return;
    this.names = [];
    this.last.replaced = -1;
    this.update();
  }

  showEmpty() {
    this.plot?.destroy();
    this.plot = null;
    this.names = [];
    this.values = undefined;
    fill(this.legend);
    this.element.classList.add('is-empty');
    fill(this.area, h('p', {class: 'empty'}, this.emptyText()));
  }

  /** What a host has not is known only once it was read for a while: rates need some readings. */
  emptyText() {
    const isKnown = this.timeline.covers(KNOWN_AFTER);
    return (isKnown && this.definition.empty) || 'Not enough readings in this range.';
  }
}
