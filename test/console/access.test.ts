import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/audit/audit-event.ts';
import {
  accessibilityProblems,
  missingBrowser,
  signInAt,
  startBrowser,
  type Visitor,
  visitor,
} from '../support/browser.ts';
import { type Canary, findLeaks } from '../support/canaries.ts';
import { describeIf } from '../support/require.ts';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';
import { newcomer } from './newcomer.ts';

describeIf('a real Chromium', missingBrowser(), () => {
  /** Everything that went over the network but the bodies of requests, and the one answer that shows the token. */
  const network: [string, string][] = [];
  let scene: Scene;
  let browser: Browser;
  let ada: Visitor;
  let nia: Visitor;
  let rob: { readonly id: string; readonly token: string };
  let personUrl: string;
  /** The token that is shown once. */
  let token: Canary;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([startScene({ targets: 0 }), startBrowser()]);
    const admin = await newcomer(scene.admin, 'Ada Admin', 'admin');
    rob = await newcomer(scene.admin, 'Rob Reviewer', 'approver');
    ada = await visitor(browser, scene.url);
    nia = await visitor(browser, scene.url);
    await ada.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    for (const { page } of [ada, nia]) {
      record(page);
    }
    await signInAt(ada.page, admin.token, '/console/access?show=people');
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
      const shows = url.endsWith('/v1/tokens') && response.request().method() === 'POST';
      if (shows || url.endsWith('/v1/events')) return;
      // A page that moved on has dropped the body.
      const body = await response.text().catch(() => '');
      network.push([`answer of ${url}`, JSON.stringify(response.headers()) + body]);
    });
  };
  const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const region = (name: string) => ada.page.getByRole('region', { name, exact: true });
  /** Chooses from a list that opens on a click. */
  const choose = async (label: string, option: string) => {
    await ada.page.getByRole('combobox', { name: label }).click();
    await ada.page.getByRole('option', { name: option, exact: true }).click();
  };
  const event = (text: string) => ada.page.getByRole('main').getByRole('listitem').filter({ hasText: text });
  const press = (name: string) => ada.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  const closed = () => ada.page.getByRole('dialog').waitFor({ state: 'detached' });

  test('an administrator adds a person and a group that carries a role', async () => {
    const { page } = ada;
    await page.getByRole('button', { name: 'Add a person' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Nia Newcomer');
    await page.getByRole('dialog').getByLabel('E-mail').fill('no-address@');
    // What browsers check by themselves is left to the API here.
    await page.evaluate('document.querySelector("[role=dialog] form").noValidate = true');
    await press('Save');
    await page
      .getByRole('dialog')
      .getByText(/^Expected/)
      .waitFor();
    ada.expect(/422/);
    await page.getByRole('dialog').getByLabel('E-mail').fill('nia@example.com');
    await press('Save');
    await page.getByRole('link', { name: 'Nia Newcomer' }).waitFor();
    await closed();
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.getByRole('tab', { name: 'Groups' }).click();
    await page.getByRole('button', { name: 'Add a group' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('readers');
    await press('Save');
    await closed();
    await page.getByRole('link', { name: 'readers' }).click();
    await heading(page, 'readers');
    await page.getByRole('button', { name: 'Add a member' }).click();
    await choose('Person', 'Nia Newcomer');
    await press('Add');
    await page.getByRole('link', { name: 'Nia Newcomer' }).waitFor();
    await closed();
    await page.getByRole('button', { name: 'Give a role' }).click();
    await page.getByRole('dialog').getByLabel('Role').selectOption('reader');
    expect(await accessibilityProblems(page)).toEqual([]);
    await press('Give it');
    await region('Roles').getByRole('cell', { name: 'in the whole organization' }).first().waitFor();
    await closed();
  });

  test('a token is shown once: copied without being shown, shown on demand, gone when the dialog closes', async () => {
    const { page } = ada;
    await page.getByRole('link', { name: 'Nia Newcomer' }).click();
    await heading(page, 'Nia Newcomer');
    personUrl = page.url();
    await page.getByRole('link', { name: 'readers' }).waitFor();
    await page.getByRole('button', { name: 'Make a token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('laptop of Nia');
    await press('Make it');
    await press('Copy');
    await dialog.getByRole('button', { name: 'Copied' }).waitFor();
    token = { name: 'the token', text: await page.evaluate<string>('navigator.clipboard.readText()') };
    expect(token.text).toMatch(/^kf_[\w-]{43}$/);
    expect(await page.content()).not.toContain(token.text);
    await press('Show');
    await dialog.getByText(token.text).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await press('I have it');
    await closed();
    expect(await page.content()).not.toContain(token.text);
    await region('Tokens').getByRole('cell', { name: 'laptop of Nia', exact: true }).waitFor();
    // One more would let the administrator act in the person's name.
    expect(await page.getByRole('button', { name: 'Make a token' }).count()).toBe(0);
  });

  test('the person signs in with it, and sees what is its own', async () => {
    const { page } = nia;
    await signInAt(page, token.text, '/console/access');
    await page.getByText('Reader', { exact: true }).waitFor();
    await page.getByText('This browser').waitFor();
    expect(await page.getByRole('tab', { name: 'Roles' }).count()).toBe(0);
    await page.getByLabel('Reviews').selectOption('daily');
    await page.getByText('Saved.').waitFor();
    const preferences = must(await scene.admin.as(token.text)('GET', '/v1/me/notifications'), 200);
    expect(preferences).toMatchObject({ reviews: 'daily' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Audit', exact: true }).click();
    await page.getByText('Not for this role').waitFor();
  });

  test('an ended session leads to the sign-in, and so does a revoked token', async () => {
    const { page } = ada;
    await page.goto(personUrl);
    await page.getByRole('button', { name: 'End the session' }).click();
    await press('End');
    await region('Signed in at').getByText('No browser at the moment.').waitFor();
    await closed();
    await nia.page.getByRole('link', { name: 'Secrets', exact: true }).click();
    await nia.page.getByRole('heading', { name: 'Sign in to Keyferry' }).waitFor();
    await signInAt(nia.page, token.text, '/console/access');
    await page.getByRole('button', { name: 'Revoke laptop of Nia' }).click();
    await press('Revoke');
    await region('Tokens').getByText('There is none that works.').waitFor();
    await closed();
    await nia.page.reload();
    await nia.page.getByRole('heading', { name: 'Sign in to Keyferry' }).waitFor();
    await nia.page.getByLabel('API token').fill(token.text);
    await nia.page.getByRole('button', { name: 'Sign in' }).click();
    await nia.page.getByText('This token opens nothing').waitFor();
  });

  test('what a policy asks for leads to the change that waits', async () => {
    const { page } = ada;
    const { id: piaId } = must(await scene.admin('POST', '/v1/users', { name: 'Pia', email: 'pia@example.com' }), 201);
    const approvers = { users: [rob.id, piaId] };
    await scene.govern([{ name: 'second pair of eyes', approvers, required: 1 }]);
    await page.goto(`/console/access/people/${piaId}`);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('first of Pia');
    await press('Make it');
    await page.getByText('It does not work yet').waitFor();
    await page.getByRole('link', { name: 'Look at the change' }).click();
    await page.getByText('Waits for approval', { exact: true }).waitFor();
    await page.goto(`/console/access/people/${rob.id}`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('E-mail').fill('rob.elsewhere@example.com');
    await press('Save');
    await page.waitForURL(/\/console\/changes\//);
    await page.getByText('Waits for approval', { exact: true }).waitFor();
    await page.goto(`/console/access/people/${rob.id}`);
    await page.getByText('rob.reviewer@example.com').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('E-mail').fill('rob.third@example.com');
    await press('Save');
    await page.getByRole('link', { name: 'Open the change' }).click();
    await page.getByText('Waits for approval', { exact: true }).waitFor();
    ada.expect(/409/);
  });

  test('the record finds all of it by filter, and new events appear by themselves', async () => {
    const { page } = ada;
    await page.goto('/console/audit');
    await page.getByRole('region', { name: 'Today' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await choose('What happened', 'Token made');
    // What was shown before stays until the answer is there.
    await eventually(async () => (await event('Token revoked').count()) === 0, 'only tokens made are listed');
    const laptop = event('laptop of Nia');
    await laptop.getByText('by Ada Admin').waitFor();
    await laptop.getByRole('button', { name: /^Details/ }).click();
    await laptop.getByRole('link', { name: 'Nia Newcomer' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    must(await scene.admin('POST', '/v1/tokens', { name: 'made meanwhile' }), 201);
    await event('made meanwhile').waitFor();

    await laptop.getByRole('button', { name: 'All it did' }).click();
    await page.getByRole('button', { name: 'Show everything' }).click();
    await choose('Who answers for it', 'Nia Newcomer');
    await event('Notifications chosen').waitFor();
    await eventually(async () => (await event('Token made').count()) === 0, 'only acts of Nia are listed');
    await page.getByRole('button', { name: 'Show everything' }).click();
    await page.getByLabel('Until').fill('2020-01-01');
    await page.getByText('Nothing fits').waitFor();
    const { items } = must(await scene.admin('GET', '/v1/audit-events?action=token.revoked'), 200) as unknown as {
      items: AuditEvent[];
    };
    const { requestId } = items[0] as AuditEvent;
    await page.goto(`/console/audit?request=${requestId}`);
    await event('Token revoked').waitFor();
    expect(await page.getByRole('button', { name: /^Details/ }).count()).toBe(1);
  });

  test('what is new stands before what was read, nothing else is asked again, and the place where one reads stays', async () => {
    const { page } = ada;
    const made = async (name: string) => must(await scene.admin('POST', '/v1/groups', { name }), 201);
    for (let number = 0; number < 110; number++) await made(`bulk ${number}`);
    const numbers = async () => {
      const labels = `[...document.querySelectorAll('[aria-label^="Details of event "]')].map((one) => one.ariaLabel)`;
      return (await page.evaluate<string[]>(labels)).map((label) => Number(label.replace('Details of event ', '')));
    };
    await page.goto('/console/audit?action=group.created');
    await event('bulk 109').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await event('bulk 12').first().waitFor();
    const read = await numbers();
    expect(read.length).toBe(100);

    const readAt = event('bulk 50').getByText('Group added');
    await readAt.scrollIntoViewIfNeeded();
    const place = (await readAt.boundingBox())?.y ?? Number.NaN;
    const asked: URL[] = [];
    const note = (request: { url(): string }) => {
      if (request.url().includes('/v1/audit-events')) asked.push(new URL(request.url()));
    };
    page.on('request', note);
    await made('while reading');
    await made('and one more');
    await event('and one more').waitFor();
    const shown = await numbers();
    page.off('request', note);
    expect(shown.slice(2)).toEqual(read);
    expect(shown).toEqual([...shown].sort((a, b) => b - a));
    expect(new Set(shown).size).toBe(102);
    // Of rows that are some sixty pixels high; less than a pixel is lost by rounding.
    expect(Math.abs(((await readAt.boundingBox())?.y ?? Number.NaN) - place)).toBeLessThan(3);
    expect(asked.map(({ searchParams }) => [searchParams.has('afterSeq'), searchParams.has('cursor')])).toEqual(
      asked.map(() => [true, false]),
    );

    await page.getByRole('button', { name: 'Show more' }).click();
    await event('bulk 0').waitFor();
    expect((await numbers()).slice(0, 102)).toEqual(shown);
  });

  test('the record is whole, is saved as a file, and shows where it breaks when somebody altered it', async () => {
    const { page } = ada;
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('The record is whole').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^keyferry-audit-.*\.ndjson$/);
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    const events = lines.map((line) => JSON.parse(line) as AuditEvent);
    await page.getByText(`${events.length} events exported`).waitFor();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(findLeaks([token], [['the export', lines.join('\n')]])).toEqual([]);
    await alterEvent(3);
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('The record breaks at event 3').waitFor();
    await page.getByRole('row', { name: /^3 \(breaks here\)/ }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test('the token is left on no page, in no storage, and in nothing that went over the network', async () => {
    const places: [string, string][] = [...network];
    for (const [who, { page }] of Object.entries({ ada, nia })) {
      places.push([`address of ${who}`, page.url() + (await page.evaluate<string>('JSON.stringify(history.state)'))]);
      const storage = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])';
      places.push([`storage of ${who}`, await page.evaluate<string>(storage)]);
      expect(await page.evaluate<unknown[]>('indexedDB.databases()'), who).toEqual([]);
      expect(await page.evaluate<unknown[]>('caches.keys()'), who).toEqual([]);
    }
    places.push(['page of ada', await ada.page.content()]);
    expect(network.length).toBeGreaterThan(50);
    expect(findLeaks([token], places)).toEqual([]);
    expect(findLeaks([token], [['a page that shows it', `<pre>${token.text}</pre>`]])).not.toEqual([]);
    for (const [place] of network) expect(place).toContain(scene.url);
    expect(ada.complaints).toEqual([]);
  });

  /** Somebody with every right in the database, who switches the trigger off first. */
  const alterEvent = async (seq: number) => {
    const client = new pg.Client({ connectionString: scene.databaseUrl });
    await client.connect();
    try {
      await client.query(`set session_replication_role = 'replica'`);
      await client.query(
        `update audit_events set details = '{"name":"somebody else"}' where seq = $1 and organization_id = $2`,
        [seq, scene.organizationId],
      );
    } finally {
      await client.end();
    }
  };
});
