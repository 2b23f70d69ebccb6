import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { auditMac, CHAIN_START, verifyEvents } from '../../../src/audit/audit-chain.ts';
import type { AuditEvent } from '../../../src/audit/audit-event.ts';
import { createKeyring } from '../../../src/crypto/keyring.ts';

const first = { id: 'k1', bytes: randomBytes(32) };
const keyring = createKeyring([first]);

function chainOf(length: number): AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const unsigned = {
      organizationId: 'o1',
      seq,
      id: `event-${seq}`,
      at: '2026-11-02T09:30:00.000Z',
      actor: { type: 'person', id: 'u1', personId: 'u1', name: 'Ann' },
      action: 'secret.read',
      objectType: 'secret',
      objectId: 's1',
      details: { version: seq },
      requestId: null,
      keyId: 'k1',
      previousMac: events.at(-1)?.mac ?? CHAIN_START,
    };
    events.push({ ...unsigned, mac: auditMac(keyring, unsigned) });
  }
  return events;
}

const chain = chainOf(6);
const replaced = (at: number, difference: Partial<AuditEvent>) =>
  chain.map((event, index) => (index === at ? { ...event, ...difference } : event));

test('a whole chain verifies, at once and in pieces', () => {
  const end = { seq: 6, mac: chain[5]?.mac };
  expect(verifyEvents(keyring, chain)).toEqual(end);
  const half = verifyEvents(keyring, chain.slice(0, 3));
  if ('reason' in half) throw new Error('broken');
  expect(verifyEvents(keyring, chain.slice(3), half)).toEqual(end);
  expect(verifyEvents(keyring, [])).toEqual({ seq: 0, mac: '' });
});

const EDITS: Partial<AuditEvent>[] = [
  { organizationId: 'o2' },
  { id: 'other' },
  { at: '2026-11-02T09:30:00.001Z' },
  { actor: { type: 'person', id: 'u2', personId: 'u1', name: 'Ann' } },
  { actor: { type: 'person', id: 'u1', personId: 'u2', name: 'Ann' } },
  { actor: { type: 'person', id: 'u1', personId: 'u1', name: 'Bob' } },
  { actor: { type: 'machine', id: 'u1', personId: 'u1', name: 'Ann' } },
  { actor: { type: 'person', id: 'u1', personId: 'u1', name: 'Ann', added: true } as AuditEvent['actor'] },
  { action: 'secret.destroyed' },
  { objectType: 'vault' },
  { objectId: 's2' },
  { details: { version: 99 } },
  { details: {} },
  { requestId: 'r1' },
  { mac: '00'.repeat(32) },
  { mac: '' },
];
test.each(EDITS)('an edit is found: %j', (difference) => {
  expect(verifyEvents(keyring, replaced(2, difference))).toEqual({ seq: 3, reason: 'altered' });
});

test('deleted, reordered, repeated and cut events are found', () => {
  const without = (at: number) => chain.filter((_, index) => index !== at);
  expect(verifyEvents(keyring, without(0))).toEqual({ seq: 1, reason: 'missing_or_reordered' });
  expect(verifyEvents(keyring, without(3))).toEqual({ seq: 4, reason: 'missing_or_reordered' });
  const [a, b, ...rest] = chain as [AuditEvent, AuditEvent, ...AuditEvent[]];
  expect(verifyEvents(keyring, [b, a, ...rest])).toEqual({ seq: 1, reason: 'missing_or_reordered' });
  expect(verifyEvents(keyring, [a, a, b, ...rest])).toEqual({ seq: 2, reason: 'missing_or_reordered' });
  // A cut tail leaves a valid chain with another head: whoever keeps the head notices.
  expect(verifyEvents(keyring, chain.slice(0, 5))).not.toEqual(verifyEvents(keyring, chain));
});

test('renumbering what is left does not help', () => {
  const renumbered = chain.filter((_, index) => index !== 3).map((event, index) => ({ ...event, seq: index + 1 }));
  expect(verifyEvents(keyring, renumbered)).toEqual({ seq: 4, reason: 'link_broken' });
  const relinked = replaced(3, { previousMac: chain[1]?.mac ?? '' });
  expect(verifyEvents(keyring, relinked)).toEqual({ seq: 4, reason: 'link_broken' });
});

test('an event of another key or tenant cannot be put in', () => {
  expect(verifyEvents(keyring, replaced(2, { keyId: 'k9' }))).toEqual({ seq: 3, reason: 'unknown_key' });
  const stranger = createKeyring([{ id: 'k1', bytes: randomBytes(32) }]);
  const { mac: _, ...unsigned } = chain[2] as AuditEvent;
  expect(verifyEvents(keyring, replaced(2, { mac: auditMac(stranger, unsigned) }))).toMatchObject({
    reason: 'altered',
  });
});

test('a chain goes on over a rotation of keys', () => {
  const rotated = createKeyring([{ id: 'k2', bytes: randomBytes(32) }, first]);
  const unsigned = {
    ...(chain[5] as AuditEvent),
    seq: 7,
    id: 'event-7',
    keyId: 'k2',
    previousMac: chain[5]?.mac ?? '',
  };
  const next = { ...unsigned, mac: auditMac(rotated, unsigned) };
  expect(verifyEvents(rotated, [...chain, next])).toEqual({ seq: 7, mac: next.mac });
  expect(verifyEvents(keyring, [...chain, next])).toEqual({ seq: 7, reason: 'unknown_key' });
});
