import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { type BenchBroker, expectOk } from '../bench-broker.ts';
import { median, quantile } from '../measure.ts';
import type { Row } from '../report.ts';
import { benchFields } from '../seed.ts';
import { startThrottling } from '../throttling-server.ts';

const LATENCY_MS = 10;
const DESTINATIONS = 10;
/** So many of them are away, in one way or another. */
const AWAY = 3;
const SECRETS = 4;
const SLOW_MS = 30_000;

/** A destination: its profile, and the vault it can lead to. */
interface Destination {
  readonly vaultId: string;
  readonly profileId: string;
}

/**
 * How late seven destinations are while the three others are down, throttling or too slow to answer, beside how late they are
 * when all ten are well: from the moment a version is there until it is proved at the target, by the database's own times.
 * Slices alternate.
 */
export async function measureIsolation(bench: Bench): Promise<Row[]> {
  const broker = await bench.broker('postgres');
  const source = await bench.vault({ latencyMs: LATENCY_MS });
  const mounts = Array.from({ length: DESTINATIONS }, (_, index) => `target-${index}`);
  const well = await bench.vault({ latencyMs: LATENCY_MS, mounts });
  const slow = await bench.vault({ latencyMs: SLOW_MS, mounts });
  const throttling = await startThrottling();
  const { token } = well;
  const ways = [
    { name: 'down', vault: { url: throttling.deadUrl, token } },
    { name: 'throttling', vault: { url: throttling.url, token } },
    { name: 'too slow', vault: slow },
  ];
  const { profileId } = await broker.place('source', source);
  const destinations: Destination[] = [];
  for (const mount of mounts) destinations.push(await broker.place(mount, well, { mount }));
  const secretIds = await makeSecrets(broker, profileId, destinations);
  const lead = async (to: { readonly url: string; readonly token: string }) => {
    for (const { vaultId } of destinations.slice(0, AWAY)) {
      const settings = { address: to.url, token: to.token };
      expectOk(await broker.api('PATCH', `/v1/vaults/${vaultId}`, { settings }));
    }
  };
  const healthy = destinations.slice(AWAY).map((each) => each.profileId);
  const slice = async () => p95Lag(broker, secretIds, healthy, bench.sliceMs * 2);

  bench.tell('warming up destinations');
  await p95Lag(broker, secretIds, healthy, bench.warmUpMs);
  const rows: Row[] = [];
  for (const way of ways) {
    const pairs: { up: number; away: number }[] = [];
    for (let pair = 0; pair < bench.pairs; pair++) {
      bench.tell(`${AWAY} of ${DESTINATIONS} destinations ${way.name}, pair ${pair + 1}`);
      const up = await slice();
      await lead(way.vault);
      const away = await slice();
      await lead(well);
      await comeBack(broker, destinations.slice(0, AWAY));
      pairs.push({ up, away });
    }
    rows.push(rowOfPairs(way.name, pairs));
  }
  await broker.close();
  await throttling.close();
  return rows;
}

function rowOfPairs(way: string, pairs: readonly { readonly up: number; readonly away: number }[]): Row {
  const ratios = pairs.map(({ up, away }) => away / up).sort((one, other) => one - other);
  return {
    workload: `p95 lag of ${DESTINATIONS - AWAY} destinations, ${AWAY} others ${way} / all well`,
    unit: 'ms',
    limit: median(pairs.map(({ up }) => up)),
    product: median(pairs.map(({ away }) => away)),
    ratio: median(ratios),
    spread: [ratios[0] ?? Number.NaN, ratios.at(-1) ?? Number.NaN],
    aim: { atMost: 1.1 },
  };
}

async function makeSecrets(broker: BenchBroker, sourceProfileId: string, destinations: readonly Destination[]) {
  expectOk(await broker.api('POST', '/v1/projects', { slug: 'bench', name: 'Bench' }));
  const targets = destinations.map(({ profileId }) => ({ profileId }));
  const ids: string[] = [];
  for (let number = 0; number < SECRETS; number++) {
    const body = { project: 'bench', name: `secret-${number}`, type: 'generic', sourceProfileId, targets };
    const made = expectOk(await broker.api('POST', '/v1/secrets', { ...body, payload: { value: 'first' } }));
    ids.push(made.secretId as string);
  }
  return ids;
}

/** Writes to all secrets, one after the other and each as soon as the healthy ones have the last version, for `ms`. */
async function p95Lag(
  broker: BenchBroker,
  secretIds: readonly string[],
  healthy: readonly string[],
  ms: number,
): Promise<number> {
  const lags: number[] = [];
  const until = performance.now() + ms;
  await Promise.all(
    secretIds.map(async (secretId) => {
      while (performance.now() < until) {
        const value = benchFields().get('value')?.reveal();
        const payload = { value: Buffer.from(value ?? []).toString() };
        expectOk(await broker.api('POST', `/v1/secrets/${secretId}/versions`, { payload }));
        lags.push(...(await lagsOf(broker, secretId, healthy)));
      }
    }),
  );
  return quantile(
    lags.sort((one, other) => one - other),
    0.95,
  );
}

/** Waits until the healthy ones hold the newest version; milliseconds from its record to its proof, each. */
async function lagsOf(broker: BenchBroker, secretId: string, healthy: readonly string[]): Promise<number[]> {
  for (let looks = 0; looks < 20_000; looks++) {
    const { rows } = await broker.sql.query<{ lag: number | null }>(
      `select case when t.state = 'synced' and t.observed_version = s.head_version
         then extract(epoch from t.synced_at - v.created_at)::float8 * 1000 end as lag
       from targets t join secrets s on s.id = t.secret_id
       join secret_versions v on v.secret_id = s.id and v.version = s.head_version
       where t.secret_id = $1 and t.profile_id = any($2)`,
      [secretId, healthy],
    );
    const known = rows.flatMap(({ lag }) => (lag === null ? [] : [lag]));
    if (known.length === healthy.length) return known;
    await delay(2);
  }
  throw new Error('healthy destinations do not converge');
}

/** Those that were away are made due and waited for, so that the next slice begins with all well. */
async function comeBack(broker: BenchBroker, away: readonly Destination[]): Promise<void> {
  const profileIds = away.map(({ profileId }) => profileId);
  for (let looks = 0; looks < 600; looks++) {
    await broker.sql.query(
      `update targets set next_attempt_at = clock_timestamp() where profile_id = any($1) and state = 'failed'`,
      [profileIds],
    );
    const { rows } = await broker.sql.query<{ left: number }>(
      `select count(*)::int as left from targets where profile_id = any($1) and state <> 'synced'`,
      [profileIds],
    );
    if (rows[0]?.left === 0) return;
    await delay(200);
  }
  throw new Error('destinations do not come back');
}
