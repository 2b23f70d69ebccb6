import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { playScenario } from '../demo/scenario.ts';
import { createStory } from '../demo/story.ts';
import { eventually, must } from '../support/answers.ts';
import { type ApiProcess, startApiProcess, startWorkerProcess } from '../support/broker-process.ts';
import type { Program } from '../support/process.ts';
import { createProcessDatabase, type ProcessDatabase } from '../support/process-database.ts';
import { missingRedis, startTestRedis, type TestRedis } from '../support/redis.ts';
import { describeIf } from '../support/require.ts';
import { startVaultProcess, type VaultProcess } from '../support/vault-process.ts';
import { newSecret, openProfile } from './estate.ts';

describeIf('two APIs and two workers on external PostgreSQL and Redis', missingRedis(), () => {
  let database: ProcessDatabase;
  let redis: TestRedis;
  let apis: ApiProcess[];
  let workers: Program[];
  let vaults: VaultProcess[];
  let token: string;
  const masterKey = `k1:${randomBytes(32).toString('base64')}`;

  beforeAll(async () => {
    database = await createProcessDatabase(inject('postgresUrl'));
    redis = await startTestRedis();
    vaults = await Promise.all([1, 2, 3, 4].map(() => startVaultProcess()));
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      KEYFERRY_MASTER_KEY: masterKey,
      KEYFERRY_ROLE: 'api',
      KEYFERRY_LEASE_MS: '2000',
      KEYFERRY_VAULT_SETTLE_MS: '1000',
      KEYFERRY_SCAN_INTERVAL_MS: '200',
      KEYFERRY_VAULT_TIMEOUT_MS: '1000',
    };
    // All at once on an empty database: one migrates, one makes the administrator.
    const started = await Promise.all([startApiProcess(env), startApiProcess(env)]);
    apis = started;
    workers = await Promise.all([startWorkerProcess(env), startWorkerProcess(env)]);
    const tokens = started.flatMap((api) => api.adminToken ?? []);
    expect(tokens).toHaveLength(1);
    token = tokens[0] ?? '';
  });

  afterAll(async () => {
    const ends = await Promise.all([...(apis ?? []), ...(workers ?? [])].map((program) => program.stop()));
    await Promise.all((vaults ?? []).map((vault) => vault.stop()));
    await redis?.stop();
    await database?.drop();
    for (const end of ends) expect(end).toEqual({ code: 0, signal: null });
  });

  test('pass the scenario of the demo', async () => {
    const story = createStory(() => {});
    const [source, ...targets] = vaults as [VaultProcess, ...VaultProcess[]];
    const admins = apis.map((api) => api.api(token)) as unknown as Parameters<typeof playScenario>[0]['admins'];
    const values = await playScenario({ story, admins, source, targets, masterKey });
    expect(story.checked).toBeGreaterThan(40);
    const said = [...apis, ...workers, ...vaults].map((program) => program.output()).join('\n');
    for (const value of values) expect(said.includes(value)).toBe(false);
  });

  test('Redis flushed or away during writes: the API answers 201 and all converge', async () => {
    const [first, second] = apis as [ApiProcess, ApiProcess];
    const admin = first.api(token);
    const [source, target] = vaults as [VaultProcess, VaultProcess];
    const estate = {
      sourceProfileId: await openProfile(admin, 'plain source', source, { prefix: 'plain' }),
      targets: [{ profileId: await openProfile(admin, 'plain target', target, { prefix: 'plain' }) }],
    };
    const write = async (name: string) => {
      const began = performance.now();
      const client = (name.length % 2 === 0 ? first : second).api(token);
      must(await client('POST', '/v1/secrets', newSecret(estate, name, `${name}-value`)), 201);
      expect(performance.now() - began).toBeLessThan(2_000);
      return name;
    };
    const client = new Redis(redis.url);
    const flushed: string[] = [];
    for (let i = 0; i < 25; i++) {
      flushed.push(await write(`flush${i}`));
      if (i % 5 === 4) await client.flushall();
    }
    client.disconnect();
    await converged(flushed, target);

    await redis.kill();
    const away: string[] = [];
    for (let i = 0; i < 10; i++) away.push(await write(`away${i}`));
    // Several scans find due work that they cannot ring for.
    await delay(1_000);
    away.push(await write('away-later'));
    expect((await fetch(`${first.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    await redis.start();
    await converged(away, target);
    await eventually(async () => (await fetch(`${first.url}/readyz`)).ok, 'ready again');
  });

  async function converged(names: readonly string[], target: VaultProcess): Promise<void> {
    await eventually(async () => {
      const [row] = await database.query<{ behind: number }>(
        `select count(*)::int as behind from targets t join secrets s on s.id = t.secret_id
         where s.name = any($1) and t.state <> 'synced'`,
        [names],
      );
      return row?.behind === 0;
    }, 'all targets synced');
    for (const name of names) {
      expect(await target.read(`plain/default/shop/${name}`)).toMatchObject({ data: { mark: `${name}-value` } });
    }
  }
});
