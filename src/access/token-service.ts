import type { Page } from '../api/lists.ts';
import type { EditTransaction } from '../db.ts';
import { AppError, invalidField, notFound } from '../errors.ts';
import { newId } from '../ports.ts';
import { type AccessDeps, record } from './access-context.ts';
import type { Actor } from './actor.ts';
import { findMachine } from './machine-store.ts';
import { authorize, can } from './permissions.ts';
import { findPerson } from './person-store.ts';
import { type PrismaDb, pageById, sliceById } from './prisma-db.ts';
import { newToken } from './token.ts';
import type { CreatedTokenView, CreateToken, TokenView } from './token-schemas.ts';
import { countLiveTokens, findToken, insertToken, listTokens, revokeToken, type TokenRow } from './token-store.ts';

export interface TokenFilter {
  readonly userId?: string | undefined;
  readonly machineId?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** API tokens. Everybody has its own in hand; those of others need `access.administer`. */
export interface TokenService {
  /** All tokens for an administrator, else the actor's own. */
  list(actor: Actor, filter: TokenFilter): Promise<Page<TokenView>>;
  get(actor: Actor, id: string): Promise<TokenView>;
  /** The answer is the only place where the token ever stands in clear. */
  create(actor: Actor, tx: EditTransaction, input: CreateToken): Promise<CreatedTokenView>;
  /** The same for a token whose text was made before, and of which only the hash is known here. */
  issue(actor: Actor, tx: EditTransaction, input: CreateToken, made: MadeToken): Promise<TokenView>;
  /** Counts from the next request on. Revoking twice changes nothing. */
  revoke(actor: Actor, tx: EditTransaction, id: string): Promise<void>;
}

/** A token that was made and does not work yet. */
export interface MadeToken {
  readonly id: string;
  /** SHA-256 of its text. */
  readonly hash: Buffer;
}

export function createTokenService(deps: AccessDeps): TokenService {
  return {
    async list(actor, { userId, machineId, cursor, limit }) {
      const own = ownedBy(actor);
      const foreign = (userId ?? own.personId) !== own.personId || (machineId ?? own.machineId) !== own.machineId;
      if (foreign) authorize(actor, 'access.administer');
      const filter = can(actor, 'access.administer') ? { personId: userId, machineId } : own;
      const rows = await listTokens(await deps.db.prisma(), actor.organizationId, filter, sliceById(cursor, limit));
      return pageById(rows, limit, viewOf);
    },
    async get(actor, id) {
      return viewOf(await accessible(await deps.db.prisma(), actor, id));
    },
    async create(actor, tx, input) {
      const { text, hash } = newToken();
      return { ...(await this.issue(actor, tx, input, { id: newId(), hash })), token: text };
    },
    async issue(actor, tx, { name, userId, machineId, expiresAt }, { id, hash }) {
      const owner = await ownerOfNew(tx.prisma, actor, userId, machineId);
      const expiry = expiresAt === undefined ? null : new Date(expiresAt);
      if (expiry !== null && expiry.getTime() <= Date.now()) throw invalidField('/expiresAt', 'a time in the future');
      const { organizationId } = actor;
      const row = await insertToken(tx.prisma, { id, organizationId, name, ...owner, expiresAt: expiry }, hash);
      await record(tx, deps, actor, {
        action: 'token.created',
        objectType: 'token',
        objectId: row.id,
        details: { name, ...owner, expiresAt: expiry?.toISOString() },
      });
      return viewOf(row);
    },
    async revoke(actor, tx, id) {
      const { name } = await accessible(tx.prisma, actor, id);
      const revoked = await revokeToken(tx.prisma, actor.organizationId, id);
      if (!revoked) return;
      await record(tx, deps, actor, {
        action: 'token.revoked',
        objectType: 'token',
        objectId: id,
        details: { name },
      });
    },
  };
}

interface TokenOwner {
  readonly personId: string | null;
  readonly machineId: string | null;
}

function ownedBy(actor: Actor): TokenOwner {
  return actor.type === 'machine' ? { personId: null, machineId: actor.id } : { personId: actor.id, machineId: null };
}

async function ownerOfNew(
  prisma: PrismaDb,
  actor: Actor,
  userId: string | undefined,
  machineId: string | undefined,
): Promise<TokenOwner> {
  const self = ownedBy(actor);
  const owner =
    userId === undefined && machineId === undefined ? self : { personId: userId ?? null, machineId: machineId ?? null };
  if (owner.personId === self.personId && owner.machineId === self.machineId) return self;
  if (userId !== undefined) await assertMayHandOver(prisma, actor, userId);
  if (machineId !== undefined) await assertOwnMachine(prisma, actor, machineId);
  return owner;
}

/** A machine counts as its owner in approvals, so nobody else makes a token for it, administrators included. */
async function assertOwnMachine(prisma: PrismaDb, actor: Actor, machineId: string): Promise<void> {
  const machine = await findMachine(prisma, actor.organizationId, machineId);
  if (machine === null) throw notFound('machine');
  if (actor.type !== 'person' || machine.ownerId !== actor.personId) {
    throw new AppError('forbidden', 'Only the owner of a machine makes tokens for it.');
  }
}

/**
 * An administrator hands a person the first token and no other: with one more it could decide in that person's name. A lost one
 * is replaced by revoking it first, which its owner notices and the audit trail shows.
 */
async function assertMayHandOver(prisma: PrismaDb, actor: Actor, userId: string): Promise<void> {
  authorize(actor, 'access.administer');
  const { organizationId } = actor;
  if ((await findPerson(prisma, organizationId, userId)) === null) throw notFound('person');
  if ((await countLiveTokens(prisma, organizationId, userId)) === 0) return;
  throw new AppError(
    'forbidden',
    'This person has a token and makes further ones itself. Revoke it to hand out another.',
  );
}

async function accessible(prisma: PrismaDb, actor: Actor, id: string): Promise<TokenRow> {
  const token = await findToken(prisma, actor.organizationId, id);
  if (token === null) throw notFound('token');
  const own = ownedBy(actor);
  if (token.personId !== own.personId || token.machineId !== own.machineId) authorize(actor, 'access.administer');
  return token;
}

function viewOf(token: TokenRow): TokenView {
  const { id, name, personId, machineId, expiresAt, revokedAt, createdAt } = token;
  return {
    id,
    name,
    userId: personId,
    machineId,
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
