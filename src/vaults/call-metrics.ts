import { Histogram, type Registry } from 'prom-client';
import type { VaultCall } from './portable-vault.ts';

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
