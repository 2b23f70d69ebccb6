import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityProblems,
  DESK,
  missingBrowser,
  PHONE,
  RULES_OF_COLOUR,
  signInAt,
  startBrowser,
  type Visitor,
  visitor,
} from '../support/browser.ts';
import { unreachable } from '../support/keyboard.ts';
import { describeIf } from '../support/require.ts';
import { SCREENS } from './screens.ts';
import { startWorld, type World } from './world.ts';

/**
 * Where `npm run screenshots` wants its pictures; without it nothing is drawn. The four of the README, in `pictures/`, are
 * `overview`, `change-waiting`, `sync` and `policy` of it, light and at a desk, through ImageMagick:
 * `convert sync-light-desk.png -crop 1360x1300+0+0 +repage +dither -colors 96 PNG8:pictures/sync.png`.
 */
const folder = process.env.SCREENSHOTS;
const THEMES = ['light', 'dark'] as const;

/** All of a page, from its top, as on a screen that is high enough; a dialog as it stands. */
async function draw(
  page: Page,
  viewport: { readonly width: number; readonly height: number },
  file: string,
): Promise<void> {
  const high = `document.querySelector('[aria-modal="true"]') ? 0 : document.documentElement.scrollHeight`;
  const height = Math.max(viewport.height, await page.evaluate<number>(high));
  await page.setViewportSize({ ...viewport, height });
  // What stays in its place on the screen would else be drawn in the middle of a page that was scrolled to be read, and so would
  // what is shown to whoever comes by Tab.
  await page.evaluate(
    `scrollTo(0, 0); document.querySelector('[aria-modal="true"]') ?? document.activeElement?.blur()`,
  );
  await page.screenshot({ path: file, animations: 'disabled' });
  await page.setViewportSize(viewport);
}

describeIf('a real Chromium', missingBrowser(), () => {
  let world: World;
  let browser: Browser;
  const visitors = new Map<string, Visitor>();

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld(), startBrowser()]);
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await world?.scene.close();
  });

  /** The same browser for all screens that somebody looks at in one theme. */
  const at = async (as: (typeof SCREENS)[number]['as'], colorScheme: (typeof THEMES)[number]): Promise<Visitor> => {
    const known = visitors.get(`${as} ${colorScheme}`);
    if (known !== undefined) return known;
    const made = await visitor(browser, world.scene.url, { colorScheme });
    if (as !== 'nobody') await signInAt(made.page, world.tokens[as]);
    visitors.set(`${as} ${colorScheme}`, made);
    return made;
  };

  for (const theme of THEMES) {
    test.each(SCREENS)(
      `$name in the ${theme} theme can be used by everybody, at a desk and on a phone`,
      async (screen) => {
        const { page, complaints } = await at(screen.as, theme);
        await page.setViewportSize(DESK);
        await page.goto(screen.path(world));
        await screen.ready(page);
        for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
          await page.setViewportSize(viewport);
          const rules = theme === 'light' ? undefined : RULES_OF_COLOUR;
          expect(await accessibilityProblems(page, rules), device).toEqual([]);
          const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
          expect(await page.evaluate<number>(wide), `${device} scrolls sideways`).toBe(0);
          if (folder === undefined) continue;
          await draw(page, viewport, path.join(folder, `${screen.name}-${theme}-${device}.png`));
        }
        if (theme === 'light') {
          await page.setViewportSize(DESK);
          expect(await unreachable(page), 'reached by mouse only').toEqual([]);
        }
        expect(complaints).toEqual([]);
      },
    );
  }
});
