import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiAnswer, ApiClient } from '../../support/api-client.ts';
import { canary, findLeaks } from '../../support/canaries.ts';
import { openEvents } from '../../support/event-source.ts';
import { eventually, must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import {
  actionsOf,
  addPolicy,
  addProfile,
  changeOf,
  existing,
  grantRole,
  opened,
  review,
  step,
  work,
} from './support.ts';

let scene: Scene;
let author: ScenePerson;
let reviewer: ScenePerson;
let operations: ScenePerson;
/** A machine of somebody who has no part in the changes. */
let checker: ApiClient;
let governed: string;
let editor: ScenePerson;
let breaker: ScenePerson;
/** Who may not report. */
let person: ScenePerson;
let ofAuthor: ApiClient;
let ofEditor: ApiClient;
let plain: ApiClient;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  author = await scene.person('author', 'read_write');
  reviewer = await scene.person('reviewer', 'approver');
  operations = await scene.person('operations', 'viewer');
  // Before any policy asks for checks: later this is asked of that policy.
  checker = await machineOf(operations, 'checker');
  editor = await scene.person('editor', 'write_only');
  breaker = await scene.person('breaker', 'break_glass');
  person = await scene.person('person', 'compliance');
  ofAuthor = await machineOf(author, 'machine of the author');
  ofEditor = await machineOf(editor, 'machine of the editor');
  plain = await machineOf(operations, 'without the right', '');
  governed = await addProfile(scene, scene.source.vaultId, [step({ users: [reviewer.id] })], {
    operations: ['update'],
    requiredChecks: ['key-policy', 'owners'],
  });
});
afterAll(() => scene.close());

async function machineOf(person: ScenePerson, name: string, role = 'compliance'): Promise<ApiClient> {
  const machine = must(await scene.admin('POST', '/v1/machines', { name, ownerId: person.id }), 201);
  if (role !== '') await grantRole(scene, 'machine', machine.id as string, role);
  const token = must(await person.api('POST', '/v1/tokens', { name, machineId: machine.id }), 201);
  return scene.admin.as(token.token as string);
}

let values = 0;
const propose = async (
  profileId = governed,
  payload: Record<string, string> = { token: `kR7#pz9Qm2Xv4L${++values}` },
) => {
  const id = await existing(author.api, profileId);
  return opened(await author.api('POST', `/v1/secrets/${id}/versions`, { payload }));
};
const report = (api: ApiClient, change: { id: string; digest: string }, name: string, conclusion = 'ok', more = {}) =>
  api('POST', `/v1/change-requests/${change.id}/checks`, { name, conclusion, digest: change.digest, ...more });
const refusal = ({ status, json }: ApiAnswer) => [status, json.code, json.reason ?? json.right];
const about = async (path: 'explain' | 'evidence', id: string) =>
  must(await reviewer.api('GET', `/v1/change-requests/${id}/${path}`), 200);
const missing = async (id: string) => {
  const { missingChecks } = (await about('explain', id)) as { missingChecks: { name: string; why: string }[] };
  return missingChecks.map(({ name, why }) => [name, why]);
};

test('votes and checks must both be there, whichever comes last', async () => {
  const change = await propose();
  expect(await missing(change.id)).toEqual([
    ['key-policy', 'not_reported'],
    ['owners', 'not_reported'],
  ]);
  expect(must(await review(reviewer.api, change), 200).state).toBe('pending_approval');
  expect(await work(scene, change.id)).toBe(false);
  expect(await about('explain', change.id)).toMatchObject({
    waitsFor: 'checks',
    summary: expect.stringContaining('"key-policy" (nothing was reported), "owners" (nothing was reported)'),
    ways: expect.arrayContaining([expect.objectContaining({ way: 'report_check' })]),
  });
  const more = { summary: 'RSA 4096', url: 'https://checks.example.com/runs/42' };
  must(await report(checker, change, 'key-policy', 'ok', more), 200);
  must(await report(checker, change, 'owners', 'not_available'), 200);
  expect(await missing(change.id)).toEqual([['owners', 'not_available']]);
  expect((await changeOf(author.api, change.id)).state).toBe('pending_approval');
  expect(await about('evidence', change.id)).toMatchObject({
    checks: [
      {
        name: 'key-policy',
        conclusion: 'ok',
        current: true,
        reporter: { name: 'checker', personId: operations.id },
        ...more,
      },
      { name: 'owners', conclusion: 'not_available', current: true, summary: '', url: null },
    ],
    missingChecks: [{ name: 'owners', why: 'not_available' }],
  });
  must(await report(checker, change, 'owners'), 200);
  expect((await changeOf(author.api, change.id)).state).toBe('approved');
  expect(await work(scene, change.id)).toBe(true);
  expect((await changeOf(author.api, change.id)).state).toBe('applied');
  const actions = (await actionsOf(scene, change.id)).filter((action) => action !== 'change.compared');
  expect(actions).toEqual([
    'change.opened',
    'change.reviewed',
    ...Array.from({ length: 3 }, () => 'change.check_reported'),
    'change.approved',
    'change.applied',
  ]);
  expect(refusal(await report(checker, change, 'owners', 'not_ok'))).toEqual([409, 'invalid_transition', undefined]);

  const second = await propose();
  must(await report(checker, second, 'owners'), 200);
  must(await report(checker, second, 'key-policy'), 200);
  expect(await missing(second.id)).toEqual([]);
  expect((await about('explain', second.id)).waitsFor).toBe('votes');
  expect(must(await review(reviewer.api, second), 200).state).toBe('approved');
});

test('an edit makes every result stale; one for another content is refused', async () => {
  const change = await propose();
  for (const name of ['owners', 'key-policy']) must(await report(checker, change, name), 200);
  const edited = must(
    await author.api('POST', `/v1/change-requests/${change.id}/edit`, { payload: { token: 'w3Hn!8sYbT6dJf0e' } }),
    200,
  ) as unknown as typeof change;
  expect(await missing(change.id)).toEqual([
    ['key-policy', 'stale'],
    ['owners', 'stale'],
  ]);
  expect((await about('evidence', change.id)).checks).toMatchObject([{ current: false }, { current: false }]);
  expect(refusal(await report(checker, change, 'owners'))).toEqual([409, 'digest_mismatch', undefined]);
  expect(must(await review(reviewer.api, edited), 200).state).toBe('pending_approval');
  for (const name of ['owners', 'key-policy']) must(await report(checker, edited, name), 200);
  expect((await changeOf(author.api, change.id)).state).toBe('approved');
});

test('a result that is withdrawn before the change takes effect holds it, and a new one lets it go', async () => {
  const change = await propose();
  for (const name of ['owners', 'key-policy']) must(await report(checker, change, name), 200);
  expect(must(await review(reviewer.api, change), 200).state).toBe('approved');
  must(await report(checker, change, 'owners', 'not_ok'), 200);
  expect(await work(scene, change.id)).toBe(false);
  expect(await changeOf(author.api, change.id)).toMatchObject({ state: 'pending_approval', code: 'checks_missing' });
  expect(await missing(change.id)).toEqual([['owners', 'not_ok']]);
  must(await report(checker, change, 'owners'), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect((await changeOf(author.api, change.id)).state).toBe('applied');
});

test('no person reports, nobody without the right, and no machine of whoever asked or edited', async () => {
  const change = await propose();
  for (const api of [scene.admin, reviewer.api, author.api, plain]) {
    expect(refusal(await report(api, change, 'owners'))).toEqual([403, 'forbidden', 'compliance.report']);
  }
  expect(refusal(await report(person.api, change, 'owners'))).toEqual([403, 'not_eligible', 'not_a_machine']);
  expect(refusal(await report(ofAuthor, change, 'owners'))).toEqual([403, 'not_eligible', 'requester_or_editor']);
  must(await report(ofEditor, change, 'owners'), 200);
  const edit = { comment: 'as agreed' };
  const edited = must(await editor.api('POST', `/v1/change-requests/${change.id}/edit`, edit), 200);
  const next = edited as unknown as typeof change;
  expect(refusal(await report(ofEditor, next, 'owners'))).toEqual([403, 'not_eligible', 'requester_or_editor']);
  expect((await actionsOf(scene, change.id)).filter((action) => action === 'change.check_refused')).toHaveLength(7);
  // A project of its own, a token that is revoked, an organization next door.
  const founded = await scene.admin('POST', '/v1/organizations', {
    slug: 'neighbour',
    name: 'Neighbour',
    administrator: { name: 'Stranger', email: 'stranger@example.com' },
  });
  const stranger = scene.admin.as(String(must(founded, 201).token));
  expect((await report(stranger, next, 'owners')).status).toBe(404);
  expect((await stranger('GET', `/v1/change-requests/${change.id}/checks`)).status).toBe(404);
});

test('what is said holds no value of the change and has its form', async () => {
  const value = canary('checked');
  const change = await propose(governed, { token: value.text });
  const problems: [Record<string, unknown>, string][] = [
    [{ summary: `it is ${value.text}` }, '/summary'],
    [{ summary: Buffer.from(value.text).toString('hex') }, '/summary'],
    [{ url: `https://checks.example.com/?value=${encodeURIComponent(value.text)}` }, '/url'],
    [{ url: 'http://checks.example.com/' }, '/url'],
    [{ url: 'https://user:word@checks.example.com/' }, '/url'],
    [{ url: 'javascript:alert(1)' }, '/url'],
    [{ summary: 'x'.repeat(501) }, '/summary'],
    [{ conclusion: 'fine' }, '/conclusion'],
    [{ name: '' }, '/name'],
    [{ name: 'a\nb' }, '/name'],
    [{ state: 'approved' }, '/state'],
  ];
  const said: ApiAnswer[] = [];
  for (const [body, pointer] of problems) {
    const answer = await report(checker, change, 'owners', 'ok', body);
    expect(answer.json, JSON.stringify(body)).toMatchObject({ status: 422, errors: [{ pointer }] });
    said.push(answer);
  }
  const texts = said.map(({ text }, at): [string, string] => [`answer ${at}`, text]);
  texts.push(['audit', (await scene.admin('GET', '/v1/audit-events?limit=200')).text], ['log', scene.log()]);
  expect(findLeaks([value], texts)).toEqual([]);
  const { items } = must(await reviewer.api('GET', `/v1/change-requests/${change.id}/checks`), 200);
  expect(items).toEqual([]);
  for (let at = 0; at < 50; at++) must(await report(checker, change, `check-${at}`), 200);
  expect((await report(checker, change, 'one-more')).json).toMatchObject({ errors: [{ pointer: '/name' }] });
  must(await report(checker, change, 'check-7', 'not_ok'), 200);
});

test('results are live, without what was typed', async () => {
  const token = must(await scene.admin('POST', '/v1/tokens', { name: 'watch' }), 201).token as string;
  const stream = await openEvents(scene.url, token);
  const change = await propose();
  must(await report(checker, change, 'owners', 'not_ok', { summary: 'nobody owns it' }), 200);
  const event = await eventually(
    async () =>
      stream.seen().find(({ event, data }) => event === 'change.checked' && JSON.stringify(data).includes(change.id)),
    'the event',
  );
  expect(event.data).toMatchObject({ conclusion: 'not_ok', operation: 'update', revision: 1 });
  expect(JSON.stringify(event.data)).not.toContain('nobody owns it');
  await stream.close();
});

test('an override stands for the checks as well, and the audit trail says which were missing', async () => {
  const change = await propose();
  must(await report(checker, change, 'owners'), 200);
  const { revision, digest } = change;
  const reason = 'the checker is down and the key has leaked';
  must(await breaker.api('POST', `/v1/change-requests/${change.id}/override`, { reason, revision, digest }), 200);
  expect(await work(scene, change.id)).toBe(true);
  const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${change.id}&limit=100`), 200);
  const overridden = (items as { action: string; details: object }[]).find(
    ({ action }) => action === 'change.overridden',
  );
  expect(overridden?.details).toMatchObject({ missingChecks: ['key-policy'] });
});

test('asking for fewer checks is loosening, and a policy with checks is asked before anybody becomes a checker', async () => {
  const policy = await addPolicy(scene, [step({ users: [reviewer.id] })], {
    operations: ['update'],
    requiredChecks: ['owners'],
  });
  const path = `/v1/approval-profiles/${policy}`;
  expect(must(await scene.admin('GET', path), 200)).toMatchObject({
    requiredChecks: ['owners'],
    rules: [{ requiredChecks: ['owners'] }],
  });
  expect((await scene.admin('PATCH', path, { requiredChecks: ['a', 'a'] })).status).toBe(422);
  // Kept by an edit of something else.
  must(await scene.admin('PATCH', path, { expiresAfterHours: 10 }), 200);
  expect(must(await scene.admin('GET', path), 200)).toMatchObject({ requiredChecks: ['owners'] });

  const vault = must(await scene.admin('POST', '/v1/vaults', { name: 'guarded', kind: 'builtin' }), 201);
  const body = { name: 'guarded', vaultId: vault.id, approvalProfileId: policy };
  must(await scene.admin('POST', '/v1/vault-profiles', body), 201);
  const loosened = opened(await scene.admin('PATCH', path, { requiredChecks: [] }));
  const { plan } = await changeOf(reviewer.api, loosened.id);
  expect(JSON.stringify(plan)).toContain('These checks need no longer be ok.');
  must(await scene.admin('POST', `/v1/change-requests/${loosened.id}/cancel`), 200);
  const machine = must(await scene.admin('POST', '/v1/machines', { name: 'mine', ownerId: author.id }), 201);
  const grant = { subjectType: 'machine', subjectId: machine.id, role: 'compliance' };
  const asked = opened(await scene.admin('POST', '/v1/role-grants', grant));
  // People are enough: a policy does not wait for a checker that is still to come.
  must(await review(reviewer.api, asked), 200);
  await work(scene, asked.id);
  expect((await changeOf(reviewer.api, asked.id)).state).toBe('applied');
});
