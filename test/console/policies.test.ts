import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accessibilityProblems,
  missingBrowser,
  signInAt,
  startBrowser,
  type Visitor,
  visitor,
} from '../support/browser.ts';
import { describeIf } from '../support/require.ts';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';
import { newcomer } from './newcomer.ts';

describeIf('a real Chromium', missingBrowser(), () => {
  let scene: Scene;
  let browser: Browser;
  let ada: Visitor;
  let rob: Visitor;
  let annApi: Scene['admin'];
  let secretId: string;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([startScene(), startBrowser()]);
    const admin = await newcomer(scene.admin, 'Ada Admin', 'admin');
    const author = await newcomer(scene.admin, 'Ann Author', 'read_write');
    const reviewer = await newcomer(scene.admin, 'Rob Reviewer', 'approver');
    await newcomer(scene.admin, 'Vic Viewer', 'viewer');
    annApi = scene.admin.as(author.token);
    secretId = await scene.secret('db-login', { password: 'before-this-one' });
    must(await annApi('POST', `/v1/secrets/${secretId}/versions`, { payload: { password: 'the-second-one' } }), 201);
    ada = await visitor(browser, scene.url);
    rob = await visitor(browser, scene.url);
    await Promise.all([signInAt(ada.page, admin.token), signInAt(rob.page, reviewer.token)]);
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  /** Takes one entry of a list that is open to typing. */
  const choose = async (field: Locator, name: string) => {
    await field.fill(name);
    await ada.page.getByRole('option', { name, exact: true }).click();
    await ada.page.keyboard.press('Escape');
  };
  const robApproves = async (url: string) => {
    await rob.page.goto(url);
    await rob.page.getByRole('button', { name: 'Approve' }).click();
    await rob.page.getByRole('dialog').getByRole('button', { name: 'Approve revision 1' }).click();
    await rob.page.getByText('Applied', { exact: true }).waitFor();
  };
  const policy = async (): Promise<Record<string, unknown>> => {
    const { items } = must(await scene.admin('GET', '/v1/approval-profiles'), 200) as {
      items: Record<string, unknown>[];
    };
    const [found] = items;
    if (found === undefined) throw new Error('no policy was made');
    return found;
  };

  test('a policy that nobody can meet is warned of before it is saved, is put right, tried on the past, and saved', async () => {
    const { page } = ada;
    await page.goto('/console/policies');
    await page.getByText('No policy yet').waitFor();
    await page.getByRole('main').getByRole('link', { name: 'New policy' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Second pair of eyes');
    await page.getByText('Say who decides the step “Review” of “Every change”.').waitFor();
    const step = page.getByRole('group', { name: 'Step 1' });
    await choose(step.getByRole('combobox', { name: 'People' }), 'Vic Viewer');
    await page.getByText('No, by nobody').waitFor();
    await step.getByText('Nobody can decide it').waitFor();
    await step.getByText('Named, but without the right to review: Vic Viewer').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await choose(step.getByRole('combobox', { name: 'People' }), 'Rob Reviewer');
    await page.getByText('Yes, as things stand').waitFor();
    await step.getByText('Can decide: Rob Reviewer').waitFor();
    await choose(page.getByRole('combobox', { name: 'As if asked by' }), 'Rob Reviewer');
    await page.getByText('Not when they ask').waitFor();

    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText(/would be asked about and were not/).waitFor();
    await page.getByRole('row', { name: /New versions.*Ann Author.*It would still wait for votes/ }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);

    await page.getByRole('button', { name: 'Create policy' }).click();
    await page.getByRole('heading', { name: 'Second pair of eyes' }).waitFor();
    await page.getByText('Nobody yet, so it has no effect.').waitFor();
    expect(await policy()).toMatchObject({ version: 1, rules: [{ name: 'Every change', steps: [{ required: 1 }] }] });
  });

  test('chosen on a vault profile, it makes the change of another person wait', async () => {
    const { page } = ada;
    await page.goto(`/console/vaults/profiles/${scene.source.profileId}`);
    await page.getByText('take effect at once').waitFor();
    await page.getByLabel('Policy', { exact: true }).selectOption('Second pair of eyes');
    await page.getByRole('button', { name: 'Save policy' }).click();
    await page.getByText('wait for those whom the policy names').waitFor();
    const body = { payload: { password: 'the-third-one' }, comment: 'waits now' };
    const { changeRequest } = must(await annApi('POST', `/v1/secrets/${secretId}/versions`, body), 202);
    const { id } = changeRequest as { id: string };
    await robApproves(`/console/changes/${id}`);
  });

  test('its edit is a governed change: the reviewer sees in words what asks for less, and it takes effect on approval', async () => {
    const { page } = ada;
    const { id } = await policy();
    await page.goto('/console/policies');
    await page.getByText('Asked for by source').waitFor();
    await page.getByText('1 approval by Vic Viewer or Rob Reviewer').waitFor();
    await page.getByRole('link', { name: 'Open Second pair of eyes' }).click();
    const asked = page.getByRole('combobox', { name: 'Asked about' });
    await choose(asked, 'Deleting secrets');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Edit policy' }).waitFor();
    await page.getByText('It asks for less').waitFor();
    await page.getByText('These operations are no longer asked about.').waitFor();
    await page.locator('dd').filter({ hasText: 'Every change → Deleting secrets' }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    const changeUrl = page.url();

    await page.goto(`/console/policies/${id}`);
    await choose(page.getByRole('combobox', { name: 'Asked about' }), 'Restoring secrets');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: 'Open the change' }).waitFor();
    ada.expect(/409/);

    await robApproves(changeUrl);
    await page.getByText('This is version 1; version 2 is there by now.').waitFor();
    await page.getByRole('button', { name: 'Begin with version 2' }).click();
    const history = page.getByRole('region', { name: 'History' });
    await history.locator('dd').filter({ hasText: 'Every change → Deleting secrets' }).waitFor();
    expect(await policy()).toMatchObject({ version: 2, rules: [{ when: { operations: ['delete'] } }] });
  });

  test('whoever only reviews reads it in words; it goes once nothing asks for it', async () => {
    const { page } = ada;
    const { id } = await policy();
    await rob.page.goto(`/console/policies/${id}`);
    await rob.page.getByText('1 approval by Vic Viewer or Rob Reviewer').waitFor();
    expect(await rob.page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await page.goto(`/console/policies/${id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('It cannot go yet. Asked for by source').waitFor();
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await page.goto(`/console/vaults/profiles/${scene.source.profileId}`);
    await page.getByLabel('Policy', { exact: true }).selectOption('None');
    await page.getByRole('button', { name: 'Save policy' }).click();
    await page.getByRole('heading', { name: 'Edit vault profile' }).waitFor();
    await page.getByText(/Approval profile: .*→ none/).waitFor();
    await robApproves(page.url());
    await page.goto(`/console/policies/${id}`);
    await page.getByText('Nobody yet, so it has no effect.').waitFor();
    await page.getByRole('button', { name: 'Ask for it everywhere' }).click();
    await dialog.getByRole('button', { name: 'Ask for it everywhere' }).click();
    await page.getByText('The whole organization').waitFor();
    await page.getByRole('button', { name: 'No longer everywhere' }).click();
    await dialog.getByRole('button', { name: 'No longer everywhere' }).click();
    await page.getByRole('heading', { name: 'Edit organization' }).waitFor();
    await robApproves(page.url());
    await page.goto(`/console/policies/${id}`);
    await page.getByText('Nobody yet, so it has no effect.').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No policy yet').waitFor();
    await eventually(async () => {
      const { items } = must(await scene.admin('GET', '/v1/approval-profiles'), 200) as { items: unknown[] };
      return items.length === 0;
    }, 'the policy is gone');
  });

  test('customers of all projects are there to choose from, and are asked for at once', async () => {
    const { page } = ada;
    must(await scene.admin('POST', '/v1/projects', { slug: 'second', name: 'Second' }), 201);
    for (const project of ['shop', 'second']) {
      must(await scene.admin('POST', `/v1/projects/${project}/customers`, { slug: 'acme', name: 'Acme' }), 201);
    }
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto('/console/policies/new');
    await page.getByRole('button', { name: 'Only in some projects, folders or types' }).click();
    await page.getByRole('combobox', { name: 'Customers' }).click();
    await page.getByRole('option', { name: 'Acme (Shop)', exact: true }).waitFor();
    await page.getByRole('option', { name: 'Acme (Second)', exact: true }).waitFor();
    expect(asked.filter((path) => path.endsWith('/customers'))).toEqual(['/v1/customers']);
  });

  test('the pages complained of nothing', () => {
    expect(ada.complaints).toEqual([]);
    expect(rob.complaints).toEqual([]);
  });
});
