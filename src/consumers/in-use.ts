import type { AuditEventInput } from '../audit/audit-event.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { type AffectingChange, isAffected, mayAffect, takesAway } from './is-affected.ts';
import { type SecretUse, usesOfSecret } from './reference-store.ts';

/** Consumers whose loss is accepted: those with these ids, or all there are. */
export type Confirm = true | readonly string[];

/** Who would be left without what they refer to. */
async function losersOf(db: Sql, secretId: string, change: AffectingChange): Promise<SecretUse[]> {
  if (!takesAway(change.operation)) return [];
  return (await usesOfSecret(db, secretId)).filter(({ selector }) => isAffected(selector, change));
}

/**
 * Ids of the consumers that the change takes something from and that were named. Throws `in_use` with all of them while there is
 * one that was not.
 */
export async function confirmedConsumers(
  db: Sql,
  secretId: string,
  change: AffectingChange,
  confirm: Confirm | undefined,
): Promise<string[]> {
  const uses = await losersOf(db, secretId, change);
  const ids = [...new Set(uses.map(({ consumerId }) => consumerId))];
  if (ids.every((id) => confirm === true || confirm?.includes(id))) return ids;
  throw new AppError('in_use', 'Consumers read this secret; name them in `confirm` to go on all the same.', {
    facts: { consumers: uses.map(({ consumerId, name, selector }) => ({ id: consumerId, name, selector })) },
  });
}

/** Has somebody begun to read it whom a change that was agreed to does not name? */
export async function hasUnconfirmed(
  db: Sql,
  secretId: string,
  change: AffectingChange,
  confirmed: readonly string[],
): Promise<boolean> {
  return (await losersOf(db, secretId, change)).some(({ consumerId }) => !confirmed.includes(consumerId));
}

/** The events that tell consumers of an applied change, for its transaction: their webhooks are told of them. */
export async function affectedEvents(
  tx: Sql,
  secretId: string,
  change: AffectingChange & { readonly id: string; readonly resultVersion?: number | undefined },
): Promise<AuditEventInput[]> {
  if (!mayAffect(change.operation)) return [];
  const { operation, id: changeId, resultVersion } = change;
  const told = new Map(
    (await usesOfSecret(tx, secretId))
      .filter(({ selector }) => isAffected(selector, change))
      .map(({ consumerId, webhookId }) => [consumerId, webhookId]),
  );
  return [...told].map(([consumerId, webhookId]) => ({
    action: 'consumer.affected' as const,
    objectType: 'consumer',
    objectId: consumerId,
    details: {
      ...{ secretId, operation, changeId },
      ...(resultVersion === undefined ? {} : { version: resultVersion }),
      ...(webhookId === null ? {} : { webhookId }),
    },
  }));
}
