import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from '../../support/api-client.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { type SyncDesk, syncDesk } from '../../support/sync-desk.ts';
import { putForeign, textAt } from '../../support/vault-entries.ts';
import {
  actionsOf,
  addPolicy,
  addProfile,
  changeOf,
  newSecret,
  type Opened,
  opened,
  review,
  step,
  work,
} from '../approvals/support.ts';

interface Line {
  readonly targetId: string;
  readonly secretId: string;
  readonly profileId: string;
  readonly action: string;
  readonly code: string | null;
  readonly version: number | null;
  readonly basis: string;
}
interface Plan {
  readonly digest: string;
  readonly items: readonly Line[];
  readonly nextCursor: string | null;
}

let scene: Scene;
let desk: SyncDesk;
let reviewer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ targets: 2, workers: false });
  desk = syncDesk(scene);
  reviewer = await scene.person('reviewer', 'approver');
});
afterAll(() => scene.close());

const plan = async (path: string, api: ApiClient = scene.admin) => must(await api('GET', path), 200) as unknown as Plan;
const ofSecret = (id: string, query = '') => plan(`/v1/secrets/${id}/plan${query}`);
const run = (profileId: string) => scene.broker.work.syncs.run(profileId, new AbortController().signal);
const applied = () => [scene.source, ...scene.targets].map(({ vault }) => vault.journal.length);
const shown = ({ items }: Plan) => items.map(({ action, code }) => (code === null ? action : `${action} ${code}`));

test('a plan says what a run would do, does nothing, and after the run has nothing left to do', async () => {
  const [first, second] = [desk.place(0), desk.place(1)];
  await putForeign(second.vault, 'default/shop/planned', { value: 'theirs' });
  const { id } = await desk.made('planned', [first, second]);
  const before = applied();
  expect(shown(await ofSecret(id)).sort()).toEqual(['conflict foreign_entry', 'create']);
  expect(shown(await ofSecret(id, '?observe=false'))).toEqual(['create', 'create']);
  expect(applied()).toEqual(before);
  await run(first.profileId);
  await run(second.profileId);
  expect(shown(await ofSecret(id)).sort()).toEqual(['conflict foreign_entry', 'skip']);
  // What was found is in the ledger now: both ways of planning agree.
  expect((await ofSecret(id, '?observe=false')).digest).toBe((await ofSecret(id)).digest);
  await desk.write(id, 2);
  expect(shown(await ofSecret(id)).sort()).toEqual(['conflict foreign_entry', 'update']);
  expect(await textAt(second.vault, 'default/shop/planned')).toBe('theirs');
});

test('a look that fails is unknown and never counts as absent; what a run would not touch is not looked at', async () => {
  const place = desk.place(0);
  const { id } = await desk.made('unseen', [place]);
  await run(place.profileId);
  const script = place.vault.script({ path: 'default/shop/unseen', steps: { status: 403 } });
  try {
    expect((await ofSecret(id)).items).toMatchObject([{ action: 'skip', code: 'permission_denied', basis: 'unknown' }]);
  } finally {
    script.remove();
  }
  await desk.profile(place, 'disable');
  const calls = entryCalls(place.vault);
  expect(shown(await ofSecret(id))).toEqual(['skip profile_disabled']);
  expect(entryCalls(place.vault)).toBe(calls);
  await desk.profile(place, 'enable');
});

test('where a copy was seen to be ahead, a plan makes nothing that may be missing for a reason', async () => {
  const place = desk.place(1);
  const { id } = await desk.made('wary', [place]);
  const suspect = (at: string) =>
    scene.broker.db.query(`update vault_profiles set restore_suspected_at = ${at} where id = $1::uuid`, [
      place.profileId,
    ]);
  expect(shown(await ofSecret(id))).toEqual(['create']);
  await suspect('clock_timestamp()');
  expect(shown(await ofSecret(id))).toEqual(['conflict missing_since_restore']);
  await run(place.profileId);
  expect(await desk.target(id, place)).toMatchObject({ state: 'drifted', code: 'missing_since_restore' });
  await suspect('null');
});

test('plans of a profile and of a project come in pages that together hold every target once', async () => {
  const place = desk.place(0);
  await desk.call('POST', '/v1/projects', { slug: 'paged', name: 'Paged' });
  const ids: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    const body = {
      ...newSecret(scene.source.profileId),
      project: 'paged',
      name,
      targets: [{ profileId: place.profileId }],
    };
    ids.push((await desk.call('POST', '/v1/secrets', body)).secretId as string);
  }
  const all: Line[] = [];
  for (let cursor = ''; ; ) {
    const page = await plan(`/v1/projects/paged/plan?limit=2&observe=false${cursor}`);
    expect(page.items.length).toBeLessThanOrEqual(2);
    all.push(...page.items);
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(all.map((line) => line.secretId).sort()).toEqual([...ids].sort());
  const profile = await plan(`/v1/vault-profiles/${place.profileId}/plan?limit=200&observe=false`);
  expect(profile.items.map((line) => line.secretId)).toEqual(expect.arrayContaining(ids));
  expect(new Set(profile.items.map((line) => line.profileId))).toEqual(new Set([place.profileId]));
});

test('to see a plan is to list; to look at the vaults for it is to sync', async () => {
  const viewer = await scene.person('viewer', 'viewer');
  const { id } = await desk.made('viewed', [desk.place(0)]);
  expect((await viewer.api('GET', `/v1/secrets/${id}/plan`)).json).toMatchObject({ code: 'forbidden' });
  expect((await viewer.api('GET', `/v1/vault-profiles/${desk.place(0).profileId}/plan`)).status).toBe(403);
  expect(shown(await plan(`/v1/secrets/${id}/plan?observe=false`, viewer.api))).toEqual(['create']);
});

/** A secret under a policy, with one target, and its update that waits. */
async function waiting(name: string, onConflict = 'fail') {
  const place = desk.place(0);
  const sourceProfileId = await addProfile(scene, scene.source.vaultId);
  const body = { ...newSecret(sourceProfileId), name, targets: [{ profileId: place.profileId, onConflict }] };
  const secretId = (await desk.call('POST', '/v1/secrets', body)).secretId as string;
  const approvalProfileId = await addPolicy(scene, [step({ users: [reviewer.id] })]);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${sourceProfileId}`, { approvalProfileId }), 200);
  const update = () => scene.admin('POST', `/v1/secrets/${secretId}/versions`, { payload: { value: 'two' } });
  return { place, secretId, change: opened(await update()) };
}

test('a grant is for the plan that reviewers saw: it carries it, and work that arrives meanwhile changes nothing', async () => {
  const { place, secretId, change } = await waiting('granted');
  const { granted, difference } = must(
    await reviewer.api('GET', `/v1/change-requests/${change.id}/plan`),
    200,
  ) as never as {
    granted: { digest: string; targets: Line[] };
    difference: unknown[];
  };
  expect(granted.targets).toMatchObject([{ action: 'update', version: 2, profileId: place.profileId }]);
  expect(difference).toEqual([]);
  expect((await changeOf(reviewer.api, change.id)).plan).toMatchObject({ sync: { digest: granted.digest } });
  await run(place.profileId);
  expect((await desk.target(secretId, place)).state).toBe('synced');
  must(await review(reviewer.api, change), 200);
  expect(await work(scene, change.id)).toBe(true);
  expect(await changeOf(scene.admin, change.id)).toMatchObject({ state: 'applied' });
});

test('when it would do something else by then it stops, and says exactly what', async () => {
  const { place, secretId, change } = await waiting('moved');
  await putForeign(place.vault, 'default/shop/moved', { value: 'theirs' });
  await run(place.profileId);
  const { id: targetId } = await desk.inState(secretId, place, 'conflict');
  const was = { targetId, action: 'update', version: 2, code: null };
  const is = { targetId, action: 'conflict', code: 'foreign_entry' };
  const planned = () => scene.admin('GET', `/v1/change-requests/${change.id}/plan`);
  expect(must(await planned(), 200)).toMatchObject({ difference: [{ targetId, was, is }] });
  must(await review(reviewer.api, change), 200);
  expect(await work(scene, change.id)).toBe(false);
  expect(await changeOf(scene.admin, change.id)).toMatchObject({ state: 'conflict', code: 'plan_changed' });
  expect(must(await planned(), 200)).toMatchObject({ now: null, difference: [{ targetId, was, is }] });
  expect(await actionsOf(scene, change.id)).toContain('change.conflict');
  expect(await desk.call('GET', `/v1/secrets/${secretId}`)).toMatchObject({ latestVersion: 1, state: 'active' });
});

test('a draft that is submitted and a change that is rebased are granted for the plan of that moment', async () => {
  const { place, secretId, change } = await waiting('again');
  must(await scene.admin('POST', `/v1/change-requests/${change.id}/cancel`), 200);
  const content = { payload: { value: 'two' } };
  const path = `/v1/secrets/${secretId}/versions`;
  const draft = must(await scene.admin('POST', path, { ...content, draft: true }), 202).changeRequest as Opened;
  const act = async (what: string, body: unknown = {}) => {
    return { ...draft, ...must(await scene.admin('POST', `/v1/change-requests/${draft.id}/${what}`, body), 200) };
  };
  const granted = async () => {
    const { plan: kept } = await changeOf(reviewer.api, draft.id);
    return (kept as { sync: { targets: Line[] } }).sync.targets.map(({ action, code }) => [action, code]);
  };
  expect(await granted()).toEqual([['update', null]]);
  await putForeign(place.vault, 'default/shop/again', { value: 'theirs' });
  await run(place.profileId);
  await desk.inState(secretId, place, 'conflict');
  const submitted = await act('submit');
  expect(await granted()).toEqual([['conflict', 'foreign_entry']]);

  await scene.broker.db.query(`update targets set state = 'synced', code = null where secret_id = $1::uuid`, [
    secretId,
  ]);
  must(await review(reviewer.api, submitted), 200);
  expect(await work(scene, draft.id)).toBe(false);
  expect(await changeOf(scene.admin, draft.id)).toMatchObject({ state: 'conflict', code: 'plan_changed' });
  const rebased = await act('rebase', content);
  expect(await granted()).toEqual([['update', null]]);
  must(await review(reviewer.api, rebased), 200);
  expect(await work(scene, draft.id)).toBe(true);
  expect(await changeOf(scene.admin, draft.id)).toMatchObject({ state: 'applied' });
});
