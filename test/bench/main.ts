import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Bench, type Workload, withBench } from './bench.ts';
import { machineFacts, speedometer } from './facts.ts';
import { formatTable, meetsAim, type Row } from './report.ts';
import { measureConsole } from './workloads/console.ts';
import { measureContentReads } from './workloads/content.ts';
import { measureDrains } from './workloads/drain.ts';
import { measureFanOut } from './workloads/fan-out.ts';
import { measureIsolation } from './workloads/isolation.ts';
import { measureLists } from './workloads/lists.ts';
import { measureMetadataReads } from './workloads/reads.ts';
import { measureRedaction } from './workloads/redaction.ts';
import { measureStart } from './workloads/start.ts';
import { measureWrites } from './workloads/write.ts';

/*
 * The benchmark: every number beside what a program without the product's work reaches in the same run.
 *
 *     npm run bench                     about a quarter of an hour
 *     npm run bench -- --quick          a few minutes, for a first look
 *     npm run bench -- --only write,drain --json result.json
 *     npm run bench -- --only lists --million
 */
const WORKLOADS: Readonly<Record<string, Workload>> = {
  write: measureWrites,
  metadata: measureMetadataReads,
  content: measureContentReads,
  'fan-out': measureFanOut,
  drain: measureDrains,
  isolation: measureIsolation,
  lists: measureLists,
  start: measureStart,
  redaction: measureRedaction,
  console: measureConsole,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    million: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const names = values.only === undefined ? Object.keys(WORKLOADS) : values.only.split(',');
const unknown = names.filter((name) => WORKLOADS[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no workload ${unknown.join(', ')}; there are ${Object.keys(WORKLOADS).join(', ')}\n`);
  process.exit(2);
}

await withBench({ quick: values.quick, million: values.million }, async (bench, databaseUrl) => {
  const facts = await machineFacts(databaseUrl, bench.redisUrl, bench.folder);
  const rows: Row[] = [];
  for (const name of names) {
    try {
      rows.push(...(await bench.alone(() => run(bench, name))));
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(`${name} failed: ${error instanceof Error ? error.stack : String(error)}\n`);
    }
  }
  const after = speedometer();
  const result = { facts: { ...facts, speedometerAfter: after }, quick: bench.quick, rows: rows.map(withVerdict) };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  const lines = Object.entries(result.facts).map(([fact, value]) => `  ${fact}: ${value ?? 'none'}`);
  process.stdout.write(`\n${lines.join('\n')}\n\n${formatTable(rows)}\n`);
});

async function run(bench: Bench, name: string): Promise<Row[]> {
  return (await WORKLOADS[name]?.(bench)) ?? [];
}

function withVerdict(row: Row) {
  return { ...row, met: meetsAim(row) ?? null };
}
