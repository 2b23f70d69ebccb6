import { describe, expect, test } from 'vitest';
import { testChecks } from './families/checks.ts';
import { testConditions } from './families/conditions.ts';
import { testEgress } from './families/egress.ts';
import { testFailures } from './families/failures.ts';
import { testFitting } from './families/fitting.ts';
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
  fitting: testFitting,
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

/**
 * The definition of a finished adapter: every law of `adapters/adapter.ts`, against this target. A live target whose variables
 * are not set makes no test, unless `CONTRACT_REQUIRE` names its kind: then it fails.
 */
export function runContract(target: ContractTarget): void {
  const { module, skip, column, name: title } = target;
  if (skip !== undefined) {
    if (!requiredKinds().includes(module.kind)) return;
    test(`${title} is required`, () => expect.fail(`CONTRACT_REQUIRE names ${module.kind}: ${skip}`));
    return;
  }
  describe(title, { meta: { column } }, () => {
    const suite = useSuite(target);
    for (const [name, family] of Object.entries(FAMILIES)) {
      // A real service can neither be reached by other names nor be made to redirect.
      if (family === testEgress && target.tier === 'live') continue;
      describe(name, () => family(suite, target.capabilities ?? module.capabilities));
    }
  });
}

/** Kinds in `CONTRACT_REQUIRE`, whose live target must be there. */
export function requiredKinds(): readonly string[] {
  return (process.env.CONTRACT_REQUIRE ?? '').split(',').filter((kind) => kind !== '');
}
