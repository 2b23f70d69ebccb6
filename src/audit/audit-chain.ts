import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson, type Json } from '../crypto/canonical-json.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { AuditEvent } from './audit-event.ts';

/** What the first event of an organization points back to. */
export const CHAIN_START = '';

/** Everything of an event that its MAC covers: all but the MAC itself. */
export type UnsignedEvent = Omit<AuditEvent, 'mac'>;

/** HMAC-SHA-256 over the event and, through `previousMac`, over everything before it. Hex. */
export function auditMac(keyring: Keyring, event: UnsignedEvent): string {
  const covered: Json = [
    event.organizationId,
    event.seq,
    event.id,
    event.at,
    { ...event.actor },
    event.action,
    event.objectType,
    event.objectId,
    event.details,
    event.requestId,
    event.keyId,
    event.previousMac,
  ];
  return createHmac('sha256', keyring.derive('audit', event.organizationId, event.keyId))
    .update(canonicalJson(covered))
    .digest('hex');
}

/** The first event at which a chain breaks, and why. */
export interface ChainBreak {
  readonly seq: number;
  readonly reason: 'missing_or_reordered' | 'link_broken' | 'altered' | 'unknown_key';
}

export interface ChainState {
  readonly seq: number;
  readonly mac: string;
}

/**
 * Checks events in the order of `seq`, going on from `state`. Returns the new state, or the first break. Needs nothing but
 * the events and the master keys, so that an export can be verified away from the database.
 */
export function verifyEvents(
  keyring: Keyring,
  events: readonly AuditEvent[],
  state: ChainState = { seq: 0, mac: CHAIN_START },
): ChainState | ChainBreak {
  let { seq, mac } = state;
  for (const event of events) {
    if (event.seq !== seq + 1) return { seq: seq + 1, reason: 'missing_or_reordered' };
    if (event.previousMac !== mac) return { seq: event.seq, reason: 'link_broken' };
    if (!keyring.keyIds.includes(event.keyId)) return { seq: event.seq, reason: 'unknown_key' };
    if (!isAuthentic(keyring, event)) return { seq: event.seq, reason: 'altered' };
    seq = event.seq;
    mac = event.mac;
  }
  return { seq, mac };
}

/** False also for what we could never have recorded, such as a fraction among the details. */
function isAuthentic(keyring: Keyring, event: AuditEvent): boolean {
  try {
    const [left, right] = [Buffer.from(auditMac(keyring, event), 'hex'), Buffer.from(event.mac, 'hex')];
    return left.length === right.length && timingSafeEqual(left, right);
  } catch {
    return false;
  }
}
