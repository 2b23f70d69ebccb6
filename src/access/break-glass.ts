import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import { newId } from '../ports.ts';
import { systemActor } from './actor.ts';

/**
 * Gives somebody the right to override, for whoever holds the machine and its master key: the way out when the people whom
 * the policies ask are gone and every repair would have to be approved by them. What that person then puts through is
 * audited, noticed and reviewed like any override; their own requests stay out of their reach.
 *
 * @param organization its slug
 * @returns `nobody` when no enabled person of the organization has this address
 */
export async function grantBreakGlass(
  db: Db,
  keyring: Keyring,
  organization: string,
  email: string,
): Promise<'given' | 'held before' | 'nobody'> {
  return db.transaction(async (tx) => {
    const [person] = await tx.query<{ id: string; organizationId: string }>(
      `select p.id, o.id as "organizationId" from people p join organizations o on o.id = p.organization_id
       where o.slug = $1 and p.email = $2 and not p.disabled for update of p`,
      [organization, email],
    );
    if (person === undefined) return 'nobody';
    const { id: subjectId, organizationId } = person;
    const grant = { subjectType: 'person', subjectId, role: 'break_glass', projectId: null };
    const [held] = await tx.query(
      `select id from role_grants where organization_id = $1::uuid and subject_id = $2::uuid and role = $3
         and project_id is null`,
      [organizationId, subjectId, grant.role],
    );
    if (held !== undefined) return 'held before';
    const id = newId();
    await tx.query(
      `insert into role_grants (id, organization_id, subject_type, subject_id, role)
       values ($1::uuid, $2::uuid, $3, $4::uuid, $5)`,
      [id, organizationId, grant.subjectType, subjectId, grant.role],
    );
    await appendAudit(tx, keyring, systemActor(organizationId, 'setup'), [
      { action: 'role_grant.created', objectType: 'role_grant', objectId: id, details: grant },
    ]);
    return 'given';
  });
}
