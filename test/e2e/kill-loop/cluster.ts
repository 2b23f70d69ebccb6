import path from 'node:path';
import { must } from '../../support/answers.ts';
import type { ApiClient } from '../../support/api-client.ts';
import { type ApiProcess, startApiProcess, startWorkerProcess } from '../../support/broker-process.ts';
import type { Program } from '../../support/process.ts';
import { startVaultProcess, type VaultProcess } from '../../support/vault-process.ts';

/** Processes on external servers, each of which can be killed and comes back. */
export interface Cluster {
  /** As administrator, at the API that runs now; connections fail while none does. */
  readonly admin: ApiClient;
  readonly source: VaultProcess;
  readonly targets: readonly VaultProcess[];
  /** Secrets under load, with where they lie in every vault. */
  readonly secrets: readonly { readonly id: string; readonly path: string }[];
  /** Names of what can be killed. */
  readonly members: readonly string[];
  kill(member: string): Promise<void>;
  restart(member: string): Promise<void>;
  /** Members that ended though nobody killed them, with what they said last. */
  fallen(): readonly string[];
  /** Warnings and errors that the running members have logged. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly masterKey: string;
  /** For the journals. */
  readonly folder: string;
  readonly workers: number;
  readonly secrets: number;
  readonly targets: number;
}

const VAULT_LATENCY_MS = 4;

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { databaseUrl, redisUrl, masterKey, folder } = options;
  const env = {
    DATABASE_URL: databaseUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    KEYFERRY_MASTER_KEY: masterKey,
    KEYFERRY_ROLE: 'api',
    KEYFERRY_LEASE_MS: '1500',
    KEYFERRY_SCAN_INTERVAL_MS: '200',
    KEYFERRY_VAULT_TIMEOUT_MS: '1000',
    KEYFERRY_DB_POOL: '6',
  };
  const vault = (name: string) =>
    startVaultProcess({ journalFile: path.join(folder, `${name}.jsonl`), latencyMs: VAULT_LATENCY_MS });
  const source = await vault('source');
  const targets = await Promise.all(
    Array.from({ length: options.targets }, (_, index) => vault(`target-${index + 1}`)),
  );
  let api: ApiProcess = await startApiProcess(env);
  const { adminToken } = api;
  const workers = await Promise.all(Array.from({ length: options.workers }, () => startWorkerProcess(env)));
  const running = new Map<string, Program>([['api', api]]);
  for (const [index, worker] of workers.entries()) running.set(`worker ${index + 1}`, worker);
  const secrets = await createSecrets(api.api(adminToken), source, targets, options.secrets);

  return {
    get admin() {
      return api.api(adminToken);
    },
    source,
    targets,
    secrets,
    members: [...running.keys()],
    async kill(member) {
      await running.get(member)?.kill();
    },
    async restart(member) {
      if (member !== 'api') {
        running.set(member, await startWorkerProcess(env));
        return;
      }
      api = await startApiProcess(env);
      running.set(member, api);
    },
    fallen: () =>
      [...running]
        .filter(([, program]) => !program.running())
        .map(([name, program]) => `${name}: ${program.output().slice(-2_000)}`),
    complaints: () =>
      [...running].flatMap(([name, program]) =>
        program
          .output()
          .split('\n')
          .filter((line) => /"level":"(warn|error|fatal)"/.test(line))
          .map((line) => `${name}: ${line}`),
      ),
    async close() {
      await Promise.all([...running.values(), source, ...targets].map((program) => program.stop()));
    },
  };
}

async function createSecrets(admin: ApiClient, source: VaultProcess, targets: readonly VaultProcess[], count: number) {
  const profileOf = async (name: string, { url, token }: VaultProcess): Promise<string> => {
    const settings = { address: url, authMethod: 'token', token };
    const vault = must(await admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
    return must(await admin('POST', '/v1/vault-profiles', { name, vaultId: vault.id }), 201).id as string;
  };
  must(await admin('POST', '/v1/projects', { slug: 'loop', name: 'Kill loop' }), 201);
  const sourceProfileId = await profileOf('source', source);
  const copies: { profileId: string }[] = [];
  for (const [index, target] of targets.entries())
    copies.push({ profileId: await profileOf(`target-${index + 1}`, target) });
  const made: { id: string; path: string }[] = [];
  for (let i = 1; i <= count; i++) {
    const body = { project: 'loop', name: `secret_${i}`, type: 'key_value', sourceProfileId, targets: copies };
    const answer = must(await admin('POST', '/v1/secrets', { ...body, payload: { mark: `first-${i}` } }), 201);
    made.push({ id: answer.secretId as string, path: `default/loop/secret_${i}` });
  }
  return made;
}
