// A table that sorts by its headers: numbers right, names left, the order in the address.

import {fill, h} from './dom.js';
import {parts} from './format.js';
import {go, state} from './state.js';

/**
 * `keep`: one of the three columns that a phone shows; the others open with a tap on the row.
 * @typedef {{id: string, title: string, unit?: string, keep?: boolean, value: (row: any) => any,
 *   show?: (row: any) => any}} Column
 */

export class Table {
  /** @param {string} name @param {Column[]} columns @param {string} order the usual one, "-cpu" for the largest first */
  constructor(name, columns, order) {
    this.columns = columns;
    this.order = order;
    /** @type {any[]} */
    this.rows = [];
    this.most = 500;
    this.empty = 'Nothing here.';
    this.body = h('tbody');
    /** @type {HTMLElement[]} */
    this.heads = columns.map(column =>
      h(
        'th',
        {scope: 'col', class: classOf(column)},
        h(
          'button',
          {class: 'sort', onclick: () => this.sortBy(column)},
          column.title,
          h('span', {class: 'arrow', 'aria-hidden': 'true'}),
        ),
      ),
    );
    this.table = h('table', {class: 'sorted'}, h('thead', null, h('tr', null, this.heads)), this.body);
    this.message = h('p', {class: 'empty'}, 'Reading.');
    this.element = h(
      'div',
      {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': name},
      this.table,
      this.message,
    );
  }

  get sort() {
    const sort = state.sort ?? this.order;
    return this.columns.some(({id}) => id === sort.replace(/^-/, '')) ? sort : this.order;
  }

  sortBy(/** @type {Column} */ column) {
    const largestFirst = column.unit !== undefined;
    const usual = (largestFirst ? '-' : '') + column.id;
    const other = (largestFirst ? '' : '-') + column.id;
    go({sort: this.sort === usual ? other : usual}, true);
    this.draw();
  }

  show(/** @type {any[]} */ rows) {
    this.rows = rows;
    this.draw();
  }

  draw() {
    const falls = this.sort.startsWith('-');
    const by = this.columns.find(({id}) => id === this.sort.replace(/^-/, '')) ?? this.columns[0];
    const sorted = [...this.rows].sort((a, b) => compare(by.value(a), by.value(b)) * (falls ? -1 : 1));
    this.columns.forEach((column, at) => {
      const isBy = column === by;
      if (isBy) this.heads[at].setAttribute('aria-sort', falls ? 'descending' : 'ascending');
      else this.heads[at].removeAttribute('aria-sort');
      const arrow = this.heads[at].querySelector('.arrow');
      if (arrow) arrow.textContent = isBy ? (falls ? '↓' : '↑') : '';
    });
    fill(
      this.body,
      sorted.slice(0, this.most).map(row => this.line(row)),
    );
    this.table.hidden = sorted.length === 0;
    this.message.hidden = sorted.length > 0 && sorted.length <= this.most;
    this.message.textContent =
      sorted.length === 0
        ? this.empty
        : `${this.most} of ${sorted.length} are shown: filter to see the others.`;
  }

  line(/** @type {any} */ row) {
    const line = h(
      'tr',
      null,
      this.columns.map((column, at) => {
        const content = column.show
          ? column.show(row)
          : column.unit === undefined
            ? (column.value(row) ?? '–')
            : figure(column.value(row), column.unit);
        const tag = at === 0 ? 'th' : 'td';
        return h(
          tag,
          {class: classOf(column), scope: at === 0 ? 'row' : null, 'data-title': column.title},
          content,
        );
      }),
    );
    line.addEventListener('click', () => {
      if (innerWidth < 640) line.classList.toggle('is-open');
    });
    return line;
  }
}

const classOf = (/** @type {Column} */ column) =>
  `${column.unit === undefined ? 'is-text' : 'is-number'}${column.keep ? ' is-kept' : ''}`;

/** Unknown goes last, whichever way. */
function compare(/** @type {any} */ a, /** @type {any} */ b) {
  const [hasA, hasB] = [a !== undefined && a !== null, b !== undefined && b !== null];
  if (!hasA || !hasB) return Number(hasA) - Number(hasB);
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

/** Units that differ from row to row stand in slots of one width. */
const SLOTS = /** @type {Record<string, string>} */ ({
  B: 'is-wide',
  'B/s': 'is-wide',
  s: 'is-time',
  '/min': 'is-scale',
});

/** A number and its unit, so that digits meet below each other. */
export function figure(/** @type {number | undefined} */ value, /** @type {string} */ unit) {
  const both = parts(value, unit);
  const slot = SLOTS[unit];
  return [both.text, slot || both.unit ? h('i', {class: `unit ${slot ?? ''}`}, both.unit) : null];
}

/** A bar of a share of the largest. */
export function bar(/** @type {number} */ share) {
  const inner = h('i');
  inner.style.width = `${share > 0 ? Math.max(1, Math.round(Math.min(1, share) * 72)) : 0}px`;
  return h('span', {class: 'meter', 'aria-hidden': 'true'}, inner);
}

/** A field whose text is in the address. */
export function filterField(/** @type {string} */ placeholder, /** @type {() => void} */ changed) {
  return h('input', {
    class: 'field',
    type: 'search',
    placeholder,
    'aria-label': placeholder,
    value: state.filter ?? '',
    oninput: (/** @type {any} */ event) => {
      go({filter: event.target.value || undefined}, true);
      changed();
    },
  });
}
