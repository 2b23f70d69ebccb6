import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import { secretParams } from '../secrets/secret-schemas.ts';
import type { ConsumerReader } from './consumer-reader.ts';
import {
  consumerExample,
  consumerPageSchema,
  consumerParams,
  consumerQuery,
  consumerSchema,
  createConsumerSchema,
  secretUsesSchema,
  updateConsumerSchema,
} from './consumer-schemas.ts';
import type { ConsumerService } from './consumer-service.ts';

interface Deps {
  readonly consumers: ConsumerService;
  readonly reader: ConsumerReader;
  readonly mutate: Mutate;
}

const tag = 'consumers';
const one = { description: 'The consumer', schema: consumerSchema, example: consumerExample };
const page = {
  description: 'A page',
  schema: consumerPageSchema,
  example: { items: [consumerExample], nextCursor: null },
};

export function consumerRoutes(deps: Deps): RouteDefinition[] {
  return [
    listConsumers(deps),
    createConsumer(deps),
    getConsumer(deps),
    updateConsumer(deps),
    deleteConsumer(deps),
    listSecretConsumers(deps),
  ];
}

const listConsumers = ({ reader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/consumers',
      operationId: 'listConsumers',
      tag,
      summary: 'What is made from secrets, in the projects one may list, in order of registration',
      query: consumerQuery,
      responses: { 200: page },
      errors: [],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await reader.list(actor, query) }),
  );

const createConsumer = ({ consumers, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/consumers',
      operationId: 'createConsumer',
      tag,
      summary:
        'Register what reads secrets: it is shown to who changes them, keeps them from being deleted and is told',
      body: createConsumerSchema,
      bodyExample: { project: 'shop', name: 'shop deployment', references: ['database', 'payments/token@3'] },
      responses: { 201: one },
      errors: ['forbidden', 'not_found', 'already_exists', 'template_invalid', 'change_in_progress'],
      governance: { exempt: UNGOVERNED.createConsumer },
    },
    (request) =>
      mutate(request, async (tx) => ({ status: 201, body: await consumers.create(request.actor, tx, request.body) })),
  );

const getConsumer = ({ reader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/consumers/:consumerId',
      operationId: 'getConsumer',
      tag,
      summary: 'One consumer',
      params: consumerParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await reader.get(actor, params.consumerId) }),
  );

const updateConsumer = ({ consumers, mutate }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/consumers/:consumerId',
      operationId: 'updateConsumer',
      tag,
      summary: 'Change what a consumer reads or who is told',
      params: consumerParams,
      body: updateConsumerSchema,
      bodyExample: { references: ['database@4'] },
      responses: { 200: one },
      errors: ['forbidden', 'not_found', 'template_invalid', 'change_in_progress'],
      governance: { exempt: UNGOVERNED.updateConsumer },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 200,
        body: await consumers.update(request.actor, tx, request.params.consumerId, request.body),
      })),
  );

const deleteConsumer = ({ consumers, mutate }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/consumers/:consumerId',
      operationId: 'deleteConsumer',
      tag,
      summary: 'Forget a consumer',
      params: consumerParams,
      responses: { 204: { description: 'Forgotten' } },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.deleteConsumer },
    },
    (request) =>
      mutate(request, async (tx) => {
        await consumers.remove(request.actor, tx, request.params.consumerId);
        return { status: 204 };
      }),
  );

const listSecretConsumers = ({ reader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/secrets/:secretId/consumers',
      operationId: 'listSecretConsumers',
      tag,
      summary: 'Who reads a secret, and at which version',
      params: secretParams,
      responses: {
        200: {
          description: 'All of them',
          schema: secretUsesSchema,
          example: {
            items: [{ id: consumerExample.id, name: 'shop deployment', selector: 'latest_enabled', version: 4 }],
          },
        },
      },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({ status: 200, body: await reader.ofSecret(actor, params.secretId) }),
  );
