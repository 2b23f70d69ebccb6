import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BreakerState } from './breaker.ts';
import type { VaultPool } from './vault.ts';
import type { ProfileCall } from './vault-pool.ts';

/** Counts and times every call to a vault. Labels hold profiles, kinds and codes, never a path. */
export function measureVaultCalls(
  registry: Registry,
  labelOf: (profileId: string) => string,
): (call: ProfileCall) => void {
  const duration = new Histogram({
    name: 'keyferry_vault_call_duration_seconds',
    help: 'Calls to vaults, without waiting for a turn',
    labelNames: ['kind', 'operation', 'code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const calls = new Counter({
    name: 'keyferry_vault_calls_total',
    help: 'Calls to vaults by vault profile, kind of vault, operation and code',
    labelNames: ['profile', 'kind', 'operation', 'code'],
    registers: [registry],
  });
  return ({ profileId, kind, operation, code, ms }) => {
    duration.observe({ kind, operation, code }, ms / 1000);
    calls.inc({ profile: labelOf(profileId), kind, operation, code });
  };
}

const BREAKER_LEVEL = { closed: 0, half_open: 1, open: 2 } as const satisfies Record<BreakerState, number>;

/** What this process thinks of the vault behind each profile it has used; the worst of those beyond the limit. */
export function measureBreakers(
  registry: Registry,
  pool: Pick<VaultPool, 'breakers'>,
  labelOf: (profileId: string) => string,
): void {
  new Gauge({
    name: 'keyferry_vault_breaker_state',
    help: 'Circuit breaker per vault profile: 0 closed, 1 half open, 2 open',
    labelNames: ['profile'],
    registers: [registry],
    collect() {
      this.reset();
      const levels = new Map<string, number>();
      for (const [profileId, state] of pool.breakers()) {
        const profile = labelOf(profileId);
        levels.set(profile, Math.max(levels.get(profile) ?? 0, BREAKER_LEVEL[state]));
      }
      for (const [profile, level] of levels) this.set({ profile }, level);
    },
  });
}
