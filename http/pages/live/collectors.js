// What is read of this host, what that costs, and why a collector is silent.

import {json} from './api.js';
import {fill, glyph, h, setText} from './dom.js';
import {text} from './format.js';
import {state} from './state.js';
import {bar, filterField, Table} from './table.js';

const STATES = /** @type {Record<string, [string, string, number]>} */ ({
  failed: ['bad', 'failed', 0],
  good: ['good', 'gives samples', 1],
  not_run: ['none', 'not run yet', 2],
  no_data: ['none', 'nothing to read here', 3],
});

export class Collectors {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    /** @type {any[]} */
    this.rows = [];
    this.longest = 0;
    this.count = h('span', {class: 'note'});
    this.table = new Table(
      'Collectors',
      [
        {
          id: 'state',
          title: 'State',
          keep: true,
          value: row => STATES[row.state][2],
          show: row => h('span', {class: 'state-word'}, glyph(STATES[row.state][0]), row.name),
        },
        {
          id: 'why',
          title: 'Why',
          value: row => (row.state === 'failed' ? row.error : STATES[row.state][1]),
          show: row =>
            h(
              'span',
              {class: row.state === 'failed' ? 'why' : 'why note'},
              row.state === 'failed' ? `failed: ${row.error ?? 'no reason is known'}` : STATES[row.state][1],
            ),
        },
        {id: 'seconds', title: 'Last run', unit: 's', keep: true, value: row => row.seconds},
        {
          id: 'share',
          title: 'Of the slowest',
          unit: '',
          value: row => row.seconds,
          show: row => (row.seconds === undefined ? '' : bar(row.seconds / (this.longest || 1))),
        },
      ],
      'state',
    );
    this.element = h(
      'div',
      {class: 'place'},
      h('h1', {class: 'hidden'}, 'Collectors'),
      h(
        'section',
        {class: 'sheet'},
        h(
          'header',
          {class: 'tools'},
          h('h2', null, 'Collectors'),
          this.count,
          filterField('Filter by name', () => this.draw()),
        ),
        this.table.element,
      ),
      h(
        'p',
        {class: 'note'},
        'A collector is switched on by --collector.NAME and off by --no-collector.NAME. ',
        h('a', {class: 'more', href: 'collectors'}, 'The same as a plain page'),
        '.',
      ),
    );
  }

  async load() {
    const told = await json('api/v1/collectors');
    this.rows = told?.collectors ?? [];
    this.longest = Math.max(0, ...this.rows.map(row => (row.state === 'good' ? (row.seconds ?? 0) : 0)));
    this.draw();
  }

  draw() {
    const wanted = (state.filter ?? '').toLowerCase();
    const of = (/** @type {string} */ word) => this.rows.filter(row => row.state === word).length;
    const all = this.rows.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
    setText(
      this.count,
      `${this.rows.length} switched on · ${of('good')} give samples` +
        (of('failed') ? ` · ${of('failed')} failed` : '') +
        ` · ${of('no_data')} with nothing to read here · ${text(all, 's')} in all`,
    );
    this.table.show(this.rows.filter(row => row.name.includes(wanted)));
  }
}
