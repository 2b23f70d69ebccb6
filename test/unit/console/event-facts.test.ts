import { expect, test } from 'vitest';
import { factsOf } from '../../../src/console/screens/audit/event-facts.ts';

const ID = '01936f6e-5c1e-7b1a-9d53-2f1f6a0c9a11';

test('details become lines of words, however deep they lie', () => {
  const details = {
    name: 'laptop',
    before: { disabled: false },
    targets: [{ action: 'create', version: 2 }],
    tags: [],
  };
  expect(factsOf(details)).toEqual([
    { label: 'Name', text: 'laptop' },
    { label: 'Before · Disabled', text: 'no' },
    { label: 'Targets 1 · Action', text: 'create' },
    { label: 'Targets 1 · Version', text: '2' },
    { label: 'Tags', text: 'none' },
  ]);
  expect(factsOf({ fields: ['email', 'name'], code: null, oldEntry: undefined })).toEqual([
    { label: 'Fields', text: 'email, name' },
    { label: 'Code', text: 'none' },
    { label: 'Old entry', text: 'none' },
  ]);
  expect(factsOf({ operation: 'change_source' })).toEqual([{ label: 'Operation', text: 'Change the source of' }]);
});

test('ids are told from texts, and of what they are the id', () => {
  expect(factsOf({ ownerId: ID, tokenId: null, subjectType: 'group', subjectId: ID })).toEqual([
    { label: 'Owner', text: ID, about: { type: 'person', id: ID } },
    { label: 'Token', text: 'none' },
    { label: 'Subject type', text: 'group' },
    { label: 'Subject', text: ID, about: { type: 'group', id: ID } },
  ]);
  expect(factsOf({ digest: 'k1:3d5a', secretId: 'gone' })).toEqual([
    { label: 'Digest', text: 'k1:3d5a' },
    { label: 'Secret id', text: 'gone' },
  ]);
});

test('moments are told in the zone of whoever reads', () => {
  const [fact] = factsOf({ expiresAt: '2026-11-02T09:34:00.000Z' });
  expect(fact?.label).toBe('Expires at');
  expect(fact?.text).toMatch(/2026/);
  expect(fact?.text).not.toContain('T09');
});
