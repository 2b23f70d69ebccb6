import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proposeNames } from '../../../src/imports/propose-name.ts';
import { secretNameSchema, secretPathSchema } from '../../../src/secrets/secret-name.ts';
import { DEFAULT_NAMING } from '../../../src/vaults/remote-naming.ts';

const room = {
  place: 'vault/one',
  naming: DEFAULT_NAMING,
  organization: 'acme',
  project: 'shop',
  plainIdentifiers: false,
};
const first = (entry: string, more = {}) => proposeNames(entry, { ...room, ...more })[0];
const segment = fc.stringMatching(/^[A-Za-z0-9_.-]{1,140}$/).filter((text) => text !== '.' && text !== '..');
const entries = fc
  .array(segment, { minLength: 1, maxLength: 20 })
  .map((all) => all.join('/'))
  .filter((entry) => entry.length <= 1_024);

test('folders and name of the entry, where the grammar takes them', () => {
  expect(first('legacy/payments/db-password')).toEqual({ path: 'legacy/payments', name: 'db-password' });
  expect(first('token')).toEqual({ path: '', name: 'token' });
});

test('an entry where the profile would put a secret of the project is that secret', () => {
  expect(first('acme/shop/db/login')).toEqual({ path: 'db', name: 'login' });
  expect(first('acme/other/db/login')).toEqual({ path: 'acme/other/db', name: 'login' });
});

test('what the grammar does not take is replaced and marked, in folders and names', () => {
  expect(first('my.app/db.password')).toEqual({
    path: expect.stringMatching(/^my-app-[0-9a-f]{10}$/),
    name: expect.stringMatching(/^db-password-[0-9a-f]{10}$/),
  });
  expect(first('2fa').name).toMatch(/^x2fa-[0-9a-f]{10}$/);
  expect(first('db-password', { plainIdentifiers: true }).name).toMatch(/^db_password_[0-9a-f]{10}$/);
});

test('any two entries differ in their first or in their second proposal, and both are names', () => {
  fc.assert(
    fc.property(entries, entries, fc.boolean(), (a, b, plainIdentifiers) => {
      fc.pre(a !== b);
      const [of, other] = [a, b].map((entry) => proposeNames(entry, { ...room, plainIdentifiers }));
      for (const { path, name } of [...(of ?? []), ...(other ?? [])]) {
        expect(secretNameSchema.safeParse(name).success, name).toBe(true);
        expect(secretPathSchema.safeParse(path).success, path).toBe(true);
        if (plainIdentifiers) expect(name).not.toContain('-');
      }
      expect(of?.[1]).not.toEqual(other?.[1]);
    }),
  );
});

test('entries of one name in two places differ in their second proposal', () => {
  const [one, two] = ['vault/one', 'vault/two'].map((place) => proposeNames('token', { ...room, place }));
  expect(one?.[0]).toEqual(two?.[0]);
  expect(one?.[1]).not.toEqual(two?.[1]);
});

test('names that become alike when they are escaped stay apart', () => {
  const names = ['a.b', 'a..b', 'a-b', 'a_b', 'a.-b'].map((entry) => first(entry).name);
  expect(new Set(names).size).toBe(names.length);
  const folders = ['a.b/x', 'a..b/x', 'a-b/x'].map((entry) => first(entry).path);
  expect(new Set(folders).size).toBe(folders.length);
});

test('deeper than a secret can lie: folders are left out and the name says which', () => {
  const deep = Array.from({ length: 18 }, (_, index) => `f${index}`);
  const [one, two] = ['x', 'y'].map((folder) => first([...deep, folder, 'name'].join('/')));
  expect(one?.path).toBe(deep.slice(0, 16).join('/'));
  expect(one?.name).not.toBe(two?.name);
});
