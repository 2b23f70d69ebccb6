import type { EntryPath } from '../adapter.ts';
import { isEntryPath } from '../lib/safe-path.ts';

const MAX_PART_LENGTH = 255;
/** Beside a dash or dot at an end, where Scaleway allows letters, digits and `_` only. */
const GUARD = '_x_';

/** A secret is known by its folder and its name. */
export interface SecretName {
  /** `/`, or `/a/b` without a slash at the end, as Scaleway spells it. */
  readonly folder: string;
  readonly name: string;
}

/**
 * Where an entry lies, or `undefined` when there can be no such secret. The last segment is the name and the others are
 * folders; only a dash or dot at the end of one is escaped. No two paths are one secret.
 */
export function secretNameOf(path: EntryPath): SecretName | undefined {
  const parts = path.split('/').map(escapePart);
  if (!parts.every((part) => part.length <= MAX_PART_LENGTH)) return undefined;
  return { folder: `/${parts.slice(0, -1).join('/')}`, name: parts.at(-1) ?? '' };
}

/** The reverse; `undefined` for a secret of somebody else's that no path has. */
export function pathOfSecret({ folder, name }: SecretName): EntryPath | undefined {
  const parts = [...folder.split('/').filter((part) => part !== ''), name];
  const path = parts.map(unescapePart).join('/');
  if (!isEntryPath(path)) return undefined;
  const back = secretNameOf(path);
  return back?.folder === folder && back.name === name ? path : undefined;
}

function escapePart(part: string): string {
  const before = /^[-.]/.test(part) || part.startsWith(GUARD) ? GUARD : '';
  const after = /[-.]$/.test(part) || part.endsWith(GUARD) ? GUARD : '';
  return before + part + after;
}

function unescapePart(text: string): string {
  const part = text.startsWith(GUARD) ? text.slice(GUARD.length) : text;
  return part.endsWith(GUARD) ? part.slice(0, -GUARD.length) : part;
}
