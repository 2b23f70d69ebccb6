import { isWithin } from './applicable-rules.ts';
import type { ApprovalRule, RuleConditions } from './approval-policy.ts';

/**
 * Which rules one single change can meet together, at the most: a policy can be met if each of these sets can. `projectId`
 * is the project of the change, null one that no rule names.
 */
export function ruleSets(rules: readonly ApprovalRule[], projectId: string | null): ApprovalRule[][] {
  const here = rules.filter(
    ({ when }) => when.projects.length === 0 || (projectId !== null && when.projects.includes(projectId)),
  );
  // A set is a bit per rule. Tags never keep rules apart: a secret may carry all of them.
  let sets = here.length === 0 ? [] : [(1n << BigInt(here.length)) - 1n];
  for (const choices of [
    choicesOf(here, 'operations', (entry, other) => entry === other),
    choicesOf(here, 'customers', (entry, other) => entry === other),
    choicesOf(here, 'types', (entry, other) => entry === other),
    choicesOf(here, 'paths', isWithin),
  ]) {
    sets = largest(sets.flatMap((set) => choices.map((choice) => set & choice)));
  }
  return sets.map((set) => here.filter((_, index) => (set >> BigInt(index)) & 1n)).filter((set) => set.length > 0);
}

/** For each entry that a rule names, the rules that a change with it meets; and those that meet anything. */
function choicesOf(
  rules: readonly ApprovalRule[],
  list: 'operations' | 'customers' | 'types' | 'paths',
  meets: (entry: string, other: string) => boolean,
): bigint[] {
  const listOf = (when: RuleConditions): readonly string[] => when[list];
  const entries = new Set<string | undefined>([undefined, ...rules.flatMap(({ when }) => listOf(when))]);
  return [...entries].map((entry) =>
    rules.reduce((set, { when }, index) => {
      const named = listOf(when);
      const met = named.length === 0 || (entry !== undefined && named.some((other) => meets(entry, other)));
      return met ? set | (1n << BigInt(index)) : set;
    }, 0n),
  );
}

/** Without those that another one holds in full. */
function largest(sets: readonly bigint[]): bigint[] {
  const unique = [...new Set(sets)];
  return unique.filter((set) => !unique.some((other) => other !== set && (set & other) === set));
}
