import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { ReviewService } from '../approvals/review-service.ts';
import type { Sql } from '../db.ts';
import { AppError, notFound } from '../errors.ts';
import type { ImportState } from './import.ts';
import { countUndecided, digestOfChanges, type ImportChange, undecidedChanges } from './import-change-store.ts';
import type { ImportReviewView, ReviewImport } from './import-schemas.ts';
import { findImport } from './import-store.ts';

export type ImportReviewService = ReturnType<typeof createImportReviewService>;

/**
 * One decision on everything an import would make. It is cast as an ordinary vote on each waiting change, so every rule of votes
 * holds for each of them; this only spares the reviewer a thousand requests.
 */
export function createImportReviewService(deps: { readonly db: Sql; readonly reviews: Pick<ReviewService, 'review'> }) {
  const { db } = deps;

  /** False: the change moved since the digest was computed. */
  const vote = async (actor: Actor, change: ImportChange, input: ReviewImport): Promise<boolean> => {
    const { revision, digest } = change;
    try {
      await deps.reviews.review(actor, change.id, {
        decision: input.decision,
        revision,
        digest,
        comment: input.comment,
      });
      return true;
    } catch (error) {
      if (error instanceof AppError && MOVED.includes(error.code)) return false;
      throw error;
    }
  };

  return {
    /**
     * Decides on as many changes as one request can, in the order in which they were opened; the same request again goes on.
     * Throws `digest_mismatch` when the changes are not those that were shown, `invalid_transition` while more are being opened,
     * and `not_eligible` or `forbidden` for whoever may not decide.
     */
    async review(actor: Actor, importId: string, input: ReviewImport): Promise<ImportReviewView> {
      const one = await findImport(db, actor.organizationId, importId);
      if (one === undefined) throw notFound('import');
      authorize(actor, 'change.review', one.projectId);
      if (!ENDED.includes(one.state)) {
        throw new AppError('invalid_transition', `The import is ${one.state}; decide when it has ended.`, {
          facts: { state: one.state },
        });
      }
      const changes = await undecidedChanges(db, importId, actor.personId, MOST_VOTES);
      if ((await digestOfChanges(db, importId)) !== input.digest) {
        throw new AppError('digest_mismatch', 'The import is no longer what you were shown; look at it again.');
      }
      let decided = 0;
      for (const change of changes) if (await vote(actor, change, input)) decided++;
      const left = await countUndecided(db, importId, actor.personId);
      return { decided, refused: changes.length - decided, left };
    },
  };
}

/** No more changes are opened. */
const ENDED: readonly ImportState[] = ['completed', 'cancelled', 'failed'];
/** Votes of one request: a few seconds' worth. */
const MOST_VOTES = 500;
const MOVED: readonly string[] = ['digest_mismatch', 'invalid_transition'];
