import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Record<string, { readonly example?: unknown }>;
  };
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly example?: unknown }[];
  readonly responses: Record<string, { readonly description?: string; readonly content?: Record<string, unknown> }>;
}

let broker: TestBroker;
let document: { paths: Record<string, Record<string, Operation>> };

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
  document = (await broker.admin.as(undefined)('GET', '/openapi.json')).json as unknown as typeof document;
});
afterAll(() => broker.close());

const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path));

test('the whole document is valid OpenAPI 3.1', async () => {
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
});

test('every route is in it, with a summary and an id of its own', () => {
  const described = new Set(operations().map((operation) => operation.operationId));
  expect(described.size).toBe(operations().length);
  for (const route of broker.broker.routes) expect(described.has(route.operationId), route.operationId).toBe(true);
  for (const { operationId, summary } of operations()) {
    expect((summary ?? '').length, operationId).toBeGreaterThan(5);
    expect(summary, operationId).not.toMatch(/\.$/);
  }
});

test('what may stand in a query is documented, also where it is transformed as a whole', () => {
  for (const route of broker.broker.routes) {
    if (route.query === undefined) continue;
    const { parameters = [] } = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method] ?? {};
    expect(parameters.filter((parameter) => parameter.in === 'query').length, route.operationId).toBeGreaterThan(0);
  }
  const plan = document.paths['/v1/secrets/{secretId}/plan']?.get?.parameters?.map(({ name }) => name);
  expect(plan).toEqual(expect.arrayContaining(['cursor', 'limit', 'observe']));
});

test('every operation with a token names its failures, as problem documents', () => {
  for (const route of broker.broker.routes) {
    const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method];
    const failures = Object.entries(operation?.responses ?? {}).filter(([status]) => Number(status) >= 400);
    const statuses = failures.map(([status]) => status);
    expect(statuses, route.operationId).toEqual(expect.arrayContaining(['401', '500', '503']));
    if (route.path.includes(':')) expect(statuses, route.operationId).toEqual(expect.arrayContaining(['404', '422']));
    if (route.body !== undefined) expect(statuses, route.operationId).toEqual(expect.arrayContaining(['400', '415']));
    for (const [status, { description, content }] of failures) {
      expect(description, `${route.operationId} ${status}`).toBeTruthy();
      expect(Object.keys(content ?? {}), `${route.operationId} ${status}`).toEqual(['application/problem+json']);
    }
  }
});

const contentsOf = (status: string, route: { path: string; method: string }) =>
  document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method]?.responses[status]?.content ?? {};

test('whoever sends a body sees one that is accepted', () => {
  for (const route of broker.broker.routes) {
    const body = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method]?.requestBody;
    expect(body === undefined, route.operationId).toBe(route.body === undefined);
    if (route.body === undefined) continue;
    const example = body?.content['application/json']?.example;
    expect(example, `${route.operationId} has no example`).toBeDefined();
    const { error } = route.body.safeParse(example);
    expect(error?.issues ?? [], `${route.operationId}: the example is refused`).toEqual([]);
    if (body?.required === true) expect(route.bodyExample, `${route.operationId}: an example of its own`).toBeDefined();
  }
});

test('every path can be asked for as its examples say', () => {
  for (const route of broker.broker.routes) {
    const path = route.path.replace(/[:*](\w+)/g, '{$1}');
    const given = (document.paths[path]?.[route.method]?.parameters ?? []).filter((each) => each.in === 'path');
    const params = Object.fromEntries(given.map(({ name, example }) => [name, example]));
    const { error } = route.params?.safeParse(params) ?? {};
    expect(error?.issues ?? [], route.operationId).toEqual([]);
  }
});

test('every answer has an example, which is what its schema says', () => {
  for (const route of broker.broker.routes) {
    for (const [status, { schema }] of Object.entries(route.responses)) {
      if (schema === undefined) continue;
      for (const [type, media] of Object.entries(contentsOf(status, route))) {
        const { example } = media as { example?: unknown };
        expect(example, `${route.operationId} ${status} has no example`).toBeDefined();
        if (!type.includes('json')) continue;
        const { error } = schema.safeParse(example);
        expect(error?.issues ?? [], `${route.operationId} ${status}`).toEqual([]);
      }
    }
  }
});
