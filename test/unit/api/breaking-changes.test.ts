import { expect, test } from 'vitest';
import { breakingChanges } from '../../support/breaking-changes.ts';
import { contractOf } from '../../support/openapi-contract.ts';

type Part = Record<string, unknown>;

const BODY = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 10, description: 'prose' },
    kind: { type: 'string', enum: ['a', 'b'] },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['name'],
};
const ANSWER = {
  type: 'object',
  properties: { id: { type: 'string' }, state: { type: 'string', enum: ['on', 'off'] }, size: { type: 'integer' } },
  required: ['id', 'state'],
};

function documentOf(
  change: { body?: Part; answer?: Part; parameters?: Part[]; at?: string; id?: string; required?: boolean } = {},
) {
  const {
    at = '/v1/things',
    id = 'makeThing',
    body = BODY,
    answer = ANSWER,
    parameters = [],
    required = true,
  } = change;
  return {
    paths: {
      [at]: {
        post: {
          operationId: id,
          parameters: [{ in: 'query', name: 'dry', schema: { type: 'boolean' } }, ...parameters],
          requestBody: { required, content: { 'application/json': { schema: { $ref: '#/components/schemas/Body' } } } },
          responses: {
            201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Answer' } } } },
            422: { content: {} },
          },
        },
      },
    },
    components: { schemas: { Body: body, Answer: answer } },
  };
}
const changes = (before: Parameters<typeof documentOf>[0], after: Parameters<typeof documentOf>[0]) =>
  breakingChanges(contractOf(documentOf(before)), contractOf(documentOf(after)));
const withMember = (schema: typeof BODY | typeof ANSWER, name: string, member: Part, demanded = false) => ({
  ...schema,
  properties: { ...schema.properties, [name]: member },
  required: demanded ? [...schema.required, name] : schema.required,
});
const without = (schema: typeof BODY | typeof ANSWER, name: string) => ({
  ...schema,
  properties: Object.fromEntries(Object.entries(schema.properties).filter(([each]) => each !== name)),
  required: schema.required.filter((each) => each !== name),
});

test.each<[string, Parameters<typeof documentOf>[0]]>([
  ['nothing', {}],
  ['other prose', { body: withMember(BODY, 'name', { type: 'string', maxLength: 10, description: 'other' }) }],
  ['a field that may be sent', { body: withMember(BODY, 'more', { type: 'string' }) }],
  ['a field that is answered', { answer: withMember(ANSWER, 'more', { type: 'string' }, true) }],
  ['a value that may be sent', { body: withMember(BODY, 'kind', { type: 'string', enum: ['a', 'b', 'c'] }) }],
  ['a longer name', { body: withMember(BODY, 'name', { type: 'string', maxLength: 20 }) }],
  ['a parameter', { parameters: [{ in: 'query', name: 'more', schema: { type: 'string' } }] }],
  ['a body that may be missing', { required: false }],
])('an addition breaks nothing: %s', (_name, after) => {
  expect(changes({}, after)).toEqual([]);
});

test.each<[string, Parameters<typeof documentOf>[0]]>([
  ['makeThing: the operation is gone', { id: 'createThing' }],
  ['makeThing: moved from post /v1/things to post /v1/objects', { at: '/v1/objects' }],
  [
    'makeThing: parameter query key is new and demanded',
    { parameters: [{ in: 'query', name: 'key', required: true }] },
  ],
  ['makeThing body/more is demanded', { body: withMember(BODY, 'more', { type: 'string' }, true) }],
  ['makeThing body/tags is gone', { body: without(BODY, 'tags') }],
  ['makeThing body/kind: b is gone', { body: withMember(BODY, 'kind', { type: 'string', enum: ['a'] }) }],
  ['makeThing body/name: maxLength is lower', { body: withMember(BODY, 'name', { type: 'string', maxLength: 5 }) }],
  [
    'makeThing body/name: has another pattern',
    { body: withMember(BODY, 'name', { type: 'string', maxLength: 10, pattern: '^a' }) },
  ],
  [
    'makeThing body/tags[]: is integer, was string',
    { body: withMember(BODY, 'tags', { type: 'array', items: { type: 'integer' } }) },
  ],
  ['makeThing 201 application/json/size is gone', { answer: without(ANSWER, 'size') }],
  [
    'makeThing 201 application/json/state: off is gone',
    { answer: withMember(ANSWER, 'state', { type: 'string', enum: ['on'] }) },
  ],
  ['makeThing 201 application/json/state may be missing', { answer: { ...ANSWER, required: ['id'] } }],
  [
    'makeThing 201 application/json/id: is integer, was string',
    { answer: withMember(ANSWER, 'id', { type: 'integer' }) },
  ],
  [
    'makeThing 201 application/json/id: may be null',
    { answer: withMember(ANSWER, 'id', { anyOf: [{ type: 'string' }, { type: 'null' }] }) },
  ],
])('found: %s', (message, after) => {
  expect(changes({}, after)).toContain(message);
});

test('a body that was not needed and is, a parameter that may go missing no more', () => {
  expect(changes({ required: false }, {})).toEqual(['makeThing: a body is demanded']);
  const parameter = { in: 'query', name: 'key', schema: { type: 'string' } };
  const after = { parameters: [{ ...parameter, required: true }] };
  expect(changes({ parameters: [parameter] }, after)).toEqual(['makeThing: parameter query key is demanded']);
  expect(changes({ parameters: [parameter] }, {})).toEqual(['makeThing: parameter query key is gone']);
});
