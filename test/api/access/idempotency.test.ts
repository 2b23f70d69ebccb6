import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyMac, findIdempotent, forgetIdempotent } from '../../../src/api/idempotency.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';
import { type AccessApp, startAccessApp } from '../../support/access-app.ts';

let app: AccessApp;
beforeAll(async () => {
  app = await startAccessApp();
});
afterAll(() => app.close());

const keyed = (key: string) => ({ 'idempotency-key': key });

test('twenty parallel requests with one key have one effect and one answer', async () => {
  const body = { name: 'Parallel', email: 'parallel@example.com' };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => app.admin('POST', '/v1/users', body, keyed('parallel-1'))),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  const people = await app.db.query('select 1 from people where email = $1', [body.email]);
  expect(people).toHaveLength(1);
  const events = await app.db.query(
    `select 1 from audit_events where action = 'person.created' and details->>'name' = 'Parallel'`,
  );
  expect(events).toHaveLength(1);
});

test('a repetition shows the same token again, which is sealed in between', async () => {
  const first = await app.admin('POST', '/v1/tokens', { name: 'again' }, keyed('token-1'));
  const second = await app.admin('POST', '/v1/tokens', { name: 'again' }, keyed('token-1'));
  expect(second.json).toEqual(first.json);
  const [row] = await app.db.query<{ sealed_answer: Buffer }>(
    `select sealed_answer from idempotency_keys where key = 'token-1'`,
  );
  expect(row?.sealed_answer.toString('latin1')).not.toContain(String(first.json.token));
});

test('the same key with another body, path or method is refused', async () => {
  expect((await app.admin('POST', '/v1/groups', { name: 'one' }, keyed('reuse'))).status).toBe(201);
  for (const [method, path, body] of [
    ['POST', '/v1/groups', { name: 'two' }],
    ['POST', '/v1/machines', { name: 'one' }],
    ['DELETE', `/v1/groups/${crypto.randomUUID()}`, undefined],
  ] as const) {
    const answer = await app.admin(method, path, body, keyed('reuse'));
    expect(answer.json).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  }
  const groups = await app.db.query<{ name: string }>('select name from groups');
  expect(groups.map((group) => group.name)).toEqual(['one']);
});

test('a key belongs to its actor', async () => {
  const other = await app.admin('POST', '/v1/organizations', {
    slug: 'other',
    name: 'Other',
    administrator: { name: 'O', email: 'o@example.com' },
  });
  const call = app.admin.as(String(other.json.token));
  expect((await app.admin('POST', '/v1/groups', { name: 'mine' }, keyed('shared'))).status).toBe(201);
  expect((await call('POST', '/v1/groups', { name: 'theirs' }, keyed('shared'))).status).toBe(201);
});

test('a refused request leaves the key free', async () => {
  await app.admin('POST', '/v1/groups', { name: 'taken' });
  expect((await app.admin('POST', '/v1/groups', { name: 'taken' }, keyed('retry'))).status).toBe(409);
  expect((await app.admin('POST', '/v1/groups', { name: 'free' }, keyed('retry'))).status).toBe(201);
});

test('keys must be visible ASCII of at most 128 characters', async () => {
  for (const key of ['with space', 'x'.repeat(129), 'ümlaut']) {
    const answer = await app.admin('POST', '/v1/groups', { name: 'never' }, keyed(key));
    expect(answer.json).toMatchObject({ code: 'invalid_input', errors: [{ pointer: '/header/idempotency-key' }] });
  }
});

test('a record is recognised after the master key was rotated, and forgotten after a day', async () => {
  const bytes = (fill: number) => Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 7 + fill) % 256));
  const old = createKeyring([{ id: 'old', bytes: bytes(1) }]);
  const rotated = createKeyring([
    { id: 'new', bytes: bytes(2) },
    { id: 'old', bytes: bytes(1) },
  ]);
  const actor = { organizationId: app.organizationId, id: crypto.randomUUID() };
  const request = { key: 'k', method: 'post', path: '/v1/x', bodyDigest: Buffer.alloc(32) };
  await app.db.query(
    `insert into idempotency_keys (organization_id, actor_id, key, body_mac) values ($1::uuid, $2::uuid, 'k', $3)`,
    [actor.organizationId, actor.id, bodyMac(old, actor.organizationId, request)],
  );
  expect(await findIdempotent(app.db, rotated, actor, request)).toEqual({ changeId: null, answer: null });
  await forgetIdempotent(app.db);
  expect(await findIdempotent(app.db, rotated, actor, request)).toBeDefined();
  await app.db.query(`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'k'`);
  await forgetIdempotent(app.db);
  expect(await findIdempotent(app.db, rotated, actor, request)).toBeUndefined();
});
