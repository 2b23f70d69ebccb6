import { isDeepStrictEqual } from 'node:util';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { SealError } from '../crypto/seal.ts';
import type { Db, EditTransaction } from '../db.ts';
import { AppError } from '../errors.ts';
import { actionPlan } from './administrative-subject.ts';
import type { Change } from './change.ts';
import type { AdministrativeOperation } from './change-operation.ts';
import { type ChangeService, changeEvent, openPayload, requesterSubject } from './change-service.ts';
import { findChangeById, leaseChange, lockChangeById } from './change-store.ts';
import type { GovernedAction, GovernedActions, Seen } from './governed-action.ts';
import type { GrantCheck } from './grant-check.ts';

export interface ActionExecutionDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly actions: GovernedActions;
  readonly changes: Pick<ChangeService, 'end'>;
  readonly grants: GrantCheck;
  readonly leaseMs: number;
}

/** The subject, or what would come of the change, is no longer what was approved. */
class Moved extends Error {
  override readonly name = 'Moved';
}

/**
 * Carries out an approved administrative change: all checks, the change itself, its audit events and its end in one
 * transaction. What was shown is what happens: a subject that is no longer as shown, or a result that would differ, ends it
 * as `conflict`.
 */
export function createActionExecution(deps: ActionExecutionDeps): (changeId: string) => Promise<void> {
  const { db, grants } = deps;
  return async (changeId) => {
    try {
      await db.edit((tx) => applyIn(deps, tx, changeId));
    } catch (error) {
      const end = endOf(error);
      if (end === undefined) throw error;
      await db.transaction(async (tx) => {
        const change = await lockChangeById(tx, changeId);
        if (change?.state === 'approved') await grants.stop(tx, change, end.state, end.code);
      });
    }
  };
}

async function applyIn(deps: ActionExecutionDeps, tx: EditTransaction, changeId: string): Promise<void> {
  const found = await findChangeById(tx, changeId);
  if (found === undefined) return;
  const action = deps.actions[found.operation as AdministrativeOperation];
  const input = inputOf(deps.keyring, found) as never;
  // The subject is locked before the change, as it is at the door.
  const before = input === undefined ? undefined : await action.look(tx, found.organizationId, input);
  const change = await lockChangeById(tx, changeId);
  if (change?.state !== 'approved' || change.revision !== found.revision) return;
  const granted = await deps.grants.check(tx, change);
  if (granted === undefined) return;
  const plan = actionPlan(change);
  if (before?.subjectId !== change.subjectId || before.revision !== change.baseVersion) throw new Moved();
  if (!isDeepStrictEqual(before.state, plan.before)) throw new Moved();
  const leased = await leaseChange(tx, changeId, deps.leaseMs);
  await action.run(granted.requester, tx, input);
  const after = await lookAgain(action, tx, change, input);
  if (!isDeepStrictEqual(after.state, plan.after)) throw new Moved();
  await deps.changes.end(tx, leased, { state: 'applied' }, leased.leaseToken);
  await appendAudit(tx, deps.keyring, requesterSubject(change), [changeEvent('change.applied', change)]);
}

function lookAgain(
  action: GovernedAction<never>,
  tx: EditTransaction,
  { organizationId }: Change,
  input: never,
): Promise<Seen> {
  return action.look(tx, organizationId, input);
}

/** Undefined when the payload does not open: then the check of the digest refuses the change. */
function inputOf(keyring: Keyring, change: Change): unknown {
  try {
    const payload = openPayload(keyring, change);
    return payload === undefined ? undefined : JSON.parse(payload.toString('utf8'));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}

function endOf(error: unknown): { readonly state: 'failed' | 'conflict'; readonly code: string } | undefined {
  if (error instanceof Moved) return { state: 'conflict', code: 'base_moved' };
  if (!(error instanceof AppError)) return undefined;
  if (error.code === 'forbidden') return { state: 'failed', code: 'requester_not_authorized' };
  return { state: 'conflict', code: error.code };
}
