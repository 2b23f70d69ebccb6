import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, must } from '../support/answers.ts';
import type { ApiAnswer } from '../support/api-client.ts';
import { type ApiProcess, startApiProcess, startRefused } from '../support/broker-process.ts';
import { createProcessDatabase, type ProcessDatabase } from '../support/process-database.ts';
import { startVaultProcess, type VaultProcess } from '../support/vault-process.ts';
import { buildEstate, newSecret } from './estate.ts';

const LIMIT_MS = 3_000;
const SECRETS = 10;

let folder: string;
let database: ProcessDatabase;
let source: VaultProcess;
let target: VaultProcess;
let broker: ApiProcess;
let token: string;
let env: Record<string, string>;
const ids: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-shutdown-'));
  database = await createProcessDatabase(inject('postgresUrl'));
  source = await startVaultProcess({ journalFile: path.join(folder, 'source.jsonl') });
  target = await startVaultProcess({ journalFile: path.join(folder, 'target.jsonl') });
  env = {
    DATABASE_URL: database.url,
    KEYFERRY_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    KEYFERRY_SHUTDOWN_TIMEOUT_MS: String(LIMIT_MS),
    KEYFERRY_LEASE_MS: '1500',
    KEYFERRY_VAULT_SETTLE_MS: '1000',
    KEYFERRY_SCAN_INTERVAL_MS: '150',
  };
  broker = await startApiProcess(env);
  token = broker.adminToken ?? '';
  const admin = broker.api(token);
  const estate = await buildEstate(admin, source, [target]);
  const made = await Promise.all(
    Array.from({ length: SECRETS }, (_, index) =>
      admin('POST', '/v1/secrets', newSecret(estate, `s${index}`, `s${index}-1`)),
    ),
  );
  for (const answer of made) ids.push(must(answer, 201).secretId as string);
});

afterAll(async () => {
  await Promise.all([broker, source, target].map((program) => program?.stop()));
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const open = async () =>
  (
    await database.query<{ open: number }>('select count(*)::int as open from change_requests where ended_at is null')
  )[0]?.open;

/** Sends one write to every secret while the vaults do not answer, until the broker works on all of them. */
async function writeEverywhere(mark: string): Promise<{ readonly answers: Promise<(ApiAnswer | undefined)[]> }> {
  source.pause();
  target.pause();
  const admin = broker.api(token);
  const answers = ids.map((id) =>
    admin('POST', `/v1/secrets/${id}/versions`, { payload: { mark } }, { 'idempotency-key': `${id}-${mark}` }).catch(
      () => undefined,
    ),
  );
  await eventually(async () => (await open()) === SECRETS, 'all writes are under way');
  return { answers: Promise.all(answers) };
}

function resumeVaults(): void {
  source.resume();
  target.resume();
}

/** SIGTERM; `meanwhile` happens right after it. Answers with the exit code. */
async function stopInTime(meanwhile = () => {}): Promise<number | null> {
  const began = performance.now();
  const stopped = broker.stop(LIMIT_MS * 3);
  meanwhile();
  const { code, signal } = await stopped;
  expect(signal).toBeNull();
  expect(performance.now() - began).toBeLessThan(LIMIT_MS + 1_000);
  return code;
}

/** Nothing is open, every secret is at `version` with `mark`, everywhere, and was written there once. */
async function expectEverywhere(version: number, mark: string): Promise<void> {
  await eventually(async () => {
    const [row] = await database.query<{ behind: number }>(
      `select count(*)::int as behind from secrets s join targets t on t.secret_id = s.id
       where s.head_version <> $1 or t.state <> 'synced' or t.observed_version is distinct from $1`,
      [version],
    );
    return row?.behind === 0 && (await open()) === 0;
  }, `version ${version} everywhere`);
  for (const index of ids.keys()) {
    for (const vault of [source, target]) {
      expect(await vault.read(`default/shop/s${index}`)).toEqual({ version, data: { mark } });
    }
  }
}

test('SIGTERM with ten writes and syncs in flight: writes are answered, the rest is handed over (A6)', async () => {
  const { answers } = await writeEverywhere('second');
  expect(await stopInTime(resumeVaults)).toBe(0);
  for (const answer of await answers) expect(answer?.status).toBe(201);
  broker = await startApiProcess(env);
  await expectEverywhere(2, 'second');
});

test('SIGTERM while the vaults do not answer: ends at its limit, and nothing is lost (A6)', async () => {
  try {
    await writeEverywhere('third');
    await stopInTime();
  } finally {
    resumeVaults();
  }
  broker = await startApiProcess(env);
  await expectEverywhere(3, 'third');
  const admin = broker.api(token);
  for (const id of ids) {
    const again = await admin(
      'POST',
      `/v1/secrets/${id}/versions`,
      { payload: { mark: 'third' } },
      { 'idempotency-key': `${id}-third` },
    );
    expect(must(again, 201)).toMatchObject({ version: { version: 3 } });
  }
});

test('SIGTERM while syncs hang: they are handed over (A6)', async () => {
  target.pause();
  try {
    const admin = broker.api(token);
    const write = (id: string) => admin('POST', `/v1/secrets/${id}/versions`, { payload: { mark: 'fourth' } });
    for (const answer of await Promise.all(ids.map(write))) must(answer, 201);
    await eventually(async () => {
      const rows = await database.query("select 1 from targets where state = 'syncing' or lease_until is not null");
      return rows.length === SECRETS;
    }, 'all syncs are under way');
    await stopInTime();
  } finally {
    target.resume();
  }
  broker = await startApiProcess(env);
  await expectEverywhere(4, 'fourth');
});

test('wrong, truncated or missing master keys: refuses to start, nothing written', async () => {
  await broker.stop();
  // As if this start had something to set up: not even that may happen.
  await database.query('drop schema if exists bullmq cascade');
  const before = await contentOf(database);
  const other = randomBytes(32).toString('base64');
  for (const [key, reason] of [
    [`k1:${other}`, 'not the key this database was written with'],
    [`k9:${other}`, 'written with other master keys: k1'],
    [`k1:${other.slice(0, 20)}`, 'KEYFERRY_MASTER_KEY: expected'],
    ['', 'KEYFERRY_MASTER_KEY: required'],
  ] as const) {
    const { code, output } = await startRefused({ ...env, KEYFERRY_MASTER_KEY: key });
    expect(code, output).toBe(1);
    expect(output).toContain(reason);
    expect(output).not.toContain(other.slice(0, 20));
  }
  expect(await contentOf(database)).toEqual(before);
});

/** Every table with a digest of its rows. */
async function contentOf(database: ProcessDatabase): Promise<Record<string, string>> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await database.query<{ digest: string }>(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as digest from ${name} t`,
    );
    content[name] = row?.digest ?? '';
  }
  return content;
}
