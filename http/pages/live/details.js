// What a reason of the verdict opens: what was measured, who it is, what helps.

import {instant} from './api.js';
import {h, fill} from './dom.js';
import {span, text} from './format.js';
import {address, link} from './state.js';

/** @typedef {import('./verdict.js').Found} Found */

const UNITS = /** @type {Record<string, string>} */ ({CPUs: 'cores', bytes: 'B', 'bytes/s': 'B/s'});
const unitOf = (/** @type {import('./reasons.js').Reason} */ reason) =>
  reason.id === 'CPU' ? 'cores' : reason.id.startsWith('Memory') ? 'B' : reason.id === 'I/O' ? 'B/s' : '';

/** @param {Found} found @param {number} end the time that the verdict is of */
export function details(found, end) {
  return h('div', {class: 'details'}, measured(found, end), who(found), whatHelps(found));
}

function measured(/** @type {Found} */ {reason, value, since, bottleneck}, /** @type {number} */ end) {
  const impact = bottleneck && bottleneck.impact !== value ? bottleneck.impact : undefined;
  return h(
    'div',
    null,
    h('h3', null, 'Measured'),
    h(
      'dl',
      null,
      h('dt', null, reason.measured),
      h(
        'dd',
        null,
        h(
          'b',
          null,
          reason.measured.startsWith('Impact') ? String(Math.round(value)) : text(value, reason.unit),
        ),
      ),
      impact === undefined
        ? null
        : [h('dt', null, 'Impact, of 100'), h('dd', null, String(Math.round(impact)))],
    ),
    h(
      'p',
      {class: 'note'},
      reason.warn === reason.bad
        ? ''
        : `Counts from ${text(reason.warn, reason.unit)}, is bad from ${text(reason.bad, reason.unit)}` +
            (since ? `; for ${span(end - since)}.` : '.'),
    ),
  );
}

function who(/** @type {Found} */ {reason, bottleneck}) {
  const element = h('div', null, h('h3', null, 'Who'));
  const consumers = bottleneck?.consumers ?? [];
  if (consumers.length > 0) {
    element.append(
      named(consumers.slice(0, 3).map(each => [each.name, text(each.value, UNITS[each.unit] ?? '')])),
      h('p', {class: 'note'}, `${consumers[0].what}, of the last five minutes`),
    );
  } else if (!reason.who) {
    const isPart = bottleneck && bottleneck.component !== 'host';
    element.append(
      isPart ? h('p', null, bottleneck.component) : h('p', {class: 'note'}, 'This host as a whole.'),
    );
  } else {
    element.append(h('p', {class: 'note'}, '…'));
    instant(reason.who, undefined, undefined)
      .then(samples =>
        fill(
          element,
          h('h3', null, 'Who'),
          samples.length === 0
            ? h('p', {class: 'note'}, 'Not known: --collector.namedprocess tells of processes.')
            : named(
                samples
                  .sort((a, b) => b.value - a.value)
                  .map(({labels, value}) => [Object.values(labels).join(' '), text(value, unitOf(reason))]),
              ),
        ),
      )
      .catch(() => {});
  }
  return element;
}

const named = (/** @type {[string, string][]} */ rows) =>
  h(
    'dl',
    null,
    rows.map(([name, value]) => [h('dt', null, name), h('dd', null, value)]),
  );

function whatHelps(/** @type {Found} */ {reason, bottleneck}) {
  const query = {at: 'explore', q: reason.query, open: undefined};
  const place = {at: reason.place, open: undefined};
  const advice = bottleneck?.advice.length ? bottleneck.advice : [reason.helps];
  return h(
    'div',
    null,
    h('h3', null, 'What helps'),
    advice.map(sentence => h('p', null, sentence)),
    h(
      'p',
      null,
      reason.place === 'explore'
        ? null
        : [h('a', {href: address(place), onclick: link(place)}, `See ${reason.place}`), ' · '],
      h('a', {href: address(query), onclick: link(query)}, 'Query'),
    ),
  );
}
