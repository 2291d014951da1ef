// What the server's analysis found (docs/analysis.md): bottlenecks for the verdict, and for the charts what
// was unusual and what is to come.

import {ask} from './api.js';
import {clock, parts} from './format.js';
import {between, isLive, span} from './state.js';

/** @typedef {{resource: string, component: string, impact: number, since: number, advice: string[],
 *   consumers: {name: string, what: string, unit: string, value: number, share: number}[],
 *   evidence: {detector: string, expression: string, labels: Record<string, string>, value: number}[]}} Bottleneck */
/** @typedef {{time: number, value: number, score: number}} Unusual */
/** @typedef {{times: number[], middle: number[], low: number[], high: number[]}} Band */

/** Seconds: the server looks once a minute too. */
const OFTEN = 60;
const HOUR = 3600;
const DAY = 86400;
/** The least span that is worth a look ahead, and the longest. */
const AHEAD_FROM = 1800;
const AHEAD_TO = DAY;

/** What a value of a signal is in the unit of its chart; null if they do not go together. */
function factor(
  /** @type {string} */ unit,
  /** @type {import('./timeline.js').Definition} */ definition,
  /** @type {number | undefined} */ most,
) {
  if (unit === definition.unit) return 1;
  if (unit === 'ms' && definition.unit === 's') return 1 / 1000;
  if (unit === '%' && most) return most / 100;
  return null;
}

export class Findings {
  /**
   * @param {import('./timeline.js').Definition[]} definitions
   * @param {{analysis?: boolean, memory: number}} host `analysis`: whether the server looks at all
   */
  constructor(definitions, host) {
    this.charts = definitions.filter(({signal}) => signal);
    this.host = host;
    /** By chart. @type {Map<string, Unusual[]>} */
    this.unusual = new Map();
    /** By chart. @type {Map<string, Band>} */
    this.bands = new Map();
    /** Seconds that the charts go on beyond what is known. */
    this.ahead = 0;
    this.asked = '';
    /** @type {Bottleneck[]} */
    this.bottlenecks = [];
    this.bottlenecksAt = 0;
  }

  get isOn() {
    return this.host.analysis !== false;
  }

  /** The bottlenecks of now, asked for once a minute. An analysis that does not answer has found none. */
  async loadBottlenecks(/** @type {number} */ now) {
    if (!this.isOn || Math.abs(now - this.bottlenecksAt) < OFTEN) return this.bottlenecks;
    this.bottlenecksAt = now;
    const found = await ask('analysis/bottlenecks').catch(() => null);
    return (this.bottlenecks = found?.bottlenecks ?? []);
  }

  /**
   * Asks for what the charts of the range show. True if they have to be drawn again.
   * @param {number} now
   */
  async load(now) {
    const {from, to} = between(now);
    const isShort = isLive() && span() <= HOUR;
    const due = `${isLive() ? Math.floor(now / OFTEN) : `${from} ${to}`} ${span()}`;
    if (!this.isOn || due === this.asked) return false;
    this.asked = due;
    const ahead = isLive() && span() >= AHEAD_FROM && span() <= AHEAD_TO ? span() / 4 : 0;
    const signal = this.charts.map(each => each.signal);
    // Of the last hour the server knows already; other times it looks at when it is asked.
    const range = isShort ? {} : {start: from, end: to};
    const [anomalies, forecasts] = await Promise.all([
      ask('analysis/anomalies', {signal, ...range}).catch(() => null),
      ahead ? ask('analysis/forecasts', {signal}).catch(() => null) : null,
    ]);
    if (due !== this.asked) return false;
    this.unusual = new Map(
      this.charts.map(each => [each.id, this.unusualOf(each, anomalies?.anomalies ?? [])]),
    );
    this.bands.clear();
    for (const each of this.charts) {
      const band = this.bandOf(each, forecasts?.forecasts ?? [], ahead, to);
      if (band) this.bands.set(each.id, band);
    }
    this.ahead = this.bands.size > 0 ? ahead : 0;
    return true;
  }

  /** What was found between two times, in words; no text if nothing was. */
  words(
    /** @type {import('./timeline.js').Definition} */ {id, unit},
    /** @type {number} */ from,
    /** @type {number} */ to,
  ) {
    const words = [];
    const unusual = (this.unusual.get(id) ?? []).filter(({time}) => time >= from && time <= to);
    const last = unusual.at(-1);
    if (last) {
      const times = unusual.length > 1 ? `${unusual.length} times, last ` : '';
      words.push(`unusual ${times}at ${clock(last.time, to - from, false)}`);
    }
    const band = this.bands.get(id);
    if (band) {
      const end = band.times.length - 1;
      const [low, high] = [parts(band.low[end], unit), parts(band.high[end], unit)];
      const lowest = low.unit === high.unit ? low.text : `${low.text} ${low.unit}`;
      words.push(
        `likely ${lowest} to ${high.text} ${high.unit} at ${clock(band.times[end], to - from, false)}`,
      );
    }
    return {text: words.join(' · '), isUnusual: last !== undefined};
  }

  /** @returns {Unusual[]} the oldest first */
  unusualOf(/** @type {import('./timeline.js').Definition} */ definition, /** @type {any[]} */ anomalies) {
    return anomalies
      .filter(({signal}) => isOf(signal, definition))
      .map(({time, value, score}) => ({time, value, score}))
      .sort((a, b) => a.time - b.time);
  }

  /** @returns {Band | null} */
  bandOf(
    /** @type {import('./timeline.js').Definition} */ definition,
    /** @type {any[]} */ forecasts,
    /** @type {number} */ ahead,
    /** @type {number} */ now,
  ) {
    const reaching = forecasts
      .filter(({signal, points}) => isOf(signal, definition) && points.length > 1)
      .sort((a, b) => a.horizon - b.horizon);
    const found = reaching.find(({horizon}) => horizon >= ahead) ?? reaching.at(-1);
    const most = definition.mostOf === 'memory' ? this.host.memory : undefined;
    const times = found && factor(found.unit, definition, most);
    if (!found || !times) return null;
    const points = found.points.filter(
      (/** @type {any} */ point) => point.time >= now - 600 && point.time <= now + ahead,
    );
    if (points.length < 2) return null;
    const column = (/** @type {string} */ name) =>
      points.map((/** @type {any} */ point) => point[name] * times);
    return {
      times: points.map((/** @type {any} */ point) => point.time),
      middle: column('median'),
      low: column('q10'),
      high: column('q90'),
    };
  }
}

/** A signal of several series tells them apart by labels behind its name. */
const isOf = (/** @type {string} */ signal, /** @type {import('./timeline.js').Definition} */ definition) =>
  signal === definition.signal || signal.startsWith(`${definition.signal}{`);
