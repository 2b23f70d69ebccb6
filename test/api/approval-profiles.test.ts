import { afterAll, beforeAll, expect, test } from 'vitest';
import { policiesOfProfiles } from '../../src/approvals/policy-store.ts';
import { startVaultApp, type VaultApp } from '../support/vault-app.ts';

interface Created extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

let app: VaultApp;
let ann: string;
let bob: string;
let group: string;
let count = 0;

beforeAll(async () => {
  app = await startVaultApp();
  ann = (await app.person('ann', 'approver')).id;
  bob = (await app.person('bob', 'approver')).id;
  group = String((await app.admin('POST', '/v1/groups', { name: 'database team' })).json.id);
  await app.admin('PUT', `/v1/groups/${group}/members/${bob}`);
});
afterAll(() => app.close());

const step = (approvers: Record<string, unknown>, required = 1) => ({ name: `step ${++count}`, approvers, required });
const post = (body: Record<string, unknown>) =>
  app.admin('POST', '/v1/approval-profiles', { name: `policy ${++count}`, ...body });
async function created(body: Record<string, unknown>): Promise<Created> {
  const answer = await post(body);
  expect(answer.status, answer.text).toBe(201);
  return { ...answer.json, id: String(answer.json.id) };
}

test('a policy is stored with its defaults, read and listed', async () => {
  const steps = [step({ users: [ann] }), step({ groups: [group] })];
  const profile = await created({ steps });
  expect(profile).toMatchObject({
    version: 1,
    operations: [],
    order: 'sequential',
    expiresAfterHours: 72,
    steps: [
      { ...steps[0], approvers: { users: [ann], groups: [], roles: [] } },
      { ...steps[1], approvers: { users: [], groups: [group], roles: [] } },
    ],
  });
  expect((await app.admin('GET', `/v1/approval-profiles/${profile.id}`)).json).toEqual(profile);
  expect((await app.admin('GET', '/v1/approval-profiles?limit=200')).json.items).toContainEqual(profile);
});

test('a changed policy becomes a new version; the old one stays as it was; a new name alone does not', async () => {
  const profile = await created({ steps: [step({ users: [ann] })], operations: ['update'] });
  const path = `/v1/approval-profiles/${profile.id}`;
  const changed = await app.admin('PATCH', path, { steps: [step({ users: [bob] })], expectedVersion: 1 });
  expect(changed.json).toMatchObject({ version: 2, operations: ['update'] });
  const stale = await app.admin('PATCH', path, { order: 'any', expectedVersion: 1 });
  expect([stale.status, stale.json.code, stale.json.currentVersion]).toEqual([409, 'revision_conflict', 2]);
  expect((await app.admin('PATCH', path, { name: 'a better name' })).json).toMatchObject({
    name: 'a better name',
    version: 2,
  });
  const versions = await app.db.query<{ version: number; users: string[] }>(
    `select version, policy #> '{rules,0,steps,0,approvers,users}' as users from approval_profile_versions
     where profile_id = $1::uuid order by version`,
    [profile.id],
  );
  expect(versions).toEqual([
    { version: 1, users: [ann] },
    { version: 2, users: [bob] },
  ]);
  const audited = await app.db.query<{ action: string; steps: unknown[] }>(
    `select action, details #> '{policy,rules,0,steps}' as steps from audit_events where object_id = $1 order by seq`,
    [profile.id],
  );
  expect(audited.map(({ action, steps }) => [action, steps.length])).toEqual([
    ['approval_profile.created', 1],
    ['approval_profile.updated', 1],
    ['approval_profile.updated', 1],
  ]);
});

test('the policy of a vault profile is the current version of what is attached', async () => {
  const profile = await created({ steps: [step({ roles: ['approver'] }, 2)] });
  const path = `/v1/approval-profiles/${profile.id}`;
  await app.admin('PATCH', path, { expiresAfterHours: 5 });
  const vault = await app.admin('POST', '/v1/vaults', { name: 'v', kind: 'builtin' });
  const used = await app.admin('POST', '/v1/vault-profiles', {
    name: 'governed',
    vaultId: vault.json.id,
    approvalProfileId: profile.id,
  });
  const [policy] = await policiesOfProfiles(app.db, app.organizationId, [String(used.json.id)]);
  expect(policy).toMatchObject({ profileId: profile.id, profileVersion: 2, name: profile.name });
  expect(policy?.rules).toMatchObject([{ expiresAfterHours: 5 }]);
  const attached = await app.admin('DELETE', path);
  expect([attached.status, attached.json.code, attached.json.vaultProfiles]).toEqual([409, 'in_use', ['governed']]);
  // Taking it away would have to be approved; that it can go afterwards is what counts here.
  await app.db.query('update vault_profiles set approval_profile_id = null where id = $1::uuid', [used.json.id]);
  expect((await app.admin('DELETE', path)).status).toBe(204);
  expect((await app.admin('GET', path)).status).toBe(404);
});

test('people and groups that do not exist are named by their place', async () => {
  const stranger = String((await app.stranger('GET', '/v1/me')).json.id);
  const theirGroup = String((await app.stranger('POST', '/v1/groups', { name: 'theirs' })).json.id);
  const answer = await post({
    steps: [step({ users: [ann, stranger] }), step({ users: [bob], groups: [theirGroup, group] })],
  });
  expect(answer.status).toBe(422);
  expect(answer.json.errors).toEqual([
    { pointer: '/steps/0/approvers/users/1', expected: 'the id of one of the users' },
    { pointer: '/steps/1/approvers/groups/0', expected: 'the id of one of the groups' },
  ]);
});

test('a policy that nobody could meet is refused, on create and on change', async () => {
  const viewer = await app.person('only-a-viewer', 'viewer');
  const cases: [unknown[], string][] = [
    [[step({ users: [ann] }, 2)], '/steps/0/required'],
    [[step({ users: [viewer.id] })], '/steps/0/required'],
    [[step({ users: [ann] }), step({ roles: ['auditor'] })], '/steps/1/required'],
    [[step({ users: [ann] }), step({ users: [ann] })], '/steps/1/required'],
  ];
  const profile = await created({ steps: [step({ users: [ann] })] });
  for (const [steps, pointer] of cases) {
    for (const answer of [
      await post({ steps }),
      await app.admin('PATCH', `/v1/approval-profiles/${profile.id}`, { steps }),
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.json.errors).toEqual([{ pointer, expected: expect.any(String) }]);
    }
  }
  expect((await app.admin('GET', `/v1/approval-profiles/${profile.id}`)).json).toEqual(profile);
  await app.admin('PATCH', `/v1/users/${viewer.id}`, { disabled: true });
});

test('somebody who is disabled counts for nothing', async () => {
  const carl = await app.person('carl', 'approver');
  const steps = [step({ users: [carl.id] })];
  expect((await post({ steps })).status).toBe(201);
  expect((await app.admin('PATCH', `/v1/users/${carl.id}`, { disabled: true })).status).toBe(200);
  expect((await post({ steps })).json.errors).toEqual([
    { pointer: '/steps/0/required', expected: expect.stringContaining('at most 0') },
  ]);
});

test.each([
  [{ steps: [] }, '/steps'],
  [{ steps: Array.from({ length: 11 }, () => ({ name: 's', approvers: { roles: ['admin'] } })) }, '/steps'],
  [{ steps: [{ name: 's', approvers: {} }] }, '/steps/0/approvers'],
  [{ steps: [{ name: 's', approvers: { roles: ['emperor'] } }] }, '/steps/0/approvers/roles/0'],
  [{ steps: [{ name: 's', approvers: { roles: ['admin'] }, required: 0 }] }, '/steps/0/required'],
  [{ steps: [{ name: 's', approvers: { roles: ['admin'] } }], expiresAfterHours: 721 }, '/expiresAfterHours'],
  [{ steps: [{ name: 's', approvers: { roles: ['admin'] } }], operations: ['obliterate'] }, '/operations/0'],
])('refuses %j', async (body, pointer) => {
  const answer = await post(body);
  expect(answer.status).toBe(422);
  expect((answer.json.errors as { pointer: string }[]).map((problem) => problem.pointer)).toEqual([pointer]);
});

test('names are unique, in parallel too', async () => {
  const body = { name: 'the one', steps: [step({ users: [ann] })] };
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  const other = await created({ steps: [step({ users: [ann] })] });
  const renamed = await app.admin('PATCH', `/v1/approval-profiles/${other.id}`, { name: 'the one' });
  expect([renamed.status, renamed.json.code]).toEqual([409, 'already_exists']);
});

test('a repetition under the same key makes one profile and one version', async () => {
  const profile = await created({ steps: [step({ users: [ann] })] });
  const body = { order: 'any' };
  const patch = () =>
    app.admin('PATCH', `/v1/approval-profiles/${profile.id}`, body, { 'idempotency-key': 'patch-policy' });
  const answers = await Promise.all([patch(), patch(), patch()]);
  expect(answers.map(({ json }) => json.version)).toEqual([2, 2, 2]);
});

test('rights: viewers read; an operator of vaults sets no policy', async () => {
  const operator = await app.person('policy-operator', 'operator');
  const profile = await created({ steps: [step({ users: [ann] })] });
  const path = `/v1/approval-profiles/${profile.id}`;
  expect((await operator.call('GET', path)).status).toBe(200);
  const tries = await Promise.all([
    operator.call('POST', '/v1/approval-profiles', { name: 'x', steps: [step({ users: [ann] })] }),
    operator.call('PATCH', path, { order: 'any' }),
    operator.call('DELETE', path),
  ]);
  expect(tries.map(({ status }) => status)).toEqual([403, 403, 403]);
});
