import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../../support/answers.ts';
import { type Scene, startScene } from '../../support/scene.ts';

const CANARY = 'canary-that-no-listing-shows';
let scene: Scene;
let path: string;

beforeAll(async () => {
  scene = await startScene({ targets: 0 });
  path = `/v1/vault-profiles/${scene.source.profileId}/entries`;
});
afterAll(() => scene.close());

async function foreign(name: string): Promise<void> {
  const { url, token } = scene.source.vault;
  const answer = await fetch(`${url}/v1/secret/data/${name}`, {
    method: 'POST',
    headers: { 'x-vault-token': token },
    body: JSON.stringify({ data: { value: CANARY } }),
  });
  expect(answer.ok).toBe(true);
}

test('entries are listed page by page, once each and in order, with the secret that holds one, and without values', async () => {
  const secretId = await scene.secret('mine');
  const names = Array.from({ length: 7 }, (_, index) => `legacy/app-${index}/key`);
  for (const name of names) await foreign(name);
  const before = scene.source.vault.journal.length;
  const seen: { path: string; secretId: string | null }[] = [];
  let cursor: unknown = '';
  while (cursor !== null) {
    const { json, text } = await scene.admin('GET', `${path}?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...(json.items as typeof seen));
    cursor = json.nextCursor;
    expect(text).not.toContain(CANARY);
  }
  expect(seen).toEqual([
    { path: 'default/shop/mine', secretId },
    ...names.map((name) => ({ path: name, secretId: null })),
  ]);
  const below = must(await scene.admin('GET', `${path}?prefix=legacy/app-3`), 200);
  expect(below).toEqual({ items: [{ path: 'legacy/app-3/key', secretId: null }], nextCursor: null });
  expect(scene.source.vault.journal.length).toBe(before);
});

test('the vault is listed once for the pages that follow each other, and anew for a first one', async () => {
  const rule = scene.source.vault.script({ path: '/metadata/', steps: 'ok' });
  const first = must(await scene.admin('GET', `${path}?prefix=legacy&limit=3`), 200);
  const { hits } = rule;
  const second = must(await scene.admin('GET', `${path}?prefix=legacy&limit=3&cursor=${first.nextCursor}`), 200);
  must(await scene.admin('GET', `${path}?prefix=legacy&limit=3&cursor=${second.nextCursor}`), 200);
  expect([hits > 0, rule.hits]).toEqual([true, hits]);
  await foreign('legacy/added');
  const anew = must(await scene.admin('GET', `${path}?prefix=legacy&limit=3`), 200) as { items: { path: string }[] };
  expect(anew.items[0]?.path).toBe('legacy/added');
  expect(rule.hits).toBeGreaterThan(hits);
  rule.remove();
});

test('a listing that fails on any page is no listing', async () => {
  await foreign('z/last');
  const rule = scene.source.vault.script({ path: '/metadata/z/last', steps: { status: 500 } });
  const { status, json } = await scene.admin('GET', path);
  expect([status, json.code, json.items]).toEqual([503, 'vault_unavailable', undefined]);
  rule.remove();
});

test.each(['prefix=../x', 'prefix=a//b', 'cursor=%00', 'cursor=!!!', 'limit=0', 'nothing=1'])(
  'refuses %s',
  async (query) => {
    expect((await scene.admin('GET', `${path}?${query}`)).status).toBe(422);
  },
);

test('only those with vault.administer look, and nobody through a disabled profile', async () => {
  const viewer = await scene.person(`viewer-${randomUUID().slice(0, 8)}`, 'viewer');
  expect((await viewer.api('GET', path)).status).toBe(403);
  must(await scene.admin('POST', `/v1/vault-profiles/${scene.source.profileId}/disable`), 200);
  expect((await scene.admin('GET', path)).json.code).toBe('profile_disabled');
});
