import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeTags, labelsOf, tagsOf } from '../../../../adapters/aws-secrets-manager/labels.ts';
import { VaultError } from '../../../../adapters/vault-error.ts';
import { openAdapter, PATH, soon, startEmulator, value, vaultError } from './support.ts';

const AWS_TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

test('labels are readable tags under a prefix', () => {
  expect([...tagsOf({ 'keyferry-secret': '0190-ab', note: 'a b@c' }, 'label')]).toEqual([
    ['keyferry:keyferry-secret', '0190-ab'],
    ['keyferry:note', 'a b@40c'],
  ]);
});

test('any labels come back exactly, in tags that AWS takes, or are refused', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 200 });
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(text, printable), fc.oneof(text, printable), { maxKeys: 3 }), (labels) => {
      try {
        const tags = tagsOf(labels, 'label');
        for (const [key, content] of tags) {
          expect([AWS_TAG.test(key), AWS_TAG.test(content)]).toEqual([true, true]);
          expect([key.length <= 128, content.length <= 256]).toEqual([true, true]);
        }
        expect(tags.size).toBe(Object.keys(labels).length);
        expect(labelsOf(tags)).toEqual({ ...labels });
      } catch (error) {
        expect(error).toBeInstanceOf(VaultError);
        expect((error as VaultError).code).toBe('invalid_argument');
      }
    }),
    { numRuns: 60 },
  );
});

test('values of 200 plain characters and uuids always fit', () => {
  const labels = { k: 'a'.repeat(200), s: `x${' '.repeat(198)}x`, id: '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b' };
  expect(labelsOf(tagsOf(labels, 'label'))).toEqual(labels);
});

test('tags of others, and those that only look like ours, are no labels and never removed', () => {
  const present = new Map([
    ['team', 'blue'],
    ['keyferry', 'x'],
    ['keyferry:', 'x'],
    ['keyferry:@zz', 'x'],
    ['keyferry:@61', 'not how we write it'],
    ['keyferry:old', 'gone'],
  ]);
  expect(labelsOf(present)).toEqual({ old: 'gone' });
  expect(changeTags(present, new Map(), 'label')).toEqual({ set: new Map(), remove: ['keyferry:old'] });
});

test('more than 50 tags are refused before anything is written', async () => {
  const emulator = await startEmulator();
  const adapter = await openAdapter(emulator, { attributes: { tags: { owner: 'x' } } });
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, 'x']));
  const write = (labels: Record<string, string>, operationId: string, ifVersion?: string) =>
    adapter.write(PATH, value('x'), { ...soon(), operationId, labels, ...(ifVersion && { ifVersion }) });
  const refused = { code: 'invalid_argument', maybeApplied: false };
  expect(await vaultError(write(many(50), 'a', 'absent'))).toMatchObject(refused);
  const { version } = await write(many(49), 'b', 'absent');
  expect(await vaultError(write(many(50), 'c', version))).toMatchObject(refused);
  expect(emulator.secret(PATH)?.versions.size).toBe(1);
  // All 49 others: only possible when the old ones go first.
  const others = Object.fromEntries(Object.keys(many(49)).map((name) => [`m${name}`, 'y']));
  await write(others, 'd', version);
  expect((await adapter.head(PATH, soon())).labels).toEqual(others);
  expect(emulator.secret(PATH)?.tags.get('owner')).toBe('x');
});
