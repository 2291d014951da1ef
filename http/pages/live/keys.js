// Keys for everything, and the sheet that names them.

import {h} from './dom.js';
import {go, PLACES, state} from './state.js';

const NAMES = [
  ['1 … 6', 'the places'],
  ['p', 'pause or go live'],
  ['[ ]', 'half a range earlier, later'],
  ['+ −', 'closer, wider'],
  ['/', 'to the field'],
  ['t', 'dark or light'],
  ['← →', 'move the cursor in a focused chart'],
  ['Enter', 'enlarge it'],
  ['Esc', 'close, then unzoom'],
  ['?', 'this list'],
];
let areOn = true;

export function showKeys() {
  const dialog = h(
    'dialog',
    {
      class: 'keys-sheet',
      'aria-labelledby': 'keys-title',
      onclose: () => dialog.remove(),
      onclick: (/** @type {Event} */ event) => event.target === dialog && dialog.close(),
    },
    h('h2', {id: 'keys-title'}, 'Keys'),
    h(
      'dl',
      null,
      NAMES.map(([key, what]) => [h('dt', null, h('kbd', null, key)), h('dd', null, what)]),
    ),
    h(
      'label',
      null,
      h('input', {
        type: 'checkbox',
        checked: areOn,
        onchange: (/** @type {any} */ event) => {
          areOn = event.target.checked;
        },
      }),
      ' Letters and digits are keys',
    ),
    h('button', {class: 'button', onclick: () => dialog.close()}, 'Close'),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {import('./main.js').Page} page */
export function startKeys(page) {
  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === 'Escape') return escape(target);
    if (target.matches?.('input, textarea, select, [contenteditable]') || document.querySelector('dialog'))
      return;
    if (!areOn) return;
    const place = PLACES[Number(event.key) - 1];
    if (place) return go({at: place});
    const act = {
      p: () => page.bar.toggle(),
      t: () => page.bar.toggleTheme(),
      '[': () => page.bar.shift(-1),
      ']': () => page.bar.shift(1),
      '+': () => page.bar.zoom(0.5),
      '=': () => page.bar.zoom(0.5),
      '-': () => page.bar.zoom(2),
      '?': showKeys,
      '/': () => {
        const field = /** @type {HTMLElement | null} */ (document.querySelector('main input, main textarea'));
        if (!field) return;
        event.preventDefault();
        field.focus();
      },
    }[event.key];
    act?.();
  });
}

function escape(/** @type {HTMLElement} */ target) {
  const enlarged = document.querySelector('.chart.enlarged');
  if (enlarged) {
    enlarged.classList.remove('enlarged');
    document.body.classList.remove('has-enlarged');
    dispatchEvent(new Event('resize'));
  } else if (target.matches?.('input, textarea')) target.blur();
  else if (state.from !== undefined) go({from: undefined, to: undefined});
}
