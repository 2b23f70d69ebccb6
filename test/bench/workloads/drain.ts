import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { openDirect } from '../direct-vault.ts';
import type { Row } from '../report.ts';
import { seedDueTargets } from '../seed.ts';

const LATENCY_MS = 10;
const CONCURRENCY = 16;
/** A copy that was never there: the write, our marker, and the proof. */
const CALLS_PER_TARGET = 3;

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
  const count = bench.quick ? 1_000 : 10_000;
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
  await allSynced(broker);
  const seconds = (performance.now() - begun) / 1_000;
  const ideal = (count * CALLS_PER_TARGET * LATENCY_MS) / CONCURRENCY / 1_000;
  const atMost = queue === 'redis' ? 1.5 : 2;
  const note = `${Math.round(count / seconds)} targets/s`;
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

async function allSynced(broker: BenchBroker): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (performance.now() < deadline) {
    const { rows } = await broker.sql.query<{ left: number; states: string }>(
      `select count(*) filter (where state <> 'synced')::int as left,
         string_agg(distinct state || coalesce(' ' || code, ''), ', ') as states from targets`,
    );
    if (rows[0]?.left === 0) return;
    if (/failed|conflict|drifted|parked/.test(rows[0]?.states ?? '')) throw new Error(`not clean: ${rows[0]?.states}`);
    await delay(100);
  }
  throw new Error('targets do not drain');
}
