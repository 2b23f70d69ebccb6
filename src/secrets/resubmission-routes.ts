import { z } from 'zod';
import { type RouteDefinition, route } from '../api/route.ts';
import { longText } from '../api/text-schemas.ts';
import { changeView } from '../approvals/change-reader.ts';
import { changeParams, changeSchema } from '../approvals/change-schemas.ts';
import { payloadSchema, toSecretFields } from './payload/payload-input.ts';
import type { ResubmissionService } from './resubmission-service.ts';

const editSchema = z
  .strictObject({
    payload: payloadSchema.optional(),
    versionDescription: longText.optional(),
    comment: longText.optional(),
  })
  .meta({ id: 'EditChangeRequest' });
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

export function resubmissionRoutes({
  resubmissions,
}: {
  readonly resubmissions: ResubmissionService;
}): RouteDefinition[] {
  return [
    route(
      {
        method: 'post',
        path: '/v1/change-requests/:changeId/edit',
        operationId: 'editChangeRequest',
        tag: 'changes',
        summary: 'Make a new revision of a waiting or rejected change; earlier votes no longer count',
        params: changeParams,
        body: editSchema,
        bodyExample: { payload: { username: 'shop', password: 'a better one' }, comment: 'longer, as asked for' },
        responses,
        errors,
        governance: {
          exempt: 'Asks anew: a revision waits for its own approval, and its editor may not decide; audited.',
        },
      },
      async ({ actor, params, body }) => {
        const { payload, ...rest } = body;
        const fields = payload === undefined ? {} : { fields: toSecretFields(payload) };
        return {
          status: 200,
          body: changeView(await resubmissions.edit(actor, params.changeId, { ...rest, ...fields })),
        };
      },
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
        governance: { exempt: 'Repeats what was granted; the grant is counted anew before anything happens; audited.' },
      },
      async ({ actor, params, body }) => {
        const fields = body.payload === undefined ? undefined : toSecretFields(body.payload);
        return { status: 200, body: changeView(await resubmissions.retry(actor, params.changeId, fields)) };
      },
    ),
  ];
}
