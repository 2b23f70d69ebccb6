import { type Confirm, confirmedConsumers } from '../consumers/in-use.ts';
import type { AffectingChange } from '../consumers/is-affected.ts';
import type { Sql } from '../db.ts';
import type { Confirmed } from './change-plan.ts';
import type { SecretContext } from './secret-store.ts';

/** What a change that takes a secret, a version or a name away needs because of those who read it. */
export interface ConsumerGuard {
  /** For the plan: a grant covers exactly these consumers. */
  readonly confirmed: Confirmed;
  /** Looks again when the secret is locked. */
  readonly prepare: (tx: Sql) => Promise<void>;
}

/** Throws `in_use` with the list of consumers that were not confirmed. What is deleted already is read by nobody any more. */
export async function consumerGuard(
  db: Sql,
  { secret }: SecretContext,
  change: AffectingChange,
  confirm: Confirm | undefined,
): Promise<ConsumerGuard> {
  if (secret.state !== 'active') return { confirmed: {}, prepare: async () => {} };
  const consumers = await confirmedConsumers(db, secret.id, change, confirm);
  return {
    confirmed: consumers.length === 0 ? {} : { consumers },
    async prepare(tx) {
      await confirmedConsumers(tx, secret.id, change, consumers);
    },
  };
}
