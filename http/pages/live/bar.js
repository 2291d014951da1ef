// What stands around every place: the bar above, the strip for what is out of the ordinary, the places
// (below on a phone), the footer.

import {instant} from './api.js';
import {fill, glyph, h, icon, setAttribute, setText, show} from './dom.js';
import {clock, span as ago, text} from './format.js';
import {openMenu} from './menu.js';
import {address, go, isLive, link, PLACES, RANGES, span, state} from './state.js';
import {showKeys} from './keys.js';

const WORDS = {
  overview: 'Overview',
  processes: 'Processes',
  agents: 'Agents',
  alerts: 'Alerts',
  explore: 'Explore',
  collectors: 'Collectors',
};
/** What of a place is left behind with it. */
const NOTHING_CHOSEN = {open: undefined, sort: undefined, filter: undefined, view: undefined};
const GLYPHS = {good: '✓', warn: '▲', bad: '✕', none: '◌'};

export class Bar {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.glyph = h('span', {class: 'bar-glyph'});
    this.live = h('button', {class: 'button live', onclick: () => this.toggle()});
    this.liveWord = '';
    this.dot = h('i', {class: 'dot'});
    this.rangeWord = h('span', {class: 'range-word'});
    this.range = h(
      'button',
      {
        class: 'button range',
        'aria-haspopup': 'menu',
        onclick: (/** @type {Event} */ event) => this.ranges(event),
      },
      this.rangeWord,
      icon('down'),
    );
    this.theme = h(
      'button',
      {
        class: 'icon-button',
        'aria-label': 'Theme: dark or light',
        title: 'Theme (t)',
        onclick: () => this.toggleTheme(),
      },
      icon('theme'),
    );
    this.places = h('nav', {class: 'places', 'aria-label': 'Places'});
    this.strip = h('div', {class: 'strip', role: 'status', hidden: true});
    this.own = h('span');
    this.news = h('div', {class: 'hidden', 'aria-live': 'polite'});
    /** @type {string[]} */
    this.told = [];
    this.toldAt = 0;
    this.element = h(
      'header',
      {class: 'bar'},
      h('a', {class: 'skip', href: '#main'}, 'Skip to content'),
      h(
        'a',
        {class: 'host', href: address({at: 'overview'}), onclick: link({at: 'overview'})},
        this.glyph,
        h('span', null, page.host.name),
      ),
      h('div', {class: 'bar-places'}),
      h(
        'div',
        {class: 'bar-range'},
        h(
          'button',
          {
            class: 'button',
            'aria-label': 'Half a range earlier',
            title: 'Earlier ([)',
            onclick: () => this.shift(-1),
          },
          icon('earlier'),
        ),
        this.range,
        h(
          'button',
          {
            class: 'button',
            'aria-label': 'Half a range later',
            title: 'Later (])',
            onclick: () => this.shift(1),
          },
          icon('later'),
        ),
      ),
      this.live,
      h(
        'button',
        {class: 'icon-button keys', 'aria-label': 'Keys', title: 'Keys (?)', onclick: showKeys},
        icon('keys'),
      ),
      this.theme,
      this.news,
    );
    this.footer = h(
      'footer',
      {class: 'footer'},
      h('span', null, `orchestrator_exporter ${page.host.version ?? ''}`),
      (this.series = h('span')),
      h('span', {class: 'grow'}),
      this.own,
      h('a', {href: 'collectors'}, 'Plain page'),
      h('a', {href: page.host.metrics ?? 'metrics'}, page.host.metrics ?? '/metrics'),
    );
    /** @type {[Element, Element][]} */
    this.links = PLACES.map(place => {
      const one = () =>
        h(
          'a',
          {href: address({at: place})},
          icon(place),
          h('span', null, WORDS[/** @type {keyof WORDS} */ (place)]),
          h('em', {class: 'count', hidden: true}),
        );
      return [one(), one()];
    });
    fill(
      /** @type {Element} */ (this.element.querySelector('.bar-places')),
      h(
        'nav',
        {'aria-label': 'Places'},
        this.links.map(([above]) => above),
      ),
    );
    fill(
      this.places,
      this.links.map(([, below]) => below),
    );
    for (const [at, pair] of this.links.entries())
      for (const each of pair)
        each.addEventListener('click', event =>
          link({at: PLACES[at], ...NOTHING_CHOSEN})(/** @type {MouseEvent} */ (event)),
        );
    this.ownAt = 0;
  }

  toggle() {
    if (this.page.live.isLost) return this.page.live.retry();
    if (isLive()) {
      const to = Math.floor(this.page.now);
      go({from: to - span(), to});
    } else go({from: undefined, to: undefined});
  }

  toggleTheme() {
    const isDark = getComputedStyle(document.documentElement).getPropertyValue('--scheme').trim() === 'dark';
    const theme = isDark ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // Without storage the address keeps it.
    }
    go({theme}, true);
  }

  shift(/** @type {number} */ direction) {
    const half = Math.round(span() / 2);
    const to = Math.min(Math.floor(this.page.now), Math.floor(state.to ?? this.page.now) + direction * half);
    go({from: to - span(), to});
  }

  zoom(/** @type {number} */ factor) {
    const middle = (state.to ?? this.page.now) - span() / 2;
    const half = Math.max(10, (span() * factor) / 2);
    const to = Math.min(Math.floor(this.page.now), Math.floor(middle + half));
    go({from: Math.floor(to - 2 * half), to});
  }

  ranges(/** @type {Event} */ event) {
    const kept = this.page.host.retention ?? Infinity;
    openMenu(
      /** @type {HTMLElement} */ (event.currentTarget),
      RANGES.map(([range, seconds, word], at) => ({
        word,
        current: isLive() && state.range === range,
        disabled:
          at > 0 && RANGES[at - 1][1] >= kept
            ? `The history reaches back ${ago(kept)}; --storage.path=DIR keeps a year`
            : undefined,
        act: () => go({range, from: undefined, to: undefined}),
      })),
    );
  }

  /** Has it read out, together with what came in the second before, which it would silence. */
  tell(/** @type {string} */ words) {
    const now = Date.now();
    this.told = now - this.toldAt < 1000 ? [...this.told, words] : [words];
    this.toldAt = now;
    this.news.textContent = this.told.join(', ');
  }

  show() {
    const {live, verdict, host} = this.page;
    const known = live.isLost ? 'none' : verdict.state;
    show(this.glyph, glyph(known, false));
    const title = `${GLYPHS[/** @type {keyof GLYPHS} */ (known)]} ${host.name}`;
    if (document.title !== title) document.title = title;
    const fixed = state.from !== undefined && state.to !== undefined;
    setText(
      this.rangeWord,
      fixed
        ? `${clock(state.from ?? 0, span(), false)} – ${clock(state.to ?? 0, span(), false)}`
        : (RANGES.find(([range]) => range === state.range)?.[2] ?? ''),
    );
    this.showLive();
    this.showPlaces();
    this.tick();
  }

  showLive() {
    const {isLost, isStreaming} = this.page.live;
    const word = isLost ? 'Not connected' : isLive() ? (isStreaming ? ' 1 s' : ' 5 s') : 'Go live';
    if (word === this.liveWord) return;
    this.liveWord = word;
    this.live.classList.toggle('is-paused', !isLive());
    this.live.classList.toggle('is-lost', isLost);
    fill(this.live, isLost || !isLive() ? word : [this.dot, 'Live', h('span', {class: 'note'}, word)]);
  }

  showPlaces() {
    const alerts = this.page.verdict.found.filter(({reason}) => reason.id === 'alert').length;
    for (const [at, pair] of this.links.entries()) {
      const href = address({at: PLACES[at], ...NOTHING_CHOSEN});
      for (const each of pair) {
        if (PLACES[at] === state.at) setAttribute(each, 'aria-current', 'page');
        else each.removeAttribute('aria-current');
        setAttribute(each, 'href', href);
        if (PLACES[at] !== 'alerts') continue;
        const count = /** @type {HTMLElement} */ (each.querySelector('.count'));
        if (setText(count, String(alerts))) count.hidden = alerts === 0;
      }
    }
  }

  tick() {
    const {live, now, verdict} = this.page;
    if (live.isLost) {
      this.say(
        'bad',
        [
          h('b', null, `No connection since ${clock(live.lastHeard, 0, true)}.`),
          ' What you see is from before. ',
          live.nextTry > 0 ? `Trying again in ${live.secondsToTry()} s.` : 'Trying again.',
        ],
        ['Try now', () => live.retry()],
      );
    } else if (!isLive()) {
      const passed = now - (state.to ?? now);
      this.say(
        'note',
        [h('b', null, `Paused at ${clock(state.to ?? 0, span())}`), `, ${ago(passed)} ago.`],
        ['Go live', () => this.toggle()],
      );
    } else if (this.page.timeline.fault) {
      this.say(
        'warn',
        [h('b', null, 'The charts could not be asked for: '), this.page.timeline.fault],
        ['Try now', () => this.page.refresh()],
      );
    } else if (!this.strip.hidden) {
      this.strip.hidden = true;
      this.said = '';
    }
    this.dot.classList.toggle('is-late', Date.now() / 1000 - live.lastMessage > 3 && live.isStreaming);
    verdict.element.classList.toggle('is-stale', live.isLost);
    if (Date.now() - this.ownAt > 15000 && !live.isLost) this.loadOwn();
  }

  say(
    /** @type {string} */ kind,
    /** @type {any[]} */ words,
    /** @type {[string, () => void]} */ [word, act],
  ) {
    const text = words.map(each => (each instanceof Node ? each.textContent : each)).join('');
    if (this.said === kind + text) return;
    this.said = kind + text;
    this.strip.hidden = false;
    this.strip.className = 'strip is-' + kind;
    const button = this.strip.querySelector('button');
    const line = h('p', null, kind === 'note' ? null : glyph(kind), words);
    if (button && button.textContent === word) this.strip.firstElementChild?.replaceWith(line);
    else fill(this.strip, line, h('button', {class: 'button', onclick: act}, word));
  }

  async loadOwn() {
    this.ownAt = Date.now();
    const found = await instant(
      'label_replace(100 * rate(process_cpu_seconds_total{groupname=""}[1m]), "n", "cpu", "", "") or label_replace(process_resident_memory_bytes, "n", "memory", "", "") or label_replace(sum(orchestrator_exporter_history_series), "n", "series", "", "") or label_replace(count(node_scrape_collector_success), "n", "collectors", "", "")',
      undefined,
      undefined,
    ).catch(() => []);
    const of = (/** @type {string} */ name) => found.find(({labels}) => labels.n === name)?.value;
    setText(
      this.series,
      !of('series') // None are kept before the second reading.
        ? ''
        : `${text(of('series'), 'count')} series, ${of('collectors') ?? '–'} collectors`,
    );
    const cpu = of('cpu');
    setText(
      this.own,
      `This exporter: ${cpu === undefined ? '–' : cpu.toFixed(2)} % of a core, ${text(of('memory'), 'B')}`,
    );
  }
}
