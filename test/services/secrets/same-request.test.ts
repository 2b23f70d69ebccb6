import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBeside } from '../../support/beside.ts';
import { must, type Scene, type ScenePerson, startScene } from '../../support/scene.ts';
import { appliedAt } from '../../support/vault-entries.ts';

let scene: Scene;
let other: ScenePerson;

beforeAll(async () => {
  scene = await startScene({ targets: 0 });
  other = await scene.person('other', 'admin');
});
afterAll(() => scene.close());

const create = (name: string, value = 'one') => ({
  project: 'shop',
  name,
  type: 'api_key',
  sourceProfileId: scene.source.profileId,
  payload: { value },
});
const keyed = () => ({ 'idempotency-key': randomUUID() });
const versionsPath = (id: string) => `/v1/secrets/${id}/versions`;

async function made(name: string): Promise<{ id: string; path: string }> {
  const id = must(await scene.admin('POST', '/v1/secrets', create(name)), 201).secretId as string;
  const { sourcePath } = must(await scene.admin('GET', `/v1/secrets/${id}`), 200);
  return { id, path: sourcePath as string };
}

test('the same create twenty times at once, and again after a restart: one secret and one answer (A4)', async () => {
  const key = keyed();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => scene.admin('POST', '/v1/secrets', create('same'), key)),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
  expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
  const { sourcePath } = must(await scene.admin('GET', '/v1/projects/shop/secrets/same'), 200);
  expect(appliedAt(scene.source.vault, sourcePath as string, 'write')).toHaveLength(1);

  const restarted = await startBeside(scene);
  const again = await restarted.admin('POST', '/v1/secrets', create('same'), key);
  await restarted.close();
  expect(again.text).toBe(answers[0]?.text);
});

test('the same write twenty times at once makes one version, also when the world has moved on (A4)', async () => {
  const { id } = await made('same-write');
  const key = keyed();
  const write = { payload: { value: 'two' }, expectedVersion: 1 };
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => scene.admin('POST', versionsPath(id), write, key)),
  );
  expect(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)).size).toBe(1);
  expect(answers[0]?.json).toMatchObject({ version: { version: 2 } });
  must(await scene.admin('POST', versionsPath(id), { payload: { value: 'three' } }), 201);
  must(await scene.admin('POST', `${versionsPath(id)}/2/disable`), 200);
  const again = await scene.admin('POST', versionsPath(id), write, key);
  expect(again.text).toBe(answers[0]?.text);
});

test('a key with another body, path or method is refused (A4)', async () => {
  const { id } = await made('reused');
  const key = keyed();
  must(await scene.admin('POST', versionsPath(id), { payload: { value: 'two' } }, key), 201);
  for (const [method, path, body] of [
    ['POST', versionsPath(id), { payload: { value: 'three' } }],
    ['POST', '/v1/secrets', create('reused-elsewhere')],
    ['DELETE', `/v1/secrets/${id}`, { payload: { value: 'two' } }],
  ] as const) {
    const answer = await scene.admin(method, path, body, key);
    expect(answer.status).toBe(422);
  }
  expect(must(await scene.admin('GET', versionsPath(id)), 200).items).toHaveLength(2);
});

test('the key of one actor means nothing for another (A4)', async () => {
  const key = keyed();
  const mine = must(await scene.admin('POST', '/v1/secrets', create('mine'), key), 201);
  const theirs = must(await other.api('POST', '/v1/secrets', create('theirs'), key), 201);
  expect(theirs.secretId).not.toBe(mine.secretId);
});

test('a change that failed answers a repetition with the same failure and does nothing again (A4)', async () => {
  const { vault } = scene.source;
  const refusing = vault.script({ method: 'POST', path: '/data/', steps: { status: 403, body: { errors: ['no'] } } });
  const key = keyed();
  const first = await scene.admin('POST', '/v1/secrets', create('refused'), key);
  refusing.remove();
  const again = await scene.admin('POST', '/v1/secrets', create('refused'), key);
  expect(first.json).toMatchObject({ code: 'vault_denied' });
  expect([again.status, again.json.code, again.json.changeRequestId]).toEqual([
    first.status,
    'vault_denied',
    first.json.changeRequestId,
  ]);
  expect((await scene.admin('GET', '/v1/projects/shop/secrets/refused')).status).toBe(404);
});

test('an answer that nothing was to be done is kept as well (A4)', async () => {
  const { id } = await made('unchanged');
  const key = keyed();
  const equal = { payload: { value: 'one' } };
  const first = await scene.admin('POST', versionsPath(id), equal, key);
  expect(first.json).toMatchObject({ unchanged: true, version: { version: 1 } });
  must(await scene.admin('POST', versionsPath(id), { payload: { value: 'two' } }), 201);
  const again = await scene.admin('POST', versionsPath(id), equal, key);
  expect(again.text).toBe(first.text);
  expect((await scene.admin('POST', versionsPath(id), { payload: { value: 'x' } }, key)).status).toBe(422);
  expect(must(await scene.admin('GET', versionsPath(id)), 200).items).toHaveLength(2);
});

test('twenty writers on one base version: one wins, the others learn the current version (A5)', async () => {
  const { id, path } = await made('contended');
  for (const base of [1, 2]) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, writer) =>
        scene.admin('POST', versionsPath(id), { payload: { value: `${base}-${writer}` }, expectedVersion: base }),
      ),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([201, ...Array(19).fill(409)]);
    for (const { status, json } of answers) {
      if (status === 409) expect([base, base + 1]).toContain(json.currentVersion);
    }
  }
  const { items } = must(await scene.admin('GET', versionsPath(id)), 200) as { items: { version: number }[] };
  expect(items.map((item) => item.version)).toEqual([3, 2, 1]);
  expect(appliedAt(scene.source.vault, path, 'write').map((entry) => entry.version)).toEqual(['1', '2', '3']);
});

test('an expected version that is not the newest is refused with the newest, before anything is done (A5)', async () => {
  const { id } = await made('stale');
  const answer = await scene.admin('POST', versionsPath(id), { payload: { value: 'two' }, expectedVersion: 0 });
  expect([answer.status, answer.json.code, answer.json.currentVersion]).toEqual([409, 'version_conflict', 1]);
});
