import { FunctionError } from './function-error.ts';
import { type GoValue, isList, isOpaque, type OpaqueMap, sortedEntries } from './go-value.ts';

/** What `{{ value }}` prints: Go's `%v`. Throws {@link FunctionError} for what may not be printed. */
export function printValue(value: GoValue): string {
  if (value === null) return '<no value>';
  return formatValue(value);
}

export function refuseOpaque({ refusal }: OpaqueMap): never {
  throw new FunctionError(refusal);
}

/** Go's `%v`. */
export function formatValue(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return formatFloat(value, 'g', -1);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(formatValue).join(' ')}]`;
  if (isOpaque(value)) return refuseOpaque(value);
  const entries = sortedEntries(value).map(([key, entry]) => `${key}:${formatValue(entry)}`);
  return `map[${entries.join(' ')}]`;
}

/** Below this and from the precision on, `%g` writes an exponent: https://pkg.go.dev/strconv#FormatFloat. */
const LEAST_EXPONENT = -4;
const SHORTEST_PRECISION = 6;

/** Go's strconv.FormatFloat with 64 bits; precision -1 is the shortest that reads back exactly. */
export function formatFloat(value: number, verb: 'e' | 'f' | 'g', precision: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (verb === 'f') return sign + (precision < 0 ? shortestFixed(size) : size.toFixed(Math.min(precision, 100)));
  if (verb === 'e') return sign + goExponent(size.toExponential(...exponentDigits(precision)));
  const digits = precision < 0 ? undefined : Math.max(precision, 1);
  const scientific = size.toExponential(...exponentDigits(digits === undefined ? -1 : digits - 1));
  const exponent = Number(scientific.slice(scientific.indexOf('e') + 1));
  if (exponent < LEAST_EXPONENT || exponent >= (digits ?? SHORTEST_PRECISION)) {
    return sign + goExponent(withoutZeros(scientific));
  }
  return sign + (digits === undefined ? shortestFixed(size) : withoutZeros(size.toFixed(digits - 1 - exponent)));
}

function exponentDigits(precision: number): [] | [number] {
  return precision < 0 ? [] : [Math.min(precision, 100)];
}

function shortestFixed(size: number): string {
  const text = String(size);
  if (!text.includes('e')) return text;
  const [mantissa = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent);
  const digits = whole + fraction;
  if (shift < 0) return `0.${'0'.repeat(-shift - 1)}${digits}`;
  return digits.padEnd(whole.length + shift, '0');
}

function withoutZeros(text: string): string {
  const [mantissa = '', exponent] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return exponent === undefined ? short : `${short}e${exponent}`;
}

/** At least two digits of exponent. */
function goExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
