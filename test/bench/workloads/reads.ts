import type { Bench } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { httpRequest, openLoad } from '../http-connection.ts';
import { alternate } from '../measure.ts';
import { type Row, rowOf } from '../report.ts';
import { secretIds, seedSecrets } from '../seed.ts';

const SECRETS = 10_000;

/** One secret's metadata, authorised, beside Express alone and Express with one prepared read of the same row. */
export async function measureMetadataReads(bench: Bench): Promise<Row[]> {
  const broker = await bench.broker('postgres');
  const ids = await seeded(bench, broker);
  const limitUrl = await bench.limitProgram(broker.databaseUrl);
  const rows: Row[] = [];
  for (const connections of [1, 10]) {
    const next = cycle(ids);
    const product = await openLoad(broker.url, connections, () =>
      httpRequest('GET', `/v1/secrets/${next()}`, { authorization: `Bearer ${broker.token}` }),
    );
    for (const [path, name] of [
      ['bare', 'Express'],
      ['one', 'Express + pg'],
    ] as const) {
      bench.tell(`metadata read beside ${name}, ${connections} at once`);
      const limit = await openLoad(limitUrl, connections, () => httpRequest('GET', `/${path}/${next()}`));
      const pairs = await alternate(
        bench.pairs,
        () => limit.run(bench.sliceMs),
        () => product.run(bench.sliceMs),
      );
      limit.close();
      const title = `metadata read, ${connections} at once / ${name}`;
      const aim = connections === 10 && path === 'one' ? { atLeast: 0.6 } : undefined;
      rows.push(rowOf(title, 'per second', pairs, (slice) => slice.perSecond, aim));
      if (path === 'one') rows.push(rowOf(title, 'p50 ms', pairs, (slice) => slice.p50));
      if (path === 'one') rows.push(rowOf(title, 'p99 ms', pairs, (slice) => slice.p99));
    }
    product.close();
  }
  return rows;
}

async function seeded(bench: Bench, broker: BenchBroker): Promise<string[]> {
  const vault = await bench.vault({ latencyMs: 0 });
  const { profileId } = await broker.place('source', vault);
  const project = expectOk(await broker.api('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  const { rows } = await broker.sql.query<{ id: string }>('select id from organizations');
  const place = { organizationId: rows[0]?.id ?? '', projectId: project.id as string, profileId };
  await seedSecrets(broker.sql, place, SECRETS);
  return secretIds(broker.sql, place, SECRETS);
}

/** One after the other, for ever. */
export function cycle<T>(items: readonly T[]): () => T {
  let index = 0;
  return () => items[index++ % items.length] as T;
}
