import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../src/setup/embedded-postgres.ts';
import { missingRedis, startTestRedis } from '../support/redis.ts';
import { runKillLoop } from './kill-loop/rounds.ts';

/*
 * `npm run kill-loop -- --rounds 100`: see `kill-loop/rounds.ts` and what `kill-loop/check.ts` asserts. `--queue redis`
 * needs redis-server on the PATH; `--seed` brings the choices of an earlier run back (not its timing).
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    queue: { type: 'string', default: 'postgres' },
  },
});
const seed = Number(values.seed);
const tell = (line: string) => void process.stdout.write(`${line}\n`);
const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-kill-loop-'));
// Run by root, the embedded PostgreSQL has an account of its own, which must get in.
await chmod(folder, 0o711);
const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'server'), tell });
const missing = values.queue === 'redis' ? missingRedis() : undefined;
if (missing !== undefined) throw new Error(missing);
const redis = values.queue === 'redis' ? await startTestRedis() : undefined;
try {
  tell(`kill loop: ${values.rounds} rounds, seed ${seed}, queue in ${values.queue}`);
  const began = performance.now();
  const rounds = Number(values.rounds);
  const result = await runKillLoop({ rounds, seed, serverUrl: server.url, redisUrl: redis?.url, folder, tell });
  for (const problem of result.problems) tell(`PROBLEM: ${problem}`);
  const { kills, acknowledged, unanswered, versions, problems } = result;
  tell(
    `${kills} kills, ${acknowledged} writes acknowledged, ${unanswered} cut off, ${versions} versions, ` +
      `${problems.length} problems, ${Math.round((performance.now() - began) / 1_000)} s`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  tell(`FAILED (seed ${seed}): ${error instanceof Error ? error.message : 'unknown'}`);
  process.exitCode = 1;
} finally {
  await redis?.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
