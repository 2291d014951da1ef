// What the charts show: asked for whole by ranges, then continued by what the server sends each
// second. Times are seconds since 1970 by the server's clock.

import {ranged} from './api.js';
import {between, isLive, span} from './state.js';

/** @typedef {{name?: string, by?: string, query: string}} SeriesDefinition */
/** @typedef {{id: string, title: string, note: string, unit: string, shape: string, most?: number,
 *   mostOf?: string, limit?: number, agents?: boolean, signal?: string, empty?: string,
 *   series: SeriesDefinition[]}} Definition */
/** @typedef {{times: number[], series: Map<string, (number | null)[]>}} Data */

/** Up to this span the charts are continued second by second. */
const FINE_SPAN = 600;
const MOST_SERIES = 6;

/** The query of a series with its windows put in: what an operator copies. */
export function written(/** @type {string} */ query, /** @type {number} */ step, fine = step <= 2) {
  const window = fine ? 60 : Math.max(60, step);
  return query
    .replaceAll('$rate', fine ? 'irate' : 'rate')
    .replaceAll('[$w]', `[${window}s]`)
    .replaceAll('[$m]', `[${Math.max(60, window)}s]`)
    .replaceAll('[$q]', `[${Math.max(300, window)}s]`);
}

/** All series of a chart in one query; the label `series` tells them apart. */
export function combined(/** @type {Definition} */ definition, /** @type {number} */ step) {
  return definition.series
    .map(({name, by, query}) =>
      by
        ? `label_replace(${written(query, step)}, "series", "$1", ${JSON.stringify(by)}, "(.*)")`
        : `label_replace(${written(query, step)}, "series", ${JSON.stringify(name)}, "", "")`,
    )
    .join(' or ');
}

/** The place of the first time that is not earlier. */
export function indexAt(/** @type {number[]} */ times, /** @type {number} */ time) {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Timeline {
  /** @param {Definition[]} definitions @param {import('./findings.js').Findings} findings */
  constructor(definitions, findings) {
    this.definitions = definitions;
    this.findings = findings;
    /** @type {Map<string, Data>} */
    this.data = new Map();
    /** Spans without readings. @type {[number, number][]} */
    this.gaps = [];
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.step = 1;
    this.from = 0;
    this.to = 0;
    this.loading = false;
    /** How often something else happened than that one more reading came. */
    this.replaced = 0;
    this.fault = '';
    /** @type {AbortController | null} */
    this.asking = null;
  }

  /** @param {number} seconds  Whether some series has values for as long as that. */
  covers(seconds) {
    const isLong = (/** @type {(number | null)[]} */ column) =>
      column.filter(value => value !== null).length * this.step >= seconds;
    return [...this.data.values()].some(({series}) => [...series.values()].some(isLong));
  }

  /** Whatever is shown may be another now. */
  changed() {
    ++this.replaced;
    this.tell();
  }

  tell() {
    for (const listener of this.listeners) listener();
  }

  /** Whether what is shown goes on with the stream. */
  get isFine() {
    return isLive() && span() <= FINE_SPAN;
  }

  /**
   * Asks for everything again. Old data stay until the new ones are there.
   * @param {number} now
   */
  async load(now) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const {from, to} = between(now);
    const step = Math.max(1, Math.ceil((to - from) / (span() <= FINE_SPAN ? 600 : 300)));
    const end = Math.floor(to / step) * step;
    const start = Math.ceil(from / step) * step;
    const slow = setTimeout(() => {
      this.loading = true;
      this.changed();
    }, 300);
    try {
      const [presence, ...found] = await Promise.all([
        ranged(
          `count_over_time(node_time_seconds[${Math.max(40, 2 * step)}s])`,
          start,
          end,
          Math.max(step, 5),
          asking.signal,
        ),
        ...this.definitions.map(async definition => {
          const series = await ranged(combined(definition, step), start, end, step, asking.signal);
          return /** @type {[string, Data]} */ ([definition.id, aligned(series, start, end, step)]);
        }),
      ]);
      this.gaps = gapsOf(presence, start, end, Math.max(step, 5));
      this.data = new Map(found);
      Object.assign(this, {step, from, to, fault: ''});
    } catch (error) {
      if (asking.signal.aborted) return;
      this.fault = error instanceof Error ? error.message : String(error);
    } finally {
      clearTimeout(slow);
      if (this.asking === asking) {
        this.asking = null;
        this.loading = false;
        this.changed();
      }
    }
  }

  /**
   * Takes the last ten minutes as the stream tells them first: columns without their times.
   * @param {{start: number, step: number, charts: Record<string, Record<string, (number | null)[]>>}} history
   */
  adopt({start, step, charts}) {
    if (!this.isFine || step !== 1000) return false;
    const count = FINE_SPAN;
    const skipped = count - Math.min(count, span());
    const times = Array.from({length: count - skipped}, (_, at) => start / 1000 + skipped + at);
    this.data = new Map(
      this.definitions.map(({id}) => {
        const series = new Map();
        for (const [name, column] of Object.entries(charts[id] ?? {}).slice(0, MOST_SERIES)) {
          series.set(
            name,
            Array.from({length: count - skipped}, (_, at) => column[skipped + at] ?? null),
          );
        }
        return [id, {times: [...times], series}];
      }),
    );
    const to = times[times.length - 1];
    this.asking?.abort();
    this.asking = null;
    Object.assign(this, {step: 1, from: to - span(), to, fault: '', loading: false});
    this.changed();
    this.findGaps();
    return true;
  }

  /** Spans of what is shown without readings. */
  async findGaps() {
    const {from, to} = this;
    const start = Math.ceil(from / 5) * 5;
    const presence = await ranged('count_over_time(node_time_seconds[40s])', start, to, 5, undefined).catch(
      () => null,
    );
    if (presence === null || this.from > to) return;
    this.gaps = gapsOf(presence, start, to, 5);
    this.changed();
  }

  /**
   * Goes on with one reading.
   * @param {number} time
   * @param {Record<string, Record<string, number>>} charts values by chart and series
   */
  append(time, charts) {
    if (!this.isFine || this.asking) return;
    const from = time - span();
    for (const definition of this.definitions) {
      const data = this.data.get(definition.id);
      if (data) extend(data, time, charts[definition.id] ?? {}, from);
    }
    this.gaps = this.gaps.filter(gap => gap[1] > from);
    Object.assign(this, {from, to: time});
    this.tell();
  }

  /** Whether the clock of the readings went back, or they stopped for long: to be asked for again. */
  isBroken(/** @type {number} */ time) {
    return this.to > 0 && (time <= this.to - 5 || time > this.to + 30);
  }
}

/** @returns {Data} */
function aligned(
  /** @type {import('./api.js').Series[]} */ found,
  /** @type {number} */ start,
  /** @type {number} */ end,
  /** @type {number} */ step,
) {
  const count = Math.max(0, Math.floor((end - start) / step) + 1);
  const times = Array.from({length: count}, (_, at) => start + at * step);
  const series = new Map();
  for (const {labels, times: own, values} of found) {
    if (series.size >= MOST_SERIES) break;
    /** @type {(number | null)[]} */
    const column = new Array(count).fill(null);
    own.forEach((time, at) => {
      if (Number.isFinite(values[at])) column[Math.round((time - start) / step)] = values[at];
    });
    series.set(labels.series ?? '', column);
  }
  return {times, series};
}

function extend(
  /** @type {Data} */ data,
  /** @type {number} */ time,
  /** @type {Record<string, number>} */ values,
  /** @type {number} */ from,
) {
  const last = data.times.at(-1) ?? 0;
  if (time <= last) return;
  for (const name of Object.keys(values)) {
    if (!data.series.has(name) && data.series.size < MOST_SERIES) {
      data.series.set(name, new Array(data.times.length).fill(null));
    }
  }
  data.times.push(time);
  for (const [name, column] of data.series) column.push(values[name] ?? null);
  let old = 0;
  while (old < data.times.length && data.times[old] < from) ++old;
  if (old > 0) {
    data.times.splice(0, old);
    for (const column of data.series.values()) column.splice(0, old);
  }
}

/** @returns {[number, number][]} */
function gapsOf(
  /** @type {import('./api.js').Series[]} */ presence,
  /** @type {number} */ start,
  /** @type {number} */ end,
  /** @type {number} */ step,
) {
  const present = new Set(presence.flatMap(({times}) => times.map(time => Math.round(time))));
  if (present.size === 0) return [];
  const first = Math.min(...present);
  /** @type {[number, number][]} */
  const gaps = [];
  for (let time = first; time <= end - step; time += step) {
    if (present.has(Math.round(time))) continue;
    const last = gaps.at(-1);
    if (last && last[1] >= time - step) last[1] = time;
    else gaps.push([time - step, time]);
  }
  if (first > start + 2 * step) gaps.unshift([start, first]);
  return gaps;
}
