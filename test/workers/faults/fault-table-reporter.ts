import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { ResultTable } from '../../contract/result-table.ts';

const QUEUE = /^queue in (\w+)$/;
const FAULT = /\b([A-F]\d{1,2})\b/g;
const QUEUES = ['postgres', 'redis'];
/** What has to be tried at every kind of vault, with each queue. */
const EXPECTED = [...series('A', 6), ...series('B', 14), ...series('C', 5), 'E1', 'E7'];
/** For tests about no kind in particular. */
const ANY = 'any';

/**
 * Prints which fault was tried with which queue at which kind of vault, as the titles of the tests name them: the fault in
 * parentheses, the queue and the kind as suites around it, or "every kind of vault" in the title. A fault of several tests has
 * passed when all of them have. What nobody tried says so.
 */
class FaultTableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const cells = new Map<string, string>();
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const { queue, kinds } = placeOf(test);
      for (const fault of faultsOf(test.name)) {
        for (const kind of kinds) note(cells, `${fault} ${queue} ${kind}`, test.result().state);
      }
    }
    const table = new ResultTable('fault · queue');
    const absent: string[] = [];
    for (const fault of EXPECTED) {
      for (const queue of QUEUES) {
        const row = `${fault.padEnd(3)} · ${queue}`;
        for (const kind of KINDS) table.set(row, kind, cells.get(`${fault} ${queue} ${kind}`) ?? 'absent');
        table.set(row, ANY, cells.get(`${fault} ${queue} ${ANY}`) ?? '-');
        const missing = KINDS.filter((kind) => !cells.has(`${fault} ${queue} ${kind}`));
        if (missing.length > 0)
          absent.push(`${row}: ${missing.length === KINDS.length ? 'every kind' : missing.join(', ')}`);
      }
    }
    const last = absent.length === 0 ? 'absent: nothing' : `absent:\n  ${absent.join('\n  ')}`;
    // The other reporters print after us otherwise.
    setImmediate(() => console.log(`\n${table.text()}\n${last}`));
  }
}

function series(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

function note(cells: Map<string, string>, cell: string, state: string): void {
  const known = cells.get(cell);
  cells.set(cell, known === undefined || known === 'passed' ? state : known);
}

/** The last parentheses of a title hold the faults. */
function faultsOf(title: string): string[] {
  const last = [...title.matchAll(/\(([^()]*)\)/g)].at(-1)?.[1] ?? '';
  return [...last.matchAll(FAULT)].map(([, fault = '']) => fault);
}

/** Without a suite that names the queue it is the one of the project; without a kind it is one test for all or any. */
function placeOf(test: TestCase): { queue: string; kinds: readonly string[] } {
  const names: string[] = [];
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) names.push(parent.name);
  const usual = test.project.name === 'redis' ? 'redis' : 'postgres';
  const queue = names.map((name) => QUEUE.exec(name)?.[1]).find((name) => name !== undefined) ?? usual;
  if (test.name.includes('every kind of vault')) return { queue, kinds: KINDS };
  return { queue, kinds: [names.find((name) => KINDS.includes(name)) ?? ANY] };
}

const KINDS: readonly string[] = [
  'aws-secrets-manager',
  'gcp-secret-manager',
  'gcp-secret-manager-rest',
  'hashicorp-vault',
  'kubernetes',
  'kubernetes-shared',
  'scaleway',
];

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export
export default FaultTableReporter;
