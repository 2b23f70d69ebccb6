import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Actor } from '../access/actor.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { lengthPrefixed } from '../crypto/length-prefixed.ts';
import { type SealPlace, seal, unseal } from '../crypto/seal.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import type { Reply } from './reply.ts';

/** A request that its client may repeat: same key, method, address and body give the same answer and one effect. */
export interface IdempotentRequest {
  /** The `Idempotency-Key` header: 1 to 128 visible ASCII characters, the actor's own. */
  readonly key: string;
  readonly method: string;
  /** With what its query says in one order: some operations are told there what they are about. */
  readonly path: string;
  /** SHA-256 of the body's bytes. */
  readonly bodyDigest: Uint8Array;
}

/** What an earlier request with the key left: its answer, or the change request to render it from. */
export interface IdempotentRecord {
  readonly changeId: string | null;
  readonly answer: Reply | null;
}

type Who = Pick<Actor, 'organizationId' | 'id'>;

/**
 * Keyed hash over method, path and body, behind the id of its key: `<key id>:<32 bytes>`. Keyed because the body may hold a
 * secret that could be guessed from a plain hash.
 */
export function bodyMac(
  keyring: Keyring,
  organizationId: string,
  request: IdempotentRequest,
  keyId: string = keyring.activeKeyId,
): Buffer {
  const mac = createHmac('sha256', keyring.derive('idempotency-body', organizationId, keyId))
    .update(lengthPrefixed([request.method, request.path, request.bodyDigest]))
    .digest();
  return Buffer.concat([Buffer.from(`${keyId}:`), mac]);
}

/**
 * The record under the actor's key, or undefined when the key is new.
 *
 * Throws `idempotency_key_reused` when the key was used for another request.
 */
export async function findIdempotent(
  sql: Sql,
  keyring: Keyring,
  actor: Who,
  request: IdempotentRequest,
): Promise<IdempotentRecord | undefined> {
  const [row] = await sql.query<{ body_mac: Uint8Array; sealed_answer: Uint8Array | null; change_id: string | null }>(
    `select body_mac, sealed_answer, change_id from idempotency_keys
     where organization_id = $1::uuid and actor_id = $2::uuid and key = $3`,
    [actor.organizationId, actor.id, request.key],
  );
  if (row === undefined) return undefined;
  const known = Buffer.from(row.body_mac);
  const keyId = known.subarray(0, known.indexOf(':')).toString('ascii');
  const now = bodyMac(keyring, actor.organizationId, request, keyId);
  if (known.length !== now.length || !timingSafeEqual(known, now)) {
    throw new AppError('idempotency_key_reused', 'This Idempotency-Key was used for another request.');
  }
  return {
    changeId: row.change_id,
    answer: row.sealed_answer && openAnswer(keyring, actor, request.key, row.sealed_answer),
  };
}

/**
 * Takes the key for this request inside the transaction that has the effect. Waits while another transaction holds the
 * same key; false when that one committed, and then {@link findIdempotent} has its record.
 *
 * @param changeId the change request that the answer is rendered from, when there is one
 */
export async function claimIdempotent(
  tx: Sql,
  keyring: Keyring,
  actor: Who,
  request: IdempotentRequest,
  changeId: string | null = null,
): Promise<boolean> {
  const claimed = await tx.query(
    `insert into idempotency_keys (organization_id, actor_id, key, body_mac, change_id)
     values ($1::uuid, $2::uuid, $3, $4, $5::uuid) on conflict do nothing returning key`,
    [actor.organizationId, actor.id, request.key, bodyMac(keyring, actor.organizationId, request), changeId],
  );
  return claimed.length === 1;
}

/** Keeps the answer, sealed, beside the claimed key in the same transaction. */
export async function storeAnswer(tx: Sql, keyring: Keyring, actor: Who, key: string, answer: Reply): Promise<void> {
  const sealed = seal(keyring, placeOf(actor, key), Buffer.from(JSON.stringify(answer)));
  await tx.query(
    `update idempotency_keys set status = $4, sealed_answer = $5
     where organization_id = $1::uuid and actor_id = $2::uuid and key = $3`,
    [actor.organizationId, actor.id, key, answer.status, sealed],
  );
}

/** Forgets keys older than a day, by the database clock. */
export async function forgetIdempotent(sql: Sql): Promise<void> {
  await sql.query(`delete from idempotency_keys where created_at < now() - interval '24 hours'`);
}

function openAnswer(keyring: Keyring, actor: Who, key: string, sealed: Uint8Array): Reply {
  return JSON.parse(unseal(keyring, placeOf(actor, key), sealed).toString('utf8')) as Reply;
}

function placeOf(actor: Who, key: string): SealPlace {
  const { organizationId, id } = actor;
  return { purpose: 'idempotency-answer', organizationId, table: 'idempotency_keys', rowId: id, detail: key };
}
