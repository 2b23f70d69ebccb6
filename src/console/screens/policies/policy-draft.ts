import type { ApprovalProfile, ApprovalRuleOutput, ApprovalStepOutput } from '../../../client/api-types.ts';

/** A step that is being edited. `key` is its identity on the screen. */
export type StepDraft = ApprovalStepOutput & { readonly key: number };
export type RuleDraft = Omit<ApprovalRuleOutput, 'steps'> & {
  readonly key: number;
  readonly steps: readonly StepDraft[];
};

/** A policy that is being edited. */
export interface PolicyDraft {
  readonly name: string;
  readonly rules: readonly RuleDraft[];
}

let lastKey = 0;
function newKey(): number {
  lastKey += 1;
  return lastKey;
}

export function newStep(name: string): StepDraft {
  return { key: newKey(), name, approvers: { users: [], groups: [], roles: [] }, required: 1 };
}

export function newRule(name: string): RuleDraft {
  return {
    key: newKey(),
    name,
    when: { operations: [], projects: [], customers: [], paths: [], tags: [], types: [] },
    order: 'sequential',
    steps: [newStep('Review')],
    requiredChecks: [],
    expiresAfterHours: 72,
  };
}

/** @param profile undefined: a policy that is not there yet */
export function startDraft(profile: ApprovalProfile | undefined): PolicyDraft {
  if (profile === undefined) return { name: '', rules: [newRule('Every change')] };
  const rules = profile.rules.map((rule) => ({
    ...rule,
    key: newKey(),
    steps: rule.steps.map((step) => ({ ...step, key: newKey() })),
  }));
  return { name: profile.name, rules };
}

/** The rules as the API takes them. */
export function rulesOf({ rules }: Pick<PolicyDraft, 'rules'>): ApprovalRuleOutput[] {
  return rules.map(({ key: _, ...rule }) => ({
    ...rule,
    name: rule.name.trim(),
    steps: rule.steps.map(({ key: __, ...step }) => ({ ...step, name: step.name.trim() })),
  }));
}

/** The list with one entry replaced, or without it. */
export function replaced<T extends { readonly key: number }>(list: readonly T[], key: number, by: T | undefined): T[] {
  return list.flatMap((each) => (each.key !== key ? [each] : by === undefined ? [] : [by]));
}

/** The list with one entry moved by so many places; the same list when there is no such place. */
export function moved<T extends { readonly key: number }>(list: readonly T[], key: number, by: -1 | 1): readonly T[] {
  const at = list.findIndex((each) => each.key === key);
  const [one, other] = [list[at], list[at + by]];
  if (one === undefined || other === undefined) return list;
  return list.map((each) => (each === one ? other : each === other ? one : each));
}

const FOLDER = /^[A-Za-z][A-Za-z0-9_-]*(\/[A-Za-z][A-Za-z0-9_-]*)*$/;
const CHECK = /^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,62}[A-Za-z0-9]$/;

export const isFolder = (text: string): boolean => text.length <= 512 && FOLDER.test(text);
export const isCheckName = (text: string): boolean => CHECK.test(text);

/** What is still missing before anybody can be asked about the rules, in words; the API says the rest. */
export function missingIn(rules: readonly RuleDraft[]): string | undefined {
  const names = rules.map(({ name }) => name.trim());
  const unnamed = names.indexOf('');
  if (unnamed !== -1) return `Give rule ${unnamed + 1} a name.`;
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return `Two rules are called “${twice}”.`;
  for (const { name: rule, steps, when, requiredChecks } of rules) {
    for (const { name, approvers } of steps) {
      if (name.trim() === '') return `Give each step of “${rule}” a name.`;
      const { users, groups, roles } = approvers;
      if (users.length + groups.length + roles.length === 0) {
        return `Say who decides the step “${name}” of “${rule}”.`;
      }
    }
    if (!when.paths.every(isFolder)) return `A folder of “${rule}” is not written as team/service.`;
    if (!requiredChecks.every(isCheckName)) return `A check of “${rule}” has a name that no checker can have.`;
  }
  return undefined;
}

/** Whether the rules say something else than the stored ones. */
export function isChanged(rules: readonly ApprovalRuleOutput[], stored: readonly ApprovalRuleOutput[]): boolean {
  return JSON.stringify(rules) !== JSON.stringify(stored);
}
