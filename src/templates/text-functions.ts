import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { formatValue, refuseOpaque } from './format-value.ts';
import { FunctionError } from './function-error.ts';
import { entryOf, type GoValue, isList, isMap, isOpaque, isTrue, sortedEntries } from './go-value.ts';
import {
  type FunctionCall,
  integer,
  list,
  map,
  type TemplateFunction,
  text,
  textFunction,
} from './template-function.ts';
import { quoteGo } from './token.ts';

/**
 * The part of sprig (https://masterminds.github.io/sprig/) and Helm that configuration needs. Nothing here reads the
 * environment, the clock, the network or chance, and nothing lists secrets.
 */
export const TEXT_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  default: {
    least: 1,
    most: 2,
    lenient: true,
    call: ([preset = null, given = null]) => (isTrue(given) ? given : preset),
  },
  coalesce: { least: 0, lenient: true, call: (args) => args.find(isTrue) ?? null },
  ternary: { least: 3, most: 3, call: ([yes = null, no = null, which = null]) => (isTrue(which) ? yes : no) },
  required: {
    least: 2,
    most: 2,
    lenient: true,
    call(args, call) {
      const value = args[1] ?? null;
      if (value === null || value === '') throw new FunctionError(message(args, call, 'a required value is missing'));
      return value;
    },
  },
  fail: { least: 1, most: 1, call: (args, call) => refuse(message(args, call, 'stopped by the template')) },
  quote: {
    least: 0,
    call: (args) =>
      present(args)
        .map((arg) => quoteGo(formatValue(arg)))
        .join(' '),
  },
  squote: {
    least: 0,
    call: (args) =>
      present(args)
        .map((arg) => `'${formatValue(arg)}'`)
        .join(' '),
  },
  toString: { least: 1, most: 1, call: (args: readonly GoValue[]) => formatValue(args[0] ?? null) },
  int: { least: 1, most: 1, call: ([value = null]) => toInteger(value) },
  upper: textFunction(1, (value = '') => eachRune(value, (rune) => rune.toUpperCase())),
  lower: textFunction(1, (value = '') => eachRune(value, (rune) => rune.toLowerCase())),
  trim: textFunction(1, (value = '') => value.trim()),
  trimPrefix: textFunction(2, (prefix = '', value = '') =>
    value.startsWith(prefix) ? value.slice(prefix.length) : value,
  ),
  trimSuffix: textFunction(2, (suffix = '', value = '') =>
    suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value,
  ),
  replace: {
    least: 3,
    most: 3,
    call: (args, call) =>
      bounded(
        call,
        text(args, 0) === '' ? ['', ...text(args, 2), ''] : text(args, 2).split(text(args, 0)),
        text(args, 1),
      ),
  },
  contains: textFunction(2, (part = '', value = '') => value.includes(part)),
  hasPrefix: textFunction(2, (prefix = '', value = '') => value.startsWith(prefix)),
  hasSuffix: textFunction(2, (suffix = '', value = '') => value.endsWith(suffix)),
  b64enc: textFunction(1, (value = '') => Buffer.from(value).toString('base64')),
  b64dec: textFunction(1, (value = '') => fromBase64(value)),
  sha256sum: textFunction(1, (value = '') => createHash('sha256').update(value).digest('hex')),
  splitList: textFunction(2, (separator = '', value = '') => value.split(separator)),
  join: { least: 2, most: 2, call: (args, call) => bounded(call, list(args, 1).map(formatValue), text(args, 0)) },
  indent: { least: 2, most: 2, call: indented },
  nindent: { least: 2, most: 2, call: (args, call) => `\n${indented(args, call)}` },
  toJson: { least: 1, most: 1, call: ([value = null]) => toJson(value) },
  toYaml: { least: 1, most: 1, call: ([value = null]) => stringify(plain(value)).replace(/\n$/, '') },
  hasKey: { least: 2, most: 2, call: (args) => entryOf(map(args, 0), text(args, 1)) !== undefined },
  get: { least: 2, most: 2, call: (args) => entryOf(map(args, 0), text(args, 1)) ?? '' },
};

/** The message of an error is shown, so it must stand in the template: a value could be passed otherwise. */
function message(args: readonly GoValue[], call: FunctionCall, otherwise: string): string {
  return call.isConstant(0) && typeof args[0] === 'string' ? args[0] : otherwise;
}

function refuse(problem: string): never {
  throw new FunctionError(problem);
}

function present(args: readonly GoValue[]): readonly GoValue[] {
  return args.filter((arg) => arg !== null);
}

function toInteger(value: GoValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  return typeof value === 'string' && /^[+-]?[0-9]{1,18}$/.test(value) ? BigInt(value) : 0n;
}

function fromBase64(value: string): string {
  const bytes = Buffer.from(value, 'base64');
  const decoded = bytes.toString('utf8');
  if (bytes.toString('base64') !== value) throw new FunctionError('that is no base64');
  if (!Buffer.from(decoded).equals(bytes)) throw new FunctionError('what it decodes to is no text');
  return decoded;
}

function indented(args: readonly GoValue[], call: FunctionCall): string {
  const spaces = integer(args, 0);
  if (spaces < 0 || spaces > 1000) throw new FunctionError('indent takes 0 to 1000 spaces');
  const space = ' '.repeat(spaces);
  return space + bounded(call, text(args, 1).split('\n'), `\n${space}`);
}

/** Joins what may come to much more than it is made of. */
function bounded({ mostText }: FunctionCall, parts: readonly string[], between: string): string {
  const size = parts.reduce((sum, part) => sum + part.length, between.length * (parts.length - 1));
  return size > mostText ? refuse('the result is too long') : parts.join(between);
}

/** As Go does it, rune by rune: none becomes two. */
function eachRune(value: string, change: (rune: string) => string): string {
  return Array.from(value, (rune) => {
    const changed = change(rune);
    return [...changed].length === 1 ? changed : rune;
  }).join('');
}

/** As Go's encoding/json writes it: sorted keys, and nothing that HTML would read as markup. */
function toJson(value: GoValue): string {
  return JSON.stringify(plain(value)).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** As JSON and YAML libraries take it. */
function plain(value: GoValue): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : refuse('the integer is too large for JSON');
  }
  if (isList(value)) return value.map(plain);
  if (isMap(value)) return Object.fromEntries(sortedEntries(value).map(([key, entry]) => [key, plain(entry)]));
  return isOpaque(value) ? refuseOpaque(value) : value;
}
