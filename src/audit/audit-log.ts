import type { Actor } from '../access/actor.ts';
import type { Json } from '../crypto/canonical-json.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db, Sql, Transaction } from '../db.ts';
import { newId } from '../ports.ts';
import { auditMac, CHAIN_START } from './audit-chain.ts';
import type { AuditEventInput } from './audit-event.ts';

/** Who stands behind an event: the fields of {@link Actor} that are recorded. */
export type AuditSubject = Pick<Actor, 'organizationId' | 'type' | 'id' | 'personId' | 'name' | 'requestId'>;

/** The end of an organization's chain, locked. */
export interface AuditHead {
  readonly seq: number | bigint;
  readonly mac: Uint8Array;
  readonly now: Date;
}

/**
 * Appends events to the organization's chain inside the caller's transaction: state and its record commit together or not at
 * all. The chain's head stays locked until that commit, which is what makes the numbers dense; call this last.
 *
 * An event may belong to another actor than its neighbours (results of many targets recorded at once), but all events of one
 * call belong to one organization.
 */
export async function appendAudit(
  tx: Sql,
  keyring: Keyring,
  subject: AuditSubject,
  events: readonly AuditEventInput[],
): Promise<void> {
  if (events.length === 0) return;
  const head = await lockAuditHead(tx, subject.organizationId);
  await tx.query(APPEND, chained(keyring, head, ofOne(subject, events)));
}

/**
 * {@link appendAudit} and the commit in one round trip: everybody else who has something to record waits for the head, so it
 * is held no longer than needed. `head` was locked by the last statement before.
 */
export async function appendAuditAndCommit(
  tx: Transaction,
  keyring: Keyring,
  subject: AuditSubject,
  head: AuditHead,
  events: readonly AuditEventInput[],
): Promise<void> {
  await tx.queryAndCommit(APPEND, chained(keyring, head, ofOne(subject, events)));
}

/** An event with who stands behind it. */
export interface AuditEntry {
  readonly subject: AuditSubject;
  readonly event: AuditEventInput;
}

/** Entries of one organization, at least one, that no other change goes with, in a transaction of their own. */
export async function recordAlone(db: Db, keyring: Keyring, entries: readonly AuditEntry[]): Promise<void> {
  await db.transaction(async (tx) => {
    const head = await lockAuditHead(tx, entries[0]?.subject.organizationId ?? '');
    await tx.queryAndCommit(APPEND, chained(keyring, head, entries));
  });
}

function ofOne(subject: AuditSubject, events: readonly AuditEventInput[]): AuditEntry[] {
  return events.map((event) => ({ subject, event }));
}

const APPEND = `
  with added as (
    insert into audit_events (organization_id, seq, id, at, actor, action, object_type, object_id, details, request_id,
      key_id, previous_mac, mac)
    select $1::uuid, (e->>'seq')::bigint, (e->>'id')::uuid, (e->>'at')::timestamptz, e->'actor', e->>'action',
      e->>'objectType', e->>'objectId', e->'details', e->>'requestId', e->>'keyId', decode(e->>'previousMac', 'hex'),
      decode(e->>'mac', 'hex')
    from jsonb_array_elements($2::jsonb) e)
  update audit_heads set seq = $3::bigint, mac = decode($4::text, 'hex') where organization_id = $1::uuid`;

/** The parameters of {@link APPEND}. */
function chained(keyring: Keyring, head: AuditHead, entries: readonly AuditEntry[]): readonly unknown[] {
  const organizationId = entries[0]?.subject.organizationId;
  const at = head.now.toISOString();
  let seq = Number(head.seq);
  let previousMac = seq === 0 ? CHAIN_START : Buffer.from(head.mac).toString('hex');
  const rows = entries.map(({ subject, event }) => {
    seq += 1;
    const unsigned = {
      organizationId: subject.organizationId,
      seq,
      id: newId(),
      at,
      actor: { type: subject.type, id: subject.id, personId: subject.personId, name: subject.name },
      action: event.action,
      objectType: event.objectType,
      objectId: event.objectId,
      details: withoutUndefined(event.details ?? {}),
      requestId: subject.requestId,
      keyId: keyring.activeKeyId,
      previousMac,
    };
    const mac = auditMac(keyring, unsigned);
    previousMac = mac;
    return { ...unsigned, mac };
  });
  return [organizationId, JSON.stringify(rows), seq, previousMac];
}

/** Locks the end of the organization's chain until the transaction ends. */
export async function lockAuditHead(tx: Sql, organizationId: string): Promise<AuditHead> {
  const lock = () =>
    tx.query<AuditHead>(
      `select seq, mac, date_trunc('milliseconds', clock_timestamp()) as now
       from audit_heads where organization_id = $1::uuid for no key update`,
      [organizationId],
    );
  const [head] = await lock();
  if (head !== undefined) return head;
  await tx.query(
    `insert into audit_heads (organization_id, seq, mac) values ($1::uuid, 0, '') on conflict do nothing`,
    [organizationId],
  );
  const [created] = await lock();
  if (created === undefined) throw new Error('audit head vanished');
  return created;
}

function withoutUndefined(details: Readonly<Record<string, Json | undefined>>): Json {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)) as Json;
}
