import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { packageRoot } from '../../src/setup/package-root.ts';
import { median } from './measure.ts';

/** What the numbers depend on beside the product. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly postgres: string;
  readonly redis: string | null;
  readonly commit: string;
  readonly at: string;
  /** One durable write of 8 kB. */
  readonly fsyncMicros: number;
  /** Hashes of 1 KiB in a millisecond on one core: compare it between runs before comparing anything else. */
  readonly speedometer: number;
  readonly load: string;
}

export async function machineFacts(
  databaseUrl: string,
  redisUrl: string | null,
  folder: string,
): Promise<MachineFacts> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version').finally(() => client.end());
  return {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    postgres: rows[0]?.server_version ?? 'unknown',
    redis: redisUrl === null ? null : (said('redis-server', ['--version']).match(/v=(\S+)/)?.[1] ?? 'unknown'),
    commit: said('git', ['-C', packageRoot(), 'describe', '--always', '--dirty']),
    at: new Date().toISOString(),
    fsyncMicros: fsyncMicros(folder),
    speedometer: speedometer(),
    load: os
      .loadavg()
      .map((value) => value.toFixed(1))
      .join(' '),
  };
}

function said(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}

function fsyncMicros(folder: string): number {
  const file = openSync(path.join(folder, 'fsync-probe'), 'w');
  const block = Buffer.alloc(8_192, 1);
  const times: number[] = [];
  for (let i = 0; i < 200; i++) {
    const begun = performance.now();
    writeSync(file, block, 0, block.length, 0);
    fdatasyncSync(file);
    times.push((performance.now() - begun) * 1_000);
  }
  closeSync(file);
  return Math.round(median(times));
}

export function speedometer(): number {
  const block = Buffer.alloc(1_024, 1);
  const begun = performance.now();
  let done = 0;
  while (performance.now() - begun < 200) {
    for (let i = 0; i < 100; i++) createHash('sha256').update(block).digest();
    done += 100;
  }
  return Math.round(done / (performance.now() - begun));
}
