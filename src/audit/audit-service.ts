import type { Actor } from '../access/actor.ts';
import { authorize } from '../access/permissions.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Sql } from '../db.ts';
import { type ChainState, verifyEvents } from './audit-chain.ts';
import type { AuditEvent } from './audit-event.ts';
import { type AuditFilter, listAuditEvents, readAuditChain, readAuditHead } from './audit-store.ts';

/** Outcome of checking a whole chain; `head` is what an outside anchor should be compared with. */
export interface AuditVerification {
  readonly intact: boolean;
  readonly events: number;
  readonly head: ChainState;
  readonly brokenAt?: number;
  readonly reason?: string;
}

export interface AuditService {
  list(actor: Actor, filter: AuditFilter, beforeSeq: number | undefined, limit: number): Promise<AuditEvent[]>;
  /** Events in chain order, for an export that `audit-verify` checks offline. */
  export(actor: Actor, afterSeq: number, limit: number): Promise<AuditEvent[]>;
  verify(actor: Actor): Promise<AuditVerification>;
}

const PAGE = 1000;

export function createAuditService(deps: { db: Sql; keyring: Keyring }): AuditService {
  const { db, keyring } = deps;
  return {
    async list(actor, filter, beforeSeq, limit) {
      authorize(actor, 'audit.read');
      return listAuditEvents(db, actor.organizationId, filter, beforeSeq, limit);
    },
    async export(actor, afterSeq, limit) {
      authorize(actor, 'audit.read');
      return readAuditChain(db, actor.organizationId, afterSeq, limit);
    },
    async verify(actor) {
      authorize(actor, 'audit.read');
      return verifyChain(db, keyring, actor.organizationId);
    },
  };
}

/**
 * Checks every event of an organization and that the chain ends where its head says: a tail that was cut off is a break, and
 * so is one that was added without moving the head. The head is read after the events, with which it is committed together.
 */
export async function verifyChain(db: Sql, keyring: Keyring, organizationId: string): Promise<AuditVerification> {
  let state: ChainState = { seq: 0, mac: '' };
  for (;;) {
    const events = await readAuditChain(db, organizationId, state.seq, PAGE);
    const head = (await readAuditHead(db, organizationId)) ?? { seq: 0, mac: '' };
    const next = verifyEvents(keyring, events, state);
    if ('reason' in next) return broken(head, next.seq, next.reason);
    if (events.length === 0 && head.seq > state.seq) {
      const arrived = await readAuditChain(db, organizationId, state.seq, 1);
      if (arrived.length === 0) return broken(head, state.seq + 1, 'missing_or_reordered');
    }
    state = next;
    if (state.seq < head.seq) continue;
    if (events.length === PAGE) continue;
    if (state.seq > head.seq || state.mac !== head.mac) return broken(head, state.seq, 'link_broken');
    return { intact: true, events: state.seq, head };
  }
}

function broken(head: ChainState, brokenAt: number, reason: string): AuditVerification {
  return { intact: false, events: head.seq, head, brokenAt, reason };
}
