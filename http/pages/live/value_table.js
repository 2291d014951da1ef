// The values behind a chart, the newest first.

import {h, plainTable} from './dom.js';
import {clock, text} from './format.js';

const MOST_ROWS = 60;

/**
 * @param {number[]} times
 * @param {string[]} names
 * @param {(number | null)[][]} columns
 * @param {string} unit
 * @param {number} span in seconds
 */
export function valueTable(times, names, columns, unit, span) {
  const every = Math.max(1, Math.ceil(times.length / MOST_ROWS));
  const rows = [];
  for (let at = times.length - 1; at >= 0 && rows.length < MOST_ROWS; at -= every) {
    const values = columns.map(column => h('td', null, text(column[at], unit)));
    rows.push(h('tr', null, h('th', {scope: 'row'}, clock(times[at], span)), values));
  }
  return plainTable(
    ['Time', ...names.map(name => name || 'value')],
    rows,
  );
}
