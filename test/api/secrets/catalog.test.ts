import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, type ScenePerson, startScene, targetsIn } from '../../support/scene.ts';

interface Item {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly state: string;
}

let scene: Scene;
let author: ScenePerson;
const ids: Record<string, string> = {};

async function create(name: string, over: Record<string, unknown> = {}): Promise<string> {
  const body = {
    project: 'shop',
    name,
    type: 'api_key',
    sourceProfileId: scene.source.profileId,
    payload: { value: 'v' },
    ...over,
  };
  const id = must(await author.api('POST', '/v1/secrets', body), 201).secretId as string;
  ids[name] = id;
  return id;
}

beforeAll(async () => {
  scene = await startScene({ targets: 1 });
  author = await scene.person('author', 'admin');
  const back = must(await scene.admin('POST', '/v1/projects', { slug: 'back', name: 'Back office' }), 201);
  await create('alpha', { tags: ['prod', 'db'], path: 'team/a' });
  await create('beta', { tags: ['prod'], path: 'team/a/deep', type: 'key_value' });
  await create('gamma', { path: 'team/ab', targets: [{ profileId: scene.targets[0]?.profileId }] });
  await create('delta', { project: 'back' });
  await create('epsilon', { project: back.id });
  await create('zeta');
  await create('omega');
  must(await author.api('DELETE', `/v1/secrets/${ids.omega}`), 200);
  await targetsIn(scene.admin, ids.gamma ?? '', 'synced');
});
afterAll(() => scene.close());

async function list(query: string, api = scene.admin): Promise<Item[]> {
  return (must(await api('GET', `/v1/secrets${query}`), 200) as { items: Item[] }).items;
}
const names = async (query: string) => (await list(query)).map((item) => item.name);

test('by default live secrets of every project, by name', async () => {
  expect(await names('')).toEqual(['alpha', 'beta', 'delta', 'epsilon', 'gamma', 'zeta']);
});

const FILTERS: readonly [string, () => string, readonly string[]][] = [
  ['project by slug', () => '?project=back', ['delta', 'epsilon']],
  ['project that is not there', () => '?project=nope', []],
  ['part of the name, in any case', () => '?name=ETA', ['beta', 'zeta']],
  ['a name is no pattern', () => '?name=%25', []],
  ['type', () => '?type=key_value', ['beta']],
  ['tag', () => '?tag=prod', ['alpha', 'beta']],
  ['folder and those below, not its namesakes', () => '?path=team/a', ['alpha', 'beta']],
  ['a folder above', () => '?path=team', ['alpha', 'beta', 'gamma']],
  ['state', () => '?state=deleted', ['omega']],
  [
    'source profile',
    () => `?profileId=${scene.source.profileId}`,
    ['alpha', 'beta', 'delta', 'epsilon', 'gamma', 'zeta'],
  ],
  ['target profile', () => `?profileId=${scene.targets[0]?.profileId}`, ['gamma']],
  ['target state', () => '?targetState=synced', ['gamma']],
  ['several at once', () => '?tag=prod&type=api_key&path=team', ['alpha']],
];

test.each(FILTERS)('filter: %s', async (_what, query, expected) => {
  expect(await names(query())).toEqual(expected);
});

test.each(['name', '-name', 'createdAt', '-createdAt', 'updatedAt', '-updatedAt'])(
  'sort by %s gives the same over pages of every size as at once',
  async (sort) => {
    const all = await names(`?sort=${sort}`);
    expect(all).toHaveLength(6);
    for (const limit of [1, 2, 4]) {
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = must(await scene.admin('GET', `/v1/secrets?sort=${sort}&limit=${limit}${cursor}`), 200) as {
          items: Item[];
          nextCursor: string | null;
        };
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items.map((item) => item.name));
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
      } while (cursor !== '');
      expect(seen).toEqual(all);
    }
  },
);

test('ascending and descending are each other turned round; creation order is kept', async () => {
  expect(await names('?sort=createdAt')).toEqual(['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta']);
  for (const key of ['name', 'createdAt', 'updatedAt']) {
    expect(await names(`?sort=-${key}`)).toEqual((await names(`?sort=${key}`)).reverse());
  }
});

test('a change brings a secret to the end of the order by change', async () => {
  must(await author.api('PATCH', `/v1/secrets/${ids.alpha}`, { description: 'newest' }), 200);
  expect((await names('?sort=updatedAt')).at(-1)).toBe('alpha');
});

test('a cursor of another order, a broken one, unknown filters and odd limits are refused', async () => {
  const { nextCursor } = must(await scene.admin('GET', '/v1/secrets?limit=1'), 200);
  for (const query of [
    `?sort=-name&cursor=${nextCursor}`,
    '?cursor=e30',
    '?cursor=%00',
    '?limit=0',
    '?limit=201',
    '?state=alive',
    '?sort=value',
    '?colour=red',
    '?tag=a&tag=b',
  ]) {
    expect([query, (await scene.admin('GET', `/v1/secrets${query}`)).status]).toEqual([query, 422]);
  }
});

test('who may see one project sees nothing of the others', async () => {
  const person = must(await scene.admin('POST', '/v1/users', { name: 'guest', email: 'guest@example.com' }), 201);
  const [project] = (
    must(await scene.admin('GET', '/v1/projects'), 200).items as { id: string; slug: string }[]
  ).filter(({ slug }) => slug === 'back');
  const grant = { subjectType: 'person', subjectId: person.id, role: 'viewer', projectId: project?.id };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  const { token } = must(await scene.admin('POST', '/v1/tokens', { name: 'test', userId: person.id }), 201);
  const guest = scene.admin.as(token as string);
  expect((await list('', guest)).map((item) => item.name)).toEqual(['delta', 'epsilon']);
  expect((await list('?project=shop', guest)).length).toBe(0);
  expect([403, 404]).toContain((await guest('GET', `/v1/secrets/${ids.alpha}`)).status);
});

test('a secret is found by project and name, in its folder only', async () => {
  expect(must(await scene.admin('GET', '/v1/projects/back/secrets/delta'), 200).id).toBe(ids.delta);
  expect((await scene.admin('GET', '/v1/projects/shop/secrets/alpha')).status).toBe(404);
  expect(must(await scene.admin('GET', '/v1/projects/shop/secrets/alpha?path=team/a'), 200).id).toBe(ids.alpha);
  const shop = must(await scene.admin('GET', `/v1/projects/${scene.project.id}/secrets/zeta`), 200);
  expect(shop.id).toBe(ids.zeta);
});
