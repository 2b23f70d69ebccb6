import type { Sql } from '../db.ts';

/**
 * SQL over a target `t` and its profile `p`: nobody paused its profile, its project or everything. What is paused stays due, so
 * nothing is lost, and goes on at the newest version.
 */
export const NOT_PAUSED = `p.paused_at is null
  and not exists (select 1 from installation i where i.paused_at is not null)
  and not exists (select 1 from secrets ps join projects pj on pj.id = ps.project_id
    where ps.id = t.secret_id and pj.paused_at is not null)`;

/** SQL over the same: why it waits, as the code of a target; null when it does not. */
export const PAUSE_CODE = `case
  when exists (select 1 from installation i where i.paused_at is not null) then 'sync_paused'
  when p.paused_at is not null then 'profile_paused'
  when exists (select 1 from secrets ps join projects pj on pj.id = ps.project_id
    where ps.id = t.secret_id and pj.paused_at is not null) then 'project_paused' end`;

/** Has something to do and is held. */
const WAITS = `t.state in ('pending', 'failed', 'removing') and ${PAUSE_CODE} is not null`;

/** SQL over the same: state and code as people are shown them. */
export const SHOWN_STATE = `case when ${WAITS} then 'paused' else t.state end`;
export const SHOWN_CODE = `case when ${WAITS} then ${PAUSE_CODE} else t.code end`;

/** What can be paused by its id. */
export type Pausable = 'vault_profiles' | 'projects';

const SWITCH = {
  vault_profiles: switchText('vault_profiles'),
  projects: switchText('projects'),
} as const satisfies Record<Pausable, string>;

function switchText(table: Pausable): string {
  return `with before as (select id, paused_at from ${table} where organization_id = $1::uuid and id::text = $2 for update)
    update ${table} o set paused_at = case when $3::boolean then coalesce(o.paused_at, clock_timestamp()) end
    from before b where o.id = b.id returning o.paused_at as "pausedAt", (b.paused_at is not null) as was`;
}

export interface Switched {
  readonly pausedAt: Date | null;
  /** It was paused before. */
  readonly was: boolean;
}

/** Undefined: no such thing in this organization. Takes effect at the commit: from then on nobody claims or writes there. */
export async function switchPause(
  tx: Sql,
  table: Pausable,
  organizationId: string,
  id: string,
  paused: boolean,
): Promise<Switched | undefined> {
  const [row] = await tx.query<Switched>(SWITCH[table], [organizationId, id, paused]);
  return row;
}

/** The same for the whole installation. */
export async function switchEverything(tx: Sql, paused: boolean): Promise<Switched> {
  const [row] = await tx.query<Switched>(
    `with before as (select id, paused_at from installation where id = 1 for update)
     update installation o set paused_at = case when $1::boolean then coalesce(o.paused_at, clock_timestamp()) end
     from before b where o.id = b.id returning o.paused_at as "pausedAt", (b.paused_at is not null) as was`,
    [paused],
  );
  if (row === undefined) throw new Error('the installation has no row');
  return row;
}
