import { expect, test } from 'vitest';
import { eventName } from '../../../src/console/event-name.ts';

const nameOf = (id: string) => ({ rob: 'Rob Reviewer' })[id];
const profileOf = (id: unknown) => (id === 'p1' ? 'target-1' : undefined);

test.each([
  ['a copy is named by where it lies', 'target', { profileId: 'p1', version: 3 }, 'version 3 at target-1'],
  ['a removed copy has no version', 'target', { profileId: 'p1' }, 'at target-1'],
  ['a copy at a place nobody knows has no name', 'target', { profileId: 'p2', version: 3 }, undefined],
  [
    'a role with whose it is',
    'role_grant',
    { role: 'read_write', subjectId: 'rob' },
    'Reader and writer for Rob Reviewer',
  ],
  ['a role of somebody who is gone', 'role_grant', { role: 'approver', subjectId: 'gone' }, 'Approver for somebody'],
  ['the name in the details', 'token', { name: 'laptop' }, 'laptop'],
  ['the operation where there is no name', 'change_request', { operation: 'update' }, '(update)'],
  ['nothing where nothing is told', 'session', {}, undefined],
])('%s', (_, objectType, details, expected) => {
  expect(eventName({ objectType, details }, nameOf, profileOf)).toBe(expected);
});
