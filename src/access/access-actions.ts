import type { AccessServices } from './access-services.ts';
import { createGroupActions, type GroupActions } from './group-actions.ts';
import { createIdentityActions, type IdentityActions } from './identity-actions.ts';
import { createOrganizationActions, type OrganizationActions } from './organization-actions.ts';
import { createRoleGrantActions, type RoleGrantActions } from './role-grant-actions.ts';

/** The operations of this folder that policies may ask for. */
export type AccessActions = OrganizationActions & GroupActions & RoleGrantActions & IdentityActions;

export function createAccessActions(services: AccessServices): AccessActions {
  return {
    ...createOrganizationActions(services),
    ...createGroupActions(services),
    ...createRoleGrantActions(services),
    ...createIdentityActions(services),
  };
}
