import type { Sql } from '../db.ts';
import type { MigrationState } from '../setup/migrate.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, fail } = findingsOf('database');

/** PostgreSQL 14.0 as `server_version_num` says it. */
const OLDEST = 140_000;
const CROWDED = 0.8;

interface Server {
  readonly number: number;
  readonly version: string;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly encoding: string;
  readonly readOnly: boolean;
  readonly most: number;
  readonly open: number;
}

/** The server and what it promises about a commit (PostgreSQL manual, 19.5 "Write Ahead Log"). */
export async function checkServer(db: Sql): Promise<Finding[]> {
  const [server] = await db.query<Server>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
       current_setting('fsync') as fsync, current_setting('full_page_writes') as "fullPageWrites",
       current_setting('synchronous_commit') as "synchronousCommit", current_setting('server_encoding') as encoding,
       pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as "readOnly",
       current_setting('max_connections')::int as most,
       (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as open`,
  );
  return server === undefined ? [] : [reached(server), ...durability(server), ...usability(server)];
}

function reached({ number, version }: Server): Finding {
  return number < OLDEST
    ? fail('server', `PostgreSQL ${version} is too old.`, 'Upgrade to PostgreSQL 14 or newer.')
    : ok('server', `PostgreSQL ${version} answers.`);
}

function durability({ fsync, fullPageWrites, synchronousCommit }: Server): Finding[] {
  const findings: Finding[] = [];
  const lost = 'a success that was answered can be gone after a crash.';
  if (fsync !== 'on') findings.push(fail('fsync', `fsync is ${fsync}: ${lost}`, 'Set fsync = on.'));
  if (fullPageWrites !== 'on') {
    const says = `full_page_writes is ${fullPageWrites}: a crash can tear pages.`;
    findings.push(warn('full_page_writes', says, 'Set it on, unless the file system never tears a page.'));
  }
  if (synchronousCommit === 'off') {
    const next = 'Set synchronous_commit = on for the server, the database and the role.';
    findings.push(fail('synchronous_commit', `synchronous_commit is off: ${lost}`, next));
  }
  return findings.length > 0 ? findings : [ok('durability', `A commit is on disk (commit: ${synchronousCommit}).`)];
}

function usability({ encoding, readOnly, most, open }: Server): Finding[] {
  const findings: Finding[] = [];
  if (readOnly) {
    findings.push(fail('writing', 'This server takes no writes.', 'Name the primary server in DATABASE_URL.'));
  }
  if (encoding !== 'UTF8') {
    findings.push(fail('encoding', `The encoding is ${encoding}.`, 'Create the database with encoding UTF8.'));
  }
  findings.push(
    open > CROWDED * most
      ? warn('connections', `${open} of ${most} are in use.`, 'Lower KEYFERRY_DB_POOL or raise max_connections.')
      : ok('connections', `${open} of ${most} are in use.`),
  );
  return findings;
}

/** Whether the tables are those of this program. */
export function checkMigrations({ pending, unknown, queueIsCurrent }: MigrationState): Finding[] {
  const findings: Finding[] = [];
  if (pending.length > 0) {
    findings.push(warn('migrations', `${pending.length} are not applied yet.`, 'The next start applies them.'));
  }
  if (unknown.length > 0) {
    const says = `A newer program has changed this database (${unknown.join(', ')}).`;
    findings.push(fail('migrations', says, 'Use the program of that version or newer.'));
  }
  if (!queueIsCurrent) {
    findings.push(warn('queue tables', 'They are missing or old.', 'The next start makes them.'));
  }
  return findings.length > 0 ? findings : [ok('migrations', 'The tables are those of this program.')];
}
