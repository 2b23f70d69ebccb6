import { z } from 'zod';
import { createDocument, type oas31, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { APP_ERROR_CODES, type AppErrorCode } from '../errors.ts';
import { PROBLEM_KINDS, problemSchema } from './problem.ts';
import type { ResponseSpec, RouteDefinition } from './route.ts';
import { exampleOf, type JsonSchema } from './schema-example.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

const DESCRIPTION = `Keyferry carries secrets from one vault to others, with approvals, and keeps the ledger.

Failures are problem documents (RFC 9457) with a stable \`code\`. Lists are cursor-paged. A mutation takes an
\`Idempotency-Key\`: the same key and body give the same answer and one effect. A mutation that waits for approval answers
202 with its change request.`;

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/)
  .optional()
  .meta({ description: 'Makes repeating this request safe.', param: { name: 'Idempotency-Key', in: 'header' } });

/** The OpenAPI 3.1 document of a route table, from the schemas that validate requests. */
export function createOpenApiDocument(routes: readonly RouteDefinition[], version: string): oas31.OpenAPIObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = route.path.replace(/[:*](\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  const document = createDocument(
    {
      openapi: '3.1.1',
      info: { title: 'Keyferry', version, description: DESCRIPTION },
      servers: [{ url: '/' }],
      security: [{ token: [] }, { session: [] }],
      tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
      paths,
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'An API token, `kf_…`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: SESSION_COOKIE,
            description: 'Of a browser, after `beginSession`. Only requests from pages of this origin.',
          },
        },
      },
    },
    {
      // Answers may gain fields: clients must not refuse those they do not know.
      override: ({ jsonSchema, io }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    },
  );
  return withExamples(document);
}

type Content = Record<string, { schema?: unknown; example?: unknown; examples?: unknown }>;
interface Exemplified {
  readonly parameters?: { in: string; name: string; example?: unknown; schema?: unknown }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses?: Record<string, { readonly content?: Content }>;
}

/** Every body and every part of a path has an example: that of its route, or one made from its schema. */
function withExamples(document: oas31.OpenAPIObject): oas31.OpenAPIObject {
  const components = (document.components?.schemas ?? {}) as Record<string, JsonSchema>;
  const fill = (content: Content | undefined, io: 'input' | 'output') => {
    for (const media of Object.values(content ?? {})) {
      if (media.schema === undefined || media.example !== undefined || media.examples !== undefined) continue;
      media.example = exampleOf(media.schema as JsonSchema, { components, io });
    }
  };
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path) as Exemplified[]) {
      fill(operation.requestBody?.content, 'input');
      for (const response of Object.values(operation.responses ?? {})) fill(response.content, 'output');
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in !== 'path' || parameter.example !== undefined) continue;
        parameter.example = exampleOf(parameter.schema as JsonSchema, { components, io: 'input' }, parameter.name);
      }
    }
  }
  return document;
}

function operationOf(route: RouteDefinition): ZodOpenApiOperationObject {
  const mutates = route.method !== 'get';
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.auth === 'token' ? {} : { security: [] }),
    requestParams: {
      ...partOf('path', route.params),
      ...partOf('query', route.query),
    },
    ...(mutates ? { parameters: [idempotencyKey] } : {}),
    ...(route.body === undefined ? {} : { requestBody: requestBodyOf(route.body, route.bodyExample) }),
    responses: { ...successesOf(route), ...failuresOf(route) },
    'x-error-codes': errorCodesOf(route),
  };
}

/** The fields that are documented one by one; of a schema that is transformed as a whole, what goes in. */
function partOf(place: 'path' | 'query', schema: z.ZodType | undefined): { path?: z.ZodObject; query?: z.ZodObject } {
  const given = schema instanceof z.ZodPipe ? schema.in : schema;
  return given instanceof z.ZodObject ? { [place]: given } : {};
}

function requestBodyOf(schema: z.ZodType, example: unknown) {
  return {
    required: !schema.safeParse(undefined).success,
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  };
}

function successesOf(route: RouteDefinition): Record<`${1 | 2 | 3 | 4 | 5}${string}`, object> {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, response]) => [status, responseOf(response)]),
  );
}

function responseOf({ description, schema, example, contentType = 'application/json' }: ResponseSpec) {
  if (schema === undefined) return { description };
  return { description, content: { [contentType]: { schema, ...(example === undefined ? {} : { example }) } } };
}

/** Failures by status, each with an example per code. */
function failuresOf(route: RouteDefinition): Record<string, object> {
  const codes = errorCodesOf(route);
  const failures: Record<string, object> = {};
  for (const status of new Set(codes.map((code) => PROBLEM_KINDS[code].status))) {
    if (String(status) in route.responses) continue;
    const here = codes.filter((code) => PROBLEM_KINDS[code].status === status);
    failures[status] = {
      description: here.map((code) => `\`${code}\`: ${PROBLEM_KINDS[code].title}`).join('; '),
      content: {
        'application/problem+json': {
          schema: problemSchema,
          examples: Object.fromEntries(here.map((code) => [code, { value: problemExample(code) }])),
        },
      },
    };
  }
  return failures;
}

/** The route's own codes and those that this layer answers for every route of its form. */
function errorCodesOf(route: RouteDefinition): AppErrorCode[] {
  const codes = new Set<AppErrorCode>(route.errors);
  codes.add('internal');
  if (route.auth === 'token') codes.add('unauthenticated').add('unavailable');
  if (route.params !== undefined || route.query !== undefined || route.method !== 'get') codes.add('invalid_input');
  if (route.body !== undefined) codes.add('malformed_json').add('payload_too_large').add('unsupported_media_type');
  if (route.method !== 'get') codes.add('idempotency_key_reused');
  if (typeof route.governance === 'object' && 'governed' in route.governance) codes.add('policy_unsatisfiable');
  return APP_ERROR_CODES.filter((code) => codes.has(code));
}

function problemExample(code: AppErrorCode) {
  const { status, title } = PROBLEM_KINDS[code];
  const requestId = '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11';
  return { type: `urn:keyferry:problem:${code}`, title, status, code, detail: title, requestId };
}
