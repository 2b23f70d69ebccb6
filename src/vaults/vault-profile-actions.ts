import { seeAttached } from '../approvals/approval-profile-actions.ts';
import { type GovernedAction, plainJson, type Seen } from '../approvals/governed-action.ts';
import { askedOf } from '../approvals/guarding-policies.ts';
import { policiesBehind } from '../approvals/policy-store.ts';
import type { EditTransaction } from '../db.ts';
import type { UpdateVaultProfile } from './vault-profile-schemas.ts';
import type { VaultProfileService } from './vault-profile-service.ts';
import { findVaultProfile, lockVaultProfile } from './vault-profile-store.ts';

export type EditVaultProfile = UpdateVaultProfile & { readonly profileId: string };

export interface VaultProfileActions {
  readonly editVaultProfile: GovernedAction<EditVaultProfile>;
  readonly deleteVaultProfile: GovernedAction<{ readonly profileId: string }>;
}

/** Changes of a vault profile: where its secrets lie, how they are called, and who must agree to their changes. */
export function createVaultProfileActions(deps: { readonly profiles: VaultProfileService }): VaultProfileActions {
  const { profiles } = deps;
  return {
    editVaultProfile: {
      operation: 'edit_vault_profile',
      subjectType: 'vault_profile',
      look: seeProfile,
      async asked(db, { organizationId, subjectId, plan: { before, after } }) {
        const attached = policyIn(before);
        const policies = await policiesBehind(db, organizationId, { profileId: subjectId });
        const detached = attached !== policyIn(after) ? policies.filter((policy) => policy.profileId === attached) : [];
        return askedOf('edit_vault_profile', policies, detached);
      },
      run: async (actor, tx, { profileId, ...input }) => ({
        status: 200,
        body: await profiles.update(actor, tx, profileId, input),
      }),
      remarks: (_before, _after, { moveCopies, naming }) =>
        moveCopies && naming !== undefined ? { moveCopies } : null,
    },
    deleteVaultProfile: {
      operation: 'delete_vault_profile',
      subjectType: 'vault_profile',
      look: seeProfile,
      asked: async (db, { organizationId, subjectId }) =>
        askedOf('delete_vault_profile', await policiesBehind(db, organizationId, { profileId: subjectId }), []),
      async run(actor, tx, { profileId }) {
        await profiles.remove(actor, tx, profileId);
        return { status: 204 };
      },
    },
  };
}

/** Whether it is enabled is left out: to stop or resume is not what was approved. */
async function seeProfile(
  tx: EditTransaction,
  organizationId: string,
  { profileId }: { readonly profileId: string },
): Promise<Seen> {
  await lockVaultProfile(tx, organizationId, profileId);
  const profile = await findVaultProfile(tx.prisma, organizationId, profileId);
  if (profile === null) return { subjectId: profileId, revision: 0, state: null };
  const { name, vaultId, naming, attributes, place, concurrency, ratePerSecond, approvalProfileId, revision } = profile;
  const approvalProfile = await seeAttached(tx, organizationId, approvalProfileId);
  const { maxDeletes, maxDeletePercent, freshnessSeconds, driftPolicy, driftIntervalMinutes, driftPerMinute } = profile;
  const drift = { policy: driftPolicy, intervalMinutes: driftIntervalMinutes, looksPerMinute: driftPerMinute };
  const limits = { concurrency, ratePerSecond, maxDeletes, maxDeletePercent, freshnessSeconds, drift };
  const state = { name, vaultId, naming, attributes, place, ...limits, approvalProfileId, approvalProfile };
  return { subjectId: profileId, revision, state: plainJson(state) };
}

function policyIn(state: unknown): string | null {
  return (state as { approvalProfileId: string | null } | null)?.approvalProfileId ?? null;
}
