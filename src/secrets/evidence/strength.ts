import { COMMON_PASSWORDS } from './common-passwords.ts';
import { type InnerValue, innerValues, isSecretName } from './inner-values.ts';

/**
 * How hard a value is to guess for somebody who knows its form. `low` values can be found by trying, so nobody is ever told
 * whether one is equal to another.
 */
export const STRENGTHS = ['low', 'fair', 'strong'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** Below this many bits a value is low, from {@link STRONG_BITS} on strong. */
const FAIR_BITS = 40;
const STRONG_BITS = 72;

/** Longer values are judged by their beginning: it can only make them look weaker. */
const MOST_CHARACTERS = 4096;
const MOST_DECODINGS = 3;

/** The class of a value. Depends on the value alone, never on what it is compared with. */
export function strengthOf(bytes: Uint8Array): Strength {
  const bits = guessBits(bytes);
  return bits < FAIR_BITS ? 'low' : bits < STRONG_BITS ? 'fair' : 'strong';
}

/**
 * A cautious estimate in bits of what a guesser has to find out: the least of several views of the value, for a guesser
 * takes the cheapest one. Encodings add nothing: what base64 or hex wraps is judged by what is inside, and a text with
 * named values by the weakest that is named like a secret. Only an estimate: a value that looks random and is printed in a
 * manual counts as strong.
 */
function guessBits(bytes: Uint8Array, depth = 0): number {
  const text = printableText(bytes);
  if (text === undefined) return Math.min(bytes.length * 8, repeatBits([...bytes.subarray(0, MOST_CHARACTERS)]));
  const whole = text.trim();
  const trimmed = whole.slice(0, MOST_CHARACTERS);
  const views = [charsetBits(trimmed), repeatBits([...trimmed]), pieceBits(trimmed)];
  if (isCommon(trimmed)) views.push(COMMON_BITS + suffixBits(trimmed));
  if (depth < MOST_DECODINGS) {
    const inner = decoded(trimmed);
    if (inner !== undefined) views.push(guessBits(inner, depth + 1));
    const values = innerValues(whole);
    if (values !== undefined) views.push(bitsOfValues(values, depth + 1));
  }
  return Math.min(...views);
}

/** The names are known to whoever guesses, and so, often, is all that is not named like a secret. */
function bitsOfValues(values: readonly InnerValue[], depth: number): number {
  const bits = (value: InnerValue) => guessBits(Buffer.from(value.text, 'utf8'), depth);
  const secrets = values.filter((value) => isSecretName(value.name) && value.text !== '');
  if (secrets.length > 0) return Math.min(...secrets.map(bits));
  return values.reduce((sum, value) => sum + bits(value), 0);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function printableText(bytes: Uint8Array): string | undefined {
  try {
    const text = decoder.decode(bytes);
    return /[^\P{Cc}\t\n\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Every character as if drawn from the classes that occur. */
function charsetBits(text: string): number {
  let size = 0;
  if (/[a-z]/.test(text)) size += 26;
  if (/[A-Z]/.test(text)) size += 26;
  if (/[0-9]/.test(text)) size += 10;
  if (/[^A-Za-z0-9]/.test(text)) size += 20;
  return text.length * Math.log2(Math.max(size, 2));
}

/** What is left when something repeats: the entropy of the symbols that occur, and a whole that is one part over and over. */
function repeatBits(symbols: readonly (string | number)[]): number {
  const counts = new Map<string | number, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= count * Math.log2(count / symbols.length);
  const alphabet = counts.size * BITS_OF_A_SYMBOL;
  const period = periodOf(symbols);
  const once = period < symbols.length ? period * 8 + Math.log2(symbols.length / period) : Infinity;
  return Math.min(entropy + alphabet, once);
}

const BITS_OF_A_SYMBOL = 6;

/** The shortest length after which the symbols repeat to the end. */
function periodOf(symbols: readonly (string | number)[]): number {
  const borders = [0];
  for (let at = 1, border = 0; at < symbols.length; at++) {
    while (border > 0 && symbols[at] !== symbols[border]) border = borders[border - 1] ?? 0;
    if (symbols[at] === symbols[border]) border += 1;
    borders.push(border);
  }
  return Math.max(symbols.length - (borders.at(-1) ?? 0), 1);
}

/** Runs of letters, digits and signs, each as cheap as it looks: words, years and runs along the keyboard cost little. */
function pieceBits(text: string): number {
  let bits = 0;
  for (const [piece] of text.matchAll(/[A-Za-z]+|[0-9]+|\s+|[^A-Za-z0-9\s]+/g)) bits += bitsOfPiece(piece);
  return bits;
}

function bitsOfPiece(piece: string): number {
  if (/^\s/.test(piece)) return 1;
  if (isSequence(piece)) return 3 + Math.log2(piece.length);
  if (/^[0-9]/.test(piece)) return /^(19|20)[0-9]{2}$/.test(piece) ? 6 : piece.length * Math.log2(10);
  if (!/^[A-Za-z]/.test(piece)) return new Set(piece).size * 4;
  const cases = piece === piece.toLowerCase() || piece.slice(1) === piece.slice(1).toLowerCase() ? 1 : piece.length;
  if (COMMON_PASSWORDS.has(piece.toLowerCase())) return COMMON_BITS + cases;
  return isWordLike(piece) ? Math.min(piece.length * 2.2, WORD_BITS) + cases : piece.length * Math.log2(26) + cases;
}

const WORD_BITS = 13;
const COMMON_BITS = 8;

/** 1234, abcd, 9876, aaaa, qwer: each character follows from the one before. */
function isSequence(piece: string): boolean {
  if (piece.length < 3) return false;
  const lower = piece.toLowerCase();
  const steps = new Set([...lower].slice(1).map((character, at) => character.charCodeAt(0) - lower.charCodeAt(at)));
  const [step] = steps;
  if (steps.size === 1 && Math.abs(step ?? 9) <= 1) return true;
  return KEYBOARD.some((row) => row.includes(lower));
}

const ROWS = ['qwertyuiop', 'qwertzuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm', '1234567890', 'azertyuiop'];
const KEYBOARD = [...ROWS, ...ROWS.map((row) => [...row].reverse().join(''))];

/** Could be spoken: vowels among the letters, no long heap of consonants, and capitals only in front or everywhere. */
function isWordLike(piece: string): boolean {
  if (piece.length <= 2) return false;
  const usualCase = /^[A-Z]?[a-z]+$|^[A-Z]+$|^([A-Z]?[a-z]+)([A-Z][a-z]+)+$/.test(piece);
  const vowels = piece.match(/[aeiouy]/gi)?.length ?? 0;
  const share = vowels / piece.length;
  return usualCase && share >= 0.2 && share <= 0.75 && !/[^aeiouy]{5}/i.test(piece);
}

/** A well-known password, perhaps with digits and signs around it or put in place of letters. */
function isCommon(text: string): boolean {
  const bare = text.toLowerCase().replace(/^[^a-z]+|[^a-z]+$/g, '');
  const plain = [...text.toLowerCase()].map((character) => LEET[character] ?? character).join('');
  return [bare, plain, plain.replace(/^[^a-z]+|[^a-z]+$/g, '')].some((form) => COMMON_PASSWORDS.has(form));
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

function suffixBits(text: string): number {
  return (text.match(/[^A-Za-z]/g)?.length ?? 0) * 3;
}

/** What a text wraps in hex, base64 or percent signs, when it reads as that. */
function decoded(text: string): Uint8Array | undefined {
  if (/^([0-9a-f]{2})+$/i.test(text) && /[0-9]/.test(text)) {
    const bytes = Buffer.from(text, 'hex');
    return printableText(bytes) === undefined ? undefined : bytes;
  }
  if (/%[0-9a-f]{2}/i.test(text)) {
    try {
      return Buffer.from(decodeURIComponent(text), 'utf8');
    } catch {
      return undefined;
    }
  }
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/').replaceAll(/\s/g, '');
  if (base64.length < 4 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 === 1) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  // Short words are base64 by chance; what comes out of those is no text.
  return text.endsWith('=') || printableText(bytes) !== undefined ? bytes : undefined;
}
