import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { backUp } from '../support/backup.ts';
import { driftDesk } from '../support/drift-desk.ts';
import { type HookReceiver, startHookReceiver } from '../support/hook-receiver.ts';
import { bodyOf, type HookBody, noticeDesk } from '../support/notice-desk.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type SecretPlace, type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { putForeign } from '../support/vault-entries.ts';

/* What goes wrong with copies is told: each once, with ids, names, numbers and codes. */
let scene: Scene;
let desk: SyncDesk;
let receiver: HookReceiver;
let profile: (place: SecretPlace, changes: Record<string, unknown>) => Promise<unknown>;

const KINDS = [
  'target.drifted',
  'target.repaired',
  'vault_profile.fuse_tripped',
  'vault_profile.stale',
  'vault_profile.fresh',
  'restore.suspected',
];

beforeAll(async () => {
  receiver = await startHookReceiver();
  scene = await startScene({ targets: 2 });
  desk = syncDesk(scene);
  profile = (place, changes) => desk.call('PATCH', `/v1/vault-profiles/${place.profileId}`, changes);
  await noticeDesk(scene).webhook(receiver, { kinds: KINDS });
});
afterEach(() => desk.place(0).vault.up());
afterAll(async () => {
  await scene.close();
  await receiver.close();
});

/** What was told of a thing, in its order. */
const toldOf = (objectId: string): HookBody[] =>
  receiver.received.map(bodyOf).filter(({ data }) => (data.object as { id: string }).id === objectId);
const told = (objectId: string, ...kinds: string[]) =>
  eventually(
    async () => {
      const found = toldOf(objectId);
      return kinds.every((kind) => found.some(({ type }) => type === kind)) ? found : undefined;
    },
    `${kinds.join(', ')} of ${objectId}`,
  );

test('copies that are not as they were left, and what is put right', async () => {
  const place = desk.place(0);
  const drift = driftDesk(scene);
  const { id, path } = await desk.made('changed', [place]);
  const { id: targetId } = await desk.inState(id, place, 'synced');
  await putForeign(place.vault, path, { value: 'by hand' });
  await drift.scan(place.profileId);
  const [drifted] = await told(targetId, 'target.drifted');
  expect(drifted?.data).toMatchObject({
    title: 'secret changed is not at a target as it was left there',
    subject: { type: 'secret', id },
    profile: { id: place.profileId },
    code: 'content_changed',
  });
  expect(JSON.stringify(drifted)).not.toContain('by hand');
  await drift.policy(place.profileId, { policy: 'repair' });
  await eventually(async () => {
    await drift.scan(place.profileId);
    return (await desk.target(id, place)).state === 'synced';
  }, 'repaired');
  expect((await told(targetId, 'target.repaired')).map(({ type }) => type)).toEqual([
    'target.drifted',
    'target.repaired',
  ]);
});

test('a fuse that holds removals', async () => {
  const place = desk.place(1);
  await profile(place, { maxDeletes: 0 });
  const { id } = await desk.made('held', [place]);
  await desk.inState(id, place, 'synced');
  await desk.call('DELETE', `/v1/secrets/${id}`);
  const [tripped] = await told(place.profileId, 'vault_profile.fuse_tripped');
  expect(tripped?.data).toMatchObject({
    title: 'vault profile target-2 holds removals until somebody lets them go',
    url: `https://keyferry.example.com/v1/vault-profiles/${place.profileId}`,
    wanted: 1,
    of: 1,
  });
});

test('an objective for freshness that is missed, and met again', async () => {
  const place = desk.place(0);
  const { id } = await desk.made('late', [place]);
  await desk.inState(id, place, 'synced');
  await place.vault.down();
  await desk.write(id, 2);
  await profile(place, { freshnessSeconds: 1 });
  const [stale] = await told(place.profileId, 'vault_profile.stale');
  expect(stale?.data).toMatchObject({
    title: 'vault profile target-1 misses its freshness objective',
    objectiveSeconds: 1,
  });
  await place.vault.up();
  await eventually(async () => {
    await desk.hurry(id);
    return (await desk.target(id, place)).state === 'synced';
  }, 'carried');
  await told(place.profileId, 'vault_profile.fresh');
});

test('a database that was restored from a backup, and the profiles with copies that are ahead', async () => {
  const place = desk.place(0);
  const { id } = await desk.made('ahead', [place]);
  await desk.inState(id, place, 'synced');
  const copy = await backUp(scene);
  await desk.write(id, 2);
  await eventually(async () => (await desk.target(id, place)).observedVersion === 2, 'version 2');
  const restored = await copy.start();
  try {
    const [whole] = await told(scene.organizationId, 'restore.suspected');
    expect(whole?.data).toMatchObject({
      title: 'installation may know less than its vaults: the database seems to be restored from a backup',
      url: 'https://keyferry.example.com/v1/sync',
    });
    await targetsIn(restored.admin, id, 'drifted');
    const ahead = await told(place.profileId, 'restore.suspected');
    expect(ahead.at(-1)?.data).toMatchObject({ title: expect.stringMatching(/^vault profile target-1 may know less/) });
    expect(must(await restored.admin('GET', '/v1/sync'), 200)).toMatchObject({ restore: { suspected: true } });
  } finally {
    await restored.close();
    await copy.drop();
  }
});
