import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Canary, findLeaks } from '../../support/canaries.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { actionsOf, addPolicy, changeOf, existing, opened, review, sealedPayloadOf, step, work } from './support.ts';

let scene: Scene;
let operator: ScenePerson;
let reviewer: ScenePerson;
let elsewhere: VaultEmulator;
let count = 0;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  operator = await scene.person('operator', 'operator');
  reviewer = await scene.person('reviewer', 'approver');
  elsewhere = await startVaultEmulator();
});
afterAll(async () => {
  await scene.close();
  await elsewhere.close();
});

interface Place {
  readonly vaultId: string;
  readonly profileId: string;
  readonly policyId: string;
}

/** A vault at the scene's source with one profile that asks the reviewer. */
async function governedPlace(policy: Record<string, unknown> = {}): Promise<Place> {
  const name = `place-${++count}`;
  const { vault } = scene.source;
  const settings = { address: vault.url, authMethod: 'token', token: vault.token };
  const vaultId = must(await scene.admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201).id;
  const policyId = await addPolicy(scene, [step({ users: [reviewer.id] })], policy);
  const body = { name, vaultId, attributes: { prefix: name }, approvalProfileId: policyId };
  const profileId = must(await scene.admin('POST', '/v1/vault-profiles', body), 201).id as string;
  return { vaultId: vaultId as string, profileId, policyId };
}

const vaultOf = async (id: string) => must(await scene.admin('GET', `/v1/vaults/${id}`), 200);
const profileOf = async (id: string) => must(await scene.admin('GET', `/v1/vault-profiles/${id}`), 200);

async function decide(changeId: string) {
  must(await review(reviewer.api, (await changeOf(reviewer.api, changeId)) as never), 200);
  await work(scene, changeId);
  return changeOf(operator.api, changeId);
}

test('another address of a vault waits, is shown without the credential, and happens as it was shown', async () => {
  const { vaultId } = await governedPlace();
  const before = await vaultOf(vaultId);
  const credential: Canary = { name: 'credential', text: `hvs.Kana${randomBytes(9).toString('hex')}` };
  const settings = { address: elsewhere.url, token: credential.text };
  const calls = elsewhere.journal.length;
  const change = opened(await operator.api('PATCH', `/v1/vaults/${vaultId}`, { settings }));
  expect(await vaultOf(vaultId)).toEqual(before);
  const shown = await changeOf(reviewer.api, change.id);
  expect(shown).toMatchObject({
    operation: 'edit_vault',
    subjectType: 'vault',
    subjectId: vaultId,
    secretId: null,
    projectId: null,
    baseVersion: 1,
    plan: {
      before: { settings: { address: scene.source.vault.url } },
      after: { settings: { address: elsewhere.url } },
      credentialsReplaced: ['token'],
    },
  });
  expect(findLeaks([credential], [['view', JSON.stringify(shown)]])).toEqual([]);
  expect(await sealedPayloadOf(scene, change.id)).not.toBeNull();
  expect(await work(scene, change.id)).toBe(false);
  expect(await vaultOf(vaultId)).toEqual(before);

  expect(await decide(change.id)).toMatchObject({ state: 'applied', code: null });
  expect(await vaultOf(vaultId)).toMatchObject({ settings: { address: elsewhere.url }, revision: 2 });
  expect(await sealedPayloadOf(scene, change.id)).toBeNull();
  expect(await actionsOf(scene, change.id)).toEqual([
    'change.opened',
    'change.reviewed',
    'change.approved',
    'change.applied',
  ]);
  expect(await actionsOf(scene, vaultId)).toEqual(['vault.created', 'vault.updated']);
  expect(elsewhere.journal.length).toBe(calls);
  await work(scene, change.id);
  expect(await vaultOf(vaultId)).toMatchObject({ revision: 2 });
});

test('it is explained, listed and judged like any other change, and cannot be edited or sent again', async () => {
  const { vaultId } = await governedPlace();
  const change = opened(await operator.api('PATCH', `/v1/vaults/${vaultId}`, { name: `explained-${count}` }));
  const path = `/v1/change-requests/${change.id}`;
  must(await reviewer.api('GET', `${path}/explain`), 200);
  must(await reviewer.api('GET', `${path}/evidence`), 200);
  must(await reviewer.api('GET', `${path}/comments`), 200);
  const waiting = must(
    await reviewer.api('GET', '/v1/change-requests?operation=edit_vault&state=pending_approval'),
    200,
  );
  expect((waiting.items as { id: string }[]).map(({ id }) => id)).toContain(change.id);
  const stale = await reviewer.api('POST', `${path}/reviews`, { decision: 'approve', revision: 1, digest: 'k1:00' });
  expect(stale.json.code).toBe('digest_mismatch');
  for (const [way, body] of [
    ['edit', { comment: 'mine' }],
    ['retry', {}],
    ['rebase', {}],
  ] as const) {
    expect((await operator.api('POST', `${path}/${way}`, body)).json.code, way).toBe('invalid_transition');
  }
  must(await review(reviewer.api, change, 'reject'), 200);
  expect(await changeOf(operator.api, change.id)).toMatchObject({ state: 'rejected' });
  expect(await sealedPayloadOf(scene, change.id)).toBeNull();
});

test('without a policy it happens at once and leaves a change request that says so', async () => {
  const name = `free-${++count}`;
  const { id } = must(await scene.admin('POST', '/v1/vaults', { name, kind: 'builtin' }), 201);
  must(await operator.api('PATCH', `/v1/vaults/${id}`, { name: `${name} renamed` }), 200);
  const [change] = await scene.broker.db.query<{ id: string }>(
    `select id from change_requests where subject_id = $1::uuid`,
    [id],
  );
  expect(await changeOf(operator.api, change?.id ?? '')).toMatchObject({
    operation: 'edit_vault',
    state: 'applied',
    approval: [],
    plan: { before: { name }, after: { name: `${name} renamed` } },
  });
  expect(await actionsOf(scene, change?.id ?? '')).toEqual([
    'change.opened',
    'change.approved_by_policy',
    'change.applied',
  ]);
  must(await operator.api('PATCH', `/v1/vaults/${id}`, { name: `${name} renamed` }), 200);
  const all = await scene.broker.db.query('select 1 from change_requests where subject_id = $1::uuid', [id]);
  expect(all).toHaveLength(1);
});

test('what cannot be done is refused at the door, and a second request is told of the first', async () => {
  const { vaultId } = await governedPlace();
  const inUse = await operator.api('DELETE', `/v1/vaults/${vaultId}`);
  expect([inUse.status, inUse.json.code]).toEqual([409, 'in_use']);
  const resend = await operator.api('PATCH', `/v1/vaults/${vaultId}`, { settings: { address: elsewhere.url } });
  expect([resend.status, resend.json.code]).toEqual([422, 'invalid_input']);
  const change = opened(await operator.api('PATCH', `/v1/vaults/${vaultId}`, { name: `new-${count}` }));
  const second = await operator.api('PATCH', `/v1/vaults/${vaultId}`, { name: `newer-${count}` });
  expect([second.status, second.json]).toEqual([
    409,
    expect.objectContaining({ code: 'change_in_progress', changeRequestId: change.id }),
  ]);
  must(await operator.api('POST', `/v1/change-requests/${change.id}/cancel`), 200);
  expect(await changeOf(operator.api, change.id)).toMatchObject({ state: 'cancelled' });
});

test('the same request twice under one key is one change with one answer', async () => {
  const { vaultId } = await governedPlace();
  const ask = () => operator.api('PATCH', `/v1/vaults/${vaultId}`, { name: 'once' }, { 'idempotency-key': 'once' });
  const answers = await Promise.all([ask(), ask(), ask()]);
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  expect(answers[0]?.status).toBe(202);
  expect((await ask()).text).toBe(answers[0]?.text);
});

test('a subject that moved on ends the change as a conflict and stays as it is', async () => {
  const { profileId, policyId } = await governedPlace({ operations: ['edit_vault_profile'] });
  const change = opened(await operator.api('PATCH', `/v1/vault-profiles/${profileId}`, { concurrency: 3 }));
  await scene.broker.db.query('update vault_profiles set rate_per_second = 7, revision = 2 where id = $1::uuid', [
    profileId,
  ]);
  expect(await decide(change.id)).toMatchObject({ state: 'conflict', code: 'base_moved' });
  expect(await profileOf(profileId)).toMatchObject({ concurrency: 16, ratePerSecond: 7, approvalProfileId: policyId });
  expect(await sealedPayloadOf(scene, change.id)).toBeNull();
  expect((await actionsOf(scene, change.id)).at(-1)).toBe('change.conflict');
});

test('a name that was taken meanwhile is a conflict too', async () => {
  const { vaultId } = await governedPlace();
  const name = `wanted-${count}`;
  const change = opened(await operator.api('PATCH', `/v1/vaults/${vaultId}`, { name }));
  must(await scene.admin('POST', '/v1/vaults', { name, kind: 'builtin' }), 201);
  expect(await decide(change.id)).toMatchObject({ state: 'conflict', code: 'already_exists' });
});

test('a requester who lost the right, was disabled, or whose token was revoked gets nothing', async () => {
  const { vaultId } = await governedPlace();
  const leaver = await scene.person(`leaver-${count}`, 'operator');
  const change = opened(await leaver.api('PATCH', `/v1/vaults/${vaultId}`, { name: `left-${count}` }));
  const grants = must(await scene.admin('GET', `/v1/role-grants?subjectId=${leaver.id}`), 200);
  const [grant] = grants.items as { id: string }[];
  must(await scene.admin('DELETE', `/v1/role-grants/${grant?.id}`), 204);
  expect(await decide(change.id)).toMatchObject({ state: 'failed', code: 'requester_not_authorized' });

  const gone = await scene.person(`gone-${count}`, 'operator');
  const later = opened(await gone.api('PATCH', `/v1/vaults/${vaultId}`, { name: `gone-${count}` }));
  must(await scene.admin('PATCH', `/v1/users/${gone.id}`, { disabled: true }), 200);
  expect(await decide(later.id)).toMatchObject({ state: 'failed', code: 'requester_not_authorized' });
});

test('naming, attributes, limits and policy of a profile wait; a pause does not', async () => {
  const { profileId, policyId } = await governedPlace();
  await existing(scene.admin, scene.source.profileId);
  const before = await profileOf(profileId);
  for (const body of [
    { naming: 'kept/{project}/{path}/{name}' },
    { attributes: { prefix: `moved-${count}` } },
    { concurrency: 2 },
    { approvalProfileId: null },
  ]) {
    const change = opened(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, body));
    expect(await profileOf(profileId)).toEqual(before);
    must(await scene.admin('POST', `/v1/change-requests/${change.id}/cancel`), 200);
  }
  must(await operator.api('POST', `/v1/vault-profiles/${profileId}/disable`), 200);
  const change = opened(
    await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { naming: 'kept/{project}/{path}/{name}' }),
  );
  must(await operator.api('POST', `/v1/vault-profiles/${profileId}/enable`), 200);
  expect(await decide(change.id)).toMatchObject({ state: 'applied' });
  expect(await profileOf(profileId)).toMatchObject({
    naming: 'kept/{project}/{path}/{name}',
    approvalProfileId: policyId,
  });
  const removal = opened(await operator.api('DELETE', `/v1/vault-profiles/${profileId}`));
  expect(await decide(removal.id)).toMatchObject({ state: 'applied' });
  expect((await operator.api('GET', `/v1/vault-profiles/${profileId}`)).status).toBe(404);
});

test('a vault is asked of the policies of every profile that uses it, then and now', async () => {
  const { vaultId } = await governedPlace();
  const other = await scene.person(`other-${count}`, 'approver');
  const change = opened(await operator.api('PATCH', `/v1/vaults/${vaultId}`, { name: `both-${count}` }));
  const approvalProfileId = await addPolicy(scene, [step({ users: [other.id] })]);
  const body = { name: `more-${count}`, vaultId, attributes: { prefix: `more-${count}` }, approvalProfileId };
  must(await scene.admin('POST', '/v1/vault-profiles', body), 201);
  expect(await decide(change.id)).toMatchObject({ state: 'pending_approval' });
  must(await review(other.api, change), 200);
  await work(scene, change.id);
  expect(await changeOf(operator.api, change.id)).toMatchObject({ state: 'conflict', code: 'base_moved' });
});
