import { v5 } from 'uuid';
import type { ApprovalPolicy } from '../approvals/approval-policy.ts';
import { type GovernedAction, plainJson, type Seen } from '../approvals/governed-action.ts';
import { askedForStandings, type StandingChange } from '../approvals/guarding-policies.ts';
import type { Standing } from '../approvals/standing.ts';
import { loadStandings, loadStandingsOfGroup } from '../approvals/standing-store.ts';
import type { EditTransaction, Sql } from '../db.ts';
import { lockOrganization } from './access-context.ts';
import type { CreateRoleGrant } from './role-grant-schemas.ts';
import type { RoleGrantService } from './role-grant-service.ts';
import { findGrantOf, findRoleGrant, nameOfSubject, type RoleGrant } from './role-grant-store.ts';
import { RIGHTS_OF_ROLE, type Right, type Role } from './roles.ts';

/** The id is chosen before, so that what is approved is what comes to be. */
export type GrantRole = CreateRoleGrant & { readonly grantId: string };

export interface RoleGrantActions {
  readonly grantRole: GovernedAction<GrantRole>;
  readonly revokeRole: GovernedAction<{ readonly grantId: string }>;
}

type GrantFacts = Pick<RoleGrant, 'subjectType' | 'subjectId' | 'role' | 'projectId' | 'customerId'>;

/** Giving and taking roles: whoever may hand out the role of an approver could otherwise approve with a second face. */
export function createRoleGrantActions(deps: { readonly roleGrants: RoleGrantService }): RoleGrantActions {
  const { roleGrants } = deps;
  return {
    grantRole: {
      operation: 'grant_role',
      subjectType: 'role_grant',
      async look(tx, organizationId, { grantId: _id, ...facts }) {
        await lockOrganization(tx, organizationId);
        // Two requests for one grant are about one thing.
        const { subjectType, subjectId, role, projectId, customerId } = facts;
        const pair = v5(JSON.stringify([subjectType, subjectId, role, projectId, customerId]), organizationId);
        return seen(tx, pair, await findGrantOf(tx.prisma, { organizationId, ...facts }));
      },
      async asked(db, { organizationId, plan }) {
        const facts = plan.after as unknown as GrantFacts;
        const standings = await standingsWith(db, organizationId, facts);
        return askedForStandings(db, organizationId, 'grant_role', standings, waitsForReporter(facts));
      },
      run: async (actor, tx, { grantId, ...input }) => ({
        status: 201,
        body: await roleGrants.create(actor, tx, input, grantId),
      }),
    },
    revokeRole: {
      operation: 'revoke_role',
      subjectType: 'role_grant',
      async look(tx, organizationId, { grantId }) {
        await lockOrganization(tx, organizationId);
        return seen(tx, grantId, await findRoleGrant(tx.prisma, organizationId, grantId));
      },
      async asked(db, { organizationId, plan }) {
        const facts = plan.before as unknown as GrantFacts;
        return askedForStandings(db, organizationId, 'revoke_role', await standingsWithout(db, organizationId, facts));
      },
      async run(actor, tx, { grantId }) {
        await roleGrants.remove(actor, tx, grantId);
        return { status: 204 };
      },
    },
  };
}

async function seen(tx: EditTransaction, subjectId: string, grant: RoleGrant | null): Promise<Seen> {
  if (grant === null) return { subjectId, revision: 0, state: null };
  const { id: grantId, subjectType, subjectId: holderId, role, projectId, customerId, shared } = grant;
  const subjectName = await nameOfSubject(tx.prisma, grant);
  const state = { grantId, subjectType, subjectId: holderId, subjectName, role, projectId, customerId, shared };
  return { subjectId, revision: 0, state: plainJson(state) };
}

/** Whoever makes a machine a checker could let it say `ok`: where checks are required, that is asked first. */
function waitsForReporter({ role }: GrantFacts): (policy: ApprovalPolicy) => boolean {
  const rights: readonly Right[] = RIGHTS_OF_ROLE[role as Role];
  const reports = rights.includes('compliance.report');
  return ({ rules }) => reports && rules.some((rule) => (rule.requiredChecks ?? []).length > 0);
}

/** Those who come to hold the role. A machine decides nothing: its owner's standing counts. */
async function holders(db: Sql, organizationId: string, { subjectType, subjectId }: GrantFacts): Promise<Standing[]> {
  if (subjectType === 'group') return loadStandingsOfGroup(db, organizationId, subjectId);
  return subjectType === 'person' ? loadStandings(db, organizationId, [subjectId]) : [];
}

/** A role for one customer decides on nothing, so nobody's standing moves. */
async function standingsWith(db: Sql, organizationId: string, facts: GrantFacts): Promise<StandingChange[]> {
  const grant = { role: facts.role as Role, projectId: facts.projectId };
  if (facts.customerId != null) return [];
  const people = await holders(db, organizationId, facts);
  return people.map((before) => ({ before, after: { ...before, grants: [...before.grants, grant] } }));
}

/** Roles held twice, for instance through a group as well, stay. */
async function standingsWithout(db: Sql, organizationId: string, facts: GrantFacts): Promise<StandingChange[]> {
  if (facts.customerId != null) return [];
  const people = await holders(db, organizationId, facts);
  return people.map((before) => {
    const at = before.grants.findIndex(({ role, projectId }) => role === facts.role && projectId === facts.projectId);
    return { before, after: { ...before, grants: before.grants.filter((_, index) => index !== at) } };
  });
}
