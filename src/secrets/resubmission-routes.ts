import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { IdempotentRequest } from '../api/idempotency.ts';
import type { SqlMutate } from '../api/mutation.ts';
import type { Reply } from '../api/reply.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { longText } from '../api/text-schemas.ts';
import type { Change } from '../approvals/change.ts';
import { changeParams, changeSchema } from '../approvals/change-schemas.ts';
import { changeView } from '../approvals/change-view.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { Sql } from '../db.ts';
import { payloadSchema, toSecretFields } from './payload/payload-input.ts';
import type { ResubmissionService } from './resubmission-service.ts';
import type { ChangeEdit } from './revision.ts';

const editSchema = z
  .strictObject({
    payload: payloadSchema.optional(),
    versionDescription: longText.optional(),
    comment: longText.optional(),
    expectedRevision: z.int().min(1).optional().meta({ description: 'Refused with 409 unless this is its revision.' }),
  })
  .meta({ id: 'EditChangeRequest' });
const rebaseSchema = editSchema.prefault({}).meta({ id: 'RebaseChangeRequest' });
const retrySchema = z
  .strictObject({ payload: payloadSchema.optional() })
  .prefault({})
  .meta({ id: 'RetryChangeRequest' });
const responses = { 200: { description: 'The change request', schema: changeSchema } };
const errors = [
  'forbidden',
  'not_found',
  'invalid_transition',
  'change_in_progress',
  'already_exists',
  'remote_path_taken',
  'payload_too_large',
] as const;

interface Deps {
  readonly resubmissions: ResubmissionService;
  readonly mutate: SqlMutate;
}

interface ChangeRequest {
  readonly actor: Actor;
  readonly params: { readonly changeId: string };
  readonly idempotency: IdempotentRequest | undefined;
}

export function resubmissionRoutes({ resubmissions, mutate }: Deps): RouteDefinition[] {
  const settled = (request: ChangeRequest, work: (tx: Sql) => Promise<Change>): Promise<Reply> =>
    resubmissions.settle(request.actor, request.params.changeId, () =>
      mutate(request, async (tx) => ({ status: 200, body: changeView(await work(tx)) })),
    );
  return [
    route(
      {
        method: 'post',
        path: '/v1/change-requests/:changeId/edit',
        operationId: 'editChangeRequest',
        tag: 'changes',
        summary: 'Make a new revision of a draft, a waiting or a rejected change; earlier votes no longer count',
        params: changeParams,
        body: editSchema,
        bodyExample: { payload: { username: 'shop', password: 'a better one' }, comment: 'longer, as asked for' },
        responses,
        errors: [...errors, 'revision_conflict'],
        governance: { exempt: UNGOVERNED.editChangeRequest },
      },
      (request) =>
        settled(request, (tx) => resubmissions.edit(request.actor, tx, request.params.changeId, editOf(request.body))),
    ),
    route(
      {
        method: 'post',
        path: '/v1/change-requests/:changeId/rebase',
        operationId: 'rebaseChangeRequest',
        tag: 'changes',
        summary: 'Make a new revision on the secret as it is now, of a conflict, a draft or a waiting change',
        description:
          'Earlier votes no longer count. After a conflict the payload is needed again, because it was erased when the change ended.',
        params: changeParams,
        body: rebaseSchema,
        bodyExample: { payload: { username: 'shop', password: 'a better one' } },
        responses,
        errors: [...errors, 'policy_unsatisfiable', 'revision_conflict'],
        governance: { exempt: UNGOVERNED.rebaseChangeRequest },
      },
      (request) =>
        settled(request, (tx) =>
          resubmissions.rebase(request.actor, tx, request.params.changeId, editOf(request.body)),
        ),
    ),
    route(
      {
        method: 'post',
        path: '/v1/change-requests/:changeId/submit',
        operationId: 'submitChangeRequest',
        tag: 'changes',
        summary: 'Ask for what a draft says',
        params: changeParams,
        responses,
        errors: [...errors, 'not_eligible', 'version_conflict', 'policy_unsatisfiable'],
        governance: { exempt: UNGOVERNED.submitChangeRequest },
      },
      (request) => settled(request, (tx) => resubmissions.submit(request.actor, tx, request.params.changeId)),
    ),
    route(
      {
        method: 'post',
        path: '/v1/change-requests/:changeId/retry',
        operationId: 'retryChangeRequest',
        tag: 'changes',
        summary: 'Run a failed change again, with the same content and under the same grant',
        params: changeParams,
        body: retrySchema,
        responses,
        errors,
        governance: { exempt: UNGOVERNED.retryChangeRequest },
      },
      (request) => {
        const { payload } = request.body;
        const fields = payload === undefined ? undefined : toSecretFields(payload);
        return settled(request, (tx) => resubmissions.retry(request.actor, tx, request.params.changeId, fields));
      },
    ),
  ];
}

function editOf({ payload, ...rest }: z.output<typeof editSchema>): ChangeEdit {
  return payload === undefined ? rest : { ...rest, fields: toSecretFields(payload) };
}
