import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FailpointName } from '../../../src/ports.ts';
import { type Beside, createTrap, startBeside } from '../../support/beside.ts';
import { eventually, must, type Scene, startScene, targetsIn } from '../../support/scene.ts';
import { isKnown, textAt } from '../../support/vault-entries.ts';

/* The first broker has no workers and is stuck where a test says; the second goes on with what it left, as after a restart. */
const settings = { leaseMs: 700, vaultTimeoutMs: 600 };
const trap = createTrap();
let scene: Scene;
let second: Beside;

beforeAll(async () => {
  scene = await startScene({ targets: 1, workers: false, settings, failpoint: trap.failpoint });
  second = await startBeside(scene, settings);
});
afterEach(() => {
  for (const { vault } of [scene.source, ...scene.targets]) vault.clearScripts();
});
afterAll(async () => {
  await second.close();
  await scene.close();
});

const get = async (id: string) =>
  must(await second.admin('GET', `/v1/secrets/${id}`), 200) as { name: string; sourcePath: string };

async function settled(id: string): Promise<void> {
  await eventually(async () => {
    const [row] = await second.broker.db.query<{ open: number }>(
      `select (select count(*)::int from left_entries where secret_id = $1::uuid)
         + (select count(*)::int from change_requests where secret_id = $1::uuid and ended_at is null) as open`,
      [id],
    );
    return row?.open === 0;
  }, 'everything about the secret is settled');
}

const POINTS: readonly FailpointName[] = [
  'write.after-open',
  'write.before-vault',
  'write.after-vault',
  'write.before-finish',
  'write.after-finish',
];

test.each(POINTS)('a process that is gone at %s leaves a rename that ends by itself, with one entry', async (point) => {
  const name = point.replace(/[^a-z]/g, '-');
  const id = await scene.secret(name);
  await targetsIn(second.admin, id, 'synced');
  const { sourcePath: from } = await get(id);
  trap.arm(point);
  scene.admin('POST', `/v1/secrets/${id}/rename`, { name: `${name}-renamed` }).catch(() => undefined);
  await trap.caught();
  expect((await second.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(200);
  await eventually(async () => (await get(id)).name === `${name}-renamed`, 'renamed');
  await targetsIn(second.admin, id, 'synced');
  await settled(id);
  const { sourcePath } = await get(id);
  expect(sourcePath).toBe(`${from}-renamed`);
  for (const { vault } of [scene.source, ...scene.targets]) {
    expect(await textAt(vault, sourcePath)).toBe('one');
    expect(await isKnown(vault, from)).toBe(false);
  }
});

test('another naming template moves sources and copies alike, also while their vault is away', async () => {
  const ids = await Promise.all(['red', 'green', 'blue'].map((name) => scene.secret(name)));
  for (const id of ids) await targetsIn(second.admin, id, 'synced');
  const before = await Promise.all(ids.map(get));
  const empty = { project: 'shop', name: 'empty', type: 'api_key', sourceProfileId: scene.source.profileId };
  const emptyId = must(await second.admin('POST', '/v1/secrets', empty), 201).secretId as string;
  const script = scene.source.vault.script({ path: 'data/moved/', steps: { status: 500 } });
  const naming = 'moved/{project}/{path}/{name}';
  must(await second.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { naming, moveCopies: true }), 200);
  // Until they are proved at their new names, values are read at the old ones.
  for (const [index, id] of ids.entries()) {
    expect((await second.admin('GET', `/v1/secrets/${id}/versions/latest/content`)).status).toBe(200);
    expect(await textAt(scene.source.vault, before[index]?.sourcePath ?? '')).toBe('one');
  }
  expect((await get(emptyId)).sourcePath).toBe('moved/shop/empty');
  script.remove();
  for (const [index, id] of ids.entries()) {
    await eventually(async () => (await get(id)).sourcePath.startsWith('moved/shop/'), 'moved');
    await settled(id);
    const { sourcePath, name } = await get(id);
    expect(sourcePath).toBe(`moved/shop/${name}`);
    expect(await textAt(scene.source.vault, sourcePath)).toBe('one');
    expect(await isKnown(scene.source.vault, before[index]?.sourcePath ?? '')).toBe(false);
    must(await second.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'two' } }), 201);
    await targetsIn(second.admin, id, 'synced');
  }
});
