import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createKeyring, type Keyring, parseMasterKeys } from '../../src/crypto/keyring.ts';
import { type ApiAnswer, type ApiClient, apiClient } from '../support/api-client.ts';
import type { BenchVault } from './bench.ts';
import { type Child, printed } from './child.ts';

/** By this name the bench's own connections are told from the broker's. */
export const BENCH_CONNECTION = 'keyferry-bench';

/** A vault and a profile for it. */
export interface BenchPlace {
  readonly vaultId: string;
  readonly profileId: string;
}

/** The product under load: API and workers in one process, with the settings of production. */
export interface BenchBroker {
  readonly url: string;
  readonly pid: number;
  readonly token: string;
  readonly api: ApiClient;
  readonly databaseUrl: string;
  readonly sql: pg.Pool;
  readonly keyring: Keyring;
  /** Adds a vault with one profile. `as`: on behalf of another organization. */
  place(name: string, vault: BenchVault, options?: PlaceOptions): Promise<BenchPlace>;
  close(): Promise<void>;
}

export interface PlaceOptions {
  readonly mount?: string;
  readonly concurrency?: number;
  readonly as?: ApiClient;
}

type Start = (program: string, args: readonly string[], env: Record<string, string>) => Child;

let databases = 0;

export async function startBenchBroker(serverUrl: string, redisUrl: string | null, start: Start): Promise<BenchBroker> {
  const databaseUrl = await createDatabase(serverUrl);
  const masterKey = `bench:${randomBytes(32).toString('base64')}`;
  const child = start('dist/src/main.js', [], {
    DATABASE_URL: databaseUrl,
    KEYFERRY_MASTER_KEY: masterKey,
    KEYFERRY_PORT: '0',
    KEYFERRY_VAULT_ALLOW: '127.0.0.0/8',
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
  });
  const token = await printed(child, /^ +(kf_[A-Za-z0-9_-]{43})$/m);
  const url = await printed(child, /running at (http\S+)/);
  const api = apiClient(url, token);
  const sql = new pg.Pool({ connectionString: databaseUrl, max: 4, application_name: BENCH_CONNECTION });
  await isReady(api);
  return {
    url,
    pid: child.pid,
    token,
    api,
    databaseUrl,
    sql,
    keyring: createKeyring(parseMasterKeys(masterKey)),
    async place(name, vault, { mount = 'secret', concurrency, as = api } = {}) {
      const settings = { address: vault.url, authMethod: 'token', token: vault.token };
      const created = expectOk(await as('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }));
      const body = {
        name,
        vaultId: created.id,
        attributes: { mount },
        ...(concurrency === undefined ? {} : { concurrency }),
      };
      const profile = expectOk(await as('POST', '/v1/vault-profiles', body));
      return { vaultId: created.id as string, profileId: profile.id as string };
    },
    async close() {
      if (!sql.ended) await sql.end();
      await child.stop();
    },
  };
}

/** The answer's JSON. Throws, showing the problem document, on anything but a 2xx. */
export function expectOk(answer: ApiAnswer): Record<string, unknown> {
  if (answer.status < 200 || answer.status > 299) throw new Error(`${answer.status}: ${answer.text}`);
  return answer.json;
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `bench_${++databases}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function isReady(api: ApiClient): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if ((await api('GET', '/readyz')).status === 200) return;
    await delay(50);
  }
  throw new Error('the broker does not become ready');
}
