import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';

/** Secrets that count towards a project's quota: whatever holds a name. */
const LIVE = `state not in ('draft', 'rejected', 'failed', 'destroyed')`;

export async function countLiveSecrets(db: Sql, projectId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from secrets where project_id = $1::uuid and ${LIVE}`,
    [projectId],
  );
  return row?.count ?? 0;
}

/**
 * Before a secret comes to be, in its transaction. Where there is a quota, creations in the project wait for each other from here
 * on. Throws `quota_exceeded`.
 */
export async function assertRoomForSecret(tx: Sql, projectId: string): Promise<void> {
  const [limited] = await tx.query(
    'select 1 from projects where id = $1::uuid and max_secrets is not null for no key update',
    [projectId],
  );
  if (limited === undefined) return;
  const [project] = await tx.query<{ limit: number | null }>(
    'select max_secrets as "limit" from projects where id = $1::uuid',
    [projectId],
  );
  const limit = project?.limit ?? null;
  if (limit === null) return;
  const used = await countLiveSecrets(tx, projectId);
  if (used >= limit) throw quotaExceeded('maxSecrets', limit, used, `The project may hold ${limit} secrets.`);
}

/** Before a version comes to be. One change of a secret is open at a time, so nothing is locked. Throws `quota_exceeded`. */
export async function assertRoomForVersion(db: Sql, secretId: string): Promise<void> {
  const use = await fullUse(db, secretId);
  if (use === undefined) return;
  const message = `A secret of this project may have ${use.limit} versions; destroy one first.`;
  throw quotaExceeded('maxVersions', use.limit, use.used, message);
}

/** The same when a change that lay there takes effect: the quota may be another by now. */
export async function hasRoomForVersion(db: Sql, secretId: string): Promise<boolean> {
  return (await fullUse(db, secretId)) === undefined;
}

/** How many versions there are and may be, when there may be no more. */
async function fullUse(db: Sql, secretId: string): Promise<{ limit: number; used: number } | undefined> {
  const [row] = await db.query<{ limit: number; used: number }>(
    `select j.max_versions as "limit", (select count(*)::int from secret_versions v
       where v.secret_id = s.id and v.state <> 'destroyed') as used
     from secrets s join projects j on j.id = s.project_id where s.id = $1::uuid and j.max_versions is not null`,
    [secretId],
  );
  return row === undefined || row.used < row.limit ? undefined : row;
}

function quotaExceeded(quota: 'maxSecrets' | 'maxVersions', limit: number, used: number, message: string): AppError {
  return new AppError('quota_exceeded', message, { facts: { quota, limit, used } });
}
