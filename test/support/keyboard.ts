import type { Page } from 'playwright-core';

/*
 * Whether everything that can be used on a page can be reached by keyboard alone (WCAG 2.2, 2.1.1): Tab is really pressed
 * until it comes round, and what it never came to is named.
 */

/** In the page: what can be used and can be seen. What React gave a click to is such a thing, whatever its element. */
const USABLE = `(() => {
  const ROLES = ['button', 'tab', 'menuitem', 'option', 'checkbox', 'radio', 'switch', 'combobox', 'link', 'gridcell'];
  const NATIVE = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const clicked = (node) => {
    const props = node[Object.keys(node).find((key) => key.startsWith('__reactProps$')) ?? ''];
    return typeof props?.onClick === 'function';
  };
  const modal = document.querySelector('[aria-modal="true"]');
  const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && node.getBoundingClientRect().width > 1 && node.closest('[inert], [aria-hidden="true"]') === null
    && (modal === null || modal.contains(node));
  const native = (node) => node.matches(NATIVE) || ROLES.includes(node.getAttribute('role'));
  const fromScript = (node) => node.matches('[tabindex="-1"]:not(a, button, input, select, textarea, [role])') && !clicked(node);
  return [...document.querySelectorAll('*')].filter((node) => seen(node) && !node.disabled
    && node.ariaDisabled !== 'true' && (native(node) || clicked(node)) && !fromScript(node));
})()`;

/**
 * In the page: whether Tab came to it, or to what stands for it: its group, in which arrows lead on; the field whose label or
 * list it is; the button within, or around.
 */
const STANDS_FOR = `(node, reached) => {
  if (reached.has(node)) return true;
  const group = node.closest('[role="tablist"], [role="radiogroup"], [role="menu"], [role="listbox"], [role="grid"], table[aria-rowcount], fieldset');
  const among = (box) => box !== null && [...reached].some((each) => box !== each && box.contains(each));
  const roving = node.tabIndex === -1 || node.type === 'radio' || ['tab', 'radio', 'gridcell', 'menuitem', 'option'].includes(node.getAttribute('role'));
  if (roving && among(group)) return true;
  const list = node.closest('[role="listbox"]');
  if (list !== null && [...reached].some((each) => each.getAttribute('aria-controls') === list.id)) return true;
  if (node.type === 'radio' && [...reached].some((each) => each.type === 'radio' && each.name === node.name)) return true;
  // The options of a list are chosen with arrows in the field that has it open.
  if (group?.id && [...reached].some((each) => each.getAttribute('aria-controls') === group.id)) return true;
  if (node.control && reached.has(node.control)) return true;
  if (among(node)) return true;
  return [...reached].some((each) => each !== document.body && each.contains(node));
}`;

/** In the page: notes every stop, and when Tab has come round to one of them. */
const NOTE_STOPS = `(() => {
  window.stopsOfTab = new Set();
  window.tabCameRound = false;
  document.addEventListener('focusin', ({ target }) => {
    window.tabCameRound ||= window.stopsOfTab.has(target);
    window.stopsOfTab.add(target);
  });
})()`;

const MOST_STOPS = 600;
const AT_ONCE = 20;

/** What can be used on the page but not without a mouse, one line each. Focus is elsewhere afterwards. */
export async function unreachable(page: Page): Promise<string[]> {
  await page.evaluate(NOTE_STOPS);
  for (let stops = 0; stops < MOST_STOPS; stops += AT_ONCE) {
    for (let press = 0; press < AT_ONCE; press++) await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>('window.tabCameRound')) break;
  }
  return page.evaluate<string[]>(`(() => {
    const standsFor = ${STANDS_FOR};
    return ${USABLE}
      .filter((node) => !standsFor(node, window.stopsOfTab))
      .map((node) => node.outerHTML.replace(/\\s+/g, ' ').slice(0, 200));
  })()`);
}
