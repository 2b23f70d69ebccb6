import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrapInstallation } from '../../src/access/bootstrap.ts';
import { createKeyring, parseMasterKeys } from '../../src/crypto/keyring.ts';
import { connectDb } from '../../src/db.ts';
import { startEmbeddedPostgres } from '../../src/setup/embedded-postgres.ts';
import { applyMigrations } from '../../src/setup/migrate.ts';
import { runScale, type ScaleResult } from './scale/scale-run.ts';

/*
 * `npm run scale`: 100,000 secrets with five targets each, and what the product asks of its database then. Fails when a query
 * takes more than 50 ms at the median or reads a big table from end to end. `--plans` shows how PostgreSQL
 * answers each.
 */
const { values } = parseArgs({
  options: {
    secrets: { type: 'string', default: '100000' },
    times: { type: 'string', default: '100' },
    plans: { type: 'boolean', default: false },
  },
});
const MEDIAN_AT_MOST_MS = 50;
const tell = (line: string) => void process.stdout.write(`${line}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-scale-'));
// Run by root, the embedded PostgreSQL has an account of its own, which must get in.
await chmod(folder, 0o711);
const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'server'), tell: () => {} });
try {
  await applyMigrations(server.url, { queue: false });
  const db = connectDb({ url: server.url, poolSize: 2 });
  await bootstrapInstallation(db, createKeyring(parseMasterKeys(`scale:${randomBytes(32).toString('base64')}`)));
  await db.close();
  const secrets = Number(values.secrets);
  const size = { secrets, targets: 5, projects: 100, profiles: 50 };
  tell(
    `${secrets} secrets, ${secrets * size.targets} targets at ${size.profiles} profiles; load ${os.loadavg()[0]?.toFixed(1)}`,
  );
  const result = await runScale(server.url, size, Number(values.times));
  report(result);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function report({ rows, seedSeconds, memory }: ScaleResult): void {
  tell(`filled in ${seedSeconds.toFixed(0)} s\n`);
  const width = Math.max(...rows.map(({ name }) => name.length));
  tell(`${'query'.padEnd(width)}  p50 ms  p99 ms`);
  for (const { name, p50, p99, readWhole, plans } of rows) {
    const bad = [
      p50 > MEDIAN_AT_MOST_MS ? 'SLOW' : '',
      readWhole.length > 0 ? `READS ALL OF ${readWhole.join(', ')}` : '',
    ];
    const verdict = bad.filter(Boolean).join(' ');
    if (verdict !== '') process.exitCode = 1;
    tell(`${name.padEnd(width)}  ${p50.toFixed(1).padStart(6)}  ${p99.toFixed(1).padStart(6)}  ${verdict}`.trimEnd());
    if (values.plans) tell(plans.map((plan) => plan.replace(/^/gm, '    ')).join('\n'));
  }
  const [early, late] = memory;
  tell(
    `\nheap of the asking process ${early.toFixed(0)} MB early, ${late.toFixed(0)} MB at the end; load ${os.loadavg()[0]?.toFixed(1)}`,
  );
}
