import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Act, stoppedBy } from '../../../src/secrets/availability.ts';
import { type Beside, startBeside } from '../../support/beside.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, startScene } from '../../support/scene.ts';
import { addProfile, existing } from '../approvals/support.ts';

let scene: Scene;
/** Another process, which has not seen the values that were written. */
let worker: Beside;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  worker = await startBeside(scene, { workers: false });
});
afterAll(async () => {
  await worker.close();
  await scene.close();
});

const SWITCHES = ['profile', 'secret', 'version'] as const;
const COMBINATIONS = Array.from({ length: 8 }, (_, bits) => ({
  profile: (bits & 1) === 0,
  secret: (bits & 2) === 0,
  version: (bits & 4) === 0,
}));
const off = (enabled: (typeof COMBINATIONS)[number]) =>
  SWITCHES.filter((part) => !enabled[part]).join(' and ') || 'nothing';

/** A secret with a synced copy of its first version, and a second version that its target does not have yet. */
async function waiting() {
  const source = await addProfile(scene, scene.source.vaultId);
  const target = await addProfile(scene, scene.targets[0]?.vaultId ?? '');
  const run = () => worker.broker.work.syncs.run(target, new AbortController().signal);
  const id = await existing(scene.admin, source, { targets: [{ profileId: target }], payload: { value: 'v1' } });
  await run();
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'v2' } }), 201);
  return { id, source, target, run, copy: async () => (await targetOf(id)).observedVersion };
}
async function targetOf(id: string) {
  const { items } = must(await scene.admin('GET', `/v1/secrets/${id}/targets`), 200);
  return (items as { observedVersion: number | null; state: string; code: string | null }[])[0] ?? never();
}
const never = (): never => {
  throw new Error('the secret has no target');
};

async function turn(way: 'enable' | 'disable', at: { id: string; source: string }, parts: readonly string[]) {
  // The profile is the last to go and the first to come: nothing is done to a secret whose profile is disabled.
  const order = way === 'disable' ? ['version', 'secret', 'profile'] : ['profile', 'secret', 'version'];
  const path = {
    version: `/v1/secrets/${at.id}/versions/2`,
    secret: `/v1/secrets/${at.id}`,
    profile: `/v1/vault-profiles/${at.source}`,
  };
  for (const part of order.filter((each) => parts.includes(each))) {
    must(await scene.admin('POST', `${path[part as keyof typeof path]}/${way}`), 200);
  }
}

test.each(COMBINATIONS.map((enabled) => [off(enabled), enabled] as const))(
  'disabled: %s. Read, write, sync and delete do what the table says, and all goes on when it is enabled again',
  async (_name, enabled) => {
    const at = await waiting();
    const parts = SWITCHES.filter((part) => !enabled[part]);
    await turn('disable', at, parts);
    const refusal = (act: Act) => {
      const part = stoppedBy(act, enabled);
      return part === undefined ? undefined : `${part}_disabled`;
    };
    const calls = entryCalls(scene.source.vault);

    const read = await scene.admin('GET', `/v1/secrets/${at.id}/versions/2/content`);
    expect(read.json.code).toBe(refusal('read'));
    expect(read.text.includes('v2')).toBe(refusal('read') === undefined);

    await at.run();
    const { state, code, observedVersion } = await targetOf(at.id);
    expect(observedVersion).toBe(refusal('sync') === undefined ? 2 : 1);
    const waits = { version_disabled: 'version_disabled', profile_disabled: 'source_profile_disabled' };
    expect([state, code]).toEqual(
      refusal('sync') === undefined
        ? ['synced', null]
        : [expect.not.stringMatching('synced'), waits[refusal('sync') as keyof typeof waits]],
    );

    const write = await scene.admin('POST', `/v1/secrets/${at.id}/versions`, { payload: { value: 'v3' } });
    expect(write.json.code).toBe(refusal('write'));
    if (refusal('read') !== undefined && refusal('write') !== undefined && refusal('sync') !== undefined) {
      expect(entryCalls(scene.source.vault)).toBe(calls);
    }

    const victim = enabled.profile ? await waiting() : at;
    if (enabled.profile) await turn('disable', victim, parts);
    const deleted = await scene.admin('DELETE', `/v1/secrets/${victim.id}`);
    expect(deleted.json.code).toBe(refusal('delete'));
    if (refusal('delete') === undefined) expect(deleted.status).toBe(200);

    await turn('enable', at, parts);
    const newest = must(await scene.admin('GET', `/v1/secrets/${at.id}`), 200).latestVersion;
    expect(newest).toBe(refusal('write') === undefined ? 3 : 2);
    await scene.broker.db.query(
      'update targets set next_attempt_at = clock_timestamp() where secret_id = $1::uuid and next_attempt_at is not null',
      [at.id],
    );
    await at.run();
    expect(await at.copy()).toBe(newest);
    must(await scene.admin('GET', `/v1/secrets/${at.id}/versions/latest/content`), 200);
  },
);

test('a disabled sync profile stops its copies and nothing else', async () => {
  const at = await waiting();
  must(await scene.admin('POST', `/v1/vault-profiles/${at.target}/disable`), 200);
  const calls = entryCalls(scene.targets[0]?.vault ?? scene.source.vault);
  await at.run();
  expect(entryCalls(scene.targets[0]?.vault ?? scene.source.vault)).toBe(calls);
  must(await scene.admin('GET', `/v1/secrets/${at.id}/versions/2/content`), 200);
  must(await scene.admin('POST', `/v1/secrets/${at.id}/versions`, { payload: { value: 'v3' } }), 201);
  must(await scene.admin('POST', `/v1/vault-profiles/${at.target}/enable`), 200);
  await at.run();
  expect(await at.copy()).toBe(3);
});
