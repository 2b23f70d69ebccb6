import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { BENCH_CONNECTION, type BenchBroker, expectOk } from '../bench-broker.ts';
import { openDirect } from '../direct-vault.ts';
import type { Row } from '../report.ts';
import { seedDueTargets } from '../seed.ts';

const LATENCY_MS = 10;
const CONCURRENCY = 16;
/** A copy that was never there: the write, our marker, and the proof. */
const CALLS_PER_TARGET = 3;
/** The broker's pool (10) and, where the queue is in PostgreSQL, what BullMQ holds beside it. */
const MOST_CONNECTIONS = 40;

/**
 * Targets of one profile that are all due at once, as after an outage: from enabling the profile until all are synced,
 * beside calls to that vault times latency by concurrency.
 */
export async function measureDrains(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const queue of bench.redisUrl === null ? (['postgres'] as const) : (['postgres', 'redis'] as const)) {
    const broker = await bench.broker(queue);
    rows.push(await drain(bench, broker, queue));
    await broker.close();
  }
  return rows;
}

async function drain(bench: Bench, broker: BenchBroker, queue: 'postgres' | 'redis'): Promise<Row> {
  const count = bench.quick ? 2_000 : 10_000;
  const name = `drain of ${count}, queue on ${queue}`;
  bench.tell(name);
  const source = await bench.vault({ latencyMs: LATENCY_MS });
  const target = await bench.vault({ latencyMs: LATENCY_MS });
  const { profileId } = await broker.place('source', source, { concurrency: CONCURRENCY });
  const drained = (await broker.place('target', target, { concurrency: CONCURRENCY })).profileId;
  const project = expectOk(await broker.api('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  expectOk(await broker.api('POST', `/v1/vault-profiles/${drained}/disable`, {}));
  const organizationId = (await broker.sql.query<{ id: string }>('select id from organizations')).rows[0]?.id ?? '';
  const place = { organizationId, projectId: project.id as string, profileId };
  const direct = await openDirect(source);
  await seedDueTargets(broker.sql, broker.keyring, place, direct, drained, count);
  await direct.close();
  const begun = performance.now();
  expectOk(await broker.api('POST', `/v1/vault-profiles/${drained}/enable`, {}));
  const course = await allSynced(broker);
  const seconds = (performance.now() - begun) / 1_000;
  bench.tell(`targets a second, second by second: ${course.perSecond.join(' ')}`);
  if (course.connections > MOST_CONNECTIONS) {
    throw new Error(`${course.connections} database connections, more than ${MOST_CONNECTIONS}`);
  }
  const ideal = (count * CALLS_PER_TARGET * LATENCY_MS) / CONCURRENCY / 1_000;
  const atMost = queue === 'redis' ? 1.5 : 2;
  const [slowest, fastest] = [Math.min(...course.perSecond), Math.max(...course.perSecond)];
  const note = `${Math.round(count / seconds)} targets/s (${slowest} to ${fastest}), at most ${course.connections} connections`;
  return {
    workload: name,
    unit: 's',
    limit: ideal,
    product: seconds,
    ratio: seconds / ideal,
    spread: null,
    aim: { atMost },
    note,
  };
}

/** How a drain went. */
interface Course {
  /** Targets that came into step in each whole second. */
  readonly perSecond: readonly number[];
  /** The most that the broker had at one time, of the samples. */
  readonly connections: number;
}

const SAMPLE_MS = 100;

async function allSynced(broker: BenchBroker): Promise<Course> {
  const begun = performance.now();
  const inStep: number[] = [];
  let connections = 0;
  while (performance.now() - begun < 300_000) {
    const { rows } = await broker.sql.query<{ done: number; left: number; states: string; connections: number }>(
      `select count(*) filter (where state = 'synced')::int as done, count(*) filter (where state <> 'synced')::int as left,
         string_agg(distinct state || coalesce(' ' || code, ''), ', ') as states,
         (select count(*)::int from pg_stat_activity where datname = current_database()
           and backend_type = 'client backend' and application_name <> $1) as connections
       from targets`,
      [BENCH_CONNECTION],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('no answer');
    connections = Math.max(connections, row.connections);
    inStep[Math.floor((performance.now() - begun) / 1_000)] = row.done;
    if (row.left === 0) return { perSecond: steps(inStep), connections };
    if (/failed|conflict|drifted|parked/.test(row.states)) throw new Error(`not clean: ${row.states}`);
    await delay(SAMPLE_MS);
  }
  throw new Error('targets do not drain');
}

/** The last second is not a whole one, unless it is the only one. */
function steps(inStep: readonly number[]): number[] {
  const each = [...inStep].map((done, second) => (done ?? 0) - (inStep[second - 1] ?? 0));
  return each.length > 1 ? each.slice(0, -1) : each;
}
