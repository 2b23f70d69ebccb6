import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ERROR_CODES } from '../../src/errors.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';

interface Media {
  readonly schema?: unknown;
  readonly example?: unknown;
  readonly examples?: Readonly<
    Record<string, { readonly value?: { readonly code?: string; readonly status?: number } }>
  >;
}
interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    in: string;
    name: string;
    required?: boolean;
    schema?: unknown;
    example?: unknown;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { description?: string; content?: Readonly<Record<string, Media>> }>>;
  readonly 'x-error-codes': readonly string[];
}
interface Placed {
  readonly at: string;
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}
interface Document {
  readonly info: { readonly description?: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

let broker: TestBroker;
let document: Document;
let placed: Placed[];

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
  document = (await broker.admin.as(undefined)('GET', '/openapi.json')).json as unknown as Document;
  placed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ at: `${method} ${path}`, path, method, operation })),
  );
});
afterAll(() => broker.close());

/** Every rule: what is wrong with one operation, if anything. */
const RULES: Readonly<Record<string, (at: Placed) => unknown[]>> = {
  'ids are in camel case': ({ operation }) =>
    /^[a-z][A-Za-z0-9]*$/.test(operation.operationId) ? [] : [operation.operationId],
  'each has one tag, which is declared': ({ operation: { tags = [] } }) =>
    tags.length === 1 && document.tags.some(({ name }) => name === tags[0]) ? [] : [tags],
  'summaries are one line, begin with a capital and end without a stop': ({ operation: { summary = '' } }) =>
    /^[A-Z][^\n]{4,150}[^.\s]$/.test(summary) ? [] : [summary],
  'paths are in kebab case, without a slash at the end': ({ path }) =>
    path
      .split('/')
      .slice(1)
      .every((part) => /^([a-z0-9]+([-.][a-z0-9]+)*|\{[a-z][A-Za-z]*\})$/.test(part))
      ? []
      : [path],
  'every part of the path in braces is a parameter, and no other': ({ path, operation }) => {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    const given = (operation.parameters ?? []).filter((each) => each.in === 'path');
    const fine = JSON.stringify(given.map(({ name }) => name).sort()) === JSON.stringify(wanted);
    return fine && given.every(({ required, example }) => required === true && example !== undefined) ? [] : [given];
  },
  'reads have no body and no key': ({ method, operation }) =>
    method === 'get' && (operation.requestBody !== undefined || has(operation, 'Idempotency-Key')) ? [method] : [],
  'mutations take a key': ({ path, method, operation }) =>
    method === 'get' || !path.startsWith('/v1/') || has(operation, 'Idempotency-Key') ? [] : [method],
  'there is an answer that is no failure': ({ operation }) =>
    Object.keys(operation.responses).some((status) => /^[23]/.test(status)) ? [] : [operation.responses],
  'answers are described, and 204 has nothing in it': ({ operation }) =>
    Object.entries(operation.responses).filter(
      ([status, { description, content }]) => !description || (status === '204' && content !== undefined),
    ),
  'bodies and answers have examples': ({ operation }) =>
    [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) =>
      Object.entries(part?.content ?? {}).filter(
        ([, { schema, example, examples }]) => schema !== undefined && example === undefined && examples === undefined,
      ),
    ),
  'its error codes are listed, each once, and each has an example at its status': ({ operation }) => {
    const codes = operation['x-error-codes'];
    const shown = Object.entries(operation.responses).flatMap(([status, { content }]) =>
      Object.entries(content?.['application/problem+json']?.examples ?? {}).map(([code, { value }]) => {
        return value?.code === code && String(value.status) === status ? code : `${code} at ${status}`;
      }),
    );
    const known = codes.every((code) => (APP_ERROR_CODES as readonly string[]).includes(code));
    return known && new Set(codes).size === codes.length && shown.every((code) => codes.includes(code))
      ? []
      : [codes, shown];
  },
  'whatever needs a token can be refused for it': ({ path, operation }) =>
    !path.startsWith('/v1/') || operation['x-error-codes'].includes('unauthenticated')
      ? []
      : [operation['x-error-codes']],
};

const has = ({ parameters = [] }: Operation, name: string) => parameters.some((each) => each.name === name);

test.each(Object.keys(RULES))('%s', (rule) => {
  const wrong = placed.flatMap((at) => {
    const problems = RULES[rule]?.(at) ?? [];
    return problems.length > 0 ? [[at.at, ...problems]] : [];
  });
  expect(wrong).toEqual([]);
  expect(placed.length).toBeGreaterThan(120);
});

test('ids are unique, and no two paths differ in the names of their parts in braces alone', () => {
  const ids = placed.map(({ operation }) => operation.operationId);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const shapes = placed.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`);
  expect(shapes.filter((shape, index) => shapes.indexOf(shape) !== index)).toEqual([]);
});

test('every schema that is referred to is there, is referred to, and has a name in Pascal case', () => {
  const text = JSON.stringify(document);
  const referred = new Set([...text.matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name));
  const there = Object.keys(document.components.schemas);
  expect([...referred].filter((name) => name !== undefined && !there.includes(name))).toEqual([]);
  expect(there.filter((name) => !referred.has(name))).toEqual([]);
  expect(there.filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name))).toEqual([]);
});
