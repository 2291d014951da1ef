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
 * A bar above the plot for each time at which something was unusual, a minute wide and 3 pixels at least.
 * @param {any} plot
 * @param {import('./findings.js').Unusual[]} unusual
 */
export function drawUnusual(plot, unusual) {
  const {left, top, width} = plot.bbox;
  const context = plot.ctx;
  const least = 3 * devicePixelRatio;
  context.save();
  context.fillStyle = colours.warn;
  for (const {time} of unusual) {
    const begin = plot.valToPos(time, 'x', true);
    const end = Math.max(begin + least, plot.valToPos(time + 60, 'x', true));
    if (end < left || begin > left + width) continue;
    const from = Math.max(left, begin);
    context.fillRect(from, top - least, Math.min(left + width, end) - from, least);
  }
  context.restore();
}

/**
 * What is to come: the median dashed, in a band that holds four of five values.
 * @param {any} plot
 * @param {import('./findings.js').Band} band
 */
export function drawBand(plot, {times, middle, low, high}) {
  const {left, top, width, height} = plot.bbox;
  const context = plot.ctx;
  const xs = times.map(time => plot.valToPos(time, 'x', true));
  const ys = (/** @type {number[]} */ column) => column.map(value => plot.valToPos(value, 'y', true));
  const [lows, highs, middles] = [ys(low), ys(high), ys(middle)];
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.beginPath();
  xs.forEach((x, at) => context.lineTo(x, highs[at]));
  for (let at = xs.length - 1; at >= 0; --at) context.lineTo(xs[at], lows[at]);
  context.closePath();
  context.globalAlpha = 0.16;
  context.fillStyle = colours.ink;
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  xs.forEach((x, at) => context.lineTo(x, middles[at]));
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.5 * devicePixelRatio;
  context.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  context.stroke();
  context.restore();
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
