import { VaultError } from '../../adapters/vault-error.ts';
import type { RunningSpan, Tracing } from '../tracing/tracing.ts';
import type { Vault, VaultPool, VaultRef } from './vault.ts';

/**
 * The pool with a span around every call to a vault, waiting for its turn included. It says kind, operation, code and profile,
 * never where the entry lies. Without a collector, the pool itself.
 */
export function traceVaults(pool: VaultPool, tracing: Tracing): VaultPool {
  if (!tracing.active) return pool;
  return { ...pool, open: async (ref) => tracedVault(await pool.open(ref), ref, tracing) };
}

function tracedVault(vault: Vault, { profileId }: VaultRef, tracing: Tracing): Vault {
  const facts = (operation: keyof Vault) => ({
    'keyferry.profile.id': profileId,
    'keyferry.vault.kind': vault.kind,
    'keyferry.vault.operation': operation,
  });
  const called = async <T>(operation: keyof Vault, work: () => Promise<T>): Promise<T> => {
    const start = { kind: 'client', facts: facts(operation) } as const;
    const ended = await tracing.span('vault.call', start, (span) => outcomeOf(span, work));
    if ('error' in ended) throw ended.error;
    return ended.answer;
  };
  return {
    kind: vault.kind,
    capabilities: vault.capabilities,
    check: () => called('check', () => vault.check()),
    head: (path) => called('head', () => vault.head(path)),
    read: (path, options) => called('read', () => vault.read(path, options)),
    write: (path, fields, options) => called('write', () => vault.write(path, fields, options)),
    label: (path, labels, options) => called('label', () => vault.label(path, labels, options)),
    remove: (path, options) => called('remove', () => vault.remove(path, options)),
    recover: (path) => called('recover', () => vault.recover(path)),
    destroyVersion: (path, version) => called('destroyVersion', () => vault.destroyVersion(path, version)),
    // Paged by whoever reads it, so it has no length of its own: a span per step.
    async *list(prefix) {
      const entries = vault.list(prefix)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await called('list', () => entries.next());
          if (next.done === true) return;
          yield next.value;
        }
      } finally {
        await entries.return?.(undefined);
      }
    },
  };
}

type Outcome<T> = { readonly answer: T } | { readonly error: unknown };

/** The vault's typed "there is none" is an answer: it shows in the code and does not mark the span as failed. */
async function outcomeOf<T>(span: RunningSpan, work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    const answer = await work();
    span.add({ 'keyferry.code': 'ok' });
    return { answer };
  } catch (error) {
    const code = error instanceof VaultError ? error.code : 'internal';
    span.add({ 'keyferry.code': code });
    if (code !== 'not_found') span.fail();
    return { error };
  }
}
