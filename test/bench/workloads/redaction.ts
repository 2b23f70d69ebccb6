import { createHash } from 'node:crypto';
import { createRedactor } from '../../../src/redaction/redactor.ts';
import type { Bench } from '../bench.ts';
import { median } from '../measure.ts';
import type { Row } from '../report.ts';

const LOG_MB = 32;
const CHUNK_BYTES = 64 * 1024;

/** Log lines through the redactor, in chunks as a pipe gives them, beside copying them. Every 500th line holds a value. */
export async function measureRedaction(bench: Bench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [20, 200]) {
    bench.tell(`redaction of ${count} values`);
    const values = Array.from({ length: count }, (_, index) => digest(`value ${index}`, 'base64'));
    const log = logOf(values);
    const ratios: number[] = [];
    const speeds: { limit: number; product: number }[] = [];
    for (let round = 0; round <= bench.pairs; round++) {
      const limit = speedOf(log, (chunk) => Buffer.from(chunk));
      const product = redactionSpeed(log, values);
      // The first pair only warms up.
      if (round === 0) continue;
      speeds.push({ limit, product });
      ratios.push(product / limit);
    }
    ratios.sort((a, b) => a - b);
    rows.push({
      workload: `log redacted, ${count} values / copied`,
      unit: 'MB/s',
      limit: median(speeds.map((speed) => speed.limit)),
      product: median(speeds.map((speed) => speed.product)),
      ratio: null,
      spread: [ratios[0] ?? Number.NaN, ratios.at(-1) ?? Number.NaN],
      aim: { atLeast: 50 },
    });
  }
  return rows;
}

/** Fails when a value came through. */
function redactionSpeed(log: Buffer, values: readonly string[]): number {
  const redactor = createRedactor(values);
  const output: Uint8Array[] = [];
  const speed = speedOf(log, (chunk) => output.push(redactor.push(chunk)));
  const text = Buffer.concat([...output, redactor.end()]);
  if (values.some((value) => text.includes(value))) throw new Error('a value came through');
  return speed;
}

function speedOf(log: Buffer, take: (chunk: Buffer) => unknown): number {
  const begun = performance.now();
  for (let at = 0; at < log.length; at += CHUNK_BYTES) take(log.subarray(at, at + CHUNK_BYTES));
  return log.length / 1e3 / (performance.now() - begun);
}

function logOf(values: readonly string[]): Buffer {
  const lines: string[] = [];
  for (let size = 0, index = 0; size < LOG_MB * 1e6; index++) {
    const id = digest(`request ${index}`, 'hex');
    const secret = index % 500 === 0 ? ` token=${values[(index / 500) % values.length]}` : '';
    const line = `2026-11-22T19:00:00.${index % 1000}Z INFO id=${id} path=/v1/things/${index} {"user":"shop","status":200}${secret}\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join(''));
}

function digest(text: string, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(text).digest().subarray(0, 24).toString(encoding);
}
