import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { addPolicy, addProfile, changeOf, newSecret, opened, review, step, work } from './support.ts';

let scene: Scene;
let officer: ScenePerson;
let author: ScenePerson;
let first: ScenePerson;
let second: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  officer = await scene.person('officer', 'admin');
  author = await scene.person('author', 'read_write');
  first = await scene.person('first', 'approver');
  second = await scene.person('second', 'approver');
});
afterAll(() => scene.close());

const bothSteps = () => [step({ users: [first.id, second.id] }, 2)];
const policyOf = async (id: string) => must(await scene.admin('GET', `/v1/approval-profiles/${id}`), 200);
const organization = () => `/v1/organizations/${scene.organizationId}`;

async function vote(changeId: string, ...people: ScenePerson[]) {
  for (const person of people) {
    must(await review(person.api, (await changeOf(person.api, changeId)) as never), 200);
  }
  await work(scene, changeId);
  return changeOf(officer.api, changeId);
}

test('a policy that nobody asks for is edited at once; one in use is asked itself, whatever operations it names', async () => {
  const policyId = await addPolicy(scene, bothSteps(), { operations: ['update'] });
  const steps = [step({ users: [first.id, second.id] }, 1)];
  must(
    await officer.api('PATCH', `/v1/approval-profiles/${policyId}`, { steps: bothSteps(), expiresAfterHours: 5 }),
    200,
  );

  const profileId = await addProfile(scene, scene.source.vaultId);
  must(await officer.api('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId: policyId }), 200);
  const change = opened(await officer.api('PATCH', `/v1/approval-profiles/${policyId}`, { steps }));
  expect(await changeOf(first.api, change.id)).toMatchObject({
    operation: 'edit_approval_profile',
    subjectId: policyId,
    plan: { remarks: { looser: [expect.objectContaining({ aspect: 'required' })], tighter: [] } },
  });
  expect(await policyOf(policyId)).toMatchObject({ version: 2 });
  expect((await review(officer.api, change)).status).toBe(403);
  expect(await vote(change.id, first)).toMatchObject({ state: 'pending_approval' });
  expect(await vote(change.id, second)).toMatchObject({ state: 'applied' });
  expect(await policyOf(policyId)).toMatchObject({ version: 3, steps: [expect.objectContaining({ required: 1 })] });
});

test('a policy is neither taken from a profile nor replaced there without being asked', async () => {
  const policyId = await addPolicy(scene, bothSteps(), { operations: ['update'] });
  const mild = await addPolicy(scene, [step({ users: [first.id] })]);
  const profileId = await addProfile(scene, scene.source.vaultId);
  const attach = (approvalProfileId: string | null) =>
    officer.api('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId });
  must(await attach(policyId), 200);
  must(await officer.api('PATCH', `/v1/vault-profiles/${profileId}`, { concurrency: 4 }), 200);
  const replaced = opened(await attach(mild));
  must(await officer.api('POST', `/v1/change-requests/${replaced.id}/cancel`), 200);
  const detached = opened(await attach(null));
  expect(await vote(detached.id, first)).toMatchObject({ state: 'pending_approval' });
  const still = must(await officer.api('GET', `/v1/vault-profiles/${profileId}`), 200);
  expect(still).toMatchObject({ approvalProfileId: policyId });
  expect(await vote(detached.id, second)).toMatchObject({ state: 'applied' });
  must(await officer.api('DELETE', `/v1/approval-profiles/${policyId}`), 204);
});

test('what is attached is the policy that was shown: one that was weakened meanwhile is not', async () => {
  const strict = await addPolicy(scene, bothSteps());
  const next = await addPolicy(scene, bothSteps());
  const profileId = await addProfile(scene, scene.source.vaultId);
  const attach = (approvalProfileId: string) =>
    officer.api('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId });
  must(await attach(strict), 200);
  const swap = opened(await attach(next));
  // While it waits to be attached it guards itself already.
  const weaken = opened(await officer.api('PATCH', `/v1/approval-profiles/${next}`, { expiresAfterHours: 9 }));
  must(await officer.api('POST', `/v1/change-requests/${weaken.id}/cancel`), 200);
  await scene.broker.db.query(
    `with v as (insert into approval_profile_versions (profile_id, version, policy, created_by)
       select profile_id, 2, policy, created_by from approval_profile_versions where profile_id = $1::uuid)
     update approval_profiles set version = 2 where id = $1::uuid`,
    [next],
  );
  expect(await vote(swap.id, first, second)).toMatchObject({ state: 'conflict', code: 'base_moved' });
  const profile = must(await officer.api('GET', `/v1/vault-profiles/${profileId}`), 200);
  expect(profile).toMatchObject({ approvalProfileId: strict });
});

test('while a loosening waits, the stricter of then and now counts for everything else', async () => {
  const policyId = await addPolicy(scene, bothSteps());
  const profileId = await addProfile(scene, scene.source.vaultId);
  must(await officer.api('PATCH', `/v1/vault-profiles/${profileId}`, { approvalProfileId: policyId }), 200);
  const create = opened(await author.api('POST', '/v1/secrets', newSecret(profileId)));
  const steps = [step({ users: [first.id] })];
  const loosening = opened(await officer.api('PATCH', `/v1/approval-profiles/${policyId}`, { steps }));
  expect(await vote(loosening.id, first, second)).toMatchObject({ state: 'applied' });
  expect(await vote(create.id, first)).toMatchObject({ state: 'pending_approval' });
  expect(await vote(create.id, second)).toMatchObject({ state: 'applied' });
});

test("the organization's policy is asked for secrets and administration everywhere, and guards itself", async () => {
  const profileId = await addProfile(scene, scene.source.vaultId);
  expect((await author.api('PATCH', organization(), { approvalProfileId: null })).status).toBe(403);
  const unknown = await officer.api('PATCH', organization(), { approvalProfileId: scene.organizationId });
  expect(unknown.status).toBe(404);
  const policyId = await addPolicy(scene, bothSteps(), {
    operations: ['create', 'edit_vault', 'grant_role', 'delete_approval_profile', 'edit_vault_profile'],
  });
  const spare = await addPolicy(scene, bothSteps());
  must(await officer.api('PATCH', organization(), { approvalProfileId: policyId }), 200);
  expect(must(await officer.api('GET', organization()), 200)).toMatchObject({ approvalProfileId: policyId });
  expect((await officer.api('DELETE', `/v1/approval-profiles/${policyId}`)).json.code).toBe('in_use');

  const create = opened(await author.api('POST', '/v1/secrets', newSecret(profileId)));
  const grant = { subjectType: 'person', subjectId: author.id, role: 'viewer' };
  const asked = [
    await officer.api('PATCH', `/v1/vaults/${scene.source.vaultId}`, { name: 'renamed' }),
    await officer.api('PATCH', `/v1/vault-profiles/${profileId}`, { concurrency: 9 }),
    await officer.api('POST', '/v1/role-grants', grant),
    await officer.api('DELETE', `/v1/approval-profiles/${spare}`),
    await officer.api('PATCH', `/v1/approval-profiles/${policyId}`, { expiresAfterHours: 1 }),
  ].map((answer) => opened(answer));
  const early = opened(await officer.api('PATCH', organization(), { approvalProfileId: null }));
  must(await officer.api('POST', '/v1/groups', { name: 'not asked about' }), 201);
  must(await officer.api('PATCH', organization(), { name: 'Renamed' }), 409);

  expect(await vote(create.id, first, second)).toMatchObject({ state: 'applied' });
  for (const change of asked) expect(await vote(change.id, first, second)).toMatchObject({ state: 'applied' });
  // The policy that it would take away is another one by now.
  expect(await vote(early.id, first, second)).toMatchObject({ state: 'conflict', code: 'base_moved' });
  const detached = opened(await officer.api('PATCH', organization(), { approvalProfileId: null }));
  expect(await vote(detached.id, first, second)).toMatchObject({ state: 'applied' });
  expect(must(await officer.api('GET', organization()), 200)).toMatchObject({ approvalProfileId: null });
  must(await officer.api('PATCH', organization(), { name: 'Renamed' }), 200);
  must(await officer.api('DELETE', `/v1/approval-profiles/${policyId}`), 204);
});

test('an update is asked of the policies of the profiles that get copies as well', async () => {
  const source = await addProfile(scene, scene.source.vaultId);
  const copy = await addProfile(scene, scene.targets[0]?.vaultId ?? '');
  const body = newSecret(source, { targets: [{ profileId: copy }] });
  const { secretId } = must(await author.api('POST', '/v1/secrets', body), 201);
  const approvalProfileId = await addPolicy(scene, [step({ users: [first.id] })]);
  must(await officer.api('PATCH', `/v1/vault-profiles/${copy}`, { approvalProfileId }), 200);
  const change = opened(await author.api('POST', `/v1/secrets/${secretId}/versions`, { payload: { value: 'new' } }));
  expect(await vote(change.id, first)).toMatchObject({ state: 'applied' });
});

test("another tenant's organization cannot be edited or even seen to exist", async () => {
  const founded = must(
    await scene.admin('POST', '/v1/organizations', {
      slug: 'neighbour',
      name: 'Neighbour',
      administrator: { name: 'Stranger', email: 'stranger@example.com' },
    }),
    201,
  );
  const stranger = scene.admin.as(String(founded.token));
  expect((await stranger('PATCH', organization(), { name: 'Mine' })).status).toBe(404);
  const { id } = founded.organization as { id: string };
  expect((await scene.admin('PATCH', `/v1/organizations/${id}`, { name: 'Mine' })).status).toBe(404);
});
