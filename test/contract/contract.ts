import { describe } from 'vitest';
import type { Capabilities } from '../../adapters/adapter.ts';
import { testChecks } from './families/checks.ts';
import { testConditions } from './families/conditions.ts';
import { testEgress } from './families/egress.ts';
import { testFailures } from './families/failures.ts';
import { testForeign } from './families/foreign.ts';
import { testHeads } from './families/heads.ts';
import { testHistory } from './families/history.ts';
import { testLifecycle } from './families/lifecycle.ts';
import { testListing } from './families/listing.ts';
import { testNaming } from './families/naming.ts';
import { testPlaces } from './families/places.ts';
import { testReading } from './families/reading.ts';
import { testRemoving } from './families/removing.ts';
import { testSecrecy } from './families/secrecy.ts';
import { testValues } from './families/values.ts';
import { testWriting } from './families/writing.ts';
import type { Family } from './family.ts';
import { useSuite } from './suite.ts';
import type { ContractTarget } from './target.ts';

const FAMILIES = {
  lifecycle: testLifecycle,
  checks: testChecks,
  writing: testWriting,
  reading: testReading,
  heads: testHeads,
  values: testValues,
  naming: testNaming,
  places: testPlaces,
  conditions: testConditions,
  removing: testRemoving,
  history: testHistory,
  listing: testListing,
  foreign: testForeign,
  failures: testFailures,
  egress: testEgress,
  secrecy: testSecrecy,
} satisfies Readonly<Record<string, Family>>;

/** The definition of a finished adapter: every law of `adapters/adapter.ts`, against this target. */
export function runContract(target: ContractTarget, capabilities: Capabilities): void {
  const title = target.skip === undefined ? target.name : `${target.name}, skipped: ${target.skip}`;
  describe.skipIf(target.skip !== undefined)(title, () => {
    const suite = useSuite(target);
    for (const [name, family] of Object.entries(FAMILIES)) {
      if (family === testFailures && target.faults.length === 0) continue;
      if (family === testConditions && !capabilities.compareAndSet) continue;
      describe(name, () => family(suite, capabilities));
    }
  });
}
