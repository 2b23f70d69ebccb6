import { createHash } from 'node:crypto';
import pg from 'pg';
import type { Prisma, PrismaClient } from '../prisma/generated/client.ts';

export type Row = Record<string, unknown>;

/** Where SQL runs: the pool, or one transaction. Stores take this as `db` and never know which. */
export interface Sql {
  query<R = Row>(text: string, params?: readonly unknown[]): Promise<R[]>;
}

/**
 * A transaction on one connection. Statements that are not awaited one by one travel together; see {@link together}.
 */
export interface Transaction extends Sql {
  /** Runs the last statement and commits in the same round trip. Nothing may follow. */
  queryAndCommit<R = Row>(text: string, params?: readonly unknown[]): Promise<R[]>;
}

/** A transaction that Prisma and plain SQL share, so that an edit and its audit event commit together. */
export interface EditTransaction extends Sql {
  readonly prisma: Prisma.TransactionClient;
}

/**
 * The database. Hot paths are prepared SQL through `query` and `transaction`; ordinary reads and edits go through Prisma,
 * which is loaded on first use (it costs 80 ms and 70 MB that a worker does not need).
 */
export interface Db extends Sql {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  prisma(): Promise<PrismaClient>;
  edit<T>(work: (tx: EditTransaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DbOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Idle connections can break at any time; told without the error's text, which may quote data. */
  readonly onIdleError?: () => void;
}

/** Every connection keeps each of them, here and at the server, for as long as it lives. */
const MOST_PREPARED = 1_000;

type NameOf = (text: string) => string | undefined;

/**
 * Equal texts share one server-side prepared statement per connection. Texts must be static: never build values in. Lists have one
 * for each combination of filters, of which somebody may ask for all: those that come too late have no name and are not kept.
 */
function createStatementNames(): NameOf {
  const names = new Map<string, string>();
  return (text) => {
    let name = names.get(text);
    if (name === undefined && names.size < MOST_PREPARED) {
      name = `kf_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
      names.set(text, name);
    }
    return name;
  };
}

function sqlOn(client: pg.Pool | pg.PoolClient, nameOf: NameOf): Sql {
  return {
    async query<R>(text: string, params: readonly unknown[] = []): Promise<R[]> {
      const name = nameOf(text);
      const result = await client.query({ ...(name !== undefined && { name }), text, values: [...params] });
      return result.rows as R[];
    },
  };
}

/**
 * Statements of one transaction that do not need each other's results, in this order and in one round trip. Throws what
 * failed first, once all have ended: the ones behind it fail because it did.
 */
export async function together<const Work extends readonly Promise<unknown>[]>(
  ...work: Work
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  const ended = await Promise.allSettled(work);
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return (await Promise.all(work)) as { -readonly [Index in keyof Work]: Awaited<Work[Index]> };
}

async function inTransaction<T>(
  client: pg.PoolClient,
  { query }: Sql,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  let committed: Promise<unknown> | undefined;
  const begun = client.query('begin');
  const tx: Transaction = {
    query,
    async queryAndCommit<R>(text: string, params?: readonly unknown[]) {
      const last = query<R>(text, params);
      committed = client.query('commit');
      const [rows] = await together(last, committed);
      return rows;
    },
  };
  const [, result] = await together(begun, work(tx));
  await (committed ?? client.query('commit'));
  return result;
}

/** Opens the pool; the first query connects. `bigint` columns arrive as numbers: none of ours passes 2^53. */
export function connectDb(options: DbOptions): Db {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolSize,
    // Statements are sent at once and not when the one before was answered; the server works them off in order.
    pipeline: true,
    idleTimeoutMillis: 30_000,
    // A server that went without a word would be waited for for ever.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: (oid, format) => (oid === 20 ? Number : pg.types.getTypeParser(oid, format as 'text')) },
  });
  pool.on('error', () => options.onIdleError?.());
  // Between a connection's leaving the pool and its user's first statement nobody else listens, and an error nobody hears
  // ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const nameOf = createStatementNames();
  let prisma: Promise<PrismaClient> | undefined;

  const openPrisma = async (): Promise<PrismaClient> => {
    const [{ PrismaClient: Client }, { PrismaPg }] = await Promise.all([
      import('../prisma/generated/client.ts'),
      import('@prisma/adapter-pg'),
    ]);
    return new Client({ adapter: new PrismaPg(pool, { disposeExternalPool: false }), errorFormat: 'minimal' });
  };

  const db: Db = {
    ...sqlOn(pool, nameOf),
    async transaction(work) {
      const client = await pool.connect();
      let broken = false;
      // A connection that is lost between two statements says so here alone, and without a listener ends the process.
      const lost = (): void => {
        broken = true;
      };
      client.on('error', lost);
      try {
        return await inTransaction(client, sqlOn(client, nameOf), work);
      } catch (error) {
        await client.query('rollback').catch(() => {
          broken = true;
        });
        throw error;
      } finally {
        client.off('error', lost);
        client.release(broken);
      }
    },
    prisma() {
      prisma ??= openPrisma();
      return prisma;
    },
    async edit(work) {
      const client = await db.prisma();
      return client.$transaction(async (tx) =>
        work({
          prisma: tx,
          query: <R>(text: string, params: readonly unknown[] = []) => tx.$queryRawUnsafe<R[]>(text, ...params),
        }),
      );
    },
    async close() {
      if (prisma) await (await prisma).$disconnect();
      await pool.end();
    },
  };
  return db;
}

/** True for PostgreSQL's unique_violation; `constraint` narrows it to one index. Never show the error: it quotes keys. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code, constraint: name } = error as Error & { code?: unknown; constraint?: unknown };
  if (code === 'P2002') return constraint === undefined;
  return code === '23505' && (constraint === undefined || name === constraint);
}
