import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';

/** How much of an organization is out of step, and whether more may be added. */
export interface Backlog {
  readonly limit: number;
  /** Counted now, up to the limit. */
  count(organizationId: string): Promise<number>;
  /**
   * Throws `backlog_full` when the organization's copies that are out of step have reached the limit. Counts at most once in two
   * seconds per organization and process, so the bound may be passed by what arrives in that time.
   */
  assertRoom(organizationId: string): Promise<void>;
}

const FRESH_MS = 2_000;
const RETRY_AFTER_MS = 10_000;
const MOST_KNOWN = 10_000;

export function createBacklog(deps: {
  readonly db: Sql;
  readonly limit: number;
  readonly now?: () => number;
}): Backlog {
  const { db, limit, now = () => performance.now() } = deps;
  const known = new Map<string, { readonly at: number; readonly count: Promise<number> }>();

  /** Stops at the limit: a huge backlog costs no more than a full one. */
  const count = async (organizationId: string): Promise<number> => {
    const [row] = await db.query<{ count: number }>(
      `select count(*)::int as count from (
         select 1 from targets where organization_id = $1::uuid and due_since is not null limit $2) d`,
      [organizationId, limit],
    );
    return row?.count ?? 0;
  };

  return {
    limit,
    count,
    async assertRoom(organizationId) {
      let seen = known.get(organizationId);
      if (seen === undefined || now() - seen.at > FRESH_MS) {
        if (known.size >= MOST_KNOWN) known.clear();
        seen = { at: now(), count: count(organizationId) };
        known.set(organizationId, seen);
        seen.count.catch(() => known.delete(organizationId));
      }
      const waiting = await seen.count;
      if (waiting < limit) return;
      throw new AppError(
        'backlog_full',
        `${waiting} copies of this organization are out of step already; new content has to wait until some have caught up. ` +
          'Reading, approving and everything that brings nothing new to carry go on.',
        { facts: { backlog: waiting, limit }, retryAfterMs: RETRY_AFTER_MS },
      );
    },
  };
}
