import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordTargets, type TargetResult } from '../../../src/sync/target-store.ts';
import { eventually, must } from '../../support/answers.ts';
import { lockWaiters } from '../../support/lock-waiters.ts';
import { type Scene, startScene } from '../../support/scene.ts';

/*
 * Whoever takes several target rows takes them in the order of their ids. Otherwise a worker that records results and a
 * writer who moves the desired version wait for each other, and PostgreSQL ends one of them with an error.
 */

let scene: Scene;
let secretId: string;
let low: string;
let high: string;
let rival: pg.Client;
let probe: pg.Client;

beforeAll(async () => {
  scene = await startScene({ targets: 2, workers: false });
  // Named last to first, so that ids rise as profiles fall: the order of the index by secret and profile is the wrong one.
  const targets = [...scene.targets].reverse().map(({ profileId }) => ({ profileId }));
  const place = { project: 'shop', name: 'contended', sourceProfileId: scene.source.profileId, targets };
  const created = await scene.admin('POST', '/v1/secrets', { ...place, type: 'key_value', payload: { value: 'one' } });
  secretId = must(created, 201).secretId as string;
  const { broker, databaseUrl } = scene;
  const rows = await broker.db.query<{ id: string }>('select id from targets order by id');
  [low, high] = rows.map((row) => row.id) as [string, string];
  // And so is the order of the rows in the table.
  await broker.db.query('update targets set updated_at = clock_timestamp() where id = $1', [low]);
  [rival, probe] = (await Promise.all(
    [1, 2].map(async () => {
      const client = new pg.Client({ connectionString: databaseUrl, application_name: 'rival' });
      await client.connect();
      return client;
    }),
  )) as [pg.Client, pg.Client];
});

afterAll(async () => {
  await Promise.all([rival, probe].map((client) => client.end()));
  await scene.close();
});

/** Holds the lower row, starts `work`, and looks whether it waits with the higher one still free. */
async function expectInOrder(work: () => Promise<unknown>): Promise<void> {
  await rival.query('begin');
  await rival.query('select 1 from targets where id = $1 for update', [low]);
  const working = work();
  try {
    await eventually(async () => (await lockWaiters(scene.broker.db)) > 0, 'somebody waits for the lower row');
    await probe.query('begin');
    await expect(probe.query('select 1 from targets where id = $1 for update nowait', [high])).resolves.toBeDefined();
  } finally {
    await probe.query('rollback');
    await rival.query('rollback');
  }
  await working;
}

const result = (id: string): TargetResult => ({
  id,
  leaseToken: 0,
  generation: 0,
  state: 'failed',
  code: 'timeout',
  proved: null,
  retryInMs: 1_000,
  attempt: true,
  written: null,
  unclear: false,
  scanInMs: null,
  repaired: null,
});

test.each([
  ['in order', () => [low, high]],
  ['the other way round', () => [high, low]],
] as const)('recording results, given %s', async (_, ids) => {
  await expectInOrder(() => scene.broker.db.transaction((tx) => recordTargets(tx, ids().map(result), 500)));
});

test('a new version', async () => {
  const path = `/v1/secrets/${secretId}/versions`;
  await expectInOrder(async () => must(await scene.admin('POST', path, { payload: { value: 'two' } }), 201));
});

test('sync now', async () => {
  await expectInOrder(async () => must(await scene.admin('POST', `/v1/secrets/${secretId}/sync`, {}), 202));
});

test('a delete', async () => {
  await expectInOrder(async () => must(await scene.admin('DELETE', `/v1/secrets/${secretId}`, {}), 200));
});

test('a rejection and a write that meet take the secret before the change: both are answered', async () => {
  const reviewer = await scene.person('reviewer', 'approver');
  await scene.govern([{ name: 'review', approvers: { users: [reviewer.id] }, required: 1 }]);
  const held = { project: 'shop', name: 'held', type: 'key_value', sourceProfileId: scene.source.profileId };
  const waiting = must(await scene.admin('POST', '/v1/secrets', { ...held, payload: { value: 'held' } }), 202);
  const { id, digest, revision } = waiting.changeRequest as { id: string; digest: string; revision: number };
  // Somebody holds the secret, as one does who opens a change, and is about to wait for this one.
  await rival.query('begin');
  await rival.query('select 1 from secrets where id = $1 for update', [waiting.secretId]);
  const rejecting = reviewer.api('POST', `/v1/change-requests/${id}/reviews`, { decision: 'reject', digest, revision });
  await eventually(async () => (await lockWaiters(scene.broker.db)) > 0, 'the rejection waits');
  await rival.query('select 1 from change_requests where id = $1 for update nowait', [id]);
  await rival.query('rollback');
  must(await rejecting, 200);
});
