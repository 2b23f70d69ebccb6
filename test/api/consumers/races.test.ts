import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockWaiters } from '../../support/lock-waiters.ts';
import { eventually, must, type Scene, startScene } from '../../support/scene.ts';

/*
 * Whoever takes away what a consumer refers to hears of it, and whoever refers to what is being taken away hears of that: in both
 * orders one of the two is refused.
 */
let scene: Scene;
let blocker: pg.Client;

beforeAll(async () => {
  scene = await startScene({ targets: 0 });
  blocker = new pg.Client({ connectionString: scene.databaseUrl });
  await blocker.connect();
});
afterAll(async () => {
  await blocker?.end();
  await scene?.close();
});

const TAKING = ['delete', 'destroy', 'rename', 'destroy_version'] as const;
type Taking = (typeof TAKING)[number];

function take(what: Taking, id: string, confirm?: readonly string[]) {
  const more = confirm === undefined ? {} : { confirm };
  if (what === 'delete') return scene.admin('DELETE', `/v1/secrets/${id}`, more);
  if (what === 'destroy') return scene.admin('POST', `/v1/secrets/${id}/destroy`, more);
  if (what === 'rename') return scene.admin('POST', `/v1/secrets/${id}/rename`, { name: `renamed-${id}`, ...more });
  return scene.admin('DELETE', `/v1/secrets/${id}/versions/1`, more);
}

/** A secret with two versions, and what a consumer of the first one says. */
async function wanted(name: string) {
  const id = await scene.secret(name);
  must(await scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value: 'two' } }), 201);
  const register = (reference = `${name}@1`) =>
    scene.admin('POST', '/v1/consumers', { project: 'shop', name: `reads ${reference}`, references: [reference] });
  const usesOf = async () => must(await scene.admin('GET', `/v1/secrets/${id}/consumers`), 200).items as unknown[];
  return { id, register, usesOf };
}

test.each(TAKING)('what is being taken away is referred to by nobody any more: %s', async (what) => {
  const { id, register, usesOf } = await wanted(`going-${what.replace('_', '-')}`);
  const barrier = scene.source.vault.barrier({
    when: ({ method, path }) => method !== 'GET' && !/auth|sys/.test(path),
  });
  const taking = take(what, id);
  await barrier.waitFor(1);
  const refused = await register();
  expect([refused.status, refused.json.code]).toEqual([409, 'change_in_progress']);
  barrier.release();
  must(await taking, 200);
  expect(await usesOf()).toEqual([]);
  expect((await register()).status).toBe(422);
  expect(await usesOf()).toEqual([]);
});

test.each(TAKING)('what somebody has just begun to read is not taken away unasked: %s', async (what) => {
  const { id, register, usesOf } = await wanted(`staying-${what.replace('_', '-')}`);
  // The registration is done but for its audit event, and holds what it refers to.
  await blocker.query('begin');
  await blocker.query('select 1 from audit_heads for update');
  const registering = register();
  await eventually(async () => (await lockWaiters(scene.broker.db)) === 1, 'the registration waits');
  const taking = take(what, id);
  await eventually(async () => (await lockWaiters(scene.broker.db)) === 2, 'the taking waits');
  await blocker.query('commit');
  const consumer = must(await registering, 201);
  const refused = await taking;
  expect([refused.status, refused.json.code]).toEqual([409, 'in_use']);
  expect(await usesOf()).toHaveLength(1);
  must(await scene.admin('GET', `/v1/secrets/${id}/versions/1/content`), 200);
  must(await take(what, id, [String(consumer.id)]), 200);
});

test('another version of the secret may be referred to while one is being destroyed', async () => {
  const { id, register } = await wanted('partly');
  const barrier = scene.source.vault.barrier({ when: ({ path }) => path.includes('/destroy/') });
  const taking = take('destroy_version', id);
  await barrier.waitFor(1);
  must(await register('partly@2'), 201);
  must(await register('partly'), 201);
  barrier.release();
  must(await taking, 200);
});

test('two who change different things of a consumer at once both have their way', async () => {
  const { register } = await wanted('shared');
  const path = `/v1/consumers/${must(await register(), 201).id}`;
  await blocker.query('begin');
  await blocker.query('select 1 from consumers for update');
  const describing = scene.admin('PATCH', path, { description: 'what it is for' });
  await eventually(async () => (await lockWaiters(scene.broker.db)) === 1, 'the first waits');
  const muting = scene.admin('PATCH', path, { webhookId: null });
  await eventually(async () => (await lockWaiters(scene.broker.db)) === 2, 'the second waits');
  await blocker.query('commit');
  must(await describing, 200);
  expect(must(await muting, 200)).toMatchObject({ description: 'what it is for', webhookId: null });
});
