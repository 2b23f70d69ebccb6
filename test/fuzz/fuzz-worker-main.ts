import { parentPort, workerData } from 'node:worker_threads';
import type { FuzzReport } from './fuzz-report.ts';
import { fuzzTemplate } from './fuzz-template.ts';
import { templateSource } from './template-source.ts';

const BATCH = 5_000;
// Most templates end in an error, and long stacks would take most of the time.
Error.stackTraceLimit = 4;

const { count, seed } = workerData as { count: number; seed: number };
const next = templateSource(seed);
const outcomes = { refused: 0, failed: 0, rendered: 0 };
const report = (done: number, finding?: FuzzReport['finding']) => {
  const heapMb = Math.round(process.memoryUsage().heapUsed / 1e6);
  parentPort?.postMessage({
    done,
    outcomes: { ...outcomes },
    heapMb,
    ...(finding && { finding }),
  } satisfies FuzzReport);
};

for (let round = 1; round <= count; round++) {
  const template = next();
  try {
    outcomes[fuzzTemplate(template, round)] += 1;
  } catch (error) {
    report(round, { template, problem: error instanceof Error ? error.message : 'unknown' });
    break;
  }
  if (round % BATCH === 0 || round === count) report(round);
}
