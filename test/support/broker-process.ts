import { eventually } from './answers.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { type Program, startProgram } from './process.ts';
import { usualRedis } from './usual-redis.ts';

/** The emulators of tests are there. */
const LOOPBACK = { KEYFERRY_VAULT_ALLOW: '127.0.0.0/8', KEYFERRY_WEBHOOK_ALLOW: '127.0.0.0/8' };

/** Environment of a broker; `KEYFERRY_PORT` is chosen when it names none, and vaults on loopback are allowed. */
export type BrokerEnvironment = Readonly<Record<string, string>>;

/** An API process that is ready. */
export interface ApiProcess extends Program {
  readonly url: string;
  /** Of the first administrator; only a start on an empty database prints one. */
  readonly adminToken: string | undefined;
  api(token: string | undefined): ApiClient;
}

/** Starts `dist/src/main.js` and waits until `readyz` says yes. Rejects with what the process said when it ends first. */
export async function startApiProcess(env: BrokerEnvironment): Promise<ApiProcess> {
  const program = startProgram('src/main.js', { env: { KEYFERRY_PORT: '0', ...LOOPBACK, ...(await withQueue(env)) } });
  try {
    const [, url = ''] = await program.says(/Keyferry is running at (http:\S+)[\s\S]*A five-minute tour/);
    await eventually(() => answersReady(url), `${url}/readyz`);
    const adminToken = /Administrator token.*\n\s+(kf_\S+)/.exec(program.output())?.[1];
    return { ...program, url, adminToken, api: (token) => apiClient(url, token) };
  } catch (error) {
    await program.kill();
    throw error;
  }
}

/** Starts `dist/workers/main.js` and waits until it takes work. */
export async function startWorkerProcess(env: BrokerEnvironment): Promise<Program> {
  const program = startProgram('workers/main.js', { env: { ...LOOPBACK, ...(await withQueue(env)) } });
  try {
    await program.says(/"worker ready"/);
    return program;
  } catch (error) {
    await program.kill();
    throw error;
  }
}

/** The embedded database brings its queue. */
async function withQueue(env: BrokerEnvironment): Promise<BrokerEnvironment> {
  const redisUrl = env.DATABASE_URL === undefined ? undefined : await usualRedis(env.DATABASE_URL);
  return redisUrl === undefined ? env : { REDIS_URL: redisUrl, ...env };
}

/** Starts `dist/src/main.js` where it must refuse, and answers with what it said and how it ended. */
export async function startRefused(
  env: BrokerEnvironment,
): Promise<{ readonly output: string; readonly code: number | null }> {
  const program = startProgram('src/main.js', { env: { KEYFERRY_PORT: '0', ...env } });
  const late = setTimeout(() => void program.kill(), 60_000);
  const { code } = await program.ended.finally(() => clearTimeout(late));
  return { output: program.output(), code };
}

async function answersReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}
