import type { Db } from '../db.ts';
import type { RunningSpan, Tracing } from '../tracing/tracing.ts';
import type { Change } from './change.ts';
import type { ChangeService } from './change-service.ts';
import { findTraceParent, storeTraceParent } from './trace-store.ts';

/** Changes remember the trace of the request that opened them, so that what runs later leads back to it. */
export function traceChanges(changes: ChangeService, tracing: Tracing): ChangeService {
  if (!tracing.active) return changes;
  return {
    ...changes,
    async open(tx, actor, draft) {
      const change = await changes.open(tx, actor, draft);
      const traceParent = tracing.current();
      if (traceParent !== undefined) await storeTraceParent(tx, change.id, traceParent);
      return change;
    },
  };
}

/** A span around the execution of a change, linked to the request that asked for it when another one set it going. */
export async function traceExecution<T>(
  on: { readonly db: Db; readonly tracing: Tracing },
  change: Pick<Change, 'id'> & Partial<Pick<Change, 'operation' | 'secretId' | 'organizationId'>>,
  work: (span: RunningSpan) => Promise<T>,
): Promise<T> {
  const { db, tracing } = on;
  const links = await findTraceParent(db, change.id);
  const { operation, secretId, organizationId } = change;
  const facts = {
    'keyferry.change.id': change.id,
    ...(operation === undefined ? {} : { 'keyferry.change.operation': operation }),
    ...(secretId == null ? {} : { 'keyferry.secret.id': secretId }),
    ...(organizationId === undefined ? {} : { 'keyferry.organization.id': organizationId }),
  };
  return tracing.span('change.execute', { facts, links }, work);
}
