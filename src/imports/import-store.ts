import type { ActorRef } from '../access/actor.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { Sql } from '../db.ts';
import type { Import, ImportState, LeasedImport, OnCollision } from './import.ts';

const COLUMNS = `i.id, i.organization_id as "organizationId", i.project_id as "projectId", i.profile_id as "profileId",
  i.preview, i.prefix, i.marker, i.on_collision as "onCollision", i.state, i.code, i.comment, i.requester,
  i.next_attempt_at as "nextAttemptAt", i.created_at as "createdAt", i.updated_at as "updatedAt", i.ended_at as "endedAt"`;

const UNDER_WAY = `('listing', 'running', 'cancelling')`;

export interface NewImport {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly profileId: string;
  readonly place: string;
  readonly attributes: unknown;
  readonly preview: boolean;
  readonly prefix: string | null;
  readonly marker: boolean;
  readonly onCollision: OnCollision;
  readonly state: Extract<ImportState, 'listing' | 'running'>;
  readonly comment: string;
  readonly requester: ActorRef;
}

/** Stores an import; it is due at once. */
export async function insertImport(tx: Sql, one: NewImport): Promise<Import> {
  const [row] = await tx.query<Import>(
    `insert into imports as i (id, organization_id, project_id, profile_id, place, attributes, preview, prefix, marker,
       on_collision, state, comment, requester, next_attempt_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5, $6::jsonb, $7, $8, $9, $10, $11, $12, $13::jsonb, clock_timestamp())
     returning ${COLUMNS}`,
    [
      one.id,
      one.organizationId,
      one.projectId,
      one.profileId,
      one.place,
      JSON.stringify(one.attributes),
      one.preview,
      one.prefix,
      one.marker,
      one.onCollision,
      one.state,
      one.comment,
      JSON.stringify(one.requester),
    ],
  );
  if (row === undefined) throw new Error('import was not stored');
  return row;
}

/** An import of this organization, or undefined. `lock` keeps others from moving it until the transaction ends. */
export async function findImport(
  db: Sql,
  organizationId: string,
  id: string,
  lock: 'lock' | 'read' = 'read',
): Promise<Import | undefined> {
  const [row] = await db.query<Import>(
    `select ${COLUMNS} from imports i where i.id = $2::uuid and i.organization_id = $1::uuid
     ${lock === 'lock' ? 'for update' : ''}`,
    [organizationId, id],
  );
  return row;
}

/** Newest first, below `before`; `within` limits them to some projects. */
export function listImports(
  db: Sql,
  organizationId: string,
  within: 'all' | readonly string[],
  filter: { readonly profileId?: string | undefined; readonly before?: string | undefined; readonly limit: number },
): Promise<Import[]> {
  return db.query<Import>(
    `select ${COLUMNS} from imports i where i.organization_id = $1::uuid
       and ($2::uuid[] is null or i.project_id = any($2)) and ($3::uuid is null or i.profile_id = $3)
       and ($4::uuid is null or i.id < $4)
     order by i.id desc limit $5`,
    [organizationId, within === 'all' ? null : within, filter.profileId ?? null, filter.before ?? null, filter.limit],
  );
}

/** Takes a due import for `leaseMs` on the database clock; undefined when it is not due or somebody else has it. */
export async function leaseImport(db: Sql, id: string, leaseMs: number): Promise<LeasedImport | undefined> {
  const [row] = await db.query<LeasedImport>(
    `update imports i set lease_token = lease_token + 1, lease_until = clock_timestamp() + $2::int * interval '1 millisecond'
     from vault_profiles p
     where i.id = $1::uuid and p.id = i.profile_id and i.state in ${UNDER_WAY} and i.next_attempt_at <= clock_timestamp()
       and (i.lease_until is null or i.lease_until < clock_timestamp())
     returning ${COLUMNS}, i.lease_token as "leaseToken", i.attempts, i.cancelled_by as "cancelledBy",
       p.place = i.place and p.attributes = i.attributes as "inPlace"`,
    [id, leaseMs],
  );
  return row;
}

type Lease = Pick<LeasedImport, 'id' | 'leaseToken'>;

/** Holds on to an import. False: somebody else has it, or it was cancelled. */
export async function keepLease(db: Sql, { id, leaseToken }: Lease, leaseMs: number): Promise<boolean> {
  const rows = await db.query(
    `update imports set lease_until = clock_timestamp() + $3::int * interval '1 millisecond'
     where id = $1::uuid and lease_token = $2 and state in ${UNDER_WAY} returning id`,
    [id, leaseToken, leaseMs],
  );
  return rows.length === 1;
}

/** Lets go of an import until later. `failed` counts attempts that came to nothing. */
export async function restImport(
  db: Sql,
  { id, leaseToken }: Lease,
  later: { readonly afterMs: number; readonly code: string | null; readonly failed: boolean },
): Promise<void> {
  await db.query(
    `update imports set lease_until = null, code = $3, attempts = case when $5 then attempts + 1 else 0 end,
       next_attempt_at = clock_timestamp() + $4::int * interval '1 millisecond', updated_at = clock_timestamp()
     where id = $1::uuid and lease_token = $2 and state in ${UNDER_WAY}`,
    [id, leaseToken, later.code, later.afterMs, later.failed],
  );
}

/** Everything that was to be imported is known by now. */
export async function beginItems(db: Sql, { id, leaseToken }: Lease): Promise<void> {
  await db.query(
    `update imports set state = 'running', code = null, attempts = 0, updated_at = clock_timestamp()
     where id = $1::uuid and lease_token = $2 and state = 'listing'`,
    [id, leaseToken],
  );
}

/** Ends an import. False: it is no longer ours to end. */
export async function endImport(
  tx: Sql,
  { id, leaseToken, state: from }: LeasedImport,
  to: Extract<ImportState, 'completed' | 'cancelled' | 'failed'>,
  code: string | null,
): Promise<boolean> {
  const rows = await tx.query(
    `update imports set state = $4, code = $5, lease_until = null, next_attempt_at = null, ended_at = clock_timestamp(),
       updated_at = clock_timestamp()
     where id = $1::uuid and lease_token = $2 and state = $3 returning id`,
    [id, leaseToken, from, to, code],
  );
  return rows.length === 1;
}

/** From now on nothing more of it begins, whoever works on it; what waits for approval is withdrawn by a worker. */
export async function markCancelling(tx: Sql, id: string, by: ActorRef): Promise<void> {
  await tx.query(
    `update imports set state = 'cancelling', code = null, cancelled_by = $2::jsonb, lease_token = lease_token + 1,
       lease_until = null, next_attempt_at = clock_timestamp(), ended_at = null, updated_at = clock_timestamp()
     where id = $1::uuid`,
    [id, JSON.stringify(by)],
  );
}

/** Imports that somebody should go on with. */
export async function dueImports(db: Sql, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select i.id from imports i where i.state in ${UNDER_WAY} and i.next_attempt_at <= clock_timestamp()
       and (i.lease_until is null or i.lease_until < clock_timestamp())
     order by i.next_attempt_at limit $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/** What an audit event about an import says beside what happened. */
export function importFacts({ projectId, profileId, preview, prefix, marker }: Import): Record<string, Json> {
  return { projectId, profileId, preview, prefix, marker };
}
