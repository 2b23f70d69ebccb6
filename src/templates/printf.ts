import { formatFloat, formatValue, refuseOpaque } from './format-value.ts';
import { type GoMap, type GoValue, isList, isOpaque, type OpaqueMap, sortedEntries, typeName } from './go-value.ts';
import { quoteGo } from './token.ts';

interface Spec {
  readonly verb: string;
  readonly minus: boolean;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** Wider or more precise than this is a mistake or an attack. */
const MOST_WIDTH = 1_000;

const DIRECTIVE = /%([-+# 0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(.?)|%/gsu;

/** Go's fmt.Sprintf: https://pkg.go.dev/fmt#hdr-Printing. Explicit argument indexes are not known. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  let used = 0;
  const take = () => args[used++];
  const text = format.replace(DIRECTIVE, (whole, flags = '', width?: string, precision?: string, verb = '') => {
    if (verb === '%' && whole.endsWith('%') && whole.length > 1) return '%';
    const size = (given: string | undefined) => (given === '*' ? Number(take() ?? 0) : Number(given));
    const spec: Spec = {
      verb,
      minus: flags.includes('-'),
      plus: flags.includes('+'),
      sharp: flags.includes('#'),
      space: flags.includes(' '),
      zero: flags.includes('0') && !flags.includes('-'),
      width: width === undefined ? undefined : Math.min(size(width), MOST_WIDTH),
      precision: whole.includes('.') ? Math.min(precision === undefined ? 0 : size(precision), MOST_WIDTH) : undefined,
    };
    if (verb === '') return '%!(NOVERB)';
    if (used >= args.length) return `%!${verb}(MISSING)`;
    return formatOne(spec, take() ?? null);
  });
  if (used >= args.length) return text;
  const extra = args
    .slice(used)
    .map((value) => (value === null ? '<nil>' : `${typeName(value)}=${formatValue(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

/** Go's fmt.Sprint: a space between operands when neither is a string. */
export function sprint(args: readonly GoValue[]): string {
  return args
    .map((value, index) => {
      const before = args[index - 1];
      const spaced = index > 0 && typeof value !== 'string' && typeof before !== 'string';
      return (spaced ? ' ' : '') + formatValue(value);
    })
    .join('');
}

function formatOne(spec: Spec, value: GoValue): string {
  const { verb } = spec;
  if (verb === 'T') return pad(spec, typeName(value));
  if (typeof value === 'object' && value !== null) return formatParts(spec, value);
  if (verb === 'v') return formatPlain(spec, value);
  const text = byType(spec, value);
  if (text !== undefined) return text;
  return `%!${verb}(${value === null ? '<nil>' : `${typeName(value)}=${formatOne({ ...spec, verb: 'v' }, value)}`})`;
}

function formatPlain(spec: Spec, value: GoValue): string {
  const text = spec.sharp && typeof value === 'string' ? quoteGo(value) : plainOf(spec, value);
  const isNumber = typeof value === 'bigint' || typeof value === 'number';
  return isNumber ? padNumber(spec, text, Number.isFinite(Number(value))) : pad(spec, text);
}

/** The verb goes to what a list or a map holds. */
function formatParts(spec: Spec, value: GoMap | OpaqueMap | readonly GoValue[]): string {
  if (isList(value)) return `[${value.map((item) => formatOne(spec, item)).join(' ')}]`;
  if (isOpaque(value)) return refuseOpaque(value);
  const entries = sortedEntries(value).map(([key, entry]) => `${formatOne(spec, key)}:${formatOne(spec, entry)}`);
  return `map[${entries.join(' ')}]`;
}

function plainOf(spec: Spec, value: GoValue): string {
  if (typeof value === 'string' && spec.precision !== undefined) return [...value].slice(0, spec.precision).join('');
  if (typeof value === 'number') return signed(spec, formatFloat(value, 'g', spec.precision ?? -1));
  if (typeof value === 'bigint') return signed(spec, String(value));
  return formatValue(value);
}

function byType(spec: Spec, value: GoValue): string | undefined {
  if (typeof value === 'string') return formatText(spec, value);
  if (typeof value === 'bigint') return formatInteger(spec, value);
  if (typeof value === 'number') return formatNumber(spec, value);
  if (typeof value === 'boolean') return spec.verb === 't' ? pad(spec, String(value)) : undefined;
  return undefined;
}

function formatText(spec: Spec, value: string): string | undefined {
  const cut = spec.precision === undefined ? value : [...value].slice(0, spec.precision).join('');
  switch (spec.verb) {
    case 's':
      return pad(spec, cut);
    case 'q':
      return pad(spec, spec.sharp && !value.includes('`') ? `\`${cut}\`` : quoteGo(cut));
    case 'x':
      return pad(spec, hexOf(spec, value));
    case 'X':
      return pad(spec, hexOf(spec, value).toUpperCase());
    default:
      return undefined;
  }
}

function hexOf({ sharp, space, precision }: Spec, value: string): string {
  const bytes = Buffer.from(value).subarray(0, precision);
  const parts = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  if (space) return parts.map((part) => (sharp ? `0x${part}` : part)).join(' ');
  return sharp && parts.length > 0 ? `0x${parts.join('')}` : parts.join('');
}

const RADIX: Readonly<Record<string, { radix: number; prefix: string }>> = {
  d: { radix: 10, prefix: '' },
  b: { radix: 2, prefix: '0b' },
  o: { radix: 8, prefix: '0' },
  O: { radix: 8, prefix: '0o' },
  x: { radix: 16, prefix: '0x' },
  X: { radix: 16, prefix: '0X' },
};

function formatInteger(spec: Spec, value: bigint): string | undefined {
  const { verb, precision, sharp } = spec;
  if (verb === 'c') return pad(spec, rune(value));
  if (verb === 'q') return pad(spec, quoteRune(rune(value)));
  if (verb === 'U') return pad(spec, `U+${value.toString(16).toUpperCase().padStart(4, '0')}`);
  const base = RADIX[verb];
  if (base === undefined) return undefined;
  const size = value < 0n ? -value : value;
  let digits = size.toString(base.radix);
  if (verb === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = precision === 0 && value === 0n ? '' : digits.padStart(precision, '0');
  const text = (sharp || verb === 'O' ? base.prefix : '') + digits;
  return padNumber(spec, signed(spec, value < 0n ? `-${text}` : text), precision === undefined);
}

function rune(value: bigint): string {
  const code = Number(value);
  return code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '\ufffd';
}

function quoteRune(char: string): string {
  const inside = quoteGo(char).slice(1, -1);
  return char === "'" ? "'\\''" : `'${char === '"' ? char : inside}'`;
}

function formatNumber(spec: Spec, value: number): string | undefined {
  const { verb, precision } = spec;
  const upper = verb === 'E' || verb === 'G';
  const lower = verb.toLowerCase();
  if (lower !== 'e' && lower !== 'f' && lower !== 'g') return undefined;
  const text = formatFloat(value, lower, precision ?? (lower === 'g' ? -1 : 6));
  return padNumber(spec, signed(spec, upper ? text.toUpperCase() : text), Number.isFinite(value));
}

function signed({ plus, space }: Spec, text: string): string {
  if (text.startsWith('-') || text.startsWith('+')) return text;
  if (plus) return `+${text}`;
  return space ? ` ${text}` : text;
}

function pad({ width, minus, zero }: Spec, text: string): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}

/** Zeros go between the sign and the digits. */
function padNumber(spec: Spec, text: string, zeros: boolean): string {
  if (!(spec.zero && zeros)) return pad({ ...spec, zero: false }, text);
  const sign = /^[+\- ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart((spec.width ?? 0) - sign.length, '0');
}
