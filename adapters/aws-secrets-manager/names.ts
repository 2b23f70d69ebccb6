import type { EntryPath } from '../adapter.ts';
import { isEntryPath } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';

/** CreateSecret, "Name": length constraints. */
const MAX_NAME = 512;

/** Between entries and the names of secrets. AWS holds every character of our grammar; only the length is narrower. */
export interface Names {
  /** What every name of this place begins with: empty, or ending in a slash. */
  readonly base: string;
  /** Throws `invalid_argument` for what is too long. */
  nameOf(path: EntryPath, operation: string): string;
  /** `undefined` for what lies elsewhere or cannot be one of our paths. */
  pathOf(name: string): EntryPath | undefined;
}

/** A slash in front belongs to the name at AWS; those at the end only separate. */
export function createNames(prefix: string): Names {
  const base = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;
  return {
    base,
    nameOf(path, operation) {
      const name = base + path;
      if (name.length > MAX_NAME) throw new VaultError('invalid_argument', operation);
      return name;
    },
    pathOf(name) {
      const path = name.startsWith(base) ? name.slice(base.length) : '';
      return isEntryPath(path) ? path : undefined;
    },
  };
}
