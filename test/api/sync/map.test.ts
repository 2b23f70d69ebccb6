import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sql } from '../../../src/db.ts';
import { countOutcomes } from '../../../src/sync/outcome-store.ts';
import { must, type Scene, startScene, targetsIn } from '../../support/scene.ts';
import { type SyncDesk, syncDesk } from '../../support/sync-desk.ts';

let scene: Scene;
let desk: SyncDesk;

interface Row {
  readonly secretId: string;
  readonly name: string;
  readonly latestVersion: number | null;
  readonly copies: readonly Record<string, unknown>[];
}

beforeAll(async () => {
  scene = await startScene({ targets: 2 });
  desk = syncDesk(scene);
});
afterAll(() => scene.close());

const map = async (query = '', api = scene.admin) =>
  must(await api('GET', `/v1/sync/map?${query}`), 200) as unknown as { items: Row[]; nextCursor: string | null };
const waiting = async () =>
  (await desk.call('GET', '/v1/sync/waiting')).items as {
    profileId: string;
    states: Record<string, number>;
    lagSeconds: number;
  }[];

test('every secret stands with every copy, its version and how far behind it is', async () => {
  const both = await desk.made('map-both', [desk.place(0), desk.place(1)]);
  const none = await desk.made('map-none', []);
  await targetsIn(scene.admin, both.id, 'synced');
  await desk.call('POST', `/v1/vault-profiles/${desk.place(1).profileId}/pause`);
  await desk.write(both.id, 2);
  const { items } = await map('name=map-');
  expect(items.map(({ name, secretId, latestVersion }) => [name, secretId, latestVersion])).toEqual([
    ['map-both', both.id, 2],
    ['map-none', none.id, 1],
  ]);
  expect(items[1]?.copies).toEqual([]);
  const held = items[0]?.copies.find(({ profileId }) => profileId === desk.place(1).profileId);
  expect(held).toMatchObject({ state: 'paused', code: 'profile_paused', desiredVersion: 2, observedVersion: 1 });
  expect(held?.lagSeconds).toBeGreaterThanOrEqual(0);
  expect(await waiting()).toContainEqual({
    profileId: desk.place(1).profileId,
    states: { pending: 1 },
    lagSeconds: expect.any(Number),
  });
  await desk.call('POST', `/v1/vault-profiles/${desk.place(1).profileId}/resume`);
  await targetsIn(scene.admin, both.id, 'synced');
  expect((await map('name=map-both')).items[0]?.copies).toMatchObject([
    { state: 'synced', observedVersion: 2, lagSeconds: null },
    { state: 'synced', observedVersion: 2, lagSeconds: null },
  ]);
  expect(await waiting()).toEqual([]);
});

test('what came of copies within the last minute is told by profile and outcome, and looking again is no outcome', async () => {
  const rates = async (api = scene.admin) => must(await api('GET', '/v1/sync/rates'), 200);
  const here = async () => {
    const items = (await rates()).items as { profileId: string; settled: number; failed: number; toDecide: number }[];
    const { profileId } = desk.place(0);
    return items.find((each) => each.profileId === profileId) ?? { profileId, settled: 0, failed: 0, toDecide: 0 };
  };
  const before = await here();
  const { id } = await desk.made('rated', [desk.place(0)]);
  await targetsIn(scene.admin, id, 'synced');
  const target = await desk.target(id, desk.place(0));
  const after = { ...before, settled: before.settled + 1 };
  expect(await here()).toEqual(after);
  must(await scene.admin('POST', `/v1/secrets/${id}/targets/${target.id}/sync`), 202);
  await targetsIn(scene.admin, id, 'synced');
  expect(await here()).toEqual(after);

  const person = must(await scene.admin('POST', '/v1/users', { name: 'Ray', email: 'ray@example.com' }), 201);
  const { token } = must(await scene.admin('POST', '/v1/tokens', { name: 'rates', userId: person.id }), 201);
  expect((await scene.admin.as(String(token))('GET', '/v1/sync/rates')).status).toBe(403);
});

test('the place in the record from where on outcomes count is found wherever it lies', async () => {
  const client = new pg.Client({ connectionString: scene.databaseUrl });
  await client.connect();
  try {
    // As if an hour lay between one event and the next.
    await client.query('begin');
    await client.query('alter table audit_events disable trigger all');
    const { rows } = await client.query<{ seq: string; settles: boolean }>(
      `update audit_events set at = clock_timestamp() - (head.seq - audit_events.seq) * interval '1 hour'
       from audit_heads head where head.organization_id = $1 and audit_events.organization_id = $1
       returning audit_events.seq, action = 'target.synced' as settles`,
      [scene.organizationId],
    );
    const sql = { query: async (text: string, values: unknown[]) => (await client.query(text, values)).rows } as Sql;
    expect(rows.length).toBeGreaterThan(30);
    const newestFirst = rows.sort((a, b) => Number(b.seq) - Number(a.seq)).map(({ settles }) => settles);
    for (let hours = 0; hours <= rows.length; hours++) {
      const counted = await countOutcomes(sql, scene.organizationId, hours * 3600 + 1800);
      const expected = newestFirst.slice(0, hours + 1).filter(Boolean).length;
      expect(
        counted.reduce((sum, { settled }) => sum + settled, 0),
        `${hours} hours`,
      ).toBe(expected);
    }
  } finally {
    await client.query('rollback');
    await client.end();
  }
});

test('pages follow each other, and filters narrow', async () => {
  for (const name of ['page-a', 'page-b', 'page-c']) await desk.made(name, [desk.place(0)]);
  const first = await map('name=page-&limit=2');
  const second = await map(`name=page-&limit=2&cursor=${first.nextCursor}`);
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['page-a', 'page-b', 'page-c']);
  expect(second.nextCursor).toBeNull();
  expect((await map(`name=page-&profileId=${desk.place(1).profileId}`)).items).toEqual([]);
  expect((await map('name=page-&targetState=conflict')).items).toEqual([]);
  expect((await map('name=page-&project=nowhere')).items).toEqual([]);
});

test('whoever sees one project sees only its rows', async () => {
  const other = must(await scene.admin('POST', '/v1/projects', { slug: 'apart', name: 'Apart' }), 201);
  const person = must(await scene.admin('POST', '/v1/users', { name: 'Pat', email: 'pat@example.com' }), 201);
  const grant = { subjectType: 'person', subjectId: person.id, role: 'viewer', projectId: other.id };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const { token } = must(await scene.admin('POST', '/v1/tokens', { name: 'map', userId: person.id }), 201);
  await desk.made('not-for-pat', [desk.place(0)]);
  expect((await map('', scene.admin.as(String(token)))).items).toEqual([]);
});
