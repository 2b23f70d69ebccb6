import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { entryCalls } from '../../support/entry-calls.ts';
import { must, type Scene, startScene } from '../../support/scene.ts';

let scene: Scene;
let secretId: string;

beforeAll(async () => {
  scene = await startScene({ workers: false });
  secretId = await scene.secret('watched', { value: 'kept unseen' });
});
beforeEach(async () => {
  await scene.broker.db.query(
    `create function block_audit() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`,
  );
  await scene.broker.db.query(
    'create trigger block_audit before insert on audit_events for each row execute function block_audit()',
  );
});
afterEach(async () => {
  await scene.broker.db.query('drop function if exists block_audit cascade');
});
afterAll(() => scene.close());

const calls = () => entryCalls(scene.source.vault);
const counts = async () =>
  (
    await scene.broker.db.query(
      `select (select count(*) from change_requests)::int as changes, (select count(*) from secrets)::int as secrets,
         (select count(*) from secret_versions)::int as versions, (select count(*) from idempotency_keys)::int as keys,
         (select count(*) from remote_entries)::int as places, (select count(*) from vaults)::int as vaults`,
    )
  )[0];

test('a value that cannot be recorded as read is not read: no answer and no call to the vault (E5)', async () => {
  const before = calls();
  const path = `/v1/secrets/${secretId}/versions/latest/content`;
  const refused = await scene.admin('GET', path);
  expect(refused.json).toMatchObject({ status: 500, code: 'internal' });
  expect(refused.text).not.toContain('unseen');
  expect(refused.text).not.toContain('disk full');
  expect(calls()).toBe(before);
  await scene.broker.db.query('drop function block_audit cascade');
  expect((await scene.admin('GET', path)).json).toMatchObject({ payload: { value: 'kept unseen' } });
});

test('a change that cannot be recorded does not begin: nothing stored and no call to the vault (E5)', async () => {
  const before = { calls: calls(), counts: await counts() };
  const update = { payload: { value: 'two' } };
  const profile = { sourceProfileId: scene.source.profileId };
  const create = { project: 'shop', name: 'new', type: 'generic', ...profile, payload: { value: 'x' } };
  const tries: [string, string, unknown?][] = [
    ['POST', `/v1/secrets/${secretId}/versions`, update],
    ['POST', '/v1/secrets', create],
    ['DELETE', `/v1/secrets/${secretId}`],
    ['POST', `/v1/secrets/${secretId}/destroy`],
    ['POST', `/v1/secrets/${secretId}/disable`],
    ['POST', '/v1/vaults', { name: 'unseen', kind: 'builtin' }],
  ];
  for (const [method, path, body] of tries) {
    const answer = await scene.admin(method, path, body, {
      'idempotency-key': `try ${method} ${path}`.replaceAll(' ', '-'),
    });
    expect(answer.status, `${method} ${path}`).toBe(500);
  }
  expect({ calls: calls(), counts: await counts() }).toEqual(before);
  await scene.broker.db.query('drop function block_audit cascade');
  const key = { 'idempotency-key': `try POST /v1/secrets/${secretId}/versions`.replaceAll(' ', '-') };
  must(await scene.admin('POST', `/v1/secrets/${secretId}/versions`, update, key), 201);
});
