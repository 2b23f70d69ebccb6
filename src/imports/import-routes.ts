import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import { vaultProfileParams } from '../vaults/vault-profile-schemas.ts';
import type { ImportReader } from './import-reader.ts';
import type { ImportReviewService } from './import-review-service.ts';
import {
  createImportSchema,
  importDetailSchema,
  importItemPageSchema,
  importItemQuery,
  importPageSchema,
  importParams,
  importQuery,
  importReviewSchema,
  importSchema,
  importWaitQuery,
  reviewImportSchema,
} from './import-schemas.ts';
import type { ImportService } from './import-service.ts';

interface Deps {
  readonly imports: ImportService;
  readonly importReader: ImportReader;
  readonly importReviews: ImportReviewService;
  readonly mutate: Mutate;
  readonly doorbell: Doorbell;
}

const tag = 'imports';

export function importRoutes(deps: Deps): RouteDefinition[] {
  return [
    startImport(deps),
    listImports(deps),
    getImport(deps),
    listImportItems(deps),
    cancelImport(deps),
    reviewImport(deps),
  ];
}

const startImport = ({ imports, mutate, doorbell }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/vault-profiles/:profileId/import',
      operationId: 'importVaultEntries',
      tag,
      summary: 'Make secrets of entries that lie in the vault, where they are',
      description:
        'Each entry becomes a secret whose source it is, with its content as version 1. Nothing is written to the vault but, ' +
        'with `marker`, the ownership marker. Workers do it: follow the import. Where a policy governs creating, each ' +
        'secret waits for approval. With `dryRun` the items only say what would be made.',
      params: vaultProfileParams,
      body: createImportSchema,
      bodyExample: { project: 'shop', prefix: 'legacy/payments', dryRun: true },
      responses: { 202: { description: 'The import, to be worked off', schema: importSchema } },
      errors: ['forbidden', 'not_found', 'profile_disabled'],
      governance: { governed: 'import' },
    },
    async (request) => {
      const reply = await mutate(request, async (tx) => ({
        status: 202,
        body: await imports.start(request.actor, tx, request.params.profileId, request.body),
      }));
      ring(doorbell, reply.body);
      return reply;
    },
  );

const listImports = ({ importReader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/imports',
      operationId: 'listImports',
      tag,
      summary: 'Imports, newest first',
      query: importQuery,
      responses: { 200: { description: 'A page', schema: importPageSchema } },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await importReader.list(actor, query) }),
  );

const getImport = ({ importReader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/imports/:importId',
      operationId: 'getImport',
      tag,
      summary: 'One import and how far it is; can wait for its end',
      params: importParams,
      query: importWaitQuery,
      responses: { 200: { description: 'The import', schema: importDetailSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query, signal }) => {
      if (query.wait !== undefined) {
        await importReader.ended(actor, params.importId, Math.min(query.timeout, 60) * 1000, signal);
      }
      return { status: 200, body: await importReader.detail(actor, params.importId) };
    },
  );

const listImportItems = ({ importReader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/imports/:importId/items',
      operationId: 'listImportItems',
      tag,
      summary: 'What became of each entry, or would become of it: never a value',
      params: importParams,
      query: importItemQuery,
      responses: { 200: { description: 'A page', schema: importItemPageSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params, query }) => ({
      status: 200,
      body: await importReader.items(actor, params.importId, query),
    }),
  );

const cancelImport = ({ imports, mutate, doorbell }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/imports/:importId/cancel',
      operationId: 'cancelImport',
      tag,
      summary: 'Begin nothing more of an import, and withdraw what waits for approval',
      params: importParams,
      responses: { 200: { description: 'The import', schema: importSchema } },
      errors: ['forbidden', 'not_found', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.cancelImport },
    },
    async (request) => {
      const reply = await mutate(request, async (tx) => ({
        status: 200,
        body: await imports.cancel(request.actor, tx, request.params.importId),
      }));
      ring(doorbell, reply.body);
      return reply;
    },
  );

const reviewImport = ({ importReviews }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/imports/:importId/reviews',
      operationId: 'reviewImport',
      tag,
      summary: 'Approve or reject everything that an import would make, as it was shown',
      description:
        'Casts a vote on each change request of the import that waits for one, at most 500 in a request: repeat it until ' +
        'nothing is `left`.',
      params: importParams,
      body: reviewImportSchema,
      bodyExample: { decision: 'approve', digest: '5f0c…', comment: 'as agreed' },
      responses: { 200: { description: 'How far the decision got', schema: importReviewSchema } },
      errors: ['forbidden', 'not_found', 'digest_mismatch', 'not_eligible', 'invalid_transition'],
      governance: { exempt: UNGOVERNED.reviewImport },
    },
    async ({ actor, params, body }) => ({
      status: 200,
      body: await importReviews.review(actor, params.importId, body),
    }),
  );

function ring(doorbell: Doorbell, body: unknown): void {
  const { id } = body as { readonly id: string };
  doorbell.ring({ name: 'run-import', data: { importId: id } });
}
