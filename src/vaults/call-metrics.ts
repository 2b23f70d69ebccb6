import { Gauge, Histogram, type Registry } from 'prom-client';
import type { BreakerState } from './breaker.ts';
import type { VaultCall } from './portable-vault.ts';
import type { VaultPool } from './vault.ts';

/** Counts and times every call to a vault. Labels hold kinds and codes, never a path. */
export function measureVaultCalls(registry: Registry): (call: VaultCall) => void {
  const duration = new Histogram({
    name: 'keyferry_vault_call_duration_seconds',
    help: 'Calls to vaults, without waiting for a turn',
    labelNames: ['kind', 'operation', 'code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return ({ kind, operation, code, ms }) => duration.observe({ kind, operation, code }, ms / 1000);
}

const BREAKER_LEVEL = { closed: 0, half_open: 1, open: 2 } as const satisfies Record<BreakerState, number>;

/** What this process thinks of the vault behind each profile it has used. */
export function measureBreakers(registry: Registry, pool: Pick<VaultPool, 'breakers'>): void {
  new Gauge({
    name: 'keyferry_vault_breaker_state',
    help: 'Circuit breaker per vault profile: 0 closed, 1 half open, 2 open',
    labelNames: ['profile'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [profile, state] of pool.breakers()) this.set({ profile }, BREAKER_LEVEL[state]);
    },
  });
}
