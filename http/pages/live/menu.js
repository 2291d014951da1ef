// Menus: one is open at a time, arrows move, Esc closes and gives the focus back.

import {h} from './dom.js';

/** @type {{element: HTMLElement, from: HTMLElement} | null} */
let open = null;

/**
 * @param {HTMLElement} from the button that opens it
 * @param {{word: string, act: () => void, href?: string, current?: boolean, disabled?: string}[]} entries
 */
export function openMenu(from, entries) {
  const again = open?.from === from;
  closeMenu();
  if (again) return;
  const element = h(
    'div',
    {class: 'menu', role: 'menu', 'aria-label': from.getAttribute('aria-label') ?? 'Choices'},
    entries.map(({word, act, href, current, disabled}) =>
      h(
        href ? 'a' : 'button',
        {
          role: current === undefined ? 'menuitem' : 'menuitemradio',
          tabindex: '-1',
          href,
          'aria-checked': current === undefined ? null : String(current),
          'aria-disabled': disabled ? 'true' : null,
          title: disabled,
          class: current ? 'is-current' : null,
          onclick: (/** @type {MouseEvent} */ event) => {
            if (event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            if (disabled) return;
            closeMenu();
            act();
          },
        },
        word,
      ),
    ),
  );
  document.body.append(element);
  const box = from.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - element.offsetWidth - 8);
  element.style.left = `${Math.max(8, left) + scrollX}px`;
  const below = box.bottom + 4 + element.offsetHeight < innerHeight || box.top < element.offsetHeight;
  element.style.top = `${(below ? box.bottom + 4 : box.top - element.offsetHeight - 4) + scrollY}px`;
  from.setAttribute('aria-expanded', 'true');
  open = {element, from};
  (element.querySelector('.is-current') ?? element.firstElementChild)?.focus();
}

/** False if none was open. */
export function closeMenu() {
  if (!open) return false;
  const {element, from} = open;
  open = null;
  if (element.contains(document.activeElement)) from.focus();
  element.remove();
  from.setAttribute('aria-expanded', 'false');
  return true;
}

addEventListener('pointerdown', event => {
  const target = /** @type {Node} */ (event.target);
  if (open && !open.element.contains(target) && !open.from.contains(target)) closeMenu();
});
addEventListener(
  'keydown',
  event => {
    if (!open) return;
    const items = /** @type {HTMLElement[]} */ ([...open.element.children]);
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (event.key === 'ArrowDown') items[(at + 1) % items.length].focus();
    else if (event.key === 'ArrowUp') items[(at + items.length - 1) % items.length].focus();
    else if (event.key === 'Escape' || event.key === 'Tab') closeMenu();
    else return;
    if (event.key !== 'Tab') event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
