import { type Actor, actorRef } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import type { Change } from './change.ts';
import type { Check } from './check.ts';

const COLUMNS = 'name, conclusion, summary, url, revision, digest, actor, reported_at as "reportedAt"';

/** The newest result of each name, by name. What was said before stands in the audit trail. */
export function listChecks(db: Sql, changeId: string): Promise<Check[]> {
  return db.query<Check>(`select ${COLUMNS} from change_checks where change_id = $1::uuid order by name`, [changeId]);
}

/** Puts a result in the place of the one before it; undefined, having written nothing, when there are `most` other names. */
export async function putCheck(
  tx: Sql,
  change: Change,
  actor: Actor,
  check: Pick<Check, 'name' | 'conclusion' | 'summary' | 'url'>,
  most: number,
): Promise<Check | undefined> {
  const [row] = await tx.query<Check>(
    `insert into change_checks (change_id, name, organization_id, revision, digest, conclusion, summary, url, actor, reported_at)
     select $1::uuid, $2::text, $3::uuid, $4::int, $5::text, $6::text, $7::text, $8::text, $9::jsonb, clock_timestamp()
     where (select count(*) from change_checks where change_id = $1::uuid and name <> $2::text) < $10::int
     on conflict (change_id, name) do update set revision = excluded.revision, digest = excluded.digest,
       conclusion = excluded.conclusion, summary = excluded.summary, url = excluded.url, actor = excluded.actor,
       reported_at = excluded.reported_at
     returning ${COLUMNS}`,
    [
      change.id,
      check.name,
      change.organizationId,
      change.revision,
      change.digest,
      check.conclusion,
      check.summary,
      check.url,
      JSON.stringify(actorRef(actor)),
      most,
    ],
  );
  return row;
}
