import { expect, test } from 'vitest';
import type { ProfileFacts } from '../../../src/secrets/secret-store.ts';
import type { ClaimedTarget, TargetResult } from '../../../src/sync/target-store.ts';
import { createTargetWatch } from '../../../src/sync/watched-target.ts';
import type { Tracing } from '../../../src/tracing/tracing.ts';

test('what cannot be found out for a trace costs the target nothing', async () => {
  const span = { add() {}, rename() {}, fail() {} };
  const tracing = { active: true, span: (_name, _start, work) => work(span) } as Tracing;
  const db = { query: () => Promise.reject(new Error('away')) };
  const told: unknown[] = [];
  const watch = createTargetWatch({ db, tracing, onResult: (result) => told.push(result) });
  const result = { state: 'synced', code: null } as TargetResult;
  const target = { id: 't', secretId: 's', profileId: 'p', organizationId: 'o', desiredVersion: 1 } as ClaimedTarget;
  expect(await watch({ id: 'p', vaultKind: 'memory' } as ProfileFacts, target, async () => result)).toBe(result);
  expect(told).toEqual([{ profileId: 'p', kind: 'memory', outcome: 'synced', code: 'ok' }]);
});
