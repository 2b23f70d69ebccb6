import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_NAMING, remotePathOf } from '../../../src/vaults/remote-naming.ts';
import { secretAtPath } from '../../../src/vaults/secret-at-path.ts';

const room = { organization: 'acme', project: 'shop' };
const TEMPLATES = [
  DEFAULT_NAMING,
  '{project}/{path}/{name}',
  'apps.{project}/{type}/{path}/{name}.v1',
  '{path}/{project}.{name}',
  '{project}-a.b-{name}/{path}',
  '{organization}.{project}/{name}/{path}/x',
  '{project}/{customer}/{path}/{name}',
];
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,12}$/);

test.each(TEMPLATES)('finds in %s the secret that remotePathOf put there', (template) => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), word, (folders, name) => {
      const path = folders.join('/');
      const entry = remotePathOf(template, { ...room, customer: null, path, name, type: 'api_key' });
      expect(secretAtPath(template, room, entry)).toEqual({ path, name });
    }),
  );
});

test.each([
  'acme/shop',
  'acme/other/name',
  'acmex/shop/name',
  'acme/shop/a.b/name',
  'acme/shop/1st',
  'x/acme/shop/name',
  'acme/shop/name/',
])('no secret of the project would lie at %s', (entry) => {
  expect(secretAtPath(DEFAULT_NAMING, room, entry)).toBeUndefined();
});
