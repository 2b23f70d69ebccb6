import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Environment, inspectConfig } from '../../../src/config.ts';
import { exitCodeOf, type Finding } from '../../../src/doctor/finding.ts';
import { renderJson, renderTable } from '../../../src/doctor/report.ts';
import { runDoctor } from '../../../src/doctor/run-doctor.ts';
import { must } from '../../support/answers.ts';
import { canary, findLeaks } from '../../support/canaries.ts';
import { dumpTables } from '../../support/dump-tables.ts';
import { startVaultEmulator } from '../../support/emulators/hashicorp-vault.ts';
import { missingRedis, startTestRedis } from '../../support/redis.ts';
import { describeIf } from '../../support/require.ts';
import { type Scene, startScene } from '../../support/scene.ts';
import { createTestDatabase } from '../../support/template-db.ts';
import { makeCertificate } from '../../support/test-certificates.ts';

/* The doctor beside a running installation on the tests' PostgreSQL, which keeps nothing on disk: it must say so. */

const value = canary('value');
let scene: Scene;
let shown = '';

const environment = (more: Environment = {}): Environment => ({
  DATABASE_URL: scene.databaseUrl,
  KEYFERRY_MASTER_KEY: scene.masterKey,
  KEYFERRY_VAULT_ALLOW: '127.0.0.0/8',
  KEYFERRY_VAULT_TIMEOUT_MS: '1000',
  ...more,
});

async function examine(more: Environment = {}): Promise<readonly Finding[]> {
  const findings = await runDoctor(inspectConfig(environment(more)));
  shown += renderTable(findings) + renderJson(findings);
  return findings;
}

const of = (findings: readonly Finding[], area: string, check?: string) =>
  findings.filter((finding) => finding.area === area && (check === undefined || finding.check === check));
const one = (findings: readonly Finding[], area: string, check: string) => {
  const [found, ...more] = of(findings, area, check);
  expect(more, `${area} ${check}`).toEqual([]);
  return found;
};
const sql = (text: string, ...params: unknown[]) => scene.broker.db.query(text, params);

beforeAll(async () => {
  scene = await startScene({ workers: false });
  const payload = { PASSWORD: value.text };
  must(
    await scene.admin('POST', '/v1/secrets', {
      ...{ project: 'shop', name: 'known', type: 'key_value', sourceProfileId: scene.source.profileId, payload },
    }),
    201,
  );
});
afterAll(() => scene.close());

test('a healthy installation is well in all but what was broken on purpose, and nothing is changed by looking', async () => {
  const before = await dumpTables(scene.databaseUrl);
  const findings = await examine();
  expect(await dumpTables(scene.databaseUrl)).toEqual(before);
  expect(findings.filter(({ level }) => level !== 'ok').map(({ area, check, level }) => [level, area, check])).toEqual([
    ['warn', 'configuration', 'KEYFERRY_VAULT_ALLOW'],
    ['fail', 'database', 'fsync'],
    ['warn', 'database', 'full_page_writes'],
    ['fail', 'database', 'synchronous_commit'],
  ]);
  expect(one(findings, 'vaults', 'default/source')?.says).toContain('grants every right');
  expect(one(findings, 'audit', 'default')?.says).toMatch(/^The chain holds \(newest \d+ of \d+ events\)/);
  expect(one(findings, 'database', 'migrations')?.level).toBe('ok');
  expect(of(findings, 'clocks').map(({ check }) => check)).toEqual([
    'database',
    new URL(scene.source.vault.url).host,
    new URL(scene.targets[0]?.vault.url ?? '').host,
  ]);
  expect(exitCodeOf(findings)).toBe(2);
});

test('vaults: away, refused, a right missing, disabled', async () => {
  const [target] = scene.targets;
  scene.source.vault.tokens.revokeAll();
  const away = await startVaultEmulator();
  const limited = scene.targets[0]?.vault.tokens.create({
    policy: [{ path: 'secret/data/*', capabilities: ['read'] }],
  });
  const add = async (name: string, settings: object) => {
    const vault = must(await scene.admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
    return must(
      await scene.admin('POST', '/v1/vault-profiles', {
        name,
        vaultId: vault.id,
        naming: `${name}/{organization}/{project}/{path}/{name}`,
      }),
      201,
    ).id;
  };
  await add('away', { address: away.url, authMethod: 'token', token: away.token });
  await add('limited', { address: target?.vault.url, authMethod: 'token', token: limited });
  const disabled = await add('disabled', { address: away.url, authMethod: 'token', token: away.token });
  must(await scene.admin('POST', `/v1/vault-profiles/${disabled}/disable`), 200);
  await away.close();

  const findings = await examine();
  expect(one(findings, 'vaults', 'default/source')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('(unauthenticated)'),
  });
  expect(one(findings, 'vaults', 'default/away')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('(unavailable)'),
  });
  expect(one(findings, 'vaults', 'default/limited')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('does not grant'),
  });
  expect(one(findings, 'vaults', 'default/target-1')?.level).toBe('ok');
  expect(one(findings, 'vaults', 'default/disabled')).toMatchObject({
    level: 'ok',
    says: 'Disabled: it was not called.',
  });
  const refused = await examine({ KEYFERRY_VAULT_ALLOW: '' });
  expect(one(refused, 'vaults', 'default/target-1')).toMatchObject({
    level: 'fail',
    next: expect.stringContaining('KEYFERRY_VAULT_ALLOW'),
  });
});

test('a certificate that has ended or soon does, and a vault that lives in another time', async () => {
  const day = 86_400_000;
  for (const [name, ends, level] of [
    ['ended', new Date(Date.now() - day), 'fail'],
    ['soon', new Date(Date.now() + 5 * day), 'warn'],
  ] as const) {
    const tls = makeCertificate({ commonName: name, hosts: ['127.0.0.1'], ends });
    const vault = await startVaultEmulator({ tls });
    vault.script({
      method: 'HEAD',
      steps: { status: 200, headers: { date: new Date(Date.now() - 600_000).toUTCString() } },
    });
    const settings = { address: vault.url, authMethod: 'token', token: vault.token, caCert: tls.cert };
    const made = must(await scene.admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
    must(await scene.admin('POST', '/v1/vault-profiles', { name, vaultId: made.id }), 201);
    const findings = await examine();
    const { host } = new URL(vault.url);
    expect(one(findings, 'vaults', `TLS ${host}`)?.level).toBe(level);
    expect(one(findings, 'clocks', host)).toMatchObject({
      level: 'fail',
      says: expect.stringMatching(/^It is \d{3}\.\d s behind/),
    });
    await vault.close();
  }
});

test('keys: another one, none, and one that stored content names', async () => {
  const other = `k1:${randomBytes(32).toString('base64')}`;
  const wrong = await examine({ KEYFERRY_MASTER_KEY: other });
  expect(one(wrong, 'keys', 'active key')).toMatchObject({ level: 'fail' });
  expect(one(wrong, 'audit', 'default')).toMatchObject({ level: 'fail', says: expect.stringContaining('altered') });
  const second = `k2:${randomBytes(32).toString('base64')}`;
  const rotated = await examine({ KEYFERRY_MASTER_KEY: `${second},k1:${scene.masterKey}` });
  expect(of(rotated, 'keys').map(({ level }) => level)).toEqual(['ok', 'ok']);
  await sql(`update vaults set sealed_credentials = set_byte(sealed_credentials, 3, ascii('9')) where name = 'away'`);
  const findings = await examine();
  expect(one(findings, 'keys', 'key "k9"')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('vaults.sealed_credentials'),
  });
});

test('an audit chain whose end was cut off', async () => {
  await sql('update audit_heads set seq = seq + 1 where organization_id = $1::uuid', scene.organizationId);
  const findings = await examine();
  expect(one(findings, 'audit', 'default')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('its head names'),
  });
  await sql('update audit_heads set seq = seq - 1 where organization_id = $1::uuid', scene.organizationId);
  expect(one(await examine(), 'audit', 'default')?.level).toBe('ok');
});

test('work that nobody does', async () => {
  await sql(
    `update change_requests set state = 'approved', next_attempt_at = now() - interval '10 minutes', ended_at = null`,
  );
  expect(one(await examine(), 'queue', 'backlog')).toMatchObject({
    level: 'warn',
    next: expect.stringContaining('workers'),
  });
});

test('a database that is newer, empty, away or closed to us', async () => {
  await sql(
    `insert into _prisma_migrations (id, checksum, migration_name, finished_at) values ('x', '', '29990101000000_later', now())`,
  );
  const newer = await examine();
  expect(one(newer, 'database', 'migrations')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('29990101000000_later'),
  });
  expect(of(newer, 'keys')).toMatchObject([{ level: 'warn' }]);

  const empty = await createTestDatabase();
  const client = (await import('../../../src/db.ts')).connectDb({ url: empty.url, poolSize: 1 });
  await client.query('drop table _prisma_migrations');
  await client.close();
  expect(one(await examine({ DATABASE_URL: empty.url }), 'database', 'migrations')?.level).toBe('warn');
  await empty.drop();

  const away = new URL(scene.databaseUrl);
  away.port = '1';
  expect(one(await examine({ DATABASE_URL: away.href }), 'database', 'reach')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('ECONNREFUSED'),
  });
  const nowhere = new URL(scene.databaseUrl);
  nowhere.pathname = '/no_such_database';
  expect(one(await examine({ DATABASE_URL: nowhere.href }), 'database', 'reach')).toMatchObject({
    level: 'fail',
    says: expect.stringContaining('3D000'),
  });
});

describeIf('redis', missingRedis(), () => {
  test.each<[readonly string[], string, string]>([
    [[], 'ok', 'evicts nothing'],
    [['--maxmemory-policy', 'allkeys-lru'], 'fail', 'it must be noeviction'],
    [['--appendonly', 'no'], 'fail', 'persistence is off'],
  ])('Redis with %j', async (settings, level, says) => {
    const redis = await startTestRedis(settings);
    const findings = await examine({ REDIS_URL: redis.url });
    expect(one(findings, 'queue', 'durability')).toMatchObject({ level, says: expect.stringContaining(says) });
    expect(one(findings, 'clocks', 'Redis')?.level).toBe('ok');
    await redis.stop();
  });

  test('Redis that is away, or refuses the login', async () => {
    const away = await examine({ REDIS_URL: 'redis://127.0.0.1:1' });
    expect(one(away, 'queue', 'server')).toMatchObject({
      level: 'fail',
      says: expect.stringContaining('ECONNREFUSED'),
    });
    const redis = await startTestRedis();
    const closed = await examine({ REDIS_URL: redis.url.replace('//', '//user:password-4f2a@') });
    expect(one(closed, 'queue', 'server')).toMatchObject({
      level: 'fail',
      says: expect.stringContaining('refused the login'),
    });
    await redis.stop();
  });
});

test('nothing of all this showed a value or a credential', () => {
  const secrets = [
    value,
    { name: 'master key', text: scene.masterKey },
    { name: 'vault token', text: scene.source.vault.token },
    { name: 'password of the database', text: new URL(scene.databaseUrl).password || 'none' },
    { name: 'password of Redis', text: 'password-4f2a' },
  ];
  expect(shown.length).toBeGreaterThan(10_000);
  expect(findLeaks(secrets, [['report', shown]])).toEqual([]);
});
