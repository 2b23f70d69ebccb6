import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually, must } from '../../support/answers.ts';
import { createProcessDatabase, type ProcessDatabase } from '../../support/process-database.ts';
import { checkRound, quiet } from './check.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { createRandom, type Random } from './random.ts';
import { type Load, send, startWriters } from './writers.ts';

export interface KillLoopOptions {
  readonly rounds: number;
  readonly seed: number;
  /** A PostgreSQL server on which a database may be created. */
  readonly serverUrl: string;
  readonly redisUrl: string | undefined;
  readonly folder: string;
  readonly tell: (line: string) => void;
}

export interface KillLoopResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly versions: number;
  /** Empty: everything held. */
  readonly problems: readonly string[];
}

const WORKERS = 2;
const SECRETS = 6;
const TARGETS = 2;
const ROVERS = 2;

/** Kills the API or workers at random moments under writes, round after round, and checks everything after each. */
export async function runKillLoop(options: KillLoopOptions): Promise<KillLoopResult> {
  const random = createRandom(options.seed);
  const database = await createProcessDatabase(options.serverUrl);
  try {
    const cluster = await startCluster({
      databaseUrl: database.url,
      redisUrl: options.redisUrl,
      masterKey: `k1:${randomBytes(32).toString('base64')}`,
      folder: options.folder,
      workers: WORKERS,
      secrets: SECRETS,
      targets: TARGETS,
    });
    try {
      return await play(cluster, database, random, options);
    } finally {
      await cluster.close();
    }
  } finally {
    await database.drop();
  }
}

async function play(
  cluster: Cluster,
  database: ProcessDatabase,
  random: Random,
  { rounds, tell }: KillLoopOptions,
): Promise<KillLoopResult> {
  const total = { kills: 0, acknowledged: 0, unanswered: 0, problems: [] as string[] };
  await quiet(cluster, database);
  for (let round = 1; round <= rounds && total.problems.length === 0; round++) {
    const before = await heads(database);
    const victims = chooseVictims(cluster, random);
    const afterMs = random.between(20, 350);
    const load = await playRound(cluster, random, victims, afterMs);
    const unanswered = load.unanswered.length;
    await askAgain(cluster, random, load);
    await followOpen(cluster, load);
    await quiet(cluster, database);
    total.problems.push(...(await checkRound(cluster, load, before)));
    if (total.problems.length > 0) for (const line of cluster.complaints().slice(-20)) tell(line);
    total.kills += victims.length;
    total.acknowledged += load.acknowledged.length;
    total.unanswered += unanswered;
    const made = sum(await heads(database)) - sum(before);
    tell(
      `round ${String(round).padStart(3)}: killed ${victims.join(' and ').padEnd(21)} after ${String(afterMs).padStart(3)} ms; ` +
        `${load.acknowledged.length} acknowledged, ${unanswered} cut off, ${load.refused.length} refused, ${made} versions`,
    );
  }
  if (total.problems.length === 0) total.problems.push(...(await checkEnd(cluster, database)));
  return { ...total, versions: sum(await heads(database)) };
}

function chooseVictims(cluster: Cluster, random: Random): string[] {
  const first = random.next() < 0.5 ? 'api' : random.pick(cluster.members);
  if (random.next() < 0.8) return [first];
  return [first, random.pick(cluster.members.filter((member) => member !== first))];
}

async function playRound(cluster: Cluster, random: Random, victims: readonly string[], afterMs: number): Promise<Load> {
  const writers = startWriters(cluster, random, ROVERS);
  await delay(afterMs);
  await Promise.all(victims.map((victim) => cluster.kill(victim)));
  await delay(random.between(0, 200));
  await Promise.all(victims.map((victim) => cluster.restart(victim)));
  await delay(random.between(50, 250));
  return writers.stop();
}

/** Half of those without an answer ask again with their key, as a client would; the others leave it at that. */
async function askAgain(cluster: Cluster, random: Random, load: Load): Promise<void> {
  const again = load.unanswered.splice(0).filter(() => random.next() < 0.5);
  await Promise.all(again.map((sent) => send(cluster, sent, load)));
  if (load.unanswered.length > 0) load.problems.push('no answer though nothing was killed');
}

/** Changes whose outcome was not known when they were answered end by themselves. */
async function followOpen(cluster: Cluster, load: Load): Promise<void> {
  for (const { changeId, ...sent } of load.open) {
    const change = await eventually(async () => {
      const seen = must(await cluster.admin('GET', `/v1/change-requests/${changeId}`), 200);
      return seen.endedAt !== null && seen;
    }, 'an open change ends');
    if (change.state === 'applied') {
      load.acknowledged.push({ ...sent, changeId, version: change.resultVersion as number });
    } else load.problems.push(`an interrupted change ended ${String(change.state)} (${String(change.code)})`);
  }
}

/** What is true of the whole run: the audit chain holds and tells of every version; no sealed value is left. */
async function checkEnd(cluster: Cluster, database: ProcessDatabase): Promise<string[]> {
  const problems: string[] = [];
  const audit = must(await cluster.admin('GET', '/v1/audit-events/verify'), 200);
  if (audit.intact !== true) problems.push('the audit chain is broken');
  const [row] = await database.query<{ applied: number; versions: number; sealed: number; others: string[] }>(
    `select (select count(*)::int from audit_events where action = 'change.applied') as applied,
       (select count(*)::int from secret_versions) as versions,
       (select count(*)::int from change_requests where sealed_payload is not null) as sealed,
       array(select distinct state || ' ' || coalesce(code, '') from change_requests where state <> 'applied') as others`,
  );
  if (row?.applied !== row?.versions) problems.push(`${row?.applied} changes applied for ${row?.versions} versions`);
  if (row?.sealed !== 0) problems.push(`${row?.sealed} ended changes keep a sealed value`);
  if (row?.others.length !== 0) problems.push(`changes ended ${row?.others.join(', ')}`);
  return problems;
}

async function heads(database: ProcessDatabase): Promise<Map<string, number>> {
  const rows = await database.query<{ id: string; head: number }>('select id, head_version as head from secrets');
  return new Map(rows.map((row) => [row.id, row.head]));
}

function sum(numbers: ReadonlyMap<string, number>): number {
  return [...numbers.values()].reduce((total, each) => total + each, 0);
}
