import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADAPTER_MODULES } from '../../../adapters/registry.ts';
import { startVaultEmulator, type VaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import { addSecretRow } from '../../support/secret-rows.ts';
import { startVaultApp, type VaultApp } from '../../support/vault-app.ts';

const CANARY = 'hvs.canary-vault-credential';
const settings = { address: 'https://vault.example.com', authMethod: 'token', token: CANARY };
interface Created extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

let app: VaultApp;
let emulator: VaultEmulator;
let count = 0;

beforeAll(async () => {
  [app, emulator] = await Promise.all([startVaultApp(), startVaultEmulator()]);
});
afterAll(async () => {
  await Promise.all([app.close(), emulator.close()]);
});

async function created(path: string, body: Record<string, unknown>): Promise<Created> {
  const answer = await app.admin('POST', path, { name: `thing ${++count}`, ...body });
  expect(answer.status, answer.text).toBe(201);
  return { ...answer.json, id: String(answer.json.id) };
}
const addVault = (body: Record<string, unknown> = { kind: 'hashicorp-vault', settings }) => created('/v1/vaults', body);
const addProject = () => created('/v1/projects', { slug: `project-${++count}` });

test('the routes document themselves', async () => {
  const { json } = await app.admin('GET', '/openapi.json');
  expect(Object.keys(json.paths as object)).toEqual(
    expect.arrayContaining([
      '/v1/vaults/{vaultId}/check',
      '/v1/vault-profiles/{profileId}/enable',
      '/v1/approval-profiles',
    ]),
  );
  expect(await new Validator().validate(json)).toEqual({ valid: true });
});

test('the kinds tell their settings, which of them are credentials, and what they can do', async () => {
  const { status, json } = await app.admin('GET', '/v1/vault-kinds');
  const kinds = json.items as Record<string, unknown>[];
  expect(status).toBe(200);
  expect(kinds.map(({ kind }) => kind)).toEqual(Object.keys(ADAPTER_MODULES).sort());
  const hashicorp = kinds.find(({ kind }) => kind === 'hashicorp-vault');
  expect(hashicorp).toMatchObject({
    sensitive: ['token', 'roleId', 'secretId'],
    capabilities: { compareAndSet: true },
    settings: {
      type: 'object',
      required: ['address', 'authMethod'],
      properties: { token: { type: 'string', writeOnly: true } },
    },
    attributes: { type: 'object', properties: { mount: { default: 'secret' }, prefix: { type: 'string' } } },
  });
});

test('a vault is created, read and listed without its credential', async () => {
  const vault = await addVault();
  expect(vault).toMatchObject({
    kind: 'hashicorp-vault',
    settings: { address: 'https://vault.example.com', authMethod: 'token' },
    credentials: { token: 'set' },
    revision: 1,
  });
  const got = await app.admin('GET', `/v1/vaults/${vault.id}`);
  expect(got.json).toEqual(vault);
  const listed = await app.admin('GET', '/v1/vaults?kind=hashicorp-vault&limit=200');
  expect(listed.json.items).toContainEqual(vault);
  const others = await app.admin('GET', '/v1/vaults?kind=builtin&limit=200');
  expect(others.json.items).not.toContainEqual(vault);
  expect(got.text + listed.text).not.toContain(CANARY);
});

test('a credential stands in clear in no table and no log', async () => {
  await addVault();
  const refused = await app.admin('POST', '/v1/vaults', { name: 'x', kind: 'builtin', settings: { [CANARY]: CANARY } });
  expect(refused.status).toBe(422);
  expect(refused.text).not.toContain(CANARY);
  const tables = await app.db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(20);
  const forms = [CANARY, Buffer.from(CANARY).toString('hex'), Buffer.from(CANARY).toString('base64').slice(0, -4)];
  for (const { name } of tables) {
    const rows = await app.db.query<{ row: string }>(`select t::text as row from "${name}" t`);
    const text = rows.map(({ row }) => row).join('\n');
    for (const form of forms) expect(text, name).not.toContain(form);
  }
  for (const form of forms) expect(app.log()).not.toContain(form);
});

test('settings that the kind does not take are refused with pointers', async () => {
  const tries: [Record<string, unknown>, string][] = [
    [{ kind: 'hashicorp-vault', settings: { ...settings, address: 'nowhere' } }, '/settings/address'],
    [{ kind: 'hashicorp-vault', settings: { ...settings, token: undefined } }, '/settings/token'],
    [{ kind: 'hashicorp-vault', settings: { ...settings, extra: 1 } }, '/settings'],
    [{ kind: 'builtin', settings: { address: 'x' } }, '/settings'],
    [{ kind: 'floppy-disk', settings: {} }, '/kind'],
    [{ kind: 'builtin', settings: [] }, '/settings'],
  ];
  for (const [body, pointer] of tries) {
    const answer = await app.admin('POST', '/v1/vaults', { name: 'refused', ...body });
    expect(answer.status, pointer).toBe(422);
    expect(answer.json.errors).toContainEqual({ pointer, expected: expect.any(String) });
  }
});

test('a name is taken once per organization', async () => {
  await addVault({ kind: 'builtin', name: 'only one' });
  const again = await app.admin('POST', '/v1/vaults', { name: 'only one', kind: 'builtin' });
  expect([again.status, again.json.code]).toEqual([409, 'already_exists']);
  const other = await addVault({ kind: 'builtin' });
  const renamed = await app.admin('PATCH', `/v1/vaults/${other.id}`, { name: 'only one' });
  expect([renamed.status, renamed.json.code]).toEqual([409, 'already_exists']);
  expect((await app.stranger('POST', '/v1/vaults', { name: 'only one', kind: 'builtin' })).status).toBe(201);
});

test('another address needs the credential again; a new credential alone does not need the address', async () => {
  const vault = await addVault();
  const path = `/v1/vaults/${vault.id}`;
  const moved = await app.admin('PATCH', path, { settings: { address: 'https://evil.example.com' } });
  expect(moved.status).toBe(422);
  expect(moved.json.errors).toEqual([{ pointer: '/settings/token', expected: expect.any(String) }]);
  const rotated = await app.admin('PATCH', path, { settings: { token: 'hvs.new' }, expectedRevision: 1 });
  expect(rotated.json).toMatchObject({ revision: 2, settings: vault.settings });
  const stale = await app.admin('PATCH', path, { name: 'stale', expectedRevision: 1 });
  expect([stale.status, stale.json.code, stale.json.currentRevision]).toEqual([409, 'revision_conflict', 2]);
  const renamed = await app.admin('PATCH', path, { name: 'renamed' });
  expect(renamed.json).toMatchObject({ name: 'renamed', revision: 2 });
});

test('check says what the vault says, with the settings of the moment', async () => {
  const { token, url } = emulator;
  const vault = await addVault({ kind: 'hashicorp-vault', settings: { ...settings, address: url, token } });
  const check = async () => (await app.admin('POST', `/v1/vaults/${vault.id}/check`)).json;
  expect(await check()).toEqual({ ok: true, missingRights: [] });
  await app.admin('PATCH', `/v1/vaults/${vault.id}`, { settings: { token: 'hvs.wrong' } });
  expect(await check()).toEqual({ ok: false, code: 'unauthenticated' });
  await app.admin('PATCH', `/v1/vaults/${vault.id}`, { settings: { token } });
  expect(await check()).toEqual({ ok: true, missingRights: [] });
  const builtin = await addVault({ kind: 'builtin' });
  expect((await app.admin('POST', `/v1/vaults/${builtin.id}/check`)).json).toEqual({ ok: true, missingRights: [] });
});

test('credentials that do not open are shown as unreadable and can be set again', async () => {
  const { token, url } = emulator;
  const vault = await addVault({ kind: 'hashicorp-vault', settings: { ...settings, address: url, token } });
  const donor = await addVault();
  await app.db.query(
    `update vaults v set sealed_credentials = d.sealed_credentials from vaults d where v.id = $1::uuid and d.id = $2::uuid`,
    [vault.id, donor.id],
  );
  const path = `/v1/vaults/${vault.id}`;
  expect((await app.admin('GET', path)).json.credentials).toEqual({
    token: 'unreadable',
    roleId: 'unreadable',
    secretId: 'unreadable',
  });
  expect((await app.admin('POST', `${path}/check`)).json).toEqual({ ok: false, code: 'unknown' });
  const mended = await app.admin('PATCH', path, { settings: { token } });
  expect(mended.json.credentials).toEqual({ token: 'set' });
  expect((await app.admin('POST', `${path}/check`)).json).toEqual({ ok: true, missingRights: [] });
});

test('a vault that moves takes its places along, renews its profiles and has every copy proved again', async () => {
  const vault = await addVault();
  const profile = await created('/v1/vault-profiles', { vaultId: vault.id });
  const project = await addProject();
  const row = {
    organizationId: app.organizationId,
    projectId: project.id,
    profileId: profile.id,
    place: String(profile.place),
  };
  const states = ['synced', 'failed', 'removing', 'paused', 'removed'];
  const secrets = [];
  for (const targetState of states) secrets.push(await addSecretRow(app.db, { ...row, targetState }));
  const moved = await app.admin('PATCH', `/v1/vaults/${vault.id}`, {
    settings: { address: 'https://elsewhere.example.com', token: 'hvs.other' },
  });
  expect(moved.status, moved.text).toBe(200);
  const after = (await app.admin('GET', `/v1/vault-profiles/${profile.id}`)).json;
  expect(after.place).toBe('hashicorp-vault/https://elsewhere.example.com:443/secret');
  const places = await app.db.query<{ place: string }>('select place from remote_entries where profile_id = $1::uuid', [
    profile.id,
  ]);
  expect(places).toEqual(states.map(() => ({ place: after.place })));
  const targets = await app.db.query<{ state: string; generation: number; due: boolean }>(
    `select state, generation, next_attempt_at <= clock_timestamp() is true as due from targets
     where profile_id = $1::uuid order by array_position($2::uuid[], secret_id)`,
    [profile.id, secrets.map(({ id }) => id)],
  );
  expect(targets).toEqual([
    { state: 'pending', generation: 2, due: true },
    { state: 'pending', generation: 2, due: true },
    // Decided for another place: held until somebody has looked.
    { state: 'removing', generation: 2, due: false },
    { state: 'paused', generation: 1, due: false },
    { state: 'removed', generation: 1, due: false },
  ]);
  expect((await app.admin('GET', `/v1/vault-profiles/${profile.id}`)).json.revision).toBe(2);
});

test('a vault does not move onto paths that somebody else holds, nor under an open change', async () => {
  const [here, there] = [
    await addVault(),
    await addVault({
      kind: 'hashicorp-vault',
      settings: { ...settings, address: 'https://there.example.com' },
    }),
  ];
  const project = await addProject();
  const rows = [];
  for (const vault of [here, there]) {
    const naming = `v${rows.length}/{project}/{path}/{name}`;
    const profile = await created('/v1/vault-profiles', { vaultId: vault.id, naming });
    const place = String(profile.place);
    rows.push(
      await addSecretRow(app.db, {
        organizationId: app.organizationId,
        projectId: project.id,
        profileId: profile.id,
        place,
      }),
    );
  }
  await app.db.query(
    `update remote_entries set (entry, path) = (select entry, path from remote_entries where secret_id = $1::uuid) where secret_id = $2::uuid`,
    [rows[0]?.id, rows[1]?.id],
  );
  const move = () =>
    app.admin('PATCH', `/v1/vaults/${here.id}`, { settings: { address: 'https://there.example.com', token: 'hvs.x' } });
  const taken = await move();
  expect([taken.status, taken.json.code]).toEqual([409, 'remote_path_taken']);
  await app.db.query(
    `insert into change_requests (id, organization_id, project_id, secret_id, operation, state, base_version, profile_id,
       profile_revision, plan, digest, policies, requester, requester_person_id, subject_type, subject_id)
     select gen_random_uuid(), organization_id, project_id, id, 'update', 'pending_approval', 0, source_profile_id, 1, '{}',
       '', '[]', '{}', gen_random_uuid(), 'secret', id from secrets where id = $1::uuid`,
    [rows[0]?.id],
  );
  const open = await move();
  expect([open.status, open.json.code]).toEqual([409, 'change_in_progress']);
  expect((await app.admin('GET', `/v1/vaults/${here.id}`)).json).toEqual(here);
});

test('a vault in use cannot be deleted, another can', async () => {
  const vault = await addVault({ kind: 'builtin' });
  const profile = await created('/v1/vault-profiles', { vaultId: vault.id });
  const path = `/v1/vaults/${vault.id}`;
  const used = await app.admin('DELETE', path);
  expect([used.status, used.json.code, used.json.vaultProfiles]).toEqual([409, 'in_use', [profile.name]]);
  expect((await app.admin('DELETE', `/v1/vault-profiles/${profile.id}`)).status).toBe(204);
  const open = await app.pool.open({
    vaultId: vault.id,
    vaultRevision: 1,
    profileId: profile.id,
    attributes: {},
    concurrency: 1,
    ratePerSecond: null,
  });
  await open.write('a', new Map(), { operationId: 'op' });
  const holding = await app.admin('DELETE', path);
  expect([holding.status, holding.json.code, holding.json.entries]).toEqual([409, 'in_use', 1]);
  await open.remove('a', { mode: 'recoverable' });
  expect((await app.admin('DELETE', path)).status).toBe(204);
  expect((await app.admin('GET', path)).status).toBe(404);
});

test('parallel repetitions with one key make one vault and give one answer; another body is refused', async () => {
  const key = { 'idempotency-key': 'create-vault-1' };
  const body = { name: 'made once', kind: 'hashicorp-vault', settings };
  const answers = await Promise.all(Array.from({ length: 10 }, () => app.admin('POST', '/v1/vaults', body, key)));
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
  const other = await app.admin('POST', '/v1/vaults', { ...body, name: 'other' }, key);
  expect([other.status, other.json.code]).toEqual([422, 'idempotency_key_reused']);
  const [events] = await app.db.query<{ count: number }>(
    `select count(*)::int as count from audit_events where action = 'vault.created' and object_id = $1`,
    [answers[0]?.json.id],
  );
  expect(events?.count).toBe(1);
});

test('rights: readers read, only those with vault.administer do more', async () => {
  const vault = await addVault({ kind: 'builtin' });
  const viewer = await app.person('vault-viewer', 'viewer', (await addProject()).id);
  const operator = await app.person('vault-operator', 'operator');
  const path = `/v1/vaults/${vault.id}`;
  for (const read of ['/v1/vault-kinds', '/v1/vaults', path]) expect((await viewer.call('GET', read)).status).toBe(200);
  const tries = (call: typeof viewer.call) =>
    Promise.all([
      call('POST', '/v1/vaults', { name: 'by somebody', kind: 'builtin' }),
      call('PATCH', path, { name: 'renamed by somebody' }),
      call('POST', `${path}/check`),
    ]);
  expect((await tries(viewer.call)).map(({ status }) => status)).toEqual([403, 403, 403]);
  expect((await viewer.call('DELETE', path)).status).toBe(403);
  expect((await tries(operator.call)).map(({ status }) => status)).toEqual([201, 200, 200]);
});
