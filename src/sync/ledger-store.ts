import type { Sql } from '../db.ts';
import type { LedgerTarget, PlanDifference } from './target-plan.ts';

/** SQL: is the target `t` as old as a database that may be older than the vaults, as installation `i` or its profile know? */
export const WARY = `coalesce(t.created_at < greatest(i.restore_suspected_at,
  (select e.restore_suspected_at from vault_profiles e where e.id = t.profile_id)), false)`;

/**
 * SQL: what to do about an entry that is there already. Nothing is adopted for content that may be somebody's guess: the
 * outcome would say whether it was right. The wanted version is `v`.
 */
export const ON_CONFLICT = `case when t.on_conflict = 'adopt' and v.traits ? 'guess' then 'fail' else t.on_conflict end`;

/** SQL that gives a {@link LedgerTarget} from {@link LEDGER_FROM}. */
export const LEDGER_COLUMNS = `t.id, t.profile_id as "profileId", t.remote_path as "remotePath", t.state, t.code,
  t.desired_version as "desiredVersion", t.observed_version as "observedVersion", t.remote_version as "remoteVersion",
  t.owned, t.claimed, ${ON_CONFLICT} as "onConflict", t.on_remove as "onRemove",
  s.head_version as "headVersion", ${WARY} as wary,
  case when v.version is null then null else jsonb_build_object('state', v.state) end as version`;

/** Targets `t` with their secret `s` and the wanted version `v`. */
export const LEDGER_FROM = `targets t join secrets s on s.id = t.secret_id join installation i on i.id = 1
  left join secret_versions v on v.secret_id = t.secret_id and v.version = t.desired_version`;

/** Every target of a secret as the ledger knows it. */
export async function ledgerOf(db: Sql, secretId: string): Promise<LedgerTarget[]> {
  return db.query<LedgerTarget>(
    `select ${LEDGER_COLUMNS} from ${LEDGER_FROM} where t.secret_id = $1::uuid order by t.id`,
    [secretId],
  );
}

/** Keeps why a change is about to stop as `plan_changed`, in the transaction that ends it. */
export async function recordPlanDifference(
  tx: Sql,
  changeId: string,
  difference: readonly PlanDifference[],
): Promise<void> {
  await tx.query('update change_requests set plan_difference = $2::jsonb where id = $1::uuid', [
    changeId,
    JSON.stringify(difference),
  ]);
}

/** What {@link recordPlanDifference} kept; null when the change did not stop for that. */
export async function findPlanDifference(db: Sql, changeId: string): Promise<readonly PlanDifference[] | null> {
  const [row] = await db.query<{ difference: readonly PlanDifference[] | null }>(
    'select plan_difference as difference from change_requests where id = $1::uuid',
    [changeId],
  );
  return row?.difference ?? null;
}
