import type { VaultAdapter } from '../../../adapters/adapter.ts';
import { newId } from '../../../src/ports.ts';
import type { Bench } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { openDirect, unhurried } from '../direct-vault.ts';
import { httpRequest, openLoad } from '../http-connection.ts';
import { alternate, runCallers } from '../measure.ts';
import { type Row, rowOf } from '../report.ts';
import { benchFields } from '../seed.ts';

const LATENCY_MS = 10;

/** New content for a secret without targets, beside the same compare-and-set write sent to the vault directly. */
export async function measureWrites(bench: Bench): Promise<Row[]> {
  const vault = await bench.vault({ latencyMs: LATENCY_MS });
  const broker = await bench.broker('postgres');
  const direct = await openDirect(vault);
  const { profileId } = await broker.place('source', vault);
  expectOk(await broker.api('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  await warmUp(bench, broker, profileId);
  const rows: Row[] = [];
  for (const callers of [1, 10]) {
    bench.tell(`write, ${callers} at once`);
    const names = Array.from({ length: callers }, (_, caller) => `write-${callers}-${caller}`);
    const ids = await Promise.all(names.map((name) => createSecret(broker, profileId, name)));
    const load = await openLoad(broker.url, callers, (caller) => updateRequest(broker, ids[caller] ?? ''));
    const writers = await Promise.all(names.map((name) => directWriter(direct, name)));
    const pairs = await alternate(
      bench.pairs,
      () => runCallers(callers, bench.sliceMs, async (caller) => writers[caller]?.()),
      () => load.run(bench.sliceMs),
    );
    load.close();
    const aim = callers === 1 ? { atMost: 1.35 } : undefined;
    rows.push(rowOf(`write, ${callers} at once`, 'p50 ms', pairs, (slice) => slice.p50, aim));
    rows.push(rowOf(`write, ${callers} at once`, 'p99 ms', pairs, (slice) => slice.p99));
    rows.push(rowOf(`write, ${callers} at once`, 'per second', pairs, (slice) => slice.perSecond));
  }
  await direct.close();
  return rows;
}

async function warmUp(bench: Bench, broker: BenchBroker, profileId: string): Promise<void> {
  bench.tell('warming up writes');
  const names = Array.from({ length: 20 }, (_, caller) => `warm-${caller}`);
  const ids = await Promise.all(names.map((name) => createSecret(broker, profileId, name)));
  const load = await openLoad(broker.url, names.length, (caller) => updateRequest(broker, ids[caller] ?? ''));
  await load.run(bench.warmUpMs);
  load.close();
}

async function createSecret(broker: BenchBroker, profileId: string, name: string): Promise<string> {
  const body = { project: 'bench', name, type: 'generic', sourceProfileId: profileId, payload: { value: 'first' } };
  return expectOk(await broker.api('POST', '/v1/secrets', body)).secretId as string;
}

function updateRequest(broker: BenchBroker, secretId: string): string {
  const headers = { authorization: `Bearer ${broker.token}` };
  return httpRequest('POST', `/v1/secrets/${secretId}/versions`, headers, {
    payload: { value: `${newId()}${'x'.repeat(28)}` },
  });
}

/** Each call makes the next version of an entry of its own. */
async function directWriter(adapter: VaultAdapter, name: string): Promise<() => Promise<void>> {
  let ifVersion = 'absent';
  return async () => {
    const head = await adapter.write(`direct/${name}`, benchFields(), {
      operationId: newId(),
      ifVersion,
      ...unhurried(),
    });
    ifVersion = head.version;
  };
}
