import type { Actor } from '../access/actor.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, EditTransaction, Sql } from '../db.ts';
import { claimIdempotent, findIdempotent, type IdempotentRequest, storeAnswer } from './idempotency.ts';
import type { Reply } from './reply.ts';

interface MutationRequest {
  readonly actor: Actor;
  readonly idempotency: IdempotentRequest | undefined;
}

/** Runs an administrative change in one transaction with its audit events and, under an `Idempotency-Key`, its answer. */
export type Mutate = (request: MutationRequest, work: (tx: EditTransaction) => Promise<Reply>) => Promise<Reply>;

/** The same for work in plain SQL, which costs fewer round trips. */
export type SqlMutate = (request: MutationRequest, work: (tx: Sql) => Promise<Reply>) => Promise<Reply>;

interface Deps {
  readonly db: Db;
  readonly keyring: Keyring;
}

export function createMutate(deps: Deps): Mutate {
  return (request, work) => once(deps, deps.db.edit, request, work);
}

export function createSqlMutate(deps: Deps): SqlMutate {
  return (request, work) => once<Sql>(deps, deps.db.transaction, request, work);
}

/**
 * With a key, the claim, the work and the sealed answer commit together: a repetition, also a parallel one or one after a
 * crash, gets the stored answer and has no effect of its own. Work that throws leaves nothing, so a refusal is not stored.
 */
async function once<Tx extends Sql>(
  { db, keyring }: Deps,
  transaction: (work: (tx: Tx) => Promise<Reply>) => Promise<Reply>,
  { actor, idempotency: request }: MutationRequest,
  work: (tx: Tx) => Promise<Reply>,
): Promise<Reply> {
  if (request === undefined) return transaction(work);
  const known = await findIdempotent(db, keyring, actor, request);
  if (known?.answer) return known.answer;
  return transaction(async (tx) => {
    if (!(await claimIdempotent(tx, keyring, actor, request))) {
      const first = await findIdempotent(tx, keyring, actor, request);
      if (!first?.answer) throw new Error('an idempotency key was claimed without an answer');
      return first.answer;
    }
    const answer = await work(tx);
    await storeAnswer(tx, keyring, actor, request.key, answer);
    return answer;
  });
}
