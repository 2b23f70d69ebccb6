import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../../src/db.ts';
import { dueScans } from '../../../src/sync/drift-store.ts';
import { claimTargets, dueProfiles } from '../../../src/sync/target-store.ts';
import { type Scene, startScene } from '../../support/scene.ts';

/* With many copies in step and few due, the scan and the runs find theirs by index. */
const COPIES = 20_000;
let scene: Scene;
let profileId: string;

beforeAll(async () => {
  scene = await startScene({ targets: 1, workers: false });
  profileId = scene.targets[0]?.profileId ?? '';
  const { db } = scene.broker;
  await db.query(
    `with made as (
       insert into secrets (id, organization_id, project_id, name, type, state, source_profile_id, source_path, created_by,
         updated_by)
       select gen_random_uuid(), $1::uuid, $2::uuid, 'secret-' || n, 'generic', 'active', $3::uuid, 'secret-' || n, '{}', '{}'
       from generate_series(1, $5::int) n returning id, organization_id, name)
     insert into targets (id, organization_id, secret_id, profile_id, remote_path, state, desired_version, next_scan_at)
     select gen_random_uuid(), organization_id, id, $4::uuid, name, 'synced', 1,
       clock_timestamp() + (random() - 0.001) * interval '1 hour' from made`,
    [scene.organizationId, scene.project.id, scene.source.profileId, profileId, COPIES],
  );
  await db.query('analyze targets');
  await db.query('analyze secrets');
});
afterAll(() => scene.close());

/** The plan that PostgreSQL makes for whatever the store asks. */
async function planOf(ask: (db: Sql) => Promise<unknown>): Promise<string> {
  let plan = '';
  await ask({
    async query<R>(text: string, params: readonly unknown[] = []): Promise<R[]> {
      const rows = await scene.broker.db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, params);
      plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      return [];
    },
  });
  return plan;
}

/** As it was made. */
const asMade = () => ({ id: profileId, revision: 1, vaultRevision: 1 });
const timing = { leaseMs: 1_000, settleMs: 1_000 };

test('claiming for the scan reads the index of what is to be looked at', async () => {
  const plan = await planOf((db) => claimTargets(db, asMade(), 4, timing, 'scan'));
  expect(plan).toContain('targets_scan');
  expect(plan).toMatch(/Index Cond: .*next_scan_at <= statement_timestamp\(\)/);
  expect(plan).not.toMatch(/Seq Scan on (targets|secrets) /);
});

test('claiming for a run reads the index of what is due', async () => {
  const plan = await planOf((db) => claimTargets(db, asMade(), 4, timing));
  expect(plan).toContain('targets_due');
  expect(plan).not.toMatch(/Seq Scan on (targets|secrets) /);
});

test('looking for profiles with something to do reads no copy that is in step', async () => {
  expect(await planOf((db) => dueScans(db))).toContain('targets_scan');
  expect(await planOf((db) => dueProfiles(db))).not.toMatch(/Seq Scan on targets /);
});
