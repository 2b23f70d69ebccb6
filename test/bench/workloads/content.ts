import type { Bench } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { httpRequest, openLoad } from '../http-connection.ts';
import { alternate } from '../measure.ts';
import { type Row, rowOf } from '../report.ts';
import { cycle } from './reads.ts';

const SECRETS = 50;
const LATENCY_MS = 10;

/** A value read through the broker, recorded before it leaves, beside the same version read from the vault directly. */
export async function measureContentReads(bench: Bench): Promise<Row[]> {
  const vault = await bench.vault({ latencyMs: LATENCY_MS });
  const broker = await bench.broker('postgres');
  const { profileId } = await broker.place('source', vault);
  expectOk(await broker.api('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  const secrets = await Promise.all(
    Array.from({ length: SECRETS }, async (_, index) => {
      const name = `read-${index}`;
      const payload = { value: `${index}`.padEnd(64, 'x') };
      const body = { project: 'bench', name, type: 'generic', sourceProfileId: profileId, payload };
      const id = expectOk(await broker.api('POST', '/v1/secrets', body)).secretId as string;
      return { id, path: expectOk(await broker.api('GET', `/v1/secrets/${id}`)).sourcePath as string };
    }),
  );
  const rows: Row[] = [];
  await warmUp(bench, broker, cycle(secrets));
  for (const connections of [1, 10]) {
    bench.tell(`content read, ${connections} at once`);
    const next = cycle(secrets);
    const limit = await openLoad(vault.url, connections, () =>
      httpRequest('GET', `/v1/secret/data/${next().path}?version=1`, { 'x-vault-token': vault.token }),
    );
    const product = await openLoad(broker.url, connections, () => contentRequest(broker, next().id));
    const pairs = await alternate(
      bench.pairs,
      () => limit.run(bench.sliceMs),
      () => product.run(bench.sliceMs),
    );
    limit.close();
    product.close();
    const aim = connections === 1 ? { atMost: 1.35 } : undefined;
    rows.push(rowOf(`content read, ${connections} at once`, 'p50 ms', pairs, (slice) => slice.p50, aim));
    rows.push(rowOf(`content read, ${connections} at once`, 'per second', pairs, (slice) => slice.perSecond));
  }
  return rows;
}

function contentRequest(broker: BenchBroker, id: string): string {
  return httpRequest('GET', `/v1/secrets/${id}/versions/latest/content`, { authorization: `Bearer ${broker.token}` });
}

async function warmUp(bench: Bench, broker: BenchBroker, next: () => { readonly id: string }): Promise<void> {
  bench.tell('warming up content reads');
  const load = await openLoad(broker.url, 20, () => contentRequest(broker, next().id));
  await load.run(bench.warmUpMs);
  load.close();
}
