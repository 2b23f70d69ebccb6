import { expect, test } from 'vitest';
import { LASTING, lifetimeDraft, lifetimeEdit, lifetimeOf } from '../../../src/console/payload/lifetime-draft.ts';

const END = new Date(2041, 1, 3, 4, 5, 6);
const secret = { expiresAt: END.toISOString(), onExpiry: 'delete' as const };

test('a lifetime is written in minutes of the own zone', () => {
  const draft = lifetimeDraft(secret);
  expect(draft).toEqual({ endsAt: '2041-02-03T04:05', action: 'delete' });
  expect(lifetimeOf(draft)).toEqual({ expiresAt: new Date(2041, 1, 3, 4, 5).toISOString(), action: 'delete' });
  expect(lifetimeDraft({ expiresAt: null, onExpiry: null })).toEqual(LASTING);
  expect(lifetimeOf(LASTING)).toBeNull();
});

test('an end that nobody touched is not sent, so that its seconds stay', () => {
  const was = lifetimeDraft(secret);
  expect(lifetimeEdit(was, lifetimeDraft(secret))).toEqual({});
  expect(lifetimeEdit(LASTING, { endsAt: '', action: 'delete' })).toEqual({});
});

test('what was touched is sent, and emptied means that it lasts', () => {
  const was = lifetimeDraft(secret);
  expect(lifetimeEdit(was, { ...was, action: 'disable' }).lifetime).toMatchObject({ action: 'disable' });
  expect(lifetimeEdit(was, { ...was, endsAt: '2042-01-01T00:00' }).lifetime).toEqual({
    expiresAt: new Date(2042, 0, 1).toISOString(),
    action: 'delete',
  });
  expect(lifetimeEdit(was, { ...was, endsAt: '' })).toEqual({ lifetime: null });
});
