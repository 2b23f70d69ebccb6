import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { eventually, must } from '../support/answers.ts';
import { type ApiProcess, startApiProcess } from '../support/broker-process.ts';
import { importDesk } from '../support/import-desk.ts';
import { createProcessDatabase, type ProcessDatabase } from '../support/process-database.ts';
import { startVaultProcess, type VaultProcess } from '../support/vault-process.ts';
import { openProfile } from './estate.ts';

/* A broker process imports what somebody else put into a vault, is killed in the middle, and comes back. */

const ENTRIES = 1_000;
const MARKED = 40;
let folder: string;
let database: ProcessDatabase;
let vault: VaultProcess;
let env: Record<string, string>;
let broker: ApiProcess;
let token: string;
let profileId: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-import-'));
  database = await createProcessDatabase(inject('postgresUrl'));
  vault = await startVaultProcess({ journalFile: path.join(folder, 'vault.jsonl') });
  env = {
    DATABASE_URL: database.url,
    KEYFERRY_MASTER_KEY: randomBytes(32).toString('base64'),
    KEYFERRY_LEASE_MS: '500',
    KEYFERRY_SCAN_INTERVAL_MS: '100',
  };
  broker = await startApiProcess(env);
  token = broker.adminToken ?? '';
  const admin = broker.api(token);
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  profileId = await openProfile(admin, 'source', vault);
  for (const [at, count] of [
    ['legacy', ENTRIES],
    ['marked', MARKED],
  ] as const) {
    const names = Array.from({ length: count }, (_, index) => `${at}/app-${index % 10}/key-${index}`);
    while (names.length > 0) await Promise.all(names.splice(0, 50).map(put));
  }
});

afterAll(async () => {
  await Promise.all([broker, vault].map((program) => program?.stop()));
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Somebody else's entry, whose content names it. */
async function put(entry: string): Promise<void> {
  const answer = await fetch(`${vault.url}/v1/secret/data/${entry}`, {
    method: 'POST',
    headers: { 'x-vault-token': vault.token },
    body: JSON.stringify({ data: { user: 'app', value: entry } }),
  });
  expect(answer.ok).toBe(true);
}

const desk = () => importDesk(broker.api(token));
const changesBelow = (at: string) => vault.journal().filter((entry) => entry.path.startsWith(`secret/${at}/`));

/** One secret with one version, one claim and one applied change for each entry, and nothing under way. */
async function expectOnceEach(at: string, count: number): Promise<void> {
  const [row] = await database.query<Record<string, number>>(
    `select count(*)::int as secrets, count(distinct s.source_path)::int as sources,
       count(distinct (s.path, s.name))::int as names, count(*) filter (where s.state = 'active')::int as active,
       (select count(*)::int from secret_versions v join secrets o on o.id = v.secret_id
         where o.source_path like $1) as versions,
       (select count(*)::int from remote_entries r where r.path like $1) as claims,
       (select count(*)::int from change_requests c join secrets o on o.id = c.secret_id
         where o.source_path like $1 and c.operation = 'import' and c.state = 'applied') as applied,
       (select count(*)::int from change_requests where ended_at is null) as open
     from secrets s where s.source_path like $1`,
    [`${at}/%`],
  );
  const one = { secrets: count, sources: count, names: count, active: count, versions: count, claims: count };
  expect(row).toEqual({ ...one, applied: count, open: 0 });
}

test('killed in the middle of 1,000 entries: progress is seen, each becomes one secret, and nothing is written', async () => {
  const before = vault.journal().length;
  const id = await desk().start(profileId, { prefix: 'legacy' });
  const progress = [0];
  const seen = async (imported: number) =>
    eventually(
      async () => {
        const { counts, state } = await desk().look(id);
        if ((counts.imported ?? 0) > (progress.at(-1) ?? 0)) progress.push(counts.imported ?? 0);
        return (counts.imported ?? 0) >= imported || state === 'completed';
      },
      `${imported} imported`,
      60_000,
    );
  await seen(ENTRIES / 4);
  await broker.kill();
  const [halfway] = await database.query<{ count: number }>(
    `select count(*)::int as count from secrets where source_path like 'legacy/%'`,
  );
  expect(halfway?.count).toBeLessThan(ENTRIES);
  broker = await startApiProcess(env);
  await seen(ENTRIES);
  expect(await desk().ended(id)).toMatchObject({
    state: 'completed',
    counts: { total: ENTRIES, imported: ENTRIES, failed: 0, skipped: 0 },
  });
  expect(progress.length).toBeGreaterThan(4);
  await expectOnceEach('legacy', ENTRIES);
  expect(vault.journal().length).toBe(before);
  const items = await desk().items(id);
  expect(new Set(items.map((item) => item.entry)).size).toBe(ENTRIES);
  for (const item of [items[0], items[ENTRIES / 2], items[ENTRIES - 1]]) {
    const content = await broker.api(token)('GET', `/v1/secrets/${item?.secretId}/versions/1/content`);
    expect(must(content, 200).payload).toEqual({ user: 'app', value: item?.entry });
  }
  expect(must(await broker.api(token)('GET', '/v1/audit-events/verify'), 200).intact).toBe(true);
});

test('killed right after a marker was written: one marker for each entry', async () => {
  await broker.stop();
  broker = await startApiProcess({ ...env, KEYFERRY_FAILPOINT: 'write.after-vault' });
  const id = await desk().start(profileId, { prefix: 'marked', marker: true });
  expect(await broker.ended).toEqual({ code: null, signal: 'SIGKILL' });
  broker = await startApiProcess(env);
  expect(await desk().ended(id)).toMatchObject({ state: 'completed', counts: { imported: MARKED, total: MARKED } });
  await expectOnceEach('marked', MARKED);
  const labels = changesBelow('marked').filter((entry) => entry.kind === 'metadata');
  expect(labels).toHaveLength(MARKED);
  expect(new Set(labels.map((entry) => entry.path)).size).toBe(MARKED);
  expect(changesBelow('marked')).toHaveLength(2 * MARKED);
});
