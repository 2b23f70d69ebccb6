import { expect, test } from 'vitest';
import type { Me, RoleList, Token } from '../../../src/client/api-types.ts';
import { mayWholly } from '../../../src/console/rights.ts';
import { rolesToGive } from '../../../src/console/role-words.ts';
import { endOf, isLive, tokenState } from '../../../src/console/screens/access/token-state.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const token = { expiresAt: null, revokedAt: null } as Token;

test('a token works until it is revoked or has ended', () => {
  expect(isLive(token, NOW)).toBe(true);
  expect(isLive({ ...token, expiresAt: '2026-11-23T12:00:01Z' }, NOW)).toBe(true);
  expect(tokenState({ ...token, expiresAt: '2026-11-23T12:00:00Z' }, NOW).label).toBe('Ended');
  expect(tokenState({ ...token, revokedAt: '2026-11-01T00:00:00Z' }, NOW).label).toBe('Revoked');
});

test('a new one works for days, or until it is revoked', () => {
  expect(endOf('7', NOW)).toBe('2026-11-30T12:00:00.000Z');
  expect(endOf('', NOW)).toBeUndefined();
});

const role = (name: string, ...rights: string[]) => ({ role: name, summary: '', rights });
const ROLES = [
  role('viewer', 'secret.list'),
  role('admin', 'secret.list', 'access.administer'),
  role('break_glass', 'secret.list', 'change.override'),
] as unknown as RoleList['items'];
const holder = (projectId: string | null, ...rights: string[]) =>
  ({ rights: [{ projectId, customerId: null, rights }] }) as unknown as Me;
const given = (me: Me, projectId: string | null, customerId: string | null = null) =>
  rolesToGive(me, ROLES, projectId, customerId).map((each) => each.role);

test('nobody gives rights that they do not hold, but administrators give the override', () => {
  const admin = holder(null, 'secret.list', 'access.administer');
  expect(given(admin, null)).toEqual(['viewer', 'admin', 'break_glass']);
  expect(given(admin, 'shop', 'acme')).toEqual(['viewer']);
  const ofShop = holder('shop', 'secret.list', 'access.administer');
  expect(given(ofShop, 'shop')).toEqual(['viewer', 'admin']);
  expect(given(ofShop, 'other')).toEqual([]);
  expect(given(ofShop, null)).toEqual([]);
});

test('a role for one customer reaches nothing as a whole', () => {
  const rights = ['secret.list'];
  const limited = { rights: [{ projectId: 'shop', customerId: 'acme', rights }] } as unknown as Me;
  expect(mayWholly(limited, 'secret.list')).toBe(false);
  expect(mayWholly(limited, 'secret.list', 'shop')).toBe(false);
  const ofShop = holder('shop', ...rights);
  expect(mayWholly(ofShop, 'secret.list')).toBe(true);
  expect(mayWholly(ofShop, 'secret.list', 'shop')).toBe(true);
  expect(mayWholly(ofShop, 'secret.list', 'other')).toBe(false);
  expect(mayWholly(holder(null, ...rights), 'secret.list', 'other')).toBe(true);
});
