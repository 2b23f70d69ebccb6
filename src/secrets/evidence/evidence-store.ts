import type { Sql } from '../../db.ts';
import { WARY } from '../../sync/ledger-store.ts';
import type { PayloadFacts } from '../payload/payload-facts.ts';
import { WRITE_ONLY_BY_NOW } from '../secret-store.ts';
import type { ContentTraits } from './content-traits.ts';
import type { LedgerTarget, Profile, Whereabouts } from './destinations.ts';

export interface StoredContent {
  readonly version: number;
  readonly facts: PayloadFacts;
  readonly traits: ContentTraits;
}

/** What is known of the versions up to this one, newest first. */
export async function contentsUpTo(
  db: Sql,
  secretId: string,
  version: number,
  limit: number,
): Promise<StoredContent[]> {
  const rows = await db.query<StoredContent & { writeOnly: boolean }>(
    `select v.version, v.facts, v.traits, v.write_only or ${WRITE_ONLY_BY_NOW} as "writeOnly" from secret_versions v
     where v.secret_id = $1::uuid and v.version <= $2 and v.traits is not null order by v.version desc limit $3`,
    [secretId, version, limit],
  );
  return rows.map(({ writeOnly, ...content }) =>
    writeOnly ? { ...content, traits: withoutPrints(content.traits) } : content,
  );
}

/** Nothing can be compared with a content whose value is shown to nobody. */
function withoutPrints({ fields, ...traits }: ContentTraits): ContentTraits {
  const bare = Object.entries(fields).map(([name, { prints: _prints, ...rest }]) => [name, rest] as const);
  return { ...traits, fields: Object.fromEntries(bare) };
}

const PROFILE = `jsonb_build_object('id', p.id, 'name', p.name, 'vaultKind', w.kind, 'enabled', p.enabled)`;

/** Where the secret lies, and the named profiles beside. */
export async function findWhereabouts(
  db: Sql,
  organizationId: string,
  secretId: string,
  profileIds: readonly string[],
): Promise<Whereabouts> {
  const [sources, targets, profiles] = await Promise.all([
    db.query<{ profile: Profile; remotePath: string }>(
      `select ${PROFILE} as profile, s.source_path as "remotePath" from secrets s
       join vault_profiles p on p.id = s.source_profile_id join vaults w on w.id = p.vault_id
       where s.id = $1::uuid and s.organization_id = $2::uuid and s.state not in ('draft', 'pending_approval', 'rejected')`,
      [secretId, organizationId],
    ),
    db.query<LedgerTarget>(
      `select t.id, ${PROFILE} as profile, t.remote_path as "remotePath", t.state, t.desired_version as "desiredVersion",
         t.observed_version as "observedVersion", t.remote_version as "remoteVersion", t.owned, t.claimed,
         t.on_conflict as "onConflict", s.head_version as "headVersion", ${WARY} as wary
       from targets t join secrets s on s.id = t.secret_id join installation i on i.id = 1
       join vault_profiles p on p.id = t.profile_id join vaults w on w.id = p.vault_id
       where t.secret_id = $1::uuid and t.organization_id = $2::uuid and t.state <> 'removed' order by p.name, t.id`,
      [secretId, organizationId],
    ),
    db.query<{ profile: Profile }>(
      `select ${PROFILE} as profile from vault_profiles p join vaults w on w.id = p.vault_id
       where p.id = any($1::uuid[]) and p.organization_id = $2::uuid`,
      [profileIds, organizationId],
    ),
  ]);
  return {
    source: sources[0],
    targets,
    profiles: new Map(profiles.map(({ profile }) => [profile.id, profile])),
  };
}

/** Whose secret a change is about, for those who decide on it. */
export interface Customer {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export async function customerOf(db: Sql, id: string): Promise<Customer | null> {
  const [row] = await db.query<Customer>('select id, slug, name from customers where id = $1::uuid', [id]);
  return row ?? null;
}

/** Who looks at which revision of a change about what. */
export interface Look {
  readonly personId: string;
  readonly changeId: string;
  readonly revision: number;
  readonly subjectId: string;
}

export interface LookLimits {
  /** Revisions one person may compare within an hour. */
  readonly perPersonAndHour: number;
  /** Revisions of changes of one secret that may be compared within a day, by all people together. */
  readonly perSubjectAndDay: number;
}

/**
 * Takes one comparison from what is left, on the database's clock: `again` when it was taken before, which costs nothing.
 * Looks of one person, and those at one secret, count one after the other.
 */
export async function takeLook(tx: Sql, look: Look, limits: LookLimits): Promise<'first' | 'again' | 'limited'> {
  const { personId, changeId, revision, subjectId } = look;
  for (const id of [personId, subjectId].sort()) {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('evidence ' || $1, 0))`, [id]);
  }
  const [known] = await tx.query(
    'select 1 from evidence_looks where person_id = $1::uuid and change_id = $2::uuid and revision = $3',
    [personId, changeId, revision],
  );
  if (known !== undefined) return 'again';
  const [taken] = await tx.query(
    `insert into evidence_looks (person_id, change_id, revision, subject_id, at)
     select $1::uuid, $2::uuid, $3::int, $4::uuid, clock_timestamp()
     where (select count(*) from evidence_looks
         where person_id = $1::uuid and at > clock_timestamp() - interval '1 hour') < $5::int
       and (select count(distinct (change_id, revision)) from evidence_looks where subject_id = $4::uuid
         and at > clock_timestamp() - interval '1 day' and (change_id, revision) <> ($2::uuid, $3::int)) < $6::int
     returning person_id`,
    [personId, changeId, revision, subjectId, limits.perPersonAndHour, limits.perSubjectAndDay],
  );
  return taken === undefined ? 'limited' : 'first';
}
