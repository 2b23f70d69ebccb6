import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, must } from '../../support/answers.ts';
import { importDesk } from '../../support/import-desk.ts';
import { type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { putForeign, textAt } from '../../support/vault-entries.ts';
import { actionsOf, addProfile, step } from '../approvals/support.ts';

let scene: Scene;
let desk: ReturnType<typeof importDesk>;
let ann: ScenePerson;
let bob: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ targets: 0 });
  desk = importDesk(scene.admin);
  ann = await scene.person('ann', 'approver');
  bob = await scene.person('bob', 'approver');
});
afterAll(() => scene.close());

/** A profile with entries of somebody else in it, and a policy; the import of them waits. */
async function waiting(steps: readonly unknown[], names = ['a', 'b', 'c'], policy = {}) {
  const profileId = await addProfile(scene, scene.source.vaultId, steps, { operations: ['create'], ...policy });
  const { attributes } = must(await scene.admin('GET', `/v1/vault-profiles/${profileId}`), 200);
  const { prefix } = attributes as { prefix: string };
  for (const name of names) await putForeign(scene.source.vault, `${prefix}/${name}`, { value: `${name}-1` });
  const before = scene.source.vault.journal.length;
  const id = await desk.start(profileId, {
    entries: names.map((entry) => ({ entry, path: prefix })),
  });
  const ended = await desk.ended(id);
  expect(ended).toMatchObject({ state: 'completed', counts: { total: names.length, waiting: names.length } });
  return { id, profileId, prefix, digest: String(ended.digest), before };
}

const decide = (by: ScenePerson, id: string, digest: string, decision = 'approve') =>
  by.api('POST', `/v1/imports/${id}/reviews`, { decision, digest });
const allIn = (id: string, state: string) =>
  eventually(async () => {
    const items = await desk.items(id);
    return items.every((item) => item.state === state) ? items : undefined;
  }, `every item ${state}`);
const stateOf = async (secretId: string | null) => must(await scene.admin('GET', `/v1/secrets/${secretId}`), 200).state;

test('a policy for creating makes each import wait; one decision on the shown digest grants them all', async () => {
  const { id, digest, profileId, before } = await waiting([step({ users: [ann.id] })]);
  const [item] = await desk.items(id);
  expect(await stateOf(item?.secretId ?? null)).toBe('pending_approval');
  const shown = must(await ann.api('GET', `/v1/change-requests/${item?.changeRequestId}`), 200);
  expect(shown).toMatchObject({
    operation: 'import',
    plan: { name: 'a', content: { fieldNames: ['value'] }, sourcePath: 'a' },
  });
  expect(JSON.stringify(shown.plan)).not.toMatch(/fingerprint|a-1/);

  expect((await decide(bob, id, digest)).json.code).toBe('not_eligible');
  expect((await scene.admin('POST', `/v1/imports/${id}/reviews`, { decision: 'approve', digest })).json.code).toBe(
    'not_eligible',
  );
  expect((await decide(ann, id, digest.replace(/^./, 'x'))).json.code).toBe('digest_mismatch');
  expect(must(await decide(ann, id, digest), 200)).toEqual({ decided: 3, refused: 0, left: 0 });
  await allIn(id, 'imported');
  expect(must(await decide(ann, id, digest), 200)).toEqual({ decided: 0, refused: 0, left: 0 });
  expect(scene.source.vault.journal.length).toBe(before);
  const { items } = must(await scene.admin('GET', `/v1/vault-profiles/${profileId}/entries`), 200);
  expect((items as { secretId: string | null }[]).every((entry) => entry.secretId !== null)).toBe(true);
  // The refused decisions are recorded at whichever change was opened first.
  const actions = await actionsOf(scene, item?.changeRequestId ?? '');
  expect(actions.filter((action) => action !== 'change.review_refused')).toEqual([
    'change.opened',
    'change.reviewed',
    'change.approved',
    'change.applied',
  ]);
});

test('two steps: each person decides once, and the digest holds through the votes', async () => {
  const steps = [step({ users: [ann.id] }, 1, 'one'), step({ users: [bob.id] }, 1, 'two')];
  const { id, digest } = await waiting(steps, ['a', 'b'], { order: 'sequential' });
  expect(must(await decide(ann, id, digest), 200)).toEqual({ decided: 2, refused: 0, left: 0 });
  expect(await desk.look(id)).toMatchObject({ digest, counts: { waiting: 2 } });
  expect(must(await decide(ann, id, digest), 200)).toEqual({ decided: 0, refused: 0, left: 0 });
  expect(must(await decide(bob, id, digest), 200)).toEqual({ decided: 2, refused: 0, left: 0 });
  await allIn(id, 'imported');
});

test('any edit makes another digest: what was shown before grants nothing', async () => {
  const { id, digest } = await waiting([step({ users: [ann.id] })], ['a', 'b']);
  const [item] = await desk.items(id);
  must(
    await scene.admin('POST', `/v1/change-requests/${item?.changeRequestId}/edit`, { comment: 'another' }),
    200,
    202,
  );
  expect((await decide(ann, id, digest)).json.code).toBe('digest_mismatch');
  expect((await desk.look(id)).counts.waiting).toBe(2);
  const again = await desk.look(id);
  expect(must(await decide(ann, id, String(again.digest)), 200)).toMatchObject({ decided: 2 });
  await allIn(id, 'imported');
});

test('an entry that changed while it waited is not what was approved: conflict, and it stays as it is', async () => {
  const { id, digest, prefix } = await waiting([step({ users: [ann.id] })], ['a', 'b']);
  await putForeign(scene.source.vault, `${prefix}/a`, { value: 'changed' });
  must(await decide(ann, id, digest), 200);
  const items = await eventually(async () => {
    const all = await desk.items(id);
    return all.some((item) => ['waiting', 'importing'].includes(item.state)) ? undefined : all;
  }, 'all ended');
  expect(items[0]).toMatchObject({ state: 'failed', code: 'vault_conflict' });
  expect(items[1]).toMatchObject({ state: 'imported' });
  expect(await stateOf(items[0]?.secretId ?? null)).toBe('failed');
  expect(await textAt(scene.source.vault, `${prefix}/a`)).toBe('changed');
});

test('a rejection ends them all, and names and entries are free again', async () => {
  const { id, digest, profileId } = await waiting([step({ users: [ann.id] })], ['a', 'b']);
  expect(must(await decide(ann, id, digest, 'reject'), 200)).toMatchObject({ decided: 2, left: 0 });
  for (const item of await desk.items(id)) expect(item).toMatchObject({ state: 'failed', code: 'rejected' });
  const { items } = must(await scene.admin('GET', `/v1/vault-profiles/${profileId}/entries`), 200);
  expect(items).toEqual([
    { path: 'a', secretId: null },
    { path: 'b', secretId: null },
  ]);
});

test('cancelled by its requester: what waits is withdrawn, by a worker', async () => {
  const { id, profileId } = await waiting([step({ users: [ann.id] })], ['a', 'b']);
  expect((await ann.api('POST', `/v1/imports/${id}/cancel`)).status).toBe(403);
  must(await scene.admin('POST', `/v1/imports/${id}/cancel`), 200);
  expect(await desk.ended(id)).toMatchObject({ state: 'cancelled' });
  for (const item of await desk.items(id)) {
    expect(item).toMatchObject({ state: 'failed', code: 'cancelled' });
    expect(await stateOf(item.secretId)).toBe('rejected');
  }
  const { items } = must(await scene.admin('GET', `/v1/vault-profiles/${profileId}/entries`), 200);
  expect((items as { secretId: string | null }[]).map((entry) => entry.secretId)).toEqual([null, null]);
});

test('an import that ended early leaves what waits to its reviewer and its requester', async () => {
  const { id, digest } = await waiting([step({ users: [ann.id] })], ['a', 'b']);
  await scene.broker.db.query(`update imports set state = 'failed', code = 'profile_changed' where id = $1::uuid`, [
    id,
  ]);
  expect(must(await decide(ann, id, digest), 200)).toMatchObject({ decided: 2 });
  await allIn(id, 'imported');
  expect((await scene.admin('POST', `/v1/imports/${id}/cancel`)).json.code).toBe('invalid_transition');
});
