// Numbers as people read them: three digits, the unit behind. What is unknown is "–", never 0.

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
const LARGE = ['', 'k', 'M', 'G', 'T'];
export const UNKNOWN = '–';

/** Three significant digits, without an exponent. */
export function digits(/** @type {number} */ value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 99.95) return grouped(Math.round(value));
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.9995) return value.toFixed(2);
  if (size >= 0.000995) return value.toFixed(3);
  return size >= 1e-6 ? value.toPrecision(2) : value.toExponential(1);
}

/** 1 284 with a narrow space. */
export function grouped(/** @type {number} */ value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

function scaled(/** @type {number} */ value, /** @type {string[]} */ units, /** @type {number} */ base) {
  let at = 0;
  let left = value;
  while (Math.abs(left) >= base * 0.9995 && at + 1 < units.length) {
    left /= base;
    ++at;
  }
  return {text: at === 0 && base === 1024 ? String(Math.round(left)) : digits(left), unit: units[at]};
}

/** @param {number} seconds */
function duration(seconds) {
  const size = Math.abs(seconds);
  if (size === 0) return {text: '0', unit: 's'};
  if (size < 0.9995e-3) return {text: digits(seconds * 1e6), unit: 'µs'};
  if (size < 0.9995) return {text: digits(seconds * 1e3), unit: 'ms'};
  if (size < 100) return {text: digits(seconds), unit: 's'};
  if (size < 6000) return {text: digits(seconds / 60), unit: 'min'};
  if (size < 172800) return {text: digits(seconds / 3600), unit: 'h'};
  return {text: digits(seconds / 86400), unit: 'd'};
}

/**
 * A value of one of the page's units: %, B, B/s, s, /s, /min, $, $/h, or none.
 * @param {number | null | undefined} value
 * @param {string} unit
 * @returns {{text: string, unit: string}}
 */
export function parts(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value)) return {text: UNKNOWN, unit: ''};
  if (Object.is(value, -0)) value = 0;
  switch (unit) {
    case '%':
      return {text: value.toFixed(1), unit: '%'};
    case 'B':
      return scaled(value, BINARY, 1024);
    case 'B/s': {
      const bytes = scaled(value, BINARY, 1024);
      return {text: bytes.text, unit: bytes.unit + '/s'};
    }
    case 's':
      return duration(value);
    case '$':
    case '$/h':
      return {text: '$' + value.toFixed(2), unit: ''};
    case 'cores':
      return {text: value.toFixed(2), unit: ''};
    case 'count':
      return value >= 1e5 ? scaled(value, LARGE, 1000) : {text: grouped(value), unit: ''};
    default:
      return Number.isInteger(value) && Math.abs(value) < 1000
        ? {text: String(value), unit: ''}
        : scaled(value, LARGE, 1000);
  }
}

/** The same as one text. */
export function text(/** @type {number | null | undefined} */ value, /** @type {string} */ unit) {
  const both = parts(value, unit);
  return both.unit ? `${both.text}\u202f${both.unit}` : both.text;
}

/** A label of an axis: as short as can be. */
export function axis(/** @type {number} */ value, /** @type {string} */ unit) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (unit === '%') return String(+size.toFixed(1));
  const both = parts(size, unit);
  const short = both.text.includes('.') ? both.text.replace(/\.?0+$/, '') : both.text;
  return both.unit ? `${short} ${both.unit.replace('/s', '')}` : short;
}

/** The least round number that is not below: 1, 2, 4, 5 or 8 times a power of the unit's base. */
export function roundTop(/** @type {number} */ value, /** @type {string} */ unit) {
  if (!(value > 0)) return unit.startsWith('B') ? 1024 : 1;
  if (unit.startsWith('B')) return 2 ** Math.ceil(Math.log2(value));
  const power = 10 ** Math.floor(Math.log10(value));
  for (const times of [1, 2, 4, 5, 6, 8, 10]) {
    if (times * power >= value) return times * power;
  }
  return 10 * power;
}

const two = (/** @type {number} */ value) => String(value).padStart(2, '0');

/** The time of day in the browser's zone, with the date if the span is longer than two days. */
export function clock(/** @type {number} */ seconds, span = 0, withSeconds = span <= 900) {
  const date = new Date(seconds * 1000);
  const time =
    `${two(date.getHours())}:${two(date.getMinutes())}` + (withSeconds ? `:${two(date.getSeconds())}` : '');
  if (span <= 172800) return time;
  return `${date.getDate()} ${date.toLocaleString('en', {month: 'short'})} ${time}`;
}

/** How long ago or for how long, in one unit: "48 s", "6 min", "3 h". */
export function span(/** @type {number} */ seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 100) return `${whole} s`;
  if (whole < 6000) return `${Math.round(whole / 60)} min`;
  if (whole < 172800) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86400)} d`;
}
