import { expect, test } from 'vitest';
import { VaultError } from '../../../adapters/vault-error.ts';
import { createCallRate } from '../../../src/vaults/call-rate.ts';
import { retryRead } from '../../../src/vaults/retry-read.ts';

test('a second may hold its number of calls, not more', async () => {
  const rate = createCallRate();
  const startedAt = performance.now();
  for (let call = 0; call < 25; call++) await rate.next('head', 20);
  const ms = performance.now() - startedAt;
  expect(ms).toBeGreaterThan(200);
  expect(ms).toBeLessThan(900);
});

test('without a limit nobody waits', async () => {
  const rate = createCallRate();
  const startedAt = performance.now();
  for (let call = 0; call < 1_000; call++) await rate.next('head', null);
  expect(performance.now() - startedAt).toBeLessThan(200);
});

test('a short pause is waited for, a long one is refused with the rest of it, and none lasts longer than a minute', async () => {
  const rate = createCallRate();
  rate.pause(150);
  const startedAt = performance.now();
  await rate.next('head', null);
  expect(performance.now() - startedAt).toBeGreaterThan(140);
  rate.pause(3_600_000);
  const error = await rate.next('write', null).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'rate_limited', operation: 'write', maybeApplied: false });
  expect((error as VaultError).retryAfterMs).toBeGreaterThan(59_000);
  expect((error as VaultError).retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('a vault that goes on finding us too fast is left alone longer each time, until it does what it is asked', async () => {
  let time = 0;
  const rate = createCallRate(
    () => time,
    () => 1,
  );
  const burst = () => {
    // Three calls that were under way together.
    for (let call = 0; call < 3; call++) rate.pause(0);
  };
  for (const short of [500, 1_000, 2_000]) {
    burst();
    time += short;
  }
  for (const ms of [4_000, 8_000, 10_000, 10_000]) {
    burst();
    await expect(rate.next('write', null)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: ms });
    time += ms;
  }
  rate.recovered();
  burst();
  time += 500;
  await rate.next('write', null);
});

const failing = (code: VaultError['code'], times: number, retryAfterMs?: number) => {
  const state = { calls: 0 };
  const work = async () => {
    if (++state.calls <= times) throw new VaultError(code, 'head', { retryAfterMs });
    return 'found';
  };
  return { state, work };
};
const turn = async () => {};

test('a read is repeated twice when nobody answered', async () => {
  const { state, work } = failing('unavailable', 2);
  expect(await retryRead(work, () => 5_000, turn)).toBe('found');
  expect(state.calls).toBe(3);
  const never = failing('unavailable', 9);
  await expect(retryRead(never.work, () => 5_000, turn)).rejects.toMatchObject({ code: 'unavailable' });
  expect(never.state.calls).toBe(3);
});

test.each(['not_found', 'permission_denied', 'timeout', 'version_conflict', 'unknown'] as const)(
  'an answer is an answer: %s',
  async (code) => {
    const { state, work } = failing(code, 1);
    await expect(retryRead(work, () => 5_000, turn)).rejects.toMatchObject({ code });
    expect(state.calls).toBe(1);
  },
);

test('a wait that the vault asks for is kept, unless the deadline has no room for it', async () => {
  const patient = failing('rate_limited', 1, 120);
  const startedAt = performance.now();
  expect(await retryRead(patient.work, () => 5_000, turn)).toBe('found');
  expect(performance.now() - startedAt).toBeGreaterThan(110);
  const hurried = failing('rate_limited', 1, 3_600_000);
  await expect(retryRead(hurried.work, () => 5_000, turn)).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
  expect(hurried.state.calls).toBe(1);
});
