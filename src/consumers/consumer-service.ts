import { type Actor, actorRef } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { AuditAction } from '../audit/audit-event.ts';
import { appendAudit } from '../audit/audit-log.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { EditTransaction, Sql } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { findProject } from '../projects/project-store.ts';
import { consumerView, existingConsumer } from './consumer-reader.ts';
import type { ConsumerView, CreateConsumer, UpdateConsumer } from './consumer-schemas.ts';
import * as store from './consumer-store.ts';
import { type ResolveDeps, resolveReferences } from './resolve-references.ts';

export interface ConsumerServiceDeps extends ResolveDeps {
  readonly keyring: Keyring;
}

export type ConsumerService = ReturnType<typeof createConsumerService>;

/**
 * Registers consumers: what is made from secrets elsewhere. Whoever does may read what it reads, and sees the project; only who
 * registered it, or an administrator of the project, changes it.
 */
export function createConsumerService(deps: ConsumerServiceDeps) {
  const { keyring } = deps;

  const record = (tx: Sql, actor: Actor, action: AuditAction, { id, projectId, references }: store.Consumer) => {
    const secretIds = references.map(({ secretId }) => secretId);
    return appendAudit(tx, keyring, actor, [
      { action, objectType: 'consumer', objectId: id, details: { projectId, secretIds } },
    ]);
  };

  const recorded = async (tx: Sql, actor: Actor, action: AuditAction, id: string): Promise<ConsumerView> => {
    const consumer = await existingConsumer(tx, actor, id);
    await record(tx, actor, action, consumer);
    return consumerView(consumer);
  };

  return {
    /** Throws `already_exists` for a name in use, and what `resolveReferences` throws. */
    async create(actor: Actor, tx: EditTransaction, input: CreateConsumer): Promise<ConsumerView> {
      const { organizationId } = actor;
      const project = await findProject(tx.prisma, organizationId, input.project);
      if (project === null) throw notFound('project');
      authorize(actor, 'secret.list', project.id);
      await assertWebhook(tx, actor, input.webhookId);
      const references = await resolveReferences(deps, actor, project.id, input);
      const { name, description, webhookId } = input;
      const consumer = { id: newId(), organizationId, projectId: project.id, name, description, webhookId };
      if (!(await store.insertConsumer(tx, { ...consumer, createdBy: actorRef(actor) }))) {
        throw new AppError('already_exists', 'The project has a consumer of this name.');
      }
      await refer(tx, consumer.id, references);
      return recorded(tx, actor, 'consumer.created', consumer.id);
    },

    /** What is left out stays. */
    async update(actor: Actor, tx: EditTransaction, id: string, input: UpdateConsumer): Promise<ConsumerView> {
      const before = await own(tx, actor, id);
      await assertWebhook(tx, actor, input.webhookId);
      const { description = before.description, webhookId = before.webhookId } = input;
      await store.updateConsumer(tx, id, { description, webhookId });
      if (input.references !== undefined || input.template !== undefined) {
        await refer(tx, id, await resolveReferences(deps, actor, before.projectId, input));
      }
      return recorded(tx, actor, 'consumer.updated', id);
    },

    async remove(actor: Actor, tx: EditTransaction, id: string): Promise<void> {
      const consumer = await own(tx, actor, id);
      await store.deleteConsumer(tx, id);
      await record(tx, actor, 'consumer.deleted', consumer);
    },
  };
}

async function own(tx: Sql, actor: Actor, id: string): Promise<store.Consumer> {
  await store.lockConsumer(tx, actor.organizationId, id);
  const found = await existingConsumer(tx, actor, id);
  if (found.createdBy.personId !== actor.personId) authorize(actor, 'project.administer', found.projectId);
  return found;
}

/** Whoever deletes or renames one of the secrets, or destroys a version, at this moment sees the consumer, or is waited for. */
async function refer(tx: Sql, consumerId: string, references: readonly store.Reference[]): Promise<void> {
  const going = await store.lockReferenced(tx, references);
  if (going.length > 0) {
    throw new AppError(
      'change_in_progress',
      'One of these secrets or versions is being deleted, destroyed or renamed.',
    );
  }
  await store.setReferences(tx, consumerId, references);
}

async function assertWebhook(tx: Sql, actor: Actor, id: string | null | undefined): Promise<void> {
  if (id == null || (await store.isWebhook(tx, actor.organizationId, id))) return;
  throw invalidField('/webhookId', 'the id of a webhook');
}
