import { expect, test } from 'vitest';
import type { CallOptions } from '../../../src/client/api.ts';
import { type ErrorCode, KeyferryError } from '../../../src/client/keyferry-error.ts';
import { oneEffect } from '../../../src/console/one-effect.ts';

/** An API that answers as told, and the keys it saw. */
function answering(...answers: readonly (KeyferryError | 'done')[]) {
  const keys: (string | undefined)[] = [];
  const send = async ({ idempotencyKey }: CallOptions) => {
    const answer = answers[keys.push(idempotencyKey) - 1];
    if (answer instanceof KeyferryError) throw answer;
    return answer;
  };
  return { keys, send };
}

const refused = (code: ErrorCode, status: number) => new KeyferryError(code, 'Said so.', { status });

test.each([
  refused('network', 0),
  refused('timeout', 0),
  // The answer to a success that broke off, or that something on the way replaced.
  refused('network', 201),
  refused('unexpected_answer', 200),
  refused('unavailable', 503),
  refused('request_in_progress', 409),
])('submitted again after $code ($status) the same key goes along, and a new one after that', async (lost) => {
  const once = oneEffect();
  const { keys, send } = answering(lost, 'done', 'done');
  await expect(once(send)).rejects.toBe(lost);
  expect(await once(send)).toBe('done');
  expect(await once(send)).toBe('done');
  const [first, second, third] = keys;
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  expect(third).toMatch(/^[0-9a-f]{32}$/);
  expect(third).not.toBe(first);
});

test('a refusal is an answer: what is submitted then is something else', async () => {
  const once = oneEffect();
  const { keys, send } = answering(refused('invalid_input', 422), 'done');
  await expect(once(send)).rejects.toThrow('Said so.');
  await once(send);
  expect(keys[1]).not.toBe(keys[0]);
});

test('what was changed after the answer was lost is sent as a request of its own', async () => {
  const once = oneEffect();
  const { keys, send } = answering(refused('network', 0), refused('idempotency_key_reused', 422), 'done');
  await expect(once(send)).rejects.toThrow('Said so.');
  expect(await once(send)).toBe('done');
  const [first, second, third] = keys;
  expect(second).toBe(first);
  expect(third).toMatch(/^[0-9a-f]{32}$/);
  expect(third).not.toBe(first);
});

test('when its answer is lost too, the request of its own has one effect as well', async () => {
  const once = oneEffect();
  const lost = refused('network', 0);
  const { keys, send } = answering(lost, refused('idempotency_key_reused', 422), lost, 'done');
  await expect(once(send)).rejects.toBe(lost);
  await expect(once(send)).rejects.toBe(lost);
  expect(await once(send)).toBe('done');
  expect(keys[2]).not.toBe(keys[1]);
  expect(keys[3]).toBe(keys[2]);
});
