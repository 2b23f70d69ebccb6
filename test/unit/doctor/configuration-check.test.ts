import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Environment, inspectConfig } from '../../../src/config.ts';
import { checkConfiguration } from '../../../src/doctor/configuration-check.ts';

const key = `k1:${randomBytes(32).toString('base64')}`;

function found(env: Environment) {
  const { config, problems, surroundings } = inspectConfig(env);
  return checkConfiguration(config, problems, surroundings);
}
const levels = (env: Environment) => Object.fromEntries(found(env).map(({ check, level }) => [check, level]));

test('defaults carry no risk', () => {
  expect(levels({})).toEqual({ variables: 'ok' });
});

test('what is refused is told by variable, without what was given', () => {
  const canary = 'canary-7f31';
  const findings = found({
    KEYFERRY_PORTT: canary,
    KEYFERRY_LEASE_MS: canary,
    DATABASE_URL: `postgres://u:${canary}@db/x`,
  });
  expect(findings.map(({ check, level }) => [check, level])).toEqual(
    expect.arrayContaining([
      ['KEYFERRY_PORTT', 'fail'],
      ['KEYFERRY_LEASE_MS', 'fail'],
      ['KEYFERRY_MASTER_KEY', 'fail'],
    ]),
  );
  expect(JSON.stringify(findings)).not.toContain(canary);
  expect(JSON.stringify(findings)).toContain('Did you mean KEYFERRY_PORT?');
});

describe('risky values', () => {
  test.each<[Environment, Record<string, string>]>([
    [{ KEYFERRY_HOST: '0.0.0.0' }, { KEYFERRY_HOST: 'warn', KEYFERRY_METRICS_TOKEN: 'warn' }],
    [
      { KEYFERRY_HOST: '0.0.0.0', KEYFERRY_PUBLIC_URL: 'https://k.example', KEYFERRY_METRICS_TOKEN: 'some-token' },
      { variables: 'ok' },
    ],
    [{ KEYFERRY_VAULT_ALLOW: '169.254.0.0/16' }, { KEYFERRY_VAULT_ALLOW: 'fail' }],
    [{ KEYFERRY_WEBHOOK_ALLOW: '0.0.0.0/0' }, { KEYFERRY_WEBHOOK_ALLOW: 'fail' }],
    [{ KEYFERRY_VAULT_ALLOW: '127.0.0.0/8' }, { KEYFERRY_VAULT_ALLOW: 'warn' }],
    [{ KEYFERRY_VAULT_ALLOW: '10.0.0.0/8' }, { variables: 'ok' }],
    [{ KEYFERRY_LEASE_MS: '10000' }, { KEYFERRY_LEASE_MS: 'warn' }],
    [{ KEYFERRY_LOG_LEVEL: 'trace' }, { KEYFERRY_LOG_LEVEL: 'warn' }],
    [{ KEYFERRY_RECOVERY_DAYS: '0' }, { KEYFERRY_RECOVERY_DAYS: 'warn' }],
    [{ DATABASE_URL: 'postgres://u@db.internal/k', KEYFERRY_MASTER_KEY: key }, { DATABASE_URL: 'warn' }],
    [{ DATABASE_URL: 'postgres://u@db.internal/k?sslmode=verify-full', KEYFERRY_MASTER_KEY: key }, { variables: 'ok' }],
    [{ REDIS_URL: 'redis://redis.internal' }, { REDIS_URL: 'warn' }],
    [{ REDIS_URL: 'redis://127.0.0.1:6379' }, { variables: 'ok' }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel.internal:4318', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=x' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'warn' },
    ],
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, { NODE_TLS_REJECT_UNAUTHORIZED: 'fail' }],
    [{ NODE_OPTIONS: '--max-old-space-size=512 --inspect=0.0.0.0' }, { NODE_OPTIONS: 'fail' }],
    [{ DEBUG: 'node-vault', NODE_DEBUG: '' }, { DEBUG: 'warn' }],
  ])('%j', (env, expected) => {
    expect(levels(env)).toEqual(expected);
  });
});
