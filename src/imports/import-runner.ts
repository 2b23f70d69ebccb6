import { VaultError } from '../../adapters/vault-error.ts';
import type { Actor, ActorRef } from '../access/actor.ts';
import { can } from '../access/permissions.ts';
import type { ReviewService } from '../approvals/review-service.ts';
import { type AuditSubject, appendAudit } from '../audit/audit-log.ts';
import type { Db, Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import type { OperationTools } from '../secrets/operations/operation.ts';
import { findPlace, type Place } from '../secrets/place-store.ts';
import { pushDelay } from '../secrets/retry-delay.ts';
import { vaultRefOf } from '../secrets/vault-ref.ts';
import { isPermanent } from '../vaults/vault-failure.ts';
import type { LeasedImport } from './import.ts';
import { withdrawableChanges } from './import-change-store.ts';
import type { ImportEntry } from './import-entry.ts';
import { countItems, restOf } from './import-item-store.ts';
import { runItems } from './import-items.ts';
import { listEntries } from './import-lister.ts';
import { beginItems, endImport, importFacts, keepLease, leaseImport, restImport } from './import-store.ts';
import { obstacleAt } from './import-world-store.ts';

export interface ImportRunnerDeps {
  readonly tools: OperationTools & { readonly db: Db };
  readonly importEntry: ImportEntry;
  readonly reviews: Pick<ReviewService, 'cancel'>;
  readonly doorbell: Doorbell;
  readonly leaseMs: number;
  /** The requester with the rights held now; undefined when disabled or gone. */
  readonly currentActor: (db: Sql, organizationId: string, requester: ActorRef) => Promise<Actor | undefined>;
}

/** What becomes of an import after a stretch of work. */
type Next =
  | { readonly kind: 'again' }
  | { readonly kind: 'rest'; readonly afterMs: number; readonly code: string | null; readonly failed?: boolean }
  | { readonly kind: 'end'; readonly state: 'completed' | 'cancelled' | 'failed'; readonly code: string | null }
  /** Somebody else has it by now. */
  | { readonly kind: 'left' };

/** Works off imports. A job only says which one to look at; the rows say what to do. */
export function createImportRunner(deps: ImportRunnerDeps) {
  const { tools, leaseMs } = deps;
  const { db } = tools;

  /** Withdraws what waits for approval, as whoever cancelled. A change that was decided meanwhile stays as it is. */
  const withdraw = async (job: LeasedImport): Promise<Next> => {
    const by = job.cancelledBy === null ? undefined : await deps.currentActor(db, job.organizationId, job.cancelledBy);
    for (let after: string | null = null; by !== undefined; ) {
      const waiting: readonly { readonly id: string }[] = await withdrawableChanges(db, job.id, after, BATCH);
      for (const { id } of waiting) {
        await deps.reviews.cancel(by, id).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
        });
      }
      after = waiting.at(-1)?.id ?? null;
      if (after === null) break;
    }
    return { kind: 'end', state: 'cancelled', code: 'cancelled' };
  };

  const list = async (job: LeasedImport, { profile }: Place, signal: AbortSignal): Promise<Next> => {
    try {
      const vault = await tools.vaults.open(vaultRefOf(profile));
      const listed = await listEntries(db, vault, job, signal);
      if (listed === 'too_many_entries') return { kind: 'end', state: 'failed', code: listed };
      if (listed === 'stopped') return { kind: 'left' };
      await beginItems(db, job);
      return { kind: 'again' };
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      const { code, retryAfterMs } = error;
      if (isPermanent(code) || job.attempts + 1 >= MOST_LISTINGS) return { kind: 'end', state: 'failed', code };
      return { kind: 'rest', afterMs: pushDelay(job.attempts, retryAfterMs), code, failed: true };
    }
  };

  const work = async (job: LeasedImport, actor: Actor, place: Place, signal: AbortSignal): Promise<Next> => {
    const begun = await runItems(
      { db, keyring: tools.keyring, importEntry: deps.importEntry },
      { job, actor, place },
      signal,
    );
    if (begun > 0) return { kind: 'again' };
    const { pending, dueInMs, running } = await restOf(db, job.id);
    if (pending === 0 && running === 0) return { kind: 'end', state: 'completed', code: null };
    const afterMs = running > 0 ? LOOK_AGAIN_MS : Math.min(Math.max(dueInMs ?? 0, 50), LONGEST_REST_MS);
    return { kind: 'rest', afterMs, code: null };
  };

  const step = async (job: LeasedImport, signal: AbortSignal): Promise<Next> => {
    if (job.state === 'cancelling') return withdraw(job);
    const place = await findPlace(db, job.organizationId, job.projectId, job.profileId, null);
    if (typeof place === 'string') return { kind: 'left' };
    if (!job.inPlace) return { kind: 'end', state: 'failed', code: 'profile_changed' };
    const actor = await deps.currentActor(db, job.organizationId, job.requester);
    if (actor === undefined || !mayImport(actor, job.projectId)) {
      return { kind: 'end', state: 'failed', code: 'requester_not_authorized' };
    }
    const obstacle = await obstacleAt(db, job.profileId);
    if (obstacle !== undefined) return { kind: 'rest', afterMs: OBSTACLE_REST_MS, code: obstacle };
    return job.state === 'listing' ? list(job, place, signal) : work(job, actor, place, signal);
  };

  const end = (job: LeasedImport, state: 'completed' | 'cancelled' | 'failed', code: string | null): Promise<void> =>
    db.transaction(async (tx) => {
      if (!(await endImport(tx, job, state, code))) return;
      const counts = (await countItems(tx, [job.id])).get(job.id) ?? {};
      const details = { ...importFacts(job), code: code ?? undefined, ...counts };
      const event = { action: `import.${state}` as const, objectType: 'import', objectId: job.id, details };
      await appendAudit(tx, tools.keyring, subjectOf(job), [event]);
    });

  return {
    /**
     * Goes on with an import for a while, then rings for itself: nobody has to wait long for a worker that is to end. Nothing is
     * done when it is not due or somebody else works on it.
     */
    async run(importId: string, signal: AbortSignal): Promise<void> {
      const job = await leaseImport(db, importId, leaseMs);
      if (job === undefined) return;
      const beat = setInterval(() => void keepLease(db, job, leaseMs).catch(() => false), leaseMs / 3);
      const next = await step(job, signal).finally(() => clearInterval(beat));
      if (next.kind === 'end') return end(job, next.state, next.code);
      const later = next.kind === 'rest' ? next : { afterMs: 0, code: null };
      await restImport(db, job, { failed: false, ...later });
      if (next.kind === 'again') deps.doorbell.ring({ name: 'run-import', data: { importId } });
    },
  };
}

const BATCH = 100;
const MOST_LISTINGS = 10;
const OBSTACLE_REST_MS = 5_000;
/** Changes that are under way are looked at again after this. */
const LOOK_AGAIN_MS = 500;
const LONGEST_REST_MS = 15_000;

/** What an import needs: whoever imports chooses among everything the profile can read. */
function mayImport(actor: Actor, projectId: string): boolean {
  return can(actor, 'vault.administer') && can(actor, 'secret.create', projectId);
}

/** Background work is recorded as its requester's, who answers for it. */
function subjectOf(job: LeasedImport): AuditSubject {
  const by = job.state === 'cancelling' && job.cancelledBy !== null ? job.cancelledBy : job.requester;
  return { ...by, organizationId: job.organizationId, requestId: null };
}
