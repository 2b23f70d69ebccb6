import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Job } from '../../../src/jobs/definitions.ts';
import { createNearDoorbell } from '../../../src/jobs/near-doorbell.ts';

const job = (profileId: string): Job => ({ name: 'sync-profile', data: { profileId } });

function bell() {
  const queued: Job[] = [];
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const near = createNearDoorbell({ ring: (...jobs) => void queued.push(...jobs) }, log);
  return { near, queued, lines };
}

test('without workers here everything goes to the queue', () => {
  const { near, queued } = bell();
  near.ring(job('1'), job('2'));
  expect(queued).toEqual([job('1'), job('2')]);
});

test('workers here answer first, up to their limit; the queue gets the rest', async () => {
  const { near, queued } = bell();
  const taken: Job[] = [];
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  near.answer(async (each) => {
    taken.push(each);
    await held;
  });
  const jobs = Array.from({ length: 70 }, (_, index) => job(String(index)));
  near.ring(...jobs);
  await expect.poll(() => taken.length).toBe(64);
  expect(queued).toEqual(jobs.slice(64));
  release();
  await near.stop(1_000);
  near.ring(job('after'));
  expect(queued.at(-1)).toEqual(job('after'));
});

test('a job that fails is logged and does no harm', async () => {
  const { near, lines } = bell();
  near.answer(() => Promise.reject(new Error('secret text')));
  near.ring(job('1'));
  await expect.poll(() => lines.length).toBe(1);
  expect(lines[0]).toContain('job failed');
  expect(lines[0]).not.toContain('secret text');
  await near.stop(1_000);
});

test('stopping waits for what runs, then aborts it', async () => {
  const { near } = bell();
  let aborted = false;
  near.answer(
    (_job, signal) =>
      new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          resolve();
        });
      }),
  );
  near.ring(job('1'));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  await near.stop(20);
  expect(aborted).toBe(true);
});
