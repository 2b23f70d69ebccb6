import type { Actor } from '../access/actor.ts';
import { claimIdempotent, findIdempotent, type IdempotentRequest, storeAnswer } from '../api/idempotency.ts';
import type { AuditEventInput } from '../audit/audit-event.ts';
import { appendAuditAndCommit, lockAuditHead } from '../audit/audit-log.ts';
import { isUniqueViolation, type Transaction } from '../db.ts';
import { AppError } from '../errors.ts';
import { withGrantedPlan } from '../sync/change-effects.ts';
import { ledgerOf } from '../sync/ledger-store.ts';
import { type ChangeOpenerDeps, lockUnchanged, markPending, type Proposal, type Unchanged } from './change-opener.ts';
import { keepProfiles } from './place-store.ts';

/** What one item of a call came to when the call was recorded. */
export type GroupItem = { readonly kind: 'change'; readonly changeId: string } | Unchanged;

/** A recorded call. */
export interface OpenedGroup {
  readonly groupId: string;
  /** In the order of the items. */
  readonly items: readonly GroupItem[];
}

export type GroupOpener = ReturnType<typeof createGroupOpener>;

/** The one door for several changes at once: all of them are recorded in one transaction, or none is. */
export function createGroupOpener(
  deps: Pick<ChangeOpenerDeps, 'db' | 'changes' | 'tools' | 'doorbell' | 'assertRoom'>,
) {
  const { db, changes, doorbell } = deps;
  const { keyring } = deps.tools;

  const openIn = async (
    tx: Transaction,
    actor: Actor,
    group: OpenedGroup,
    proposals: readonly Proposal[],
    idempotency: IdempotentRequest | undefined,
  ): Promise<void> => {
    if (idempotency !== undefined) {
      if (!(await claimIdempotent(tx, keyring, actor, idempotency))) throw new GroupKeyTaken();
      await storeAnswer(tx, keyring, actor, idempotency.key, { status: 202, body: group });
    }
    const events: AuditEventInput[] = [];
    await keepProfiles(
      tx,
      proposals.map(({ draft }) => draft.profileId),
    );
    // Everybody who takes several secrets takes them in this order.
    for (const proposal of [...proposals].sort(bySecret)) {
      const { found, prepare, draft } = proposal;
      if (found !== undefined) await lockUnchanged(tx, found);
      await prepare?.(tx);
      const plan = withGrantedPlan(draft, await ledgerOf(tx, draft.secretId));
      const change = await changes.open(tx, actor, { ...draft, plan, groupId: group.groupId });
      if (change.state === 'pending_approval') await markPending(tx, change);
      events.push(...changes.openedEvents(change));
    }
    const head = await lockAuditHead(tx, actor.organizationId);
    await appendAuditAndCommit(tx, keyring, actor, head, events);
  };

  const replay = async (actor: Actor, idempotency: IdempotentRequest | undefined): Promise<OpenedGroup | undefined> => {
    if (idempotency === undefined) return undefined;
    const record = await findIdempotent(db, keyring, actor, idempotency);
    return record?.answer == null ? undefined : (record.answer.body as OpenedGroup);
  };

  return {
    /** What an earlier request with the same key recorded. */
    replay,

    /**
     * Records all proposals and rings for them; a group without any is only remembered for its repetition. Throws what any one
     * of them is refused with, and then there is none.
     */
    async open(
      actor: Actor,
      group: OpenedGroup,
      proposals: readonly Proposal[],
      idempotency: IdempotentRequest | undefined,
    ): Promise<OpenedGroup> {
      if (proposals.length > 0) await deps.assertRoom(actor.organizationId);
      try {
        await db.transaction((tx) => openIn(tx, actor, group, proposals, idempotency));
      } catch (error) {
        const earlier = error instanceof GroupKeyTaken ? await replay(actor, idempotency) : undefined;
        if (earlier !== undefined) return earlier;
        throw isUniqueViolation(error, 'secrets_live_name')
          ? new AppError('already_exists', 'A name is in use by now.')
          : error;
      }
      const jobs = proposals.filter(({ draft }) => draft.policies.length === 0);
      doorbell.ring(...jobs.map(({ draft }) => ({ name: 'run-change', data: { changeId: draft.id } }) as const));
      return group;
    },
  };
}

/** A request with the same key committed first. */
class GroupKeyTaken extends Error {
  override readonly name = 'GroupKeyTaken';
}

function bySecret({ draft: a }: Proposal, { draft: b }: Proposal): number {
  return a.secretId < b.secretId ? -1 : 1;
}
