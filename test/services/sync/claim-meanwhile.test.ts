import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, must } from '../../support/answers.ts';
import { lockWaiters } from '../../support/lock-waiters.ts';
import { type Scene, startScene } from '../../support/scene.ts';

/*
 * A claim locks rows as they are and reads what belongs to them as it was when the statement began: a version that came in between
 * would be wanted and not to be had.
 */

const GATE = 4_711;
let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  // A claim stands still here, before it takes the first row; nobody else does.
  await scene.broker.db.query(`create function gate() returns trigger language plpgsql as $$
    begin
      if current_query() like 'with due as%' then perform pg_advisory_xact_lock(${GATE}); end if;
      return null;
    end $$`);
  await scene.broker.db.query(
    'create trigger gate before update on targets for each statement execute function gate()',
  );
});
afterAll(() => scene.close());

test('a version that comes while a worker takes its target is carried by the next claim, and never counts as missing', async () => {
  const { db, work } = scene.broker;
  const profileId = scene.targets[0]?.profileId as string;
  const { signal } = new AbortController();
  const secretId = await scene.secret('moving');
  const { running } = await db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)::text', [GATE]);
    const running = work.syncs.run(profileId, signal);
    await eventually(async () => (await lockWaiters(db)) > 0, 'the claim stands still');
    must(await scene.admin('POST', `/v1/secrets/${secretId}/versions`, { payload: { value: 'two' } }), 201);
    return { running };
  });
  await running;
  await work.syncs.run(profileId, signal);
  const { items } = must(await scene.admin('GET', `/v1/secrets/${secretId}/targets`), 200);
  expect(items).toMatchObject([{ state: 'synced', code: null, observedVersion: 2 }]);
});
