import { oldestDueChange } from '../approvals/change-count-store.ts';
import type { Config, InspectedConfig } from '../config.ts';
import { createKeyring, type Keyring, parseMasterKeys } from '../crypto/keyring.ts';
import { connectDb, type Db } from '../db.ts';
import { inspectRedis } from '../jobs/queue-inspection.ts';
import { openExistingDatabase, readExistingKey } from '../setup/existing-database.ts';
import { readMigrationState } from '../setup/migrate.ts';
import { StartupError } from '../setup/startup-error.ts';
import { countWaitingTargets } from '../sync/target-count-store.ts';
import { createEgress } from '../vaults/egress.ts';
import { createVaultPool } from '../vaults/vault-pool.ts';
import { probeVault } from '../vaults/vault-probe.ts';
import { checkAudit } from './audit-check.ts';
import { judgeClock } from './clock.ts';
import { checkConfiguration } from './configuration-check.ts';
import { checkDataFolder } from './data-folder-check.ts';
import { checkMigrations, checkServer } from './database-check.ts';
import { AREAS, type Area, type Finding, findingsOf } from './finding.ts';
import { checkMasterKeys } from './keys-check.ts';
import { checkBacklog, checkRedis } from './queue-check.ts';
import { listProfilesToAsk } from './vault-profile-store.ts';
import { checkVaults } from './vaults-check.ts';

const CONNECT_MS = 5_000;

/**
 * Looks at everything this installation stands on. Changes nothing: no migration, no key, no check of a vault is recorded. Never
 * rejects: what cannot be looked at is a finding too, and the rest goes on.
 */
export async function runDoctor(inspected: InspectedConfig): Promise<Finding[]> {
  const { config, problems, surroundings } = inspected;
  const configuration = checkConfiguration(config, problems, surroundings);
  if (config === undefined) return configuration;
  const [folder, redis, installation] = await Promise.all([
    look('data folder', () => checkDataFolder(config, surroundings)),
    look('queue', () => redisFindings(config)),
    look('database', () => databaseFindings(config)),
  ]);
  return [...configuration, ...folder, ...redis, ...installation];
}

/** A failure of a look by its code alone: messages of drivers quote addresses and more. */
async function look(area: Area, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    const { fail } = findingsOf(area);
    if (error instanceof StartupError) return [fail('reach', error.message, 'Mend this first; then run it again.')];
    const { code } = (error ?? {}) as { code?: unknown };
    const what = typeof code === 'string' && /^[A-Za-z0-9_]{2,40}$/.test(code) ? code : 'unknown error';
    return [
      fail('reach', `It could not be looked at (${what}).`, NEXT[area] ?? 'Mend what is above; then run it again.'),
    ];
  }
}

const NEXT: Partial<Record<Area, string>> = {
  database: 'Check DATABASE_URL, and that the server runs and lets this machine and user in.',
};

async function redisFindings({ redisUrl }: Config): Promise<Finding[]> {
  if (redisUrl === undefined) return [findingsOf('queue').ok('server', 'The queue lives in PostgreSQL.')];
  const found = await inspectRedis(redisUrl);
  const clock = found.clock === undefined ? [] : [judgeClock({ ...found.clock, whose: 'Redis', resolutionMs: 1 })];
  return [...checkRedis(found), ...clock];
}

async function databaseFindings(config: Config): Promise<Finding[]> {
  const { ok, warn } = findingsOf('database');
  const existing = await openExistingDatabase(config);
  if (existing === undefined) return [warn('server', 'There is none yet.', 'Run: npm start')];
  const db = connectDb({ url: existing.url, poolSize: 4 });
  try {
    const server = await look('database', () => within(CONNECT_MS, checkServer(db)));
    if (server.some(({ check }) => check === 'reach')) return server;
    const started = existing.started ? [ok('embedded', 'It was stopped, and was started for this look.')] : [];
    return [...server, ...started, ...(await contentFindings(config, db, existing.url))];
  } finally {
    await within(CONNECT_MS, db.close()).catch(() => undefined);
    await existing.stop();
  }
}

/** Everything that lies in the database or that it leads to. */
async function contentFindings(config: Config, db: Db, url: string): Promise<Finding[]> {
  const migrations = await look('database', async () =>
    checkMigrations(await readMigrationState(url, { queue: config.redisUrl === undefined })),
  );
  const clock = await look('clocks', () => databaseClock(db));
  if (migrations.some(({ level }) => level !== 'ok'))
    return [...migrations, ...clock, ...notLookedAt('the migrations')];
  const backlog = await look('queue', async () => {
    const lags = (await countWaitingTargets(db)).map(({ lagSeconds }) => lagSeconds);
    return [checkBacklog(await oldestDueChange(db), Math.max(0, ...lags))];
  });
  const found = [...migrations, ...clock, ...backlog];
  const keyText = config.masterKey ?? (await readExistingKey(config.dataDir));
  if (keyText === undefined) return [...found, ...notLookedAt('the master key')];
  const keyring = createKeyring(parseMasterKeys(keyText));
  const keys = await look('keys', () => checkMasterKeys(db, keyring));
  const audit = await look('audit', () => checkAudit(db, keyring));
  const vaults = await look('vaults', () => vaultFindings(config, db, keyring));
  return [...found, ...keys, ...audit, ...vaults];
}

function notLookedAt(reason: string): Finding[] {
  const areas = AREAS.filter((area) => ['keys', 'audit', 'vaults'].includes(area));
  return areas.map((area) =>
    findingsOf(area).warn('reach', `Not looked at, because of ${reason}.`, 'Mend that first; then run it again.'),
  );
}

async function databaseClock(db: Db): Promise<Finding[]> {
  const askedAt = Date.now();
  const [row] = await db.query<{ says: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as says',
  );
  return row === undefined
    ? []
    : [judgeClock({ whose: 'database', says: row.says, askedAt, answeredAt: Date.now(), resolutionMs: 1 })];
}

async function vaultFindings(config: Config, db: Db, keyring: Keyring): Promise<Finding[]> {
  const egress = createEgress(config.vaultAllow);
  const { vaultAmbient: allowAmbient, vaultTimeoutMs: timeoutMs } = config;
  const pool = createVaultPool({ db, keyring, egress, allowAmbient, timeoutMs });
  try {
    const probe = (address: string) => probeVault(address, egress, timeoutMs);
    return await checkVaults(await listProfilesToAsk(db), { pool, probe, now: Date.now() });
  } finally {
    await pool.close();
  }
}

/** Rejects when the work takes longer; it goes on unheard. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })), milliseconds);
  });
  work.catch(() => undefined);
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
