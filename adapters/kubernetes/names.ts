import type { EntryPath } from '../adapter.ts';
import { isEntryPath } from '../lib/safe-path.ts';

const MAX_NAME_LENGTH = 253;
/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data; `..` is reserved for volumes. */
export const DATA_KEY = /^(?!\.$|\.\.)[-._a-zA-Z0-9]{1,253}$/;

/** After `--`: what a Secret's name cannot hold. A letter stands for its capital. */
const SIGNS: Readonly<Record<string, string>> = { _: '0', '.': '1', '-': '2' };
const SIGN_OF_CODE: Readonly<Record<string, string>> = { 0: '_', 1: '.', 2: '-' };
/** Stands for nothing: parts a `0` of the name from an escape behind it, which would read as {@link LEAD}. */
const GAP = '--9';
/** In front of a segment that begins with an escape, because a name cannot begin with a dash. */
const LEAD = '0';

/**
 * The name of the Secret of an entry, or `undefined` when there can be none. `/` becomes `.`, so that lower case, digits and
 * single dashes stay readable; everything else is escaped (`--a` is `A`, `--0` is `_`, `--1` is `.`, `--2` a dash that is
 * not between two plain characters). No two paths have one name.
 */
export function secretNameOf(path: EntryPath): string | undefined {
  const name = path.split('/').map(escapeSegment).join('.');
  return name.length <= MAX_NAME_LENGTH ? name : undefined;
}

/** The reverse; `undefined` for a name of somebody else's that no path has. */
export function pathOfSecretName(name: string): EntryPath | undefined {
  const segments = name.split('.').map(unescapeSegment);
  if (segments.includes(undefined)) return undefined;
  const path = segments.join('/');
  return isEntryPath(path) && secretNameOf(path) === name ? path : undefined;
}

const PLAIN = /[a-z0-9]/;

function escapeSegment(segment: string): string {
  let text = '';
  for (const [index, sign] of [...segment].entries()) {
    const plainDash = sign === '-' && isPlain(segment[index - 1]) && isPlain(segment[index + 1]);
    if (isPlain(sign) || plainDash) text += sign;
    else text += `--${SIGNS[sign] ?? sign.toLowerCase()}`;
  }
  if (text.startsWith('--')) return LEAD + text;
  return text.startsWith(`${LEAD}--`) ? LEAD + GAP + text.slice(LEAD.length) : text;
}

function isPlain(sign: string | undefined): boolean {
  return sign !== undefined && PLAIN.test(sign);
}

function unescapeSegment(text: string): string | undefined {
  const lead = text.startsWith(`${LEAD}--`) && !text.startsWith(LEAD + GAP);
  let segment = '';
  for (let index = lead ? LEAD.length : 0; index < text.length; index++) {
    if (!text.startsWith('--', index)) {
      segment += text[index];
      continue;
    }
    const code = text[index + 2] ?? '';
    index += 2;
    if (`--${code}` === GAP) continue;
    const sign = SIGN_OF_CODE[code] ?? (/[a-z]/.test(code) ? code.toUpperCase() : undefined);
    if (sign === undefined) return undefined;
    segment += sign;
  }
  return segment;
}

/**
 * The data key of an entry in a shared Secret, or `undefined` when there can be none. `/` becomes `__`; a `_` beside a
 * `_`, a dash or a slash becomes `-_-`; everything else is as it is. No two paths have one key.
 */
export function dataKeyOf(path: EntryPath): string | undefined {
  let key = '';
  for (const [index, sign] of [...path].entries()) {
    if (sign === '/') key += '__';
    else if (sign === '_' && (isJoint(path[index - 1]) || isJoint(path[index + 1]))) key += '-_-';
    else key += sign;
  }
  return DATA_KEY.test(key) ? key : undefined;
}

function isJoint(sign: string | undefined): boolean {
  return sign === '_' || sign === '-' || sign === '/';
}

/** The reverse; `undefined` for a key of somebody else's that no path has. */
export function pathOfDataKey(key: string): EntryPath | undefined {
  const path = key.replaceAll(/-_-|__/g, (token) => (token === '__' ? '/' : '_'));
  return isEntryPath(path) && dataKeyOf(path) === key ? path : undefined;
}
