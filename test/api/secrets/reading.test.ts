import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { existing, newSecret } from '../approvals/support.ts';

let scene: Scene;
let reader: ScenePerson;
let viewer: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ targets: 0, workers: false });
  reader = await scene.person('reader', 'reader');
  viewer = await scene.person('viewer', 'viewer');
});
afterAll(() => scene.close());

const binary = { base64: Buffer.from([0, 255, 1]).toString('base64') };
const made = (payload: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  existing(scene.admin, scene.source.profileId, { payload, ...more });
const readsOf = async (secretId: string) => {
  const path = `/v1/audit-events?objectId=${secretId}&action=secret.read&limit=100`;
  return must(await scene.admin('GET', path), 200).items as { details: Record<string, unknown> }[];
};

test('one field is read alone, text or bytes, and the record says which', async () => {
  const id = await made({ username: 'shop', password: 'hunter2', blob: binary });
  const content = (query: string) => reader.api('GET', `/v1/secrets/${id}/versions/latest/content${query}`);
  expect(must(await content('?field=password'), 200).payload).toEqual({ password: 'hunter2' });
  expect(must(await content('?field=blob'), 200).payload).toEqual({ blob: binary });
  expect(Object.keys(must(await content(''), 200).payload as object)).toHaveLength(3);
  expect((await readsOf(id)).map(({ details }) => details.field)).toEqual([undefined, 'blob', 'password']);
});

test('a field that is not there is refused before the vault is asked, and recorded as nothing', async () => {
  const id = await made({ value: 'one' });
  const before = entryCalls(scene.source.vault);
  const answer = await reader.api('GET', `/v1/secrets/${id}/versions/latest/content?field=other`);
  expect([answer.status, answer.json.code]).toEqual([404, 'not_found']);
  expect(entryCalls(scene.source.vault)).toBe(before);
  expect(await readsOf(id)).toEqual([]);
  const malformed = await reader.api('GET', `/v1/secrets/${id}/versions/latest/content?field=__proto__`);
  expect([malformed.status, malformed.json.errors]).toMatchObject([422, [{ pointer: '/query/field' }]]);
});

test('by name, `name@3` reads that version and `name` the newest that is enabled', async () => {
  const name = 'by-name';
  const id = await made({ value: 'v1' }, { name, path: 'payments' });
  for (const value of ['v2', 'v3'])
    must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } }), 201);
  must(await scene.admin('POST', `/v1/secrets/${id}/versions/3/disable`), 200);
  const at = (reference: string, path = 'payments') =>
    reader.api('GET', `/v1/projects/shop/secrets/${encodeURIComponent(reference)}/content?path=${path}`);
  const seen = async (reference: string) => {
    const { version, payload } = must(await at(reference), 200) as { version: number; payload: { value: string } };
    return [version, payload.value];
  };
  expect(await Promise.all([name, `${name}@1`, `${name}@2`, `${name}@latest_enabled`].map(seen))).toEqual([
    [2, 'v2'],
    [1, 'v1'],
    [2, 'v2'],
    [2, 'v2'],
  ]);
  expect((await at(`${name}@latest`)).json.code).toBe('version_disabled');
  const meta = await viewer.api('GET', `/v1/projects/shop/secrets/${name}@1/version?path=payments`);
  expect(must(meta, 200)).toMatchObject({ version: 1 });
  expect((await at(name, 'elsewhere')).status).toBe(404);
  expect((await at(`${name}@9`)).status).toBe(404);
  for (const odd of [`${name}@0`, `${name}@`, `${name}@newest`, '@1', `${name}@1@2`]) {
    expect([odd, (await at(odd)).status]).toEqual([odd, 422]);
  }
  expect((await viewer.api('GET', `/v1/projects/shop/secrets/${name}/content?path=payments`)).status).toBe(403);
});

test('several at once: each with its own outcome, in their order, and a record for each that was read', async () => {
  const first = await made({ username: 'shop', password: 'hunter2' }, { name: 'several-a' });
  const second = await made({ value: 'two' }, { name: 'several-b', path: 'deep/er' });
  must(await scene.admin('POST', `/v1/secrets/${second}/versions`, { payload: { value: 'new' } }), 201);
  const off = await made({ value: 'off' });
  must(await scene.admin('POST', `/v1/secrets/${off}/disable`), 200);
  const items = [
    { secretId: first, version: 'latest', field: 'password' },
    { project: 'shop', reference: 'deep/er/several-b@1' },
    { secretId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a' },
    { secretId: off },
    { project: 'shop', reference: 'several-a', field: 'nothing' },
    { secretId: second },
  ];
  const answer = await reader.api('POST', '/v1/secrets/read', { items });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const seen = must(answer, 200).items as {
    content: { version: number; payload: unknown } | null;
    error: { code: string } | null;
  }[];
  expect(seen.map(({ content, error }) => content?.payload ?? error?.code)).toEqual([
    { password: 'hunter2' },
    { value: 'two' },
    'not_found',
    'secret_disabled',
    'not_found',
    { value: 'new' },
  ]);
  expect(seen.map(({ content }) => content?.version)).toEqual([1, 1, undefined, undefined, undefined, 2]);
  expect([(await readsOf(first)).length, (await readsOf(second)).length, (await readsOf(off)).length]).toEqual([
    1, 2, 0,
  ]);
});

test('several at once: who may not read gets nothing of any, and another tenant finds nothing', async () => {
  const id = await made({ value: 'canary-3f1c' });
  const items = [{ secretId: id }];
  const refused = await viewer.api('POST', '/v1/secrets/read', { items });
  expect(must(refused, 200).items).toMatchObject([{ content: null, error: { code: 'forbidden', status: 403 } }]);
  const administrator = { name: 'Stranger', email: 'stranger@example.com' };
  const founded = await scene.admin('POST', '/v1/organizations', { slug: 'other', name: 'Other', administrator });
  const stranger = scene.admin.as(String(must(founded, 201).token));
  const strange = await stranger('POST', '/v1/secrets/read', { items });
  const unknown = await stranger('POST', '/v1/secrets/read', { items: [{ secretId: scene.project.id }] });
  expect(strange.json).toEqual(unknown.json);
  expect(refused.text + strange.text).not.toContain('canary-3f1c');
});

test('several at once: at least one and at most a hundred, each in a documented form', async () => {
  const secretId = await made({ value: 'x' });
  const status = async (items: unknown) => (await reader.api('POST', '/v1/secrets/read', { items })).status;
  expect(await status([])).toBe(422);
  expect(await status(Array.from({ length: 101 }, () => ({ secretId })))).toBe(422);
  expect(await status([{ secretId, reference: 'x' }])).toBe(422);
  expect(await status([{ project: 'shop', reference: 'a@0' }])).toBe(422);
  const many = await reader.api('POST', '/v1/secrets/read', {
    items: Array.from({ length: 100 }, () => ({ secretId })),
  });
  const read = (must(many, 200).items as { content: unknown }[]).filter(({ content }) => content !== null);
  expect(read).toHaveLength(100);
});

test('when the record of one cannot be made, nothing is handed out at all', async () => {
  const ids = [await made({ value: 'canary-77aa' }), await made({ value: 'canary-77ab' })];
  await scene.broker.db.query(`create function no_audit() returns trigger language plpgsql as $$
    begin if new.object_id = '${ids[1]}' then raise exception 'no'; end if; return new; end $$`);
  await scene.broker.db.query(
    'create trigger no_audit before insert on audit_events for each row execute function no_audit()',
  );
  const answer = await reader.api('POST', '/v1/secrets/read', { items: ids.map((secretId) => ({ secretId })) });
  await scene.broker.db.query('drop trigger no_audit on audit_events');
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect(answer.text).not.toContain('canary');
  must(await reader.api('POST', '/v1/secrets/read', { items: ids.map((secretId) => ({ secretId })) }), 200);
});

test('a new version disables the one before when it is told to, and only that', async () => {
  const id = await made({ value: 'v1' });
  const write = (value: string, more = {}) =>
    scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value }, ...more });
  must(await write('v2'), 201);
  must(await write('v3', { disablePrevious: true }), 201);
  const states = async () => {
    const { items } = must(await scene.admin('GET', `/v1/secrets/${id}/versions`), 200) as {
      items: { state: string }[];
    };
    return items.map(({ state }) => state);
  };
  expect(await states()).toEqual(['enabled', 'disabled', 'enabled']);
  must(await write('v4'), 201);
  expect(await states()).toEqual(['enabled', 'enabled', 'disabled', 'enabled']);
  expect(must(await scene.admin('GET', `/v1/secrets/${id}`), 200)).toMatchObject({ latestEnabledVersion: 4 });
});

test('a checksum that is not that of its field refuses the request, and nothing is stored or sent', async () => {
  // "123456789" has the check value of CRC-32C (RFC 3720).
  const good = { value: 'crc32c:e3069283' };
  const body = newSecret(scene.source.profileId, { payload: { value: '123456789' } });
  const before = entryCalls(scene.source.vault);
  const [counted] = await scene.broker.db.query<{ n: number }>('select count(*)::int as n from change_requests');
  for (const checksums of [
    { value: 'crc32c:e3069284' },
    { value: `sha256:${'0'.repeat(64)}` },
    { other: 'crc32c:e3069283' },
  ]) {
    const answer = await scene.admin('POST', '/v1/secrets', { ...body, checksums });
    const [field] = Object.keys(checksums);
    expect([answer.status, answer.json.errors]).toMatchObject([422, [{ pointer: `/checksums/${field}` }]]);
    expect(answer.text).not.toContain('e3069283');
  }
  expect((await scene.admin('POST', '/v1/secrets', { ...body, checksums: { value: 'md5:00' } })).status).toBe(422);
  expect(entryCalls(scene.source.vault)).toBe(before);
  const [after] = await scene.broker.db.query<{ n: number }>('select count(*)::int as n from change_requests');
  expect(after).toEqual(counted);
  const id = must(await scene.admin('POST', '/v1/secrets', { ...body, checksums: good }), 201).secretId;
  const sha = { blob: 'sha256:6a09e667f3bcc908b2fb1366ea957d3e3adec17512775099da2f590b0667322a' };
  const wrong = await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { blob: binary }, checksums: sha });
  expect([wrong.status, wrong.json.errors]).toMatchObject([422, [{ pointer: '/checksums/blob' }]]);
  const payload = { value: 'abc' };
  const checksums = { value: 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' };
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload, checksums }), 201);
});
