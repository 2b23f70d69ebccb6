import type { Labels } from '../adapter.ts';

const OURS = 'keyferry-';
const OTHER_NAME = 'keyferry-label-';

/**
 * Labels live in `custom_metadata`, which a key shares with everybody who writes to the vault. Ours are recognised by their
 * name: what begins with `keyferry-` is stored under its own name, every other label behind `keyferry-label-`. All else belongs
 * to others and is neither shown nor touched.
 */
export function storedName(name: string): string {
  return name.startsWith(OURS) && !name.startsWith(OTHER_NAME) ? name : OTHER_NAME + name;
}

/** Our labels among what is stored. */
export function labelsFrom(stored: Readonly<Record<string, string>>): Labels {
  const ours = Object.entries(stored).filter(([name]) => name.startsWith(OURS));
  return Object.fromEntries(
    ours.map(([name, value]) => [name.startsWith(OTHER_NAME) ? name.slice(OTHER_NAME.length) : name, value]),
  );
}

/** What turns `before` into `after`, as a JSON merge patch of `custom_metadata`; `undefined` when nothing has to change. */
export function labelPatch(before: Labels, after: Labels): Readonly<Record<string, string | null>> | undefined {
  const patch: Record<string, string | null> = {};
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) patch[storedName(name)] = null;
  for (const [name, value] of Object.entries(after)) if (before[name] !== value) patch[storedName(name)] = value;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/**
 * Limits of `custom_metadata` (KV version 2, "Create/Update metadata"): 64 keys of up to 128 bytes, values of up to 512,
 * neither empty nor unprintable. Checked before the version is written, which could not be taken back.
 */
export function areStorable(labels: Labels): boolean {
  const entries = Object.entries(labels);
  return (
    entries.length <= 64 &&
    entries.every(([name, value]) => name !== '' && isText(storedName(name), 128) && isText(value, 512))
  );
}

function isText(text: string, limit: number): boolean {
  return text !== '' && Buffer.byteLength(text) <= limit && !/\p{C}|[^\S ]/u.test(text);
}
