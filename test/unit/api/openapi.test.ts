import { Validator } from '@seriousme/openapi-schema-validator';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessRoutes } from '../../../src/access/access-routes.ts';
import { createApp } from '../../../src/api/app.ts';
import { createOpenApiDocument } from '../../../src/api/openapi.ts';
import { PROBLEM_KINDS } from '../../../src/api/problem.ts';
import { APP_ERROR_CODES, AppError } from '../../../src/errors.ts';
import { projectRoutes } from '../../../src/projects/project-routes.ts';
import { type ApiClient, apiClient, serve } from '../../support/api-client.ts';

/** Routes are only described here, never called. */
const uncalled = new Proxy({}, { get: () => uncalled }) as never;
const routes = [...accessRoutes(uncalled), ...projectRoutes(uncalled)];

let server: Awaited<ReturnType<typeof serve>>;
let call: ApiClient;

beforeAll(async () => {
  const app = createApp({
    routes,
    authenticate: () => Promise.reject(new AppError('unauthenticated', 'Nobody.')),
    log: pino({ level: 'silent' }),
    metrics: new Registry(),
    readiness: {},
    version: '1.2.3',
  });
  server = await serve(app);
  call = apiClient(server.url);
});
afterAll(() => server.close());

test('the document is valid OpenAPI 3.1, and the validator notices a broken one', async () => {
  const { status, json } = await call('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(json.openapi).toBe('3.1.1');
  expect(await new Validator().validate(structuredClone(json))).toMatchObject({ valid: true });
  expect(await new Validator().validate({ ...json, paths: { '/x': { get: { responses: 5 } } } })).toMatchObject({
    valid: false,
  });
});

test('every route is documented with an id, examples and its failures', () => {
  const document = createOpenApiDocument(routes, '1.2.3') as unknown as {
    paths: Record<
      string,
      Record<
        string,
        { operationId: string; responses: Record<string, { content?: Record<string, { example?: unknown }> }> }
      >
    >;
  };
  for (const route of routes) {
    const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method];
    expect(operation?.operationId).toBe(route.operationId);
    const responses = operation?.responses ?? {};
    expect(Object.keys(responses)).toContain('401');
    expect(Object.keys(responses)).toContain('500');
    for (const code of route.errors)
      expect(Object.keys(responses), route.operationId).toContain(String(PROBLEM_KINDS[code].status));
    for (const [status, { schema, example }] of Object.entries(route.responses)) {
      if (schema === undefined) continue;
      expect(example, `${route.operationId} ${status}`).toBeDefined();
      expect(schema.safeParse(example).success, `${route.operationId} ${status}`).toBe(true);
    }
    if (route.body !== undefined) expect(route.body.safeParse(route.bodyExample).success, route.operationId).toBe(true);
  }
});

test('answers may gain fields, requests may not', () => {
  const { components } = createOpenApiDocument(routes, '1') as { components?: { schemas?: Record<string, object> } };
  expect(components?.schemas?.Person).not.toHaveProperty('additionalProperties');
  expect(components?.schemas?.CreatePerson).toHaveProperty('additionalProperties', false);
  expect(components?.schemas?.CreateProject).toMatchObject({ required: ['slug', 'name'] });
});

test('every code has a status and a title of its own', () => {
  expect(Object.keys(PROBLEM_KINDS).sort()).toEqual([...APP_ERROR_CODES].sort());
  expect(new Set(Object.values(PROBLEM_KINDS).map((kind) => kind.title)).size).toBe(APP_ERROR_CODES.length);
});

test('the docs page loads nothing from elsewhere', async () => {
  const page = await call('GET', '/docs');
  expect(page.status).toBe(200);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toMatch(/script-src[^;]*unsafe|https?:/);
  const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
  expect(parts).toHaveLength(4);
  for (const part of parts) {
    expect(part).toMatch(/^\/docs\//);
    const asset = await call('GET', part);
    expect(asset.status, part).toBe(200);
    expect(asset.text.length, part).toBeGreaterThan(50);
  }
  expect(page.text).not.toMatch(/<script>/);
  for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/index.html']) {
    expect((await call('GET', path)).status, path).toBe(404);
  }
});
