import type { EntryPath } from '../adapter.ts';

const MAX_PATH_LENGTH = 1024;
const SEGMENT = /^[A-Za-z0-9_.-]+$/;

/** True for the grammar of {@link EntryPath}: no empty segment, no `.`, no `..`, nothing that needs escaping. */
export function isEntryPath(text: string): boolean {
  if (text.length === 0 || text.length > MAX_PATH_LENGTH) return false;
  return text.split('/').every(isSegment);
}

function isSegment(segment: string): boolean {
  return segment !== '.' && segment !== '..' && SEGMENT.test(segment);
}

/**
 * The path as it goes into a URL, each segment escaped on its own, so that no name adds a segment, a query or a fragment.
 * Throws on what is no path at all; callers have checked, so that is a bug and not an answer for users.
 */
export function encodePath(path: EntryPath): string {
  if (!isEntryPath(path)) throw new TypeError('not an entry path');
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Is `path` below `prefix`? Whole segments count: `a` holds `a/b`, but neither `ab` nor itself. `''` holds everything. */
export function isBelow(prefix: EntryPath, path: EntryPath): boolean {
  return prefix === '' || path.startsWith(`${prefix}/`);
}

/** A prefix, folder or mount without the slashes around it. */
export function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '');
}
