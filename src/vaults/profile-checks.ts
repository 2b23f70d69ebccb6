import type { MissingRight } from '../../adapters/adapter.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Db, Sql } from '../db.ts';
import { recordBreaker } from './breaker-recorder.ts';
import { REFUSED_CODES, VAULT_AS_ASKED, wakeWaiting } from './credential-state.ts';
import type { VaultPool, VaultRef } from './vault.ts';

export interface ProfileChecksDeps {
  readonly db: Db;
  readonly pool: VaultPool;
}

/** Asks vaults, through their profiles, whether everything is in place, and remembers what they said. */
export interface ProfileChecks {
  /** Asks now and records the answer. */
  checkNow(profileId: string): Promise<void>;
  /** Begins what is due and does not wait for it: a vault that does not answer must not hold up anybody. */
  checkDue(): Promise<void>;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

const AT_ONCE = 8;
/** A quarter of an hour, spread by a tenth, so that profiles that were made together do not stay together. */
const NEXT_CHECK = `clock_timestamp() + interval '15 minutes' * (0.9 + random() * 0.2)`;
/** Often enough to go on soon by itself, and rare enough not to be locked out for it. */
const NEXT_CHECK_OF_REFUSED = `clock_timestamp() + interval '1 minute' * (0.9 + random() * 0.2)`;

/** What a check with this state ($4) and code ($5) says of the credential. Who is allowed nothing is no longer unknown there. */
const CREDENTIAL_STATE = `case when $4 <> 'failing' then 'accepted' when $5 = 'unauthenticated' then 'refused'
  when $5 = 'permission_denied' and p.credential_state = 'refused' then 'unproved' else p.credential_state end`;

export function createProfileChecks({ db, pool }: ProfileChecksDeps): ProfileChecks {
  const running = new Map<string, Promise<void>>();

  const check = async (profileId: string): Promise<void> => {
    const profile = await findProfileToCheck(db, profileId);
    if (profile === undefined) return;
    const found = await ask(pool, profile);
    if (found !== undefined) await recordCheck(db, profile, found);
  };

  const begin = (profileId: string): Promise<void> => {
    const known = running.get(profileId);
    if (known !== undefined) return known;
    const work = check(profileId).finally(() => running.delete(profileId));
    running.set(profileId, work);
    return work;
  };

  return {
    checkNow: begin,
    async checkDue() {
      const room = AT_ONCE - running.size;
      if (room <= 0) return;
      // What fails here is due again after the pause.
      for (const profileId of await claimDueChecks(db, room)) begin(profileId).catch(() => undefined);
    },
    async settled() {
      await Promise.allSettled(running.values());
    },
  };
}

interface Found {
  readonly state: 'ok' | 'incomplete' | 'failing';
  readonly code: string | null;
  readonly missingRights: readonly MissingRight[];
}

/** Undefined when it was us who ended the call. */
async function ask(pool: VaultPool, profile: ProfileToCheck): Promise<Found | undefined> {
  try {
    const missingRights = await (await pool.open({ ...profile, profileId: profile.id })).check();
    return { state: missingRights.length === 0 ? 'ok' : 'incomplete', code: null, missingRights };
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    if (error.code === 'closed' || error.code === 'aborted') return undefined;
    return { state: 'failing', code: error.code, missingRights: [] };
  }
}

interface ProfileToCheck extends Omit<VaultRef, 'profileId'> {
  readonly id: string;
  readonly revision: number;
}

async function findProfileToCheck(db: Sql, profileId: string): Promise<ProfileToCheck | undefined> {
  const [row] = await db.query<ProfileToCheck>(
    `select p.id, p.revision, p.vault_id as "vaultId", w.revision as "vaultRevision", p.attributes, p.concurrency,
       p.rate_per_second as "ratePerSecond"
     from vault_profiles p join vaults w on w.id = p.vault_id where p.id = $1::uuid`,
    [profileId],
  );
  return row;
}

/** Each is due for one process only. A disabled profile begins no call by itself. */
async function claimDueChecks(db: Sql, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `update vault_profiles set next_check_at = ${NEXT_CHECK}
     where id in (select id from vault_profiles where next_check_at <= clock_timestamp() and enabled
       order by next_check_at limit $1 for update skip locked)
     returning id`,
    [limit],
  );
  return rows.map((row) => row.id);
}

/** Only for the profile and the vault that were asked: what was changed meanwhile is asked again at once. */
async function recordCheck(db: Sql, profile: ProfileToCheck, found: Found): Promise<void> {
  const { state, code, missingRights } = found;
  const recorded = await db.query(
    `with asked as (${VAULT_AS_ASKED}), seen as (
       select p.id, ${CREDENTIAL_STATE} as credential from vault_profiles p join asked on asked.id = p.vault_id
       where p.id = $1::uuid and p.revision = $3 for update of p)
     update vault_profiles p set check_state = $4, check_code = $5, missing_rights = $6::jsonb,
       checked_at = clock_timestamp(),
       next_check_at = case when seen.credential = 'refused' then ${NEXT_CHECK_OF_REFUSED} else ${NEXT_CHECK} end,
       credential_since = case when p.credential_state = seen.credential then p.credential_since else clock_timestamp() end,
       credential_state = seen.credential
     from seen where p.id = seen.id returning p.id`,
    [profile.id, profile.vaultRevision, profile.revision, state, code, JSON.stringify(missingRights)],
  );
  if (recorded.length === 0) {
    await db.query('update vault_profiles set next_check_at = clock_timestamp() where id = $1::uuid', [profile.id]);
  } else if (state !== 'failing') {
    await wakeWaiting(db, profile.id, REFUSED_CODES);
    // Whoever found it silent may be gone, and nobody else would ever take that back.
    await recordBreaker(db, { profileId: profile.id, state: 'closed', code: undefined });
  }
}
