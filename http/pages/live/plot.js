// The frame of a chart's plot: uPlot's axes, cursor and selection. Its curves are painted by curves.js.

import {colours, DASHES, STEPS} from './colours.js';
import {axis, clock} from './format.js';

/** @type {any} */
const uPlot = /** @type {any} */ (globalThis).uPlot;

/** Pixels left of the plot. */
export const GUTTER = 58;

/**
 * @param {HTMLElement} area
 * @param {number} height
 * @param {number} count of series
 * @param {string} unit
 * @param {(plot: any) => number[]} splits
 * @param {Record<string, ((plot: any) => void)[]>} hooks
 */
export function makePlot(area, height, count, unit, splits, hooks) {
  const look = {
    stroke: colours.quiet,
    font: '11px ' + getComputedStyle(document.body).fontFamily,
    ticks: {show: false},
  };
  const series = Array.from({length: count}, () => ({paths: () => null, points: {show: false}}));
  return new uPlot(
    {
      width: widthOf(area),
      height,
      padding: [6, 16, 0, 0],
      legend: {show: false},
      cursor: {
        y: false,
        points: {show: false},
        sync: {key: 'all', setSeries: false},
        drag: {x: true, y: false, setScale: false, dist: 6},
      },
      scales: {
        x: {time: true},
        y: {
          range: (/** @type {any} */ _, /** @type {number} */ min, /** @type {number} */ max) => [min, max],
        },
      },
      series: [{}, ...series],
      axes: [
        {...look, size: 20, gap: 3, grid: {show: false}, space: 62, incrs: STEPS, values: times},
        {
          ...look,
          size: GUTTER,
          gap: 6,
          grid: {stroke: colours.line, width: 1},
          splits,
          values: (/** @type {any} */ _, /** @type {number[]} */ at) => at.map(value => axis(value, unit)),
        },
      ],
      hooks,
    },
    [[0], ...series.map(() => [null])],
    area,
  );
}

export const widthOf = (/** @type {HTMLElement} */ area) => Math.max(160, area.clientWidth);

function times(/** @type {any} */ plot, /** @type {number[]} */ splits) {
  const {min, max} = plot.scales.x;
  const shown = max - min;
  return splits.map(at => {
    if (shown > 86400 * 2) {
      const date = new Date(at * 1000);
      return `${date.getDate()} ${date.toLocaleString('en', {month: 'short'})}`;
    }
    return clock(at, shown, splits.length > 1 && splits[1] - splits[0] < 60);
  });
}

/**
 * How the curves of a chart look.
 * @param {string} shape
 * @param {number} count
 * @returns {import('./curves.js').Style[]}
 */
export function stylesOf(shape, count) {
  const isStacked = shape === 'stack';
  const isFilled = isStacked || shape === 'mirror' || count === 1;
  const opacity = isStacked ? (colours.dark ? '80' : '73') : '2e';
  return Array.from({length: count}, (_, at) => {
    const stroke = colours.series[at % 6];
    return {
      stroke,
      width: isStacked ? 1.25 : 1.5,
      dash: isStacked ? undefined : DASHES[at % 6],
      fill: isFilled ? stroke + opacity : undefined,
      onto: isStacked && at > 0,
    };
  });
}
