import type { Actor } from '../access/actor.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { Sql } from '../db.ts';
import type { AppErrorCode } from '../errors.ts';
import { AppError } from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { BulkItem, BulkWriteService } from './bulk-write-service.ts';
import { itemError } from './item-error.ts';
import { MUTATION_ERRORS, mutationReply, mutationResponses } from './mutation-reply.ts';
import { toSecretFields } from './payload/payload-input.ts';
import type { MutationResult } from './proposals.ts';
import { namedSecretParams, namedSecretQuery } from './secret-schemas.ts';
import type { UpsertService } from './upsert-service.ts';
import { upsertSchema, type WriteItem, writeAnswerSchema, writeSecretsSchema } from './write-schemas.ts';

export interface WriteRouteDeps {
  readonly db: Sql;
  readonly upserts: UpsertService;
  readonly bulkWrites: BulkWriteService;
}

const tag = 'secrets';
const WRITE_ERRORS = [
  ...MUTATION_ERRORS,
  'already_exists',
  'remote_path_taken',
  'secret_disabled',
  'payload_too_large',
  'quota_exceeded',
] as const satisfies readonly AppErrorCode[];

/** Writing by name, one secret or several. */
export function writeRoutes(deps: WriteRouteDeps): RouteDefinition[] {
  return [upsertSecret(deps), writeSecrets(deps)];
}

const upsertSecret = ({ db, upserts }: WriteRouteDeps) =>
  route(
    {
      method: 'put',
      path: '/v1/projects/:project/secrets/:name',
      operationId: 'putSecret',
      tag,
      summary: 'Write by name: a new version of the secret that has it, or else a new secret',
      description:
        'Without `create` there must be such a secret. `expectedVersion: 0` writes only a secret that has no version yet. A new ' +
        'secret is asked about as a create.',
      params: namedSecretParams,
      query: namedSecretQuery.omit({ fallback: true }),
      body: upsertSchema,
      bodyExample: {
        payload: { username: 'shop', password: 'correct horse battery staple' },
        create: { type: 'basic_auth', sourceProfileId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a' },
      },
      responses: mutationResponses(201),
      errors: WRITE_ERRORS,
      governance: { governed: 'update' },
    },
    async ({ actor, params, query, body, idempotency }) => {
      const { comment, expectedVersion, draft, create } = body;
      const options = { idempotency, comment, expectedVersion, draft };
      const ref = { ...params, ...query };
      return mutationReply(db, actor, await upserts.upsert(actor, ref, create, contentOf(body), options), 201);
    },
  );

const writeSecrets = ({ db, bulkWrites }: WriteRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/bulk',
      operationId: 'writeSecrets',
      tag,
      summary: 'Write several secrets in one call, all or nothing',
      description:
        'Every item is checked and every vault asked before anything is recorded; one refusal refuses the call. All changes are ' +
        'recorded in one step, and none takes effect before all of them are granted. From then on each goes its own way: a vault ' +
        'that is away delays its own item, which goes on by itself, and one that refuses for good ends its own item alone. What ' +
        'other vaults hold by then is not taken back.',
      body: writeSecretsSchema,
      bodyExample: {
        comment: 'rotation',
        items: [
          { secretId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a', payload: { value: 'a new one' }, expectedVersion: 3 },
          {
            project: 'shop',
            reference: 'payments/db-login',
            payload: { username: 'shop', password: 'another new one' },
            create: { type: 'basic_auth', sourceProfileId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1b' },
          },
        ],
      },
      responses: {
        200: { description: 'Every content is what it was; nothing was done.', schema: writeAnswerSchema },
        201: { description: 'All are applied.', schema: writeAnswerSchema },
        202: { description: 'Some wait, are not done yet or ended without effect.', schema: writeAnswerSchema },
      },
      errors: WRITE_ERRORS,
      governance: { governed: 'update' },
    },
    async ({ actor, body: { items, comment }, idempotency }) => {
      const { groupId, results } = await bulkWrites.write(actor, items.map(bulkItem), { idempotency, comment });
      const answers = await fewAtOnce(results, 8, (result) => itemAnswer(db, actor, result));
      const statuses = answers.map((answer) => answer.status);
      const shown = answers.map((answer) => answer.body);
      const open = statuses.includes(202);
      const state = open ? 'open' : shown.some(({ error }) => error !== null) ? 'incomplete' : 'applied';
      const status = state !== 'applied' ? 202 : statuses.every((each) => each === 200) ? 200 : 201;
      return { status, body: { groupId, state, items: shown } };
    },
  );

function contentOf(body: Omit<WriteItem, 'expectedVersion'>) {
  const { payload, checksums, versionDescription: description, versionLifetime: lifetime, disablePrevious } = body;
  return { fields: toSecretFields(payload), checksums, description, lifetime, disablePrevious };
}

function bulkItem(item: WriteItem): BulkItem {
  const { expectedVersion } = item;
  const input = contentOf(item);
  if ('secretId' in item) return { ref: { id: item.secretId }, creation: undefined, input, expectedVersion };
  const { project, customer, reference, create } = item;
  const { path, name } = reference;
  return { ref: { project, customer, path, name }, creation: create, input, expectedVersion };
}

/** One item as if it had been written alone; what it ended with, if that is without effect, stands beside it. */
async function itemAnswer(db: Sql, actor: Actor, result: MutationResult) {
  try {
    const { status, body } = await mutationReply(db, actor, result, 201);
    return { status, body: { ...(body as object), error: null } };
  } catch (error) {
    if (!(error instanceof AppError) || result.kind === 'unchanged') throw error;
    const { secretId } = result.change;
    return {
      status: 409,
      body: { secretId, unchanged: false, version: null, changeRequest: null, error: itemError(error) },
    };
  }
}
