import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTrap, startBeside } from '../support/beside.ts';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';
import { appliedAt, entryAt } from '../support/vault-entries.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ targets: 1, workers: false, settings: { leaseMs: 400, vaultTimeoutMs: 300 } });
});
afterAll(() => scene.close());

const POINTS = ['sync.after-claim', 'sync.after-observe', 'sync.before-write', 'sync.after-write'] as const;

test.each(POINTS)('a worker that is gone at %s leaves a target that another one brings home', async (point) => {
  const [target] = scene.targets;
  if (target === undefined) throw new Error('no target');
  const name = point.replace(/[^a-z]/g, '-');
  const made = await scene.admin('POST', '/v1/secrets', {
    project: 'shop',
    name,
    type: 'api_key',
    sourceProfileId: scene.source.profileId,
    targets: [{ profileId: target.profileId, onConflict: 'overwrite' }],
    payload: { value: name },
  });
  const id = must(made, 201).secretId as string;
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200) as { sourcePath: string };

  const trap = createTrap();
  const victim = await startBeside(scene, { workers: false, leaseMs: 400, failpoint: trap.failpoint });
  trap.arm(point);
  victim.broker.work.syncs.run(target.profileId, new AbortController().signal).catch(() => undefined);
  await trap.caught();
  await victim.close();

  await eventually(async () => {
    await scene.broker.work.syncs.run(target.profileId, new AbortController().signal);
    const { items } = must(await scene.admin('GET', `/v1/secrets/${id}/targets`), 200) as {
      items: { state: string }[];
    };
    return items.every((item) => item.state === 'synced');
  }, 'the target synced');
  expect(appliedAt(target.vault, sourcePath, 'write')).toHaveLength(1);
  expect((await entryAt(target.vault, sourcePath))?.labels).toMatchObject({ 'keyferry-secret': id });
});
