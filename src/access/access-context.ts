import type { AuditEventInput } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Actor } from './actor.ts';

/** What every service of this folder is made from. */
export interface AccessDeps {
  readonly db: Db;
  readonly keyring: Keyring;
}

/** Records what the actor did, in the transaction that does it; the last statement there. */
export function record(tx: Sql, deps: Pick<AccessDeps, 'keyring'>, actor: Actor, ...events: AuditEventInput[]) {
  return appendAudit(tx, deps.keyring, actor, events);
}

/**
 * Serialises edits of who may do what in one organization, until the transaction ends. The first statement of such an edit,
 * so that what it checks stays true and two of them cannot wait for each other.
 */
export async function lockOrganization(tx: Sql, organizationId: string): Promise<void> {
  await tx.query('select id from organizations where id = $1::uuid for no key update', [organizationId]);
}

/**
 * Refuses an edit, made before in this transaction under {@link lockOrganization}, that left nobody to administer the
 * organization: an enabled person with the role `admin` in all of it, directly or through a group.
 */
export async function keepAnAdministrator(tx: Sql, organizationId: string): Promise<void> {
  const left = await tx.query(
    `select p.id from people p
     where p.organization_id = $1::uuid and not p.disabled and exists (
       select 1 from role_grants g where g.organization_id = $1::uuid and g.role = 'admin' and g.project_id is null
         and (g.subject_id = p.id
           or g.subject_id in (select gm.group_id from group_members gm where gm.person_id = p.id)))
     limit 1`,
    [organizationId],
  );
  if (left.length === 0) throw new AppError('in_use', 'The organization would be left without an administrator.');
}
