// What fires, what waits, what was; and silences, which those who may write set and end.

import {ask, instant, json, ranged, takes} from './api.js';
import {fill, glyph, h, icon, setText} from './dom.js';
import {clock, span as ago, text} from './format.js';
import {endWords, openSilence, silenceOf, silenceRow} from './silences.js';
import {between, go, span, state} from './state.js';
import {filterField} from './table.js';

const HIDDEN = new Set(['__name__', 'alertname', 'alertstate', 'job']);
const stateOf = (/** @type {Record<string, string>} */ labels) =>
  /^(critical|page)$/.test(labels.severity ?? '') ? 'bad' : 'warn';
const chips = (/** @type {Record<string, string>} */ labels) =>
  h(
    'ul',
    {class: 'chips'},
    Object.entries(labels)
      .filter(([name]) => !HIDDEN.has(name))
      .map(([name, value]) => h('li', null, name, ' ', h('b', null, value))),
  );

export class Alerts {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    /** @type {any[]} */
    this.alerts = [];
    /** @type {import('./silences.js').Silence[]} */
    this.active = [];
    this.mayWrite = false;
    this.firing = sheet(
      'Firing',
      filterField('severity=critical', () => this.draw()),
    );
    this.pending = sheet('Pending', null, 'true, but not for long enough yet');
    this.silences = sheet('Silences');
    this.rules = sheet('Rules');
    this.lanes = sheet('History', null, 'each row an alert; a click shows the charts of that time');
    this.silences.element.hidden = true;
    this.element = h(
      'div',
      {class: 'place'},
      h('h1', {class: 'hidden'}, 'Alerts'),
      h(
        'div',
        {class: 'columns'},
        h('div', {class: 'place'}, this.firing.element, this.pending.element),
        h('div', {class: 'place'}, this.silences.element, this.rules.element),
      ),
      this.lanes.element,
    );
  }

  async load() {
    const {from, to} = between(this.page.now);
    const step = Math.max(15, Math.ceil((to - from) / 400));
    const {silences: hasSilences} = this.page.host;
    const [alerts, rules, history, silences, mayWrite] = await Promise.all([
      ask('alerts'),
      ask('rules'),
      ranged('ALERTS', Math.floor(from / step) * step, Math.floor(to / step) * step, step, undefined),
      // Only of a server that says it takes them.
      hasSilences ? json('api/v2/silences').catch(() => null) : null,
      hasSilences ? takes('POST', 'api/v2/silences').catch(() => false) : false,
    ]);
    this.alerts = alerts.alerts ?? [];
    this.mayWrite = mayWrite;
    this.silences.element.hidden = silences === null;
    this.active = (silences ?? []).filter((/** @type {any} */ each) => each.status?.state === 'active');
    this.groups = rules.groups ?? [];
    if (this.alerts.length === 0) {
      // Rules elsewhere may have written them into the history.
      const found = await instant('ALERTS', this.page.time, undefined);
      this.alerts = found.map(({labels}) => ({labels, annotations: {}, state: labels.alertstate}));
    }
    this.showSilences();
    this.showRules();
    this.showLanes(history, from, to, step);
    this.draw();
  }

  draw() {
    const wanted = (state.filter ?? '').toLowerCase();
    const matches = (/** @type {any} */ alert) =>
      !wanted ||
      Object.entries(alert.labels).some(([name, value]) => `${name}=${value}`.toLowerCase().includes(wanted));
    const firing = this.alerts.filter(alert => alert.state === 'firing' && matches(alert));
    const pending = this.alerts.filter(alert => alert.state === 'pending' && matches(alert));
    this.firing.show(
      firing.map(alert => this.alert(alert)),
      firing.length,
      this.groups?.length === 0 && this.alerts.length === 0
        ? 'Nothing fires, and there are no rules yet: rule_files in the file of --config.file names them.'
        : 'Nothing fires.',
    );
    this.pending.show(
      pending.map(alert => this.alert(alert)),
      pending.length,
      'Nothing waits.',
    );
  }

  alert(/** @type {any} */ alert) {
    const {labels, annotations = {}, state: is, activeAt} = alert;
    const since = activeAt ? Date.parse(activeAt) / 1000 : null;
    const duration = this.durationOf(labels);
    const passed = since ? this.page.now - since : 0;
    const silence = is === 'firing' ? silenceOf(labels, this.active) : undefined;
    const meter = h('progress', {
      max: duration || 1,
      value: Math.min(duration, passed),
      'aria-label': 'Waiting',
    });
    return h(
      'li',
      {class: 'alert'},
      glyph(silence ? 'none' : stateOf(labels)),
      h(
        'div',
        null,
        h(
          'p',
          {class: 'alert-head'},
          h('b', null, labels.alertname),
          h('span', {class: 'grow'}),
          is === 'pending' && duration
            ? [meter, `${Math.round(passed / 60)} of ${ago(duration)}`]
            : since
              ? h(
                  'span',
                  null,
                  h('b', null, ago(passed)),
                  h('span', {class: 'note'}, ` since ${clock(since, 0, false)}`),
                )
              : null,
          is === 'firing' ? this.silencing(labels, silence) : null,
        ),
        h(
          'p',
          {class: 'quiet'},
          annotations.summary ??
            annotations.description ??
            (alert.value !== undefined ? `The value is ${text(Number(alert.value), '')}.` : ''),
        ),
        chips(labels),
      ),
    );
  }

  /** Until when an alert is silenced, or what silences it. */
  silencing(
    /** @type {Record<string, string>} */ labels,
    /** @type {import('./silences.js').Silence | undefined} */ silence,
  ) {
    if (silence)
      return h('span', {class: 'note'}, `silenced until ${endWords(silence.endsAt, this.page.now)}`);
    if (!this.mayWrite) return null;
    const open = () => openSilence(labels, this.page.now, () => this.load());
    return h('button', {class: 'button', onclick: open, 'aria-haspopup': 'dialog'}, icon('mute'), 'Silence');
  }

  /** How long the alert's rule waits. Rules of one name differ by their labels. */
  durationOf(/** @type {Record<string, string>} */ labels) {
    const isOf = (/** @type {any} */ rule) =>
      rule.name === labels.alertname &&
      Object.entries(rule.labels ?? {}).every(
        ([name, value]) => labels[name] === value || String(value).includes('{{'),
      );
    const rules = (this.groups ?? []).flatMap((/** @type {any} */ group) => group.rules ?? []);
    return rules.find(isOf)?.duration ?? 0;
  }

  showSilences() {
    const ended = this.mayWrite ? () => this.load() : null;
    this.silences.show(
      this.active.map(each => silenceRow(each, this.page.now, ended)),
      this.active.length,
      'Nothing is silenced.',
    );
  }

  showRules() {
    const rules = (this.groups ?? []).flatMap((/** @type {any} */ group) => group.rules ?? []);
    const bad = rules.filter((/** @type {any} */ rule) => rule.health === 'err');
    const slowest = [...(this.groups ?? [])].sort(
      (a, b) => (b.evaluationTime ?? 0) - (a.evaluationTime ?? 0),
    )[0];
    this.rules.show(
      rules.length === 0
        ? []
        : [
            line('good', 'evaluated without error', String(rules.length - bad.length)),
            ...bad
              .slice(0, 10)
              .map((/** @type {any} */ rule) => line('warn', `${rule.name}: ${rule.lastError}`, '')),
            slowest?.evaluationTime === undefined
              ? null
              : line('none', `slowest group, ${slowest.name}`, text(slowest.evaluationTime, 's')),
          ],
      rules.length,
      'There are no rules. Prometheus\u2019 rule files work as they are: name them under rule_files in the file of --config.file.',
    );
  }

  showLanes(
    /** @type {import('./api.js').Series[]} */ history,
    /** @type {number} */ from,
    /** @type {number} */ to,
    /** @type {number} */ step,
  ) {
    /** @type {Map<string, {labels: Record<string, string>, spans: [number, number, string][]}>} */
    const lanes = new Map();
    for (const {labels, times} of history) {
      const {alertstate, ...rest} = labels;
      const key = JSON.stringify(rest);
      const lane = lanes.get(key) ?? {labels: rest, spans: []};
      lanes.set(key, lane);
      let begin = times[0];
      times.forEach((time, at) => {
        if (times[at + 1] - time <= step * 1.5) return;
        lane.spans.push([begin, time + step, alertstate]);
        begin = times[at + 1];
      });
    }
    const width = to - from;
    this.lanes.show(
      [...lanes.values()]
        .slice(0, 50)
        .map(({labels, spans}) =>
          h(
            'li',
            {class: 'lane'},
            h(
              'span',
              {class: 'lane-name'},
              labels.alertname,
              ' ',
              h(
                'span',
                {class: 'note'},
                Object.entries(labels)
                  .filter(([name]) => !HIDDEN.has(name) && name !== 'severity' && name !== 'instance')
                  .map(([, value]) => value)
                  .join(' '),
              ),
            ),
            h(
              'span',
              {class: 'lane-line'},
              spans.map(([begin, end, is]) => {
                const bar = h('button', {
                  class: `lane-bar is-${is === 'pending' ? 'pending' : stateOf(labels)}`,
                  'aria-label': `${labels.alertname} ${is} ${clock(begin, width, false)}, ${ago(end - begin)}`,
                  onclick: () =>
                    go({
                      at: 'overview',
                      from: Math.floor(begin - 300),
                      to: Math.ceil(Math.min(end + 300, this.page.now)),
                    }),
                });
                bar.style.left = `${Math.max(0, ((begin - from) / width) * 100)}%`;
                bar.style.width = `max(4px, ${((Math.min(to, end) - Math.max(from, begin)) / width) * 100}%)`;
                return bar;
              }),
            ),
            h('span', {class: 'note'}, count(spans.filter(([, , is]) => is === 'firing').length)),
          ),
        )
        .concat(
          lanes.size
            ? [
                h(
                  'li',
                  {class: 'lane lane-axis note'},
                  h('span'),
                  h(
                    'span',
                    {class: 'lane-times'},
                    [0, 0.25, 0.5, 0.75].map(part =>
                      h('span', null, clock(from + part * width, width, false)),
                    ),
                    h('span', null, state.to ? clock(to, width, false) : 'now'),
                  ),
                  h('span'),
                ),
              ]
            : [],
        ),
      lanes.size,
      `No alert fired or waited ${span() <= 3600 ? 'in this range' : `in the last ${ago(span())}`}.`,
    );
  }
}

const count = (/** @type {number} */ times) =>
  times === 0 ? 'pending' : times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;
const line = (/** @type {string} */ is, /** @type {string} */ words, /** @type {string} */ value) =>
  h('li', {class: 'rule'}, glyph(is), h('span', {class: 'grow'}, words), value);

function sheet(/** @type {string} */ title, /** @type {any} */ tool = null, note = '') {
  const badge = h('em', {class: title === 'Firing' ? 'count' : 'count is-quiet', hidden: true});
  const list = h('ul');
  const empty = h('p', {class: 'empty'}, 'Reading.');
  return {
    element: h(
      'section',
      {class: 'sheet'},
      h('header', {class: 'tools'}, h('h2', null, title), badge, h('span', {class: 'note'}, note), tool),
      list,
      empty,
    ),
    show(/** @type {any[]} */ rows, /** @type {number} */ many, /** @type {string} */ words) {
      fill(list, rows);
      badge.hidden = many === 0 || title === 'Rules' || title === 'History';
      setText(badge, String(many));
      empty.hidden = rows.length > 0;
      setText(empty, words);
    },
  };
}
