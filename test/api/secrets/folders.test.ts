import { afterAll, beforeAll, expect, test } from 'vitest';
import { must, type Scene, startScene } from '../../support/scene.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ targets: 0 });
  must(await scene.admin('POST', CUSTOMERS, { slug: 'acme', name: 'Acme' }), 201);
  for (const [path, name, customer] of [
    ['', 'top'],
    ['a', 'one'],
    ['a', 'two'],
    ['a/x', 'one'],
    ['a/x/deep', 'one'],
    ['a/y/deep', 'one'],
    ['a-b/x', 'one'],
    ['a0', 'one'],
    ['ab', 'one'],
    ['B', 'one'],
    ['a/customers', 'one', 'acme'],
    ['gone', 'one'],
  ] as const) {
    const type = 'api_key';
    const source = { sourceProfileId: scene.source.profileId, ...(customer === undefined ? {} : { customer }) };
    const made = await scene.admin('POST', '/v1/secrets', { project: 'shop', path, name, type, ...source });
    ids[`${path}/${name}`] = must(made, 201).secretId as string;
  }
  must(await scene.admin('DELETE', `/v1/secrets/${ids['gone/one']}`), 200);
});
afterAll(() => scene.close());

const CUSTOMERS = '/v1/projects/shop/customers';
const ids: Record<string, string> = {};

async function folders(query: string, api = scene.admin): Promise<(readonly [string, number, number])[]> {
  const found: (readonly [string, number, number])[] = [];
  for (let cursor: unknown = ''; cursor !== null; ) {
    const more = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Record<string, unknown> = must(await api('GET', `/v1/projects/shop/folders?${query}${more}`), 200);
    for (const item of page.items as { path: string; secrets: number; secretsInAll: number }[]) {
      found.push([item.path, item.secrets, item.secretsInAll]);
    }
    cursor = page.nextCursor;
  }
  return found;
}

const TOP = [
  ['B', 1, 1],
  ['a', 2, 6],
  ['a-b', 0, 1],
  ['a0', 1, 1],
  ['ab', 1, 1],
];

test.each([1, 2, 50])(
  'the top, in pages of %i: each folder once, namesakes apart, without what is deleted',
  async (limit) => {
    expect(await folders(`limit=${limit}`)).toEqual(TOP);
  },
);

test('a folder’s own sub-folders, however the prefix is written', async () => {
  const inA = [
    ['a/customers', 1, 1],
    ['a/x', 1, 2],
    ['a/y', 0, 1],
  ];
  expect(await folders('prefix=a')).toEqual(inA);
  expect(await folders('prefix=/a&limit=1')).toEqual(inA);
  expect(await folders('prefix=a/y')).toEqual([['a/y/deep', 1, 1]]);
  expect(await folders('prefix=a/y/deep')).toEqual([]);
  expect(await folders('prefix=nothing')).toEqual([]);
  expect(await folders('prefix=/')).toEqual(TOP);
});

test('nobody sees or counts what they may not list', async () => {
  const { id } = must(await scene.admin('POST', '/v1/users', { name: 'guest', email: 'guest@example.com' }), 201);
  const { token } = must(await scene.admin('POST', '/v1/tokens', { name: 'guest', userId: id }), 201);
  const guest = scene.admin.as(token as string);
  expect(await folders('', guest)).toEqual([]);
  const { id: customerId } = must(await scene.admin('GET', `${CUSTOMERS}/acme`), 200);
  const grant = { subjectType: 'person', subjectId: id, role: 'viewer', projectId: scene.project.id, customerId };
  must(await scene.admin('POST', '/v1/role-grants', grant), 201);
  expect(await folders('', guest)).toEqual([['a', 0, 1]]);
  expect(await folders('prefix=a', guest)).toEqual([['a/customers', 1, 1]]);
});

test('bad prefixes, cursors and projects are refused', async () => {
  for (const query of ['prefix=a//b', 'prefix=../a', 'prefix=a/', 'prefix=a%25', 'cursor=e30', 'limit=0']) {
    expect((await scene.admin('GET', `/v1/projects/shop/folders?${query}`)).status, query).toBe(422);
  }
  expect((await scene.admin('GET', '/v1/projects/none/folders')).status).toBe(404);
});
