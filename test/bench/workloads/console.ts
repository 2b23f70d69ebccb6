import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { missingBrowser, signInAt, startBrowser, visitor } from '../../support/browser.ts';
import { addManySecrets } from '../../support/many-secrets.ts';
import type { Bench } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { median, quantile } from '../measure.ts';
import type { Row } from '../report.ts';

const ROWS = 10_000;
const STEPS = 240;
/** What people take for a hitch. */
const HITCH_MS = 50;

/** The console in a real Chromium: from nothing to something that answers, and how evenly its largest screen scrolls. */
export async function measureConsole(bench: Bench): Promise<Row[]> {
  const missing = missingBrowser();
  if (missing !== undefined) {
    bench.tell(`the console is not measured: ${missing}`);
    return [];
  }
  const broker = await bench.broker('postgres');
  const browser = await startBrowser();
  try {
    return [await interactive(bench, broker, browser), await scrolling(bench, broker, browser)];
  } finally {
    await browser.close();
    await broker.close();
  }
}

/** In the page, before anything of it: notes when the console's own frame has been drawn and the page answers again. */
const NOTE_WHEN_INTERACTIVE = `new MutationObserver((_, observer) => {
  if (document.querySelector('button[aria-label^="Account of"]') === null || document.querySelector('h1') === null) return;
  observer.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.interactiveAt = performance.now(); }));
}).observe(document, { childList: true, subtree: true, attributes: true });`;

/** A new visitor with nothing cached who has a session: from asking for the page until it answers. */
async function interactive(bench: Bench, broker: BenchBroker, browser: Browser): Promise<Row> {
  const times: number[] = [];
  let script = 0;
  for (let round = 0; round < (bench.quick ? 3 : 9); round++) {
    bench.tell(`first load of the console ${round + 1}`);
    const { page, context } = await visitor(browser, broker.url);
    const session = await context.request.post('/v1/session', {
      data: { token: broker.token },
      headers: { origin: broker.url },
    });
    if (!session.ok()) throw new Error(`signing in: ${session.status()}`);
    await context.addInitScript(NOTE_WHEN_INTERACTIVE);
    await page.goto('/console');
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
    times.push(await interactiveAt(page));
    script = await scriptOf(page);
    await context.close();
  }
  return {
    workload: 'console: first load until it answers',
    unit: 'ms',
    limit: null,
    product: median(times),
    ratio: null,
    spread: null,
    aim: { atMost: 1_000 },
    note: `${Math.round(script / 1024)} KB of script, gzipped`,
  };
}

async function interactiveAt(page: Page): Promise<number> {
  for (;;) {
    const at = await page.evaluate<number | null>('window.interactiveAt ?? null');
    if (at !== null) return at;
  }
}

/** Bytes of script that the page has asked for so far, as they travel. */
async function scriptOf(page: Page): Promise<number> {
  const names = await page.evaluate<string[]>(
    'performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname).filter((name) => name.endsWith(".js"))',
  );
  const folder = path.resolve('dist/console');
  const files = await readdir(folder, { recursive: true });
  let bytes = 0;
  for (const name of new Set(names)) {
    const file = files.find((each) => name.endsWith(`/${each}`));
    if (file === undefined || !existsSync(path.join(folder, file))) throw new Error(`no such script: ${name}`);
    bytes += gzipSync(await readFile(path.join(folder, file))).length;
  }
  return bytes;
}

/** The sync map over all its rows, frame by frame, beside a bare page of the same height. */
async function scrolling(bench: Bench, broker: BenchBroker, browser: Browser): Promise<Row> {
  const { organization } = expectOk(await broker.api('GET', '/v1/me')) as { organization: { id: string } };
  const project = expectOk(await broker.api('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  bench.tell(`scrolling ${ROWS} rows`);
  const crowd = { admin: broker.api, db: broker.sql, organizationId: organization.id, projectId: String(project.id) };
  await addManySecrets(crowd, ROWS);
  const { page } = await visitor(browser, broker.url);
  await signInAt(page, broker.token, '/console/sync');
  await page.getByText('10,000 secrets').waitFor({ timeout: 60_000 });
  const bare = await (await browser.newContext()).newPage();
  await bare.setContent(`<div id="box" style="height:600px;overflow:auto"><div style="height:400000px"></div></div>`);
  const map = `document.querySelector('table[aria-rowcount]').parentElement`;
  const box = `document.getElementById('box')`;
  const pairs: { limit: number[]; product: number[] }[] = [];
  for (let pair = 0; pair < bench.pairs; pair++) {
    await bare.bringToFront();
    const limit = await framesWhileScrolling(bare, box);
    await page.bringToFront();
    pairs.push({ limit, product: await framesWhileScrolling(page, map) });
  }
  const p95 = (frames: readonly number[]) =>
    quantile(
      [...frames].sort((one, other) => one - other),
      0.95,
    );
  const ratios = pairs.map((pair) => p95(pair.product) / p95(pair.limit)).sort((one, other) => one - other);
  const all = pairs.flatMap(({ product }) => product);
  return {
    workload: `console: frame while ${ROWS} rows are scrolled / a bare page, p95`,
    unit: 'ms',
    limit: median(pairs.map(({ limit }) => p95(limit))),
    product: median(pairs.map(({ product }) => p95(product))),
    ratio: median(ratios),
    spread: [ratios[0] ?? Number.NaN, ratios.at(-1) ?? Number.NaN],
    aim: { atMost: 2 },
    note: `${all.filter((frame) => frame > HITCH_MS).length} of ${all.length} frames over ${HITCH_MS} ms`,
  };
}

/** From top to bottom in even steps, one a frame; milliseconds from frame to frame. */
function framesWhileScrolling(page: Page, box: string): Promise<number[]> {
  return page.evaluate<number[]>(`(async () => {
    const box = ${box};
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const times = [];
    box.scrollTop = 0;
    await frame();
    let last = await frame();
    for (let step = 1; step <= ${STEPS}; step++) {
      box.scrollTop = (box.scrollHeight - box.clientHeight) * step / ${STEPS};
      const now = await frame();
      times.push(now - last);
      last = now;
    }
    return times;
  })()`);
}
