import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Call, EntryHead, EntryPath, VaultAdapter, WriteOptions } from '../../adapters/adapter.ts';
import { type SecretFields, SecretValue } from '../../adapters/secret-value.ts';
import { VaultError } from '../../adapters/vault-error.ts';
import type { Bench, ContractTarget } from './target.ts';

/** What every family works with. The getters are there once the target runs, inside tests. */
export interface Suite {
  readonly target: ContractTarget;
  readonly bench: Bench;
  readonly adapter: VaultAdapter;
  /** `ifVersion: 'absent'` for vaults that have conditions. */
  readonly absent: Pick<WriteOptions, 'ifVersion'>;
  /** A path below the target's prefix that no test used. */
  freshPath(name?: string): EntryPath;
  /** Writes under a new operation id. */
  write(path: EntryPath, fields: SecretFields, options?: Partial<WriteOptions>): Promise<EntryHead>;
  text(path: EntryPath, text: string, options?: Partial<WriteOptions>): Promise<EntryHead>;
  /** The text of the field `value`. */
  readText(path: EntryPath, version?: string): Promise<string | undefined>;
  listed(prefix: EntryPath): Promise<EntryPath[]>;
}

export function call(signal = AbortSignal.timeout(10_000)): Call {
  return { signal };
}

export function fieldsOf(record: Readonly<Record<string, string | Uint8Array>>): SecretFields {
  return new Map(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === 'string' ? SecretValue.fromText(value) : SecretValue.fromBytes(value),
    ]),
  );
}

/** Fails the test unless `work` fails with a `VaultError`; returns it. */
export async function vaultError(work: Promise<unknown>): Promise<VaultError> {
  const outcome = await work.then(
    () => 'no error',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(VaultError);
  return outcome as VaultError;
}

/** {@link vaultError} for calls that run at once; a power the adapter does not have is left out. */
export function vaultErrors(calls: readonly (Promise<unknown> | undefined)[]): Promise<VaultError[]> {
  return Promise.all(calls.flatMap((work) => (work ? [vaultError(work)] : [])));
}

/** Starts the target around the tests of the current `describe`. */
export function useSuite(target: ContractTarget): Suite {
  let running: { readonly bench: Bench; readonly adapter: VaultAdapter } | undefined;
  beforeAll(async () => {
    const bench = await target.start();
    running = { bench, adapter: await bench.open() };
  });
  const written = new Set<EntryPath>();
  afterAll(async () => {
    // What was removed recoverably is in no listing, so a sweep would leave it at a real service.
    for (const path of target.tier === 'live' ? written : []) {
      await running?.adapter.remove(path, { ...call(), mode: 'permanent' }).catch(() => undefined);
    }
    await running?.adapter.close();
    await running?.bench.stop();
  });
  const now = () => {
    if (!running) throw new Error('the target does not run yet');
    return running;
  };

  const suite: Suite = {
    target,
    get bench() {
      return now().bench;
    },
    get adapter() {
      return now().adapter;
    },
    absent: (target.capabilities ?? target.module.capabilities).compareAndSet ? { ifVersion: 'absent' } : {},
    freshPath: (name = 'entry') => `${now().bench.prefix}/${randomUUID()}/${name}`,
    write(path, fields, options = {}) {
      written.add(path);
      return now().adapter.write(path, fields, { ...call(), operationId: randomUUID(), ...options });
    },
    text: (path, text, options) => suite.write(path, fieldsOf({ value: text }), options),
    async readText(path, version) {
      const { fields } = await now().adapter.read(path, { ...call(), ...(version !== undefined && { version }) });
      return fields.get('value')?.revealText();
    },
    async listed(prefix) {
      const paths: EntryPath[] = [];
      for await (const path of now().adapter.list(prefix, call())) paths.push(path);
      return paths;
    },
  };
  return suite;
}
