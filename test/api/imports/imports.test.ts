import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, must, targetsIn } from '../../support/answers.ts';
import { dumpTables } from '../../support/dump-tables.ts';
import { importDesk } from '../../support/import-desk.ts';
import { type Scene, startScene } from '../../support/scene.ts';
import { appliedAt, entryAt, putForeign, textAt } from '../../support/vault-entries.ts';
import { actionsOf } from '../approvals/support.ts';

const CANARY = 'canary-that-no-import-shows';
const { privateKey: PEM } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
let scene: Scene;
let desk: ReturnType<typeof importDesk>;
let profile: string;
let folders = 0;

beforeAll(async () => {
  scene = await startScene();
  desk = importDesk(scene.admin);
  profile = scene.source.profileId;
});
afterAll(() => scene.close());

/** Entries of somebody else below a new folder. */
async function foreign(entries: Record<string, Record<string, string>>): Promise<string> {
  const folder = `legacy-${++folders}`;
  for (const [name, data] of Object.entries(entries)) await putForeign(scene.source.vault, `${folder}/${name}`, data);
  return folder;
}
const secretOf = async (id: string | null | undefined) => must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
const contentOf = async (id: string | null | undefined) =>
  must(await scene.admin('GET', `/v1/secrets/${id}/versions/latest/content`), 200).payload;
const applied = () => scene.source.vault.journal.length;

test('a dry run says what each entry would be and why, and makes nothing', async () => {
  const folder = await foreign({
    login: { username: 'app', password: CANARY },
    'tls.key': { value: PEM },
    'db/url': { value: CANARY },
    env: { HOST: 'db', PASSWORD: CANARY },
    bad: { 'not a name': CANARY },
  });
  const before = applied();
  const id = await desk.start(profile, { prefix: folder, dryRun: true });
  expect(await desk.ended(id)).toMatchObject({ state: 'completed', counts: { total: 5, ready: 4, failed: 1 } });
  const items = Object.fromEntries((await desk.items(id)).map((item) => [item.entry.slice(folder.length + 1), item]));
  const { login, env, bad, 'tls.key': key, 'db/url': url } = items;
  expect(login).toMatchObject({ state: 'ready', path: folder, name: 'login', type: 'basic_auth', secretId: null });
  expect(login?.found).toMatchObject({ because: 'a username and a password', fieldNames: ['password', 'username'] });
  expect(key).toMatchObject({ type: 'private_key', name: expect.stringMatching(/^tls-key-[0-9a-f]{10}$/) });
  expect(key?.found).toMatchObject({ because: 'a private key in PEM', facts: { algorithm: 'ec' } });
  expect(url).toMatchObject({ type: 'generic', path: `${folder}/db`, name: 'url' });
  const cannotBe = url?.found?.cannotBe as { type: string; expected: string }[];
  expect(cannotBe.map(({ type }) => type)).toContain('jwt_token');
  expect(env).toMatchObject({ type: 'key_value' });
  expect(bad).toMatchObject({ state: 'failed', code: 'no_type_fits', name: null });
  expect(bad?.found?.expected).toContain('field names of a letter');
  expect(applied()).toBe(before);
  expect(JSON.stringify(items)).not.toContain(CANARY);
  const { items: made } = must(await scene.admin('GET', `/v1/secrets?path=${folder}`), 200);
  expect(made).toEqual([]);
  expect(await actionsOf(scene, id)).toEqual(['import.started', 'import.completed']);
});

test('an imported secret has its entry as version 1, nothing was written, and it lives on like any other', async () => {
  const folder = await foreign({ login: { username: 'app', password: 'first' } });
  const entry = `${folder}/login`;
  const before = applied();
  const { [entry]: item } = await desk.run(profile, { entries: [{ entry }] });
  expect(item).toMatchObject({ state: 'imported', type: 'basic_auth', path: folder, name: 'login' });
  expect(applied()).toBe(before);
  const id = item?.secretId;
  expect(await secretOf(id)).toMatchObject({
    state: 'active',
    sourcePath: entry,
    latestVersion: 1,
    type: 'basic_auth',
  });
  const version = must(await scene.admin('GET', `/v1/secrets/${id}/versions/1`), 200);
  expect(version).toMatchObject({ vaultVersion: '1', fieldNames: ['password', 'username'], vaultProfileId: profile });
  expect(await contentOf(id)).toEqual({ username: 'app', password: 'first' });

  const payload = { username: 'app', password: 'second' };
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload }), 201);
  const updated = await entryAt(scene.source.vault, entry);
  expect(updated?.fields.password?.toString()).toBe('second');
  expect(updated?.labels).toEqual({});
  const [target] = scene.targets;
  must(await scene.admin('POST', `/v1/secrets/${id}/targets`, { profileId: target?.profileId }), 200);
  const [copy] = (await targetsIn(scene.admin, String(id), 'synced')) as { state: string; remotePath?: string }[];
  expect(target && (await textAt(target.vault, copy?.remotePath ?? '', 'password'))).toBe('second');
  must(await scene.admin('POST', `/v1/secrets/${id}/rollback`, { version: 1 }), 201);
  expect(await textAt(scene.source.vault, entry, 'password')).toBe('first');
  await eventually(
    async () => target && (await textAt(target.vault, copy?.remotePath ?? '', 'password')) === 'first',
    'the copy follows',
  );
});

test('somebody else writes the entry after its import: the next update is refused and theirs stays', async () => {
  const folder = await foreign({ token: { value: 'ours' } });
  const entry = `${folder}/token`;
  const { [entry]: item } = await desk.run(profile, { prefix: folder });
  await putForeign(scene.source.vault, entry, { value: 'theirs' });
  const answer = await scene.admin('POST', `/v1/secrets/${item?.secretId}/versions`, { payload: { value: 'new' } });
  expect([answer.status, answer.json.code]).toEqual([409, 'vault_conflict']);
  expect(await textAt(scene.source.vault, entry)).toBe('theirs');
});

test('with the marker: one label write for each entry, beside what others keep there', async () => {
  const folder = await foreign({ a: { value: 'a' }, b: { value: 'b' } });
  const { url, token } = scene.source.vault;
  await fetch(`${url}/v1/secret/metadata/${folder}/a`, {
    method: 'POST',
    headers: { 'x-vault-token': token },
    body: JSON.stringify({ custom_metadata: { team: 'blue' } }),
  });
  const before = applied();
  const items = await desk.run(profile, { prefix: folder, marker: true });
  for (const name of ['a', 'b']) {
    const entry = `${folder}/${name}`;
    const { secretId } = items[entry] ?? {};
    expect(appliedAt(scene.source.vault, entry, 'metadata')).toHaveLength(name === 'a' ? 2 : 1);
    expect((await entryAt(scene.source.vault, entry))?.labels).toMatchObject({ 'keyferry-secret': secretId });
  }
  expect((await entryAt(scene.source.vault, `${folder}/a`))?.labels).toMatchObject({ team: 'blue' });
  expect(applied() - before).toBe(2);
});

test('names and entries that are taken are skipped or fail, as asked, and nothing is read for a held entry', async () => {
  const folder = await foreign({ one: { value: '1' }, two: { value: '2' } });
  const [one, two] = [`${folder}/one`, `${folder}/two`];
  const named = { entry: one, name: 'the-name', path: folder };
  expect(await desk.run(profile, { entries: [named] })).toMatchObject({ [one]: { state: 'imported' } });
  const again = { entries: [{ entry: one }, { entry: two, name: 'the-name', path: folder }] };
  const skipped = await desk.run(profile, again);
  expect(skipped[one]).toMatchObject({ state: 'skipped', code: 'remote_path_taken', attempts: 0 });
  expect(skipped[two]).toMatchObject({ state: 'skipped', code: 'already_exists' });
  const failed = await desk.run(profile, { ...again, onCollision: 'fail' });
  expect(failed[one]).toMatchObject({ state: 'failed', code: 'remote_path_taken' });
  expect(failed[two]).toMatchObject({ state: 'failed', code: 'already_exists' });
  // A proposed name gives way to one that is taken.
  must(
    await scene.admin('POST', '/v1/secrets', {
      ...{ project: 'shop', path: folder, name: 'two', type: 'generic', sourceProfileId: profile },
      payload: { value: 'x' },
    }),
    201,
  );
  const { [two]: moved } = await desk.run(profile, { entries: [{ entry: two }] });
  expect(moved).toMatchObject({ state: 'imported', path: folder, name: expect.stringMatching(/^two-[0-9a-f]{10}$/) });
});

test('a type that was asked for and does not fit, an entry that is not there, a marker of somebody else', async () => {
  const folder = await foreign({ text: { value: CANARY }, marked: { value: 'x' } });
  const { url, token } = scene.source.vault;
  await fetch(`${url}/v1/secret/metadata/${folder}/marked`, {
    method: 'POST',
    headers: { 'x-vault-token': token },
    body: JSON.stringify({ custom_metadata: { 'keyferry-secret': 'of another installation' } }),
  });
  const items = await desk.run(profile, {
    entries: [
      { entry: `${folder}/text`, type: 'jwt_token' },
      { entry: `${folder}/nothing` },
      { entry: `${folder}/marked` },
    ],
  });
  const { [`${folder}/text`]: text, [`${folder}/nothing`]: nothing, [`${folder}/marked`]: marked } = items;
  expect(text).toMatchObject({ state: 'failed', code: 'invalid_content', type: 'jwt_token' });
  expect(text?.found?.expected).toContain('three base64url parts');
  expect(nothing).toMatchObject({ state: 'failed', code: 'entry_missing' });
  expect(marked).toMatchObject({ state: 'failed', code: 'marked_by_other' });
  expect(JSON.stringify(items)).not.toContain(CANARY);
});

test('an entry that a secret here gave up can be imported anew, its old marker being replaced when asked', async () => {
  const folder = await foreign({ entry: { value: 'kept' } });
  const entry = `${folder}/entry`;
  const { [entry]: first } = await desk.run(profile, { prefix: folder, marker: true });
  const body = { profileId: scene.targets[0]?.profileId, oldSource: 'target' };
  must(await scene.admin('POST', `/v1/secrets/${first?.secretId}/source-profile`, body), 200);
  const { items } = must(await scene.admin('GET', `/v1/secrets/${first?.secretId}/targets`), 200);
  const [old] = items as { id: string }[];
  must(await scene.admin('DELETE', `/v1/secrets/${first?.secretId}/targets/${old?.id}`, { copy: 'keep' }), 200);
  const { [entry]: refused } = await desk.run(profile, { prefix: folder });
  expect(refused).toMatchObject({ state: 'failed', code: 'marked_by_other' });
  const { [entry]: second } = await desk.run(profile, { prefix: folder, marker: true });
  expect(second).toMatchObject({ state: 'imported' });
  expect(second?.secretId).not.toBe(first?.secretId);
  expect((await entryAt(scene.source.vault, entry))?.labels).toMatchObject({ 'keyferry-secret': second?.secretId });
});

test('a slow and failing vault: items wait, each on its own, and the import ends by itself', async () => {
  const folder = await foreign({ ok: { value: '1' }, busy: { value: '2' }, broken: { value: '3' } });
  const read = (name: string) => `/data/${folder}/${name}`;
  const busy = { status: 429, headers: { 'retry-after': '0' } };
  const rules = [
    scene.source.vault.script({ path: read('busy'), steps: busy, count: 4 }),
    scene.source.vault.script({ path: read('broken'), steps: { status: 403 } }),
  ];
  const items = await desk.run(profile, { prefix: folder });
  for (const rule of rules) rule.remove();
  expect(items[`${folder}/ok`]).toMatchObject({ state: 'imported' });
  expect(items[`${folder}/busy`]).toMatchObject({ state: 'imported' });
  expect(items[`${folder}/broken`]).toMatchObject({ state: 'failed', code: 'permission_denied' });
});

test('a listing that fails on any page imports nothing of it', async () => {
  const folder = await foreign({ a: { value: '1' }, z: { value: '2' } });
  const rule = scene.source.vault.script({ path: `/metadata/${folder}/z`, steps: { status: 500 } });
  const id = await desk.start(profile, { prefix: folder });
  const waiting = await eventually(async () => {
    const one = await desk.look(id);
    return one.code === null ? undefined : one;
  }, 'the failure shows');
  expect(waiting).toMatchObject({ state: 'listing', code: 'unavailable', counts: { imported: 0 } });
  rule.remove();
  expect(await desk.ended(id)).toMatchObject({ state: 'completed', counts: { total: 2, imported: 2 } });
});

test('cancelled while its listing hangs: nothing of it begins', async () => {
  const folder = await foreign({ a: { value: '1' } });
  const rule = scene.source.vault.script({ path: `/metadata/${folder}/a`, steps: { status: 500 } });
  const id = await desk.start(profile, { prefix: folder });
  must(await scene.admin('POST', `/v1/imports/${id}/cancel`), 200);
  expect(await desk.ended(id)).toMatchObject({ state: 'cancelled', counts: { imported: 0 } });
  rule.remove();
  expect((await scene.admin('POST', `/v1/imports/${id}/cancel`)).json.code).toBe('invalid_transition');
  expect(await actionsOf(scene, id)).toEqual(['import.started', 'import.cancelled', 'import.cancelled']);
});

test('the same request twice under one key is one import', async () => {
  const folder = await foreign({ a: { value: '1' } });
  const call = () =>
    scene.admin(
      'POST',
      `/v1/vault-profiles/${profile}/import`,
      { project: 'shop', prefix: folder },
      { 'idempotency-key': folder },
    );
  const [first, second] = await Promise.all([call(), call()]);
  expect(first.json.id).toBe(second.json.id);
  expect(await desk.ended(String(first.json.id))).toMatchObject({ counts: { total: 1, imported: 1 } });
});

test.each([
  [{}, '/entries'],
  [{ entries: [{ entry: 'a' }], prefix: 'a' }, '/entries'],
  [{ entries: [] }, '/entries'],
  [{ entries: [{ entry: '../a' }] }, '/entries/0/entry'],
  [{ entries: [{ entry: 'a' }, { entry: 'a' }] }, '/entries/1/entry'],
  [{ entries: [{ entry: 'a', name: '1' }] }, '/entries/0/name'],
  [{ entries: [{ entry: 'a', type: 'x' }] }, '/entries/0/type'],
  [{ prefix: 'a//b' }, '/prefix'],
  [{ prefix: '', more: 1 }, '/more'],
])('refuses %j, naming the field', async (body, pointer) => {
  const answer = await scene.admin('POST', `/v1/vault-profiles/${profile}/import`, { project: 'shop', ...body });
  expect(answer.status).toBe(422);
  expect((answer.json.errors as { pointer: string }[] | undefined)?.map((each) => each.pointer)).toContain(pointer);
});

test('only those who administer vaults and may create in the project import, checked again while it runs', async () => {
  const folder = await foreign({ a: { value: '1' } });
  const path = `/v1/vault-profiles/${profile}/import`;
  const body = { project: 'shop', prefix: folder };
  for (const role of ['read_write', 'write_only', 'operator']) {
    const person = await scene.person(`importer-${role}`.replace('_', '-'), role);
    expect((await person.api('POST', path, body)).status, role).toBe(403);
  }
  const both = await scene.person('importer-both', 'operator');
  const grant = must(
    await scene.admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: both.id, role: 'read_write' }),
    201,
  );
  const rule = scene.source.vault.script({ path: `/metadata/${folder}/a`, steps: { status: 500 } });
  const id = must(await both.api('POST', path, body), 202).id as string;
  must(await scene.admin('DELETE', `/v1/role-grants/${grant.id}`), 204);
  rule.remove();
  expect(await desk.ended(id)).toMatchObject({ state: 'failed', code: 'requester_not_authorized' });
});

test('each value that is read is recorded before, by the entry it is read from', async () => {
  const folder = await foreign({ a: { value: CANARY } });
  const id = await desk.start(profile, { prefix: folder });
  await desk.ended(id);
  const { items } = must(await scene.admin('GET', '/v1/audit-events?action=import.entry_read'), 200);
  const [read] = items as { objectId: string; details: Record<string, unknown> }[];
  expect(read).toMatchObject({ objectId: profile, details: { importId: id, entry: `${folder}/a`, preview: false } });
  expect(scene.log()).not.toContain(CANARY);
  for (const [table, text] of await dumpTables(scene.databaseUrl)) expect(text.includes(CANARY), table).toBe(false);
  const [item] = await desk.items(id);
  expect(await actionsOf(scene, item?.changeRequestId ?? '')).toEqual([
    'change.opened',
    'change.approved_by_policy',
    'change.applied',
  ]);
  expect(must(await scene.admin('GET', '/v1/audit-events/verify'), 200).intact).toBe(true);
});

test('a disabled profile: refused, and what runs rests until it is enabled', async () => {
  const folder = await foreign({ a: { value: '1' } });
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/disable`), 200);
  const body = { project: 'shop', prefix: folder };
  const answer = await scene.admin('POST', `/v1/vault-profiles/${profile}/import`, body);
  expect(answer.json.code).toBe('profile_disabled');
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/enable`), 200);

  const rule = scene.source.vault.script({ path: `/metadata/${folder}/a`, steps: { status: 500 } });
  const id = await desk.start(profile, { prefix: folder });
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/disable`), 200);
  rule.remove();
  await eventually(async () => (await desk.look(id)).code === 'profile_disabled', 'it rests');
  must(await scene.admin('POST', `/v1/vault-profiles/${profile}/enable`), 200);
  await scene.broker.db.query('update imports set next_attempt_at = clock_timestamp() where id = $1::uuid', [id]);
  expect(await desk.ended(id)).toMatchObject({ state: 'completed', counts: { imported: 1 } });
});
