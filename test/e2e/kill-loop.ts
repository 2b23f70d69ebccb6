import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findPostmaster } from '../../src/setup/postgres/server.ts';
import { missingRedis, startTestRedis } from '../support/redis.ts';
import { runKillLoop } from './kill-loop/rounds.ts';

/*
 * `npm run kill-loop -- --rounds 300`: see `kill-loop/rounds.ts` and what `kill-loop/check.ts` asserts. `--queue redis`
 * needs redis-server on the PATH; `--seed` brings the choices of an earlier run back (not its timing); `--keep` leaves the
 * journals. `--fsync`: PostgreSQL waits for the disk, which a killed process does not need and each recovery takes a second for.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    queue: { type: 'string', default: 'postgres' },
    fsync: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const tell = (line: string) => void process.stdout.write(`${line}\n`);
// Programs are killed when this process exits, which a signal alone would not be.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-kill-loop-'));
// The server outlives whoever started it, unless it is told.
process.on('exit', () => {
  const left = findPostmaster(path.join(folder, 'server', 'postgres', 'data'));
  if (left !== undefined) process.kill(left.pid, 'SIGQUIT');
});
// Run by root, the embedded PostgreSQL has an account of its own, which must get in.
await chmod(folder, 0o711);
const missing = values.queue === 'redis' ? missingRedis() : undefined;
if (missing !== undefined) throw new Error(missing);
const redis = values.queue === 'redis' ? await startTestRedis() : undefined;
try {
  tell(`kill loop: ${rounds} rounds, seed ${seed}, queue in ${values.queue}`);
  const began = performance.now();
  const result = await runKillLoop({ rounds, seed, redis, folder, fsync: values.fsync, tell });
  for (const problem of result.problems) tell(`PROBLEM: ${problem}`);
  const { kills, acknowledged, unanswered, approved, rejected, deleted, versions, problems } = result;
  tell(
    `killed ${Object.entries(kills)
      .map(([who, times]) => `${who} ${times} times`)
      .join(', ')}`,
  );
  tell(
    `${acknowledged} writes acknowledged, ${unanswered} cut off, ${approved} approved, ${rejected} rejected, ` +
      `${deleted} secrets destroyed, ${versions} versions, ${problems.length} problems, ` +
      `${Math.round((performance.now() - began) / 1_000)} s, seed ${seed}`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  tell(`FAILED (seed ${seed}): ${error instanceof Error ? error.message : 'unknown'}`);
  process.exitCode = 1;
} finally {
  await redis?.stop();
  if (!values.keep) await rm(folder, { recursive: true, force: true });
}
