import { type Actor, actorRef } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import type { Change } from './change.ts';
import { CHANGE_COLUMNS } from './change-store.ts';

/** A new revision of a change: what it covers, sealed anew, by whom. Votes of older revisions stay on record, uncounted. */
export interface NewRevision {
  /** `approved` when no policy asks any more. */
  readonly state: 'draft' | 'pending_approval' | 'approved';
  readonly revision: number;
  readonly baseVersion: number;
  readonly profileId: string;
  readonly profileRevision: number;
  readonly plan: unknown;
  readonly sealedPayload: Buffer | null;
  readonly digest: string;
  readonly policies: unknown;
  readonly comment: string;
  readonly expiresInHours: number;
  /** The payload was given with it, and not taken over from the revision before. */
  readonly wrotePayload: boolean;
}

/**
 * Stores a revision on a locked change. Nothing of it was ever tried, whatever became of the one before: what lies in a vault
 * already is not taken for its doing, however equal it is. One that had ended goes on alone: its group has ended with it.
 */
export async function insertRevision(tx: Sql, id: string, actor: Actor, next: NewRevision): Promise<Change> {
  const [row] = await tx.query<Change>(
    `with editor as (
       insert into change_editors (change_id, revision, person_id, actor, wrote_payload)
       values ($1::uuid, $2, $3::uuid, $4::jsonb, $14))
     update change_requests c set state = $13, revision = $2, profile_id = $15::uuid,
       next_attempt_at = case when $13 = 'approved' then clock_timestamp() end, base_version = $5, profile_revision = $6,
       plan = $7, sealed_payload = $8, digest = $9, policies = $10, comment = $11, code = null, ended_at = null, attempts = 0,
       group_id = case when c.state in ('rejected', 'conflict') then null else c.group_id end,
       expires_at = clock_timestamp() + make_interval(hours => $12::int), updated_at = clock_timestamp()
     where c.id = $1::uuid returning ${CHANGE_COLUMNS}`,
    [
      id,
      next.revision,
      actor.personId,
      JSON.stringify(actorRef(actor)),
      next.baseVersion,
      next.profileRevision,
      JSON.stringify(next.plan),
      next.sealedPayload,
      next.digest,
      JSON.stringify(next.policies),
      next.comment,
      next.expiresInHours,
      next.state,
      next.wrotePayload,
      next.profileId,
    ],
  );
  if (row === undefined) throw new Error('change vanished');
  return row;
}

/** What submitting a draft fixes. */
export interface Submission {
  readonly state: 'pending_approval' | 'approved';
  readonly policies: unknown;
  readonly plan: unknown;
  readonly conditionFacts: unknown;
  readonly digest: string;
  readonly expiresInHours: number;
}

/** Makes a request of a locked draft. Throws a unique violation on `change_requests_one_open`. */
export async function submitChange(tx: Sql, id: string, next: Submission): Promise<Change> {
  const [row] = await tx.query<Change>(
    `update change_requests c set state = $2, policies = $3::jsonb, condition_facts = $4::jsonb, digest = $5, plan = $7::jsonb,
       expires_at = clock_timestamp() + make_interval(hours => $6::int), updated_at = clock_timestamp(),
       next_attempt_at = case when $2 = 'approved' then clock_timestamp() end
     where c.id = $1::uuid returning ${CHANGE_COLUMNS}`,
    [
      id,
      next.state,
      JSON.stringify(next.policies),
      JSON.stringify(next.conditionFacts),
      next.digest,
      next.expiresInHours,
      JSON.stringify(next.plan),
    ],
  );
  if (row === undefined) throw new Error('change vanished');
  return row;
}

/** Who gave the payload that the change has or had last; undefined when it never carried one. */
export async function payloadAuthor(db: Sql, changeId: string): Promise<string | undefined> {
  const [row] = await db.query<{ personId: string }>(
    `select person_id as "personId" from change_editors where change_id = $1::uuid and wrote_payload
     order by revision desc limit 1`,
    [changeId],
  );
  return row?.personId;
}
