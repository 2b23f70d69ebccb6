import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Why there is no Redis to test with, or `undefined`: for `describeIf('redis', missingRedis(), …)`. */
export function missingRedis(): string | undefined {
  return spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'no redis-server on the PATH';
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export interface TestRedis {
  readonly url: string;
  /** Ends the server as a crash would, or starts it again on the same port and files. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<void> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: 200 });
  redis.on('error', () => {});
  await redis.ping().finally(() => redis.disconnect());
}

/** A private server with what the queue needs: no eviction, append-only file. `settings` override, such as `--save`. */
export async function startTestRedis(settings: readonly string[] = []): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await Promise.race([exited, delay(5_000)]);
  };
  const server: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const base = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
      const durable = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction'];
      const started = spawn('redis-server', [...base, ...durable, ...settings], { stdio: 'ignore' });
      alive.add(started);
      started.once('exit', () => alive.delete(started));
      child = started;
      await answers(port);
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}
