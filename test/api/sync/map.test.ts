import { afterAll, beforeAll, expect, test } from 'vitest';
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
