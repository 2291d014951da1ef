// Silences: the sheet that sets one, the list of those that hold, and whom they meet.

import {send} from './api.js';
import {fill, glyph, h} from './dom.js';
import {clock} from './format.js';

/** @typedef {{name: string, value: string, isRegex: boolean, isEqual?: boolean}} Matcher */
/** @typedef {{id: string, status: {state: string}, matchers: Matcher[], endsAt: string, comment: string, createdBy: string}} Silence */

const HOURS = [2, 8, 24];
const NEVER_MATCHED = new Set(['__name__', 'alertstate']);
const USUAL_COMMENT = 'Silenced on the live page';

/** Whether a matcher takes the labels, as Alertmanager has it: a label that is missing is empty. */
function takes(/** @type {Matcher} */ matcher, /** @type {Record<string, string>} */ labels) {
  const value = labels[matcher.name] ?? '';
  let equals = value === matcher.value;
  if (matcher.isRegex) {
    try {
      equals = new RegExp(`^(?:${matcher.value})$`, 's').test(value);
    } catch {
      return false; // The server's expressions know some things that the browser's do not.
    }
  }
  return equals === (matcher.isEqual ?? true);
}

/** The silence that holds an alert back; undefined if none does. */
export function silenceOf(/** @type {Record<string, string>} */ labels, /** @type {Silence[]} */ active) {
  return active.find(({matchers}) => matchers.every(matcher => takes(matcher, labels)));
}

/** 16:32, with the day if it is another one. */
export function endWords(/** @type {string} */ endsAt, /** @type {number} */ now) {
  const end = Date.parse(endsAt) / 1000;
  const isToday = new Date(end * 1000).toDateString() === new Date(now * 1000).toDateString();
  return clock(end, isToday ? 0 : Infinity, false);
}

/**
 * Opens the sheet that silences an alert.
 * @param {Record<string, string>} labels of the alert
 * @param {number} now the server's time
 * @param {() => void} done once the server has taken it
 */
export function openSilence(labels, now, done) {
  const names = Object.keys(labels).filter(name => !NEVER_MATCHED.has(name));
  const boxes = names.map(name =>
    h('input', {type: 'checkbox', checked: true, name: 'label', 'data-label': name}),
  );
  const until = h('input', {
    class: 'field',
    type: 'datetime-local',
    'aria-label': 'Until',
    value: localTime(now + 8 * 3600),
    oninput: () => {
      lasts.at(-1).checked = true;
    },
  });
  const lasts = [...HOURS, 0].map((hours, at) =>
    h('input', {type: 'radio', name: 'lasts', checked: at === 0, 'data-hours': hours}),
  );
  const comment = h('input', {class: 'field', placeholder: USUAL_COMMENT});
  const fault = h('p', {class: 'fault', role: 'alert', hidden: true});
  const run = h('button', {class: 'button primary'}, 'Silence');

  const refuse = (/** @type {string} */ words) => {
    fault.hidden = false;
    fill(fault, words);
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const wanted = names.filter((_, at) => boxes[at].checked);
    const hours = Number(lasts.find(each => each.checked)?.dataset.hours);
    const end = hours > 0 ? now + hours * 3600 : Date.parse(until.value) / 1000;
    if (wanted.length === 0)
      return refuse('Leave one label at least: without any it would silence everything.');
    if (!(end > now)) return refuse('The end is not in the future.');
    run.disabled = true;
    try {
      await send('POST', 'api/v2/silences', {
        matchers: wanted.map(name => ({name, value: labels[name], isRegex: false, isEqual: true})),
        startsAt: new Date(now * 1000).toISOString(),
        endsAt: new Date(end * 1000).toISOString(),
        createdBy: 'live page',
        comment: comment.value.trim() || USUAL_COMMENT,
      });
      dialog.close();
      done();
    } catch (error) {
      run.disabled = false;
      refuse(`The server did not take it: ${error instanceof Error ? error.message : error}`);
    }
  };
  const dialog = h(
    'dialog',
    {
      class: 'keys-sheet silence-sheet',
      'aria-labelledby': 'silence-title',
      onclose: () => dialog.remove(),
      onclick: (/** @type {Event} */ event) => event.target === dialog && dialog.close(),
    },
    h(
      'form',
      {onsubmit: submit},
      h('h2', {id: 'silence-title'}, `Silence ${labels.alertname ?? 'alert'}`),
      h(
        'fieldset',
        null,
        h('legend', null, 'Alerts with all of'),
        names.map((name, at) =>
          h('label', null, boxes[at], h('span', null, name, ' ', h('b', null, labels[name]))),
        ),
      ),
      h(
        'fieldset',
        {class: 'lasts'},
        h('legend', null, 'For'),
        lasts.map((each, at) =>
          h('label', null, each, at < HOURS.length ? `${HOURS[at]} h` : ['until', until]),
        ),
      ),
      h('label', {class: 'comment'}, 'Comment', comment),
      fault,
      h(
        'p',
        {class: 'choices'},
        run,
        h('button', {class: 'button', type: 'button', onclick: () => dialog.close()}, 'Cancel'),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** What a field of a local date and time takes. */
function localTime(/** @type {number} */ seconds) {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

/**
 * A silence in the list of those that hold.
 * @param {Silence} silence
 * @param {number} now the server's time
 * @param {(() => void) | null} ended once the server has ended it; null for who may not end it
 */
export function silenceRow(silence, now, ended) {
  const fault = h('p', {class: 'quiet', role: 'alert', hidden: true});
  const end = async (/** @type {any} */ event) => {
    event.currentTarget.disabled = true;
    try {
      await send('DELETE', `api/v2/silence/${encodeURIComponent(silence.id)}`, undefined);
      ended?.();
    } catch (error) {
      fault.hidden = false;
      fill(fault, `The server did not end it: ${error instanceof Error ? error.message : error}`);
    }
  };
  return h(
    'li',
    {class: 'alert'},
    glyph('none'),
    h(
      'div',
      null,
      h(
        'p',
        {class: 'alert-head'},
        h('b', null, silence.comment || 'Silence'),
        h('span', {class: 'grow'}),
        h('span', {class: 'note'}, `until ${endWords(silence.endsAt, now)}`),
        ended &&
          h('button', {class: 'button', 'aria-label': `End now: ${silence.comment}`, onclick: end}, 'End now'),
      ),
      silence.createdBy && silence.createdBy !== 'live page'
        ? h('p', {class: 'note'}, `by ${silence.createdBy}`)
        : null,
      fault,
      h(
        'ul',
        {class: 'chips'},
        silence.matchers.map(({name, value, isRegex, isEqual}) =>
          h(
            'li',
            null,
            name,
            isRegex || isEqual === false ? ` ${isEqual === false ? '!' : '='}${isRegex ? '~' : '='}` : '',
            ' ',
            h('b', null, value),
          ),
        ),
      ),
    ),
  );
}
