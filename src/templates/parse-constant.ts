import type { GoValue } from './go-value.ts';

/** Go's int is 64 bits wide. */
const MOST = 2n ** 63n - 1n;
const LEAST = -(2n ** 63n);

/**
 * A number as Go's templates read it: an integer when it is one, else a float. Undefined for what is neither, and for
 * imaginary numbers, which no template of secrets needs.
 */
export function parseNumber(text: string): GoValue | undefined {
  if (text.endsWith('i') || !separatorsFit(text)) return undefined;
  const plain = text.replaceAll('_', '');
  return parseInteger(plain) ?? parseFloating(plain);
}

/** An underscore stands only between digits, or between a base's prefix and a digit. */
function separatorsFit(text: string): boolean {
  return (
    !/_/.test(text) || (/^[+-]?(0[xXoObB])?_?[0-9a-fA-F]+(_[0-9a-fA-F]+)*$/.test(text) && !/__|_$|^[+-]?_/.test(text))
  );
}

function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = ''] = match;
  const octal = /^0[0-7]+$/.test(digits);
  const size = BigInt(octal ? `0o${digits.slice(1)}` : digits.toLowerCase());
  const value = sign === '-' ? -size : size;
  return value > MOST || value < LEAST ? undefined : value;
}

function parseFloating(text: string): number | bigint | undefined {
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)$/.exec(text);
  const value = hex === null ? parseDecimal(text) : parseHexFloat(hex);
  if (value === undefined || !Number.isFinite(value)) return undefined;
  // As Go does: a float that is whole also serves as an integer, and is printed as one.
  return Number.isSafeInteger(value) && !text.includes('.') && !/[eEpP]/.test(text) ? BigInt(value) : value;
}

function parseDecimal(text: string): number | undefined {
  return /^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text) ? Number(text) : undefined;
}

function parseHexFloat([, sign, whole = '', fraction = '', exponent = '0']: RegExpExecArray): number | undefined {
  if (whole === '' && fraction === '') return undefined;
  const size = Number.parseInt(`${whole}${fraction}` || '0', 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -size : size;
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([abfnrtv\\'"]))|\\/g;

/**
 * What a quoted text stands for (https://go.dev/ref/spec#String_literals). Undefined when it is no valid one: unknown
 * escapes, surrogates, and bytes that make no UTF-8.
 */
export function unquote(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inner.replaceAll('\r', '');
  const quote = quoted[0];
  let valid = true;
  const parts: Buffer[] = [];
  let at = 0;
  const literal = (end: number) => parts.push(Buffer.from(inner.slice(at, end)));
  for (const match of inner.matchAll(ESCAPE)) {
    literal(match.index);
    at = match.index + match[0].length;
    const [, hex, short, long, octal, simple] = match;
    const bytes = unescaped({ hex, rune: short ?? long, octal, simple }, quote);
    if (bytes === undefined) valid = false;
    else parts.push(bytes);
  }
  literal(inner.length);
  const bytes = Buffer.concat(parts);
  const text = bytes.toString('utf8');
  return valid && Buffer.from(text).equals(bytes) ? text : undefined;
}

interface Escape {
  readonly hex: string | undefined;
  readonly rune: string | undefined;
  readonly octal: string | undefined;
  readonly simple: string | undefined;
}

function unescaped({ hex, rune, octal, simple }: Escape, quote: string | undefined): Buffer | undefined {
  if (hex !== undefined) return Buffer.from([Number.parseInt(hex, 16)]);
  if (octal !== undefined) {
    const code = Number.parseInt(octal, 8);
    return code > 255 ? undefined : Buffer.from([code]);
  }
  if (rune !== undefined) {
    const code = Number.parseInt(rune, 16);
    const valid = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return valid ? Buffer.from(String.fromCodePoint(code)) : undefined;
  }
  if (simple === undefined || ((simple === "'" || simple === '"') && simple !== quote)) return undefined;
  return Buffer.from(SIMPLE[simple] ?? '');
}

/** The code point of a character constant; undefined when it is not exactly one. */
export function parseCharacter(quoted: string): bigint | undefined {
  const text = unquote(quoted);
  if (text === undefined || [...text].length !== 1) return undefined;
  return BigInt(text.codePointAt(0) ?? 0);
}
