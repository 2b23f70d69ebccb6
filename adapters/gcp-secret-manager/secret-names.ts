import type { EntryPath } from '../adapter.ts';
import { isEntryPath } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';

/** "Secret ids ... maximum length of 255 characters and can contain letters, numerals, and hyphen and underscore". */
const MAX_LENGTH = 255;

const SLASH = '__';
const DOT = '_-d';
const UNDERSCORE = '_-u';

/**
 * The id of a path's secret. Most names stay as they are: `/` becomes `__` and `.` becomes `_-d`. An underscore stays too,
 * unless it would then be read as the beginning of one of these; only there it becomes `_-u`. From the right, so that what
 * follows is known.
 *
 * Throws `invalid_argument` when the id would be too long.
 */
export function secretIdOf(path: EntryPath, operation: string): string {
  let id = '';
  for (let index = path.length - 1; index >= 0; index--) {
    const character = path.charAt(index);
    if (character === '/') id = SLASH + id;
    else if (character === '.') id = DOT + id;
    else if (character === '_' && isEscape(`_${id}`)) id = UNDERSCORE + id;
    else id = character + id;
  }
  if (id.length > MAX_LENGTH) throw new VaultError('invalid_argument', operation);
  return id;
}

function isEscape(text: string): boolean {
  return text.startsWith(SLASH) || text.startsWith(DOT) || text.startsWith(UNDERSCORE);
}

/** The path of a secret's id, `undefined` for one that no path has. */
export function pathOfSecretId(id: string): EntryPath | undefined {
  const path = id.replace(/__|_-d|_-u/g, (found) => (found === SLASH ? '/' : found === DOT ? '.' : '_'));
  return isEntryPath(path) && path.length <= MAX_LENGTH && secretIdOf(path, 'list') === id ? path : undefined;
}

/** Where a profile's entries are among the secrets of a project. */
export interface EntryNames {
  idOf(path: EntryPath, operation: string): string;
  /** `undefined` for a secret that is not below the prefix, or that no path names. */
  pathOf(id: string): EntryPath | undefined;
}

export function entryNames(prefix: string): EntryNames {
  const folder = prefix === '' ? '' : `${prefix}/`;
  return {
    idOf: (path, operation) => secretIdOf(folder + path, operation),
    pathOf(id) {
      const path = pathOfSecretId(id);
      return path?.startsWith(folder) ? path.slice(folder.length) : undefined;
    },
  };
}
