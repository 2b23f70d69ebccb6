import { createHash } from 'node:crypto';
import type { EntryPath } from '../../adapters/adapter.ts';
import { MAX_PATH_LENGTH } from '../secrets/secret-name.ts';
import { secretAtPath } from '../vaults/secret-at-path.ts';

/** Where the secret of an entry is to be: a folder, maybe empty, and a name in it. */
export interface SecretPlaceName {
  readonly path: string;
  readonly name: string;
}

/** What names are made for. */
export interface NamingRoom {
  /** Of the profile: entries of two places may have one name. */
  readonly place: string;
  /** Naming template of the profile. */
  readonly naming: string;
  readonly organization: string;
  readonly project: string;
  /** Names without `-`. */
  readonly plainIdentifiers: boolean;
}

const LONGEST_WORD = 128;
const MOST_FOLDERS = 16;

/**
 * Names for an entry of a vault, in the grammar of `secret-name.ts`, the better one first: where the profile's template would have
 * put such a secret, else the entry's own folders and name. What the grammar does not allow is replaced and carries a mark of what
 * was there, so that `a.b` and `a-b` stay apart. The second is for when the first is taken: nothing else gets it.
 */
export function proposeNames(entry: EntryPath, room: NamingRoom): readonly [SecretPlaceName, SecretPlaceName] {
  const plain = room.plainIdentifiers;
  const known = secretAtPath(room.naming, room, entry);
  const segments = known === undefined ? entry.split('/') : [...folders(known.path), known.name];
  const last = segments.at(-1) ?? '';
  const kept = foldersThatFit(segments.slice(0, -1).map((folder) => word(folder, false)));
  const whole = kept.length === segments.length - 1;
  const path = kept.join('/');
  const distinct = { path, name: marked(last, `${room.place}\n${entry}`, plain) };
  return [whole ? { path, name: word(last, plain) } : distinct, distinct];
}

function folders(path: string): string[] {
  return path === '' ? [] : path.split('/');
}

/** Deeper folders than a secret can have are left out; its name then says which they were. */
function foldersThatFit(all: readonly string[]): readonly string[] {
  const kept = all.slice(0, MOST_FOLDERS);
  while (kept.join('/').length > MAX_PATH_LENGTH) kept.pop();
  return kept;
}

/** The text itself where the grammar takes it. */
function word(text: string, plain: boolean): string {
  const pattern = plain ? /^[A-Za-z][A-Za-z0-9_]{0,127}$/ : /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;
  return pattern.test(text) ? text : marked(text, text, plain);
}

/** A word near `text`, told apart from its neighbours by a digest of `of`. */
function marked(text: string, of: string, plain: boolean): string {
  const joint = plain ? '_' : '-';
  const near = text.replace(plain ? /[^A-Za-z0-9_]+/g : /[^A-Za-z0-9_-]+/g, joint);
  const mark = joint + createHash('sha256').update(of).digest('hex').slice(0, 10);
  return (/^[A-Za-z]/.test(near) ? near : `x${near}`).slice(0, LONGEST_WORD - mark.length) + mark;
}
