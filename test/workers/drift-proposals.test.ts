import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addPolicy, agreed, type Opened, opened, review, step, work } from '../api/approvals/support.ts';
import { canary, findLeaks } from '../support/canaries.ts';
import { driftDesk } from '../support/drift-desk.ts';
import { dumpTables } from '../support/dump-tables.ts';
import { must, type Scene, type ScenePerson, startScene } from '../support/scene.ts';
import { type SyncDesk, syncDesk } from '../support/sync-desk.ts';
import { putForeign, textAt } from '../support/vault-entries.ts';

/* Contents that somebody put in the place of a copy, at a profile that has them proposed as new versions. */
let scene: Scene;
let desk: SyncDesk;
let drift: ReturnType<typeof driftDesk>;
let reviewer: ScenePerson;
let policyId: string;

beforeAll(async () => {
  scene = await startScene({ targets: 1, workers: false });
  desk = syncDesk(scene);
  drift = driftDesk(scene);
  reviewer = await scene.person('reviewer', 'approver');
  policyId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
});
beforeEach(async () => {
  const detached = await scene.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, {
    approvalProfileId: null,
  });
  await agreed(scene, detached, reviewer);
  await drift.policy(place().profileId, { policy: 'propose' });
});
afterAll(() => scene.close());

const { signal } = new AbortController();
const place = () => desk.place(0);
const run = () => scene.broker.work.syncs.run(place().profileId, signal);

/** From now on the reviewer is asked. */
const govern = () =>
  desk.call('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { approvalProfileId: policyId });

async function changed(name: string, value: string) {
  const made = await desk.made(name, [place()]);
  await run();
  await putForeign(place().vault, made.path, { value });
  return made;
}

async function waiting(secretId: string): Promise<Opened | undefined> {
  const { items } = must(await scene.admin('GET', `/v1/change-requests?secretId=${secretId}`), 200) as {
    items: { id: string; state: string }[];
  };
  const open = items.find((item) => item.state === 'pending_approval');
  return open && (must(await scene.admin('GET', `/v1/change-requests/${open.id}`), 200) as unknown as Opened);
}

test('without a policy it is the next version at once, everywhere', async () => {
  const { id, path } = await changed('ungoverned', 'outside-one');
  await drift.scan(place().profileId);
  const [, newest] = await Promise.all([
    desk.target(id, place()),
    desk.call('GET', `/v1/secrets/${id}/versions/latest/content`),
  ]);
  expect(newest).toMatchObject({ version: 2, payload: { value: 'outside-one' } });
  await run();
  expect(await desk.target(id, place())).toMatchObject({ state: 'synced', observedVersion: 2 });
  expect(await textAt(place().vault, path)).toBe('outside-one');
});

test('with a policy it waits for the reviewers, sealed, and is theirs to accept', async () => {
  const secret = canary('outside value');
  const { id } = await changed('governed', secret.text);
  await govern();
  await drift.scan(place().profileId);
  expect(await desk.target(id, place())).toMatchObject({ state: 'drifted', code: 'content_changed' });
  const open = await waiting(id);
  if (open === undefined) throw new Error('nothing was proposed');
  expect(findLeaks([secret], await dumpTables(scene.databaseUrl))).toEqual([]);
  await drift.scan(place().profileId);
  expect((await waiting(id))?.id).toBe(open.id);
  must(await review(reviewer.api, open), 200);
  expect(await work(scene, open.id)).toBe(true);
  await run();
  expect(await desk.target(id, place())).toMatchObject({ state: 'synced', observedVersion: 2 });
});

test('what was rejected once is not proposed again, another content is', async () => {
  const { id, path } = await changed('rejected', 'outside-three');
  await govern();
  await drift.scan(place().profileId);
  const open = await waiting(id);
  if (open === undefined) throw new Error('nothing was proposed');
  must(await review(reviewer.api, open, 'reject'), 200);
  await drift.scan(place().profileId);
  expect(await waiting(id)).toBeUndefined();
  expect(await desk.target(id, place())).toMatchObject({ state: 'drifted', code: 'content_changed' });
  await putForeign(place().vault, path, { value: 'outside-four' });
  await drift.scan(place().profileId);
  expect(await waiting(id)).toBeDefined();
});

test('what is no such secret is refused, and the target says why', async () => {
  const { id } = await changed('invalid', 'unused');
  const { remotePath } = await desk.target(id, place());
  await putForeign(place().vault, remotePath, { value: 'x', more: 'fields than an api_key has' });
  await drift.scan(place().profileId);
  expect(await desk.target(id, place())).toMatchObject({ state: 'drifted', code: 'outside_invalid' });
  expect(await waiting(id)).toBeUndefined();
});

test('only somebody who may edit secrets everywhere can have values proposed, for as long as that is so', async () => {
  const operator = await scene.person('operator', 'operator');
  const url = `/v1/vault-profiles/${place().profileId}`;
  const refused = await operator.api('PATCH', url, { drift: { policy: 'propose' } });
  expect([refused.status, refused.json.code]).toEqual([403, 'forbidden']);
  const editor = await scene.person('editor', 'admin');
  must(await editor.api('PATCH', url, { drift: { policy: 'propose', looksPerMinute: 601 } }), 200);
  const { id } = await changed('revoked', 'outside-five');
  await scene.broker.db.query('delete from role_grants where subject_id = $1::uuid', [editor.id]);
  await drift.scan(place().profileId);
  expect(await desk.target(id, place())).toMatchObject({ state: 'drifted', code: 'outside_not_allowed' });
});

test('whoever may decide about the secrets there also decides what becomes of drift', async () => {
  await desk.made('asked-first', [place()]);
  await govern();
  const url = `/v1/vault-profiles/${place().profileId}`;
  const asked = await scene.admin('PATCH', url, { drift: { policy: 'repair', intervalMinutes: 15 } });
  expect(asked.status).toBe(202);
  const before = { drift: { policy: 'propose', intervalMinutes: 60 } };
  const after = { drift: { policy: 'repair', intervalMinutes: 15 } };
  const change = opened(asked);
  expect(must(await scene.admin('GET', `/v1/change-requests/${change.id}`), 200).plan).toMatchObject({ before, after });
  expect(must(await scene.admin('GET', url), 200)).toMatchObject(before);
  await agreed(scene, asked, reviewer);
  expect(must(await scene.admin('GET', url), 200)).toMatchObject(after);
});
