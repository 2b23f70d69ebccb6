import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_ENTRIES } from '../../../src/imports/import-lister.ts';
import { must } from '../../support/answers.ts';
import { type Beside, startBeside } from '../../support/beside.ts';
import { importDesk } from '../../support/import-desk.ts';
import { type Scene, startScene } from '../../support/scene.ts';
import { putForeign } from '../../support/vault-entries.ts';

/** Whoever comes to the point while it is closed waits until it is opened. */
function createGate() {
  let open: () => void = () => {};
  let closed: Promise<void> | undefined;
  let waiting = 0;
  return {
    waiting: () => waiting,
    close() {
      closed = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
    async pass(name: string): Promise<void> {
      if (name !== 'write.before-open' || closed === undefined) return;
      waiting++;
      await closed;
    },
  };
}

const gate = createGate();
const never = new AbortController().signal;
let scene: Scene;
let beside: Beside;
let desk: ReturnType<typeof importDesk>;

beforeAll(async () => {
  scene = await startScene({ workers: false, targets: 0, failpoint: (name) => gate.pass(name) });
  beside = await startBeside(scene, { workers: false });
  desk = importDesk(scene.admin);
});
afterAll(async () => {
  await beside.close();
  await scene.close();
});

const rows = async (sql: string, ...params: unknown[]) => scene.broker.db.query<Record<string, number>>(sql, params);

test('a worker that was held up after it had read the values opens nothing that another one has opened since', async () => {
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) await putForeign(scene.source.vault, `held/${name}`, { value: name });
  const id = await desk.start(scene.source.profileId, { entries: names.map((name) => ({ entry: `held/${name}` })) });
  gate.close();
  const held = scene.broker.work.imports.run(id, never);
  while (gate.waiting() < names.length) await new Promise(setImmediate);
  await rows(`update imports set lease_until = clock_timestamp() - interval '1 second' where id = $1::uuid`, id);
  await beside.broker.work.imports.run(id, never);
  expect(await desk.look(id)).toMatchObject({ counts: { imported: names.length } });
  const [before] = await rows('select count(*)::int as changes from change_requests');
  gate.open();
  await held;
  expect((await rows('select count(*)::int as changes from change_requests'))[0]).toEqual(before);
  expect((await rows(`select count(*)::int as secrets from secrets where path = 'held'`))[0]).toEqual({
    secrets: names.length,
  });
  await beside.broker.work.imports.run(id, never);
  expect(await desk.look(id)).toMatchObject({ state: 'completed', counts: { total: 4, imported: 4 } });
});

test('one that was held up while somebody cancelled opens nothing', async () => {
  await putForeign(scene.source.vault, 'late/one', { value: '1' });
  const id = await desk.start(scene.source.profileId, { entries: [{ entry: 'late/one' }] });
  const seen = gate.waiting();
  gate.close();
  const held = scene.broker.work.imports.run(id, never);
  while (gate.waiting() === seen) await new Promise(setImmediate);
  must(await scene.admin('POST', `/v1/imports/${id}/cancel`), 200);
  gate.open();
  await held;
  await beside.broker.work.imports.run(id, never);
  expect(await desk.look(id)).toMatchObject({ state: 'cancelled', counts: { cancelled: 1, imported: 0 } });
  expect((await rows(`select count(*)::int as secrets from secrets where path = 'late'`))[0]).toEqual({ secrets: 0 });
});

test('a listing that was interrupted begins again and adds nothing twice', async () => {
  for (const name of ['a', 'b', 'c']) await putForeign(scene.source.vault, `half/${name}`, { value: name });
  const id = await desk.start(scene.source.profileId, { prefix: 'half' });
  await rows(`insert into import_items (import_id, position, entry) values ($1::uuid, 1, 'half/b')`, id);
  await scene.broker.work.imports.run(id, never);
  expect((await desk.items(id)).map((item) => item.entry)).toEqual(['half/b', 'half/a', 'half/c']);
  expect(await desk.look(id)).toMatchObject({ state: 'running', counts: { total: 3, pending: 3 } });
});

test('more entries than an import takes: it ends, having made nothing', async () => {
  const vault = must(await scene.admin('POST', '/v1/vaults', { name: 'large', kind: 'builtin' }), 201);
  const profile = must(await scene.admin('POST', '/v1/vault-profiles', { name: 'large', vaultId: vault.id }), 201);
  await rows(
    `insert into builtin_entries (vault_id, path, head) select $1::uuid, 'entry-' || n, 1 from generate_series(1, $2::int) n`,
    vault.id,
    MOST_ENTRIES + 1,
  );
  const id = await desk.start(profile.id as string, { prefix: '' });
  await scene.broker.work.imports.run(id, never);
  expect(await desk.look(id)).toMatchObject({ state: 'failed', code: 'too_many_entries', counts: { imported: 0 } });
});

test('a profile that only a dry run has looked through can go, and the record of that goes with it', async () => {
  const vault = must(await scene.admin('POST', '/v1/vaults', { name: 'short', kind: 'builtin' }), 201);
  const profile = must(await scene.admin('POST', '/v1/vault-profiles', { name: 'short', vaultId: vault.id }), 201);
  const id = await desk.start(profile.id as string, { prefix: '', dryRun: true });
  must(await scene.admin('DELETE', `/v1/vault-profiles/${profile.id}`), 204);
  expect((await scene.admin('GET', `/v1/imports/${id}`)).status).toBe(404);
  await scene.broker.work.imports.run(id, never);
});

test('a profile whose entries are elsewhere since: the import ends', async () => {
  const id = await desk.start(scene.source.profileId, { prefix: 'x' });
  must(
    await scene.admin('PATCH', `/v1/vault-profiles/${scene.source.profileId}`, { attributes: { prefix: 'moved' } }),
    200,
  );
  await scene.broker.work.imports.run(id, never);
  expect(await desk.look(id)).toMatchObject({ state: 'failed', code: 'profile_changed' });
});
