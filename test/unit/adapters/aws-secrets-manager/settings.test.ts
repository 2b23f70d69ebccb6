import { expect, test } from 'vitest';
import { awsSecretsManagerModule } from '../../../../adapters/aws-secrets-manager/adapter-module.ts';
import type { AwsAttributes, AwsSettings } from '../../../../adapters/aws-secrets-manager/settings.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';

const { settings, attributes, place, locate } = awsSecretsManagerModule;
const KEYS = { region: 'eu-central-1', authMethod: 'keys', accessKeyId: 'ASIAQNZGKIQY56JQ7WML', secretAccessKey: 's' };

const fields = (given: object, schema: typeof settings | typeof attributes = settings): PropertyKey[] => {
  const parsed = schema.safeParse(given);
  return parsed.success ? [] : [...new Set(parsed.error.issues.flatMap(({ path }) => path.slice(0, 1)))];
};
const placeOf = (given: object) =>
  place(settings.parse({ ...KEYS, ...given }) as AwsSettings, attributes.parse({}) as AwsAttributes, adapterPorts());

test('a login is complete and has nothing of another one', () => {
  expect(fields(KEYS)).toEqual([]);
  expect(fields({ ...KEYS, accessKeyId: undefined })).toEqual(['accessKeyId']);
  expect(fields({ region: 'eu-central-1', authMethod: 'ambient' })).toEqual([]);
  expect(fields({ ...KEYS, authMethod: 'ambient' })).toEqual(['accessKeyId', 'secretAccessKey']);
  expect(fields({ ...KEYS, externalId: 'team' })).toEqual(['externalId']);
});

test.each([
  [{ region: 'EU-central-1' }, 'region'],
  [{ region: 'evil.example.com/eu-central-1' }, 'region'],
  [{ endpoint: 'https://example.com/path' }, 'endpoint'],
  [{ endpoint: 'https://user@example.com' }, 'endpoint'],
  [{ stsEndpoint: 'ftp://example.com' }, 'stsEndpoint'],
  [{ secretAccessKey: 'a b' }, 'secretAccessKey'],
  [{ roleArn: 'arn:aws:iam::1:role/x' }, 'roleArn'],
  [{ accountId: '123' }, 'accountId'],
  [{ accountId: '123456789012' }, 'accountId'],
  [{ kmsKeyId: 'a b' }, 'kmsKeyId'],
  [{ caCert: 'none' }, 'caCert'],
  [{ proxy: 'http://example.com' }, undefined],
])('%j is refused', (change, field) => {
  expect(fields({ ...KEYS, ...change })).toEqual(field === undefined ? [] : [field]);
  expect(settings.safeParse({ ...KEYS, ...change }).success).toBe(false);
});

test.each([
  [{ prefix: 'a//b' }],
  [{ prefix: 'a/../b' }],
  [{ prefix: 'a b' }],
  [{ prefix: 'x'.repeat(257) }],
  [{ encoding: 'yaml' }],
  [{ recoveryDays: 6 }],
  [{ recoveryDays: 31 }],
  [{ tags: { 'aws:x': 'y' } }],
  [{ tags: { 'keyferry:x': 'y' } }],
  [{ tags: { '': 'y' } }],
  [{ tags: { x: 'a;b' } }],
  [{ nobody: 1 }],
])('attributes %j are refused', (given) => {
  expect(attributes.safeParse(given).success).toBe(false);
});

test('a place is the account and the region, whatever leads there', () => {
  const [here] = [placeOf({})];
  expect(here).toBe('aws-secrets-manager/029608264753/eu-central-1');
  for (const endpoint of [
    'https://secretsmanager.eu-central-1.amazonaws.com',
    'https://secretsmanager-fips.eu-central-1.amazonaws.com:443/',
    'https://secretsmanager.eu-central-1.api.aws',
    'https://vpce-1-abc.secretsmanager.eu-central-1.vpce.amazonaws.com',
  ])
    expect(placeOf({ endpoint })).toBe(here);
  expect(placeOf({ secretAccessKey: 'another', sessionToken: 't' })).toBe(here);
  expect(placeOf({ roleArn: 'arn:aws:iam::029608264753:role/keyferry' })).toBe(here);
  expect(placeOf({ accountId: '029608264753' })).toBe(here);
  expect(placeOf({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', accountId: '029608264753' })).toBe(here);
  const others = [
    { roleArn: 'arn:aws:iam::210987654321:role/keyferry' },
    { region: 'eu-central-2' },
    { endpoint: 'http://localhost:4566' },
    { endpoint: 'http://localhost:4567' },
    { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
  ];
  expect(new Set([here, ...others.map(placeOf)]).size).toBe(others.length + 1);
  expect(placeOf({ endpoint: 'http://127.1:4566/' })).toBe(placeOf({ endpoint: 'http://LOCALHOST:4566' }));
});

test('a prefix is part of the name, and a slash in front of it as well', () => {
  const at = (prefix: string, path: string) => locate(attributes.parse({ prefix }) as AwsAttributes, path);
  expect(at('', 'a/b')).toBe('a/b');
  expect(at('a', 'b')).toBe('a/b');
  expect(at('a///', 'b')).toBe('a/b');
  expect(at('/a', 'b')).toBe('/a/b');
  expect(at('/', 'b')).toBe('/b');
  expect(at('', 'n'.repeat(512))).toHaveLength(512);
  expect(() => at('', 'n'.repeat(513))).toThrow('locate: invalid_argument');
});
