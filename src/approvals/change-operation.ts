/** Every kind of change of a secret. */
export const SECRET_OPERATIONS = [
  'create',
  'import',
  'update',
  'edit_metadata',
  'rename',
  'rollback',
  'delete',
  'restore',
  'destroy',
  'edit_version',
  'enable_version',
  'disable_version',
  'destroy_version',
  'enable',
  'disable',
  'protect',
  'unprotect',
  'change_source',
  'add_target',
  'remove_target',
  'resolve_target',
  'accept_source',
] as const;
export type SecretOperation = (typeof SECRET_OPERATIONS)[number];

/** Changes of what decides where secrets lie and who must agree: they could move a secret or open a gate. */
export const ADMINISTRATIVE_OPERATIONS = [
  'edit_vault',
  'delete_vault',
  'edit_vault_profile',
  'delete_vault_profile',
  'edit_approval_profile',
  'delete_approval_profile',
  'edit_organization',
  'grant_role',
  'revoke_role',
  'add_group_member',
  'remove_group_member',
  'delete_group',
  'edit_person',
  'edit_machine',
  'issue_token',
] as const;
export type AdministrativeOperation = (typeof ADMINISTRATIVE_OPERATIONS)[number];

/** Every kind of change that goes through the one door. */
export const CHANGE_OPERATIONS = [...SECRET_OPERATIONS, ...ADMINISTRATIVE_OPERATIONS] as const;
export type ChangeOperation = SecretOperation | AdministrativeOperation;

/** What a change can be about. At most one change is open per subject. */
export const SUBJECT_TYPES = [
  'secret',
  'vault',
  'vault_profile',
  'approval_profile',
  'organization',
  'role_grant',
  'group',
  'group_member',
  'person',
  'machine',
  'token',
] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

export function isAdministrative(operation: ChangeOperation): operation is AdministrativeOperation {
  return (ADMINISTRATIVE_OPERATIONS as readonly string[]).includes(operation);
}
