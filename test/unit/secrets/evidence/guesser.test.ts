import { describe, expect, test } from 'vitest';
import type { SecretType } from '../../../../src/secrets/payload/secret-type.ts';
import { evidenceAmong, evidenceOf, known, type Payload } from './support.ts';

/** Two worlds that differ in nothing but the four digits a guesser is after. */
const [RIGHT, OTHER] = ['7391', '0482'];
const STRONG = 'kR7#pz9Qm2Xv4Lt8';

const FORMS: [string, SecretType, (pin: string) => Payload][] = [
  ['a bare PIN', 'api_key', (pin) => ({ value: pin })],
  ['behind a user name', 'basic_auth', (pin) => ({ username: 'shop', password: pin })],
  ['beside a strong field', 'key_value', (pin) => ({ token: STRONG, pin })],
  ['inside JSON', 'generic', (pin) => ({ value: JSON.stringify({ endpoint: 'https://example.com/pay', pin }) })],
  ['in base64', 'secret_key', (pin) => ({ value: Buffer.from(pin).toString('base64') })],
];

describe('10,000 guesses by somebody who proposes and reviews', () => {
  test.each(FORMS)('%s: the answer to the right guess is the answer to a wrong one', (_, type, payload) => {
    const [world, twin] = [RIGHT, OTHER].map((pin) =>
      ['1111', '2580', pin].map((version) => known(type, payload(version))),
    );
    const differing: string[] = [];
    for (let guess = 0; guess < 10_000; guess++) {
      const pin = String(guess).padStart(4, '0');
      const next = known(type, payload(pin));
      // What is said depends on the guess alone: in both worlds the same, so it carries nothing about the PIN.
      const [said, saidOfTwin] = [world, twin].map((versions) => JSON.stringify(evidenceAmong(versions ?? [], next)));
      if (said !== saidOfTwin) differing.push(pin);
    }
    expect(differing).toEqual([]);
  });
});

test('a strong value beside it is still compared', () => {
  const before = { token: STRONG, pin: RIGHT };
  const { fields, equals } = evidenceOf('key_value', [before], { token: STRONG, pin: '1357' });
  expect(fields).toMatchObject([
    { name: 'pin', value: 'withheld', equalsVersions: null },
    { name: 'token', value: 'unchanged' },
  ]);
  expect(equals).toBe('withheld');
});

test('whoever is no reviewer is told nothing about what was there', () => {
  const [a, b] = [STRONG, 'w3Hn!8sYbT6dJf0e'];
  const asked = (current: string) => evidenceOf('api_key', [{ value: a }, { value: current }], { value: a }, false);
  expect(asked(a)).toEqual(asked(b));
  expect(asked('1')).toEqual(asked(a));
  expect(evidenceOf('api_key', [{ value: a }], { value: a }).equals).toBe('current');
});
