import { expect, test } from 'vitest';
import type { ChangeDetail, Explanation, Me } from '../../../src/console/api-types.ts';
import { hindrance } from '../../../src/console/screens/change/may-decide.ts';

const me = { personId: 'rob', rights: [{ projectId: null, rights: ['change.review'] }] } as unknown as Me;
const change = { state: 'pending_approval', revision: 2, projectId: 'shop', reviews: [] } as unknown as ChangeDetail;
const step = { open: true, satisfied: false, canDecide: { count: 1, people: [{ id: 'rob', name: 'Rob' }] } };
const asked = { barred: [], approval: [{ steps: [step] }] } as unknown as Explanation;
const vote = { reviewer: { personId: 'rob' }, decision: 'approve' };

test('whoever an open step asks may decide', () => {
  expect(hindrance(me, change, asked)).toBeUndefined();
  const many = { ...asked, approval: [{ steps: [{ ...step, canDecide: { count: 30, people: [] } }] }] };
  expect(hindrance(me, change, many as unknown as Explanation)).toBeUndefined();
  const earlier = { ...change, reviews: [{ ...vote, revision: 1 }] } as unknown as ChangeDetail;
  expect(hindrance(me, earlier, asked)).toBeUndefined();
  const inProject = { ...me, rights: [{ projectId: 'shop', rights: ['change.review'] }] };
  expect(hindrance(inProject, change, asked)).toBeUndefined();
});

test('and everybody else is told why not', () => {
  const barred = (as: string) => ({ ...asked, barred: [{ id: 'rob', as }] }) as unknown as Explanation;
  expect(hindrance(me, { ...change, state: 'applied' }, asked)).toContain('no longer waits');
  expect(hindrance(me, change, barred('requester'))).toContain('asked for it');
  expect(hindrance(me, change, barred('editor'))).toContain('edited it');
  const voted = { ...change, reviews: [{ ...vote, revision: 2 }] } as unknown as ChangeDetail;
  expect(hindrance(me, voted, asked)).toContain('You approved');
  expect(hindrance({ ...me, rights: [{ projectId: 'other', rights: ['change.review'] }] }, change, asked)).toContain(
    'role',
  );
  const others = { ...asked, approval: [{ steps: [{ ...step, canDecide: { count: 1, people: [{ id: 'sue' }] } }] }] };
  expect(hindrance(me, change, others as unknown as Explanation)).toContain('No step');
  const later = { ...asked, approval: [{ steps: [{ ...step, open: false }] }] } as unknown as Explanation;
  expect(hindrance(me, change, later)).toContain('No step');
});
