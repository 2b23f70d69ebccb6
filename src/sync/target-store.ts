import type { Sql } from '../db.ts';
import { PROFILE_JSON, type ProfileFacts } from '../secrets/secret-store.ts';
import type { DriftSettings } from './drift.ts';
import { ON_CONFLICT, WARY } from './ledger-store.ts';
import { NOT_PAUSED } from './pause-store.ts';
import type { TargetState } from './target-state.ts';

/** A target with everything one run on it takes, claimed by one worker. */
export interface ClaimedTarget {
  readonly id: string;
  readonly organizationId: string;
  readonly secretId: string;
  readonly profileId: string;
  readonly remotePath: string;
  readonly desiredVersion: number | null;
  readonly generation: number;
  readonly observedVersion: number | null;
  readonly remoteVersion: string | null;
  readonly owned: boolean;
  readonly claimed: boolean;
  readonly onConflict: 'fail' | 'adopt' | 'overwrite' | 'leave';
  readonly onRemove: string;
  readonly attempts: number;
  /** As the claim left them. */
  readonly state: TargetState;
  readonly code: string | null;
  readonly leaseToken: number;
  /** See `Wanted`. */
  readonly headVersion: number;
  readonly wary: boolean;
  /** When a request of ours can land no more, and a read shows our last write: in milliseconds from the claim on. */
  readonly landingMs: number;
  readonly staleMs: number;
  readonly secretType: string;
  readonly sourcePath: string;
  readonly source: ProfileFacts;
  /** The desired version's record; null when the entry must be absent. */
  readonly version: {
    readonly fingerprint: string;
    readonly vaultVersion: string;
    readonly state: string;
    readonly profileId: string;
    readonly isHead: boolean;
  } | null;
}

/** Whose profile it is; undefined when there is none. */
export async function organizationOfProfile(db: Sql, profileId: string): Promise<string | undefined> {
  const [row] = await db.query<{ organizationId: string }>(
    'select organization_id as "organizationId" from vault_profiles where id = $1::uuid',
    [profileId],
  );
  return row?.organizationId;
}

/** A profile whose targets are worked on, with what it says about drift. */
export interface RunProfile extends ProfileFacts {
  readonly drift: DriftSettings;
}

/** The profile of a run, if it is there. */
export async function findRunProfile(db: Sql, profileId: string): Promise<RunProfile | undefined> {
  const [row] = await db.query<{ profile: RunProfile }>(
    `select ${PROFILE_JSON} || jsonb_build_object('drift', jsonb_build_object('policy', p.drift_policy, 'intervalMinutes',
       p.drift_interval_minutes, 'looksPerMinute', p.drift_per_minute, 'setBy', p.drift_set_by)) as profile
     from vault_profiles p join vaults w on w.id = p.vault_id where p.id = $1::uuid`,
    [profileId],
  );
  return row?.profile;
}

/** How long a claim holds, and how long after it the destination may still change; both in milliseconds. */
export interface SyncTiming {
  readonly leaseMs: number;
  /** Longest time a request of ours is under way, or a read shows what was there before our last write. */
  readonly settleMs: number;
}

/**
 * What is due for a run, and for the drift scan, which leaves alone what a run has to do with. The scan's index holds every copy:
 * only a time that stands still during the statement lets it end at the last one that is due.
 */
const DUE = {
  run: { when: 't.next_attempt_at <= clock_timestamp()', first: 't.next_attempt_at' },
  scan: {
    when: `t.next_scan_at <= statement_timestamp() and t.next_attempt_at is null
      and (t.state in ('synced', 'drifted') and t.desired_version is not null or t.state = 'removed')`,
    first: 't.next_scan_at',
  },
} as const;

/**
 * SQL: the target `t` wants what it did when the statement began. A row that is locked is the newest one, but what is read beside it
 * is as old as the statement: a version that came in between would be missing. Whoever brought it rings.
 */
const STILL_WANTED = 't.generation = (select o.generation from targets o where o.id = t.id)';

/** One text per kind of claim. A claim of which nobody said how it ended leaves a request that may still land. */
const claimText = ({ when, first }: { readonly when: string; readonly first: string }) => `with due as (
       select t.id from targets t
       where t.profile_id = $1::uuid and ${when}
         and (t.lease_until is null or t.lease_until < clock_timestamp()) and ${STILL_WANTED}
         and exists (select 1 from vault_profiles p join vaults w on w.id = p.vault_id
           where p.id = $1::uuid and p.revision = $5 and w.revision = $6
             and p.enabled and p.credential_state <> 'refused' and ${NOT_PAUSED})
       order by ${first} limit $2 for update of t skip locked),
     claimed as (
       update targets t set lease_token = t.lease_token + 1,
         lease_until = clock_timestamp() + $3::int * interval '1 millisecond',
         settle_until = case when t.lease_until is null then t.settle_until
           else greatest(t.settle_until, clock_timestamp() + $4::int * interval '1 millisecond') end,
         state = case when t.state in ('pending', 'failed', 'parked') then 'syncing' else t.state end
       from due where t.id = due.id returning t.*)
     select t.id, t.organization_id as "organizationId", t.secret_id as "secretId", t.profile_id as "profileId",
       t.remote_path as "remotePath", t.desired_version as "desiredVersion", t.generation,
       t.observed_version as "observedVersion", t.remote_version as "remoteVersion", t.owned, t.claimed,
       ${ON_CONFLICT} as "onConflict", t.on_remove as "onRemove", t.attempts, t.state, t.code, t.lease_token as "leaseToken",
       greatest(0, ceil(extract(epoch from t.settle_until - clock_timestamp()) * 1000))::int as "landingMs",
       greatest(0, $4::int + ceil(extract(epoch from t.written_at - clock_timestamp()) * 1000))::int as "staleMs",
       s.head_version as "headVersion", ${WARY} as wary,
       s.type as "secretType", s.source_path as "sourcePath", ${PROFILE_JSON} as source,
       case when v.version is null then null else jsonb_build_object('fingerprint', v.fingerprint, 'vaultVersion',
         v.vault_version, 'state', v.state, 'profileId', v.profile_id, 'isHead', v.version = s.head_version) end as version
     from claimed t
     join secrets s on s.id = t.secret_id
     join vault_profiles p on p.id = s.source_profile_id
     join vaults w on w.id = p.vault_id
     join installation i on i.id = 1
     left join secret_versions v on v.secret_id = t.secret_id and v.version = t.desired_version`;

const CLAIM = { run: claimText(DUE.run), scan: claimText(DUE.scan) } as const;

/**
 * Claims targets of one profile that are due for a run or for the drift scan, on the database clock, unless the profile is
 * disabled or paused or its vault refuses our credential. Rows that others hold are skipped, so any number of workers may do
 * this at once. None when the profile or its vault is no longer what the caller knows: the copies may lie elsewhere now.
 */
export function claimTargets(
  db: Sql,
  { id, revision, vaultRevision }: Pick<ProfileFacts, 'id' | 'revision' | 'vaultRevision'>,
  limit: number,
  { leaseMs, settleMs }: SyncTiming,
  what: keyof typeof CLAIM = 'run',
): Promise<ClaimedTarget[]> {
  return db.query<ClaimedTarget>(CLAIM[what], [id, limit, leaseMs, settleMs, revision, vaultRevision]);
}

/** What is true at this moment, asked between observing and writing. */
export interface Recheck {
  /** The lease is ours, the desired state is the one we work for, what is suspected is the same, and the profile is enabled. */
  readonly current: boolean;
  /** Versions of the secret with one of the given fingerprints. */
  readonly matches: number[];
}

/**
 * Looks again, after observing and right before writing. `fingerprints` are those of the observed content under every key
 * that may have been used. With `claim`, records in the same statement that the entry is about to be created.
 */
export async function recheckTarget(
  db: Sql,
  target: Pick<ClaimedTarget, 'id' | 'leaseToken' | 'generation' | 'secretId' | 'profileId' | 'wary'>,
  fingerprints: readonly string[],
): Promise<Recheck> {
  const [row] = await db.query<Recheck>(
    `select exists (select 1 from targets t join vault_profiles p on p.id = t.profile_id join installation i on i.id = 1
         where t.id = $1::uuid and t.lease_token = $2 and t.generation = $3 and p.enabled
           and t.lease_until > clock_timestamp() and ${WARY} = $6 and ${NOT_PAUSED}) as current,
       array(select v.version from secret_versions v where v.secret_id = $4::uuid and v.fingerprint = any($5::text[])
         order by v.version) as matches`,
    [target.id, target.leaseToken, target.generation, target.secretId, fingerprints, target.wary],
  );
  return row ?? { current: false, matches: [] };
}

/** Notes, before the first write, that an entry without our marker may turn out to be our own. False: no longer ours to do. */
export async function claimCreation(
  db: Sql,
  target: Pick<ClaimedTarget, 'id' | 'leaseToken' | 'generation'>,
): Promise<boolean> {
  const rows = await db.query(
    `update targets t set claimed = true from vault_profiles p
     where t.id = $1::uuid and t.lease_token = $2 and t.generation = $3 and p.id = t.profile_id and p.enabled
       and t.lease_until > clock_timestamp() and ${NOT_PAUSED} returning t.id`,
    [target.id, target.leaseToken, target.generation],
  );
  return rows.length === 1;
}

/** How a run on one target came out, ready to be recorded. */
export interface TargetResult {
  readonly id: string;
  readonly leaseToken: number;
  readonly generation: number;
  readonly state: Exclude<TargetState, 'syncing' | 'paused'>;
  readonly code: string | null;
  /** What was proved to be there: version of the secret and of the vault. Null leaves what was recorded. */
  readonly proved: { readonly version: number; readonly remoteVersion: string } | null;
  /** Present when the destination is ahead of all we know: the version that the marker there names, null if none. */
  readonly aheadVersion?: number | null;
  /** When to try again, from now, in whole milliseconds; null: not by itself. */
  readonly retryInMs: number | null;
  /** Counts as a failed attempt. */
  readonly attempt: boolean;
  /** The vault said that it took this: the version that was written, or null for a removal. */
  readonly written: { readonly version: number | null } | null;
  /** A request was sent whose end nobody saw. */
  readonly unclear: boolean;
  /** When the drift scan looks again, from now, in whole milliseconds; null: never. */
  readonly scanInMs: number | null;
  /** What the drift scan found and put right. */
  readonly repaired: string | null;
}

/** A result as it took effect. */
export interface RecordedTarget {
  readonly id: string;
  readonly organizationId: string;
  readonly secretId: string;
  readonly profileId: string;
  readonly state: TargetState;
  readonly previousCode: string | null;
  readonly previousState: TargetState;
  readonly previousVersion: number | null;
}

/**
 * Records results in one statement, each only if its lease is still ours. A result of an older generation leaves what it
 * proved, as that is what the destination holds; what is to happen next was decided by whoever raised the generation. Rows
 * are locked in the order of `lockTargets`.
 */
export async function recordTargets(
  tx: Sql,
  results: readonly TargetResult[],
  settleMs: number,
): Promise<RecordedTarget[]> {
  return tx.query<RecordedTarget>(
    `with r as (
       select (e->>'id')::uuid as id, (e->>'leaseToken')::int as token, (e->>'generation')::int as generation,
         e->>'state' as state, e->>'code' as code, (e->'proved'->>'version')::int as version, (e->>'aheadVersion')::int as ahead,
         e->'proved'->>'remoteVersion' as remote_version, (e->>'retryInMs')::int as retry_ms,
         (e->>'attempt')::boolean as attempt, e->'written' <> 'null' as written,
         (e->'written'->>'version')::int as written_version, (e->>'unclear')::boolean as unclear,
         (e->>'scanInMs')::int as scan_ms
       from jsonb_array_elements($1::jsonb) e),
     held as (
       select t.id, t.code, t.state, t.observed_version from targets t join r on r.id = t.id and r.token = t.lease_token order by t.id
       for update of t)
     update targets t set
       state = case when t.generation = r.generation then r.state when t.state = 'syncing' then 'pending' else t.state end,
       code = case when t.generation = r.generation then r.code else t.code end,
       observed_version = case when r.state = 'removed' then null else coalesce(r.version, t.observed_version) end,
       remote_version = case when r.state = 'removed' then null else coalesce(r.remote_version, t.remote_version) end,
       ahead_version = case when r.state in ('synced', 'removed') then null else greatest(t.ahead_version, r.ahead) end,
       owned = case when r.state = 'removed' then false else t.owned or r.version is not null end,
       claimed = case when r.state = 'removed' then (t.owned or t.claimed) and r.scan_ms is not null
         else t.claimed and r.version is null and r.state <> 'conflict' end,
       settle_until = case when r.unclear
         then greatest(t.settle_until, clock_timestamp() + $2::int * interval '1 millisecond') else t.settle_until end,
       written_at = case when r.written then clock_timestamp() else t.written_at end,
       written_version = case when r.written then r.written_version else t.written_version end,
       next_scan_at = case when t.generation = r.generation then clock_timestamp() + r.scan_ms * interval '1 millisecond'
         else t.next_scan_at end,
       on_conflict = case when r.state = 'synced' and t.generation = r.generation then 'fail' else t.on_conflict end,
       attempts = case when r.attempt then t.attempts + 1 when t.generation = r.generation then 0 else t.attempts end,
       next_attempt_at = case when t.generation = r.generation then clock_timestamp() + r.retry_ms * interval '1 millisecond'
         else t.next_attempt_at end,
       due_since = case when t.generation <> r.generation then t.due_since
         when r.retry_ms is null or r.state = 'synced' then null
         else coalesce(t.due_since, clock_timestamp()) end,
       synced_at = case when r.state = 'synced' then clock_timestamp() else t.synced_at end,
       lease_until = null, updated_at = clock_timestamp()
     from r join held on held.id = r.id
     where t.id = r.id
     returning t.id, t.organization_id as "organizationId", t.secret_id as "secretId", t.profile_id as "profileId", t.state,
       held.code as "previousCode", held.state as "previousState", held.observed_version as "previousVersion"`,
    [JSON.stringify(results), settleMs],
  );
}

/** Gives the places of removed targets back, unless a restore may want them again. */
export async function releaseRemoved(tx: Sql, ids: readonly string[]): Promise<void> {
  await tx.query(
    `delete from remote_entries r using targets t
     where t.id = any($1::uuid[]) and t.state = 'removed' and t.on_remove = 'delete'
       and r.secret_id = t.secret_id and r.profile_id = t.profile_id and r.path = t.remote_path`,
    [ids],
  );
}

/** Profiles with due targets that may be touched, so that somebody rings for them. */
export async function dueProfiles(db: Sql): Promise<string[]> {
  const rows = await db.query<{ profileId: string }>(
    `select distinct t.profile_id as "profileId" from targets t join vault_profiles p on p.id = t.profile_id
     where t.next_attempt_at <= clock_timestamp() and (t.lease_until is null or t.lease_until < clock_timestamp())
       and p.enabled and p.credential_state <> 'refused' and ${NOT_PAUSED}`,
  );
  return rows.map((row) => row.profileId);
}
