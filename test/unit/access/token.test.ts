import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashToken, newToken, tokenOfHeader } from '../../../src/access/token.ts';

test('tokens carry 256 random bits and are kept as SHA-256', () => {
  const tokens = Array.from({ length: 100 }, newToken);
  expect(new Set(tokens.map(({ text }) => text)).size).toBe(100);
  for (const { text, hash } of tokens) {
    expect(Buffer.from(text.slice(3), 'base64url')).toHaveLength(32);
    expect(hash).toEqual(createHash('sha256').update(text).digest());
    expect(hashToken(text)).toEqual(hash);
  }
});

test('only a bearer header with a token of ours is looked at', () => {
  const { text } = newToken();
  expect(tokenOfHeader(`Bearer ${text}`)).toBe(text);
  expect(tokenOfHeader(`bearer ${text}`)).toBe(text);
  for (const header of [
    undefined,
    '',
    'Bearer',
    text,
    `Basic ${text}`,
    `Bearer ${text} x`,
    `Bearer ${text}x`,
    `Bearer  ${text}`,
  ]) {
    expect(tokenOfHeader(header)).toBeUndefined();
  }
});
