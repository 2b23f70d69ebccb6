import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityProblems,
  holdNext,
  missingBrowser,
  signInAt,
  startBrowser,
  type Visitor,
  visitor,
} from '../support/browser.ts';
import { canary, findLeaks } from '../support/canaries.ts';
import { describeIf } from '../support/require.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { putForeign, textAt } from '../support/vault-entries.ts';
import { newcomer } from './newcomer.ts';

const REASON = 'asked for in ticket 4711';
const OUTSIDE = 'eZ4-written-by-somebody-else-7Wd';

describeIf('a real Chromium', missingBrowser(), () => {
  const first = canary('the first password');
  const second = canary('the second password');
  /** What went over the network but the contents that were asked for. */
  const network: [string, string][] = [];
  let scene: Scene;
  let browser: Browser;
  let ops: Visitor;
  let page: Page;
  let login: string;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([startScene({ targets: 2, longestPauseMs: 1_000 }), startBrowser()]);
    login = await scene.secret('db-login', { username: 'shop', password: first.text });
    const payload = { username: 'shop', password: second.text };
    must(await scene.admin('POST', `/v1/secrets/${login}/versions`, { payload }), 201);
    const consumer = { project: 'shop', name: 'web shop', references: ['db-login'] };
    must(await scene.admin('POST', '/v1/consumers', consumer), 201);
    const admin = await newcomer(scene.admin, 'Ada Admin', 'admin');
    ops = await visitor(browser, scene.url);
    page = ops.page;
    page.on('response', async (response) => {
      const url = response.url();
      if (/\/content(\?|$)/.test(url) || url.endsWith('/v1/events')) return;
      // A page that moved on has dropped the body.
      network.push([`answer of ${url}`, JSON.stringify(response.headers()) + (await response.text().catch(() => ''))]);
    });
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
  const dialog = () => page.getByRole('dialog');
  const closed = () => dialog().waitFor({ state: 'detached' });
  const api = async (method: string, path: string, body?: unknown, status = 200) =>
    must(await scene.admin(method, path, body), status);
  const copyOf = async (secretId: string, profileId: string) => {
    const { items } = (await api('GET', `/v1/secrets/${secretId}/targets`)) as {
      items: { id: string; profileId: string; state: string; remotePath: string }[];
    };
    const copy = items.find((each) => each.profileId === profileId);
    if (copy === undefined) throw new Error('no such copy');
    return copy;
  };
  const cell = (secret: string, profile: string, text: string) =>
    page.getByRole('button', { name: new RegExp(`^${secret} at ${profile}: ${text}`) });

  /** Version and reason of every reading so far. */
  const readings = async () => {
    const { items } = (await api('GET', '/v1/audit-events?action=secret.read')) as {
      items: { details: { version: number; reason: string } }[];
    };
    return items.map(({ details: { version, reason } }) => `${version} ${reason}`).sort();
  };

  test('a project is made to ask people why they read', async () => {
    await page.goto('/console/projects');
    await page.getByRole('button', { name: 'Edit Shop' }).click();
    await dialog().getByLabel('Reading needs a reason').check();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Save' }).click();
    await closed();
    await page.getByText('Reading needs a reason').waitFor();
    expect((await api('GET', '/v1/projects/shop')).revealReason).toBe('required');
  });

  test('two versions are compared field by field behind a reason, and neither is shown', async () => {
    await page.goto(`/console/secrets/${login}`);
    await page.getByRole('button', { name: 'Compare two' }).click();
    await dialog().getByText('They hold different contents').waitFor();
    const field = (name: string) => dialog().getByRole('row', { name: new RegExp(`^${name}`) });
    await field('username').getByText('Not told by fingerprints').waitFor();
    await dialog().getByRole('button', { name: 'Compare field by field' }).click();
    const why = page.getByRole('dialog', { name: 'Why do you read it?' });
    expect(await why.getByRole('button', { name: 'Read it' }).isDisabled()).toBe(true);
    await why.getByLabel('Reason').fill(REASON);
    expect(await accessibilityProblems(page)).toEqual([]);
    await why.getByRole('button', { name: 'Read it' }).click();
    await field('username').getByText('Equal').waitFor();
    await field('password').getByText('Different').waitFor();
    const shown = await page.content();
    expect(findLeaks([first, second], [['the page', shown]])).toEqual([]);
    expect(await readings()).toEqual([`1 ${REASON}`, `2 ${REASON}`]);
  });

  test('a value is revealed behind a reason that the record keeps', async () => {
    await page.goto(`/console/secrets/${login}`);
    await page.getByRole('button', { name: 'Reveal' }).click();
    await dialog().getByLabel('Reason').fill('the shop cannot log in');
    await dialog().getByRole('button', { name: 'Read it' }).click();
    await page.getByText(second.text).waitFor();
    await page.getByRole('button', { name: 'Hide' }).click();
    await page.getByText(second.text).waitFor({ state: 'detached' });
    expect(await readings()).toContain('2 the shop cannot log in');
  });

  test('who reads it is listed, and has to be left without it on purpose when it is renamed', async () => {
    await page.goto(`/console/secrets/${login}`);
    await page.getByRole('region', { name: 'Consumers' }).getByText('web shop').waitFor();
    await page.getByRole('button', { name: 'Write a new version' }).click();
    await dialog().getByText('It reaches 2 copies and 1 consumer.').waitFor();
    await page.keyboard.press('Escape');
    await closed();
    // What was typed and agreed to goes with the dialog.
    await page.getByRole('button', { name: 'Rename or move' }).click();
    await dialog().getByLabel('Folder').fill('elsewhere');
    await dialog().getByLabel('They may be left without it').check();
    await page.keyboard.press('Escape');
    await closed();
    await page.getByRole('button', { name: 'Rename or move' }).click();
    expect(await dialog().getByLabel('Folder').inputValue()).toBe('');
    expect(await dialog().getByLabel('They may be left without it').isChecked()).toBe(false);
    await dialog().getByLabel('Folder').fill('payments');
    await dialog().getByRole('button', { name: 'Rename', exact: true }).click();
    await dialog().getByText('Consumers read this secret', { exact: false }).waitFor();
    ops.expect(/409/);
    await dialog().getByLabel('They may be left without it').check();
    await dialog().getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'payments/db-login' }).waitFor();
  });

  test('what was begun from one version does not take back a newer one', async () => {
    const raced = await scene.secret('raced');
    await page.goto(`/console/secrets/${raced}`);
    await page.getByText('Version 1', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Write a new version' }).click();
    await dialog().getByRole('textbox', { name: 'Value 1' }).fill('slower');
    await api('POST', `/v1/secrets/${raced}/versions`, { payload: { value: 'quicker' } }, 201);
    await page.getByText('Version 2', { exact: true }).waitFor({ state: 'attached' });
    await dialog().getByRole('button', { name: 'Write', exact: true }).click();
    await dialog().getByText('A newer version was written meanwhile', { exact: false }).waitFor();
    ops.expect(/409/);
    expect((await api('GET', `/v1/secrets/${raced}`)).latestVersion).toBe(2);
  });

  test('customers of a project are added, renamed and removed', async () => {
    await page.goto('/console/projects');
    await page.getByRole('button', { name: 'Customers of Shop' }).click();
    await dialog().getByText('No customer yet', { exact: false }).waitFor();
    const add = async (name: string, slug: string) => {
      await dialog().getByRole('textbox', { name: 'Name', exact: true }).fill(name);
      await dialog().getByLabel('Short name').fill(slug);
      await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    };
    const goOn = await holdNext(page, '**/v1/projects/*/customers');
    await add('Akme', 'acme');
    // What is typed before the form is emptied would be lost.
    expect(await dialog().getByRole('textbox', { name: 'Name', exact: true }).isEditable()).toBe(false);
    goOn();
    await add('Globex', 'globex');
    await dialog().getByRole('button', { name: 'Rename Akme' }).click();
    await dialog().getByLabel('New name').fill('Acme');
    await dialog().getByRole('button', { name: 'Save the name' }).click();
    await dialog().getByRole('button', { name: 'Rename Acme' }).waitFor();
    await dialog().getByRole('button', { name: 'Remove Globex' }).click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Remove Globex' }).click();
    await dialog().getByText('Globex').first().waitFor({ state: 'detached' });
    const { items } = (await api('GET', '/v1/projects/shop/customers')) as { items: { slug: string; name: string }[] };
    expect(items).toMatchObject([{ slug: 'acme', name: 'Acme' }]);
  });

  test('a secret begins empty, with attributes and an end, for one customer, and is found among its secrets', async () => {
    await page.goto('/console/secrets/new');
    await page.getByLabel('Customer').selectOption('Acme');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('later');
    await page.getByRole('button', { name: 'Add an attribute' }).click();
    await page.getByLabel('Name of attribute 1').fill('owner');
    await page.getByLabel('Attribute 1', { exact: true }).fill('payments team');
    await page.getByLabel('Ends at').fill('2041-02-03T04:05');
    await page.getByLabel('Then it is').selectOption('Deleted, at its copies too');
    await page.getByLabel('No content yet').check();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'later' }).waitFor();
    await page.getByText('payments team').waitFor();
    await page.getByText('nothing has been written', { exact: false }).waitFor();
    await page.getByText('Acme', { exact: true }).waitFor();
    await page.getByText('then it is deleted', { exact: false }).waitFor();
    const id = page.url().split('/').at(-1) ?? '';
    expect(await api('GET', `/v1/secrets/${id}`)).toMatchObject({
      expiresAt: new Date('2041-02-03T04:05').toISOString(),
      onExpiry: 'delete',
    });
    await page.getByRole('button', { name: 'Describe', exact: true }).click();
    await dialog().getByLabel('Ends at').fill('');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await page.getByText('then it is deleted', { exact: false }).waitFor({ state: 'detached' });
    expect(await api('GET', `/v1/secrets/${id}`)).toMatchObject({ expiresAt: null });
    await page.goto('/console/secrets?project=shop');
    const listed = page.getByRole('list', { name: 'Secrets' }).getByRole('link');
    await listed.nth(1).waitFor();
    await page.getByLabel('Customer').selectOption('Acme');
    await page.waitForURL(/customer=acme/);
    await listed.nth(1).waitFor({ state: 'detached' });
    expect(await listed.first().textContent()).toContain('later');
  });

  test('copies of a project, and all, are paused and resumed', async () => {
    const id = await scene.secret('held-db');
    await targetsIn(scene.admin, id, 'synced');
    await page.goto('/console/sync?name=held-db');
    await page.getByRole('button', { name: 'Pause or resume' }).click();
    await dialog().getByRole('button', { name: 'Pause Project Shop' }).click();
    await dialog().getByRole('button', { name: 'Resume Project Shop' }).waitFor();
    await page.getByText('A project is paused').waitFor();
    await dialog().getByRole('button', { name: 'Pause Everything' }).click();
    await page.getByText('Everything is paused').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await api('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'two' } }, 201);
    await dialog().getByRole('button', { name: 'Resume Everything' }).click();
    await page.getByText('Everything is paused').waitFor({ state: 'detached' });
    expect((await copyOf(id, place(0).profileId)).state).not.toBe('synced');
    await dialog().getByRole('button', { name: 'Resume Project Shop' }).click();
    await page.getByText('A project is paused').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await closed();
    await cell('held-db', 'target-1', 'Synced, version 2').waitFor();
  });

  test('what others changed is a list to decide on: one is accepted, another overwritten', async () => {
    const [kept, undone] = await Promise.all([scene.secret('kept-db'), scene.secret('undone-db')]);
    for (const id of [kept, undone]) await targetsIn(scene.admin, id, 'synced');
    const { vault, profileId } = place(1);
    for (const id of [kept, undone]) {
      const { id: targetId, remotePath } = await copyOf(id, profileId);
      await putForeign(vault, remotePath, { value: OUTSIDE });
      await api('POST', `/v1/secrets/${id}/targets/${targetId}/sync`, undefined, 202);
      await eventually(async () => (await copyOf(id, profileId)).state === 'drifted', 'it is seen');
    }
    await page.goto('/console/sync');
    const list = page.getByRole('region', { name: 'To decide' });
    await list.getByText('Somebody else changed what lies there.').first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await list.getByRole('button', { name: 'Accept: kept-db at target-2' }).click();
    await dialog().getByLabel('Why').fill('changed there on purpose');
    await dialog().getByRole('button', { name: 'Accept' }).click();
    await closed();
    await list.getByRole('button', { name: 'Overwrite: undone-db at target-2' }).click();
    await dialog().getByRole('button', { name: 'Overwrite' }).click();
    await closed();
    await list.waitFor({ state: 'detached' });
    await targetsIn(scene.admin, kept, 'synced');
    await targetsIn(scene.admin, undone, 'synced');
    const valueIn = async (id: string, at: { profileId: string; vault: typeof vault }) =>
      textAt(at.vault, (await copyOf(id, at.profileId)).remotePath);
    expect(await valueIn(kept, place(0))).toBe(OUTSIDE);
    expect(await valueIn(undone, place(1))).toBe('one');
    expect(await page.content()).not.toContain(OUTSIDE);
  });

  test('removals that the fuse holds are let go, exactly so many, with a reason', async () => {
    const { profileId } = place(0);
    await api('PATCH', `/v1/vault-profiles/${profileId}`, { maxDeletes: 1 });
    const ids = await Promise.all(['gone-1', 'gone-2', 'gone-3'].map((name) => scene.secret(name)));
    for (const id of ids) await targetsIn(scene.admin, id, 'synced');
    for (const id of ids) await api('DELETE', `/v1/secrets/${id}`);
    const held = (wanted: number) =>
      eventually(async () => {
        const { fuse } = (await api('GET', `/v1/vault-profiles/${profileId}`)) as { fuse: { wanted: number } };
        return fuse.wanted === wanted;
      }, `${wanted} are held`);
    await held(2);
    await page.goto(`/console/vaults/profiles/${profileId}`);
    const panel = page.getByRole('region', { name: 'Removals held' });
    await panel.getByLabel('How many may go').fill('1');
    await panel.getByLabel('Why they are meant to go').fill('so so');
    expect(await panel.getByRole('button', { name: 'Let 1 go' }).isDisabled()).toBe(true);
    await panel.getByLabel('Why they are meant to go').fill('the shop was closed for good');
    expect(await accessibilityProblems(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Let 1 go' }).click();
    await page.getByText('1 let go, 1 still held.').waitFor();
    await held(1);
    const { items } = (await api('GET', '/v1/audit-events?action=vault_profile.fuse_released')) as {
      items: { details: unknown }[];
    };
    expect(items).toMatchObject([{ details: { released: 1, reason: 'the shop was closed for good' } }]);
  });

  test('a profile in use stays, one that nothing names goes, and its vault after it', async () => {
    const { vaultId, profileId } = place(0);
    await page.goto(`/console/vaults/profiles/${profileId}`);
    await page.getByRole('button', { name: 'Delete target-1' }).click();
    await dialog().getByLabel(/^Type/).fill('target-1');
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await dialog().getByText('It is named by:', { exact: false }).waitFor();
    ops.expect(/409/);
    await page.keyboard.press('Escape');
    await closed();
    const settings = { address: place(0).vault.url, authMethod: 'token', token: place(0).vault.token };
    const spare = await api('POST', '/v1/vaults', { name: 'spare', kind: 'hashicorp-vault', settings }, 201);
    expect(spare.id).not.toBe(vaultId);
    const profile = { name: 'spare-entries', vaultId: spare.id, attributes: { prefix: 'spare' } };
    const { id } = await api('POST', '/v1/vault-profiles', profile, 201);
    await page.goto(`/console/vaults/profiles/${id}`);
    for (const name of ['spare-entries', 'spare']) {
      await page.getByRole('button', { name: `Delete ${name}`, exact: true }).click();
      expect(await dialog().getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
      await dialog().getByLabel(/^Type/).fill(name);
      await dialog().getByRole('button', { name: 'Delete' }).click();
      await closed();
      await page.getByRole('heading', { level: 1, name: 'Vaults' }).waitFor();
    }
    await page.getByRole('region', { name: 'spare' }).waitFor({ state: 'detached' });
    must(await scene.admin('GET', `/v1/vaults/${spare.id}`), 404);
  });

  test('what ends soon and what is in trouble stands on the overview', async () => {
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
    const exp = Math.floor(Date.now() / 1000) + 3 * 86_400;
    const value = `${part({ alg: 'HS256' })}.${part({ exp })}.${Buffer.from('no signature').toString('base64url')}`;
    const body = { project: 'shop', name: 'partner-token', type: 'jwt_token', payload: { value } };
    const { secretId } = await api(
      'POST',
      '/v1/secrets',
      { ...body, sourceProfileId: scene.source.profileId, targets: [{ profileId: place(1).profileId }] },
      201,
    );
    await targetsIn(scene.admin, String(secretId), 'synced');
    await place(1).vault.down();
    await api('POST', `/v1/secrets/${secretId}/sync`, undefined, 202);
    await eventually(async () => {
      const { breaker } = await api('GET', `/v1/vault-profiles/${place(1).profileId}`);
      return (breaker as { state: string }).state !== 'closed';
    }, 'nobody calls it for now');
    await page.goto('/console');
    const trouble = page.getByRole('region', { name: 'Vault profiles in trouble' });
    await trouble.getByText('Unreachable').waitFor();
    await trouble.getByRole('link', { name: 'target-2' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await place(1).vault.up();
    await trouble.getByText('Unreachable').waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Ends soon' }).getByRole('link', { name: 'partner-token' }).click();
    await page.getByRole('heading', { level: 1, name: 'partner-token' }).waitFor();
  });

  test('a database that seems older than the vaults is settled', async () => {
    await scene.broker.db.query(
      `update installation set restore_suspected_at = clock_timestamp(), restore_reason = 'database_changed'`,
    );
    const { profileId } = place(1);
    await scene.broker.db.query(
      'update vault_profiles set restore_suspected_at = clock_timestamp() where id = $1::uuid',
      [profileId],
    );
    await page.goto('/console/sync');
    const panel = page.getByRole('region', { name: 'The database seems older than the vaults' });
    await panel.getByRole('button', { name: 'Settle target-2' }).click();
    await dialog().getByRole('button', { name: 'Settle target-2' }).click();
    await closed();
    await panel.getByRole('button', { name: 'Settle target-2' }).waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Settle everything' }).click();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog().getByRole('button', { name: 'Settle everything' }).click();
    await panel.waitFor({ state: 'detached' });
    expect((await api('GET', '/v1/sync')).restore).toMatchObject({ suspected: false });
  });

  test('no value is left on the page, in its storage or in what went over the network', async () => {
    expect(ops.complaints).toEqual([]);
    const storage = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state])';
    const places: [string, string][] = [
      ...network,
      ['the page', await page.content()],
      ['its storage', await page.evaluate<string>(storage)],
    ];
    expect(network.length).toBeGreaterThan(50);
    expect(findLeaks([first, second], places)).toEqual([]);
  });
});
