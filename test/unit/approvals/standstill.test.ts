import { expect, test } from 'vitest';
import type { Change } from '../../../src/approvals/change.ts';
import { CHANGE_STATES } from '../../../src/approvals/change-request.ts';
import type { Override } from '../../../src/approvals/override.ts';
import { standstillOf } from '../../../src/approvals/standstill.ts';

const SOON = new Date('2026-11-22T10:00:00.000Z');
const nothing = { missing: [], unsatisfiable: null, inWork: false, nextAttemptAt: null };
const change = (parts: Partial<Change>): Change =>
  ({ id: 'c', code: null, revision: 1, digest: 'd', override: null, ...parts }) as Change;
const standing = (
  parts: Partial<Change>,
  around: Partial<typeof nothing | { nextAttemptAt: Date; inWork: true }> = {},
) => standstillOf(change(parts), { ...nothing, ...around });

test('every state has its sentence, and only the ended ones wait for nothing or their requester', () => {
  const waitsFor = Object.fromEntries(CHANGE_STATES.map((state) => [state, standing({ state }).waitsFor]));
  expect(waitsFor).toEqual({
    draft: 'submission',
    pending_approval: 'votes',
    approved: 'worker',
    executing: 'worker',
    indeterminate: 'vault',
    applied: 'nothing',
    failed: 'requester',
    conflict: 'requester',
    rejected: 'requester',
    cancelled: 'nothing',
    expired: 'nothing',
  });
  for (const state of CHANGE_STATES) expect(standing({ state }).summary).toMatch(/^\p{Lu}.*\.$/u);
});

test('what rests says why and when it goes on', () => {
  const resting = { code: 'vault_unavailable', state: 'executing' } as const;
  expect(standing(resting, { nextAttemptAt: SOON })).toEqual({
    waitsFor: 'vault',
    summary: 'It was begun and rests: code vault_unavailable. Next attempt at 2026-11-22T10:00:00.000Z.',
  });
  expect(standing(resting, { inWork: true })).toEqual({ waitsFor: 'worker', summary: 'It is being carried out.' });
  expect(standing({ code: 'profile_disabled', state: 'approved' }, { nextAttemptAt: SOON })).toEqual({
    waitsFor: 'profile',
    summary: 'It is approved and waits: the vault profile is disabled. Next attempt at 2026-11-22T10:00:00.000Z.',
  });
  expect(standing({ code: 'vault_timeout', state: 'indeterminate' }).summary).toContain('(vault_timeout)');
});

test('an ended one says what its code means, known or not', () => {
  expect(standing({ state: 'conflict', code: 'base_moved' }).summary).toContain('another version or source');
  expect(standing({ state: 'failed', code: 'vault_denied' }).summary).toBe(
    'It failed without effect: code vault_denied.',
  );
});

test('an override of an older revision is not what put it through', () => {
  const override: Override = {
    by: { type: 'person', id: 'p', name: 'P', personId: 'p' },
    reason: 'because',
    at: SOON.toISOString(),
    revision: 1,
    digest: 'd',
  };
  const summary = (parts: Partial<Change>) => standing({ state: 'applied', override, ...parts }).summary;
  expect(summary({})).toContain('without the votes');
  expect(summary({ revision: 2 })).toBe('It took effect.');
  expect(summary({ digest: 'other' })).toBe('It took effect.');
});

test('what has its votes and no results of its checks says which are missing and why', () => {
  const profile = { profileId: 'p', profile: 'four eyes' };
  const missing = [
    { name: 'a', why: 'not_reported', ...profile } as const,
    { name: 'b', why: 'stale', ...profile } as const,
    { name: 'c', why: 'not_ok', ...profile } as const,
  ];
  expect(standstillOf(change({ state: 'pending_approval' }), { ...nothing, missing })).toEqual({
    waitsFor: 'checks',
    summary:
      'It has its votes and waits for checks to be ok: "a" (nothing was reported), "b" (what was reported is about an earlier content), "c" (not ok).',
  });
});
