import type { EditTransaction } from '../db.ts';
import { AppError, invalidField } from '../errors.ts';
import type { Actor } from './actor.ts';
import { RIGHTS_OF_ROLE, type Right, ROLES, type Role } from './roles.ts';

const rightsOf: Record<Role, readonly Right[]> = RIGHTS_OF_ROLE;
const OVERRIDING = ROLES.filter((role) => rightsOf[role].includes('change.override'));

/**
 * The right to override goes to other people only: throws `forbidden` when the actor, directly or as a member of the group,
 * would come to hold it, and `invalid_input` for a machine.
 */
export function assertOverrideForOthers(
  actor: Actor,
  grant: { readonly subjectType: string; readonly subjectId: string; readonly role: Role },
): void {
  if (!OVERRIDING.includes(grant.role)) return;
  if (grant.subjectType === 'machine') throw invalidField('/role', 'a role for machines: only people override');
  if (grant.subjectId === actor.personId || actor.groupIds.includes(grant.subjectId)) throw forOneself();
}

/** Throws `forbidden` when the actor would join a group that carries the right to override. */
export async function assertNotJoiningOverride(
  tx: EditTransaction,
  actor: Actor,
  groupId: string,
  personId: string,
): Promise<void> {
  if (personId !== actor.personId) return;
  const carried = await tx.query(
    `select id from role_grants where organization_id = $1::uuid and subject_type = 'group' and subject_id = $2::uuid
       and role = any($3::text[]) limit 1`,
    [actor.organizationId, groupId, [...OVERRIDING]],
  );
  if (carried.length > 0) throw forOneself();
}

function forOneself(): AppError {
  return new AppError('forbidden', 'Nobody gives themselves the right to override.', {
    facts: { right: 'change.override' },
  });
}
