// What a plot shows besides its series: spans without readings, limits, the line at 0.

import {colours} from './colours.js';

/**
 * Hatches the spans without readings.
 * @param {any} plot
 * @param {[number, number][]} gaps
 */
export function drawGaps(plot, gaps) {
  const {left, top, width, height} = plot.bbox;
  const context = plot.ctx;
  for (const [from, to] of gaps) {
    const begin = Math.max(left, plot.valToPos(from, 'x', true));
    const end = Math.min(left + width, plot.valToPos(to, 'x', true));
    if (!(end - begin > 2)) continue;
    context.save();
    context.beginPath();
    context.rect(begin, top, end - begin, height);
    context.clip();
    context.strokeStyle = colours.line;
    context.lineWidth = devicePixelRatio;
    context.beginPath();
    for (let x = begin - height; x < end; x += 6 * devicePixelRatio) {
      context.moveTo(x, top + height);
      context.lineTo(x + height, top);
    }
    context.stroke();
    context.restore();
  }
}

/**
 * A line across at a value.
 * @param {any} plot
 * @param {number} value
 * @param {string} colour
 * @param {number[]} dash
 */
export function drawAcross(plot, value, colour, dash) {
  const {left, width} = plot.bbox;
  const context = plot.ctx;
  const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = devicePixelRatio;
  context.setLineDash(dash.map(length => length * devicePixelRatio));
  context.beginPath();
  context.moveTo(left, y);
  context.lineTo(left + width, y);
  context.stroke();
  context.restore();
}
