import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import { ResultTable } from './result-table.ts';

const LAWS = 'law';

/**
 * Prints what the suite found as tables: kinds by laws, and whatever else gives its tests a cell. The run fails when a cell is
 * neither `pass` nor `refused`; only the column of a real service may have gaps.
 */
class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tables = new Map<string, ResultTable>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const place = placeOf(test);
        if (place === undefined) continue;
        const { title, row, column } = place;
        const table = tables.get(title) ?? new ResultTable(title);
        tables.set(title, table);
        table.set(row, column, cellOf(test));
      }
    }
    const gaps = [...tables.values()].flatMap((table) => table.cells().filter(isGap));
    if (gaps.length > 0 || tables.size === 0) process.exitCode = 1;
    // The other reporters print after us otherwise.
    setImmediate(() => {
      for (const table of tables.values()) console.log(`\n${table.text()}`);
      for (const { row, column, cell = 'missing' } of gaps) console.log(`${cell}: ${column}, ${row}`);
      if (gaps.length > 0) console.log(`${gaps.length} cells are neither pass nor refused`);
    });
  }
}

function placeOf(test: TestCase) {
  const { cell } = test.meta();
  if (cell === undefined) return undefined;
  if (cell.table) return cell.table;
  const family = test.parent as TestSuite;
  const column = (family.parent as TestSuite).meta().column ?? '';
  return { title: LAWS, row: `${family.name} · ${test.name}`, column };
}

function cellOf(test: TestCase): string {
  const { state } = test.result();
  return state === 'passed' ? (test.meta().cell?.as ?? '') : state;
}

function isGap({ column, cell }: { readonly column: string; readonly cell: string | undefined }): boolean {
  if (cell === undefined) return !column.endsWith(' live');
  return cell !== 'pass' && cell !== 'refused';
}

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export
export default TableReporter;
