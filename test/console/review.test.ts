import type { Browser } from 'playwright-core';
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
import { must, type Scene, startScene } from '../support/scene.ts';
import { newcomer } from './newcomer.ts';

const CANARY = 'canary-value-that-nobody-sees';

describeIf('a real Chromium', missingBrowser(), () => {
  let scene: Scene;
  let browser: Browser;
  let ann: Visitor;
  let rob: Visitor;
  let annApi: Scene['admin'];
  let secretId: string;
  let reviewerId: string;

  beforeAll(async () => {
    [scene, browser] = await Promise.all([startScene(), startBrowser()]);
    const requester = await newcomer(scene.admin, 'Ann Author', 'read_write');
    const reviewer = await newcomer(scene.admin, 'Rob Reviewer', 'approver');
    reviewerId = reviewer.id;
    annApi = scene.admin.as(requester.token);
    secretId = await scene.secret('db-login', { password: 'before-this-one' });
    await scene.govern([{ name: 'second pair of eyes', approvers: { users: [reviewerId] }, required: 1 }]);
    ann = await visitor(browser, scene.url);
    rob = await visitor(browser, scene.url);
    await Promise.all([signInAt(ann.page, requester.token), signInAt(rob.page, reviewer.token, '/console/inbox')]);
  });
  afterAll(async () => {
    await browser?.close();
    await scene?.close();
  });

  const propose = async (password: string, comment: string) => {
    const body = { payload: { password }, comment };
    const { changeRequest } = must(await annApi('POST', `/v1/secrets/${secretId}/versions`, body), 202);
    return (changeRequest as { id: string }).id;
  };

  test('what is asked over the API appears at the reviewer, is approved, and its requester sees it live', async () => {
    await rob.page.getByText('Nothing waits for you').waitFor();
    const id = await propose(CANARY, 'yearly rotation');
    await rob.page.getByRole('link', { name: /Update db-login/ }).waitFor();
    await ann.page.goto(`/console/changes/${id}`);
    await ann.page.getByText('You asked for it, so others decide.').waitFor();
    expect(await ann.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);

    await rob.page.keyboard.press('j');
    await rob.page.keyboard.press('Enter');
    await rob.page.getByRole('heading', { name: 'Update db-login' }).waitFor();
    await rob.page.getByRole('rowheader', { name: 'password' }).waitFor();
    await rob.page.getByRole('cell', { name: 'Will be updated' }).first().waitFor();
    expect(await accessibilityProblems(rob.page)).toEqual([]);
    await rob.page.getByRole('button', { name: 'Approve' }).waitFor();
    await rob.page.keyboard.press('a');
    const dialog = rob.page.getByRole('dialog');
    await dialog.getByLabel('Comment').fill('looks right');
    expect(await accessibilityProblems(rob.page)).toEqual([]);
    await rob.page.keyboard.press('Control+Enter');

    await ann.page.getByText('“looks right”').waitFor();
    await ann.page.getByText('Applied', { exact: true }).waitFor();
    await ann.page.getByRole('cell', { name: 'Synced' }).waitFor();
    expect(await scene.targets[0]?.vault.journal.length).toBeGreaterThan(1);
    await rob.page.getByText('Applied', { exact: true }).waitFor();
  });

  test('a rejection says why, and a comment comes live', async () => {
    const id = await propose('another-long-enough-value', 'once more');
    await ann.page.goto(`/console/changes/${id}`);
    await rob.page.goto(`/console/changes/${id}`);
    await rob.page.getByLabel('Comment').fill('which account is this for?');
    await rob.page.getByRole('button', { name: 'Send' }).click();
    await ann.page.getByText('which account is this for?').waitFor();
    await rob.page.getByRole('button', { name: 'Reject' }).click();
    await rob.page.getByRole('dialog').getByLabel('Comment').fill('not before Monday');
    await rob.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Reject revision/ })
      .click();
    await ann.page.getByText('“not before Monday”').waitFor();
    await ann.page.getByText('Rejected', { exact: true }).first().waitFor();
  });

  test('what was edited while somebody decided is refused, and shown anew', async () => {
    const id = await propose('first-of-two-long-values', 'to be edited');
    await rob.page.goto(`/console/changes/${id}`);
    await rob.page.getByRole('button', { name: 'Approve' }).click();
    const dialog = rob.page.getByRole('dialog');
    await dialog.getByText('revision 1, as shown').waitFor();
    const edit = { payload: { password: 'second-of-two-long-values' }, comment: 'edited' };
    must(await annApi('POST', `/v1/change-requests/${id}/edit`, edit), 200);
    await rob.page.getByText('revision 2', { exact: false }).first().waitFor();
    await dialog.getByRole('button', { name: 'Approve revision 1' }).click();
    await dialog.getByRole('alert').getByText('Look at the new revision').waitFor();
    expect((await annApi('GET', `/v1/change-requests/${id}`)).json).toMatchObject({
      state: 'pending_approval',
      reviews: [],
    });
    rob.expect(/409/);
    await ann.page.goto(`/console/changes/${id}`);
    await ann.page.getByRole('button', { name: 'Withdraw' }).click();
    await ann.page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await ann.page.getByText('Withdrawn', { exact: true }).waitFor();
  });

  test('its requester withdraws it', async () => {
    const id = await propose('yet-another-long-value', 'a mistake');
    await ann.page.goto(`/console/changes/${id}`);
    await ann.page.getByRole('button', { name: 'Withdraw' }).click();
    await ann.page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await ann.page.getByText('Withdrawn', { exact: true }).waitFor();
    expect((await annApi('GET', `/v1/change-requests/${id}`)).json.state).toBe('cancelled');
  });

  test('no value, no complaint, and no request to anywhere else', async () => {
    for (const { page, complaints } of [ann, rob]) {
      expect(complaints).toEqual([]);
      expect(await page.content()).not.toContain(CANARY);
      expect(await page.evaluate<string>('JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(
        'kf_',
      );
      const asked = await page.evaluate<string[]>(
        'performance.getEntriesByType("resource").map((entry) => entry.name)',
      );
      for (const url of asked) expect(url.startsWith(scene.url), url).toBe(true);
    }
  });

  test('a session that was revoked leads to the sign-in and back', async () => {
    const { items } = must(await scene.admin('GET', `/v1/sessions?userId=${reviewerId}`), 200) as {
      items: { id: string }[];
    };
    for (const { id } of items) must(await scene.admin('DELETE', `/v1/sessions/${id}`), 204);
    await rob.page.goto('/console/inbox?show=all');
    await rob.page.getByRole('heading', { name: 'Sign in to Keyferry' }).waitFor();
    expect(new URL(rob.page.url()).searchParams.get('to')).toBe('/console/inbox?show=all');
    expect(await accessibilityProblems(rob.page)).toEqual([]);
  });
});
