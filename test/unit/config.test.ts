import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Environment, inspectConfig, loadConfig } from '../../src/config.ts';
import { factsOf, VARIABLE_NAMES } from '../../src/environment.ts';
import { renderEnvExample } from '../../src/setup/env-example.ts';
import { readOrCreateMasterKey } from '../../src/setup/master-key.ts';
import { packageRoot } from '../../src/setup/package-root.ts';
import { isPermitted } from '../../src/vaults/address-rules.ts';

const key = randomBytes(32).toString('base64');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

function problemsOf(env: Environment): string {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  test('an empty environment is a complete embedded configuration', () => {
    expect(loadConfig({ PATH: '/bin', UNRELATED: 'x' })).toEqual({
      host: '127.0.0.1',
      port: 7300,
      publicUrl: undefined,
      role: 'all',
      dataDir: path.resolve('.keyferry'),
      databaseUrl: undefined,
      redisUrl: undefined,
      masterKey: undefined,
      logLevel: 'info',
      dbPool: 10,
      workerConcurrency: 8,
      scanIntervalMs: 2_000,
      shutdownTimeoutMs: 15_000,
      vaultTimeoutMs: 10_000,
      vaultAllow: { blocks: [], hosts: new Set() },
      vaultAmbient: false,
      leaseMs: 30_000,
      settleMs: 120_000,
      changeTtlHours: 72,
      recoveryDays: 30,
      notices: {
        publicUrl: 'http://127.0.0.1:7300',
        webhookAllow: { blocks: [], hosts: new Set() },
        mail: undefined,
        timeoutMs: 10_000,
        leaseMs: 30_000,
        recheckStreamsMs: 2_000,
        announceEveryMs: 60_000,
      },
      metricsToken: undefined,
      traces: undefined,
      backlogLimit: 200_000,
      failpoint: undefined,
    });
  });

  test('mail needs a server and a sender', () => {
    const mail = { KEYFERRY_SMTP_URL: 'smtps://user:pass-phrase@mail.internal', KEYFERRY_MAIL_FROM: 'k@example.com' };
    expect(loadConfig(mail).notices.mail).toEqual({ smtpUrl: mail.KEYFERRY_SMTP_URL, from: 'k@example.com' });
    expect(problemsOf({ ...mail, KEYFERRY_MAIL_FROM: '' })).toContain('KEYFERRY_MAIL_FROM: required with');
    const wrong = problemsOf({ KEYFERRY_SMTP_URL: 'http://user:pass-phrase@mail', KEYFERRY_MAIL_FROM: 'no address' });
    expect(wrong).toMatch(/KEYFERRY_SMTP_URL: expected .*\n.*KEYFERRY_MAIL_FROM: expected a mail address/);
    expect(wrong).not.toContain('pass-phrase');
  });

  test('a lease on a notice outlasts an attempt, and links lead to the public address', () => {
    const { notices } = loadConfig({
      KEYFERRY_LEASE_MS: '500',
      KEYFERRY_NOTICE_TIMEOUT_MS: '3000',
      KEYFERRY_PUBLIC_URL: 'https://keys.example.com/',
    });
    expect(notices).toMatchObject({ leaseMs: 6_000, publicUrl: 'https://keys.example.com' });
  });

  test('takes what is given, and empty for unset', () => {
    const config = loadConfig({
      KEYFERRY_PORT: '0',
      KEYFERRY_ROLE: 'api',
      KEYFERRY_HOST: '',
      KEYFERRY_VAULT_ALLOW: '10.20.0.0/16, vault.internal',
      KEYFERRY_VAULT_AMBIENT: 'true',
      KEYFERRY_PUBLIC_URL: 'https://keys.example.com/',
      DATABASE_URL: 'postgres://u:p@db/keyferry',
      REDIS_URL: 'rediss://:p@cache:6380',
      KEYFERRY_MASTER_KEY: `new:${key},old:${randomBytes(32).toString('base64')}`,
    });
    expect(config).toMatchObject({ port: 0, role: 'api', host: '127.0.0.1', publicUrl: 'https://keys.example.com' });
    expect(config.redisUrl).toBe('rediss://:p@cache:6380');
    expect(config.vaultAmbient).toBe(true);
    expect([isPermitted('10.20.1.1', config.vaultAllow), isPermitted('10.21.1.1', config.vaultAllow)]).toEqual([
      true,
      false,
    ]);
  });

  test('lists every problem at once, by name and expected form, and never repeats a value', () => {
    const message = problemsOf({
      KEYFERRY_PORT: 'canary-port',
      KEYFERRY_ROLE: 'canary-role',
      KEYFERRY_PUBLIC_URL: 'canary:url',
      DATABASE_URL: 'mysql://canary@host/x',
      REDIS_URL: 'canary',
      KEYFERRY_MASTER_KEY: 'canary',
      KEYFERRY_VAULT_ALLOW: 'canary/8',
      KEYFERRY_VAULT_AMBIENT: 'canary',
      KEYFERRY_LEASE_MS: '12',
      KEYFERRY_DB_POOL: '1e99',
    });
    for (const name of [
      'PORT',
      'ROLE',
      'PUBLIC_URL',
      'MASTER_KEY',
      'VAULT_ALLOW',
      'VAULT_AMBIENT',
      'LEASE_MS',
      'DB_POOL',
    ]) {
      expect(message).toContain(`KEYFERRY_${name}: expected ${factsOf(`KEYFERRY_${name}` as never).expected}`);
    }
    expect(message).toContain('DATABASE_URL: expected a URL of the form postgresql://…');
    expect(message).toContain('REDIS_URL: expected');
    expect(message).not.toContain('canary');
  });

  test.each([
    ['KEYFERRY_PROT', 'KEYFERRY_PORT'],
    ['KEYFERRY_MASTERKEY', 'KEYFERRY_MASTER_KEY'],
    ['KEYFERRY_DATABASE_DIR', 'KEYFERRY_DATA_DIR'],
  ])('refuses the unknown %s and suggests %s', (unknown, known) => {
    expect(problemsOf({ [unknown]: 'canary' })).toContain(
      `${unknown}: there is no such variable. Did you mean ${known}?`,
    );
    expect(problemsOf({ [unknown]: 'canary' })).not.toContain('canary');
  });

  test('takes no offence at what the command line tool is told in the same shell', () => {
    const tool = { KEYFERRY_URL: 'http://x', KEYFERRY_TOKEN: 'kf_x', KEYFERRY_PROJECT: 'shop', KEYFERRY_CONTEXT: 'c' };
    expect(inspectConfig(tool).problems).toEqual([]);
  });

  test('refuses a _FILE for what is no secret', () => {
    expect(problemsOf({ KEYFERRY_PORT_FILE: '/x' })).toContain('KEYFERRY_PORT_FILE: there is no such variable');
  });

  test('reads secrets from files and strips one trailing newline', async () => {
    const file = path.join(folder, 'key');
    await writeFile(file, `${key}\n`);
    expect(loadConfig({ KEYFERRY_MASTER_KEY_FILE: file }).masterKey).toBe(key);
    await writeFile(file, 'postgres://u:p@db/keyferry\r\n');
    const env = { DATABASE_URL_FILE: file, KEYFERRY_MASTER_KEY: key };
    expect(loadConfig(env).databaseUrl).toBe('postgres://u:p@db/keyferry');
    expect(problemsOf({ ...env, DATABASE_URL: 'postgres://u:p@db/keyferry' })).toContain(
      'DATABASE_URL and DATABASE_URL_FILE: expected only one of them',
    );
    expect(problemsOf({ KEYFERRY_MASTER_KEY_FILE: path.join(folder, 'none') })).toContain(
      'KEYFERRY_MASTER_KEY_FILE: expected a readable file',
    );
  });

  test('demands what belongs together', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres://db/x' })).toContain(
      'KEYFERRY_MASTER_KEY: required with DATABASE_URL',
    );
    expect(problemsOf({ KEYFERRY_ROLE: 'api' })).toContain('needs DATABASE_URL');
    expect(problemsOf({ KEYFERRY_FAILPOINT: 'sync.after-claim' })).toContain('KEYFERRY_FAILPOINT: only for tests');
    expect(loadConfig({ KEYFERRY_FAILPOINT: 'sync.after-claim', NODE_ENV: 'test' }).failpoint).toBe('sync.after-claim');
  });
});

test('.env.example is what the schema says', async () => {
  const text = await readFile(path.join(packageRoot(), '.env.example'), 'utf8');
  expect(text, 'run node dist/src/setup/print-env-example.js > .env.example').toBe(renderEnvExample());
  for (const name of VARIABLE_NAMES.filter((each) => !factsOf(each).internal)) expect(text).toContain(`#${name}=`);
});

describe('readOrCreateMasterKey', () => {
  test('makes the key once, for the owner alone, also when two start together', async () => {
    const dataDir = path.join(folder, 'data');
    const both = await Promise.all([readOrCreateMasterKey(dataDir), readOrCreateMasterKey(dataDir)]);
    expect(both[0].text).toBe(both[1].text);
    expect(loadConfig({ KEYFERRY_MASTER_KEY: both[0].text }).masterKey).toMatch(/^k1:/);
    expect((await stat(both[0].file)).mode & 0o777).toBe(0o600);
    expect(await readOrCreateMasterKey(dataDir)).toEqual({ ...both[0], created: false });
  });

  test('refuses a key that others can read', async () => {
    const { file } = await readOrCreateMasterKey(path.join(folder, 'data'));
    await chmod(file, 0o640);
    await expect(readOrCreateMasterKey(path.join(folder, 'data'))).rejects.toThrow('can be read by others');
  });
});
