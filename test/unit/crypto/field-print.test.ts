import { expect, test } from 'vitest';
import { fieldPrints, samePrint } from '../../../src/crypto/field-print.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';

const master = (id: string, fill: number) => ({ id, bytes: Uint8Array.from({ length: 32 }, (_, at) => at * 7 + fill) });
const [old, next] = [master('old', 1), master('next', 90)];
const before = createKeyring([old]);
const during = createKeyring([next, old]);
const after = createKeyring([next]);
const secret = { id: 's1', organizationId: 'o1' };
const field = (text: string, name = 'token') => ({ name, bytes: Buffer.from(text) });

test('says whether the same field of the same secret held the same value, and nothing across them', () => {
  const print = fieldPrints(before, secret, field('value'));
  expect(Object.keys(print)).toEqual(['old']);
  expect(samePrint(print, fieldPrints(before, secret, field('value')))).toBe(true);
  expect(samePrint(print, fieldPrints(before, secret, field('other')))).toBe(false);
  expect(samePrint(print, fieldPrints(before, secret, field('value', 'name')))).toBe(false);
  expect(samePrint(print, fieldPrints(before, { ...secret, id: 's2' }, field('value')))).toBe(false);
  expect(samePrint(print, fieldPrints(before, { ...secret, organizationId: 'o2' }, field('value')))).toBe(false);
});

test('outlives a change of keys as long as both are in the ring, and says so when it cannot tell', () => {
  const made = fieldPrints(before, secret, field('value'));
  const between = fieldPrints(during, secret, field('value'));
  expect(samePrint(made, between)).toBe(true);
  expect(samePrint(between, fieldPrints(after, secret, field('value')))).toBe(true);
  expect(samePrint(made, fieldPrints(after, secret, field('value')))).toBeUndefined();
});
