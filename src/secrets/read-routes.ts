import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { BulkReader } from './bulk-reader.ts';
import { contentView } from './content-view.ts';
import { itemError } from './item-error.ts';
import {
  contentQuery,
  namedContentParams,
  namedContentQuery,
  namedVersionQuery,
  readAnswerSchema,
  readSecretsSchema,
} from './read-schemas.ts';
import type { SecretCatalog } from './secret-catalog.ts';
import { READ_ERRORS, type SecretReader } from './secret-reader.ts';
import { contentSchema, versionParams, versionSchema } from './secret-schemas.ts';

export interface ReadRouteDeps {
  readonly catalog: SecretCatalog;
  readonly reader: SecretReader;
  readonly bulkReader: BulkReader;
}

const tag = 'versions';
const NO_STORE = { 'cache-control': 'no-store' };

const errors = [...READ_ERRORS, 'invalid_transition'] as const;

/** The routes that hand out values, beside templates; and what they name, without values. */
export function readRoutes(deps: ReadRouteDeps): RouteDefinition[] {
  return [getContent(deps), getContentByName(deps), getVersionByName(deps), readSecrets(deps)];
}

const getContent = ({ reader }: ReadRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/secrets/:secretId/versions/:version/content',
      operationId: 'getVersionContent',
      tag,
      summary: 'The value or one field of it, read from the source vault; recorded before it is read',
      params: versionParams,
      query: contentQuery,
      responses: { 200: { description: 'The content', schema: contentSchema } },
      errors,
      governance: 'read',
    },
    async ({ actor, params, query }) => ({
      status: 200,
      body: contentView(await reader.content(actor, { id: params.secretId }, params.version, query)),
      headers: NO_STORE,
    }),
  );

const getContentByName = ({ reader }: ReadRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/projects/:project/secrets/:reference/content',
      operationId: 'getContentByName',
      tag,
      summary: 'The value or one field of it, by project, folder and name; `name@3` reads that version',
      params: namedContentParams,
      query: namedContentQuery,
      responses: { 200: { description: 'The content', schema: contentSchema } },
      errors,
      governance: 'read',
    },
    async ({ actor, params: { project, reference }, query: { field, reason, ...where } }) => {
      const { name, selector = 'latest_enabled' } = reference;
      const content = await reader.content(actor, { project, name, ...where }, selector, { field, reason });
      return { status: 200, body: contentView(content), headers: NO_STORE };
    },
  );

const getVersionByName = ({ catalog }: ReadRouteDeps) =>
  route(
    {
      method: 'get',
      path: '/v1/projects/:project/secrets/:reference/version',
      operationId: 'getVersionByName',
      tag,
      summary: 'One version by project, folder and `name@3`, without its content',
      params: namedContentParams,
      query: namedVersionQuery,
      responses: { 200: { description: 'The version', schema: versionSchema } },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params: { project, reference }, query }) => {
      const { name, selector = 'latest_enabled' } = reference;
      return { status: 200, body: await catalog.getVersion(actor, { project, name, ...query }, selector) };
    },
  );

const readSecrets = ({ bulkReader }: ReadRouteDeps) =>
  route(
    {
      method: 'post',
      path: '/v1/secrets/read',
      operationId: 'readSecrets',
      tag,
      summary: 'Several values in one call, each with its own rights, its own record and its own outcome',
      body: readSecretsSchema,
      bodyExample: {
        items: [
          { secretId: '01936f74-9d30-7c08-b2e4-6f5a4d3c2b1a', version: 'latest', field: 'password' },
          { project: 'shop', reference: 'payments/db-login@3' },
        ],
      },
      responses: { 200: { description: 'What became of each item, in their order', schema: readAnswerSchema } },
      errors: [],
      governance: { exempt: UNGOVERNED.readSecrets },
    },
    async ({ actor, body: { items: asked, ...options } }) => {
      const outcomes = await bulkReader.readAll(actor, asked, options);
      const items = outcomes.map((outcome) =>
        'content' in outcome
          ? { content: contentView(outcome.content), error: null }
          : { content: null, error: itemError(outcome.error) },
      );
      return { status: 200, body: { items }, headers: NO_STORE };
    },
  );
