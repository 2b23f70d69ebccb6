import type { AuditEventInput } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql } from '../db.ts';
import { newId } from '../ports.ts';
import { systemActor } from './actor.ts';
import { foundingEvents } from './organization-service.ts';
import { foundOrganization, grantAdmin, issueToken } from './organization-store.ts';

/** A token in clear, to be printed once. */
export interface AdminToken {
  readonly organizationId: string;
  readonly personId: string;
  readonly token: string;
}

const SLUG = 'default';
const ADMINISTRATOR = { name: 'Administrator', email: 'administrator@localhost.invalid' } as const;

/** Any number, the same in every process: one installation is set up by one of them. */
const SETUP_LOCK = 7_381_162;

/**
 * At the first start: creates the organization that administers the installation, its administrator and a token. Undefined
 * when an organization exists. Of several processes starting at once exactly one creates.
 */
export function bootstrapInstallation(db: Db, keyring: Keyring): Promise<AdminToken | undefined> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    const existing = await tx.query('select id from organizations limit 1');
    return existing.length > 0 ? undefined : setUp(tx, keyring);
  });
}

/**
 * For somebody with access to the machine who has no token any more: a new one of the installation's first administrator,
 * who is created, enabled and made administrator again as needed.
 */
export function createAdminToken(db: Db, keyring: Keyring): Promise<AdminToken> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    const [operator] = await tx.query<{ id: string }>(
      'select id from organizations where is_operator order by id limit 1',
    );
    if (operator === undefined) return setUp(tx, keyring);
    return renewAdministrator(tx, keyring, operator.id);
  });
}

async function setUp(tx: Sql, keyring: Keyring): Promise<AdminToken> {
  const founded = await foundOrganization(tx, {
    slug: SLUG,
    name: 'Default',
    isOperator: true,
    administrator: ADMINISTRATOR,
  });
  if (founded === undefined) throw new Error(`an organization "${SLUG}" exists that does not operate the installation`);
  const { organizationId, administratorId, token } = founded;
  await appendAudit(tx, keyring, systemActor(organizationId, 'setup'), foundingEvents(founded, SLUG));
  return { organizationId, personId: administratorId, token };
}

async function renewAdministrator(tx: Sql, keyring: Keyring, organizationId: string): Promise<AdminToken> {
  const { personId, events } = await enableAdministrator(tx, organizationId);
  const admin = await tx.query(
    `select id from role_grants
     where organization_id = $1::uuid and subject_id = $2::uuid and role = 'admin' and project_id is null`,
    [organizationId, personId],
  );
  if (admin.length === 0) {
    const grantId = await grantAdmin(tx, organizationId, personId);
    const details = { subjectType: 'person', subjectId: personId, role: 'admin', projectId: null };
    events.push({ action: 'role_grant.created', objectType: 'role_grant', objectId: grantId, details });
  }
  const { tokenId, token } = await issueToken(tx, organizationId, personId, 'made on the machine');
  events.push({ action: 'token.created', objectType: 'token', objectId: tokenId, details: { personId } });
  await appendAudit(tx, keyring, systemActor(organizationId, 'setup'), events);
  return { organizationId, personId, token };
}

async function enableAdministrator(
  tx: Sql,
  organizationId: string,
): Promise<{ personId: string; events: AuditEventInput[] }> {
  const [known] = await tx.query<{ id: string; disabled: boolean }>(
    'select id, disabled from people where organization_id = $1::uuid and email = $2 for update',
    [organizationId, ADMINISTRATOR.email],
  );
  if (known?.disabled === false) return { personId: known.id, events: [] };
  if (known !== undefined) {
    await tx.query('update people set disabled = false where id = $1::uuid', [known.id]);
    const details = { disabled: false };
    const event = { action: 'person.updated', objectType: 'person', objectId: known.id, details } as const;
    return { personId: known.id, events: [event] };
  }
  const personId = newId();
  await tx.query('insert into people (id, organization_id, name, email) values ($1::uuid, $2::uuid, $3, $4)', [
    personId,
    organizationId,
    ADMINISTRATOR.name,
    ADMINISTRATOR.email,
  ]);
  return { personId, events: [{ action: 'person.created', objectType: 'person', objectId: personId }] };
}
