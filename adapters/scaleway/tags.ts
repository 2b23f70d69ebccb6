import type { Labels } from '../adapter.ts';

const MARK = 'keyferry:';
const ENCODED = 'keyferry::';
const PLAIN = /^keyferry:([A-Za-z0-9._-]+)=([A-Za-z0-9._-]*)$/;
const PLAIN_KEY = /^[A-Za-z0-9._-]{1,60}$/;
const PLAIN_VALUE = /^[A-Za-z0-9._-]{0,60}$/;
const CHUNK = /^keyferry::([0-9]+)\.([0-9]+):([A-Za-z0-9_-]+)$/;
const CHUNK_LENGTH = 100;
const MAX_OWN_TAGS = 40;

export function isOwnTag(tag: string): boolean {
  return tag.startsWith(MARK);
}

/**
 * Our labels as tags, which are bare texts: `keyferry:key=value` where both are plain, so that people and filters can read
 * the marker, and everything else together as one text in base64url, cut into pieces that no limit of a tag reaches.
 * `undefined` when there are too many.
 */
export function tagsOf(labels: Labels): readonly string[] | undefined {
  const isPlain = ([key, value]: readonly [string, string]) => PLAIN_KEY.test(key) && PLAIN_VALUE.test(value);
  const entries = Object.entries(labels);
  const plain = entries.filter(isPlain).map(([key, value]) => `${MARK}${key}=${value}`);
  const rest = entries.filter((entry) => !isPlain(entry));
  const tags = [...plain, ...(rest.length === 0 ? [] : encode(rest))];
  return tags.length <= MAX_OWN_TAGS ? tags : undefined;
}

function encode(entries: readonly (readonly [string, string])[]): readonly string[] {
  const text = Buffer.from(JSON.stringify(entries)).toString('base64url');
  const count = Math.ceil(text.length / CHUNK_LENGTH);
  return Array.from({ length: count }, (_, index) => {
    return `${ENCODED}${index}.${count}:${text.slice(index * CHUNK_LENGTH, (index + 1) * CHUNK_LENGTH)}`;
  });
}

/** The reverse. Pieces that somebody broke count as no label: an entry that is not marked as ours is not touched. */
export function labelsOf(tags: readonly string[]): Labels {
  const plain = tags.flatMap((tag) => {
    const [, key, value] = PLAIN.exec(tag) ?? [];
    return key !== undefined && value !== undefined ? [[key, value] as const] : [];
  });
  return Object.fromEntries([...plain, ...decode(tags)]);
}

function decode(tags: readonly string[]): readonly (readonly [string, string])[] {
  const pieces = new Map<number, string>();
  let count = 0;
  for (const tag of tags) {
    const [, index, of, text] = CHUNK.exec(tag) ?? [];
    if (text === undefined) continue;
    count = Number(of);
    pieces.set(Number(index), text);
  }
  const text = Array.from({ length: Math.min(count, MAX_OWN_TAGS) }, (_, index) => pieces.get(index) ?? '').join('');
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parsed) && parsed.every(isPair) ? parsed : [];
  } catch {
    return [];
  }
}

function isPair(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}
