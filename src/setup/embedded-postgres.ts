import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { openPlace, type Place } from './postgres/place.ts';
import { connectOrStart, databaseUrl, stopPostmaster } from './postgres/server.ts';
import { StartupError } from './startup-error.ts';

export interface EmbeddedPostgresOptions {
  /** The broker's data folder; created when missing. */
  readonly dataDir: string;
  /** Called with one line, without values, when something worth knowing was done. */
  readonly tell: (line: string) => void;
  /** The database went away and did not come back: the process should end. */
  readonly onLost?: () => void;
  /** PostgreSQL settings beside our own; tests switch `fsync` off. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Connection string of the broker's database; contains its password. */
  readonly url: string;
  /** Ends all connections and shuts the server down. */
  stop(): Promise<void>;
}

/** Key of the session lock by which one broker owns the folder. */
const OWNER_LOCK = 7300_2026;
/** The session of a broker that was killed a moment ago may still be open. */
const LOCK_WAIT_MS = 3_000;
/** The server can be killed again while it is being reached. */
const REOPEN_MS = 60_000;
const REOPEN_PAUSE_MS = 50;

async function takeOwnership(client: pg.Client, dataDir: string): Promise<void> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [OWNER_LOCK]);
    if (rows[0]?.mine) return;
    if (Date.now() > deadline) {
      throw new StartupError(
        `Another Keyferry is running on the data folder ${dataDir}. Stop it first, or set KEYFERRY_DATA_DIR to another folder.`,
      );
    }
    await delay(50);
  }
}

interface Session {
  readonly client: pg.Client;
  readonly port: number;
}

interface Wanted {
  readonly place: Place;
  readonly options: EmbeddedPostgresOptions;
  readonly dataDir: string;
}

async function openOnce({ place, options, dataDir }: Wanted, port: number | undefined): Promise<Session> {
  const { client, postmaster } = await connectOrStart(place, options.settings ?? {}, port);
  try {
    await takeOwnership(client, dataDir);
    return { client, port: postmaster.port };
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** @param port of an earlier session, whose users expect the server there */
async function openSession(wanted: Wanted, port?: number): Promise<Session> {
  const until = Date.now() + REOPEN_MS;
  for (;;) {
    try {
      return await openOnce(wanted, port);
    } catch (error) {
      if (error instanceof StartupError || Date.now() > until) throw error;
      await delay(REOPEN_PAUSE_MS);
    }
  }
}

/**
 * A real PostgreSQL in the data folder, for one broker at a time. The server is a process of its own: it outlives a
 * killed broker and is adopted by the next one; a second broker on the same folder is refused with {@link StartupError}.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const place = await openPlace(dataDir, options.tell);
  const wanted = { place, options, dataDir };
  let session = await openSession(wanted);
  const { port } = session;
  let stopping = false;
  let repair: Promise<void> | undefined;

  // A crash of the server ends our session and with it our ownership: start it again and take both back, or give up.
  const watch = (): void => {
    session.client.once('end', () => {
      if (stopping) return;
      options.tell('the embedded PostgreSQL ended unexpectedly; starting it again');
      repair = openSession(wanted, port).then(
        async (next) => {
          session = next;
          if (next.port === port) return watch();
          await next.client.end();
          options.onLost?.();
        },
        () => {
          if (!stopping) options.onLost?.();
        },
      );
    });
  };
  watch();

  return {
    url: databaseUrl(place, port),
    async stop() {
      if (stopping) return;
      stopping = true;
      // Otherwise it would start the server that we stop.
      await repair;
      await session.client.end().catch(() => {});
      await stopPostmaster(place);
    },
  };
}
