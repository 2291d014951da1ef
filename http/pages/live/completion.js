// Names while a query is typed: families, labels of the selector at hand, their values, functions.

import {ask} from './api.js';
import {fill, h} from './dom.js';

const FUNCTIONS = [
  'abs',
  'absent',
  'avg_over_time',
  'ceil',
  'changes',
  'clamp',
  'clamp_max',
  'clamp_min',
  'count_over_time',
  'delta',
  'deriv',
  'floor',
  'histogram_quantile',
  'idelta',
  'increase',
  'irate',
  'label_join',
  'label_replace',
  'last_over_time',
  'ln',
  'log10',
  'max_over_time',
  'min_over_time',
  'predict_linear',
  'quantile_over_time',
  'rate',
  'resets',
  'round',
  'scalar',
  'sort',
  'sort_desc',
  'stddev_over_time',
  'sum_over_time',
  'time',
  'timestamp',
  'vector',
];
const AGGREGATIONS = [
  'avg',
  'bottomk',
  'count',
  'count_values',
  'group',
  'max',
  'min',
  'quantile',
  'stddev',
  'sum',
  'topk',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'offset',
];
const MOST = 10;

/** Where the cursor stands: what is being typed, and of what kind it is. */
export function contextAt(/** @type {string} */ before) {
  const word = /[\w:.]*$/.exec(before)?.[0] ?? '';
  const inner = before.slice(before.lastIndexOf('{') + 1);
  const isInside = before.lastIndexOf('{') > before.lastIndexOf('}');
  if (isInside) {
    const family = /([\w:]+)\s*\{[^{]*$/.exec(before)?.[1] ?? '';
    const value = /([\w.]+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)$/.exec(inner);
    if (value) return {kind: 'value', word: value[2], family, label: value[1]};
    if ((inner.match(/"/g) ?? []).length % 2 === 0) return {kind: 'label', word, family, label: ''};
    return {kind: 'none', word: '', family: '', label: ''};
  }
  if (/\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*$/.test(before)) {
    return {kind: 'label', word, family: /([\w:]+_[\w:]+)/.exec(before)?.[1] ?? '', label: ''};
  }
  if (/\[[^\]]*$/.test(before) || (before.match(/"/g) ?? []).length % 2)
    return {kind: 'none', word: '', family: '', label: ''};
  return {kind: word ? 'name' : 'none', word, family: '', label: ''};
}

export class Completion {
  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.field = field;
    this.at = 0;
    /** @type {{kind: string, name: string, more: string, help: string}[]} */
    this.offers = [];
    this.context = contextAt('');
    /** @type {Record<string, {type: string, help: string}[]> | null} */
    this.metadata = null;
    this.asked = 0;
    this.list = h('ul', {id: 'offers', role: 'listbox', class: 'offers-list', 'aria-label': 'Completions'});
    this.help = h('p', {class: 'offers-help note'});
    this.element = h('div', {class: 'offers', hidden: true}, this.list, this.help);
    field.setAttribute('aria-controls', 'offers');
    field.addEventListener('input', () => this.look());
    field.addEventListener('keydown', event => this.key(event));
    field.addEventListener('blur', () => setTimeout(() => this.close(), 150));
  }

  async look() {
    const asked = ++this.asked;
    const before = this.field.value.slice(0, this.field.selectionStart ?? 0);
    this.context = contextAt(before);
    const offers = await this.find(this.context).catch(() => []);
    if (asked !== this.asked) return;
    this.offers = offers;
    this.at = 0;
    this.draw();
  }

  async find(/** @type {ReturnType<typeof contextAt>} */ {kind, word, family, label}) {
    if (kind === 'none') return [];
    const selector = family ? {'match[]': family} : {};
    if (kind === 'label')
      return best(await ask('labels', selector), word).map(name => ({
        kind: 'label',
        name,
        more: '',
        help: family ? `A label of ${family}.` : '',
      }));
    if (kind === 'value')
      return best(
        await ask(`label/${encodeURIComponent(label)}/values`, {...selector, limit: 1000}),
        word,
      ).map(name => ({kind: 'value', name, more: '', help: ''}));
    this.metadata ??= await ask('metadata');
    const names = await ask('label/__name__/values');
    const found = best(names, word).map(name => {
      const known =
        this.metadata?.[name]?.[0] ?? this.metadata?.[name.replace(/_(bucket|sum|count|total)$/, '')]?.[0];
      return {
        kind: name.includes(':') ? 'rule' : 'metric',
        name,
        more: known?.type ?? '',
        help: known?.help ?? '',
      };
    });
    const words = best(
      [...AGGREGATIONS, ...FUNCTIONS].filter(name => name.startsWith(word)),
      word,
    ).map(name => ({kind: FUNCTIONS.includes(name) ? 'function' : 'word', name, more: '', help: ''}));
    return [...words.slice(0, 4), ...found].slice(0, MOST);
  }

  draw() {
    this.element.hidden = this.offers.length === 0;
    fill(
      this.list,
      this.offers.map((offer, at) =>
        h(
          'li',
          {
            role: 'option',
            id: `offer-${at}`,
            'aria-selected': String(at === this.at),
            onpointerdown: (/** @type {Event} */ event) => {
              event.preventDefault();
              this.take(at);
            },
          },
          h('span', {class: 'note'}, offer.kind),
          h('span', {class: 'mono offer-name'}, marked(offer.name, this.context.word)),
          h('span', {class: 'note'}, offer.more),
        ),
      ),
    );
    if (this.offers.length) this.field.setAttribute('aria-activedescendant', `offer-${this.at}`);
    else this.field.removeAttribute('aria-activedescendant');
    fill(
      this.help,
      this.offers[this.at]?.help ? `${this.offers[this.at].help} ` : '',
      h('kbd', null, 'Tab'),
      ' takes it, ',
      h('kbd', null, 'Esc'),
      ' closes.',
    );
  }

  close() {
    if (this.element.hidden) return false;
    this.offers = [];
    this.draw();
    return true;
  }

  take(/** @type {number} */ at) {
    const offer = this.offers[at];
    const end = this.field.selectionStart ?? 0;
    const isCall = offer.kind === 'function' || AGGREGATIONS.slice(0, 11).includes(offer.name);
    const text =
      this.context.kind === 'value' ? offer.name.replace(/["\\]/g, '\\$&') : offer.name + (isCall ? '(' : '');
    this.field.setRangeText(text, end - this.context.word.length, end, 'end');
    this.close();
    this.field.dispatchEvent(new Event('change'));
  }

  key(/** @type {KeyboardEvent} */ event) {
    if (this.element.hidden) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.at = (this.at + (event.key === 'ArrowDown' ? 1 : this.offers.length - 1)) % this.offers.length;
      this.draw();
    } else if (
      event.key === 'Tab' ||
      (event.key === 'Enter' &&
        this.context.kind === 'name' &&
        this.context.word !== this.offers[this.at]?.name &&
        !event.ctrlKey)
    )
      this.take(this.at);
    else if (event.key === 'Escape') this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** Those that begin with the word, then those that have it in them. */
function best(/** @type {string[]} */ names, /** @type {string} */ word) {
  const wanted = word.toLowerCase();
  const begin = names.filter(name => name.toLowerCase().startsWith(wanted));
  const inside = names.filter(
    name => !name.toLowerCase().startsWith(wanted) && name.toLowerCase().includes(wanted),
  );
  return [...begin, ...inside].slice(0, MOST);
}

function marked(/** @type {string} */ name, /** @type {string} */ word) {
  const at = name.toLowerCase().indexOf(word.toLowerCase());
  return word && at >= 0
    ? [name.slice(0, at), h('b', null, name.slice(at, at + word.length)), name.slice(at + word.length)]
    : name;
}
