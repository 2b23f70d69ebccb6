import type { ActorRef } from '../access/actor.ts';
import type { Sql } from '../db.ts';

export interface Reference {
  readonly secretId: string;
  readonly selector: string;
}

/** With what the secret is called now. */
export interface NamedReference extends Reference {
  readonly path: string;
  readonly name: string;
  readonly customerId: string | null;
}

export interface Consumer {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly webhookId: string | null;
  readonly references: readonly NamedReference[];
  readonly createdBy: ActorRef;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `c.id, c.project_id as "projectId", c.name, c.description, c.webhook_id as "webhookId",
  c.created_by as "createdBy", c.created_at as "createdAt", c.updated_at as "updatedAt",
  coalesce((select jsonb_agg(jsonb_build_object('secretId', s.id, 'selector', r.selector, 'path', s.path, 'name', s.name,
      'customerId', s.customer_id) order by s.path, s.name, s.id, r.selector)
    from consumer_references r join secrets s on s.id = r.secret_id where r.consumer_id = c.id), '[]') as "references"`;

export async function findConsumer(db: Sql, organizationId: string, id: string): Promise<Consumer | undefined> {
  const [row] = await db.query<Consumer>(
    `select ${COLUMNS} from consumers c where c.organization_id = $1::uuid and c.id = $2::uuid`,
    [organizationId, id],
  );
  return row;
}

/** Keeps it from being changed or removed until the transaction ends. */
export async function lockConsumer(tx: Sql, organizationId: string, id: string): Promise<void> {
  await tx.query('select id from consumers where organization_id = $1::uuid and id = $2::uuid for update', [
    organizationId,
    id,
  ]);
}

export interface ConsumerFilter {
  /** Projects that may be seen. */
  readonly within: 'all' | readonly string[];
  /** Id or slug. */
  readonly project?: string | undefined;
  readonly secretId?: string | undefined;
}

/** In order of creation, behind `after`. */
export function listConsumers(
  db: Sql,
  organizationId: string,
  { within, project, secretId }: ConsumerFilter,
  after: string | undefined,
  limit: number,
): Promise<Consumer[]> {
  return db.query<Consumer>(
    `select ${COLUMNS} from consumers c join projects j on j.id = c.project_id
     where c.organization_id = $1::uuid and ($2::uuid[] is null or c.project_id = any($2))
       and ($3::text is null or j.id::text = $3 or j.slug = $3)
       and ($4::uuid is null or exists (select 1 from consumer_references r where r.consumer_id = c.id and r.secret_id = $4))
       and ($5::uuid is null or c.id > $5) order by c.id limit $6`,
    [organizationId, within === 'all' ? null : within, project ?? null, secretId ?? null, after ?? null, limit],
  );
}

/** False when the project has one of this name. */
export async function insertConsumer(
  tx: Sql,
  consumer: Pick<Consumer, 'id' | 'projectId' | 'name' | 'description' | 'webhookId' | 'createdBy'> & {
    readonly organizationId: string;
  },
): Promise<boolean> {
  const { id, organizationId, projectId, name, description, webhookId, createdBy } = consumer;
  const rows = await tx.query(
    `insert into consumers (id, organization_id, project_id, name, description, webhook_id, created_by, updated_at)
     values ($1::uuid, $2::uuid, $3::uuid, $4, $5, $6::uuid, $7::jsonb, clock_timestamp())
     on conflict do nothing returning id`,
    [id, organizationId, projectId, name, description, webhookId, JSON.stringify(createdBy)],
  );
  return rows.length === 1;
}

export async function updateConsumer(
  tx: Sql,
  id: string,
  { description, webhookId }: Pick<Consumer, 'description' | 'webhookId'>,
): Promise<void> {
  await tx.query(
    `update consumers set description = $2, webhook_id = $3::uuid, updated_at = clock_timestamp() where id = $1::uuid`,
    [id, description, webhookId],
  );
}

/** Replaces what the consumer reads. */
export async function setReferences(tx: Sql, consumerId: string, references: readonly Reference[]): Promise<void> {
  await tx.query('delete from consumer_references where consumer_id = $1::uuid', [consumerId]);
  await tx.query(
    `insert into consumer_references (consumer_id, secret_id, selector)
     select $1::uuid, (r->>'secretId')::uuid, r->>'selector' from jsonb_array_elements($2::jsonb) r
     on conflict do nothing`,
    [consumerId, JSON.stringify(references)],
  );
}

export async function deleteConsumer(tx: Sql, id: string): Promise<void> {
  await tx.query('delete from consumers where id = $1::uuid', [id]);
}

/**
 * Keeps secrets from being deleted or renamed, and their versions from being destroyed, until the transaction ends. Answers with
 * those to which that is happening, or of which what is referred to is gone already.
 */
export async function lockReferenced(tx: Sql, references: readonly Reference[]): Promise<string[]> {
  const rows = await tx.query<{ id: string; state: string }>(
    'select id, state from secrets where id = any($1::uuid[]) order by id for share',
    [references.map(({ secretId }) => secretId)],
  );
  // Asked when the rows are locked: whatever was going on before can be seen by now.
  const going = await tx.query<{ id: string }>(
    `with r as (select * from jsonb_to_recordset($1::jsonb) as r ("secretId" uuid, selector text))
     select c.secret_id as id from change_requests c join r on r."secretId" = c.secret_id
     where c.state in ('approved', 'executing', 'indeterminate') and (c.operation in ('delete', 'destroy', 'rename')
       or c.operation = 'destroy_version' and c.plan->>'version' = r.selector)
     union all
     select v.secret_id from secret_versions v join r on r."secretId" = v.secret_id and r.selector = v.version::text
     where v.state = 'destroyed'`,
    [JSON.stringify(references)],
  );
  return [...going.map(({ id }) => id), ...rows.filter(({ state }) => state !== 'active').map(({ id }) => id)];
}

export async function isWebhook(db: Sql, organizationId: string, id: string): Promise<boolean> {
  const rows = await db.query('select 1 from webhooks where organization_id = $1::uuid and id = $2::uuid', [
    organizationId,
    id,
  ]);
  return rows.length === 1;
}
