import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetRefusals, recordRefusal } from '../../../src/vaults/credential-state.ts';
import { must } from '../../support/answers.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import { lockWaiters } from '../../support/lock-waiters.ts';
import { eventually, type Scene, startScene } from '../../support/scene.ts';

let scene: Scene;
let vault: VaultEmulator;
let count = 0;

beforeAll(async () => {
  vault = await startVaultEmulator({ mounts: ['secret', 'kv'] });
  scene = await startScene({ targets: 0 });
});
afterAll(async () => {
  await scene.close();
  await vault.close();
});

interface Check {
  readonly state: string;
  readonly code: string | null;
  readonly missingRights: readonly { readonly right: string; readonly needed: string }[];
  readonly checkedAt: string | null;
}

async function addProfile(token: string, attributes: Record<string, unknown> = {}) {
  const settings = { address: vault.url, authMethod: 'token', token };
  const name = `checked ${++count}`;
  const created = must(await scene.admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
  const body = { name, vaultId: created.id, attributes: { prefix: `p${count}`, ...attributes } };
  const profile = must(await scene.admin('POST', '/v1/vault-profiles', body), 201);
  const path = `/v1/vault-profiles/${profile.id}`;
  return {
    vaultId: String(created.id),
    profileId: String(profile.id),
    shown: async () => must(await scene.admin('GET', path), 200).check as Check,
    ask: async () => must(await scene.admin('POST', `${path}/check`), 200) as unknown as Check,
    patch: (change: Record<string, unknown>) => scene.admin('PATCH', path, change),
  };
}

test('a profile that is saved is checked soon, and shows what the vault said', async () => {
  const profile = await addProfile(vault.token);
  const check = await eventually(async () => {
    const shown = await profile.shown();
    return shown.state === 'unchecked' ? undefined : shown;
  }, 'the first check');
  expect(check).toEqual({ state: 'ok', code: null, missingRights: [], checkedAt: expect.any(String) });
});

test('every missing right is named, for the very place of the profile, and nothing is left there', async () => {
  const policy = [
    { path: 'kv/data/p2/*', capabilities: ['read', 'create'] as const },
    { path: 'kv/metadata/p2/*', capabilities: ['read', 'list'] as const },
  ];
  const profile = await addProfile(vault.tokens.create({ policy }), { mount: 'kv', prefix: 'p2' });
  const before = vault.journal.length;
  const check = await profile.ask();
  expect(check).toMatchObject({ state: 'incomplete', code: null });
  expect(check.missingRights).toEqual([
    { right: 'update on kv/data/p2/*', needed: 'write' },
    { right: 'patch on kv/metadata/p2/*', needed: 'label' },
    { right: 'delete on kv/data/p2/*', needed: 'remove' },
    { right: 'delete on kv/metadata/p2/*', needed: 'remove' },
    { right: 'update on kv/delete/p2/*', needed: 'remove' },
    { right: 'update on kv/undelete/p2/*', needed: 'remove' },
    { right: 'update on kv/destroy/p2/*', needed: 'remove' },
  ]);
  expect(await profile.shown()).toEqual(check);
  expect(vault.journal.length).toBe(before);
});

test('a wrong credential, a mount that is not there and a vault that is down fail with their code', async () => {
  const wrong = await addProfile('hvs.wrong');
  expect(await wrong.ask()).toMatchObject({ state: 'failing', code: 'unauthenticated', missingRights: [] });
  const nowhere = await addProfile(vault.token, { mount: 'nothing' });
  expect(await nowhere.ask()).toMatchObject({ state: 'failing', code: 'permission_denied' });
  const profile = await addProfile(vault.token);
  await vault.down();
  try {
    expect(await profile.ask()).toMatchObject({ state: 'failing', code: 'unavailable' });
  } finally {
    await vault.up();
  }
  expect(await profile.ask()).toMatchObject({ state: 'ok' });
});

test('a new credential and new attributes are checked without being asked', async () => {
  const profile = await addProfile('hvs.wrong');
  expect(await profile.ask()).toMatchObject({ state: 'failing' });
  const mended = await scene.admin('PATCH', `/v1/vaults/${profile.vaultId}`, { settings: { token: vault.token } });
  expect(mended.status).toBe(200);
  await eventually(async () => (await profile.shown()).state === 'ok', 'the check after the new credential');
  must(await profile.patch({ attributes: { mount: 'nothing' } }), 200);
  await eventually(async () => (await profile.shown()).state === 'failing', 'the check after the new attributes');
});

test('the schedule comes back to each, spread over a quarter of an hour, and leaves disabled ones alone', async () => {
  const profile = await addProfile(vault.token);
  await profile.ask();
  const [next] = await scene.broker.db.query<{ minutes: number }>(
    `select extract(epoch from next_check_at - clock_timestamp())::float8 / 60 as minutes from vault_profiles where id = $1::uuid`,
    [profile.profileId],
  );
  expect(next?.minutes).toBeGreaterThan(13);
  expect(next?.minutes).toBeLessThan(17);
  const { checkedAt } = await profile.shown();
  const due = () =>
    scene.broker.db.query(`update vault_profiles set next_check_at = clock_timestamp() where id = $1::uuid`, [
      profile.profileId,
    ]);
  must(await scene.admin('POST', `/v1/vault-profiles/${profile.profileId}/disable`), 200);
  await due();
  await scene.broker.scanner.scan();
  expect((await profile.shown()).checkedAt).toBe(checkedAt);
  must(await scene.admin('POST', `/v1/vault-profiles/${profile.profileId}/enable`), 200);
  await due();
  await eventually(async () => (await profile.shown()).checkedAt !== checkedAt, 'the next check');
});

test('the vault itself can be asked before there is a profile', async () => {
  const settings = { address: vault.url, authMethod: 'token', token: vault.token };
  const body = { name: 'without profile', kind: 'hashicorp-vault', settings };
  const created = must(await scene.admin('POST', '/v1/vaults', body), 201);
  const ask = (given?: unknown) => scene.admin('POST', `/v1/vaults/${created.id}/check`, given);
  expect(must(await ask(), 200)).toEqual({ ok: true, missingRights: [] });
  expect(must(await ask({ attributes: { mount: 'kv' } }), 200)).toEqual({ ok: true, missingRights: [] });
  expect(must(await ask({ attributes: { mount: 'no' } }), 200)).toEqual({ ok: false, code: 'permission_denied' });
  expect((await ask({ attributes: { nothing: 'no' } })).status).toBe(422);
});

test('a refused credential is shown, one of settings that were changed meanwhile is not', async () => {
  const profile = await addProfile(vault.token);
  await profile.ask();
  const shown = async () =>
    must(await scene.admin('GET', `/v1/vault-profiles/${profile.profileId}`), 200).credential as { state: string };
  expect(await shown()).toEqual({ state: 'accepted', since: expect.any(String) });
  must(await scene.admin('PATCH', `/v1/vaults/${profile.vaultId}`, { settings: { token: vault.token } }), 200);
  const { db } = scene.broker;
  expect(await recordRefusal(db, { profileId: profile.profileId, vaultRevision: 1 })).toBe(false);
  // The other settings are tried by themselves; from then on nothing but this test has news of them.
  await eventually(async () => (await shown()).state === 'accepted', 'the check of the other settings');
  expect(await recordRefusal(db, { profileId: profile.profileId, vaultRevision: 2 })).toBe(true);
  expect(await recordRefusal(db, { profileId: profile.profileId, vaultRevision: 2 })).toBe(false);
  expect((await shown()).state).toBe('refused');
  await profile.ask();
  expect((await shown()).state).toBe('accepted');
});

test.each(['a refusal', 'a check'])(
  '%s of the settings before says nothing of those that come meanwhile',
  async (what) => {
    const profile = await addProfile('no-such-token');
    await eventually(async () => (await profile.shown()).state === 'failing', 'the first check');
    const { db } = scene.broker;
    await db.query(`update vault_profiles set credential_state = 'unproved' where id = $1::uuid`, [profile.profileId]);
    const { told } = await db.transaction(async (tx) => {
      await tx.query('update vaults set revision = revision + 1 where id = $1::uuid', [profile.vaultId]);
      await forgetRefusals(tx, profile.vaultId);
      const refusal = { profileId: profile.profileId, vaultRevision: 1 };
      const told = what === 'a refusal' ? recordRefusal(db, refusal) : profile.ask();
      await eventually(async () => (await lockWaiters(db)) > 0, 'it waits for the change of the settings');
      return { told };
    });
    await told;
    expect(must(await scene.admin('GET', `/v1/vault-profiles/${profile.profileId}`), 200)).toMatchObject({
      credential: { state: 'unproved' },
    });
  },
);
