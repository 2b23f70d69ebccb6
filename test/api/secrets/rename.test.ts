import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../../support/scene.ts';
import { isKnown, putForeign, textAt } from '../../support/vault-entries.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ targets: 1 });
});
afterAll(() => scene.close());

const rename = (id: string, to: object) => scene.admin('POST', `/v1/secrets/${id}/rename`, to);
const get = async (id: string) =>
  must(await scene.admin('GET', `/v1/secrets/${id}`), 200) as {
    sourcePath: string;
    latestVersion: number;
    path: string;
  };
const copyOf = async (id: string) => {
  const [target] = await targetsIn(scene.admin, id, 'synced');
  return (target as unknown as { remotePath: string }).remotePath;
};
const vaults = () => [scene.source.vault, scene.targets[0]?.vault as VaultEmulator] as const;
const content = (id: string, version: number | string = 'latest') =>
  scene.admin('GET', `/v1/secrets/${id}/versions/${version}/content`);

/** Nothing of it is left under the earlier names. */
const tidy = (id: string) =>
  eventually(async () => {
    const left = await scene.broker.db.query('select 1 from left_entries where secret_id = $1::uuid', [id]);
    return left.length === 0;
  }, 'every old entry is dealt with');

async function synced(name: string): Promise<string> {
  const id = await scene.secret(name);
  await targetsIn(scene.admin, id, 'synced');
  return id;
}

test('name and folder change, every entry moves with the newest version, and the old name is free', async () => {
  const id = await synced('before');
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'two' } }), 201);
  await targetsIn(scene.admin, id, 'synced');
  const [from, copyFrom] = [(await get(id)).sourcePath, await copyOf(id)];
  const [source, target] = vaults();
  const answer = must(await rename(id, { name: 'after', path: 'team/a', comment: 'tidying' }), 200);
  expect(answer).toMatchObject({ changeRequest: { operation: 'rename', state: 'applied' }, version: null });
  const now = await get(id);
  expect(now).toMatchObject({ name: 'after', path: 'team/a', latestVersion: 2, pendingChangeId: null });
  expect(now.sourcePath).toBe(from.replace('/before', '/team/a/after'));
  expect((await content(id)).json).toMatchObject({ payload: { value: 'two' }, name: 'after' });
  expect(await copyOf(id)).toBe(now.sourcePath);
  await tidy(id);
  for (const [vault, path] of [
    [source, from],
    [target, copyFrom],
  ] as const) {
    expect(await isKnown(vault, path)).toBe(false);
    expect(await textAt(vault, now.sourcePath)).toBe('two');
  }
  // What was written under the old name did not come along, and says so; the numbers go on.
  expect((await content(id, 1)).json).toMatchObject({ status: 409, code: 'version_content_unavailable' });
  const refused = await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 });
  expect(refused.json).toMatchObject({ code: 'version_content_unavailable' });
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'three' } }), 201);
  expect((await get(id)).latestVersion).toBe(3);
  expect((await content(id, 2)).json).toMatchObject({ payload: { value: 'two' } });
  // The name is found anew and may be given again; and back again.
  expect((await scene.admin('GET', '/v1/projects/shop/secrets/before')).status).toBe(404);
  expect(must(await scene.admin('GET', '/v1/projects/shop/secrets/after?path=team/a'), 200).id).toBe(id);
  must(await scene.admin('DELETE', `/v1/secrets/${await synced('before')}`), 200);
  await targetsIn(scene.admin, id, 'synced');
  must(await rename(id, { path: '' }), 200);
  expect(await get(id)).toMatchObject({ name: 'after', path: '' });
  const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${id}&action=secret.entry_cleared`), 200);
  expect(items).toMatchObject([{ details: { from, oldEntry: 'removed' } }]);
});

test('a taken name, a taken place in a vault, the same name and bad ones are refused before anything happens', async () => {
  const [one, two] = [await synced('taken'), await synced('mover')];
  expect((await rename(two, { name: 'taken' })).json).toMatchObject({
    status: 409,
    code: 'already_exists',
    errors: [{ pointer: '/name' }],
  });
  expect((await rename(two, { name: 'mover' })).json).toMatchObject({ code: 'invalid_transition' });
  for (const to of [{}, { name: 'a/b' }, { name: '' }, { path: '../x' }, { name: 'x'.repeat(200) }]) {
    expect((await rename(two, to)).status, JSON.stringify(to)).toBe(422);
  }
  expect((await rename(two, { name: 'stale', expectedVersion: 7 })).json).toMatchObject({ code: 'version_conflict' });
  expect((await rename('01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a', { name: 'x' })).status).toBe(404);
  const { sourcePath } = await get(two);
  await putForeign(scene.source.vault, sourcePath.replace('/mover', '/occupied'), { value: 'theirs' });
  expect((await rename(two, { name: 'occupied' })).json).toMatchObject({ status: 409, code: 'vault_conflict' });
  await tidy(two);
  expect(await textAt(scene.source.vault, sourcePath.replace('/mover', '/occupied'))).toBe('theirs');
  expect(await get(two)).toMatchObject({ name: 'mover', sourcePath });
  expect((await content(two)).status).toBe(200);
  // Nothing is held by what failed.
  must(await rename(two, { name: 'moved' }), 200);
  await targetsIn(scene.admin, two, 'synced');
  await tidy(two);
  must(await rename(one, { name: 'mover' }), 200);
});

test('twenty renames at once to one name: one gets it, and nothing of the others is left anywhere', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => scene.secret(`racer${index}`)));
  const answers = await Promise.all(ids.map((id) => rename(id, { name: 'winner' })));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  for (const [index, id] of ids.entries()) {
    const { name } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
    expect(name).toBe(answers[index]?.status === 200 ? 'winner' : `racer${index}`);
    expect((await content(id)).status).toBe(200);
  }
});

test('an empty container is renamed without any vault, and its first version goes to the new place', async () => {
  const body = { project: 'shop', name: 'empty', type: 'api_key', sourceProfileId: scene.source.profileId };
  const id = must(await scene.admin('POST', '/v1/secrets', body), 201).secretId as string;
  must(await rename(id, { name: 'still-empty' }), 200);
  must(await scene.admin('POST', '/v1/secrets', body), 201);
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'x' } }), 201);
  expect((await get(id)).sourcePath).toMatch(/\/still-empty$/);
});

test('a rename waits for approval like an update, shows where entries go, and a rule that is left is asked', async () => {
  const approver = await scene.person('approver', 'approver');
  const id = await synced('governed');
  const other = await synced('elsewhere');
  must(await rename(id, { path: 'guarded' }), 200);
  await targetsIn(scene.admin, id, 'synced');
  await tidy(id);
  const { sourcePath: from } = await get(id);
  const steps = [{ name: 'review', approvers: { users: [approver.id] }, required: 1 }];
  const rules = [{ name: 'folder', when: { operations: ['update'], paths: ['guarded'] }, steps }];
  const { id: policy } = must(await scene.admin('POST', '/v1/approval-profiles', { name: 'folder', rules }), 201);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { approvalProfileId: policy }), 200);
  must(await rename(other, { name: 'elsewhere2' }), 200);
  const waiting = must(await rename(id, { path: 'open', name: 'free' }), 202).changeRequest as {
    id: string;
    digest: string;
  };
  expect(await get(id)).toMatchObject({ name: 'governed', path: 'guarded', state: 'pending_approval' });
  expect((await content(id)).status).toBe(200);
  const evidence = must(await approver.api('GET', `/v1/change-requests/${waiting.id}/evidence`), 200);
  const to = from.replace('guarded/governed', 'open/free');
  expect(evidence.destinations).toMatchObject([
    { role: 'source', remotePath: to, isNew: true, action: 'create' },
    { role: 'source', remotePath: from, action: 'remove' },
    { role: 'target', remotePath: to, action: 'create' },
    { role: 'target', remotePath: from, action: 'remove' },
  ]);
  // The place is held while it waits; the name is taken by whoever is there when it is decided.
  const vote = { decision: 'approve', revision: 1, digest: waiting.digest };
  must(await approver.api('POST', `/v1/change-requests/${waiting.id}/reviews`, vote), 200);
  const done = await scene.admin('GET', `/v1/change-requests/${waiting.id}?wait=applied&timeout=15`);
  expect(done.json).toMatchObject({ state: 'applied' });
  expect(await get(id)).toMatchObject({ name: 'free', path: 'open', sourcePath: to });
  // A rejected one changes nothing and holds nothing.
  must(
    await scene.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { approvalProfileId: null }),
    200,
    202,
  );
});
