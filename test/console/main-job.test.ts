import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/answers.ts';
import {
  accessibilityProblems,
  missingBrowser,
  signInAt,
  startBrowser,
  type Visitor,
  visitor,
} from '../support/browser.ts';
import { canary, findLeaks } from '../support/canaries.ts';
import { describeIf } from '../support/require.ts';
import { must, type Scene, startScene } from '../support/scene.ts';
import { newcomer } from './newcomer.ts';

const BUNDLE = path.resolve(import.meta.dirname, '../../dist/console');
const CONTENT = /\/v1\/secrets\/[^/]+\/versions\/[^/]+\/content$/;

describeIf('a real Chromium', missingBrowser(), () => {
  const first = canary('the first value');
  const refused = canary('the value that was rejected');
  const second = canary('the second value');
  /** Everything that went over the network but the bodies of requests, and contents that were asked for. */
  const network: [string, string][] = [];
  let scene: Scene;
  let browser: Browser;
  let ann: Visitor;
  let rob: Visitor;
  let secretUrl: string;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([startScene({ targets: 2 }), startBrowser()]);
    const author = await newcomer(scene.admin, 'Ann Author', 'read_write');
    const reviewer = await newcomer(scene.admin, 'Rob Reviewer', 'approver');
    await scene.govern([{ name: 'second pair of eyes', approvers: { users: [reviewer.id] }, required: 1 }]);
    ann = await visitor(browser, scene.url);
    rob = await visitor(browser, scene.url);
    await ann.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    for (const { page } of [ann, rob]) record(page);
    await Promise.all([
      signInAt(ann.page, author.token, '/console/secrets'),
      signInAt(rob.page, reviewer.token, '/console/inbox'),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  const record = (page: Page) => {
    page.on('request', (request) => {
      network.push([`request ${request.url()}`, JSON.stringify([request.url(), request.headers()])]);
    });
    page.on('response', async (response) => {
      const url = response.url();
      if (CONTENT.test(url) || url.endsWith('/v1/events')) return;
      // A page that moved on has dropped the body.
      const body = await response.text().catch(() => '');
      network.push([`answer of ${url}`, JSON.stringify(response.headers()) + body]);
    });
  };

  /** Rob finds the change in his inbox by its title and decides on it. */
  const decide = async (title: RegExp, decision: 'Approve' | 'Reject', comment: string) => {
    await rob.page.goto('/console/inbox');
    await rob.page.getByRole('link', { name: title }).first().click();
    await rob.page.getByRole('button', { name: decision }).click();
    const dialog = rob.page.getByRole('dialog');
    await dialog.getByLabel('Comment').fill(comment);
    await dialog.getByRole('button', { name: new RegExp(`^${decision} revision`) }).click();
    await dialog.waitFor({ state: 'hidden' });
  };
  const isApplied = (page: Page) => page.getByText('Applied', { exact: true }).waitFor();
  const atChange = (title: string) => ann.page.getByRole('heading', { level: 1, name: title }).waitFor();
  const allSynced = async () => {
    // They may have been in step before, and be seen so until the next look.
    const count = () => ann.page.getByRole('cell', { name: 'Synced' }).count();
    await eventually(async () => (await count()) === 2, 'both copies are synced');
  };
  const atSecret = async () => {
    await ann.page.goto(secretUrl);
    await ann.page.getByRole('heading', { level: 1, name: 'payments/db-login' }).waitFor();
  };

  test('what the API refuses is said at its field, and nothing of what was given', async () => {
    const { page } = ann;
    await page.getByText('No secret yet').waitFor();
    await page.getByRole('link', { name: 'New secret' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('signing-key');
    await page.getByLabel('Type', { exact: true }).selectOption('private_key');
    await page.locator('input[type=file]').setInputFiles({
      name: 'not-a-key.pem',
      mimeType: 'application/x-pem-file',
      buffer: Buffer.from(refused.text),
    });
    await page.getByText('not-a-key.pem').waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText(/^Expected one private key in PEM/).waitFor();
    ann.expect(/422/);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('a secret is created; its reviewer sees evidence, comments and approves; its targets turn green', async () => {
    const { page } = ann;
    await page.getByLabel('Type', { exact: true }).selectOption('basic_auth');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('db-login');
    await page.getByLabel('Folder').fill('payments');
    await page.getByLabel('User name').fill('shop');
    await page.getByRole('textbox', { name: 'Password' }).fill(first.text);
    await page.getByLabel('target-1').check();
    await page.getByLabel('target-2').check();
    await page.getByLabel('Why').fill('For the new shop');
    await page.getByRole('button', { name: 'Create' }).click();
    await atChange('Create payments/db-login');

    await rob.page.getByRole('link', { name: /Create payments\/db-login/ }).click();
    await rob.page.getByRole('rowheader', { name: 'password' }).waitFor();
    await rob.page.getByRole('cell', { name: 'New field' }).first().waitFor();
    await rob.page.getByLabel('Comment').fill('Which database is it?');
    await rob.page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Which database is it?').waitFor();
    await decide(/Create payments\/db-login/, 'Approve', 'The new one, I see');
    await isApplied(page);
    await allSynced();
    secretUrl = await page.evaluate<string>(`fetch('/v1/secrets?name=db-login')
      .then((answer) => answer.json()).then(({ items }) => '/console/secrets/' + items[0].id)`);
  });

  test('folders lead to it, and a search finds it', async () => {
    const { page } = ann;
    await page.goto('/console/secrets');
    await page.getByRole('navigation', { name: 'Folders' }).getByRole('link', { name: 'payments' }).click();
    await page.getByRole('link', { name: 'All folders' }).waitFor();
    await page.getByRole('searchbox', { name: 'Name' }).fill('nothing-like-it');
    await page.getByText('Nothing fits').waitFor();
    await page.getByRole('searchbox', { name: 'Name' }).fill('login');
    await page
      .getByRole('list', { name: 'Secrets' })
      .getByRole('link', { name: /db-login/ })
      .click();
    await page.getByRole('heading', { level: 1, name: 'payments/db-login' }).waitFor();
  });

  test('a value is copied without being shown, revealed on demand and hidden after a time', async () => {
    const { page } = ann;
    await page.clock.install();
    await atSecret();
    await page.getByRole('button', { name: 'Copy password' }).click();
    await page.getByText('Copied password').waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(first.text);
    expect(await page.content()).not.toContain(first.text.slice(0, 20));
    await page.getByRole('button', { name: 'Reveal' }).click();
    await page.getByText(first.text).waitFor();
    await page.clock.fastForward(31_000);
    await page.getByText(first.text).waitFor({ state: 'detached' });
    const { items } = must(await scene.admin('GET', '/v1/audit-events?action=secret.read'), 200) as {
      items: unknown[];
    };
    expect(items.length).toBe(2);
  });

  test('a new version is rejected, edited with another content, and approved', async () => {
    const { page } = ann;
    await atSecret();
    await page.getByRole('button', { name: 'Write a new version' }).click();
    const write = page.getByRole('dialog');
    await write.getByRole('button', { name: 'Start from the current content' }).click();
    await expect.poll(() => write.getByLabel('User name').inputValue()).toBe('shop');
    await write.getByRole('textbox', { name: 'Password' }).fill(refused.text);
    await write.getByLabel('Why').fill('Rotation');
    await write.getByRole('button', { name: 'Write', exact: true }).click();
    await atChange('Update payments/db-login');
    await decide(/Update payments\/db-login/, 'Reject', 'Not this one');
    await page.getByText('“Not this one”').waitFor();

    await page.getByRole('button', { name: 'Edit and ask again' }).click();
    const edit = page.getByRole('dialog');
    await edit.getByLabel('User name').fill('shop');
    await edit.getByRole('textbox', { name: 'Password' }).fill(second.text);
    await edit.getByRole('button', { name: 'Ask for this revision' }).click();
    await page.getByText('revision 2').first().waitFor();
    await decide(/Update payments\/db-login/, 'Approve', 'Better');
    await isApplied(page);
    await allSynced();
  });

  test('it is rolled back to the first version', async () => {
    const { page } = ann;
    await atSecret();
    await page.getByRole('button', { name: 'Actions on version 1' }).click();
    await page.getByRole('menuitem', { name: 'Roll back to it' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await atChange('Roll back payments/db-login');
    await decide(/Roll back payments\/db-login/, 'Approve', '');
    await isApplied(page);
    await allSynced();
    await atSecret();
    await page
      .getByRole('row', { name: /Version 3/ })
      .getByText('as version 1')
      .waitFor();
  });

  test('it is deleted once its name is typed, and its copies go', async () => {
    const { page } = ann;
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 copies will be removed').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill('payments/db-login');
    await confirm.click();
    await atChange('Delete payments/db-login');
    await decide(/Delete payments\/db-login/, 'Approve', '');
    await isApplied(page);
    await page.getByRole('cell', { name: 'Removed' }).nth(1).waitFor();
    await atSecret();
    await page.getByText('It is deleted').waitFor();
    await page.getByRole('button', { name: 'Restore' }).waitFor();
  });

  test('no value is left on a page, in storage, in what went over the network, or in the bundle', async () => {
    const places: [string, string][] = [...network];
    for (const [who, { page, complaints }] of Object.entries({ ann, rob })) {
      expect(complaints, who).toEqual([]);
      places.push([`page of ${who}`, await page.content()]);
      places.push([`address of ${who}`, page.url() + (await page.evaluate<string>('JSON.stringify(history.state)'))]);
      const storage = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])';
      places.push([`storage of ${who}`, await page.evaluate<string>(storage)]);
      expect(await page.evaluate<unknown[]>('indexedDB.databases()'), who).toEqual([]);
      expect(await page.evaluate<unknown[]>('caches.keys()'), who).toEqual([]);
    }
    const files = readdirSync(BUNDLE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) places.push([file.name, readFileSync(path.join(file.parentPath, file.name), 'utf8')]);
    expect(network.length).toBeGreaterThan(50);
    expect(findLeaks([first, refused, second], places)).toEqual([]);
    expect(findLeaks([first], [['a page that shows it', `<pre>${first.text}</pre>`]])).not.toEqual([]);
    for (const [place] of network) expect(place).toContain(scene.url);
  });
});
