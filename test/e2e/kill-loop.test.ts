import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runKillLoop } from './kill-loop/rounds.ts';

test('rounds of kill -9 under writes, approvals and deletions lose, double and reorder nothing', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-kill-loop-'));
  // Run by root, the embedded PostgreSQL has an account of its own, which must get in.
  await chmod(folder, 0o711);
  const seed = Math.floor(Math.random() * 1_000_000);
  const lines: string[] = [];
  try {
    const result = await runKillLoop({
      rounds: 10,
      seed,
      redis: undefined,
      folder,
      fsync: false,
      tell: (line) => lines.push(line),
    });
    expect(result.problems, `seed ${seed}\n${lines.join('\n')}`).toEqual([]);
    expect(Object.values(result.kills).reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(10);
    expect(result.acknowledged).toBeGreaterThan(0);
    expect(result.deleted).toBe(4);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
