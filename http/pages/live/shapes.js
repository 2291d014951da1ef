// How the values of a chart become what is drawn: stacks, mirrors, and how far up the axis goes.

import {roundTop} from './format.js';

/** @typedef {(number | null)[]} Column */

/**
 * The columns as they are drawn: summed up for stacks, the second one below for mirrors.
 * @param {string} shape
 * @param {Column[]} columns all of one length
 * @returns {Column[]}
 */
export function drawn(shape, columns) {
  if (shape === 'mirror') return [columns[0], columns[1].map(value => (value === null ? null : -value))];
  if (shape !== 'stack') return columns;
  /** @type {Column} */
  let below = new Array(columns[0].length).fill(null);
  return columns.map(
    column =>
      (below = column.map((value, at) => {
        const under = below[at];
        return value === null ? under : (under ?? 0) + value;
      })),
  );
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
  for (const column of columns) {
    for (const value of column) if (value !== null && value !== 0) sizes.push(Math.abs(value));
  }
  sizes.sort((a, b) => a - b);
  const peak = sizes.at(-1) ?? 0;
  const usual = sizes[Math.floor(sizes.length * 0.97)] ?? 0;
  const isCut = shape === 'mirror' && sizes.length > 30 && peak > 6 * usual;
  return {max: roundTop(isCut ? usual * 2 : peak, unit), peak: isCut ? peak : undefined};
}
