import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../../support/answers.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import { eventually, type Scene, startScene, targetsIn } from '../../support/scene.ts';

let scene: Scene;
let vault: VaultEmulator;
let count = 0;

beforeAll(async () => {
  vault = await startVaultEmulator({ mounts: ['secret', 'kv/apps'], namespaces: ['team-a'] });
  scene = await startScene();
});
afterAll(async () => {
  await scene.close();
  await vault.close();
});

const addVault = async (settings: Record<string, unknown> = {}) => {
  const body = { address: vault.url, authMethod: 'token', token: vault.token, ...settings };
  const created = await scene.admin('POST', '/v1/vaults', {
    name: `vault ${++count}`,
    kind: 'hashicorp-vault',
    settings: body,
  });
  return must(created, 201).id as string;
};
const postProfile = (vaultId: string, body: Record<string, unknown> = {}) =>
  scene.admin('POST', '/v1/vault-profiles', { name: `profile ${++count}`, vaultId, ...body });
const post = (name: string, sourceProfileId: string, targets: readonly string[] = []) =>
  scene.admin('POST', '/v1/secrets', {
    project: 'shop',
    name,
    type: 'key_value',
    sourceProfileId,
    targets: targets.map((profileId) => ({ profileId })),
    payload: { value: name },
  });

/** What the vault holds at a path below the mount. */
async function held(mount: string, path: string): Promise<unknown> {
  const answer = await fetch(`${vault.url}/v1/${mount}/data/${path}`, { headers: { 'x-vault-token': vault.token } });
  const { data } = (await answer.json()) as { data?: { data: unknown } };
  return data?.data;
}

test('the kind says what a profile may say, and its defaults are filled in', async () => {
  const vaultId = await addVault();
  const profile = must(await postProfile(vaultId, { attributes: { mount: 'kv/apps', prefix: 'a' } }), 201);
  expect(profile.attributes).toEqual({ mount: 'kv/apps', prefix: 'a' });
  expect(profile.place).toBe(`hashicorp-vault/http://127.0.0.1:${vault.port}/kv/apps`);
  const plain = must(await postProfile(vaultId), 201);
  expect(plain.attributes).toEqual({ mount: 'secret' });
  const refusals: [Record<string, unknown>, string][] = [
    [{ mount: 'a/../b' }, '/attributes/mount'],
    [{ prefix: '/' }, '/attributes/prefix'],
    [{ region: 'eu' }, '/attributes'],
  ];
  for (const [attributes, pointer] of refusals) {
    const { status, json } = await postProfile(vaultId, { attributes });
    expect([status, json.errors]).toEqual([422, [{ pointer, expected: expect.any(String) }]]);
  }
});

test('secrets lie below mount and prefix', async () => {
  const vaultId = await addVault();
  const profile = must(await postProfile(vaultId, { attributes: { mount: 'kv/apps', prefix: 'below/here' } }), 201);
  must(await post('placed', String(profile.id)), 201);
  expect(await held('kv/apps', 'below/here/default/shop/placed')).toEqual({ value: 'placed' });
});

test('a profile for the very same entries is refused, however vault, mount and prefix are spelled', async () => {
  const naming = 'twice/{project}/{path}/{name}';
  const vaultId = await addVault();
  const first = must(await postProfile(vaultId, { naming, attributes: { mount: 'kv/apps', prefix: 'x' } }), 201);
  const spellings: [Record<string, unknown>, Record<string, unknown>][] = [
    [{}, { attributes: { mount: '/kv/apps/', prefix: '/x/' }, naming }],
    [{ address: `http://2130706433:${vault.port}/` }, { attributes: { mount: 'kv/apps' }, naming: `x/${naming}` }],
    [
      { address: `HTTP://127.1:${vault.port}` },
      { attributes: { mount: 'kv/apps', prefix: 'x/twice' }, naming: '{project}/{path}/{name}' },
    ],
  ];
  for (const [settings, body] of spellings) {
    const { status, json } = await postProfile(await addVault(settings), body);
    expect([status, json.code, json.vaultProfile]).toEqual([409, 'remote_path_taken', first.name]);
  }
  const other = must(await postProfile(vaultId, { naming, attributes: { mount: 'kv/apps', prefix: 'y' } }), 201);
  const moved = await scene.admin('PATCH', `/v1/vault-profiles/${other.id}`, { attributes: { prefix: 'x' } });
  expect([moved.status, moved.json.code]).toEqual([409, 'remote_path_taken']);
});

test('two profiles whose entries only sometimes meet cannot own one entry', async () => {
  const vaultId = await addVault();
  const attributes = { mount: 'kv/apps', prefix: 'meet' };
  const one = must(await postProfile(vaultId, { attributes, naming: '{project}/{path}/{name}' }), 201);
  const other = must(await postProfile(vaultId, { attributes, naming: '{project}/{path}/{name}/{type}' }), 201);
  must(await post('entry', String(one.id)), 201);
  // shop/entry/key_value, once by folder and name, once by name and type.
  const meeting = await scene.admin('POST', '/v1/secrets', {
    project: 'shop',
    path: 'entry2',
    name: 'key_value',
    type: 'key_value',
    sourceProfileId: one.id,
    payload: { value: 'mine' },
  });
  must(meeting, 201);
  const taken = await post('entry2', String(other.id));
  expect([taken.status, taken.json.code]).toEqual([409, 'remote_path_taken']);
  expect(await held('kv/apps', 'meet/shop/entry2/key_value')).toEqual({ value: 'mine' });
});

test('other attributes move what the profile holds and have every copy made there', async () => {
  const vaultId = await addVault();
  const profile = must(await postProfile(vaultId, { attributes: { mount: 'kv/apps', prefix: 'old' } }), 201);
  const created = must(await post('mover', scene.source.profileId, [String(profile.id)]), 201);
  const path = 'default/shop/mover';
  const [target] = await targetsIn(scene.admin, String(created.secretId), 'synced');
  expect(target).toBeDefined();
  const changed = await scene.admin('PATCH', `/v1/vault-profiles/${profile.id}`, {
    attributes: { mount: null, prefix: 'new' },
  });
  expect(must(changed, 200)).toMatchObject({ attributes: { mount: 'secret', prefix: 'new' }, revision: 2 });
  await eventually(async () => (await held('secret', `new/${path}`)) !== undefined, 'the copy at its new place');
  // Nobody asked for the old one to go: it is no longer ours.
  expect(await held('kv/apps', `old/${path}`)).toEqual({ value: 'mover' });
  const claims = await scene.broker.db.query(
    'select place, entry, path from remote_entries where profile_id = $1::uuid',
    [profile.id],
  );
  expect(claims).toEqual([
    { place: `hashicorp-vault/http://127.0.0.1:${vault.port}/secret`, entry: `new/${path}`, path },
  ]);
});
