import type { Entry, EntryHead, EntryPath, LabelOptions, Labels, RemoveOptions, WriteOptions } from '../adapter.ts';
import type { SecretFields } from '../secret-value.ts';
import { VaultError } from '../vault-error.ts';
import { MANAGED_BY, MANAGER } from './marks.ts';
import type { SecretChange } from './secret-object.ts';

/** How entries lie in the Secrets of a namespace. */
export interface Layout {
  head(path: EntryPath, signal: AbortSignal): Promise<EntryHead>;
  read(path: EntryPath, signal: AbortSignal): Promise<Entry>;
  write(path: EntryPath, fields: SecretFields, options: WriteOptions): Promise<EntryHead>;
  label(path: EntryPath, labels: Labels, options: LabelOptions): Promise<EntryHead>;
  remove(path: EntryPath, options: RemoveOptions): Promise<void>;
  list(signal: AbortSignal): AsyncGenerator<EntryPath>;
}

/**
 * How often a change is tried again when something else of the object changed meanwhile. Such a conflict changed nothing,
 * and the caller's condition is evaluated anew each time.
 */
export const ATTEMPTS = 8;

/** Others change the object faster than we can. */
export function overtaken(operation: string): VaultError {
  return new VaultError('unavailable', operation);
}

/** Kubernetes labels of a Secret that we write: those of the profile, and who looks after it unless somebody does. */
export function managedLabels(
  labels: SecretChange['labels'],
  own: Readonly<Record<string, string>>,
): SecretChange['labels'] {
  const next = new Map(labels);
  for (const [key, value] of Object.entries(own)) next.set(key, value);
  if (!next.has(MANAGED_BY)) next.set(MANAGED_BY, MANAGER);
  return next;
}
