import type { Actor } from '../access/actor.ts';
import { actorView } from '../access/actor-view.ts';
import { authorize, projectsWith } from '../access/permissions.ts';
import { decodeCursor, type Page, pageOf } from '../api/lists.ts';
import type { Sql } from '../db.ts';
import { notFound } from '../errors.ts';
import { findSecret } from '../secrets/secret-store.ts';
import type { ConsumerView } from './consumer-schemas.ts';
import { type Consumer, findConsumer, listConsumers } from './consumer-store.ts';
import { usesOfSecret } from './reference-store.ts';

export type ConsumerReader = ReturnType<typeof createConsumerReader>;

interface ConsumerQuery {
  /** Id or slug. */
  readonly project?: string | undefined;
  readonly secretId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Looks at consumers: those of projects whose secrets the actor may list. */
export function createConsumerReader({ db }: { readonly db: Sql }) {
  return {
    async list(actor: Actor, { limit, cursor, ...filter }: ConsumerQuery): Promise<Page<ConsumerView>> {
      const wanted = { ...filter, within: projectsWith(actor, 'secret.list') };
      const after = decodeCursor(cursor, 'id')?.id;
      const rows = await listConsumers(db, actor.organizationId, wanted, after, limit + 1);
      const page = pageOf(rows, limit, (last) => ({ sort: 'id', id: last.id }));
      return { items: page.items.map(consumerView), nextCursor: page.nextCursor };
    },

    get: async (actor: Actor, id: string): Promise<ConsumerView> => consumerView(await existingConsumer(db, actor, id)),

    /** Who reads a secret, for whoever may see it. */
    async ofSecret(actor: Actor, secretId: string) {
      const secret = await findSecret(db, actor.organizationId, { id: secretId });
      if (secret === undefined) throw notFound('secret');
      authorize(actor, 'secret.list', secret);
      const uses = await usesOfSecret(db, secretId);
      return { items: uses.map(({ consumerId: id, name, selector, version }) => ({ id, name, selector, version })) };
    },
  };
}

/** Throws `not_found` and `forbidden`. */
export async function existingConsumer(db: Sql, actor: Actor, id: string): Promise<Consumer> {
  const found = await findConsumer(db, actor.organizationId, id);
  if (found === undefined) throw notFound('consumer');
  authorize(actor, 'secret.list', found.projectId);
  return found;
}

export function consumerView(consumer: Consumer): ConsumerView {
  const { references, createdBy, createdAt, updatedAt, ...plain } = consumer;
  return {
    ...plain,
    references: references.map(({ secretId, customerId, path, name, selector }) => ({
      reference: `${path === '' ? '' : `${path}/`}${name}@${selector}`,
      secretId,
      customerId,
    })),
    createdBy: actorView(createdBy),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
