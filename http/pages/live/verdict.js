// Is it well? One word, the worst three reasons, and the last hour minute by minute.

import {ask, json, rangedEach} from './api.js';
import {clock} from './format.js';
import {details} from './details.js';
import {fill, glyph, h, icon} from './dom.js';
import {bottleneckReason, isSameAs, levelOf} from './bottlenecks.js';
import {REASONS} from './reasons.js';
import {address, go, link, state} from './state.js';

/** @typedef {{reason: import('./reasons.js').Reason, level: number, value: number, since: number | null,
 *   labels: Record<string, string>, words?: string, bottleneck?: import('./findings.js').Bottleneck}} Found */

const WORDS = ['Well', 'Look here', 'Bad'];
export const STATES = ['good', 'warn', 'bad'];
const MINUTE = 60;
const HEIGHTS = [5, 15, 28];
/** What is asked for each minute: whether it was read at all, and what may speak against it. */
const QUERIES = {
  presence: 'count_over_time(node_time_seconds[1m])',
  ...Object.fromEntries(REASONS.map(({id, query}) => [id, query])),
};

export class Verdict {
  /** @param {import('./findings.js').Findings} findings */
  constructor(findings) {
    this.findings = findings;
    /** @type {Found[]} */
    this.found = [];
    /** @type {(number | null)[]} of 60 minutes, the oldest first: a level, or null without readings */
    this.minutes = [];
    this.level = -1;
    this.end = 0;
    this.asOf = 0;
    this.drawn = '';
    this.element = h('section', {class: 'sheet verdict', 'aria-label': 'Verdict'});
    /** @type {Set<() => void>} */
    this.listeners = new Set();
  }

  get state() {
    return STATES[this.level] ?? 'none';
  }

  /** @param {number} now */
  async load(now) {
    // Not the second before, which knows nothing of what just began.
    const end = Math.ceil(now);
    const start = end - 59 * MINUTE;
    const [{presence, ...answers}, collectors, alerts, bottlenecks] = await Promise.all([
      rangedEach(QUERIES, start, end, MINUTE),
      json('api/v1/collectors').catch(() => null),
      ask('alerts').catch(() => null),
      this.findings.loadBottlenecks(now),
    ]);
    const has = new Set(
      presence.flatMap(({times}) => times.map(time => Math.round((time - start) / MINUTE))),
    );
    this.minutes = Array.from({length: 60}, (_, at) => (has.has(at) ? 0 : null));
    this.found = [];
    for (const reason of REASONS)
      for (const series of answers[reason.id]) this.weigh(reason, series, start);
    this.weighCollectors(collectors);
    this.sayAlerts(alerts?.alerts ?? []);
    for (const each of bottlenecks) this.weighBottleneck(each, start);
    this.found.sort((a, b) => b.level - a.level || (b.since ?? 0) - (a.since ?? 0));
    this.level = this.found[0]?.level ?? 0;
    Object.assign(this, {end, asOf: now});
    this.draw();
    for (const listener of this.listeners) listener();
  }

  weigh(
    /** @type {import('./reasons.js').Reason} */ reason,
    /** @type {import('./api.js').Series} */ series,
    /** @type {number} */ start,
  ) {
    const levels = new Array(60).fill(0);
    series.times.forEach((time, i) => {
      const at = Math.round((time - start) / MINUTE);
      const value = series.values[i];
      levels[at] = value >= reason.bad ? 2 : value >= reason.warn ? 1 : 0;
      const before = this.minutes[at];
      if (before !== null) this.minutes[at] = Math.max(before, levels[at]);
    });
    const isNow = Math.round(((series.times.at(-1) ?? 0) - start) / MINUTE) === 59;
    if (levels[59] === 0 || !isNow) return;
    let first = 59;
    while (first > 0 && levels[first - 1] > 0) --first;
    this.found.push({
      reason,
      level: levels[59],
      value: series.values.at(-1) ?? 0,
      labels: series.labels,
      since: first === 0 ? null : start + first * MINUTE,
    });
  }

  /** An alert says in its own words what is wrong, the worst one of a name. */
  sayAlerts(/** @type {any[]} */ alerts) {
    for (const each of this.found) {
      if (each.reason.id !== 'alert') continue;
      const same = alerts.filter(
        ({state: is, labels}) => is === 'firing' && labels.alertname === each.labels.alertname,
      );
      const worst = same.find(({labels}) => /^(critical|page)$/.test(labels.severity ?? '')) ?? same[0];
      const summary = worst?.annotations?.summary;
      if (summary) each.words = `${each.labels.alertname}: ${summary}`;
    }
  }

  /** A bottleneck says more of a reason that is there already, or is one of its own. */
  weighBottleneck(/** @type {import('./findings.js').Bottleneck} */ bottleneck, /** @type {number} */ start) {
    const level = levelOf(bottleneck);
    if (level === 0) return;
    const same = this.found.find(({reason, labels}) => isSameAs(bottleneck, reason, labels));
    if (same) {
      same.level = Math.max(same.level, level);
      same.bottleneck ??= bottleneck;
      return;
    }
    this.found.push({
      reason: bottleneckReason(bottleneck),
      level,
      value: bottleneck.impact,
      since: bottleneck.since > start ? bottleneck.since : null,
      labels: {component: bottleneck.component},
      bottleneck,
    });
  }

  /** Collectors that fail are no series: the server tells of them. */
  weighCollectors(/** @type {any} */ told) {
    const failed = (told?.collectors ?? []).filter((/** @type {any} */ each) => each.state === 'failed');
    if (failed.length === 0) return;
    const names = failed.map((/** @type {any} */ each) => each.name).join(', ');
    this.found.push({
      level: 1,
      value: failed.length,
      since: null,
      labels: {},
      reason: {
        id: 'Collectors',
        place: 'collectors',
        query: 'node_scrape_collector_success == 0',
        warn: 1,
        bad: 99,
        unit: 'count',
        measured: 'Collectors that fail',
        helps: 'Collectors says why each of them fails.',
        says: () => `${names} ${failed.length === 1 ? 'fails' : 'fail'}`,
      },
    });
  }

  /** Draws what is known now, if that is anything else than what was drawn before. */
  draw() {
    const {found, level} = this;
    const opened = state.open ?? '';
    const shown = found.slice(0, 3);
    const isOpened = shown.some(each => idOf(each) === opened);
    const drawn = [
      level,
      opened,
      found.length,
      clock(this.end, 0, isOpened),
      this.minutes.join(),
      ...found.map(each => [each.level, each.since, idOf(each), sentenceOf(each)]),
    ].join('\n');
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const worst = found
      .filter(each => each.level === level && each.reason.id !== 'Collectors')
      .map(each => each.since);
    const since =
      worst.length === 0
        ? ''
        : worst.includes(null)
          ? ' for over an hour'
          : ` since ${clock(Math.min(...worst.map(Number)), 0, false)}`;
    const count =
      found.length === 0
        ? 'Nothing speaks against it.'
        : found.length > 3
          ? since.trim() || 'now'
          : `${found.length} reason${found.length > 1 ? 's' : ''}${since}`;
    const list = h(
      'ul',
      {class: 'reasons'},
      shown.map(each => this.row(each, opened)),
      found.length === 0 ? h('li', {class: 'calm'}, 'Nothing fires, nothing waits.') : null,
    );
    const more =
      found.length > 3
        ? h(
            'a',
            {class: 'more', href: address({at: 'alerts'}), onclick: link({at: 'alerts'})},
            `and ${found.length - 3} more`,
          )
        : null;
    const hadFocus = document.activeElement?.getAttribute('data-reason');
    fill(
      this.element,
      h(
        'div',
        {class: 'verdict-row'},
        h(
          'div',
          {class: 'word'},
          h('h1', null, glyph(this.state), WORDS[level] ?? 'Reading'),
          h('p', null, count, more ? ' · ' : null, more),
        ),
        list,
        this.ribbon(),
      ),
      shown.filter(each => idOf(each) === opened).map(each => details(each, this.end)),
    );
    if (hadFocus)
      /** @type {any} */ (this.element.querySelector(`[data-reason="${CSS.escape(hadFocus)}"]`))?.focus();
  }

  row(/** @type {Found} */ each, /** @type {string} */ opened) {
    const id = idOf(each);
    const isOpen = opened === id;
    return h(
      'li',
      null,
      h(
        'button',
        {
          class: 'reason',
          'aria-expanded': String(isOpen),
          'data-reason': id,
          onclick: () => {
            go({open: isOpen ? undefined : id}, true);
            this.draw();
          },
        },
        glyph(STATES[each.level]),
        h('b', null, each.reason.id === 'alert' ? 'Alert' : each.reason.id),
        h('span', {class: 'sentence'}, sentenceOf(each)),
        h(
          'span',
          {class: 'since'},
          each.since
            ? `since ${clock(each.since, 0, false)}`
            : each.reason.id === 'Collectors'
              ? 'now'
              : 'over an hour',
        ),
        icon('down'),
      ),
    );
  }

  ribbon() {
    const counts = [0, 1, 2].map(level => this.minutes.filter(each => each === level).length);
    const gaps = 60 - counts[0] - counts[1] - counts[2];
    const words = [
      [counts[0], 'well'],
      [counts[1], 'look'],
      [counts[2], 'bad'],
      [gaps, 'unknown'],
    ]
      .filter(([minutes]) => Number(minutes) > 0)
      .map(([minutes, word]) => `${word} ${minutes}`)
      .join(', ');
    const begin = this.end - 3600;
    const zoom = (/** @type {number} */ at) => {
      const time = this.end - 3600 + at * MINUTE;
      go({from: time - 120, to: Math.min(Math.floor(this.end), time + 180)});
    };
    const bars = h(
      'div',
      {
        class: 'bars',
        role: 'slider',
        tabindex: '0',
        'aria-label': 'Minute of the last hour; Enter shows it',
        'aria-valuemin': '0',
        'aria-valuemax': '59',
        'aria-valuenow': '59',
        'aria-valuetext': 'now',
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          const at = Number(bars.getAttribute('aria-valuenow'));
          if (event.key === 'Enter') return zoom(at);
          const next = at + (event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0);
          if (next === at || next < 0 || next > 59) return;
          event.preventDefault();
          bars.setAttribute('aria-valuenow', String(next));
          const level = this.minutes[next];
          bars.setAttribute(
            'aria-valuetext',
            `${clock(begin + next * MINUTE, 0, false)}, ${level === null ? 'unknown' : WORDS[level]}`,
          );
          [...bars.children].forEach((bar, index) => bar.classList.toggle('is-current', index === next));
        },
      },
      this.minutes.map((level, at) => {
        const bar = h('i', {
          class: level === null ? 'is-none' : 'is-' + STATES[level],
          title: clock(begin + at * MINUTE, 0, false),
          onclick: () => zoom(at),
        });
        bar.style.height = `${level === null ? 3 : HEIGHTS[level]}px`;
        return bar;
      }),
    );
    return h(
      'div',
      {class: 'ribbon'},
      h('p', null, h('span', {class: 'ribbon-title'}, 'Last hour'), h('span', null, words, ' min')),
      bars,
      h(
        'p',
        {class: 'ribbon-ends'},
        h('span', null, clock(begin, 0, false)),
        h('span', null, clock(this.end, 0, false)),
      ),
    );
  }
}

/** What a reason says. */
export const sentenceOf = (/** @type {Found} */ {reason, value, labels, words}) =>
  words ?? reason.says(value, labels);
const idOf = (/** @type {Found} */ each) => [each.reason.id, ...Object.values(each.labels)].join('/');
