import type { Labels } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';

const OURS = 'keyferry:';
const MAX_KEY = 128;
const MAX_VALUE = 256;
/** "Tags per resource: 50" (Secrets Manager quotas). */
const MAX_TAGS = 50;

/** Characters that every AWS service takes in tags, without `@`, which is our escape. */
const PLAIN = /^[A-Za-z0-9_.:/=+-]$/;
const ESCAPED = /^(?:[A-Za-z0-9_.:/=+ -]|@[0-9A-F]{2})*$/;

export type Tags = ReadonlyMap<string, string>;

export interface TagChange {
  readonly set: Tags;
  readonly remove: readonly string[];
}

/**
 * Labels are the tags whose key begins with `keyferry:`; every other tag belongs to somebody else and is never touched. What a
 * tag cannot hold for certain is `@` and the byte in hexadecimal, so `a b@c` is `a b@40c`.
 */
export function tagsOf(labels: Labels, operation: string): Tags {
  const tags = new Map<string, string>();
  for (const [name, value] of Object.entries(labels)) {
    const tag: readonly [string, string] = [OURS + encodeText(name), encodeText(value)];
    const fits = name !== '' && tag[0].length <= MAX_KEY && tag[1].length <= MAX_VALUE;
    if (!fits || decodeText(encodeText(name)) !== name || decodeText(tag[1]) !== value)
      throw new VaultError('invalid_argument', operation);
    tags.set(...tag);
  }
  return tags;
}

export function labelsOf(tags: Tags): Labels {
  return Object.fromEntries(
    [...tags].flatMap(([key, value]) => {
      const [name, text] = [ownName(key), decodeText(value)];
      return name === undefined || text === undefined ? [] : [[name, text] as const];
    }),
  );
}

/** What makes our tags among those that are there exactly `wanted`. Throws `invalid_argument` when they would be too many. */
export function changeTags(present: Tags, wanted: Tags, operation: string): TagChange {
  const set = new Map([...wanted].filter(([key, value]) => present.get(key) !== value));
  const remove = [...present.keys()].filter((key) => ownName(key) !== undefined && !wanted.has(key));
  const added = [...set.keys()].filter((key) => !present.has(key)).length;
  if (added > 0 && present.size + added - remove.length > MAX_TAGS) throw new VaultError('invalid_argument', operation);
  return { set, remove };
}

/** True when adding before removing would be too many for a moment. */
export function mustRemoveFirst(present: Tags, { set }: TagChange): boolean {
  return new Set([...present.keys(), ...set.keys()]).size > MAX_TAGS;
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

function ownName(key: string): string | undefined {
  const name = key.startsWith(OURS) ? decodeText(key.slice(OURS.length)) : undefined;
  return name === '' ? undefined : name;
}

function encodeText(text: string): string {
  const bytes = [...Buffer.from(text, 'utf8')];
  return bytes
    .map((byte, index) => {
      const character = String.fromCharCode(byte);
      const inner = character === ' ' && index > 0 && index < bytes.length - 1;
      return inner || PLAIN.test(character) ? character : `@${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** `undefined` for what was not made by {@link encodeText}. */
function decodeText(text: string): string | undefined {
  if (!ESCAPED.test(text)) return undefined;
  const bytes = text.replace(/@([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const plain = Buffer.from(bytes, 'latin1').toString('utf8');
  return encodeText(plain) === text ? plain : undefined;
}
