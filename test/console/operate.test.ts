import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityProblems,
  missingBrowser,
  signInAt,
  startBrowser,
  type Visitor,
  visitor,
} from '../support/browser.ts';
import { addManySecrets } from '../support/many-secrets.ts';
import { describeIf } from '../support/require.ts';
import { must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { putForeign, textAt } from '../support/vault-entries.ts';
import { makeConflict } from './conflict.ts';
import { newcomer } from './newcomer.ts';

const ROWS = 10_000;

describeIf('a real Chromium', missingBrowser(), () => {
  let scene: Scene;
  let browser: Browser;
  let ops: Visitor;
  let page: Page;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([startScene({ targets: 2, longestPauseMs: 1_000 }), startBrowser()]);
    const admin = await newcomer(scene.admin, 'Ada Admin', 'admin');
    ops = await visitor(browser, scene.url);
    page = ops.page;
    await signInAt(page, admin.token);
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  const place = (number: number) => {
    const found = scene.targets[number];
    if (found === undefined) throw new Error('no such target');
    return found;
  };
  const cell = (secret: string, profile: string, text: string) =>
    page.getByRole('button', { name: new RegExp(`^${secret} at ${profile}: ${text}`) });

  test('an outage of a vault is seen, and its end as well, without reloading', async () => {
    const id = await scene.secret('outage-db');
    await targetsIn(scene.admin, id, 'synced');
    await page.goto('/console/sync');
    await cell('outage-db', 'target-1', 'Synced, version 1').waitFor();
    await place(0).vault.down();
    must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'two' } }), 201);
    await cell('outage-db', 'target-2', 'Synced, version 2').waitFor();
    await cell('outage-db', 'target-1', 'Failed, version 1 is there, version 2 wanted').waitFor();
    await page.getByRole('article', { name: 'target-1: Unreachable' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await place(0).vault.up();
    await cell('outage-db', 'target-1', 'Synced, version 2').waitFor();
    await page.getByRole('article', { name: 'target-1: Healthy' }).waitFor();
  });

  test('a foreign entry is decided about from the map, and its history tells of it', async () => {
    const { path } = await makeConflict(scene, 'taken-key');
    await page.goto('/console/sync?state=conflict');
    await cell('taken-key', 'target-1', 'Conflict').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('An entry that is not ours stands in its place.').waitFor();
    await drawer.getByLabel('Overwrite').check();
    await drawer.getByLabel('Comment').fill('agreed with its owner');
    await drawer.getByRole('button', { name: 'Decide' }).click();
    await drawer.getByText('Synced', { exact: true }).waitFor();
    await drawer.getByText('Synced version 1', { exact: false }).waitFor();
    expect(await textAt(place(0).vault, path)).toBe('tK8-of-our-own-and-long-3wQ');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
  });

  test('a profile is paused and resumed', async () => {
    await page.goto(`/console/vaults/profiles/${place(1).profileId}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Copies wait until it is resumed.').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    const { pausedAt } = must(await scene.admin('GET', `/v1/vault-profiles/${place(1).profileId}`), 200);
    expect(pausedAt).toBeNull();
  });

  test('a vault and a profile are added, checked, browsed and imported from', async () => {
    const { vault } = scene.source;
    const limited = vault.tokens.create({ policy: 'root' });
    for (const name of ['mail', 'queue']) await putForeign(vault, `legacy/${name}`, { value: `${name}-old-value` });
    await page.goto('/console/vaults');
    await page.getByRole('button', { name: 'Add a vault' }).click();
    let dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('legacy');
    await dialog.getByRole('combobox', { name: 'Kind' }).click();
    await page.getByRole('option', { name: /HashiCorp/ }).click();
    await dialog.getByLabel('Address').fill('not an address');
    await dialog.getByRole('combobox', { name: 'Login', exact: true }).click();
    await page.getByRole('option', { name: 'token' }).click();
    await dialog.getByLabel('Token').fill(limited);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog
      .getByText(/^Expected/)
      .first()
      .waitFor();
    ops.expect(/422/);
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByLabel('Address').fill(vault.url);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Edit legacy' }).click();
    expect(await page.content()).not.toContain(limited);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add a profile of legacy' }).click();
    dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: false }).first().fill('legacy-entries');
    await dialog.getByLabel('Prefix').fill('legacy');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'legacy-entries' }).click();
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Address, login, place and rights are right').waitFor();
    await page.getByRole('button', { name: 'Browse' }).click();
    await page.getByLabel('mail', { exact: true }).check();
    await page.getByRole('combobox', { name: 'Into the project' }).click();
    await page.getByRole('option', { name: 'Shop' }).click();
    await page.getByRole('button', { name: 'Preview 1 chosen' }).click();
    await page.getByText('Preview: 1 ready').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Import 1' }).click();
    await page.getByText('Import: 1 imported').waitFor();
    const { items } = must(await scene.admin('GET', '/v1/secrets?name=mail'), 200) as { items: unknown[] };
    expect(items).toHaveLength(1);
    expect(await page.content()).not.toContain('mail-old-value');
  });

  test(`${ROWS} rows are scrolled from the first to the last, and only those that are seen are drawn`, async () => {
    const { admin, broker, organizationId, project } = scene;
    await addManySecrets({ admin, db: broker.db, organizationId, projectId: project.id }, ROWS);
    await page.goto('/console/sync?name=bulk-');
    await page.getByText('10,000 secrets').waitFor();
    const table = page.getByRole('table', { name: 'Copies by secret and vault profile' });
    expect(await table.getAttribute('aria-rowcount')).toBe(String(ROWS + 1));
    await cell('bulk-00001', 'bulk-east', 'Synced').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('PageDown');
    await expect
      .poll(() => page.evaluate<string>('document.activeElement.ariaLabel'))
      .toMatch(/^bulk-00011 at bulk-west/);
    const drawn = await scrollThrough(page);
    expect(Math.max(...drawn)).toBeLessThan(100);
    expect(Math.min(...drawn)).toBeGreaterThan(5);
    await cell('bulk-10000', 'bulk-west', 'Synced').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('the page complained of nothing, and asked nobody else', async () => {
    expect(ops.complaints).toEqual([]);
    const asked = await page.evaluate<string[]>('performance.getEntriesByType("resource").map((entry) => entry.name)');
    for (const url of asked) expect(url.startsWith(scene.url), url).toBe(true);
  });
});

/** From top to bottom in 60 steps, each drawn; answers how many rows the page held at each. */
function scrollThrough(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(`(async () => {
    const table = document.querySelector('table[aria-rowcount]');
    const box = table.parentElement;
    const rows = [];
    for (let step = 1; step <= 60; step++) {
      box.scrollTop = (box.scrollHeight - box.clientHeight) * step / 60;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      rows.push(table.querySelectorAll('tbody th').length);
    }
    return rows;
  })()`);
}
