import { type Actor, actorRef } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import { newId } from '../ports.ts';
import type { Change, Review } from './change.ts';
import type { SubjectType } from './change-operation.ts';
import { type ChangeEvent, type ChangeState, statesAllowing } from './change-request.ts';

export const CHANGE_COLUMNS = `c.id, c.organization_id as "organizationId", c.subject_type as "subjectType",
  c.subject_id as "subjectId", c.project_id as "projectId", c.customer_id as "customerId", c.secret_id as "secretId", c.group_id as "groupId", c.operation, c.state, c.drafted, c.revision,
  c.base_version as "baseVersion",
  c.profile_id as "profileId", c.profile_revision as "profileRevision", c.plan, c.sealed_payload as "sealedPayload",
  c.digest, c.policies, c.condition_facts as "conditionFacts", c.unsatisfiable,
  c.override, c.override_review as "overrideReview", c.requester, c.requester_person_id as "requesterPersonId", c.comment, c.code,
  c.result_version as "resultVersion", c.attempts, c.lease_token as "leaseToken", c.expires_at as "expiresAt",
  c.created_at as "createdAt", c.updated_at as "updatedAt", c.ended_at as "endedAt"`;

/** A change about to be stored. Lease and clock columns come from the database. */
export type NewChange = Omit<
  Change,
  | 'drafted'
  | 'code'
  | 'resultVersion'
  | 'attempts'
  | 'leaseToken'
  | 'expiresAt'
  | 'createdAt'
  | 'updatedAt'
  | 'endedAt'
  | 'unsatisfiable'
  | 'override'
  | 'overrideReview'
> & {
  /** Whoever asks gave the payload. */
  readonly wrotePayload: boolean;
  /** Null: does not expire. */
  readonly expiresInHours: number | null;
  /** Null: nobody works on it yet. */
  readonly leaseMs: number | null;
};

/**
 * Stores a change and its first editor. Throws a unique violation on `change_requests_one_open` when the subject already has
 * an open one. Answers with the stored change; when `leaseMs` is given the caller holds lease 1.
 */
export async function insertChange(tx: Sql, change: NewChange): Promise<Change> {
  const [row] = await tx.query<Change>(
    `with c as (
       insert into change_requests (id, organization_id, project_id, secret_id, operation, state, revision, base_version,
         profile_id, profile_revision, plan, sealed_payload, digest, policies, requester, requester_person_id, comment,
         expires_at, lease_token, lease_until, attempts, next_attempt_at, subject_type, subject_id, condition_facts, drafted,
         customer_id, group_id)
       values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5, $6, $7, $8, $9::uuid, $10, $11::jsonb, $12, $13, $14::jsonb,
         $15::jsonb, $16::uuid, $17, clock_timestamp() + make_interval(hours => $18::int),
         case when $19::int is null then 0 else 1 end, clock_timestamp() + $19::int * interval '1 millisecond',
         case when $19::int is null then 0 else 1 end,
         case when $19::int is null and $6 <> 'approved' then null else clock_timestamp() end,
         $20, $21::uuid, $22::jsonb, $6 = 'draft', $23::uuid, $24::uuid)
       returning *),
     editor as (
       insert into change_editors (change_id, revision, person_id, actor, wrote_payload)
       values ($1::uuid, $7, $16::uuid, $15::jsonb, $25))
     select ${CHANGE_COLUMNS} from c`,
    [
      change.id,
      change.organizationId,
      change.projectId,
      change.secretId,
      change.operation,
      change.state,
      change.revision,
      change.baseVersion,
      change.profileId,
      change.profileRevision,
      JSON.stringify(change.plan),
      change.sealedPayload,
      change.digest,
      JSON.stringify(change.policies),
      JSON.stringify(change.requester),
      change.requesterPersonId,
      change.comment,
      change.expiresInHours,
      change.leaseMs,
      change.subjectType,
      change.subjectId,
      JSON.stringify(change.conditionFacts),
      change.customerId,
      change.groupId,
      change.wrotePayload,
    ],
  );
  if (row === undefined) throw new Error('change was not stored');
  return row;
}

/**
 * Takes the secret of a change before the change itself, in the order of whoever opens one: that one holds the secret and waits
 * for the open change to end, whose end writes to the secret. The other way round they would wait for each other.
 */
export async function lockSecretOf(tx: Sql, changeId: string): Promise<void> {
  await tx.query(
    `select 1 from secrets s where s.id = (select c.secret_id from change_requests c where c.id = $1::uuid)
     for no key update`,
    [changeId],
  );
}

/** A change of this organization, or undefined. `lock` keeps others from moving it until the transaction ends. */
export async function findChange(
  db: Sql,
  organizationId: string,
  id: string,
  lock: 'lock' | 'read' = 'read',
): Promise<Change | undefined> {
  if (lock === 'lock') await lockSecretOf(db, id);
  const [row] = await db.query<Change>(
    `select ${CHANGE_COLUMNS} from change_requests c where c.id = $2::uuid and c.organization_id = $1::uuid
     ${lock === 'lock' ? 'for update' : ''}`,
    [organizationId, id],
  );
  return row;
}

/** The id of the open change of a subject, if there is one. */
export async function findOpenChange(
  db: Sql,
  subjectType: SubjectType,
  subjectId: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    `select id from change_requests where subject_id = $2::uuid and subject_type = $1
       and state in ('pending_approval', 'approved', 'executing', 'indeterminate')`,
    [subjectType, subjectId],
  );
  return row?.id;
}

/** By id alone, without a lock: for workers, who look before they take anything. */
export async function findChangeById(db: Sql, id: string): Promise<Change | undefined> {
  const [row] = await db.query<Change>(`select ${CHANGE_COLUMNS} from change_requests c where c.id = $1::uuid`, [id]);
  return row;
}

/** For workers, who hold an id from the queue and no tenant. */
export async function lockChangeById(tx: Sql, id: string): Promise<(Change & { leased: boolean }) | undefined> {
  await lockSecretOf(tx, id);
  const [row] = await tx.query<Change & { leased: boolean }>(
    `select ${CHANGE_COLUMNS}, coalesce(c.lease_until > clock_timestamp(), false) as leased
     from change_requests c where c.id = $1::uuid for update`,
    [id],
  );
  return row;
}

/** Takes the lease of a change whose row the transaction has locked, and moves it to `executing`. */
export async function leaseChange(tx: Sql, id: string, leaseMs: number): Promise<Change> {
  const [row] = await tx.query<Change>(
    `update change_requests c set state = 'executing', lease_token = lease_token + 1, attempts = attempts + 1,
       lease_until = clock_timestamp() + $2::int * interval '1 millisecond', next_attempt_at = clock_timestamp(),
       updated_at = clock_timestamp()
     where c.id = $1::uuid returning ${CHANGE_COLUMNS}`,
    [id, leaseMs],
  );
  if (row === undefined) throw new Error('change vanished');
  return row;
}

/** How a change ended. */
export interface ChangeEnd {
  readonly state: Extract<ChangeState, 'applied' | 'failed' | 'conflict' | 'rejected' | 'cancelled' | 'expired'>;
  readonly code?: string;
  readonly resultVersion?: number;
}

const EVENT_OF_END = {
  applied: 'apply',
  failed: 'fail',
  conflict: 'move_base',
  rejected: 'reject',
  cancelled: 'cancel',
  expired: 'expire',
} as const satisfies Record<ChangeEnd['state'], ChangeEvent>;

/**
 * Ends a change, erases its payload and answers with it as it ended. Undefined, changing nothing, when the state does not
 * allow it or, with `leaseToken`, somebody else has taken the work over meanwhile.
 */
export async function endChange(tx: Sql, id: string, end: ChangeEnd, leaseToken?: number): Promise<Change | undefined> {
  const [row] = await tx.query<Change>(
    `update change_requests c set state = $2, code = $3, result_version = $4, sealed_payload = null, lease_until = null,
       next_attempt_at = null, ended_at = clock_timestamp(), updated_at = clock_timestamp()
     where id = $1::uuid and state = any($5::text[]) and ($6::int is null or lease_token = $6)
     returning ${CHANGE_COLUMNS}`,
    [
      id,
      end.state,
      end.code ?? null,
      end.resultVersion ?? null,
      statesAllowing(EVENT_OF_END[end.state]),
      leaseToken ?? null,
    ],
  );
  return row;
}

/** Lets go of a running change for a later attempt. Does nothing when the lease is no longer ours. */
export async function postponeChange(
  db: Sql,
  id: string,
  leaseToken: number,
  later: { readonly state: 'executing' | 'indeterminate'; readonly code: string; readonly afterMs: number },
): Promise<boolean> {
  const rows = await db.query(
    `update change_requests set state = $3, code = $4, lease_until = null,
       next_attempt_at = clock_timestamp() + $5::int * interval '1 millisecond', updated_at = clock_timestamp()
     where id = $1::uuid and lease_token = $2 and state in ('executing', 'indeterminate') returning id`,
    [id, leaseToken, later.state, later.code, later.afterMs],
  );
  return rows.length === 1;
}

/** Moves a locked change that waits: to approved (due at once), back to waiting, or to a later attempt of its own. */
export async function moveWaitingChange(
  tx: Sql,
  id: string,
  state: 'pending_approval' | 'approved',
  options: { readonly dueInMs: number | null; readonly code?: string | null; readonly policies?: unknown },
): Promise<void> {
  await tx.query(
    `update change_requests set state = $2, code = $4, updated_at = clock_timestamp(),
       next_attempt_at = clock_timestamp() + $3::int * interval '1 millisecond', policies = coalesce($5::jsonb, policies)
     where id = $1::uuid`,
    [
      id,
      state,
      options.dueInMs,
      options.code ?? null,
      options.policies === undefined ? null : JSON.stringify(options.policies),
    ],
  );
}

/** Lets a locked change rest in the state it is in, because something outside it is in the way. */
export async function deferChange(tx: Sql, id: string, code: string, forMs: number): Promise<void> {
  await tx.query(
    `update change_requests set code = $2, next_attempt_at = clock_timestamp() + $3::int * interval '1 millisecond',
       updated_at = clock_timestamp() where id = $1::uuid`,
    [id, code, forMs],
  );
}

/** A failed change runs again with its payload sealed anew. */
export async function reopenChange(tx: Sql, id: string, sealedPayload: Buffer | null): Promise<void> {
  await tx.query(
    `update change_requests set state = 'approved', code = null, ended_at = null, sealed_payload = $2,
       next_attempt_at = clock_timestamp(), lease_until = null, updated_at = clock_timestamp()
     where id = $1::uuid`,
    [id, sealedPayload],
  );
}

/** Everybody who wrote any revision, the requester among them. */
export async function listEditors(db: Sql, changeId: string): Promise<string[]> {
  const rows = await db.query<{ personId: string }>(
    'select distinct person_id as "personId" from change_editors where change_id = $1::uuid',
    [changeId],
  );
  return rows.map((row) => row.personId);
}

/** Stores a vote. Throws a unique violation when the person has voted on this revision. */
export async function insertReview(
  tx: Sql,
  change: Change,
  actor: Actor,
  vote: { readonly decision: 'approve' | 'reject'; readonly comment: string },
): Promise<void> {
  await tx.query(
    `insert into reviews (id, organization_id, change_id, revision, person_id, actor, decision, digest, comment, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp())`,
    [
      newId(),
      change.organizationId,
      change.id,
      change.revision,
      actor.personId,
      JSON.stringify(actorRef(actor)),
      vote.decision,
      change.digest,
      vote.comment,
    ],
  );
}

/** Every vote of every revision in the order it was cast. */
export async function listReviews(db: Sql, changeId: string): Promise<Review[]> {
  return db.query<Review>(
    `select id, revision, person_id as "personId", actor, decision, comment, created_at as "createdAt"
     from reviews where change_id = $1::uuid order by created_at, id`,
    [changeId],
  );
}

/** Changes that somebody should work on now: approved, or begun by a process that is gone. */
export async function dueChanges(db: Sql, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from change_requests where state in ('approved', 'executing', 'indeterminate')
       and next_attempt_at <= clock_timestamp() and (lease_until is null or lease_until < clock_timestamp())
     order by next_attempt_at limit $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/** Waiting changes and drafts whose time has run out on the database clock. */
export async function expiredChanges(db: Sql, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from change_requests where state in ('draft', 'pending_approval') and expires_at <= clock_timestamp()
     order by expires_at limit $1`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/** True when the change's time has run out, on the database clock. */
export async function isExpired(tx: Sql, id: string): Promise<boolean> {
  const [row] = await tx.query<{ expired: boolean }>(
    'select coalesce(expires_at <= clock_timestamp(), false) as expired from change_requests where id = $1::uuid',
    [id],
  );
  return row?.expired ?? true;
}
