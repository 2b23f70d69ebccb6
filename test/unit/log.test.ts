import { expect, test } from 'vitest';
import { VaultError } from '../../adapters/vault-error.ts';
import { AppError } from '../../src/errors.ts';
import { createLog, describeError } from '../../src/log.ts';

const CANARY = 'canary-5f1c\n    at canary (file.js:1:1)';

function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown> & { text: string } {
  const lines: string[] = [];
  write(createLog('trace', { write: (line) => void lines.push(line) }));
  expect(lines).toHaveLength(1);
  return { ...(JSON.parse(lines[0] ?? '') as object), text: lines[0] ?? '' };
}

test('our own errors are name and code', () => {
  expect(describeError(new AppError('vault_busy', CANARY))).toEqual({ name: 'AppError', code: 'vault_busy' });
  expect(describeError(new VaultError('timeout', 'read'))).toEqual({ name: 'VaultError', code: 'timeout' });
});

test('any other error is its class and where it happened, without its words, causes included', () => {
  const error = Object.assign(new TypeError(CANARY, { cause: new Error(CANARY) }), { code: '23505', detail: CANARY });
  const line = logged((log) => log.error({ error }, 'it broke'));
  expect(line).toMatchObject({ level: 'error', message: 'it broke', error: { name: 'TypeError', code: '23505' } });
  expect((line.error as { stack: string[] }).stack[0]).toMatch(/^at .*log\.test/);
  expect(line.text).not.toContain('canary');
});

test.each<[string, (log: ReturnType<typeof createLog>) => void]>([
  ['a bare error', (log) => log.warn(new Error(CANARY))],
  ['an error under another name', (log) => log.warn({ reason: new Error(CANARY) }, 'text')],
  ['an error without a text', (log) => log.warn({ error: new Error(CANARY) })],
  [
    'an error with enumerable details',
    (log) => log.warn({ err: Object.assign(new Error('x'), { where: CANARY }) }, 'x'),
  ],
  ['a code that is no code', (log) => log.warn(Object.assign(new Error('x'), { code: CANARY }))],
  ['a thrown text', (log) => log.warn({ error: describeError(CANARY) }, 'x')],
  ['headers', (log) => log.warn({ headers: { authorization: CANARY }, request: { headers: { cookie: CANARY } } }, 'x')],
  ['a body', (log) => log.warn({ body: CANARY, request: { body: CANARY } }, 'x')],
])('says nothing of what an error quotes: %s', (_what, write) => {
  expect(logged(write).text).not.toContain('canary');
});
