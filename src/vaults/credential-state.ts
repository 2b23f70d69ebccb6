import type { Sql } from '../db.ts';

/** A vault did not accept who we are, with the settings of that revision. */
export interface CredentialRefusal {
  readonly profileId: string;
  readonly vaultRevision: number;
}

/**
 * The vault ($2 its revision) of a profile ($1), locked before the profile is, as who changes its settings does. Joined without a
 * lock, an update that waited for that change would still see the vault as it was before.
 */
export const VAULT_AS_ASKED = `select w.id from vaults w
  where w.id = (select vault_id from vault_profiles where id = $1::uuid) and w.revision = $2 for share`;

/** What a failed call says of the credential is known at once, and asked for again soon: it may be a short trouble. */
const ASKED_AGAIN = `clock_timestamp() + interval '5 seconds' * (1 + random())`;

/**
 * From now on the profile's targets wait, without any call or attempt. A refusal of settings that were changed meanwhile says
 * nothing. True when this is news.
 */
export async function recordRefusal(db: Sql, { profileId, vaultRevision }: CredentialRefusal): Promise<boolean> {
  const rows = await db.query(
    `with asked as (${VAULT_AS_ASKED})
     update vault_profiles p set credential_state = 'refused', credential_since = clock_timestamp(),
       next_check_at = least(p.next_check_at, ${ASKED_AGAIN})
     from asked where p.id = $1::uuid and p.vault_id = asked.id and p.credential_state <> 'refused' returning p.id`,
    [profileId, vaultRevision],
  );
  return rows.length > 0;
}

/** The vault is used with another credential, or in another place: nobody knows yet whether it is accepted there. */
export async function forgetRefusals(tx: Sql, vaultId: string): Promise<void> {
  const profiles = await tx.query<{ id: string }>(
    `update vault_profiles set next_check_at = clock_timestamp(), credential_state = 'unproved',
       credential_since = clock_timestamp()
     where vault_id = $1::uuid returning id`,
    [vaultId],
  );
  for (const { id } of profiles) await wakeWaiting(tx, id, REFUSED_CODES);
}

/** Of targets that wait for the vault's consent. */
export const REFUSED_CODES = ['unauthenticated', 'permission_denied'] as const;
/** Of targets that wait for the vault to answer. */
export const SILENT_CODES = ['unavailable', 'timeout', 'unauthenticated'] as const;

/**
 * What waited at the profile with one of these codes is due, spread over a second: its own targets, and those of secrets that it
 * is the source of.
 */
export async function wakeWaiting(db: Sql, profileId: string, codes: readonly string[]): Promise<void> {
  await db.query(
    `with held as (
       select t.id from targets t where t.next_attempt_at > clock_timestamp()
         and ((t.profile_id = $1::uuid and t.code = any($2::text[]))
           or (t.code = any($3::text[]) and t.secret_id in (select id from secrets where source_profile_id = $1::uuid)))
       order by t.id for no key update)
     update targets t set next_attempt_at = least(t.next_attempt_at, clock_timestamp() + random() * interval '1 second')
     from held where t.id = held.id`,
    [profileId, codes, codes.map((code) => `source_${code}`)],
  );
}
