import type { ApiClient } from '../../support/api-client.ts';
import type { Bench } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { httpRequest, openLoad } from '../http-connection.ts';
import { alternate } from '../measure.ts';
import { type Row, rowOf } from '../report.ts';
import { type SeedPlace, seedSecrets } from '../seed.ts';

const PAGE = 100;

/** A tenant with many secrets. */
interface Tenant extends SeedPlace {
  readonly size: number;
  readonly token: string;
}

/** Pages of 100 from random places: how they grow with the tenant, and beside Express with one prepared page. */
export async function measureLists(bench: Bench): Promise<Row[]> {
  const broker = await bench.broker('postgres');
  const vault = await bench.vault({ latencyMs: 0 });
  const sizes = [10_000, 100_000, ...(bench.million ? [1_000_000] : [])];
  const tenants: Tenant[] = [];
  for (const size of sizes) {
    bench.tell(`making ${size} secrets`);
    tenants.push(await makeTenant(broker, vault, size));
  }
  const limitUrl = await bench.limitProgram(broker.databaseUrl);
  const [small] = tenants;
  if (small === undefined) return [];
  const pagesOf = async (tenant: Tenant) => {
    const cursors = await cursorsOf(broker, tenant);
    const headers = { authorization: `Bearer ${tenant.token}` };
    return openLoad(broker.url, 1, () =>
      httpRequest('GET', `/v1/secrets?limit=${PAGE}&sort=name&cursor=${pick(cursors)}`, headers),
    );
  };
  const rows: Row[] = [];
  for (const tenant of tenants) {
    bench.tell(`page of ${PAGE} from ${tenant.size}`);
    const pages = await pagesOf(tenant);
    const limit = await openLoad(limitUrl, 1, () => {
      const after = `secret-${String(Math.ceil(Math.random() * (tenant.size - PAGE))).padStart(7, '0')}`;
      return httpRequest('GET', `/page?organization=${tenant.organizationId}&after=${after}`);
    });
    const pairs = await alternate(
      bench.pairs,
      () => limit.run(bench.sliceMs),
      () => pages.run(bench.sliceMs),
    );
    rows.push(rowOf(`page of ${PAGE} from ${tenant.size} / Express + pg`, 'p50 ms', pairs, (slice) => slice.p50));
    if (tenant !== small) {
      const few = await pagesOf(small);
      const growth = await alternate(
        bench.pairs,
        () => few.run(bench.sliceMs),
        () => pages.run(bench.sliceMs),
      );
      few.close();
      const title = `page of ${PAGE} from ${tenant.size} / from ${small.size}`;
      rows.push(rowOf(title, 'p50 ms', growth, (slice) => slice.p50, { atMost: 1.25 }));
    }
    limit.close();
    pages.close();
  }
  return rows;
}

async function makeTenant(
  broker: BenchBroker,
  vault: Parameters<BenchBroker['place']>[1],
  size: number,
): Promise<Tenant> {
  const administrator = { name: 'Bench', email: `bench-${size}@example.com` };
  const body = { slug: `bench-${size}`, name: `Bench ${size}`, administrator };
  const made = expectOk(await broker.api('POST', '/v1/organizations', body));
  const token = made.token as string;
  const as: ApiClient = broker.api.as(token);
  const { profileId } = await broker.place('source', vault, { as });
  const project = expectOk(await as('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  const organizationId = (made.organization as { id: string }).id;
  const tenant = { size, token, organizationId, projectId: project.id as string, profileId };
  await seedSecrets(broker.sql, tenant, size);
  return tenant;
}

/** Cursors at random places, as the API would hand them out. */
async function cursorsOf(broker: BenchBroker, tenant: Tenant): Promise<string[]> {
  const { rows } = await broker.sql.query<{ id: string; name: string }>(
    'select id, name from secrets where organization_id = $1 order by random() limit 500',
    [tenant.organizationId],
  );
  return rows.map(({ id, name }) => Buffer.from(JSON.stringify({ s: 'name', k: name, i: id })).toString('base64url'));
}

function pick<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)] as T;
}
