import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { hashicorpVaultModule } from '../../../../adapters/hashicorp-vault/adapter-module.ts';
import { adapterPorts } from '../../../support/adapter-ports.ts';

const VALID = { address: 'https://vault.example.com:8200', authMethod: 'token', token: 'hvs.canary-1' };
const parse = (change: object) => hashicorpVaultModule.settings.safeParse({ ...VALID, ...change });
const place = (change: object, attributes: object = {}) =>
  hashicorpVaultModule.place(
    hashicorpVaultModule.settings.parse({ ...VALID, ...change }),
    hashicorpVaultModule.attributes.parse(attributes),
    adapterPorts(),
  );

test('one place has one name, however it is spelled', () => {
  const names = [
    place({ namespace: 'team/a' }, { mount: 'kv' }),
    place({ namespace: '/team/', address: 'https://VAULT.example.com.:8200/' }, { mount: 'a/kv/' }),
    place({}, { mount: '/team/a/kv', prefix: 'apps' }),
    place(
      { namespace: 'team/a', authMethod: 'approle', token: undefined, roleId: 'r', secretId: 's' },
      { mount: 'kv' },
    ),
  ];
  expect(new Set(names)).toEqual(new Set(['hashicorp-vault/https://vault.example.com:8200/team/a/kv']));
});

test('other places have other names', () => {
  const names = [{}, { namespace: 'a' }, { address: 'https://vault.example.com' }].map((change) => place(change));
  expect(new Set([...names, place({}, { mount: 'kv' })]).size).toBe(4);
});

test('the mount is secret unless it is named', () => {
  expect(hashicorpVaultModule.attributes.parse({})).toEqual({ mount: 'secret' });
});

test('a prefix and a path are one name', () => {
  expect(hashicorpVaultModule.locate({ mount: 'kv', prefix: '/a/b/' }, 'c')).toBe('a/b/c');
  expect(hashicorpVaultModule.locate({ mount: 'kv' }, 'a/b/c')).toBe('a/b/c');
});

test.each([
  ['an unknown attribute', { canary: 1 }, ''],
  ['a mount that leaves', { mount: 'a/../canary-1' }, 'mount'],
  ['a mount with a query', { mount: 'a?canary-1' }, 'mount'],
  ['an empty mount', { mount: '' }, 'mount'],
  ['a prefix that leaves', { prefix: '../canary-1' }, 'prefix'],
  ['a prefix with an empty segment', { prefix: 'a//canary-1' }, 'prefix'],
  ['an escaped prefix', { prefix: '%2e%2e/canary-1' }, 'prefix'],
])('refused without repeating it: %s', (_name, change, field) => {
  const { success, error } = hashicorpVaultModule.attributes.safeParse(change);
  expect(success).toBe(false);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(field);
  expect(inspect(error, { depth: 9 })).not.toContain('canary-1');
});

test.each([
  ['an unknown setting', { tls: false }, ''],
  ['no address', { address: undefined }, 'address'],
  ['an address with a path', { address: 'https://vault.example.com/canary-1' }, 'address'],
  ['an address with a password', { address: 'https://a:canary-1@vault.example.com' }, 'address'],
  ['a namespace with a line', { namespace: 'a\r\nX-Canary-1: b' }, 'namespace'],
  ['a token with a line', { token: 'hvs.canary-1\n' }, 'token'],
  ['an empty token', { token: '' }, 'token'],
  ['no token', { token: undefined }, 'token'],
  ['a SecretID beside a token', { secretId: 'canary-1' }, 'secretId'],
  ['half an AppRole', { authMethod: 'approle', token: undefined, roleId: 'canary-1' }, 'secretId'],
  ['an unknown method', { authMethod: 'canary-1' }, 'authMethod'],
  ['no certificate', { caCert: 'canary-1' }, 'caCert'],
])('refused without repeating it: %s', (_name, change, field) => {
  const { success, error } = parse(change);
  expect(success).toBe(false);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toContain(field);
  expect(inspect(error, { depth: 9 })).not.toContain('canary-1');
});
