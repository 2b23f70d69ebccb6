import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, startScene } from '../../support/scene.ts';
import { type SyncDesk, syncDesk } from '../../support/sync-desk.ts';
import { appliedAt, putForeign, textAt } from '../../support/vault-entries.ts';
import { actionsOf, addPolicy, addProfile, newSecret, opened, review, step, work } from '../approvals/support.ts';

let scene: Scene;
let desk: SyncDesk;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

const run = () => scene.broker.work.syncs.run(desk.place(0).profileId, new AbortController().signal);
const resolve = (id: string, targetId: string, way: string) =>
  scene.admin('POST', `/v1/secrets/${id}/targets/${targetId}/resolve`, { way });

test('a foreign entry that is left stays, whatever comes, until somebody decides otherwise', async () => {
  const place = desk.place(0);
  await putForeign(place.vault, 'default/shop/left', { value: 'v1' });
  const { id, path } = await desk.made('left', [place]);
  await run();
  const { id: targetId } = await desk.inState(id, place, 'conflict');
  must(await resolve(id, targetId, 'leave'), 200);
  await run();
  expect(await desk.target(id, place)).toMatchObject({ state: 'parked', code: 'foreign_left' });
  // It is equal, and still nobody takes it over.
  await desk.write(id, 2);
  await run();
  expect(await desk.target(id, place)).toMatchObject({ state: 'parked', code: 'foreign_left' });
  expect(appliedAt(place.vault, path, 'write')).toHaveLength(1);
  expect(await actionsOf(scene, targetId)).toContain('target.left');
  must(await resolve(id, targetId, 'overwrite'), 200);
  await run();
  expect(await desk.target(id, place)).toMatchObject({ state: 'synced' });
  expect(await textAt(place.vault, path)).toBe('v2');
  expect((await resolve(id, targetId, 'leave')).json).toMatchObject({ code: 'invalid_transition' });
});

test('a change by hand that is left stays as well; deleting the secret leaves a foreign entry', async () => {
  const place = desk.place(0);
  const { id, path } = await desk.made('by-hand', [place]);
  await run();
  await putForeign(place.vault, path, { value: 'by hand' });
  await desk.call('POST', `/v1/secrets/${id}/sync`);
  await run();
  const { id: targetId } = await desk.inState(id, place, 'drifted');
  must(await resolve(id, targetId, 'leave'), 200);
  await desk.write(id, 2);
  await run();
  expect(await desk.target(id, place)).toMatchObject({ state: 'parked', code: 'change_left' });
  expect(await textAt(place.vault, path)).toBe('by hand');
});

test('to leave is a change like any other: where a policy asks, it waits', async () => {
  const place = desk.place(0);
  const reviewer = await scene.person('reviewer', 'approver');
  const sourceProfileId = await addProfile(scene, scene.source.vaultId);
  await putForeign(place.vault, 'default/shop/asked', { value: 'theirs' });
  const body = { ...newSecret(sourceProfileId), name: 'asked', targets: [{ profileId: place.profileId }] };
  const id = (await desk.call('POST', '/v1/secrets', body)).secretId as string;
  await run();
  const { id: targetId } = await desk.inState(id, place, 'conflict');
  const approvalProfileId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${sourceProfileId}`, { approvalProfileId }), 200);
  const change = opened(await resolve(id, targetId, 'leave'));
  await run();
  expect((await desk.target(id, place)).state).toBe('conflict');
  must(await review(reviewer.api, change), 200);
  expect(await work(scene, change.id)).toBe(true);
  await run();
  expect(await desk.target(id, place)).toMatchObject({ state: 'parked', code: 'foreign_left' });
});
