import { afterAll, beforeAll, expect, test } from 'vitest';
import { must } from '../../support/answers.ts';
import { entryCalls } from '../../support/entry-calls.ts';
import { eventually, type Scene, startScene, targetsIn } from '../../support/scene.ts';

let scene: Scene;
let secretId: string;

beforeAll(async () => {
  scene = await startScene({ targets: 2 });
  secretId = await scene.secret('limited');
  await targetsIn(scene.admin, secretId, 'synced');
});
afterAll(() => scene.close());

const [SOURCE, DEAD] = [0, 1];
const profileOf = async (id: string) => must(await scene.admin('GET', `/v1/vault-profiles/${id}`), 200);

const contentCalls = () => entryCalls(scene.source.vault);
const read = () => scene.admin('GET', `/v1/secrets/${secretId}/versions/latest/content`);
const write = (value: string) => scene.admin('POST', `/v1/secrets/${secretId}/versions`, { payload: { value } });

function targetAt(index: number) {
  const target = scene.targets[index];
  if (target === undefined) throw new Error('no such target');
  return target;
}

async function breakerMetric(profileId: string): Promise<string | undefined> {
  const text = await scene.broker.metrics.metrics();
  return new RegExp(`^keyferry_vault_breaker_state\\{profile="${profileId}"\\} (\\d)$`, 'm').exec(text)?.[1];
}

test('a read survives a vault that hiccups twice', async () => {
  const { vault } = scene.source;
  const rule = vault.script({ method: 'GET', path: '/data/', steps: ['reset', { status: 503 }, 'ok'] });
  expect(must(await read(), 200)).toMatchObject({ payload: { value: 'one' } });
  expect(rule.hits).toBe(3);
  rule.remove();
});

test('a write is never sent twice', async () => {
  const { vault } = scene.source;
  const rule = vault.script({ method: 'POST', path: '/data/', steps: [{ status: 500 }, 'ok'] });
  const before = vault.journal.length;
  const answer = await write('two');
  expect([201, 202]).toContain(answer.status);
  rule.remove();
  await eventually(async () => {
    const { json } = await scene.admin('GET', `/v1/secrets/${secretId}`);
    return json.headVersion === 2 || json.latestVersion === 2 || vault.journal.length > before;
  }, 'the write was finished by looking it up');
  expect(vault.journal.filter(({ kind }) => kind === 'write')).toHaveLength(2);
});

test('a dead vault is left alone but for probes, its targets lose no attempts, and it comes back by itself', async () => {
  const dead = targetAt(DEAD);
  await dead.vault.down();
  const ids: string[] = [];
  for (let i = 0; i < 12; i++) ids.push(await scene.secret(`behind-${i}`));
  const opened = await eventually(async () => {
    const { breaker } = await profileOf(dead.profileId);
    return (breaker as { state: string }).state === 'open' ? breaker : undefined;
  }, 'the breaker opens');
  expect(opened).toEqual({ state: 'open', code: 'unavailable', since: expect.any(String) });
  expect(['1', '2']).toContain(await breakerMetric(dead.profileId));
  const [attempts] = await scene.broker.db.query<{ most: number; total: number }>(
    'select max(attempts)::int as most, sum(attempts)::int as total from targets where profile_id = $1::uuid',
    [dead.profileId],
  );
  // Twelve targets, yet no more failures than it takes to open, the calls that were under way then, and the probes.
  expect(attempts?.total).toBeLessThanOrEqual(12);
  for (const id of ids) await eventually(async () => (await stateAt(id, SOURCE)) === 'synced', 'the live target');
  await dead.vault.up();
  for (const id of ids) await targetsIn(scene.admin, id, 'synced');
  await eventually(
    async () => ((await profileOf(dead.profileId)).breaker as { state: string }).state === 'closed',
    'the breaker closes',
  );
  expect(await breakerMetric(dead.profileId)).toBe('0');
});

async function stateAt(id: string, index: number): Promise<string | undefined> {
  const { items } = must(await scene.admin('GET', `/v1/secrets/${id}/targets`), 200) as {
    items: { profileId: string; state: string }[];
  };
  return items.find((item) => item.profileId === targetAt(index).profileId)?.state;
}

test('a new credential opens the way at once', async () => {
  const { vault, vaultId, profileId } = scene.source;
  const wrong = await scene.admin('PATCH', `/v1/vaults/${vaultId}`, { settings: { token: 'hvs.wrong' } });
  must(wrong, 200);
  for (let i = 0; i < 5; i++) expect((await read()).json.code).toBe('vault_denied');
  const before = contentCalls();
  const refused = await read();
  expect([refused.status, refused.json.code]).toEqual([503, 'vault_unavailable']);
  expect(contentCalls()).toBe(before);
  await eventually(
    async () => ((await profileOf(profileId)).breaker as { code: string }).code === 'unauthenticated',
    'the state is shown',
  );
  must(await scene.admin('PATCH', `/v1/vaults/${vaultId}`, { settings: { token: vault.token } }), 200);
  must(await read(), 200);
});

test('a profile calls no faster than it may', async () => {
  const { profileId } = scene.source;
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { ratePerSecond: 10 }), 200);
  const startedAt = performance.now();
  for (const answer of await Promise.all(Array.from({ length: 20 }, read))) must(answer, 200);
  expect(performance.now() - startedAt).toBeGreaterThan(850);
  must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { ratePerSecond: null }), 200);
});

test('a vault that asks for an hour is not called meanwhile, and callers are told when to come back, within a minute', async () => {
  const { vault } = scene.source;
  const rule = vault.script({ path: '/data/', steps: { status: 429, headers: { 'retry-after': '3600' } }, count: 1 });
  const first = await read();
  expect(first.json.code).toBe('vault_busy');
  const before = contentCalls();
  const second = await read();
  expect(second.json.code).toBe('vault_busy');
  expect(Number(second.headers.get('retry-after'))).toBeLessThanOrEqual(60);
  expect(contentCalls()).toBe(before);
  rule.remove();
});
