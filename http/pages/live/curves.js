// The curves of a plot, as a picture of their own that moves with time: with one more reading only the
// pixels at its end are drawn. Drawing all of them again each second cost more than all else of the page.

import {indexAt} from './timeline.js';

/** How a curve is drawn; `onto`: its area reaches down to the curve before it, else to 0.
 * @typedef {{stroke: string, width: number, dash?: number[], fill?: string, onto?: boolean}} Style */
/** The columns of pixels, counted since 1970: the first that is shown, and the seconds of one.
 * @typedef {{first: number, seconds: number}} Pixels */
/** @typedef {import('./shapes.js').Column} Column */

/** Pixels around a point that its line may touch, and those below and right of the plot that it may. */
const EDGE = 3;
const BEYOND = 1.5;

/**
 * The columns of pixels of a span. They lie at the same times whenever the span moves on, so that what was
 * drawn stays right and does not flicker.
 * @param {number} from
 * @param {number} to
 * @param {number} width
 * @returns {Pixels}
 */
export function pixelsOf(from, to, width) {
  const seconds = (to - from) / width;
  return {first: Math.ceil(from / seconds), seconds};
}

export class Curves {
  /** @param {Style[]} styles */
  constructor(styles) {
    this.styles = styles;
    this.canvas = document.createElement('canvas');
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext('2d'));
    /** What the picture holds. */
    this.held = {frame: '', first: 0, newest: 0};
    // Where dashes lie is counted from the beginning of a line.
    this.isDashed = styles.some(({dash}) => dash !== undefined);
  }

  /**
   * Paints the curves into the plot.
   * @param {any} plot
   * @param {number[]} times
   * @param {Column[]} columns as they are drawn
   * @param {Pixels} pixels
   * @param {number} version of all values but those behind the ones that were painted before
   */
  paint(plot, times, columns, {first, seconds}, version) {
    const {left, top, width, height} = plot.bbox;
    const {min, max} = plot.scales.y;
    const frame = [width, height, seconds, min, max, version].join();
    const passed = first - this.held.first;
    const edge = Math.ceil(EDGE * devicePixelRatio);
    let from = -edge;
    if (frame === this.held.frame && !this.isDashed && passed >= 0 && passed < width) {
      this.move(passed);
      from = Math.max(from, Math.round(this.held.newest / seconds) - first - edge);
    } else {
      const beyond = Math.ceil(BEYOND * devicePixelRatio);
      this.canvas.width = width + beyond;
      this.canvas.height = height + beyond;
    }
    this.held = {frame, first, newest: times.at(-1) ?? 0};
    const begin = Math.max(0, indexAt(times, (first + from - edge) * seconds) - 1);
    const xs = times.slice(begin).map(time => Math.round(time / seconds) - first);
    const y = (/** @type {number} */ value) => Math.round(height * (1 - (value - min) / (max - min)));
    const ys = columns.map(column => column.slice(begin).map(value => (value === null ? null : y(value))));
    this.drawFrom(from, xs, ys, y(0));
    plot.ctx.drawImage(this.canvas, left, top);
  }

  move(/** @type {number} */ passed) {
    if (passed === 0) return;
    this.context.globalCompositeOperation = 'copy';
    this.context.drawImage(this.canvas, -passed, 0);
    this.context.globalCompositeOperation = 'source-over';
  }

  /**
   * Draws again all that is not left of a pixel.
   * @param {number} from
   * @param {number[]} xs
   * @param {Column[]} ys
   * @param {number} zero
   */
  drawFrom(from, xs, ys, zero) {
    const {context, canvas} = this;
    context.clearRect(from, 0, canvas.width - from, canvas.height);
    context.save();
    context.beginPath();
    context.rect(from, 0, canvas.width - from, canvas.height);
    context.clip();
    for (const [at, style] of this.styles.entries()) {
      const below = style.onto && ys.slice(0, at).findLast(each => each.length > 0);
      this.drawCurve(style, xs, ys[at], below || null, zero);
    }
    context.restore();
  }

  /**
   * @param {Style} style
   * @param {number[]} xs
   * @param {Column} ys
   * @param {Column | null} below what the area reaches down to, else to zero
   * @param {number} zero
   */
  drawCurve({stroke, width, dash, fill}, xs, ys, below, zero) {
    const {context} = this;
    const line = new Path2D();
    const area = new Path2D();
    for (const [begin, end] of runsOf(ys)) {
      for (let at = begin; at < end; ++at) {
        const y = /** @type {number} */ (ys[at]);
        if (at === begin) line.moveTo(xs[at], y);
        else line.lineTo(xs[at], y);
        if (fill) at === begin ? area.moveTo(xs[at], y) : area.lineTo(xs[at], y);
      }
      if (!fill) continue;
      // Back along what is below; of a level floor the two ends are enough.
      const step = below ? 1 : Math.max(1, end - 1 - begin);
      for (let at = end - 1; at >= begin; at -= step) area.lineTo(xs[at], below?.[at] ?? zero);
      area.closePath();
    }
    const wide = width * devicePixelRatio;
    context.setTransform(1, 0, 0, 1, (wide % 2) / 2, (wide % 2) / 2);
    if (fill) {
      context.fillStyle = fill;
      context.fill(area);
    }
    context.strokeStyle = stroke;
    context.lineWidth = wide;
    context.lineJoin = 'round';
    context.setLineDash(dash ?? []);
    context.stroke(line);
    context.setTransform(1, 0, 0, 1, 0, 0);
  }
}

/** Where values without a gap between them begin and end. */
function* runsOf(/** @type {Column} */ column) {
  let begin = -1;
  for (let at = 0; at <= column.length; ++at) {
    const isThere = at < column.length && column[at] !== null;
    if (isThere && begin < 0) begin = at;
    if (!isThere && begin >= 0) {
      yield [begin, at];
      begin = -1;
    }
  }
}
