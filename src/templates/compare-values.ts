import { FunctionError } from './function-error.ts';
import { type GoValue, typeName } from './go-value.ts';

/** Go's `eq` of two values: of one basic kind, else refused. */
export function equalValues(a: GoValue, b: GoValue): boolean {
  if (a === null || b === null) return a === b;
  if (typeof a === 'object' || typeof b === 'object') throw new FunctionError('non-comparable type');
  if (typeName(a) !== typeName(b)) throw new FunctionError('incompatible types for comparison');
  return a === b;
}

/** Negative, zero or positive. Texts are compared by their bytes. */
export function compareValues(a: GoValue, b: GoValue): number {
  if (a === null || b === null || typeof a === 'object' || typeof b === 'object' || typeof a === 'boolean') {
    throw new FunctionError('invalid type for comparison');
  }
  if (typeName(a) !== typeName(b)) throw new FunctionError('incompatible types for comparison');
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : Number(a > b);
}
