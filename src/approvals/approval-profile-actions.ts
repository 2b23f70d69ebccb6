import type { EditTransaction, Sql } from '../db.ts';
import type { ApprovalPolicy } from './approval-policy.ts';
import type { UpdateApprovalProfile } from './approval-profile-schemas.ts';
import type { ApprovalProfileService } from './approval-profile-service.ts';
import { findApprovalProfile, lockApprovalProfile } from './approval-profile-store.ts';
import { type GovernedAction, plainJson, type Seen } from './governed-action.ts';
import { askedOf } from './guarding-policies.ts';
import { comparePolicies } from './policy-comparison.ts';
import { attachedPolicies, policiesOfOrganization } from './policy-store.ts';

export type EditApprovalProfile = UpdateApprovalProfile & { readonly approvalProfileId: string };

export interface ApprovalProfileActions {
  readonly editApprovalProfile: GovernedAction<EditApprovalProfile>;
  readonly deleteApprovalProfile: GovernedAction<{ readonly approvalProfileId: string }>;
}

/** Changes of who must agree. A policy that somebody asks for guards itself, whether it becomes looser or tighter. */
export function createApprovalProfileActions(deps: {
  readonly approvalProfiles: ApprovalProfileService;
}): ApprovalProfileActions {
  const { approvalProfiles } = deps;
  return {
    editApprovalProfile: {
      operation: 'edit_approval_profile',
      subjectType: 'approval_profile',
      look: seeApprovalProfile,
      async asked(db, { organizationId, subjectId }) {
        const attached = await attachedPolicies(db, organizationId);
        const itself = attached.filter((policy) => policy.profileId === subjectId);
        return askedOf('edit_approval_profile', await policiesOfOrganization(db, organizationId), itself);
      },
      run: async (actor, tx, { approvalProfileId, ...input }) => ({
        status: 200,
        body: await approvalProfiles.update(actor, tx, approvalProfileId, input),
      }),
      remarks: (before, after) =>
        plainJson(comparePolicies(before as unknown as ApprovalPolicy, after as unknown as ApprovalPolicy)),
    },
    deleteApprovalProfile: {
      operation: 'delete_approval_profile',
      subjectType: 'approval_profile',
      look: seeApprovalProfile,
      asked: async (db, { organizationId }) =>
        askedOf('delete_approval_profile', await policiesOfOrganization(db, organizationId), []),
      async run(actor, tx, { approvalProfileId }) {
        await approvalProfiles.remove(actor, tx, approvalProfileId);
        return { status: 204 };
      },
    },
  };
}

/** The approval profile that something asks for, as it is: another version would be another gate. */
export async function seeAttached(
  db: Sql,
  organizationId: string,
  approvalProfileId: string | null,
): Promise<{ readonly name: string; readonly version: number } | null> {
  if (approvalProfileId === null) return null;
  const profile = await findApprovalProfile(db, organizationId, approvalProfileId);
  return profile === undefined ? null : { name: profile.name, version: profile.version };
}

async function seeApprovalProfile(
  tx: EditTransaction,
  organizationId: string,
  { approvalProfileId }: { readonly approvalProfileId: string },
): Promise<Seen> {
  const profile = await lockApprovalProfile(tx, organizationId, approvalProfileId);
  if (profile === undefined) return { subjectId: approvalProfileId, revision: 0, state: null };
  const { name, version, policy } = profile;
  return { subjectId: approvalProfileId, revision: version, state: plainJson({ name, rules: policy.rules }) };
}
