import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../../support/answers.ts';
import { textAt } from '../../support/fault-desk.ts';
import { type MixedPlace, type MixedScene, startMixedScene } from '../../support/mixed-scene.ts';
import { syncDesk } from '../../support/sync-desk.ts';
import { requestsFor } from '../../support/vault-world.ts';

/*
 * A vault without compare-and-set takes a write of ours that was repeated once more when it arrives late: nobody can keep it
 * out, and nothing may hang on it. What anybody else puts there is no such thing, whatever its content.
 */
let scene: MixedScene;
let desk: ReturnType<typeof syncDesk<MixedPlace>>;

beforeAll(async () => {
  scene = await startMixedScene({ source: 'scaleway', targets: [], settings: { vaultTimeoutMs: 1_500 } });
  desk = syncDesk(scene);
});
afterAll(() => scene?.close());

const write = (id: string, value: string) => scene.admin('POST', `/v1/secrets/${id}/versions`, { payload: { value } });

/** The changes that made the versions, oldest first. */
async function changesOf(id: string): Promise<string[]> {
  const rows = await scene.broker.db.query<{ id: string }>(
    'select change_id as id from secret_versions where secret_id = $1::uuid order by version',
    [id],
  );
  return rows.map((row) => row.id);
}

/** Asks the vault itself about the secret of that name. */
async function atVault(method: string, name: string, path: string, body?: object): Promise<void> {
  const { endpoint, region, projectId, secretKey } = scene.source.world.settings as Record<string, string>;
  const root = `${endpoint}/secret-manager/v1beta1/regions/${region}/secrets`;
  const headers = { 'x-auth-token': secretKey ?? '', connection: 'close' };
  const listed = await fetch(`${root}?project_id=${projectId}&name=${name}`, { headers });
  const { secrets } = (await listed.json()) as { secrets: readonly { id: string }[] };
  const answer = await fetch(`${root}/${secrets[0]?.id}${path}`, { method, headers, body: JSON.stringify(body ?? {}) });
  if (!answer.ok) throw new Error(`the vault answered ${answer.status}`);
}

/** A request that was on its way all the time. */
const arrive = (name: string, text: string, description: string) =>
  atVault('POST', name, '/versions', { data: Buffer.from(text).toString('base64'), description });

test.each([
  ['the newest version', 'v2', 1],
  ['an earlier version', 'v1', 0],
])('%s that arrives once more does not keep later writes out', async (what, again, index) => {
  const { source } = scene;
  const name = `again-${what.replaceAll(' ', '-')}`;
  const { id, path } = await desk.made(name, []);
  await desk.write(id, 2);
  const note = `keyferry ${(await changesOf(id))[index]}`;
  await arrive(name, again, note);
  expect((await write(id, 'v3')).status).toBe(201);
  expect(await textAt(source, path)).toBe('v3');
  // The same when the answer to the write is lost and somebody looks for it.
  await arrive(name, again, note);
  source.world.script({ when: requestsFor(source.world, 'write'), steps: 'reset', count: 1 });
  expect((await write(id, 'v4')).status).toBe(201);
  expect(await textAt(source, path)).toBe('v4');
  expect((await desk.call('GET', `/v1/secrets/${id}`)).latestVersion).toBe(4);
});

test('a write that arrives after its change has failed does not keep later writes out', async () => {
  const { source } = scene;
  const { id, path } = await desk.made('failed-before', []);
  source.world.script({ when: requestsFor(source.world, 'write'), steps: source.world.replies.denied, count: 1 });
  const refused = await write(id, 'v2');
  expect([refused.status, refused.json.code]).toEqual([502, 'vault_denied']);
  await arrive('failed-before', 'v2', `keyferry ${refused.json.changeRequestId}`);
  expect((await write(id, 'v2 again')).status).toBe(201);
  expect(await textAt(source, path)).toBe('v2 again');
});

test.each([
  ['something new', 'theirs', () => ''],
  ['an older value, put back on purpose', 'v1', () => 'put back by hand'],
  ['the newest value', 'v2', () => ''],
  ['an older value with a note that is not ours', 'v1', () => `keyferry ${randomUUID()}`],
  ['an older value with a note that only looks like ours', 'v1', ([first]: string[]) => `keyferry: ${first}`],
])('what others write stays, and the next write is a conflict: %s', async (what, text, noteOf) => {
  const { source } = scene;
  const name = what.replace(/[^a-z]+/g, '-');
  const { id, path } = await desk.made(name, []);
  await desk.write(id, 2);
  await arrive(name, text, noteOf(await changesOf(id)));
  const refused = await write(id, 'v3');
  expect([refused.status, refused.json.code]).toEqual([409, 'vault_conflict']);
  // Nor is it overwritten by whoever looks for a write whose answer was lost.
  source.world.script({ when: requestsFor(source.world, 'observe'), steps: 'reset', count: 1 });
  expect((await write(id, 'v3')).status).toBe(409);
  expect(await textAt(source, path)).toBe(text);
  expect((await desk.call('GET', `/v1/secrets/${id}`)).latestVersion).toBe(2);
});

test('a write of another secret is not taken for one of ours', async () => {
  const { id: other } = await desk.made('other', []);
  const { id, path } = await desk.made('mixed-up', []);
  await desk.write(id, 2);
  await arrive('mixed-up', 'v1', `keyferry ${(await changesOf(other))[0]}`);
  expect((await write(id, 'v3')).status).toBe(409);
  expect(await textAt(scene.source, path)).toBe('v1');
});

test('an older version that came back because others disabled the newest one is their will', async () => {
  const { id, path } = await desk.made('disabled-outside', []);
  await desk.write(id, 2);
  await atVault('POST', 'disabled-outside', '/versions/2/disable');
  expect((await write(id, 'v3')).status).toBe(409);
  expect(await textAt(scene.source, path)).toBe('v1');
  await atVault('POST', 'disabled-outside', '/versions/2/enable');
  must(await write(id, 'v3'), 201);
  expect(await textAt(scene.source, path)).toBe('v3');
});
