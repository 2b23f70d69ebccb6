import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import { printed, residentMb, startChild } from '../child.ts';
import { median } from '../measure.ts';
import type { Row } from '../report.ts';

const IDLE_MS = 2_000;

/** The embedded broker on an existing data folder: from the start of the process to readiness, and its memory when idle. */
export async function measureStart(bench: Bench): Promise<Row[]> {
  const folder = path.join(bench.folder, 'cold');
  await mkdir(folder, { mode: 0o711 });
  const { token } = await startOnce(folder, 0);
  const times: number[] = [];
  const memory: number[] = [];
  const described: number[] = [];
  for (let round = 1; round <= (bench.quick ? 3 : 7); round++) {
    bench.tell(`cold start ${round}`);
    const { ms, mb, describedMb } = await startOnce(folder, round, token);
    times.push(ms / 1_000);
    memory.push(mb);
    described.push(describedMb);
  }
  const row = { limit: null, ratio: null, spread: null };
  return [
    { ...row, workload: 'cold start to readyz, embedded', unit: 's', product: median(times), aim: { atMost: 2 } },
    { ...row, workload: 'idle memory, embedded', unit: 'MB', product: median(memory), aim: { atMost: 200 } },
    {
      ...row,
      workload: 'idle memory after every kind of vault was described',
      unit: 'MB',
      limit: median(memory),
      product: median(described),
      ratio: median(described) / median(memory),
      aim: null,
    },
  ];
}

interface Start {
  readonly ms: number;
  readonly mb: number;
  readonly describedMb: number;
  /** Of the administrator, which only the first start tells. */
  readonly token: string;
}

/** Vendors' clients are loaded with the first vault of their kind, so describing the kinds takes next to nothing. */
async function startOnce(folder: string, round: number, known?: string): Promise<Start> {
  const begun = performance.now();
  const env = { KEYFERRY_DATA_DIR: path.join(folder, 'data'), KEYFERRY_PORT: '0' };
  const child = startChild('dist/src/main.js', [], env, path.join(folder, `${round}.log`));
  try {
    const url = await printed(child, /running at (http\S+)/);
    while ((await fetch(`${url}/readyz`)).status !== 200) await delay(5);
    const ms = performance.now() - begun;
    await delay(IDLE_MS);
    const mb = residentMb(child.pid);
    const token = known ?? (await printed(child, /Administrator token.*\n\s+(kf_\S+)/));
    const answer = await fetch(`${url}/v1/vault-kinds`, { headers: { authorization: `Bearer ${token}` } });
    if (answer.status !== 200) throw new Error(`the broker answers ${answer.status}`);
    await answer.arrayBuffer();
    return { ms, mb, describedMb: residentMb(child.pid), token };
  } finally {
    await child.stop();
  }
}
