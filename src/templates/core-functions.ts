import { compareValues, equalValues } from './compare-values.ts';
import { formatValue, refuseOpaque } from './format-value.ts';
import { FunctionError } from './function-error.ts';
import { entryOf, type GoValue, isList, isMap, isOpaque, isTrue, typeName } from './go-value.ts';
import { sprint, sprintf } from './printf.ts';
import { type FunctionCall, integer, type TemplateFunction, text } from './template-function.ts';

/** Go's own functions (https://pkg.go.dev/text/template#hdr-Functions) but `call`: there is nothing to call. */
export const CORE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: { least: 1, lenient: true, call: (args) => args.find((arg) => !isTrue(arg)) ?? last(args) },
  or: { least: 1, lenient: true, call: (args) => args.find(isTrue) ?? last(args) },
  not: { least: 1, most: 1, lenient: true, call: ([value = null]) => !isTrue(value) },
  len: { least: 1, most: 1, call: ([value = null]) => BigInt(lengthOf(value)) },
  index: { least: 1, call: indexed },
  slice: { least: 1, most: 4, call: sliced },
  html: { least: 0, call: (args) => escaped(args, HTML) },
  js: { least: 0, call: (args) => escapeJs(joined(args)) },
  urlquery: { least: 0, call: (args) => escapeQuery(joined(args)) },
  print: { least: 0, call: (args) => sprint(args) },
  println: { least: 0, call: (args) => `${args.map(formatValue).join(' ')}\n` },
  printf: { least: 1, call: (args) => sprintf(text(args, 0), args.slice(1)) },
  eq: {
    least: 1,
    call([first = null, ...others]) {
      if (others.length === 0) throw new FunctionError('missing argument for comparison');
      return others.some((other) => equalValues(first, other));
    },
  },
  ne: { least: 2, most: 2, call: ([a = null, b = null]) => !equalValues(a, b) },
  lt: { least: 2, most: 2, call: ([a = null, b = null]) => compareValues(a, b) < 0 },
  le: { least: 2, most: 2, call: ([a = null, b = null]) => compareValues(a, b) <= 0 },
  gt: { least: 2, most: 2, call: ([a = null, b = null]) => compareValues(a, b) > 0 },
  ge: { least: 2, most: 2, call: ([a = null, b = null]) => compareValues(a, b) >= 0 },
};

function last(args: readonly GoValue[]): GoValue {
  return args.at(-1) ?? null;
}

function lengthOf(value: GoValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (isList(value)) return value.length;
  if (isMap(value)) return value.entries.size;
  if (isOpaque(value)) return refuseOpaque(value);
  throw new FunctionError(value === null ? 'len of nil pointer' : `len of type ${typeName(value)}`);
}

function indexed([base = null, ...keys]: readonly GoValue[], call: FunctionCall): GoValue {
  if (base === null) throw new FunctionError('index of untyped nil');
  return keys.reduce((value, key, position) => indexOne(value, key, call.isConstant(position + 1)), base);
}

function indexOne(value: GoValue, key: GoValue, shown: boolean): GoValue {
  if (isMap(value) || isOpaque(value)) {
    if (typeof key !== 'string') throw new FunctionError(`value has type ${typeName(key)}; should be string`);
    const entry = entryOf(value, key);
    if (entry === undefined) throw new FunctionError(`map has no entry for ${shown ? `key "${key}"` : 'that key'}`);
    return entry;
  }
  if (!isList(value) && typeof value !== 'string') {
    throw new FunctionError(`can't index item of type ${typeName(value)}`);
  }
  if (typeof key !== 'bigint') throw new FunctionError(`cannot index slice/array with type ${typeName(key)}`);
  const item = isList(value) ? value[Number(key)] : Buffer.from(value)[Number(key)];
  if (item === undefined) throw outOfRange(key, shown);
  return isList(value) ? item : BigInt(Number(item));
}

function outOfRange(index: GoValue, shown: boolean): FunctionError {
  return new FunctionError(shown ? `index out of range: ${String(index)}` : 'index out of range');
}

function sliced(args: readonly GoValue[], call: FunctionCall): GoValue {
  const [value = null, ...given] = args;
  if (!isList(value) && typeof value !== 'string') {
    throw new FunctionError(value === null ? 'slice of untyped nil' : `can't slice item of type ${typeName(value)}`);
  }
  if (typeof value === 'string' && given.length === 3) throw new FunctionError('cannot 3-index slice a string');
  const items = isList(value) ? value : Buffer.from(value);
  const bounds = given.map((bound, position) => {
    const index = integer(args, position + 1);
    if (index < 0 || index > items.length) throw outOfRange(bound, call.isConstant(position + 1));
    return index;
  });
  const [start = 0, end = items.length] = bounds;
  if (start > end) throw new FunctionError('invalid slice index: the start is behind the end');
  if (isList(value)) return value.slice(start, end);
  const bytes = Buffer.from(value).subarray(start, end);
  const cut = bytes.toString('utf8');
  if (!Buffer.from(cut).equals(bytes)) throw new FunctionError('slice would cut a character in two');
  return cut;
}

function joined(args: readonly GoValue[]): string {
  for (const arg of args) if (isOpaque(arg)) refuseOpaque(arg);
  return sprint(args);
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

function escaped(args: readonly GoValue[], table: Readonly<Record<string, string>>): string {
  return [...joined(args)].map((char) => table[char] ?? char).join('');
}

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

/** https://pkg.go.dev/text/template#JSEscape */
function escapeJs(text: string): string {
  return [...text]
    .map((char) => {
      const code = char.codePointAt(0) ?? 0;
      if (code >= 0x20 && code < 0x7f) return JS[char] ?? char;
      if (code > 0x7f && /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char)) return char;
      return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
    })
    .join('');
}

/** https://pkg.go.dev/net/url#QueryEscape */
function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
