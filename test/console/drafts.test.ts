import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { missingBrowser, signInAt, startBrowser, type Visitor, visitor } from '../support/browser.ts';
import { describeIf } from '../support/require.ts';
import { must, type Scene, startScene } from '../support/scene.ts';
import { newcomer } from './newcomer.ts';

describeIf('a real Chromium', missingBrowser(), () => {
  let scene: Scene;
  let browser: Browser;
  let ann: Visitor;
  let bea: Visitor;
  let rob: Visitor;
  let annApi: Scene['admin'];
  let changeId: string;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([startScene(), startBrowser()]);
    const author = await newcomer(scene.admin, 'Ann Author', 'read_write');
    const breaker = await newcomer(scene.admin, 'Bea Breakglass', 'break_glass');
    const reviewer = await newcomer(scene.admin, 'Rob Reviewer', 'approver');
    annApi = scene.admin.as(author.token);
    const secretId = await scene.secret('db-login', { password: 'before-this-one' });
    const body = { payload: { password: 'the-one-of-the-draft' }, comment: 'not yet', draft: true };
    const { changeRequest } = must(await annApi('POST', `/v1/secrets/${secretId}/versions`, body), 202);
    changeId = (changeRequest as { id: string }).id;
    const meanwhile = { payload: { password: 'somebody-was-quicker' } };
    must(await scene.admin('POST', `/v1/secrets/${secretId}/versions`, meanwhile), 201);
    await scene.govern([{ name: 'second pair of eyes', approvers: { users: [reviewer.id] }, required: 1 }]);
    ann = await visitor(browser, scene.url);
    bea = await visitor(browser, scene.url);
    rob = await visitor(browser, scene.url);
    const at = `/console/changes/${changeId}`;
    await signInAt(ann.page, author.token, at);
    await signInAt(bea.page, breaker.token, at);
    await signInAt(rob.page, reviewer.token, at);
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  const change = async () => must(await annApi('GET', `/v1/change-requests/${changeId}`), 200);

  test('a draft that came late is put onto the secret as it is now, and submitted', async () => {
    const { page } = ann;
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('alert').getByText('Another version is current').waitFor();
    ann.expect(/409/);
    await page.getByRole('button', { name: 'Rebase' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Replace the content').check();
    await dialog.getByRole('textbox', { name: 'Value 1' }).waitFor();
    await dialog.getByRole('button', { name: 'Generate a strong value' }).click();
    await dialog.getByLabel('Why').fill('now it fits');
    await dialog.getByRole('button', { name: 'Save the draft' }).click();
    await page.getByText('revision 2').first().waitFor();
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('Waits for approval', { exact: true }).waitFor();
    expect(await change()).toMatchObject({ state: 'pending_approval', revision: 2, comment: 'now it fits' });
  });

  test('an edit is of the revision that was on the page when it began, and of no other', async () => {
    const { page } = ann;
    await page.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('on what I saw');
    must(await scene.admin('POST', `/v1/change-requests/${changeId}/edit`, { comment: 'was quicker' }), 200);
    await page.locator('main').getByText('revision 3').first().waitFor();
    await dialog.getByRole('button', { name: 'Ask for this revision' }).click();
    await dialog.getByRole('alert').getByText('Another revision is current').waitFor();
    ann.expect(/409/);
    expect(await change()).toMatchObject({ revision: 3, comment: 'was quicker' });
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  test('it is put through without the votes, with a reason, and looked at afterwards', async () => {
    await bea.page.getByRole('button', { name: 'Override' }).click();
    const dialog = bea.page.getByRole('dialog');
    const go = dialog.getByRole('button', { name: 'Override' });
    await dialog.getByLabel('Why it cannot wait').fill('too short');
    expect(await go.isDisabled()).toBe(true);
    await dialog.getByLabel('Why it cannot wait').fill('The shop is down and nobody else is awake.');
    await go.click();
    await bea.page.getByText('Applied', { exact: true }).waitFor();

    await rob.page.getByRole('button', { name: 'Look at the override' }).click();
    const look = rob.page.getByRole('dialog');
    await look.getByText('The shop is down').waitFor();
    await look.getByLabel('What you make of it').fill('Agreed, it was.');
    await look.getByRole('button', { name: 'Look at the override' }).click();
    await look.waitFor({ state: 'hidden' });
    expect(await change()).toMatchObject({ state: 'applied', override: { review: { comment: 'Agreed, it was.' } } });
    for (const { complaints } of [ann, bea, rob]) expect(complaints).toEqual([]);
  });
});
