import { seeAttached } from '../approvals/approval-profile-actions.ts';
import { type GovernedAction, plainJson } from '../approvals/governed-action.ts';
import { askedOf } from '../approvals/guarding-policies.ts';
import { policiesOfOrganization } from '../approvals/policy-store.ts';
import { lockOrganization } from './access-context.ts';
import type { UpdateOrganization } from './organization-schemas.ts';
import type { OrganizationService } from './organization-service.ts';
import { findOrganization } from './organization-store.ts';

export interface OrganizationActions {
  readonly editOrganization: GovernedAction<UpdateOrganization & { readonly organizationId: string }>;
}

/** What the organization asks for everywhere. Its policy guards itself: taking it away is asked of it. */
export function createOrganizationActions(deps: { readonly organizations: OrganizationService }): OrganizationActions {
  return {
    editOrganization: {
      operation: 'edit_organization',
      subjectType: 'organization',
      async look(tx, own, { organizationId: subjectId }) {
        await lockOrganization(tx, own);
        const organization = subjectId === own ? await findOrganization(tx.prisma, own) : null;
        if (organization === null) return { subjectId, revision: 0, state: null };
        const { name, approvalProfileId } = organization;
        const approvalProfile = await seeAttached(tx, own, approvalProfileId);
        return { subjectId, revision: 0, state: plainJson({ name, approvalProfileId, approvalProfile }) };
      },
      async asked(db, { organizationId, plan }) {
        const policies = await policiesOfOrganization(db, organizationId);
        const [before, after] = [plan.before, plan.after] as unknown as { approvalProfileId: string | null }[];
        const replaced = before?.approvalProfileId !== after?.approvalProfileId;
        return askedOf('edit_organization', policies, replaced ? policies : []);
      },
      run: async (actor, tx, { organizationId, ...input }) => ({
        status: 200,
        body: await deps.organizations.update(actor, tx, organizationId, input),
      }),
    },
  };
}
