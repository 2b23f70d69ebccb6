import type { Actor } from '../access/actor.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, EditTransaction } from '../db.ts';
import { claimIdempotent, findIdempotent, type IdempotentRequest, storeAnswer } from './idempotency.ts';
import type { Reply } from './reply.ts';

interface MutationRequest {
  readonly actor: Actor;
  readonly idempotency: IdempotentRequest | undefined;
}

/** Runs an administrative change in one transaction with its audit events and, under an `Idempotency-Key`, its answer. */
export type Mutate = (request: MutationRequest, work: (tx: EditTransaction) => Promise<Reply>) => Promise<Reply>;

/**
 * With a key, the claim, the work and the sealed answer commit together: a repetition, also a parallel one or one after a
 * crash, gets the stored answer and has no effect of its own. Work that throws leaves nothing, so a refusal is not stored.
 */
export function createMutate(deps: { readonly db: Db; readonly keyring: Keyring }): Mutate {
  const { db, keyring } = deps;
  return async ({ actor, idempotency: request }, work) => {
    if (request === undefined) return db.edit(work);
    const known = await findIdempotent(db, keyring, actor, request);
    if (known?.answer) return known.answer;
    return db.edit(async (tx) => {
      if (!(await claimIdempotent(tx, keyring, actor, request))) {
        const first = await findIdempotent(tx, keyring, actor, request);
        if (!first?.answer) throw new Error('an idempotency key was claimed without an answer');
        return first.answer;
      }
      const answer = await work(tx);
      await storeAnswer(tx, keyring, actor, request.key, answer);
      return answer;
    });
  };
}
