import type { Sql } from '../db.ts';
import type { ProfileFacts } from '../secrets/secret-store.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { SyncResult } from './sync-metrics.ts';
import type { ClaimedTarget, TargetResult } from './target-store.ts';

/** Runs the work on one claimed target and makes it visible from outside. */
export type WatchTarget = (
  profile: ProfileFacts,
  target: ClaimedTarget,
  work: () => Promise<TargetResult>,
) => Promise<TargetResult>;

/** Counts each result and, with a collector, puts it into a span that leads to the change which asked for it. */
export function createTargetWatch(deps: {
  readonly db: Sql;
  readonly tracing: Tracing;
  readonly onResult: (result: SyncResult) => void;
}): WatchTarget {
  const { db, tracing, onResult } = deps;

  const traced = async (target: ClaimedTarget, work: () => Promise<TargetResult>): Promise<TargetResult> => {
    const links = await traceParentsOf(db, target).catch(() => []);
    return tracing.span('target.sync', { facts: factsOf(target), links }, async (span) => {
      const result = await work();
      span.add({ 'keyferry.state': result.state, 'keyferry.code': result.code ?? 'ok' });
      if (result.code !== null) span.fail();
      return result;
    });
  };

  return async (profile, target, work) => {
    const result = await (tracing.active ? traced(target, work) : work());
    onResult({ profileId: profile.id, kind: profile.vaultKind, outcome: result.state, code: result.code ?? 'ok' });
    return result;
  };
}

function factsOf(target: ClaimedTarget) {
  return {
    'keyferry.target.id': target.id,
    'keyferry.secret.id': target.secretId,
    'keyferry.profile.id': target.profileId,
    'keyferry.organization.id': target.organizationId,
  };
}

/**
 * A job is about a profile: what it finds there may be owed to another request than the one that rang. A database that does not
 * say costs the trace a link and the target nothing.
 */
async function traceParentsOf(db: Sql, { secretId, desiredVersion }: ClaimedTarget): Promise<string[]> {
  if (desiredVersion === null) return [];
  const rows = await db.query<{ traceParent: string }>(
    `select c.trace_parent as "traceParent" from secret_versions v join change_requests c on c.id = v.change_id
     where v.secret_id = $1::uuid and v.version = $2 and c.trace_parent is not null`,
    [secretId, desiredVersion],
  );
  return rows.map((row) => row.traceParent);
}
