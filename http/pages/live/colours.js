// The colours and strokes of series, and the labels of time axes: the same for all graphs.

/** @type {{series: string[], quiet: string, line: string, ink: string, warn: string, card: string, dark: boolean}} */
export let colours;

/** Reads the colours of the theme that is on. */
export function readColours() {
  const style = getComputedStyle(document.documentElement);
  const of = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  colours = {
    series: [1, 2, 3, 4, 5, 6].map(number => of(`--series-${number}`)),
    quiet: of('--quiet'),
    line: of('--line'),
    ink: of('--ink'),
    warn: of('--warn-fill'),
    card: of('--card'),
    dark: of('--scheme') === 'dark',
  };
}
export const seriesColour = (/** @type {number} */ at) => colours.series[at % 6];

/** From the fourth series on a line is dashed too. */
export const DASHES = [undefined, undefined, undefined, [6, 3], [2, 3], [8, 3, 2, 3]];

/** Seconds between two labels of the time axis. */
export const STEPS = [
  1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800,
  1209600, 2592000, 7776000,
];
