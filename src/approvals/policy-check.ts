import type { Sql } from '../db.ts';
import { AppError, type FieldProblem } from '../errors.ts';
import { type ApprovalPolicy, stepsOf } from './approval-policy.ts';
import { findCandidates, findRequesters, knownIds } from './candidate-store.ts';
import { type PolicyLack, unsatisfiable } from './satisfiable-policy.ts';

export interface PolicyCheck {
  /** Types that conditions may name. */
  readonly types: readonly string[];
  /** The policy was given in short: problems are shown at its own fields. */
  readonly shorthand: boolean;
}

/**
 * Throws `invalid_input` for people, groups, projects and types that do not exist, and for a policy that nobody but the
 * requester could meet as things stand, naming the step.
 */
export async function checkPolicy(
  db: Sql,
  organizationId: string,
  policy: ApprovalPolicy,
  { types, shorthand }: PolicyCheck,
): Promise<void> {
  await assertKnown(db, organizationId, policy, { types, shorthand });
  const lack = await findLack(db, organizationId, policy);
  if (lack !== undefined) refuse([lackProblem(lack)], shorthand);
}

/** Throws `invalid_input` for people, groups, projects and types that do not exist. */
export async function assertKnown(
  db: Sql,
  organizationId: string,
  policy: ApprovalPolicy,
  { types, shorthand }: PolicyCheck,
): Promise<void> {
  refuse(await unknownEntries(db, organizationId, policy, types), shorthand);
}

/** The step that stops every change under this policy as things stand, if there is one. */
export async function findLack(
  db: Sql,
  organizationId: string,
  policy: ApprovalPolicy,
): Promise<PolicyLack | undefined> {
  const [candidates, requesters] = await Promise.all([
    findCandidates(db, organizationId, [policy]),
    findRequesters(db, organizationId),
  ]);
  return unsatisfiable(policy, candidates, requesters);
}

async function unknownEntries(
  db: Sql,
  organizationId: string,
  policy: ApprovalPolicy,
  types: readonly string[],
): Promise<FieldProblem[]> {
  const approvers = stepsOf(policy).map((step) => step.approvers);
  const known = await knownIds(db, organizationId, {
    users: approvers.flatMap(({ users }) => users),
    groups: approvers.flatMap(({ groups }) => groups),
    projects: policy.rules.flatMap(({ when }) => when.projects),
    customers: policy.rules.flatMap(({ when }) => when.customers),
  });
  return policy.rules.flatMap((rule, at) => [
    ...problems(
      `/rules/${at}/when/projects`,
      rule.when.projects,
      (id) => known.has(`projects:${id}`),
      'the id of a project',
    ),
    ...problems(
      `/rules/${at}/when/customers`,
      rule.when.customers,
      (id) => known.has(`customers:${id}`),
      'the id of a customer',
    ),
    ...problems(
      `/rules/${at}/when/types`,
      rule.when.types,
      (type) => types.includes(type),
      `one of ${types.join(', ')}`,
    ),
    ...rule.steps.flatMap((step, index) =>
      (['users', 'groups'] as const).flatMap((kind) => {
        const pointer = `/rules/${at}/steps/${index}/approvers/${kind}`;
        return problems(
          pointer,
          step.approvers[kind],
          (id) => known.has(`${kind}:${id}`),
          `the id of one of the ${kind}`,
        );
      }),
    ),
  ]);
}

function problems(
  pointer: string,
  entries: readonly string[],
  isKnown: (entry: string) => boolean,
  expected: string,
): FieldProblem[] {
  return entries.flatMap((entry, at) => (isKnown(entry) ? [] : [{ pointer: `${pointer}/${at}`, expected }]));
}

function lackProblem({ ruleAt, stepAt, available, projectId }: PolicyLack): FieldProblem {
  const where = projectId === null ? '' : ` in project ${projectId}`;
  return {
    pointer: `/rules/${ruleAt}/steps/${stepAt}/required`,
    expected: `at most ${available}, the people who could decide this step${where} beside the requester and those whom earlier steps need`,
  };
}

function refuse(fields: readonly FieldProblem[], shorthand: boolean): void {
  const shown = fields.map(({ pointer, expected }) => ({
    pointer: shorthand ? pointer.replace('/rules/0', '') : pointer,
    expected,
  }));
  const [first] = shown;
  if (first) throw new AppError('invalid_input', `${first.pointer}: expected ${first.expected}`, { fields: shown });
}
