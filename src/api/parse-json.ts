import { AppError } from '../errors.ts';

/** How much a JSON document may hold; checked on its bytes before anything is built from them. */
export interface JsonLimits {
  readonly depth: number;
  /** Object members, in all objects together. */
  readonly members: number;
  /** Separators, in all objects and lists together. */
  readonly items: number;
}

export const JSON_LIMITS: JsonLimits = { depth: 32, members: 2_000, items: 10_000 };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const NUMBER_BYTES = new Set(Buffer.from('0123456789+-.eE'));
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON (RFC 8259) within limits. Refuses what JavaScript would read as something else than was written: numbers beyond
 * 2^53 and the member name `__proto__`.
 *
 * Throws `malformed_json` in fixed words (the parser's own message quotes the input), `payload_too_large` or
 * `invalid_input`; none of them repeats anything of the document.
 */
export function parseBoundedJson(bytes: Uint8Array, limits: JsonLimits = JSON_LIMITS): unknown {
  checkShape(bytes, limits);
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new AppError('malformed_json', 'The body is not well-formed JSON in UTF-8.');
  }
}

/** One pass over the bytes. On malformed input it may count wrongly, but then the parser refuses. */
function checkShape(bytes: Uint8Array, limits: JsonLimits): void {
  let depth = 0;
  let members = 0;
  let items = 0;
  let text = { start: 0, end: 0 };
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      text = { start: at, end: endOfString(bytes, at) };
      at = text.end;
      continue;
    }
    if (startsNumber(byte)) {
      const end = endOfNumber(bytes, at);
      checkNumber(bytes.subarray(at, end));
      at = end;
      continue;
    }
    if (byte === COLON) {
      if (++members > limits.members) throw tooMuch(`${limits.members} object members`);
      checkMemberName(bytes.subarray(text.start, text.end));
    } else if (byte === COMMA) {
      if (++items > limits.items) throw tooMuch(`${limits.items} items`);
    } else if (OPEN.has(byte)) {
      if (++depth > limits.depth) throw tooMuch(`${limits.depth} levels`);
    } else if (CLOSE.has(byte)) {
      depth--;
    }
    at++;
  }
}

/** The place behind the closing quote. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

function startsNumber(byte: number): boolean {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
}

function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (NUMBER_BYTES.has(bytes[at] ?? 0)) at++;
  return at;
}

function checkNumber(digits: Uint8Array): void {
  // Shorter than 16 characters and without an exponent, a number cannot pass 2^53.
  if (digits.length < 16 && !digits.includes(0x65) && !digits.includes(0x45)) return;
  const value = Number(Buffer.from(digits).toString('latin1'));
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new AppError('invalid_input', 'Numbers beyond 2^53 - 1 are not accepted.');
  }
}

function checkMemberName(quoted: Uint8Array): void {
  const raw = Buffer.from(quoted).toString('utf8');
  if (raw === '"__proto__"' || (raw.includes('\\') && unescaped(raw) === '__proto__')) {
    throw new AppError('invalid_input', 'A member name that JavaScript reserves is not accepted.');
  }
}

function unescaped(quoted: string): unknown {
  try {
    return JSON.parse(quoted);
  } catch {
    return undefined;
  }
}

function tooMuch(limit: string): AppError {
  return new AppError('payload_too_large', `The body holds more than ${limit}.`);
}
