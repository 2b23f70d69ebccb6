import { expect, test } from 'vitest';
import { hashicorpVaultModule } from '../../../adapters/hashicorp-vault/adapter-module.ts';
import { AppError } from '../../../src/errors.ts';
import { changeSettings, parseSettings, type SplitSettings } from '../../../src/vaults/vault-settings.ts';

const CANARY = 'hvs.canary-of-a-token';
const plain = { address: 'https://vault.example.com:8200', authMethod: 'token' };
const stored: SplitSettings = { plain, credentials: { token: CANARY } };
const approle: SplitSettings = {
  plain: { ...plain, authMethod: 'approle' },
  credentials: { roleId: 'role-1', secretId: CANARY },
};

const change = (before: SplitSettings, settings: Record<string, unknown>) =>
  changeSettings(hashicorpVaultModule, before, settings);

function refused(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const pointers = (work: () => unknown) => refused(work).fields.map((field) => field.pointer);

test('splits off the credentials and fills in defaults', () => {
  const { address, authMethod } = plain;
  expect(parseSettings(hashicorpVaultModule, { address, authMethod, token: CANARY })).toEqual(stored);
});

test('names what is wrong in words of the adapter and quotes nothing', () => {
  const error = refused(() =>
    parseSettings(hashicorpVaultModule, { address: `ftp://${CANARY}`, authMethod: 'token', [CANARY]: 1, token: 7 }),
  );
  expect(error.fields).toContainEqual({
    pointer: '/settings/address',
    expected: 'http(s)://host[:port] and nothing else',
  });
  expect(error.fields.map((field) => field.pointer)).toContain('/settings/token');
  expect(error.fields).toContainEqual({
    pointer: '/settings',
    expected: expect.stringContaining('address, authMethod'),
  });
  expect(JSON.stringify([error.message, error.fields, error.facts])).not.toContain(CANARY);
});

test.each([
  { address: 'https://evil.example.com' },
  { namespace: 'other' },
  { address: 'http://vault.example.com:8200' },
])('a stored credential goes nowhere else: %j', (settings) => {
  expect(pointers(() => change(stored, settings))).toEqual(['/settings/token']);
  expect(pointers(() => change(approle, settings))).toEqual(['/settings/roleId', '/settings/secretId']);
  expect(change(stored, { ...settings, token: 'new' }).credentials).toEqual({ token: 'new' });
});

test('part of the credentials is not enough', () => {
  expect(pointers(() => change(approle, { namespace: 'other', secretId: 'new' }))).toEqual(['/settings/roleId']);
});

test('removing a setting that is no credential asks for the credential too', () => {
  const before = { ...stored, plain: { ...plain, namespace: 'team' } };
  expect(pointers(() => change(before, { namespace: null }))).toEqual(['/settings/token']);
});

test('credentials alone can be replaced, in part as well', () => {
  expect(change(stored, { token: 'new' })).toEqual({ plain, credentials: { token: 'new' } });
  expect(change(approle, { secretId: 'new' }).credentials).toEqual({ roleId: 'role-1', secretId: 'new' });
  expect(change(approle, { address: plain.address, secretId: 'new' }).plain).toEqual(approle.plain);
});

test('another way to log in forgets the credentials of the old one', () => {
  const after = change(stored, { authMethod: 'approle', roleId: 'role-1', secretId: 'new' });
  expect(after).toEqual({
    plain: { ...plain, authMethod: 'approle' },
    credentials: { roleId: 'role-1', secretId: 'new' },
  });
  expect(pointers(() => change(stored, { authMethod: 'approle' }))).toEqual(['/settings/roleId', '/settings/secretId']);
});

test('a credential that the settings need cannot be removed', () => {
  expect(pointers(() => change(stored, { token: null }))).toEqual(['/settings/token']);
});
