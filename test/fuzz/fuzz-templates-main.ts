import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { FuzzReport } from './fuzz-report.ts';

/*
 * `npm run fuzz-templates -- --count 1000000 --seed 7`: random templates in a worker with little memory. Fails, with the seed and
 * the template, on anything but a clean error, on an error that shows a value, when the memory does not suffice, and when the worker
 * is not heard of for a while.
 */
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
const MOST_HEAP_MB = 160;
const SILENCE_MS = 60_000;

const tell = (line: string) => void process.stdout.write(`${line}\n`);
const began = performance.now();
const worker = new Worker(new URL('./fuzz-worker-main.js', import.meta.url), {
  workerData: { count, seed },
  resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
});

function end(code: number, line: string): void {
  clearInterval(watch);
  tell(line);
  process.exitCode = code;
  void worker.terminate();
}

tell(`fuzzing ${count} templates, seed ${seed}, at most ${MOST_HEAP_MB} MB`);
let heard = performance.now();
let shown = 0;
const watch = setInterval(() => {
  if (performance.now() - heard > SILENCE_MS) end(1, `HANG (seed ${seed}): nothing heard for ${SILENCE_MS / 1_000} s`);
}, 1_000);
worker.on('message', ({ done, outcomes, heapMb, finding }: FuzzReport) => {
  heard = performance.now();
  const { refused, failed, rendered } = outcomes;
  const line = `${done} templates: ${refused} refused, ${failed} failed, ${rendered} rendered; heap ${heapMb} MB, ${Math.round((heard - began) / 1_000)} s`;
  if (finding !== undefined) end(1, `FOUND (seed ${seed}): ${finding.problem}\n${JSON.stringify(finding.template)}`);
  else if (done === count) end(0, `${line}\nno crash, no hang, no value in an error`);
  else if (done - shown >= count / 10) {
    shown = done;
    tell(line);
  }
});
worker.on('error', (error) => end(1, `FAILED (seed ${seed}): ${error.message}`));
