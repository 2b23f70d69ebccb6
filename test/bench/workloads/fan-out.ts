import { setTimeout as delay } from 'node:timers/promises';
import type { VaultAdapter } from '../../../adapters/adapter.ts';
import { newId } from '../../../src/ports.ts';
import type { Bench, BenchVault } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { openDirect, unhurried } from '../direct-vault.ts';
import { expectSuccess, type HttpConnection, httpRequest, openHttp } from '../http-connection.ts';
import { alternate, runCallers } from '../measure.ts';
import { type Row, rowOf } from '../report.ts';
import { benchFields } from '../seed.ts';

const LATENCY_MS = 10;
const TARGETS = [1, 5, 20];
const MOUNTS = Array.from({ length: 20 }, (_, index) => `target-${index}`);

/**
 * From sending a write to the moment every target is written, read back and recorded, one write at a time. Beside it: the
 * source written, then every target written and read back directly, all side by side.
 */
export async function measureFanOut(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const queue of bench.redisUrl === null ? (['postgres'] as const) : (['postgres', 'redis'] as const)) {
    const broker = await bench.broker(queue);
    const source = await bench.vault({ latencyMs: LATENCY_MS });
    const targets = await bench.vault({ latencyMs: LATENCY_MS, mounts: MOUNTS });
    const direct = await openDirect(source);
    const directTargets = await Promise.all(MOUNTS.map((mount) => openDirect(targets, mount)));
    const secretOf = await prepare(broker, source, targets);
    await warmUp(bench, broker, secretOf);
    const connection = await openHttp(broker.url);
    for (const count of TARGETS) {
      bench.tell(`fan-out to ${count}, queue on ${queue}`);
      const secretId = await secretOf(count);
      const write = directWriter(direct, directTargets.slice(0, count));
      const pairs = await alternate(
        bench.pairs,
        () => runCallers(1, bench.sliceMs, write),
        () => runCallers(1, bench.sliceMs, () => writeAndConverge(broker, connection, secretId)),
      );
      const title = `fan-out to ${count}, queue on ${queue}`;
      rows.push(rowOf(title, 'p50 ms', pairs, (slice) => slice.p50, { atMost: 1.5 }));
      rows.push(rowOf(title, 'p99 ms', pairs, (slice) => slice.p99));
    }
    connection.close();
    await Promise.all([direct, ...directTargets].map((adapter) => adapter.close()));
    await broker.close();
  }
  return rows;
}

/** Answers with a maker of synced secrets with so many targets. */
async function prepare(broker: BenchBroker, source: BenchVault, targets: BenchVault) {
  const { profileId } = await broker.place('source', source);
  const places = await Promise.all(MOUNTS.map((mount) => broker.place(mount, targets, { mount })));
  expectOk(await broker.api('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  return async (count: number, name = `fan-out-${count}`): Promise<string> => {
    const body = {
      project: 'bench',
      name,
      type: 'generic',
      sourceProfileId: profileId,
      targets: places.slice(0, count).map((place) => ({ profileId: place.profileId })),
      payload: { value: 'first' },
    };
    const secretId = expectOk(await broker.api('POST', '/v1/secrets', body)).secretId as string;
    await converged(broker, secretId);
    return secretId;
  };
}

async function warmUp(
  bench: Bench,
  broker: BenchBroker,
  secretOf: (count: number, name: string) => Promise<string>,
): Promise<void> {
  bench.tell('warming up fan-outs');
  const ids = await Promise.all(Array.from({ length: 4 }, (_, caller) => secretOf(5, `warm-${caller}`)));
  const connections = await Promise.all(ids.map(() => openHttp(broker.url)));
  await runCallers(ids.length, bench.warmUpMs, async (caller) => {
    const connection = connections[caller];
    if (connection !== undefined) await writeAndConverge(broker, connection, ids[caller] ?? '');
  });
  for (const connection of connections) connection.close();
}

async function writeAndConverge(broker: BenchBroker, connection: HttpConnection, secretId: string): Promise<void> {
  const headers = { authorization: `Bearer ${broker.token}` };
  const body = { payload: { value: `${newId()}${'x'.repeat(28)}` } };
  expectSuccess(await connection.send(httpRequest('POST', `/v1/secrets/${secretId}/versions`, headers, body)));
  await converged(broker, secretId);
}

const BEHIND = `select exists (select 1 from targets where secret_id = $1 and (state <> 'synced'
  or observed_version is distinct from desired_version)) as behind`;

/** Looks every millisecond. */
async function converged(broker: BenchBroker, secretId: string): Promise<void> {
  for (let looks = 0; looks < 30_000; looks++) {
    const { rows } = await broker.sql.query<{ behind: boolean }>({ name: 'behind', text: BEHIND, values: [secretId] });
    if (rows[0]?.behind === false) return;
    await delay(1);
  }
  throw new Error('targets do not converge');
}

function directWriter(source: VaultAdapter, targets: readonly VaultAdapter[]): () => Promise<void> {
  const path = `direct/${newId()}`;
  const versions = new Map<VaultAdapter, string>();
  return async () => {
    const fields = benchFields();
    const write = async (adapter: VaultAdapter) => {
      const ifVersion = versions.get(adapter) ?? 'absent';
      versions.set(
        adapter,
        (await adapter.write(path, fields, { operationId: newId(), ifVersion, ...unhurried() })).version,
      );
    };
    await write(source);
    await Promise.all(
      targets.map(async (target) => {
        await write(target);
        await target.read(path, unhurried());
      }),
    );
  };
}
