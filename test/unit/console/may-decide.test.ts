import { expect, test } from 'vitest';
import type { ChangeExplanation, ChangeRequestDetail, Me } from '../../../src/client/api-types.ts';
import { hindrance } from '../../../src/console/screens/change/may-decide.ts';

const me = { personId: 'rob', rights: [{ projectId: null, rights: ['change.review'] }] } as unknown as Me;
const change = {
  state: 'pending_approval',
  revision: 2,
  projectId: 'shop',
  reviews: [],
} as unknown as ChangeRequestDetail;
const step = { open: true, satisfied: false, canDecide: { count: 1, people: [{ id: 'rob', name: 'Rob' }] } };
const asked = { barred: [], approval: [{ steps: [step] }] } as unknown as ChangeExplanation;
const vote = { reviewer: { personId: 'rob' }, decision: 'approve' };

test('whoever an open step asks may decide', () => {
  expect(hindrance(me, change, asked)).toBeUndefined();
  const many = { ...asked, approval: [{ steps: [{ ...step, canDecide: { count: 30, people: [] } }] }] };
  expect(hindrance(me, change, many as unknown as ChangeExplanation)).toBeUndefined();
  const earlier = { ...change, reviews: [{ ...vote, revision: 1 }] } as unknown as ChangeRequestDetail;
  expect(hindrance(me, earlier, asked)).toBeUndefined();
  const inProject = { ...me, rights: [{ projectId: 'shop', rights: ['change.review'] }] };
  expect(hindrance(inProject as unknown as Me, change, asked)).toBeUndefined();
});

test('and everybody else is told why not', () => {
  const barred = (as: string) => ({ ...asked, barred: [{ id: 'rob', as }] }) as unknown as ChangeExplanation;
  expect(hindrance(me, { ...change, state: 'applied' }, asked)).toContain('no longer waits');
  expect(hindrance(me, change, barred('requester'))).toContain('asked for it');
  expect(hindrance(me, change, barred('editor'))).toContain('edited it');
  const voted = { ...change, reviews: [{ ...vote, revision: 2 }] } as unknown as ChangeRequestDetail;
  expect(hindrance(me, voted, asked)).toContain('You approved');
  const elsewhere = { ...me, rights: [{ projectId: 'other', rights: ['change.review'] }] } as unknown as Me;
  expect(hindrance(elsewhere, change, asked)).toContain('role');
  const others = { ...asked, approval: [{ steps: [{ ...step, canDecide: { count: 1, people: [{ id: 'sue' }] } }] }] };
  expect(hindrance(me, change, others as unknown as ChangeExplanation)).toContain('No step');
  const later = { ...asked, approval: [{ steps: [{ ...step, open: false }] }] } as unknown as ChangeExplanation;
  expect(hindrance(me, change, later)).toContain('No step');
});
