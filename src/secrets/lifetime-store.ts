import type { Sql } from '../db.ts';
import type { SecretLifetime, VersionLifetime } from './lifetime.ts';

/** Makes a secret write-only, or ends that: every version there is then stays so for good. */
export async function setWriteOnly(tx: Sql, secretId: string, writeOnly: boolean): Promise<void> {
  if (!writeOnly) {
    await tx.query(
      `update secret_versions set write_only = true
       where secret_id = $1::uuid and exists (select 1 from secrets where id = $1::uuid and write_only)`,
      [secretId],
    );
  }
  await tx.query('update secrets set write_only = $2 where id = $1::uuid', [secretId, writeOnly]);
}

const ENDS = `coalesce($2::timestamptz, clock_timestamp() + $3::int * interval '1 second')`;

/** From now on, by the database clock; null: it lasts. */
export async function setSecretLifetime(tx: Sql, secretId: string, lifetime: SecretLifetime | null): Promise<void> {
  await tx.query(`update secrets set expires_at = ${ENDS}, on_expiry = $4 where id = $1::uuid`, [
    secretId,
    lifetime?.expiresAt ?? null,
    lifetime?.ttlSeconds ?? null,
    lifetime?.action ?? 'disable',
  ]);
}

/** The same of a version. Its single access, if it has one, stays. */
export async function setVersionLifetime(
  tx: Sql,
  secretId: string,
  version: number,
  lifetime: Omit<VersionLifetime, 'singleAccess'> | null,
): Promise<void> {
  await tx.query(
    `update secret_versions set expires_at = ${ENDS}, on_expiry = $4 where secret_id = $1::uuid and version = $5`,
    [secretId, lifetime?.expiresAt ?? null, lifetime?.ttlSeconds ?? null, lifetime?.action ?? 'disable', version],
  );
}

/** How long somebody who took a single access has for it, before it counts as used up whatever became of him. */
const ACCESS_MINUTES = 5;

/** Takes the single access of a version. False when somebody else has it. */
export async function takeSingleAccess(tx: Sql, secretId: string, version: number): Promise<boolean> {
  const rows = await tx.query(
    `update secret_versions set accessed_at = clock_timestamp() + make_interval(mins => $3::int)
     where secret_id = $1::uuid and version = $2 and single_access and accessed_at is null returning 1`,
    [secretId, version, ACCESS_MINUTES],
  );
  return rows.length === 1;
}

/** It was handed out: what comes then may come now. */
export async function endSingleAccess(db: Sql, secretId: string, version: number): Promise<void> {
  await db.query(
    'update secret_versions set accessed_at = clock_timestamp() where secret_id = $1::uuid and version = $2',
    [secretId, version],
  );
}

/** It was not handed out, and never will be by whoever had it: the next one may have it. */
export async function returnSingleAccess(tx: Sql, secretId: string, version: number): Promise<void> {
  await tx.query('update secret_versions set accessed_at = null where secret_id = $1::uuid and version = $2', [
    secretId,
    version,
  ]);
}
