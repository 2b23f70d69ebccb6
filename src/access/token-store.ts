import type { Token } from '../../prisma/generated/client.ts';
import { type ListSlice, type PrismaDb, stated } from './prisma-db.ts';

/** A token without its hash, which no read needs. */
export type TokenRow = Omit<Token, 'hash'>;

const omit = { hash: true } as const;

interface TokenFilter {
  readonly personId?: string | null | undefined;
  readonly machineId?: string | null | undefined;
}

/** In order of creation. */
export function listTokens(
  db: PrismaDb,
  organizationId: string,
  filter: TokenFilter,
  slice: ListSlice,
): Promise<TokenRow[]> {
  return db.token.findMany({ where: { organizationId, ...stated(filter), ...slice.where }, omit, ...slice.order });
}

export function findToken(db: PrismaDb, organizationId: string, id: string): Promise<TokenRow | null> {
  return db.token.findFirst({ where: { organizationId, id }, omit });
}

/** Tokens of a person that still let somebody in. */
export function countLiveTokens(db: PrismaDb, organizationId: string, personId: string): Promise<number> {
  const unexpired = [{ expiresAt: null }, { expiresAt: { gt: new Date() } }];
  return db.token.count({ where: { organizationId, personId, revokedAt: null, OR: unexpired } });
}

export function insertToken(
  db: PrismaDb,
  token: Omit<Token, 'hash' | 'revokedAt' | 'createdAt'>,
  hash: Uint8Array,
): Promise<TokenRow> {
  return db.token.create({ data: { ...token, hash: Uint8Array.from(hash) }, omit });
}

/** True when it was not revoked before. */
export async function revokeToken(db: PrismaDb, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.token.updateMany({
    where: { organizationId, id, revokedAt: null },
    data: { revokedAt: new Date() },
  });
  return count === 1;
}
