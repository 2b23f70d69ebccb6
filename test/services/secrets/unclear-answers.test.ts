import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Step } from '../../support/emulators/scripts.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { eventually, must, type Scene, type ScenePerson, startScene, targetsIn } from '../../support/scene.ts';
import { appliedAt, isKnown, putForeign, textAt } from '../../support/vault-entries.ts';

let scene: Scene;
let reviewer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ targets: 1, settings: { vaultTimeoutMs: 220, leaseMs: 1_500 } });
  reviewer = await scene.person('reviewer', 'approver');
});
afterEach(async () => {
  for (const { vault } of [scene.source, ...scene.targets]) {
    vault.clearScripts();
    await vault.up();
  }
});
afterAll(() => scene.close());

const create = (name: string) => ({
  project: 'shop',
  name,
  type: 'api_key',
  sourceProfileId: scene.source.profileId,
  payload: { value: `first of ${name}` },
});

async function made(name: string): Promise<{ id: string; path: string }> {
  const answer = must(await scene.admin('POST', '/v1/secrets', create(name)), 201, 202);
  const id = answer.secretId as string;
  expect(await ended(answer)).toMatchObject({ state: 'applied' });
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
  return { id, path: sourcePath as string };
}

async function ended(answer: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { id } = answer.changeRequest as { id: string };
  return must(await scene.admin('GET', `/v1/change-requests/${id}?wait=applied&timeout=15`), 200);
}

const UNCLEAR: readonly Step[] = [
  'apply-then-500',
  'apply-then-reset',
  'apply-then-hang',
  'hang-then-apply-late',
  'hang',
  'reset',
];

test.each(UNCLEAR)('the source does "%s" to a create and to an update: one remote version each (C1)', async (step) => {
  const { vault } = scene.source;
  const once = () => vault.script({ method: 'POST', path: '/data/', steps: step, count: 1 });
  once();
  const answer = must(await scene.admin('POST', '/v1/secrets', create(`unclear-${step}`)), 201, 202);
  expect(await ended(answer)).toMatchObject({ state: 'applied', resultVersion: 1 });
  const id = answer.secretId as string;
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200) as { sourcePath: string };
  once();
  const write = { payload: { value: 'second' } };
  const updated = must(await scene.admin('POST', `/v1/secrets/${id}/versions`, write), 201, 202);
  expect(await ended(updated)).toMatchObject({ state: 'applied', resultVersion: 2 });
  await vault.settled();
  expect(appliedAt(vault, sourcePath, 'write').map((entry) => entry.version)).toEqual(['1', '2']);
  const content = must(await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`), 200);
  expect(content).toMatchObject({ version: 2, payload: { value: 'second' } });
});

test('a write that arrives between the look for it and its repetition is found, not called a conflict (C1)', async () => {
  const { vault } = scene.source;
  const { id, path } = await made('late');
  vault.script({ method: 'POST', path: '/data/', steps: ['hang-then-apply-late', 'ok'] });
  let writes = 0;
  const repeated = vault.barrier({ when: ({ method }) => method === 'POST' && ++writes === 2 });
  const writing = scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } });
  await repeated.waitFor(1);
  await vault.settled();
  repeated.release();
  const answer = must(await writing, 201, 202);
  expect(await ended(answer)).toMatchObject({ state: 'applied', resultVersion: 2 });
  expect(appliedAt(vault, path, 'write').map((entry) => entry.version)).toEqual(['1', '2']);
});

test('a write that a stale look does not show is looked for until it is found, not called a conflict (C1)', async () => {
  const { vault } = scene.source;
  const { id, path } = await made('stale');
  vault.script({ method: 'POST', path: '/data/', steps: 'apply-then-500', count: 1 });
  const stale = vault.script({ method: 'GET', path: '/data/', steps: 'stale-read', count: 2 });
  const write = { payload: { value: 'second' } };
  const answer = must(await scene.admin('POST', `/v1/secrets/${id}/versions`, write), 201, 202);
  expect(await ended(answer)).toMatchObject({ state: 'applied', resultVersion: 2 });
  expect(stale.hits).toBe(2);
  expect(appliedAt(vault, path, 'write').map((entry) => entry.version)).toEqual(['1', '2']);
});

test('an answer that is unclear and content that is not ours: the change ends, nothing is overwritten', async () => {
  const { vault } = scene.source;
  const { id, path } = await made('meddled');
  vault.script({ method: 'POST', path: '/data/', steps: 'reset', count: 1 });
  const barrier = vault.barrier({ when: ({ method }) => method === 'GET' });
  const writing = scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } });
  await barrier.waitFor(1);
  await putForeign(vault, path, { value: 'by hand' });
  barrier.release();
  const { json } = await writing;
  const changeRequest = json.changeRequest ?? { id: json.changeRequestId };
  expect(await ended({ changeRequest })).toMatchObject({ state: 'conflict', code: 'vault_conflict' });
  expect(await textAt(vault, path)).toBe('by hand');
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).json).toMatchObject({
    payload: { value: 'first of meddled' },
  });
});

test('while the source is down writes fail cleanly, metadata answers, and the secret stays writable (C5)', async () => {
  const { vault } = scene.source;
  const { id, path } = await made('down');
  await vault.down();
  const refused = await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } });
  expect([refused.status, refused.json.code]).toEqual([503, 'vault_unavailable']);
  expect((await scene.admin('POST', '/v1/secrets', create('down-too'))).status).toBe(503);
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ state: 'active', latestVersion: 1 });
  expect((await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(503);
  must(await scene.admin('PATCH', `/v1/secrets/${id}`, { description: 'still editable' }), 200);
  await vault.up();
  const third = await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'third' } });
  expect(await ended(must(third, 201, 202))).toMatchObject({ state: 'applied', resultVersion: 2 });
  must(await scene.admin('POST', '/v1/secrets', create('down-too')), 201, 202);
  expect(appliedAt(vault, path, 'write')).toHaveLength(2);
});

test('a change that was approved while the source was down runs once when it is back (C5)', async () => {
  const { vault } = scene.source;
  const { id, path } = await made('approved-later');
  await scene.govern([{ name: 'one', approvers: { users: [reviewer.id], groups: [], roles: [] }, required: 1 }]);
  const opened = must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } }), 202);
  const change = opened.changeRequest as { id: string; revision: number; digest: string };
  await vault.down();
  const vote = { decision: 'approve', revision: change.revision, digest: change.digest };
  must(await reviewer.api('POST', `/v1/change-requests/${change.id}/reviews`, vote), 200);
  const waiting = await eventually(async () => {
    const seen = (await scene.admin('GET', `/v1/change-requests/${change.id}`)).json;
    return seen.code === null ? undefined : seen;
  }, 'an attempt');
  expect(waiting.code).toBe('unavailable');
  await vault.up();
  expect(await ended(opened)).toMatchObject({ state: 'applied', resultVersion: 2 });
  expect(appliedAt(vault, path, 'write').map((entry) => entry.version)).toEqual(['1', '2']);
  const profile = `/v1/vault-profiles/${scene.source.profileId}`;
  const detach = must(await scene.admin('PATCH', profile, { approvalProfileId: null }), 202);
  const { id: detachId, revision, digest } = detach.changeRequest as typeof change;
  const agree = { decision: 'approve', revision, digest };
  must(await reviewer.api('POST', `/v1/change-requests/${detachId}/reviews`, agree), 200);
  expect(await ended(detach)).toMatchObject({ state: 'applied' });
});

test('a profile that was disabled while an outcome is unknown is left alone until it is enabled', async () => {
  const { vault, profileId } = scene.source;
  const { id, path } = await made('pause-in-between');
  vault.script({ path: `/${path.split('/').at(-1)}`, steps: { status: 503 }, when: ({ method }) => method === 'GET' });
  vault.script({ method: 'POST', path: '/data/', steps: 'apply-then-500', count: 1 });
  const answer = must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } }), 202);
  must(await scene.admin('POST', `/v1/vault-profiles/${profileId}/disable`), 200);
  const change = answer.changeRequest as { id: string };
  const due = 'update change_requests set next_attempt_at = clock_timestamp() where id = $1::uuid';
  await eventually(async () => {
    await scene.broker.db.query(due, [change.id]);
    return (await scene.admin('GET', `/v1/change-requests/${change.id}`)).json.code === 'profile_disabled';
  }, 'it rests');
  const before = entryCalls(vault);
  await scene.broker.db.query(due, [change.id]);
  await eventually(async () => {
    const [row] = await scene.broker.db.query<{ waits: boolean }>(
      'select next_attempt_at > clock_timestamp() as waits from change_requests where id = $1::uuid',
      [change.id],
    );
    return row?.waits;
  }, 'another attempt');
  expect(entryCalls(vault)).toBe(before);
  vault.clearScripts();
  must(await scene.admin('POST', `/v1/vault-profiles/${profileId}/enable`), 200);
  await scene.broker.db.query(due, [change.id]);
  expect(await ended(answer)).toMatchObject({ state: 'applied', resultVersion: 2 });
  expect(appliedAt(vault, path, 'write')).toHaveLength(2);
});

test('while we may not look for a write of ours nothing is said about it', async () => {
  const { vault } = scene.source;
  const { id, path } = await made('blind');
  vault.script({ method: 'GET', path, steps: { status: 405, body: { errors: ['unsupported operation'] } } });
  vault.script({ method: 'POST', path: '/data/', steps: 'apply-then-500', count: 1 });
  const answer = must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } }), 202);
  expect(answer.changeRequest).toMatchObject({ state: 'indeterminate' });
  vault.clearScripts();
  expect(await ended(answer)).toMatchObject({ state: 'applied', resultVersion: 2 });
  expect(appliedAt(vault, path, 'write')).toHaveLength(2);
});

test.each(['apply-then-500', 'apply-then-reset'] as const)(
  'deletion, restoration and destruction survive "%s" (C1)',
  async (step) => {
    const { vault } = scene.source;
    const { id, path } = await made(`removal-${step}`);
    must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'second' } }), 201, 202);
    const calls = [
      ['DELETE', '/versions/1'],
      ['DELETE', ''],
      ['POST', '/restore'],
      ['POST', '/destroy'],
    ] as const;
    for (const [method, route] of calls) {
      const changes = vault.script({ when: (request) => request.method !== 'GET', steps: step, count: 1 });
      const answer = must(await scene.admin(method, `/v1/secrets/${id}${route}`), 200, 202);
      expect(await ended(answer)).toMatchObject({ state: 'applied' });
      expect(changes.hits).toBe(1);
      if (route === '/restore') expect(await textAt(vault, path)).toBe('second');
    }
    expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200).state).toBe('destroyed');
    expect(await isKnown(vault, path)).toBe(false);
  },
);

test('targets get the value of a write whose answer was unclear', async () => {
  const [target] = scene.targets;
  scene.source.vault.script({ method: 'POST', path: '/data/', steps: 'apply-then-reset', count: 1 });
  const body = { ...create('carried'), targets: [{ profileId: target?.profileId }] };
  const answer = must(await scene.admin('POST', '/v1/secrets', body), 201, 202);
  await targetsIn(scene.admin, answer.secretId as string, 'synced');
});
