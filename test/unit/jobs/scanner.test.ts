import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Job } from '../../../src/jobs/definitions.ts';
import { createScanner } from '../../../src/jobs/scanner.ts';

const job: Job = { name: 'sync-profile', data: { profileId: 'p' } };

function scannerWith(chores: Record<string, () => Promise<unknown>>) {
  const lines: string[] = [];
  let rings = 0;
  let rung: () => void = () => {};
  const doorbell = {
    ring(...jobs: readonly Job[]) {
      rings += jobs.length;
      rung();
    },
  };
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
  const scanner = createScanner({ log, doorbell, intervalMs: 1, findDue: async () => [job], chores });
  const ringsAtLeast = (count: number) =>
    new Promise<void>((resolve) => {
      rung = () => {
        if (rings >= count) resolve();
      };
    });
  return { scanner, lines, ringsAtLeast };
}

test('a chore that does not come back stops neither the ringing nor another chore, and runs once at a time', async () => {
  let hanging = 0;
  let others = 0;
  let letGo = () => {};
  const hang = () => {
    hanging += 1;
    return new Promise<void>((resolve) => {
      letGo = resolve;
    });
  };
  const { scanner, ringsAtLeast } = scannerWith({ hang, other: async () => (others += 1) });
  const enough = ringsAtLeast(5);
  scanner.start();
  await enough;
  expect(hanging).toBe(1);
  expect(others).toBeGreaterThan(2);
  letGo();
  await scanner.stop();
});

test('a chore that fails is told without its text and runs again', async () => {
  let runs = 0;
  const { scanner, lines } = scannerWith({
    broken: async () => {
      runs += 1;
      throw new Error('canary-4711');
    },
  });
  await scanner.scan();
  await scanner.scan();
  expect(runs).toBe(2);
  expect(lines).toHaveLength(2);
  expect(lines.join('')).toContain('broken');
});

test('nothing begins after stop', async () => {
  let runs = 0;
  const { scanner, ringsAtLeast } = scannerWith({ count: async () => (runs += 1) });
  const enough = ringsAtLeast(2);
  scanner.start();
  await enough;
  await scanner.stop();
  const seen = runs;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs).toBe(seen);
});
