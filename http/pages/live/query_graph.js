// The graph of a query: as many lines as it has series, on a scale of its own.

import {colours, DASHES, seriesColour, STEPS} from './colours.js';
import {axis, clock} from './format.js';
import {go} from './state.js';

/** @type {any} */
const uPlot = /** @type {any} */ (globalThis).uPlot;
export const GRAPH_HEIGHT = 260;

/**
 * `pointed` is told the time under the cursor and its place in the columns, null once it has left.
 * @param {HTMLElement} area
 * @param {import('./api.js').Series[]} series
 * @param {{from: number, to: number, step: number}} range
 * @param {(time: number | null, at: number) => void} pointed
 */
export function makeGraph(area, series, {from, to, step}, pointed) {
  const start = Math.ceil(from / step) * step;
  const count = Math.max(0, Math.floor((to - start) / step) + 1);
  const times = Array.from({length: count}, (_, at) => start + at * step);
  const columns = series.map(({times: own, values}) => {
    /** @type {(number | null)[]} */
    const column = new Array(count).fill(null);
    own.forEach((time, at) => {
      if (Number.isFinite(values[at])) column[Math.round((time - start) / step)] = values[at];
    });
    return column;
  });
  const font = '11px ' + getComputedStyle(document.body).fontFamily;
  const look = {stroke: colours.quiet, font, ticks: {show: false}};
  const timeLabels = (/** @type {any} */ _, /** @type {number[]} */ splits) =>
    splits.map(at => clock(at, to - from, splits.length > 1 && splits[1] - splits[0] < 60));
  const valueLabels = (/** @type {any} */ _, /** @type {number[]} */ splits) =>
    splits.map(at => (at < 0 ? '−' : '') + axis(at, ''));
  const zoom = (/** @type {any} */ plot) => {
    const {left, width} = plot.select;
    if (width < 6) return;
    go({from: Math.floor(plot.posToVal(left, 'x')), to: Math.ceil(plot.posToVal(left + width, 'x'))});
  };
  const options = {
    width: Math.max(200, area.clientWidth),
    height: GRAPH_HEIGHT,
    padding: [10, 12, 0, 0],
    legend: {show: false},
    cursor: {
      y: false,
      points: {show: series.length <= 6, size: 5},
      drag: {x: true, y: false, setScale: false, dist: 6},
    },
    scales: {x: {time: true, range: () => [from, to]}},
    series: [
      {},
      ...series.map((_, at) => ({
        stroke: seriesColour(at),
        width: 1.5,
        points: {show: false},
        dash: DASHES[at % DASHES.length],
      })),
    ],
    axes: [
      {...look, grid: {show: false}, size: 24, gap: 4, space: 64, incrs: STEPS, values: timeLabels},
      {...look, size: 58, gap: 6, space: 44, grid: {stroke: colours.line, width: 1}, values: valueLabels},
    ],
    hooks: {
      setSelect: [zoom],
      setCursor: [
        (/** @type {any} */ plot) => {
          const at = plot.cursor.idx;
          const hasLeft = plot.cursor.left < 0 || at === null || at === undefined;
          pointed(hasLeft ? null : times[at], at);
        },
      ],
    },
  };
  return {plot: new uPlot(options, [times, ...columns], area), columns};
}
