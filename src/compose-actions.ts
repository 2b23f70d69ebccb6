import { type AccessActions, createAccessActions } from './access/access-actions.ts';
import { type AccessServices, createAccessServices } from './access/access-services.ts';
import { type ApprovalProfileActions, createApprovalProfileActions } from './approvals/approval-profile-actions.ts';
import { type ApprovalProfileService, createApprovalProfileService } from './approvals/approval-profile-service.ts';
import type { GovernedActions } from './approvals/governed-action.ts';
import type { Keyring } from './crypto/keyring.ts';
import { SECRET_TYPES } from './secrets/payload/secret-type.ts';
import { createRelocateSources } from './secrets/relocate-sources.ts';
import type { ProfileChecks } from './vaults/profile-checks.ts';
import type { VaultPool } from './vaults/vault.ts';
import { createVaultActions, type VaultActions } from './vaults/vault-actions.ts';
import { createVaultEntries, type VaultEntries } from './vaults/vault-entries.ts';
import { createVaultProfileActions, type VaultProfileActions } from './vaults/vault-profile-actions.ts';
import { createVaultProfileService, type VaultProfileService } from './vaults/vault-profile-service.ts';
import { createVaultService, type VaultService, type VaultServiceDeps } from './vaults/vault-service.ts';

/** The services behind administrative operations. */
export interface AdministrativeServices {
  readonly access: AccessServices;
  readonly vaults: VaultService;
  readonly profiles: VaultProfileService;
  readonly approvalProfiles: ApprovalProfileService;
}

/** Everything that administers: access, vaults and policies. */
export interface Administration extends AdministrativeServices {
  readonly entries: VaultEntries;
}

export function composeAdministration(
  reach: Omit<VaultServiceDeps, 'pool'>,
  pool: VaultPool,
  checks: ProfileChecks,
): Administration {
  const { db, keyring } = reach;
  return {
    access: createAccessServices({ db, keyring }),
    vaults: createVaultService({ ...reach, pool }),
    profiles: createVaultProfileService({ ...reach, checks, relocateSources: createRelocateSources({ keyring }) }),
    entries: createVaultEntries({ db, pool }),
    approvalProfiles: createApprovalProfileService({ db, keyring, secretTypes: SECRET_TYPES }),
  };
}

export type AdministrativeActions = AccessActions & ApprovalProfileActions & VaultActions & VaultProfileActions;

/** Every administrative operation, as the routes name it. */
export function composeActions(services: AdministrativeServices, keyring: Keyring): AdministrativeActions {
  return {
    ...createAccessActions(services.access),
    ...createApprovalProfileActions(services),
    ...createVaultActions({ keyring, vaults: services.vaults }),
    ...createVaultProfileActions(services),
  };
}

/** The same as change requests name it. */
export function actionsByOperation(actions: AdministrativeActions): GovernedActions {
  return {
    edit_vault: actions.editVault,
    delete_vault: actions.deleteVault,
    edit_vault_profile: actions.editVaultProfile,
    delete_vault_profile: actions.deleteVaultProfile,
    edit_approval_profile: actions.editApprovalProfile,
    delete_approval_profile: actions.deleteApprovalProfile,
    edit_organization: actions.editOrganization,
    grant_role: actions.grantRole,
    revoke_role: actions.revokeRole,
    add_group_member: actions.addGroupMember,
    remove_group_member: actions.removeGroupMember,
    delete_group: actions.deleteGroup,
    edit_person: actions.editPerson,
    edit_machine: actions.editMachine,
    issue_token: actions.issueToken,
  };
}
