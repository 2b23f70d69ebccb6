import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { eventually } from './answers.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const program = [process.env.CHROMIUM ?? '', ...PLACES].find((place) => existsSync(place));

/** Why no browser can be started, or undefined. For `describeIf`. */
export function missingBrowser(): string | undefined {
  return program === undefined ? `no Chromium at ${PLACES.join(', ')}, nor named by CHROMIUM` : undefined;
}

/** A real browser; one per test file. */
export async function startBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error(missingBrowser());
  // Its sandbox does not work for root; the pages are ours.
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Somebody at a browser of its own: no cookie, no cache shared with others. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained about so far: errors on its console, uncaught ones, refusals of the content policy. */
  readonly complaints: readonly string[];
  /** Takes out a complaint that the test has led to; fails when there is none. */
  expect(complaint: RegExp): void;
}

export interface VisitorOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

export const PHONE = { width: 390, height: 844 } as const;
export const DESK = { width: 1360, height: 900 } as const;

export async function visitor(browser: Browser, baseURL: string, options: VisitorOptions = {}): Promise<Visitor> {
  const { viewport = DESK, colorScheme = 'light' } = options;
  const context = await browser.newContext({
    baseURL,
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  // As long as anything may take; nothing is asserted about it.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  const expect = (wanted: RegExp) => {
    const at = complaints.findIndex((text) => wanted.test(text));
    if (at === -1) throw new Error(`the page did not complain of ${wanted}: ${complaints.join('\n')}`);
    complaints.splice(at, 1);
  };
  return { page, context, complaints, expect };
}

/** Signs in through the page, and waits until the console is there. */
export async function signInAt(page: Page, token: string, to = '/console'): Promise<void> {
  await page.goto(`/console/sign-in?to=${encodeURIComponent(to)}`);
  await page.getByLabel('API token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /^Account of/ }).waitFor();
}

/** Holds the next request to `url` until the answer is called. */
export async function holdNext(page: Page, url: string): Promise<() => void> {
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  await page.route(url, (route) => held.then(() => route.continue()), { times: 1 });
  return goOn;
}

/** In the page: nothing that ends by itself, such as a dialog that fades in, is on its way. */
const AT_REST = `document.getAnimations().every(
  ({ playState, effect }) => playState !== 'running' || effect.getComputedTiming().iterations === Infinity)`;

/** axe's rules about what another theme changes: colours, and nothing else. */
export const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'] as const;

/** What axe finds serious or critical on the page once it is at rest, one line each. `rules`: these only. */
export async function accessibilityProblems(page: Page, rules?: readonly string[]): Promise<string[]> {
  // `evaluate` goes around the page's content policy, `waitForFunction` would need 'unsafe-eval'.
  await eventually(() => page.evaluate<boolean>(AT_REST), 'the page is at rest');
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source);
  const only = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } };
  // Of what passed nothing is asked, so that no selector of it is worked out.
  const options = JSON.stringify({ ...only, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} (${node.failureSummary})`));
}
