// Elements. Text only ever becomes text nodes, so that labels with HTML in them are inert.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element: properties that begin with "on" are listeners, `class` and `data-…` attributes,
 * false and null are left out.
 * @param {string} tag
 * @param {Record<string, any> | null} [properties]
 * @param {...any} children
 * @returns {any}
 */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') /** @type {any} */ (element).value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

/** @param {Element} element @param {any[]} children */
function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** @param {Element} element @param {...any} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** A table with a row of headings. @param {any[]} heads @param {any[]} rows */
export function plainTable(heads, rows) {
  const cells = heads.map(head => h('th', {scope: 'col'}, head));
  return h('table', null, h('thead', null, h('tr', null, cells)), h('tbody', null, rows));
}

/** Sets the text if it is another one, and says so: what did not change is not painted again. */
export function setText(/** @type {Element} */ element, /** @type {string} */ text) {
  const {firstChild} = element;
  // A text that stays the same node is laid out for less.
  if (firstChild instanceof Text && !firstChild.nextSibling) {
    if (firstChild.data === text) return false;
    firstChild.data = text;
  } else {
    if (element.textContent === text) return false;
    element.textContent = text;
  }
  return true;
}

/** Sets an attribute if it has another value. */
export function setAttribute(
  /** @type {Element} */ element,
  /** @type {string} */ name,
  /** @type {string} */ value,
) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Puts an element in the place of all that is there, unless it looks the same. */
export function show(/** @type {Element} */ parent, /** @type {Element | null} */ child) {
  const {firstElementChild: shown} = parent;
  if (child === null ? shown !== null : !shown?.isEqualNode(child)) fill(parent, child);
}

const SHAPES = {
  good: ['M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z', 'M4.9 8.3l2.1 2.1 4.1-4.4'],
  warn: ['M8 1.8 15 14.2H1Z', 'M8 6v3.6M8 11.6v.9'],
  bad: ['M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2Z', 'M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8'],
};
const WORDS = {good: 'well', warn: 'look here', bad: 'bad', none: 'unknown'};

/** The glyph of a state: a shape and a colour; its word is said where no text says it. */
export function glyph(/** @type {string} */ state, /** @type {boolean} */ silent = true) {
  const image = svg(16);
  image.classList.add('glyph', 'is-' + state);
  if (silent) image.setAttribute('aria-hidden', 'true');
  else {
    image.setAttribute('role', 'img');
    image.setAttribute('aria-label', WORDS[/** @type {keyof WORDS} */ (state)] ?? state);
  }
  const shapes = SHAPES[/** @type {keyof SHAPES} */ (state)];
  if (shapes) {
    image.append(path(shapes[0], 'shape'), path(shapes[1], 'mark'));
  } else {
    image.append(path('M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2Z', 'ring'));
  }
  return image;
}

const ICONS = {
  overview: 'M2 13h12M3 10l3-4 3 2.5L13 4',
  processes: 'M2.5 4h11M2.5 8h7M2.5 12h9',
  agents:
    'M4 6a2 2 0 1 0 0-.01M12 4.5a1.7 1.7 0 1 0 0-.01M11.5 12.5a1.7 1.7 0 1 0 0-.01M5.8 5.4l4.6-.8M5.4 7.3l4.8 4.2',
  alerts: 'M4 11.5V7.2a4 4 0 0 1 8 0v4.3l1 1H3ZM6.8 14.2h2.4',
  explore: 'M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM10 10l3.6 3.6',
  collectors: 'M3 3h4v4H3ZM9 3h4v4H9ZM3 9h4v4H3ZM9 9h4v4H9Z',
  earlier: 'M9.5 3.5 5.5 8l4 4.5',
  later: 'M6.5 3.5l4 4.5-4 4.5',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  keys: 'M2 4.5h12v7H2ZM4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5 9.3h6',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11Z M8 2.5a5.5 5.5 0 0 1 0 11',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  copy: 'M5.5 5.5h7v8h-7ZM3.5 10.5v-8h7',
  mute: 'M4 11.5V7.2a4 4 0 0 1 6.5-3.1M12 7v4.5l1 1H6M3 2.5l10.5 11',
};

/** A line drawing, hidden from what reads the page aloud. */
export function icon(/** @type {string} */ name) {
  const image = svg(16);
  image.classList.add('icon', 'icon-' + name);
  image.setAttribute('aria-hidden', 'true');
  image.append(path(ICONS[/** @type {keyof ICONS} */ (name)], 'line'));
  return image;
}

export function svg(/** @type {number} */ width, height = width) {
  const image = document.createElementNS(SVG, 'svg');
  image.setAttribute('viewBox', `0 0 ${width} ${height}`);
  image.setAttribute('width', String(width));
  image.setAttribute('height', String(height));
  return image;
}

export function path(/** @type {string} */ line, /** @type {string} */ kind) {
  const element = document.createElementNS(SVG, 'path');
  element.setAttribute('d', line);
  element.setAttribute('class', kind);
  return element;
}
