import { expect, test } from 'vitest';
import {
  isChanged,
  missingIn,
  moved,
  newRule,
  newStep,
  type RuleDraft,
  replaced,
  rulesOf,
  startDraft,
} from '../../../src/console/screens/policies/policy-draft.ts';

const named = (name: string, more: Partial<RuleDraft> = {}): RuleDraft => {
  const approvers = { users: ['u1'], groups: [], roles: [] };
  return { ...newRule(name), steps: [{ ...newStep('Review'), approvers }], ...more };
};

test('what the API answered is the same after it was begun from and not touched', () => {
  const rules = rulesOf({ rules: [named('all')] });
  const times = { createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' };
  const stored = { id: 'p', name: 'four eyes', version: 3, rules, unsatisfiable: null, ...times };
  const draft = startDraft(stored);
  expect(isChanged(rulesOf(draft), stored.rules)).toBe(false);
  expect(JSON.stringify(rulesOf(draft))).not.toContain('"key"');
  const [rule] = draft.rules;
  if (rule === undefined) throw new Error('no rule');
  const edited = { rules: replaced(draft.rules, rule.key, { ...rule, expiresAfterHours: 24 }) };
  expect(isChanged(rulesOf(edited), stored.rules)).toBe(true);
  expect(replaced(draft.rules, rule.key, undefined)).toEqual([]);
});

test('what is missing is said for the first place that lacks something', () => {
  const folders = { ...newRule('').when, paths: ['/not/a/folder'] };
  expect(missingIn([newRule('all')])).toBe('Say who decides the step “Review” of “all”.');
  expect(missingIn([named('all'), named(' ')])).toBe('Give rule 2 a name.');
  expect(missingIn([named('all'), named('all ')])).toBe('Two rules are called “all”.');
  expect(missingIn([named('all', { when: folders })])).toMatch(/^A folder of “all”/);
  expect(missingIn([named('all', { requiredChecks: ['-'] })])).toMatch(/^A check of “all”/);
  expect(missingIn([named('all', { requiredChecks: ['terraform/plan'] }), named('other')])).toBeUndefined();
});

test('steps change places with their neighbours, and stay at the ends', () => {
  const steps = ['one', 'two', 'three'].map(newStep);
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(' ');
  const [one, two] = steps;
  if (one === undefined || two === undefined) throw new Error('no steps');
  expect(names(moved(steps, two.key, -1))).toBe('two one three');
  expect(names(moved(steps, two.key, 1))).toBe('one three two');
  expect(moved(steps, one.key, -1)).toBe(steps);
});
