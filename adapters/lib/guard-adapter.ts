import type { Call, Capabilities, EntryPath, LabelOptions, Labels, VaultAdapter, WriteOptions } from '../adapter.ts';
import { type SecretFields, sizeOfFields } from '../secret-value.ts';
import { VaultError, type VaultErrorCode } from '../vault-error.ts';
import { type CallScope, createCallScope } from './call-scope.ts';
import { isEntryPath } from './safe-path.ts';

const OPERATION_ID = /^[A-Za-z0-9-]{1,64}$/;

/**
 * The traits every adapter shares, written once: `closed` after close, a prompt end on abort, no vendor error, and
 * refusals before anything is sent (`invalid_argument`, `too_large`, `unsupported`). Every module's `open` returns this.
 */
export function guardAdapter(inner: VaultAdapter): VaultAdapter {
  const scope = createCallScope();
  const { capabilities } = inner;
  let closing: Promise<void> | undefined;

  return {
    kind: inner.kind,
    capabilities,
    check: (call) => scope.run('check', false, call.signal, (signal) => inner.check({ signal })),
    head: (path, call) =>
      scope.run('head', false, call.signal, async (signal) => {
        demandPath('head', path);
        return inner.head(path, { signal });
      }),
    read: (path, options) =>
      scope.run('read', false, options.signal, async (signal) => {
        demandPath('read', path);
        demand(options.version === undefined || capabilities.versions, 'unsupported', 'read');
        return inner.read(path, { ...options, signal });
      }),
    write: (path, fields, options) =>
      scope.run('write', true, options.signal, async (signal) => {
        demandWritable(inner, path, fields, options);
        return inner.write(path, fields, { ...options, signal });
      }),
    remove: (path, options) =>
      scope.run('remove', true, options.signal, async (signal) => {
        demandPath('remove', path);
        demand(capabilities.access === 'read-write', 'unsupported', 'remove');
        demand(options.mode === 'permanent' || capabilities.softDelete, 'unsupported', 'remove');
        demandCondition(capabilities, 'remove', options);
        return inner.remove(path, { ...options, signal });
      }),
    ...guardedPowers(inner, scope),
    list: (prefix, call) => guardedList(inner, scope, prefix, call),
    close() {
      closing ??= (async () => {
        scope.close();
        await inner.close();
      })();
      return closing;
    },
  };
}

/** What not every adapter offers. */
function guardedPowers(
  inner: VaultAdapter,
  scope: CallScope,
): Pick<VaultAdapter, 'label' | 'recover' | 'destroyVersion'> {
  const label = inner.label?.bind(inner);
  const recover = inner.recover?.bind(inner);
  const destroyVersion = inner.destroyVersion?.bind(inner);
  return {
    ...(label && {
      label: (path: EntryPath, labels: Labels, options: LabelOptions) =>
        scope.run('label', true, options.signal, async (signal) => {
          demandPath('label', path);
          demandCondition(inner.capabilities, 'label', options);
          return label(path, labels, { ...options, signal });
        }),
    }),
    ...(recover && {
      recover: (path: EntryPath, call: Call) =>
        scope.run('recover', true, call.signal, async (signal) => {
          demandPath('recover', path);
          return recover(path, { signal });
        }),
    }),
    ...(destroyVersion && {
      destroyVersion: (path: EntryPath, version: string, call: Call) =>
        scope.run('destroyVersion', true, call.signal, async (signal) => {
          demandPath('destroyVersion', path);
          return destroyVersion(path, version, { signal });
        }),
    }),
  };
}

async function* guardedList(
  inner: VaultAdapter,
  scope: CallScope,
  prefix: EntryPath,
  call: Call,
): AsyncGenerator<EntryPath> {
  const whole = new AbortController();
  const entries = inner.list(prefix, { signal: whole.signal })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await scope.run('list', false, call.signal, async (signal) => {
        demand(prefix === '' || isEntryPath(prefix), 'invalid_argument', 'list');
        signal.addEventListener('abort', () => whole.abort(signal.reason), { once: true });
        return entries.next();
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    whole.abort();
    // Not awaited: a page that hangs must not hold up the caller.
    entries.return?.().catch(() => undefined);
  }
}

function demandWritable(adapter: VaultAdapter, path: EntryPath, fields: SecretFields, options: WriteOptions): void {
  const { capabilities } = adapter;
  demand(capabilities.access === 'read-write', 'unsupported', 'write');
  demandPath('write', path);
  demand(OPERATION_ID.test(options.operationId), 'invalid_argument', 'write');
  demand(options.labels === undefined || capabilities.labels, 'unsupported', 'write');
  demandCondition(capabilities, 'write', options);
  const rule = capabilities.nameRules === null ? undefined : new RegExp(capabilities.nameRules);
  for (const name of fields.keys()) demand(name !== '' && (rule?.test(name) ?? true), 'invalid_argument', 'write');
  demand(sizeOfFields(fields) <= capabilities.maxBytes, 'too_large', 'write');
}

/** A condition that does not hold against others is worse than none. */
function demandCondition(
  { compareAndSet }: Capabilities,
  operation: string,
  { ifVersion }: Pick<WriteOptions, 'ifVersion'>,
): void {
  demand(ifVersion === undefined || compareAndSet, 'unsupported', operation);
}

function demandPath(operation: string, path: EntryPath): void {
  demand(isEntryPath(path), 'invalid_argument', operation);
}

function demand(holds: boolean, code: VaultErrorCode, operation: string): void {
  if (!holds) throw new VaultError(code, operation);
}
