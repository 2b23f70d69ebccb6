import { Counter, type Registry } from 'prom-client';

/** How one run on one target came out. */
export interface SyncResult {
  readonly profileId: string;
  readonly kind: string;
  /** The state the target came to. */
  readonly outcome: string;
  /** `ok` or an error code. */
  readonly code: string;
}

/** Counts results of this process. */
export function measureSyncResults(
  registry: Registry,
  labelOf: (profileId: string) => string,
): (result: SyncResult) => void {
  const results = new Counter({
    name: 'keyferry_sync_results_total',
    help: 'Runs on targets by vault profile, kind of vault, state they came to and error code',
    labelNames: ['profile', 'kind', 'outcome', 'code'],
    registers: [registry],
  });
  return ({ profileId, kind, outcome, code }) => results.inc({ profile: labelOf(profileId), kind, outcome, code });
}
