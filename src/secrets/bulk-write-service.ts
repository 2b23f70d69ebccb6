import type { Actor } from '../access/actor.ts';
import type { IdempotentRequest } from '../api/idempotency.ts';
import type { Change } from '../approvals/change.ts';
import { isOpen } from '../approvals/change-request.ts';
import { findChange } from '../approvals/change-store.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import { newId } from '../ports.ts';
import type { VaultPool } from '../vaults/vault.ts';
import type { Proposal, Unchanged } from './change-opener.ts';
import type { NewContent } from './content-service.ts';
import { previewEntry } from './entry-preview.ts';
import type { GroupItem, GroupOpener, OpenedGroup } from './group-opener.ts';
import type { MutationResult } from './proposals.ts';
import type { SecretRef } from './secret-store.ts';
import type { Creation, PlannedWrite, UpsertService } from './upsert-service.ts';

/** One write of several. */
export interface BulkItem {
  readonly ref: SecretRef;
  readonly creation: Creation | undefined;
  readonly input: NewContent;
  readonly expectedVersion: number | undefined;
}

export interface BulkResult {
  readonly groupId: string;
  /** In the order of the items: as each is known to be by now. */
  readonly results: readonly MutationResult[];
}

export interface BulkWriteServiceDeps {
  readonly db: Sql;
  readonly vaults: VaultPool;
  readonly upserts: UpsertService;
  readonly groups: GroupOpener;
}

export type BulkWriteService = ReturnType<typeof createBulkWriteService>;

const AT_ONCE = 8;
const LOOK_EVERY_MS = 25;
const WAIT_AT_MOST_MS = 25_000;

/**
 * Several writes in one call, all or nothing, as far as several vaults allow it:
 *
 * 1. Every item is checked and every entry looked at. One refusal refuses the call, and nothing was done.
 * 2. All changes are recorded in one transaction. From here on the call survives every crash.
 * 3. None takes effect before every one of them is granted. One that is rejected, withdrawn, expires or meets a conflict before
 *    the first has begun ends them all.
 * 4. Then each is carried out as by itself: a vault that is away delays its own item, which goes on by itself when the vault is
 *    back. There is no way back for what other vaults hold by then: an item that its vault refuses for good ends alone, and the
 *    answer and its change request say so.
 */
export function createBulkWriteService({ db, vaults, upserts, groups }: BulkWriteServiceDeps) {
  const plan = async (actor: Actor, items: readonly BulkItem[], comment: string): Promise<PlannedWrite[]> => {
    const planned = await fewAtOnce(items, AT_ONCE, ({ ref, creation, input, expectedVersion }, index) =>
      atItem(index, () =>
        upserts.planned(actor, ref, creation, input, { idempotency: undefined, comment, expectedVersion }),
      ),
    );
    assertEachOnce(planned);
    await fewAtOnce(planned, AT_ONCE, (write, index) => atItem(index, () => preview(vaults, write)));
    return planned;
  };

  const resultOf = async (actor: Actor, item: GroupItem): Promise<MutationResult> => {
    if (item.kind === 'unchanged') return item;
    const change = await findChange(db, actor.organizationId, item.changeId);
    if (change === undefined) throw new Error('change vanished');
    return { kind: 'change', change };
  };

  /** Waits for what nobody has to agree to; what waits for people is shown as it is. */
  const settled = async (actor: Actor, { groupId, items }: OpenedGroup): Promise<BulkResult> => {
    for (let waited = 0; ; waited += LOOK_EVERY_MS) {
      const results = await fewAtOnce(items, AT_ONCE, (item) => resultOf(actor, item));
      const changes = results.flatMap((result) => (result.kind === 'change' ? [result.change] : []));
      const running = changes.some(isRunning) && !changes.some(asksSomebody);
      if (!running || waited >= WAIT_AT_MOST_MS) return { groupId, results };
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };

  return {
    /** Throws what an item is refused with, its place in the call in front of every pointer and as the fact `item`. */
    async write(
      actor: Actor,
      items: readonly BulkItem[],
      options: { readonly idempotency: IdempotentRequest | undefined; readonly comment: string },
    ): Promise<BulkResult> {
      const earlier = await groups.replay(actor, options.idempotency);
      if (earlier !== undefined) return settled(actor, earlier);
      const planned = await plan(actor, items, options.comment).catch(async (error: unknown) => {
        // A twin may have gone all the way since: then what stood in our way is what it did.
        const twin = await groups.replay(actor, options.idempotency);
        if (twin === undefined) throw error;
        return twin;
      });
      if (!Array.isArray(planned)) return settled(actor, planned as OpenedGroup);
      const proposals = planned.flatMap(proposalOf);
      const group: OpenedGroup = { groupId: newId(), items: planned.map(itemOf) };
      return settled(actor, await groups.open(actor, group, proposals, options.idempotency));
    },
  };
}

/** Nothing has kept it waiting so far. */
function isRunning({ state, code }: Change): boolean {
  return isOpen(state) && code === null;
}

function asksSomebody(change: Change): boolean {
  return change.policies.length > 0;
}

function isNothing(planned: Proposal | Unchanged): planned is Unchanged {
  return 'kind' in planned;
}

function proposalOf({ planned }: PlannedWrite): Proposal[] {
  return isNothing(planned) ? [] : [planned];
}

function itemOf({ planned }: PlannedWrite): GroupItem {
  return isNothing(planned) ? planned : { kind: 'change', changeId: planned.draft.id };
}

async function preview(vaults: VaultPool, write: PlannedWrite): Promise<void> {
  if (write.kind === 'create') {
    const { profile, path } = write.planned.source;
    return previewEntry(vaults, profile, path, undefined);
  }
  if (isNothing(write.planned)) return;
  const { secret, profile, head } = write.context;
  await previewEntry(vaults, profile, secret.sourcePath, head?.vaultVersion);
}

/** One change of a secret is open at a time, so a call names each once. */
function assertEachOnce(planned: readonly PlannedWrite[]): void {
  const seen = new Set<string>();
  for (const [index, write] of planned.entries()) {
    const key = keyOf(write);
    if (seen.has(key)) {
      const pointer = `/items/${index}`;
      const expected = 'each secret once';
      throw new AppError('invalid_input', `${pointer}: expected ${expected}`, { fields: [{ pointer, expected }] });
    }
    seen.add(key);
  }
}

function keyOf(write: PlannedWrite): string {
  if (write.kind === 'update') return write.context.secret.id;
  const { projectId, customerId, plan } = write.planned.draft;
  const { path, name } = plan as unknown as { readonly path: string; readonly name: string };
  return JSON.stringify([projectId, customerId, path, name]);
}

async function atItem<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, facts, retryAfterMs } = error;
    const fields = error.fields.map(({ pointer, expected }) => ({ pointer: `/items/${index}${pointer}`, expected }));
    throw new AppError(code, `/items/${index}: ${message}`, {
      fields,
      facts: { ...facts, item: index },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}
