import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../access/actor.ts';
import type { IdempotentRequest } from '../api/idempotency.ts';
import type { Mutate } from '../api/mutation.ts';
import type { Reply } from '../api/reply.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { EditTransaction } from '../db.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ports.ts';
import type { ChangeDraft } from './change.ts';
import { type ChangeService, changeEvent } from './change-service.ts';
import { findOpenChange } from './change-store.ts';
import { changeView } from './change-view.ts';
import type { ActionPlan, GovernedAction, Seen } from './governed-action.ts';

interface GovernedRequest {
  readonly actor: Actor;
  readonly idempotency: IdempotentRequest | undefined;
}

/**
 * Answers the request of an administrative operation: done at once, or 202 with the change request that waits. `finish` adds
 * to the answer what only this request may know.
 *
 * Throws what the action's `run` throws, and `change_in_progress` with `changeRequestId` while another change of the
 * subject is open.
 */
export type Govern = <Input>(
  request: GovernedRequest,
  action: GovernedAction<Input>,
  input: Input,
  finish?: (reply: Reply) => Reply,
) => Promise<Reply>;

export interface GovernDeps {
  readonly keyring: Keyring;
  readonly changes: Pick<ChangeService, 'open' | 'openedEvents' | 'end'>;
  readonly mutate: Mutate;
}

/** The one door for what is no secret: every request leaves a change request, whether or not somebody has to agree. */
export function createGovern(deps: GovernDeps): Govern {
  return (request, action, input, finish = (reply) => reply) =>
    deps.mutate(request, async (tx) => finish(await perform(deps, tx, request.actor, action, input)));
}

async function perform<Input>(
  { keyring, changes }: GovernDeps,
  tx: EditTransaction,
  actor: Actor,
  action: GovernedAction<Input>,
  input: Input,
): Promise<Reply> {
  const { organizationId } = actor;
  const before = await action.look(tx, organizationId, input);
  // A trial: it refuses what cannot be done and shows what would come of it.
  await tx.query('savepoint before_action');
  const reply = await action.run(actor, tx, input);
  const after = await action.look(tx, organizationId, input);
  const plan = await planOf(action, input, before, after);
  if (isDeepStrictEqual(before, after) && plan.credentialsReplaced.length === 0) return reply;
  await tx.query('rollback to savepoint before_action');

  const open = await findOpenChange(tx, action.subjectType, before.subjectId);
  if (open !== undefined) throw anotherOpen(open);
  const { subjectId } = before;
  const policies = await action.asked(tx, { organizationId, subjectId, plan });
  const draft = draftOf(actor, action, before, plan, policies);
  if (policies.length > 0) {
    const change = await changes.open(tx, actor, { ...draft, payload: Buffer.from(JSON.stringify(input)) });
    await appendAudit(tx, keyring, actor, changes.openedEvents(change));
    return { status: 202, body: { changeRequest: changeView(change) } };
  }
  const change = await changes.open(tx, actor, draft);
  const done = await action.run(actor, tx, input);
  if ((await changes.end(tx, change, { state: 'applied' }, change.leaseToken)) === undefined) {
    throw new Error('a change of this very transaction is gone');
  }
  await appendAudit(tx, keyring, actor, [...changes.openedEvents(change), changeEvent('change.applied', change)]);
  return done;
}

async function planOf<Input>(
  action: GovernedAction<Input>,
  input: Input,
  { state: before }: Seen,
  { state: after }: Seen,
): Promise<ActionPlan> {
  const credentialsReplaced = [...((await action.credentialsIn?.(input, before)) ?? [])].sort();
  return { before, after, credentialsReplaced, remarks: action.remarks?.(before, after, input) ?? null };
}

function draftOf<Input>(
  { organizationId }: Actor,
  { operation, subjectType }: GovernedAction<Input>,
  { subjectId, revision }: Seen,
  plan: ActionPlan,
  policies: ChangeDraft['policies'],
): ChangeDraft {
  return {
    id: newId(),
    organizationId,
    subjectType,
    subjectId,
    projectId: null,
    customerId: null,
    secretId: null,
    operation,
    baseVersion: revision,
    profileId: null,
    profileRevision: null,
    plan: plan as unknown as Json,
    policies,
    comment: '',
  };
}

function anotherOpen(changeRequestId: string): AppError {
  return new AppError('change_in_progress', 'Another change of the same thing is open; it must end first.', {
    facts: { changeRequestId },
  });
}
