import type { ApprovalConditionsOutput, ApprovalRuleOutput, ApprovalStepOutput } from '../../../client/api-types.ts';
import { TYPE_LABEL } from '../../payload/payload-fields.ts';

export type Operation = ApprovalConditionsOutput['operations'][number];
export type Role = ApprovalStepOutput['approvers']['roles'][number];

/** How somebody or something that a policy names by its id is called. */
export type NameOf = (kind: 'user' | 'group' | 'project' | 'customer', id: string) => string;

export const SECRET_OPERATIONS = {
  create: 'creating secrets',
  import: 'importing secrets',
  update: 'new versions',
  edit_metadata: 'descriptions of secrets',
  rename: 'renaming secrets',
  rollback: 'rolling back secrets',
  delete: 'deleting secrets',
  restore: 'restoring secrets',
  destroy: 'destroying secrets',
  edit_version: 'descriptions of versions',
  enable_version: 'enabling versions',
  disable_version: 'disabling versions',
  destroy_version: 'destroying versions',
  enable: 'enabling secrets',
  disable: 'disabling secrets',
  protect: 'protecting secrets',
  unprotect: 'lifting the protection of secrets',
  change_source: 'changing the source',
  add_target: 'adding copies',
  remove_target: 'removing copies',
  resolve_target: 'resolving conflicts',
  accept_source: 'accepting what lies at the source',
} as const satisfies Partial<Record<Operation, string>>;

export const ADMINISTRATIVE_OPERATIONS = {
  edit_vault: 'editing vaults',
  delete_vault: 'deleting vaults',
  edit_vault_profile: 'editing vault profiles',
  delete_vault_profile: 'deleting vault profiles',
  edit_approval_profile: 'editing policies',
  delete_approval_profile: 'deleting policies',
  edit_organization: 'editing the organization',
  grant_role: 'granting roles',
  revoke_role: 'revoking roles',
  add_group_member: 'adding group members',
  remove_group_member: 'removing group members',
  delete_group: 'deleting groups',
  edit_person: 'editing people',
  edit_machine: 'editing machines',
  issue_token: 'issuing tokens',
} as const satisfies Record<Exclude<Operation, keyof typeof SECRET_OPERATIONS>, string>;

export const OPERATIONS: Readonly<Record<Operation, string>> = { ...SECRET_OPERATIONS, ...ADMINISTRATIVE_OPERATIONS };

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** What a rule is asked about: `Deleting and destroying, in the folder shop, with the tag pci`. */
export function whenText(when: ApprovalConditionsOutput, nameOf: NameOf): string {
  const { operations, projects, customers, paths, tags, types } = when;
  const what = operations.length === 0 ? 'every change' : listed(operations.map((each) => OPERATIONS[each]));
  const narrowed = [
    what,
    ...limit(
      'in the project',
      'in the projects',
      projects.map((id) => nameOf('project', id)),
    ),
    ...limit(
      'for the customer',
      'for the customers',
      customers.map((id) => nameOf('customer', id)),
    ),
    ...limit('in the folder', 'in the folders', paths),
    ...limit('with the tag', 'with one of the tags', tags),
    ...limit('of the type', 'of the types', types.map(typeText)),
  ].join(', ');
  return narrowed.charAt(0).toUpperCase() + narrowed.slice(1);
}

function limit(one: string, many: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : [`${entries.length === 1 ? one : many} ${listed(entries, 'or')}`];
}

function typeText(type: string): string {
  const labels: Readonly<Record<string, string>> = TYPE_LABEL;
  return (labels[type] ?? type).toLowerCase();
}

/** Who decides a step: `2 approvals by Ann, the group Platform or anybody with the role approver`. */
export function stepText({ approvers, required }: ApprovalStepOutput, nameOf: NameOf): string {
  const named = [
    ...approvers.users.map((id) => nameOf('user', id)),
    ...approvers.groups.map((id) => `the group ${nameOf('group', id)}`),
    ...approvers.roles.map((role) => `anybody with the role ${role}`),
  ];
  return `${required === 1 ? '1 approval' : `${required} approvals`} by ${listed(named, 'or') || 'nobody yet'}`;
}

/** `3 days`, `36 hours`. */
export function hoursText(hours: number): string {
  if (hours % 24 === 0) return hours === 24 ? '1 day' : `${hours / 24} days`;
  return hours === 1 ? '1 hour' : `${hours} hours`;
}

/** One thing that a rule says. */
export interface RuleLine {
  readonly label: string;
  readonly text: string;
}

/** All that a rule says, line by line. */
export function ruleLines(rule: ApprovalRuleOutput, nameOf: NameOf): RuleLine[] {
  const { when, steps, order, requiredChecks, expiresAfterHours } = rule;
  const names = steps.map(({ name }) => name);
  return [
    { label: 'Asked about', text: whenText(when, nameOf) },
    ...steps.map((step, at) => ({ label: stepLabel(steps, at), text: stepText(step, nameOf) })),
    ...(steps.length > 1
      ? [{ label: 'Order', text: order === 'sequential' ? `first ${names.join(', then ')}` : 'steps in any order' }]
      : []),
    ...(requiredChecks.length > 0 ? [{ label: 'Checks', text: `${listed(requiredChecks)} must be ok` }] : []),
    { label: 'Expires', text: `after ${hoursText(expiresAfterHours)}` },
  ];
}

/** Steps of one rule may be called the same. */
function stepLabel(steps: readonly ApprovalStepOutput[], at: number): string {
  const name = steps[at]?.name ?? '';
  const before = steps.slice(0, at).filter((step) => step.name === name).length;
  return before === 0 ? `Step “${name}”` : `Step “${name}” (${before + 1})`;
}
