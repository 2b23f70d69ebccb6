import type { Actor, ActorRef } from '../access/actor.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ports.ts';
import type { ChangeOpener } from './change-opener.ts';
import { toJson } from './change-plan.ts';
import { findSecretContext } from './secret-store.ts';

interface Due {
  id: string;
  organizationId: string;
  deletedBy: ActorRef;
  copies: 'delete' | 'keep';
}

const BATCH = 10;

export type ExpiredSecrets = ReturnType<typeof createExpiredSecrets>;

/** Destroys deleted secrets whose window is over, as the granted deletion said. */
export function createExpiredSecrets(deps: { readonly db: Sql; readonly opener: Pick<ChangeOpener, 'propose'> }) {
  const { db, opener } = deps;

  const destroy = async (due: Due): Promise<void> => {
    const context = await findSecretContext(db, due.organizationId, { id: due.id });
    // Somebody may have restored it since.
    if (context?.profile.enabled !== true || context.secret.state !== 'deleted') return;
    const { secret, profile } = context;
    await opener.propose(executorOf(due), {
      draft: {
        id: newId(),
        organizationId: secret.organizationId,
        projectId: secret.projectId,
        customerId: secret.customerId,
        subjectType: 'secret',
        subjectId: secret.id,
        secretId: secret.id,
        operation: 'destroy',
        baseVersion: secret.headVersion,
        profileId: profile.id,
        profileRevision: profile.revision,
        plan: toJson('destroy', { copies: due.copies }),
        policies: [],
        comment: 'The recovery window is over.',
      },
      idempotency: undefined,
      patient: true,
      found: context,
    });
  };

  return {
    /** One whose vault is away is destroyed when that is back; one with another open change after that has ended. */
    async destroyDue(): Promise<void> {
      const rows = await db.query<Due>(
        `select s.id, s.organization_id as "organizationId", s.updated_by as "deletedBy",
           coalesce((select c.plan->>'copies' from change_requests c where c.secret_id = s.id and c.operation = 'delete'
             and c.state = 'applied' order by c.id desc limit 1), 'delete') as copies
         from secrets s where s.state = 'deleted' and s.destroy_after <= clock_timestamp() and not exists (
           select 1 from change_requests o where o.secret_id = s.id
             and o.state in ('pending_approval', 'approved', 'executing', 'indeterminate'))
         order by s.destroy_after limit $1`,
        [BATCH],
      );
      await Promise.all(
        rows.map((due) =>
          destroy(due).catch((error: unknown) => {
            if (!(error instanceof AppError)) throw error;
          }),
        ),
      );
    },
  };
}

/** Whoever deleted it answers for the destruction that follows from it. */
function executorOf({ organizationId, deletedBy }: Due): Actor {
  const { type, id, name, personId } = deletedBy;
  return {
    organizationId,
    type,
    id,
    personId,
    name,
    tokenId: null,
    grants: [],
    groupIds: [],
    isOperator: false,
    requestId: null,
    ip: null,
  };
}
