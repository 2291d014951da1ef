// What is looked at, as the address says it: a link shows another person the same.

export const RANGES = /** @type {[string, number, string][]} */ ([
  ['5m', 300, 'Last 5 min'],
  ['10m', 600, 'Last 10 min'],
  ['30m', 1800, 'Last 30 min'],
  ['1h', 3600, 'Last hour'],
  ['6h', 21600, 'Last 6 hours'],
  ['24h', 86400, 'Last 24 hours'],
  ['7d', 604800, 'Last 7 days'],
  ['30d', 2592000, 'Last 30 days'],
  ['90d', 7776000, 'Last 90 days'],
  ['1y', 31536000, 'Last year'],
]);
export const PLACES = ['overview', 'processes', 'agents', 'alerts', 'explore', 'collectors'];
const USUAL = {at: 'overview', range: '10m'};
const KEYS = ['at', 'range', 'from', 'to', 'q', 'sort', 'filter', 'open', 'view', 'theme'];

/** @typedef {{at: string, range: string, from?: number, to?: number, q?: string, sort?: string,
 *   filter?: string, open?: string, view?: string, theme?: string}} State */

/** @returns {State} */
function read() {
  const given = new URLSearchParams(location.search);
  /** @type {any} */
  const state = {...USUAL};
  for (const key of KEYS) {
    const value = given.get(key);
    if (value !== null && value !== '') state[key] = value;
  }
  state.from = Number(state.from) || undefined;
  state.to = Number(state.to) || undefined;
  if (!(state.from < state.to)) state.from = state.to = undefined;
  if (!PLACES.includes(state.at)) state.at = USUAL.at;
  if (!RANGES.some(([name]) => name === state.range)) state.range = USUAL.range;
  if (state.theme !== 'dark' && state.theme !== 'light') state.theme = undefined;
  return state;
}

/** @type {State} */
export let state = read();
/** @type {((before: State) => void)[]} */
const listeners = [];

/** The address of the state with these changes. */
export function address(/** @type {Partial<State>} */ changes = {}) {
  const next = {...state, ...changes};
  const query = new URLSearchParams();
  for (const key of KEYS) {
    const value = /** @type {any} */ (next)[key];
    if (value !== undefined && value !== '' && value !== /** @type {any} */ (USUAL)[key]) {
      query.set(key, String(value));
    }
  }
  const text = query.toString();
  return text ? '?' + text : location.pathname;
}

/**
 * Goes on to a changed state. `quiet`: without an entry of its own in the browser's history.
 * @param {Partial<State>} changes
 */
export function go(changes, quiet = false) {
  const before = state;
  const to = address(changes);
  state = {...state, ...changes};
  history[quiet ? 'replaceState' : 'pushState'](null, '', to);
  for (const listener of listeners) listener(before);
}

/** A click on a link that stays within the page. */
export function link(/** @type {Partial<import('./state.js').State>} */ changes) {
  return (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(changes);
  };
}

export function onState(/** @type {(before: State) => void} */ listener) {
  listeners.push(listener);
}

addEventListener('popstate', () => {
  const before = state;
  state = read();
  for (const listener of listeners) listener(before);
});

export const isLive = () => state.to === undefined;

/** Seconds that the charts span. */
export function span() {
  if (state.from !== undefined && state.to !== undefined) return state.to - state.from;
  return RANGES.find(([name]) => name === state.range)?.[1] ?? 600;
}

/** Where the charts begin and end; `now` is the server's time. */
export function between(/** @type {number} */ now) {
  const to = state.to ?? now;
  return {from: to - span(), to};
}
