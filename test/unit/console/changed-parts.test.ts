import { expect, test } from 'vitest';
import { changedParts } from '../../../src/console/screens/secret/changed-parts.ts';

const was = { description: 'Login of the ledger', tags: ['database'], attributes: { owner: 'payments', tier: '1' } };

test('what nobody touched is not sent', () => {
  expect(changedParts(was, { ...was, attributes: { tier: '1', owner: 'payments' } })).toEqual({});
});

test.each([
  ['description', ''],
  ['tags', ['database', 'audited']],
  ['tags', []],
  ['attributes', { owner: 'payments' }],
])('a changed part is sent alone: %s', (part, value) => {
  expect(changedParts(was, { ...was, [part]: value })).toEqual({ [part]: value });
});
