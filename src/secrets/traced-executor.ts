import { traceExecution } from '../approvals/traced-changes.ts';
import type { Db } from '../db.ts';
import type { RunningSpan, Tracing } from '../tracing/tracing.ts';
import type { ChangeExecutor, Outcome } from './change-executor.ts';

/** The executor with a span around each execution that says how it came out. Without a collector, the executor itself. */
export function traceExecutor(
  executor: ChangeExecutor,
  on: { readonly db: Db; readonly tracing: Tracing },
): ChangeExecutor {
  if (!on.tracing.active) return executor;
  return {
    execute: (change, options) =>
      traceExecution(on, change, async (span) => told(span, await executor.execute(change, options))),
  };
}

function told(span: RunningSpan, outcome: Outcome): Outcome {
  if (outcome.kind === 'ended') {
    span.add({ 'keyferry.state': outcome.state, 'keyferry.code': outcome.code });
    span.fail();
  } else span.add({ 'keyferry.state': outcome.kind, 'keyferry.code': 'ok' });
  return outcome;
}
