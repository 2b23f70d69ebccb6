import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/answers.ts';
import { lockWaiters } from '../../support/lock-waiters.ts';
import { addSecretRow } from '../../support/secret-rows.ts';
import { startVaultApp, type VaultApp } from '../../support/vault-app.ts';

interface Created extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

let app: VaultApp;
let vaultId: string;
let count = 0;

beforeAll(async () => {
  app = await startVaultApp();
  vaultId = (await created('/v1/vaults', { kind: 'builtin' })).id;
  await app.person('second-administrator', 'admin');
});
afterAll(() => app.close());

async function created(path: string, body: Record<string, unknown>): Promise<Created> {
  const answer = await app.admin('POST', path, { name: `thing ${++count}`, ...body });
  expect(answer.status, answer.text).toBe(201);
  return { ...answer.json, id: String(answer.json.id) };
}
/** Each with entries of its own. */
const addProfile = (body: Record<string, unknown> = {}) =>
  created('/v1/vault-profiles', { vaultId, naming: `n${++count}/{project}/{path}/{name}`, ...body });
const addPolicy = () =>
  created('/v1/approval-profiles', { steps: [{ name: 'anybody', approvers: { roles: ['admin'] } }] });

test('a profile is created with defaults, read, listed and changed', async () => {
  const profile = await created('/v1/vault-profiles', { vaultId });
  expect(profile).toMatchObject({
    vaultId,
    naming: '{organization}/{project}/{path}/{name}',
    enabled: true,
    attributes: {},
    place: `builtin ${vaultId}`,
    concurrency: 16,
    ratePerSecond: null,
    check: { state: 'unchecked', code: null, missingRights: [], checkedAt: null },
    breaker: { state: 'closed', code: null, since: null },
    approvalProfileId: null,
    revision: 1,
  });
  const path = `/v1/vault-profiles/${profile.id}`;
  expect((await app.admin('GET', path)).json).toEqual(profile);
  expect((await app.admin('GET', `/v1/vault-profiles?vaultId=${vaultId}&limit=200`)).json.items).toContainEqual(
    profile,
  );
  expect((await app.admin('GET', '/v1/vault-profiles?enabled=false&limit=200')).json.items).not.toContainEqual(profile);
  const changes = { name: 'renamed', naming: '{project}/{path}/{name}', concurrency: 3, expectedRevision: 1 };
  const changed = await app.admin('PATCH', path, changes);
  const { expectedRevision: _, ...stated } = changes;
  expect(changed.json).toMatchObject({ ...stated, revision: 2 });
  const stale = await app.admin('PATCH', path, changes);
  expect([stale.status, stale.json.code, stale.json.currentRevision]).toEqual([409, 'revision_conflict', 2]);
});

test('what a process that is gone thought of a vault does not outlast the next check', async () => {
  const { id } = await addProfile();
  await app.db.query(
    `update vault_profiles set breaker_state = 'open', breaker_code = 'timeout',
       breaker_since = clock_timestamp() - interval '1 hour' where id = $1::uuid`,
    [id],
  );
  await app.checks.checkNow(id);
  const { json } = await app.admin('GET', `/v1/vault-profiles/${id}`);
  expect(json.breaker).toEqual({ state: 'closed', code: null, since: expect.any(String) });
});

test('pages follow one another without gap or repetition', async () => {
  for (let i = 0; i < 5; i++) await addProfile();
  const seen: unknown[] = [];
  let cursor: unknown = '';
  while (cursor !== null) {
    const page = await app.admin('GET', `/v1/vault-profiles?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    seen.push(...(page.json.items as { id: string }[]).map(({ id }) => id));
    cursor = page.json.nextCursor;
  }
  const all = (await app.admin('GET', '/v1/vault-profiles?limit=200')).json.items as { id: string }[];
  expect(seen).toEqual(all.map(({ id }) => id));
  expect(seen.length).toBeGreaterThanOrEqual(5);
});

test.each([
  [{ naming: '{name}' }, '/naming', 'a template with {project}'],
  [{ naming: '{project}-{name}/{path}' }, '/naming', 'a `.` between two placeholders of one segment'],
  [{ concurrency: 0 }, '/concurrency', 'at least 1'],
  [{ concurrency: 1000 }, '/concurrency', 'at most 256'],
  [{ ratePerSecond: 0 }, '/ratePerSecond', 'at least 1'],
  [{ attributes: { mount: 'x' } }, '/attributes', 'nothing: this kind has none'],
  [{ enabled: false }, '/enabled', 'no such field'],
])('refuses %j', async (body, pointer, expected) => {
  const answer = await app.admin('POST', '/v1/vault-profiles', { name: 'refused', vaultId, ...body });
  expect(answer.status).toBe(422);
  expect(answer.json.errors).toEqual([{ pointer, expected }]);
});

test('a name is taken once', async () => {
  const profile = await addProfile();
  const again = await app.admin('POST', '/v1/vault-profiles', {
    name: profile.name,
    vaultId,
    naming: 'other/{project}/{path}/{name}',
  });
  expect([again.status, again.json.code]).toEqual([409, 'already_exists']);
});

test('disabling takes effect at once and enabling makes due what waited, and rings', async () => {
  const profile = await addProfile();
  const project = await created('/v1/projects', { slug: 'waiting' });
  const row = { organizationId: app.organizationId, projectId: project.id, profileId: profile.id, place: 'somewhere' };
  const states = ['pending', 'failed', 'removing', 'synced', 'paused'];
  for (const targetState of states) await addSecretRow(app.db, { ...row, targetState });
  const path = `/v1/vault-profiles/${profile.id}`;
  expect((await app.admin('POST', `${path}/disable`)).json).toMatchObject({ enabled: false, revision: 1 });
  expect((await app.admin('GET', path)).json.enabled).toBe(false);
  expect(app.rung).not.toContainEqual({ name: 'sync-profile', data: { profileId: profile.id } });
  expect((await app.admin('POST', `${path}/enable`)).json).toMatchObject({ enabled: true, revision: 1 });
  expect(app.rung).toContainEqual({ name: 'sync-profile', data: { profileId: profile.id } });
  const due = await app.db.query<{ state: string }>(
    `select state from targets where profile_id = $1::uuid and next_attempt_at <= clock_timestamp() order by state`,
    [profile.id],
  );
  expect(due.map(({ state }) => state)).toEqual(['failed', 'pending', 'removing']);
  expect((await app.admin('POST', `${path}/enable`)).json.enabled).toBe(true);
  const events = await app.db.query<{ action: string }>(
    'select action from audit_events where object_id = $1 order by seq',
    [profile.id],
  );
  expect(events.map(({ action }) => action)).toEqual([
    'vault_profile.created',
    'vault_profile.disabled',
    'vault_profile.enabled',
  ]);
});

test('attaching and detaching an approval profile needs the right to set policies', async () => {
  const policy = await addPolicy();
  const operator = await app.person('profile-operator', 'operator');
  const post = (body: Record<string, unknown>) =>
    operator.call('POST', '/v1/vault-profiles', {
      name: `by operator ${++count}`,
      vaultId,
      naming: `o${count}/{project}/{path}/{name}`,
      ...body,
    });
  expect((await post({ approvalProfileId: policy.id })).status).toBe(403);
  const own = await post({});
  expect(own.status).toBe(201);
  const ownPath = `/v1/vault-profiles/${own.json.id}`;
  expect((await operator.call('PATCH', ownPath, { approvalProfileId: policy.id })).status).toBe(403);
  expect((await operator.call('PATCH', ownPath, { approvalProfileId: null, concurrency: 2 })).status).toBe(200);
  const governed = await addProfile({ approvalProfileId: policy.id });
  const path = `/v1/vault-profiles/${governed.id}`;
  expect((await operator.call('PATCH', path, { approvalProfileId: null })).status).toBe(403);
  const detach = await app.admin('PATCH', path, { approvalProfileId: null });
  expect(detach.json).toMatchObject({ changeRequest: { state: 'pending_approval', operation: 'edit_vault_profile' } });
  expect((await app.admin('GET', path)).json.approvalProfileId).toBe(policy.id);
});

test('a profile that secrets use cannot be deleted, one that was never used can', async () => {
  const profile = await addProfile();
  const project = await created('/v1/projects', { slug: 'in-use' });
  const row = { organizationId: app.organizationId, projectId: project.id, profileId: profile.id, place: 'used' };
  const secret = await addSecretRow(app.db, { ...row, targetState: 'synced' });
  const path = `/v1/vault-profiles/${profile.id}`;
  const used = await app.admin('DELETE', path);
  expect([used.status, used.json.code, used.json.secrets, used.json.targets]).toEqual([409, 'in_use', 1, 1]);
  await app.db.query(`update secrets set state = 'destroyed' where id = $1::uuid`, [secret.id]);
  await app.db.query('delete from targets where secret_id = $1::uuid', [secret.id]);
  expect((await app.admin('DELETE', path)).json).toMatchObject({ code: 'in_use', secrets: 0, targets: 0 });
  const unused = await addProfile();
  expect((await app.admin('DELETE', `/v1/vault-profiles/${unused.id}`)).status).toBe(204);
  expect((await app.admin('GET', `/v1/vault-profiles/${unused.id}`)).status).toBe(404);
});

test("another tenant's objects are as unknown as those that do not exist", async () => {
  const profile = await addProfile();
  const policy = await addPolicy();
  const ids: Record<string, string> = { vaultId, profileId: profile.id, approvalProfileId: policy.id };
  const bodies: Record<string, unknown> = {
    updateVault: { name: 'taken over', settings: {} },
    updateVaultProfile: { name: 'taken over' },
    updateApprovalProfile: { name: 'taken over' },
  };
  let walked = 0;
  for (const route of app.routes.filter(({ path }) =>
    /^\/v1\/(vaults|vault-profiles|approval-profiles)\/:/.test(path),
  )) {
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? '');
    const answer = await app.stranger(route.method.toUpperCase(), path, bodies[route.operationId]);
    expect([answer.status, answer.json.code], route.operationId).toEqual([404, 'not_found']);
    walked += 1;
  }
  expect(walked).toBe(14);
  for (const list of ['vaults', 'vault-profiles', 'approval-profiles']) {
    const text = (await app.stranger('GET', `/v1/${list}?limit=200`)).text;
    for (const id of Object.values(ids)) expect(text).not.toContain(id);
  }
  const theirVault = await app.stranger('POST', '/v1/vaults', { name: 'own', kind: 'builtin' });
  const tries = [
    { name: 'x', vaultId },
    { name: 'x', vaultId: theirVault.json.id, approvalProfileId: policy.id },
  ];
  for (const body of tries) expect((await app.stranger('POST', '/v1/vault-profiles', body)).status).toBe(404);
});

test('a profile that is added while its vault goes elsewhere lies where the vault is then', async () => {
  const settings = { address: 'http://127.0.0.1:1', authMethod: 'token', token: 'no-such-token' };
  const { id } = await created('/v1/vaults', { kind: 'hashicorp-vault', settings });
  const { moving, adding } = await app.db.transaction(async (tx) => {
    await tx.query('select 1 from audit_heads for update');
    const elsewhere = { address: 'http://127.0.0.1:2', token: 'no-such-token' };
    const moving = app.admin('PATCH', `/v1/vaults/${id}`, { settings: elsewhere });
    await eventually(async () => (await lockWaiters(app.db)) === 1, 'the vault is about to have moved');
    const adding = addProfile({ vaultId: id });
    await eventually(async () => (await lockWaiters(app.db)) === 2, 'the profile waits for it');
    return { moving, adding };
  });
  expect((await moving).status).toBe(200);
  expect((await adding).place).toBe('hashicorp-vault/http://127.0.0.1:2/secret');
});

test('a policy that is attached while it is being deleted is not there', async () => {
  const policy = await addPolicy();
  const profile = await addProfile();
  const { deleting, attaching } = await app.db.transaction(async (tx) => {
    await tx.query('select 1 from audit_heads for update');
    const deleting = app.admin('DELETE', `/v1/approval-profiles/${policy.id}`);
    await eventually(async () => (await lockWaiters(app.db)) === 1, 'the policy is about to be gone');
    const attaching = app.admin('PATCH', `/v1/vault-profiles/${profile.id}`, { approvalProfileId: policy.id });
    await eventually(async () => (await lockWaiters(app.db)) === 2, 'who attaches it waits');
    return { deleting, attaching };
  });
  expect((await deleting).status).toBe(204);
  expect((await attaching).json).toMatchObject({ code: 'not_found' });
});
