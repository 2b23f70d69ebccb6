import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PolicySnapshot, RuleDemand } from '../../../src/approvals/approval-policy.ts';
import { changeDigest, type DigestedChange, digestMatches } from '../../../src/approvals/change-digest.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';

const first = { id: 'k1', bytes: randomBytes(32) };
const keyring = createKeyring([first]);
const step = {
  name: 'security',
  approvers: { users: ['u1'], groups: ['g1'], roles: ['approver'] as const },
  required: 2,
};
const rule: RuleDemand = { name: 'all', order: 'sequential', steps: [step] };
const policy: PolicySnapshot = {
  profileId: 'p1',
  profileVersion: 2,
  name: 'four eyes',
  expiresAfterHours: 72,
  rules: [rule],
};
const change: DigestedChange = {
  id: 'c1',
  organizationId: 'o1',
  revision: 1,
  operation: 'update',
  subjectType: 'secret',
  subjectId: 's1',
  projectId: 'j1',
  baseVersion: 3,
  profileId: 'v1',
  profileRevision: 5,
  plan: { content: { fingerprint: 'k1:00', fieldNames: ['value'], size: 3, facts: {}, description: '' } },
  policies: [policy],
  requesterPersonId: 'u9',
};
const payload = Buffer.from('payload');

const CHANGED: Record<string, Partial<DigestedChange>> = {
  id: { id: 'c2' },
  organizationId: { organizationId: 'o2' },
  revision: { revision: 2 },
  operation: { operation: 'create' },
  subjectType: { subjectType: 'vault' },
  subjectId: { subjectId: 's2' },
  projectId: { projectId: null },
  baseVersion: { baseVersion: 4 },
  profileId: { profileId: 'v2' },
  profileRevision: { profileRevision: 6 },
  plan: { plan: { content: { fingerprint: 'k1:01', fieldNames: ['value'], size: 3, facts: {}, description: '' } } },
  policies: { policies: [] },
  requesterPersonId: { requesterPersonId: 'u8' },
};

test('every field of a digested change has a case below', () => {
  expect(Object.keys(CHANGED).sort()).toEqual(Object.keys(change).sort());
});

test.each(Object.entries(CHANGED))('another %s gives another digest', (_, difference) => {
  const digest = changeDigest(keyring, change, payload);
  expect(changeDigest(keyring, { ...change, ...difference }, payload)).not.toBe(digest);
  expect(digestMatches(keyring, { ...change, ...difference }, payload, digest)).toBe(false);
});

const policies: [string, PolicySnapshot][] = [
  ['the number of approvals', { ...policy, rules: [{ ...rule, steps: [{ ...step, required: 1 }] }] }],
  [
    'the approvers',
    { ...policy, rules: [{ ...rule, steps: [{ ...step, approvers: { ...step.approvers, users: ['u2'] } }] }] },
  ],
  ['the order', { ...policy, rules: [{ ...rule, order: 'any' }] }],
  ['a further rule', { ...policy, rules: [rule, rule] }],
  ['the version', { ...policy, profileVersion: 3 }],
  ['the expiry', { ...policy, expiresAfterHours: 73 }],
];
test.each(policies)('%s of a policy is covered', (_, other) => {
  const digest = changeDigest(keyring, change, payload);
  expect(digestMatches(keyring, { ...change, policies: [other] }, payload, digest)).toBe(false);
});

test('the payload is covered, also its absence', () => {
  const digest = changeDigest(keyring, change, payload);
  expect(digestMatches(keyring, change, payload, digest)).toBe(true);
  expect(digestMatches(keyring, change, Buffer.from('payloaD'), digest)).toBe(false);
  expect(digestMatches(keyring, change, undefined, digest)).toBe(false);
});

test('the order of keys, which jsonb does not keep, does not matter', () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, member]) => [key, reversed(member)]),
          )
        : value;
  expect(changeDigest(keyring, reversed(change) as DigestedChange, payload)).toBe(
    changeDigest(keyring, change, payload),
  );
});

test('a digest of an older key still holds, one of an unknown key or of rubbish never', () => {
  const digest = changeDigest(keyring, change, payload);
  const rotated = createKeyring([{ id: 'k2', bytes: randomBytes(32) }, first]);
  expect(digestMatches(rotated, change, payload, digest)).toBe(true);
  expect(digestMatches(createKeyring([{ id: 'k2', bytes: randomBytes(32) }]), change, payload, digest)).toBe(false);
  expect(digestMatches(createKeyring([{ id: 'k1', bytes: randomBytes(32) }]), change, payload, digest)).toBe(false);
  for (const rubbish of ['', 'k1', 'k1:', `k1:${'0'.repeat(64)}`, digest.slice(0, -1)]) {
    expect(digestMatches(keyring, change, payload, rubbish)).toBe(false);
  }
});
