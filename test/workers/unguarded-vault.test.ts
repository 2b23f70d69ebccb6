import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driftDesk } from '../support/drift-desk.ts';
import { type ScalewayEmulator, startScalewayEmulator } from '../support/emulators/scaleway.ts';
import { eventually, must, type Scene, startScene } from '../support/scene.ts';
import { syncDesk } from '../support/sync-desk.ts';

/* A vault without compare-and-set: what comes too late there is found by the drift scan, which cannot be turned off. */
let scene: Scene;
let vault: ScalewayEmulator;
let vaultId: string;
let profileId: string;
let drift: ReturnType<typeof driftDesk>;
const projectId = randomUUID();
const { signal } = new AbortController();

beforeAll(async () => {
  scene = await startScene({ targets: 0, workers: false });
  vault = await startScalewayEmulator();
  const settings = { endpoint: vault.url, region: vault.region, projectId, secretKey: vault.secretKey };
  vaultId = must(await scene.admin('POST', '/v1/vaults', { name: 'scaleway', kind: 'scaleway', settings }), 201)
    .id as string;
  profileId = must(await scene.admin('POST', '/v1/vault-profiles', { name: 'scaleway', vaultId }), 201).id as string;
  drift = driftDesk(scene);
});
afterAll(async () => {
  await scene.close();
  await vault.close();
});

const run = () => scene.broker.work.syncs.run(profileId, signal);

async function synced(name: string) {
  const desk = syncDesk(scene);
  const { id } = await desk.made(name, [{ vaultId, profileId }]);
  await run();
  const [target] = await desk.targets(id);
  expect(target).toMatchObject({ state: 'synced', observedVersion: 1 });
  return { id, desk, targetId: target?.id ?? '', look: async () => (await desk.targets(id))[0] };
}

/** Requests of somebody whom nobody waits for any more. */
async function late(method: string, path: string, body?: object): Promise<unknown> {
  const root = `${vault.url}/secret-manager/v1beta1/regions/${vault.region}/secrets`;
  const answer = await fetch(root + path, {
    method,
    headers: { 'x-auth-token': vault.secretKey, connection: 'close' },
    ...(body && { body: JSON.stringify({ project_id: projectId, ...body }) }),
  });
  if (!answer.ok) throw new Error(`the emulator answered ${answer.status}`);
  return answer.json();
}

const stored = (name: string) => vault.stored().find((each) => each.name.includes(name));
/** Its contents, oldest first, as they were sent. */
const contentsOf = (name: string) => stored(name)?.versions.map(({ data }) => data) ?? [];

test('the kind says that the scan is mandatory, and no profile can turn it off', async () => {
  const { items } = must(await scene.admin('GET', '/v1/vault-kinds'), 200) as {
    items: { kind: string; driftScan: string; capabilities: { compareAndSet: boolean } }[];
  };
  for (const { driftScan, capabilities } of items) {
    expect(driftScan).toBe(capabilities.compareAndSet ? 'optional' : 'mandatory');
  }
  expect(items.find(({ kind }) => kind === 'scaleway')?.driftScan).toBe('mandatory');
  const off = { drift: { intervalMinutes: null } };
  for (const refused of [
    await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, off),
    await scene.admin('POST', '/v1/vault-profiles', { name: 'off', vaultId, ...off }),
  ]) {
    expect([refused.status, refused.json.code]).toEqual([422, 'invalid_input']);
    expect(refused.text).toContain('/drift/intervalMinutes');
  }
});

test('an older version that came late is written over, whatever the policy', async () => {
  const { id, desk, look, targetId } = await synced('came-late');
  const [first] = contentsOf('came-late');
  await desk.write(id, 2);
  await run();
  await late('POST', `/${stored('came-late')?.id}/versions`, { data: first, description: 'keyferry late' });
  await drift.scan(profileId);
  expect(await look()).toMatchObject({ state: 'synced', observedVersion: 2, code: null });
  const contents = contentsOf('came-late');
  expect(contents.at(-1)).toBe(contents[1]);
  expect(await drift.events(targetId)).toContain('target.repaired');
});

test('a copy that comes back after its removal is removed once more', async () => {
  const { id, desk, look } = await synced('came-back');
  const old = stored('came-back');
  if (old === undefined) throw new Error('nothing was stored');
  const [first] = contentsOf('came-back');
  await desk.call('DELETE', `/v1/secrets/${id}`);
  await run();
  expect(await look()).toMatchObject({ state: 'removed' });
  const made = (await late('POST', '', { name: old.name, path: old.path, tags: [] })) as { id: string };
  await late('POST', `/${made.id}/versions`, { data: first });
  await drift.scan(profileId);
  await eventually(async () => {
    await run();
    return (await look())?.state === 'removed';
  }, 'removed again');
  expect(vault.stored().filter((each) => each.name === old.name && each.deletionRequestedAt === null)).toEqual([]);
});
