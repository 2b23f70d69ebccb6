import type { Reporter, TestModule } from 'vitest/node';

/** The closing line of a run: `N passed, N failed, N skipped`. A file that did not even load counts as one failure. */
class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const totals = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) totals[test.result().state] += 1;
      totals.failed += module.errors().length;
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
    }
    // The other reporters print after us otherwise.
    setImmediate(() => {
      console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped + totals.pending} skipped`);
    });
  }
}

// biome-ignore lint/style/noDefaultExport: Vitest loads a reporter by its default export
export default TotalsReporter;
