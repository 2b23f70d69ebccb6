import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEntryPath } from '../../../adapters/lib/safe-path.ts';
import { DEFAULT_NAMING, type NamingParts, namingProblem, remotePathOf } from '../../../src/vaults/remote-naming.ts';

const parts = {
  organization: 'acme',
  project: 'billing',
  customer: null,
  path: 'db/main',
  name: 'password',
  type: 'generic',
};

test('the default template', () => {
  expect(remotePathOf(DEFAULT_NAMING, parts)).toBe('acme/billing/db/main/password');
  expect(remotePathOf(DEFAULT_NAMING, { ...parts, path: '' })).toBe('acme/billing/password');
});

test.each([
  ['{project}/{path}/{name}', 'billing/db/main/password'],
  ['apps.{project}/{type}/{path}/{name}.v1', 'apps.billing/generic/db/main/password.v1'],
  ['{path}/{project}.{name}', 'db/main/billing.password'],
  ['{project}-a.b-{name}/{path}', 'billing-a.b-password/db/main'],
  ['{project}/{customer}/{path}/{name}', 'billing/shared/db/main/password'],
])('accepts %s', (template, expected) => {
  expect(namingProblem(template)).toBeUndefined();
  expect(remotePathOf(template, parts)).toBe(expected);
});

test.each([
  '',
  '{name}',
  '{project}/{name}',
  '{project}/{path}',
  '{path}/{name}',
  '{project}-{name}/{path}',
  '{project}{name}/{path}',
  '{type}_{name}/{project}/{path}',
  '{project}/{path}-{name}',
  '{project}/x{path}/{name}',
  '{project}/{path}/{path}/{name}',
  '{project}/{name}/{path}/{name}',
  '/{project}/{path}/{name}',
  '{project}/{path}/{name}/',
  '{project}//{path}/{name}',
  '../{project}/{path}/{name}',
  './{project}/{path}/{name}',
  '{project}/{path}/{name}/..',
  '{project}/{path}/{name}?version=1',
  '{project}/{path}/{name}#x',
  '{project}/{path}/%2e%2e/{name}',
  '{project}/{path}/{name} ',
  '{project}/{path}/{nam}{name}',
  '{project}/{path}/{{name}}',
  '{constructor}/{project}/{path}/{name}',
  `${'a'.repeat(250)}/{project}/{path}/{name}`,
])('refuses %s', (template) => {
  expect(namingProblem(template)).toMatch(/./);
  expect(() => remotePathOf(template, parts)).toThrow(TypeError);
});

test.each([
  [DEFAULT_NAMING, 'acme/billing.big/db/main/password'],
  ['{project}/{customer}/{path}/{name}', 'billing/big/db/main/password'],
  ['{customer}.{project}-{type}', undefined],
  ['{path}/{name}.{project}', 'db/main/password.billing.big'],
])("where %s puts a customer's secret", (template, expected) => {
  if (expected === undefined) expect(namingProblem(template)).toBeDefined();
  else expect(remotePathOf(template, { ...parts, customer: 'big' })).toBe(expected);
});

test('parts that no grammar of ours allows do not pass', () => {
  for (const name of ['a/b', 'a.b', '..', '', 'a b']) {
    expect(() => remotePathOf(DEFAULT_NAMING, { ...parts, name })).toThrow(TypeError);
  }
  for (const path of ['a//b', '../b', '/a', 'a/']) {
    expect(() => remotePathOf(DEFAULT_NAMING, { ...parts, path })).toThrow(TypeError);
  }
});

test('a path that is too long for a vault is refused as input', () => {
  const path = Array.from({ length: 9 }, () => 'a'.repeat(120)).join('/');
  expect(() => remotePathOf(DEFAULT_NAMING, { ...parts, path })).toThrow(
    expect.objectContaining({ code: 'invalid_input', fields: [expect.objectContaining({ pointer: '/path' })] }),
  );
});

// Few letters, so that different parts look alike as often as possible.
const word = fc.stringMatching(/^[ab][ab_-]{0,3}$/);
const namingParts: fc.Arbitrary<NamingParts> = fc.record({
  organization: fc.constant('ab'),
  project: word,
  customer: fc.option(fc.oneof(word, fc.constant('shared-x'))),
  path: fc.array(word, { maxLength: 3 }).map((segments) => segments.join('/')),
  name: word,
  type: fc.constantFrom('api_key', 'basic_auth', 'key_value'),
});
const piece = fc.constantFrom(
  '{organization}',
  '{project}',
  '{customer}',
  '{path}',
  '{name}',
  '{type}',
  'a',
  'b',
  '-',
  '_',
  '.',
  '/',
  'a.b',
);
const template = fc.oneof(
  fc.array(piece, { minLength: 5, maxLength: 12 }).map((pieces) => pieces.join('')),
  fc
    .shuffledSubarray(['{organization}', '{project}', '{customer}', '{path}', '{name}', '{type}', 'a', 'a.b'], {
      minLength: 4,
    })
    .chain((pieces) =>
      fc
        .array(fc.constantFrom('/', '.', '-', '/', '-.'), { minLength: pieces.length, maxLength: pieces.length })
        .map((joints) => pieces.map((text, i) => (i === 0 ? text : (joints[i] ?? '/') + text)).join('')),
    ),
);

test('with an accepted template, different secrets get different entry paths', () => {
  let accepted = 0;
  fc.assert(
    fc.property(template, fc.array(namingParts, { minLength: 2, maxLength: 30 }), (text, secrets) => {
      fc.pre(namingProblem(text) === undefined);
      accepted += 1;
      const seen = new Map<string, string>();
      for (const secret of secrets) {
        const remote = remotePathOf(text, secret);
        expect(isEntryPath(remote)).toBe(true);
        const identity = `${secret.project}|${secret.customer}|${secret.path}|${secret.name}`;
        expect(seen.get(remote) ?? identity, `${text} gives ${remote} twice`).toBe(identity);
        seen.set(remote, identity);
      }
    }),
    { numRuns: 1500, maxSkipsPerRun: 1000 },
  );
  expect(accepted).toBe(1500);
});
