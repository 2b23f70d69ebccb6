import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { runKillLoop } from './kill-loop/rounds.ts';

test('rounds of kill -9 under writes lose, double and reorder nothing', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-kill-loop-'));
  const seed = Math.floor(Math.random() * 1_000_000);
  const lines: string[] = [];
  try {
    const result = await runKillLoop({
      rounds: 8,
      seed,
      serverUrl: inject('postgresUrl'),
      redisUrl: undefined,
      folder,
      tell: (line) => lines.push(line),
    });
    expect(result.problems, `seed ${seed}\n${lines.join('\n')}`).toEqual([]);
    expect(result.kills).toBeGreaterThanOrEqual(8);
    expect(result.acknowledged).toBeGreaterThan(30);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
