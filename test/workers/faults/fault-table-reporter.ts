import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { ResultTable } from '../../contract/result-table.ts';

const QUEUE = /^queue in (\w+)$/;
const FAULT = /\b([A-F]\d{1,2})\b/g;

/**
 * Prints which fault was tried with which queue at which kind of vault, as the titles of the tests name them: the fault in
 * parentheses, the queue and the kind as suites around it. A fault of several tests has passed when all of them have.
 */
class FaultTableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const table = new ResultTable('fault · queue');
    const cells = new Map<string, string>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { queue, kind } = placeOf(test);
        for (const fault of faultsOf(test.name)) {
          const [row, column] = [`${fault.padEnd(3)} · ${queue}`, kind];
          const known = cells.get(`${row} ${column}`);
          const { state } = test.result();
          const cell = known === undefined || known === 'passed' ? state : known;
          cells.set(`${row} ${column}`, cell);
          table.set(row, column, cell);
        }
      }
    }
    // The other reporters print after us otherwise.
    setImmediate(() => console.log(`\n${table.text()}`));
  }
}

/** The last parentheses of a title hold the faults. */
function faultsOf(title: string): string[] {
  const last = [...title.matchAll(/\(([^()]*)\)/g)].at(-1)?.[1] ?? '';
  return [...last.matchAll(FAULT)].map(([, fault = '']) => fault);
}

/** Without a suite that names the queue it is the one of the embedded broker; without a kind it is one test for all or any. */
function placeOf(test: TestCase): { queue: string; kind: string } {
  const names: string[] = [];
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) names.push(parent.name);
  const queue = names.map((name) => QUEUE.exec(name)?.[1]).find((name) => name !== undefined) ?? 'postgres';
  return { queue, kind: names.find((name) => KINDS.includes(name)) ?? 'any' };
}

const KINDS: readonly string[] = [
  'aws-secrets-manager',
  'gcp-secret-manager',
  'gcp-secret-manager-rest',
  'hashicorp-vault',
  'kubernetes',
  'kubernetes-shared',
  'scaleway',
  'builtin',
];

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export
export default FaultTableReporter;
