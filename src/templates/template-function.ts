import { FunctionError } from './function-error.ts';
import { type GoValue, isList, isMap, isOpaque, typeName } from './go-value.ts';

/** What a function may know besides its arguments. */
export interface FunctionCall {
  /** Is this argument written in the template? Only such an argument may be quoted by an error. */
  isConstant(index: number): boolean;
  /** Longest text that may come out, in UTF-16 units. What is given is no longer, all together. */
  readonly mostText: number;
}

/** A function that templates may call. Throws {@link FunctionError}. */
export interface TemplateFunction {
  readonly least: number;
  /** Absent: any number. */
  readonly most?: number;
  /** A missing secret as a direct argument counts as empty. */
  readonly lenient?: boolean;
  readonly call: (args: readonly GoValue[], call: FunctionCall) => GoValue;
}

/** The argument as a text. */
export function text(args: readonly GoValue[], index: number): string {
  const value = args[index] ?? null;
  if (typeof value !== 'string')
    throw new FunctionError(`wrong type for value; expected string; got ${typeName(value)}`);
  return value;
}

/** The argument as an integer that is safe to count with. */
export function integer(args: readonly GoValue[], index: number): number {
  const value = args[index] ?? null;
  if (typeof value !== 'bigint') throw new FunctionError(`wrong type for value; expected int; got ${typeName(value)}`);
  return Number(value);
}

export function list(args: readonly GoValue[], index: number): readonly GoValue[] {
  const value = args[index] ?? null;
  if (!isList(value)) throw new FunctionError(`wrong type for value; expected list; got ${typeName(value)}`);
  return value;
}

export function map(args: readonly GoValue[], index: number) {
  const value = args[index] ?? null;
  if (!isMap(value) && !isOpaque(value)) {
    throw new FunctionError(`wrong type for value; expected map; got ${typeName(value)}`);
  }
  return value;
}

/** For the most common shape: texts in, text out. */
export function textFunction(count: number, work: (...args: string[]) => GoValue): TemplateFunction {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return { least: count, most: count, call: (args) => work(...indexes.map((index) => text(args, index))) };
}
