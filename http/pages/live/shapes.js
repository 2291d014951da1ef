// How the values of a chart become what is drawn: stacks, mirrors, and how far up the axis goes.

import {roundTop} from './format.js';

/** @typedef {(number | null)[]} Column */

/**
 * The columns as they are drawn: summed up for stacks, the second one below for mirrors.
 * @param {string} shape
 * @param {Column[]} columns all of one length, or without values
 * @returns {Column[]}
 */
export function drawn(shape, columns) {
  if (shape === 'mirror') return [columns[0], columns[1].map(value => (value === null ? null : -value))];
  if (shape !== 'stack') return columns;
  /** @type {Column} */
  let below = new Array(columns[0].length).fill(null);
  return columns.map(column => {
    // A series that this host has not is no floor for the others.
    if (column.length === 0) return column;
    below = column.map((value, at) => {
      const under = below[at] ?? null;
      return value === null ? under : (under ?? 0) + value;
    });
    return below;
  });
}

/**
 * The top of the axis, and the largest value if it is cut: one short peak must not press all others flat.
 * @param {string} shape
 * @param {Column[]} columns as they are drawn
 * @param {string} unit
 */
export function topOf(shape, columns, unit) {
  /** @type {number[]} */
  const sizes = [];
  let peak = 0;
  for (const column of columns) {
    for (const value of column) {
      const size = Math.abs(value ?? 0);
      peak = Math.max(peak, size);
      if (size !== 0 && shape === 'mirror') sizes.push(size);
    }
  }
  sizes.sort((a, b) => a - b);
  const usual = sizes[Math.floor(sizes.length * 0.97)] ?? 0;
  const isCut = sizes.length > 30 && peak > 6 * usual;
  return {max: roundTop(isCut ? usual * 2 : peak, unit), peak: isCut ? peak : undefined};
}
