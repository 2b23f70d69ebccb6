import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { must } from '../../support/answers.ts';
import type { TestRedis } from '../../support/redis.ts';
import { checkAll, quiet } from './check.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { checkDeletions, type Deletion, prepareDeletions } from './deletions.ts';
import { createRandom, type Random } from './random.ts';
import { decide, type Load, send, startWriters } from './writers.ts';

export interface KillLoopOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Present: the queue is there, and it is killed like the rest. */
  readonly redis: TestRedis | undefined;
  /** For the database and the journals; the account PostgreSQL runs under must be able to enter it. */
  readonly folder: string;
  readonly fsync: boolean;
  readonly tell: (line: string) => void;
}

export interface KillLoopResult {
  /** By what was killed. */
  readonly kills: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly approved: number;
  readonly rejected: number;
  readonly deleted: number;
  readonly versions: number;
  /** Empty: everything held. */
  readonly problems: readonly string[];
}

const WORKERS = 2;
const ROVERS = 2;
/** So many rounds follow each other while the one before is still being recovered from; then all is checked. */
const ROUNDS_AT_ONCE = 10;
const DELETIONS_AT_ONCE = 4;
/** AWS refuses the 101st version of a day (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html). */
const MOST_VERSIONS = 50;

interface Total {
  readonly kills: Record<string, number>;
  acknowledged: number;
  unanswered: number;
  approved: number;
  rejected: number;
  deleted: number;
  readonly problems: string[];
}

/** Kills brokers and their servers at random moments under writes, approvals and deletions, and checks everything in between. */
export async function runKillLoop(options: KillLoopOptions): Promise<KillLoopResult> {
  const random = createRandom(options.seed);
  const cluster = await startCluster({
    masterKey: `k1:${randomBytes(32).toString('base64')}`,
    folder: options.folder,
    redis: options.redis,
    workers: WORKERS,
    fsync: options.fsync,
  });
  try {
    return await play(cluster, random, options);
  } finally {
    await cluster.close();
  }
}

async function play(cluster: Cluster, random: Random, { rounds, tell }: KillLoopOptions): Promise<KillLoopResult> {
  const total: Total = {
    kills: {},
    acknowledged: 0,
    unanswered: 0,
    approved: 0,
    rejected: 0,
    deleted: 0,
    problems: [],
  };
  await quiet(cluster);
  for (let round = 1; round <= rounds && total.problems.length === 0; round += ROUNDS_AT_ONCE) {
    const phases = startPhases();
    await restSecrets(cluster);
    const deletions = await prepareDeletions(cluster, random, DELETIONS_AT_ONCE);
    phases.end('prepare');
    const last = Math.min(rounds, round + ROUNDS_AT_ONCE - 1);
    const { killed, load } = await playRounds(cluster, random, deletions, {
      count: last - round + 1,
      kills: total.kills,
    });
    phases.end('kill');
    const cutOff = load.unanswered.length;
    await bringToEnd(cluster, random, load, deletions);
    phases.end('ask again');
    await quiet(cluster, 'waiting');
    phases.end('come to rest');
    await sortOpen(cluster, load, total);
    total.problems.push(...(await checkAll(cluster, load)), ...(await checkDeletions(cluster, deletions)));
    phases.end('check');
    if (total.problems.length > 0) for (const line of cluster.complaints().slice(-30)) tell(line);
    total.acknowledged += load.acknowledged.length;
    total.unanswered += cutOff;
    total.deleted += deletions.length;
    tell(
      `rounds ${String(round).padStart(3)}-${String(last).padStart(3)}: killed ${killed.join(', ')}; ` +
        `${load.acknowledged.length} acknowledged, ${cutOff} cut off, ${load.refused.length} refused; ${phases.text()}`,
    );
  }
  if (total.problems.length === 0) {
    await quiet(cluster);
    const nothing = { acknowledged: [], open: [], unanswered: [], refused: [], problems: [] };
    const { secrets, rested } = cluster.estate;
    total.problems.push(...(await checkAll(cluster, nothing, [...rested, ...secrets])), ...(await checkEnd(cluster)));
  }
  const [row] = await cluster.query<{ versions: number }>('select count(*)::int as versions from secret_versions');
  return { ...total, versions: row?.versions ?? 0 };
}

/** Secrets that have had many versions make room for new ones. */
async function restSecrets(cluster: Cluster): Promise<void> {
  const tired = await cluster.query<{ id: string }>('select id from secrets where head_version > $1', [MOST_VERSIONS]);
  for (const { id } of tired) {
    const secret = cluster.estate.secrets.find((each) => each.id === id);
    if (secret !== undefined) await cluster.estate.replace(cluster.admin, secret);
  }
}

/** Where the time goes. */
function startPhases() {
  let since = performance.now();
  const spent: string[] = [];
  let all = 0;
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  return {
    end(name: string): void {
      const ms = performance.now() - since;
      since += ms;
      all += ms;
      spent.push(`${name} ${seconds(ms)} s`);
    },
    text: () => `${spent.join(', ')}, all ${seconds(all)} s`,
  };
}

/** Servers come back before the brokers that cannot start without them. */
const SERVERS: readonly string[] = ['postgres', 'redis'];
/** With more of them away at once there would be nobody left to interrupt. */
const MOST_AWAY = 2;
const STARTS = 20;

/** Brings members back while the next ones are being killed. */
function createRecovery(cluster: Cluster) {
  const away = new Map<string, Promise<void>>();
  let failure: unknown;
  const bringBack = async (member: string): Promise<void> => {
    if (SERVERS.includes(member)) return cluster.restart(member);
    // A broker refuses to start without its database, which may be killed again meanwhile.
    for (let tries = 1; ; tries++) {
      await Promise.all(SERVERS.map((server) => away.get(server)));
      const done = await cluster.restart(member).then(
        () => true,
        (error: unknown) => {
          if (tries === STARTS) throw error;
          return false;
        },
      );
      if (done) return;
      await delay(200);
    }
  };
  return {
    present: () => cluster.members.filter((member) => !away.has(member)),
    begin(member: string): void {
      const work = bringBack(member)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => away.delete(member));
      away.set(member, work);
    },
    /** Waits until at most so many are away. */
    async until(most: number): Promise<void> {
      while (away.size > most) await Promise.race(away.values());
      if (failure !== undefined) throw failure;
    },
  };
}

/** Several rounds under load. Answers with who was killed and what the load came to. */
async function playRounds(
  cluster: Cluster,
  random: Random,
  deletions: readonly Deletion[],
  play: { readonly count: number; readonly kills: Record<string, number> },
): Promise<{ killed: string[]; load: Load }> {
  const writers = startWriters(cluster, random, ROVERS);
  const recovery = createRecovery(cluster);
  const orders = Promise.all(deletions.map(({ demand }) => delay(random.between(0, 3_000)).then(demand)));
  const killed: string[] = [];
  try {
    for (let number = 0; number < play.count; number++) {
      killed.push(await playRound(cluster, random, recovery, play.kills));
    }
    await recovery.until(0);
    await orders;
  } finally {
    orders.catch(() => undefined);
    await writers.stop();
  }
  return { killed, load: await writers.stop() };
}

/** Kills somebody who is there and begins to bring them back. Answers with who it was. */
async function playRound(
  cluster: Cluster,
  random: Random,
  recovery: ReturnType<typeof createRecovery>,
  kills: Record<string, number>,
): Promise<string> {
  await recovery.until(MOST_AWAY - 1);
  await delay(random.between(20, 350));
  const victims = chooseVictims(recovery.present(), random);
  await Promise.all(victims.map((victim) => cluster.kill(victim)));
  for (const victim of victims) kills[victim] = (kills[victim] ?? 0) + 1;
  await delay(random.between(0, 150));
  for (const victim of [...victims].sort((one, other) => SERVERS.indexOf(other) - SERVERS.indexOf(one))) {
    recovery.begin(victim);
  }
  return victims.join(' + ');
}

function chooseVictims(present: readonly string[], random: Random): string[] {
  const first = random.pick(present);
  const others = present.filter((member) => member !== first);
  return random.next() < 0.75 || others.length === 0 ? [first] : [first, random.pick(others)];
}

/** Who got no answer asks again with the same key, votes that were cut off are cast again; nothing is killed any more. */
async function bringToEnd(cluster: Cluster, random: Random, load: Load, deletions: readonly Deletion[]): Promise<void> {
  const again = load.unanswered.splice(0).filter(() => random.next() < 0.5);
  await Promise.all(again.map((sent) => send(cluster, sent, load, random)));
  if (load.unanswered.length > 0) load.problems.push('no answer though nothing was killed');
  await Promise.all(deletions.map(({ demand }) => demand()));
  // Cut-off writes of others may wait as well: nobody knows their ids but the broker.
  const waiting = await cluster.query<{ id: string }>(
    `select id from change_requests where state = 'pending_approval'`,
  );
  const known = new Set(load.open.map(({ changeId }) => changeId));
  for (const opened of load.open) await decide(cluster, opened, load);
  for (const { id } of waiting.filter((each) => !known.has(each.id))) {
    must(await cluster.admin('POST', `/v1/change-requests/${id}/cancel`, {}), 200);
  }
}

/** What waited has ended as the reviewer decided, and as the broker said. */
async function sortOpen(cluster: Cluster, load: Load, total: Total): Promise<void> {
  for (const { vote, changeId, ...sent } of load.open) {
    const { state, code, resultVersion } = must(await cluster.admin('GET', `/v1/change-requests/${changeId}`), 200);
    const wanted = vote?.decision === 'reject' ? 'rejected' : 'applied';
    if (state === 'failed' && vote === undefined && (code === 'unavailable' || code === 'timeout')) {
      load.refused.push(sent);
    } else if (state !== wanted) {
      load.problems.push(`a change that should be ${wanted} ended ${String(state)} (${String(code)})`);
    } else if (state === 'applied') {
      load.acknowledged.push({ ...sent, changeId, version: resultVersion as number });
      if (vote) total.approved += 1;
    } else {
      load.refused.push(sent);
      total.rejected += 1;
    }
  }
}

/** What is true of the whole run: the audit chain holds and tells of every change once; no sealed value is left. */
async function checkEnd(cluster: Cluster): Promise<string[]> {
  const problems: string[] = [];
  const audit = must(await cluster.admin('GET', '/v1/audit-events/verify'), 200);
  if (audit.intact !== true) problems.push('the audit chain is broken');
  const [row] = await cluster.query<{ untold: number; told: number; sealed: number; loose: number; others: string[] }>(
    `select (select count(*)::int from change_requests c where c.state = 'applied' and 1 <> (select count(*) from audit_events a
         where a.action = 'change.applied' and a.object_id = c.id::text)) as untold,
       (select count(*)::int from audit_events a where a.action = 'change.applied' and not exists (
         select 1 from change_requests c where c.id::text = a.object_id and c.state = 'applied')) as told,
       (select count(*)::int from change_requests where sealed_payload is not null) as sealed,
       (select count(*)::int from secret_versions v join change_requests c on c.id = v.change_id where c.state <> 'applied') as loose,
       array(select distinct state || ' ' || coalesce(code, '') from change_requests
         where state not in ('applied', 'rejected', 'cancelled')
           and not (state = 'failed' and code in ('unavailable', 'timeout'))) as others`,
  );
  if (row?.untold !== 0) problems.push(`${row?.untold} applied changes are not told exactly once`);
  if (row?.told !== 0) problems.push(`${row?.told} changes are told as applied and are not`);
  if (row?.sealed !== 0) problems.push(`${row?.sealed} ended changes keep a sealed value`);
  if (row?.loose !== 0) problems.push(`${row?.loose} versions come from no applied change`);
  if (row?.others.length !== 0) problems.push(`changes ended ${row?.others.join(', ')}`);
  return problems;
}
