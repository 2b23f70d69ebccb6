import { expect, test } from 'vitest';
import {
  changesOf,
  isAskedFor,
  shapeOf,
  textsOf,
  valuesOf,
} from '../../../src/console/screens/vaults/setting-texts.ts';

const SCHEMA = {
  properties: {
    address: { type: 'string', maxLength: 2048 },
    authMethod: { type: 'string', enum: ['token', 'approle'] },
    token: {
      type: 'string',
      maxLength: 4096,
      pattern: '^.+$',
      writeOnly: true,
      description: 'The token, for authMethod token.',
    },
    roleId: { type: 'string', writeOnly: true, description: 'The RoleID, for authMethod approle.' },
    caCert: { type: 'string', maxLength: 65_536 },
    days: { type: 'integer', minimum: 7 },
    strict: { type: 'boolean' },
    tags: { type: 'array' },
    labels: { type: 'object' },
    replication: { default: 'automatic', anyOf: [{ type: 'string' }, { type: 'array' }] },
  },
  required: ['address', 'authMethod'],
};

test('every setting gets the field its schema asks for', () => {
  const shapes = Object.fromEntries(Object.entries(SCHEMA.properties).map(([name, each]) => [name, shapeOf(each)]));
  expect(shapes).toEqual({
    address: 'text',
    authMethod: 'choice',
    token: 'text',
    roleId: 'text',
    caCert: 'lines',
    days: 'number',
    strict: 'flag',
    tags: 'list',
    labels: 'map',
    replication: 'list',
  });
});

test('what another login needs is neither asked for nor sent', () => {
  const texts = { address: 'https://vault.example.com', authMethod: 'approle', token: 'left over', roleId: 'role' };
  expect(isAskedFor('token', SCHEMA, texts)).toBe(false);
  expect(isAskedFor('roleId', SCHEMA, texts)).toBe(true);
  expect(valuesOf(SCHEMA, texts)).toEqual({
    address: 'https://vault.example.com',
    authMethod: 'approle',
    roleId: 'role',
  });
});

test('texts become values of the type that is asked for', () => {
  const texts = { days: '14', strict: 'true', tags: 'a\n\n b ', labels: 'team = pay\nempty', replication: 'automatic' };
  expect(valuesOf(SCHEMA, texts)).toEqual({
    days: 14,
    strict: true,
    tags: ['a', 'b'],
    labels: { team: 'pay', empty: '' },
    replication: 'automatic',
  });
  expect(valuesOf(SCHEMA, { replication: 'europe-west1' })).toEqual({ replication: ['europe-west1'] });
});

test('only what differs is changed, what was emptied is removed, and a credential left empty stays', () => {
  const before = { address: 'https://a.example.com', authMethod: 'token', tags: ['x'], labels: { a: 'b' } };
  expect(changesOf(SCHEMA, textsOf(before), before)).toEqual({});
  const texts = { ...textsOf(before), address: 'https://b.example.com', tags: '', token: '' };
  expect(changesOf(SCHEMA, texts, before)).toEqual({ address: 'https://b.example.com', tags: null });
  expect(changesOf(SCHEMA, { ...texts, token: 'new' }, before)).toMatchObject({ token: 'new' });
});
