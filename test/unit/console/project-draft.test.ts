import { expect, test } from 'vitest';
import type { Project } from '../../../src/client/api-types.ts';
import { changesIn, startDraft, wholeOf } from '../../../src/console/screens/projects/project-draft.ts';
import { projectExample } from '../../../src/projects/project-schemas.ts';

const shop: Project = { ...projectExample, name: 'Shop', maxVersions: 100 };

test('an edit sends what was changed and nothing else', () => {
  const before = startDraft(shop);
  expect(changesIn(before, { ...before, name: 'Web shop' })).toEqual({ name: 'Web shop' });
  expect(changesIn(before, { ...before, reasonRequired: true })).toEqual({ revealReason: 'required' });
  expect(changesIn(before, { ...before, maxVersions: null })).toEqual({ maxVersions: null });
  expect(changesIn(before, { ...before })).toEqual({});
});

test('a new project is sent as a whole', () => {
  const draft = { ...startDraft(undefined), slug: 'shop', name: 'Shop', writeOnly: true };
  expect(wholeOf(draft)).toEqual({
    slug: 'shop',
    name: 'Shop',
    description: '',
    writeOnly: true,
    revealReason: 'optional',
    plainIdentifiers: false,
    maxSecrets: null,
    maxVersions: null,
  });
});
