import { expect, test } from 'vitest';
import type { PolicySnapshot } from '../../../src/approvals/approval-policy.ts';
import { CHECK_CONCLUSIONS } from '../../../src/approvals/check.ts';
import { missingChecks } from '../../../src/approvals/required-checks.ts';

const asking = (profileId: string, ...perRule: string[][]): PolicySnapshot => ({
  profileId,
  profileVersion: 1,
  name: `policy ${profileId}`,
  expiresAfterHours: 1,
  rules: perRule.map((requiredChecks, at) => ({ name: `rule ${at}`, order: 'any', steps: [], requiredChecks })),
});
const NOW = 'k1:now';
const result = (name: string, conclusion: (typeof CHECK_CONCLUSIONS)[number] = 'ok', digest = NOW) => ({
  ...{ name, conclusion, digest },
});
const short = (missing: ReturnType<typeof missingChecks>) =>
  missing.map(({ profileId, name, why }) => [profileId, name, why]);

test('only `ok` on what is up for decision counts', () => {
  const policies = [asking('p', ['keys'])];
  expect(short(missingChecks(policies, [], NOW))).toEqual([['p', 'keys', 'not_reported']]);
  expect(missingChecks(policies, [result('keys')], NOW)).toEqual([]);
  for (const conclusion of CHECK_CONCLUSIONS) {
    expect(short(missingChecks(policies, [result('keys', conclusion, 'k1:before')], NOW))).toEqual([
      ['p', 'keys', 'stale'],
    ]);
  }
  for (const conclusion of ['not_ok', 'not_available'] as const) {
    expect(short(missingChecks(policies, [result('keys', conclusion)], NOW))).toEqual([['p', 'keys', conclusion]]);
  }
  expect(short(missingChecks(policies, [result('Keys'), result('other')], NOW))).toEqual([
    ['p', 'keys', 'not_reported'],
  ]);
});

test('every rule of every policy is asked, each check once per policy', () => {
  const policies = [asking('p', ['b', 'a'], ['a']), asking('q', ['a']), asking('r', [])];
  expect(short(missingChecks(policies, [result('b')], NOW))).toEqual([
    ['p', 'a', 'not_reported'],
    ['q', 'a', 'not_reported'],
  ]);
  expect(missingChecks([asking('r')], [result('x', 'not_ok')], NOW)).toEqual([]);
});
