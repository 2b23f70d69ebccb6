import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FailpointName } from '../../../src/ports.ts';
import { type Beside, createTrap, startBeside } from '../../support/beside.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../../support/scene.ts';
import { appliedAt, entryAt, textAt } from '../../support/vault-entries.ts';

/* The first broker has no workers and is stuck where a test says; the second goes on with what it left, as after a restart. */
const LEASE_MS = 700;
const VAULT_TIMEOUT_MS = 600;
const trap = createTrap();
let scene: Scene;
let second: Beside;

beforeAll(async () => {
  const settings = { leaseMs: LEASE_MS, vaultTimeoutMs: VAULT_TIMEOUT_MS };
  scene = await startScene({ targets: 2, workers: false, settings, failpoint: trap.failpoint });
  second = await startBeside(scene, { leaseMs: LEASE_MS, vaultTimeoutMs: VAULT_TIMEOUT_MS });
});
afterEach(async () => {
  for (const { vault } of [scene.source, ...scene.targets]) vault.clearScripts();
  await scene.source.vault.up();
});
afterAll(async () => {
  await second.close();
  await scene.close();
});

const body = (name: string) => ({
  project: 'shop',
  name,
  type: 'api_key',
  sourceProfileId: scene.source.profileId,
  targets: scene.targets.map(({ profileId }) => ({ profileId })),
  payload: { value: `first of ${name}` },
});

async function versionsOf(id: string): Promise<number[]> {
  const { items } = must(await second.admin('GET', `/v1/secrets/${id}/versions`), 200) as {
    items: { version: number }[];
  };
  return items.map((item) => item.version);
}

/**
 * Repeats a create whose process is gone. While the second broker has not heard from the vault the answer may be 202, as the
 * interface says; when its change is applied it is 201, with the same change.
 */
async function repeated(name: string, key: Record<string, string>): Promise<Record<string, unknown>> {
  const first = must(await scene.admin('POST', '/v1/secrets', body(name), key), 201, 202);
  const { id } = first.changeRequest as { id: string };
  const change = must(await second.admin('GET', `/v1/change-requests/${id}?wait=applied&timeout=15`), 200);
  expect(change).toMatchObject({ state: 'applied', resultVersion: 1 });
  const made = must(await scene.admin('POST', '/v1/secrets', body(name), key), 201);
  expect(made).toMatchObject({ secretId: first.secretId, version: { version: 1 }, changeRequest: { id } });
  return made;
}

/** Counts what has to come with every applied change, by the rows themselves. */
async function leftovers(id: string) {
  const [row] = await second.broker.db.query<{ open: number; payloads: number; unaudited: number }>(
    `select count(*) filter (where c.ended_at is null)::int as open,
       count(*) filter (where c.ended_at is not null and c.sealed_payload is not null)::int as payloads,
       count(*) filter (where c.state = 'applied' and not exists (select 1 from audit_events a
         where a.object_id = c.id::text and a.action = 'change.applied'))::int as unaudited
     from change_requests c where c.secret_id = $1::uuid`,
    [id],
  );
  return row;
}

const POINTS: readonly FailpointName[] = [
  'write.after-open',
  'write.before-vault',
  'write.after-vault',
  'write.before-finish',
  'write.after-finish',
];

test.each(POINTS)('a process that is gone at %s leaves a write that ends by itself, once (A1)', async (point) => {
  const name = point.replace(/[^a-z]/g, '-');
  const id = must(await scene.admin('POST', '/v1/secrets', body(name)), 201).secretId as string;
  await targetsIn(second.admin, id, 'synced');
  const { sourcePath } = must(await second.admin('GET', `/v1/secrets/${id}`), 200) as { sourcePath: string };

  trap.arm(point);
  const key = { 'idempotency-key': `key-of-${name}` };
  const write = { payload: { value: `second of ${name}` }, expectedVersion: 1 };
  scene.admin('POST', `/v1/secrets/${id}/versions`, write, key).catch(() => undefined);
  await trap.caught();
  const seen = await second.admin('GET', `/v1/secrets/${id}/versions/latest/content`);
  expect(['first', 'second'].map((which) => `${which} of ${name}`)).toContain(
    (seen.json.payload as { value: string }).value,
  );

  await eventually(async () => (await versionsOf(id)).length === 2, 'the second version');
  await targetsIn(second.admin, id, 'synced');
  expect(await versionsOf(id)).toEqual([2, 1]);
  expect(await leftovers(id)).toEqual({ open: 0, payloads: 0, unaudited: 0 });
  expect(appliedAt(scene.source.vault, sourcePath, 'write').map((entry) => entry.version)).toEqual(['1', '2']);
  for (const { vault } of scene.targets) expect(await textAt(vault, sourcePath)).toBe(`second of ${name}`);

  const again = must(await scene.admin('POST', `/v1/secrets/${id}/versions`, write, key), 201);
  expect(again).toMatchObject({ version: { version: 2 }, changeRequest: { state: 'applied' } });
  expect(await versionsOf(id)).toEqual([2, 1]);
});

test('a process that is gone before anything was recorded leaves nothing (A1)', async () => {
  trap.arm('write.before-open');
  scene.admin('POST', '/v1/secrets', body('never')).catch(() => undefined);
  await trap.caught();
  const named = await second.admin('GET', '/v1/projects/shop/secrets/never');
  expect(named.status).toBe(404);
  must(await second.admin('POST', '/v1/secrets', body('never')), 201);
});

test.each(POINTS)('a create cut off at %s ends as one secret with its targets (A1)', async (point) => {
  const name = `create-${point.replace(/[^a-z]/g, '-')}`;
  trap.arm(point);
  const key = { 'idempotency-key': name };
  scene.admin('POST', '/v1/secrets', body(name), key).catch(() => undefined);
  await trap.caught();
  const id = (await repeated(name, key)).secretId as string;
  await targetsIn(second.admin, id, 'synced');
  const { sourcePath } = must(await second.admin('GET', `/v1/secrets/${id}`), 200) as { sourcePath: string };
  expect(appliedAt(scene.source.vault, sourcePath, 'write')).toHaveLength(1);
  expect((await entryAt(scene.source.vault, sourcePath))?.labels).toMatchObject({ 'keyferry-secret': id });
  expect(await leftovers(id)).toEqual({ open: 0, payloads: 0, unaudited: 0 });
});

test('the source applies and never answers, then the process is gone: one remote version (A2)', async () => {
  const { vault } = scene.source;
  vault.script({ method: 'POST', path: '/data/', steps: 'apply-then-hang', count: 1 });
  trap.arm('write.before-finish');
  const key = { 'idempotency-key': 'A2' };
  scene.admin('POST', '/v1/secrets', body('lost-answer'), key).catch(() => undefined);
  await trap.caught();
  const made = await repeated('lost-answer', key);
  const { sourcePath } = must(await second.admin('GET', `/v1/secrets/${made.secretId}`), 200) as { sourcePath: string };
  expect(appliedAt(vault, sourcePath, 'write')).toHaveLength(1);
});

test('the source is away when the change was recorded and its process is gone: driven on when it is back (A3)', async () => {
  const { vault } = scene.source;
  trap.arm('write.before-vault');
  const key = { 'idempotency-key': 'A3' };
  scene.admin('POST', '/v1/secrets', body('away'), key).catch(() => undefined);
  await trap.caught();
  await vault.down();
  const change = await eventually(async () => {
    const [row] = await second.broker.db.query<{ id: string; code: string | null }>(
      `select id, code from change_requests where ended_at is null and code is not null`,
    );
    return row;
  }, 'an attempt that failed');
  expect(change.code).toBe('unavailable');
  await vault.up();
  const made = must(await scene.admin('POST', '/v1/secrets', body('away'), key), 201, 202);
  const path = `/v1/change-requests/${change.id}`;
  await eventually(async () => (await second.admin('GET', path)).json.state === 'applied', 'applied');
  const { sourcePath } = must(await second.admin('GET', `/v1/secrets/${made.secretId}`), 200) as { sourcePath: string };
  expect(appliedAt(vault, sourcePath, 'write')).toHaveLength(1);
  await targetsIn(second.admin, made.secretId as string, 'synced');
});
