import { isSingleValue } from './secret-data.ts';

/** What can be said of a value without knowing it. */
export type CheckedValue =
  | { readonly is: 'data' | 'secrets' | 'text' | 'missing' }
  | { readonly is: 'secret'; readonly name: string; readonly fields: readonly string[] }
  /** `truth`: what it is in a condition, where that is known. */
  | { readonly is: 'any'; readonly truth?: boolean };

export const ANY: CheckedValue = { is: 'any' };
export const MISSING: CheckedValue = { is: 'missing' };

/** Is it true in a condition? Undefined when its value decides. */
export function truthOf(value: CheckedValue): boolean | undefined {
  if (value.is === 'any') return value.truth;
  if (value.is === 'missing') return false;
  return value.is === 'text' ? undefined : true;
}

export function secretValue(name: string, fields: readonly string[]): CheckedValue {
  return isSingleValue(fields) ? { is: 'text' } : { is: 'secret', name, fields };
}

/** What `and`, `or` and the like give, without knowing values. Undefined for other functions. */
export function combine(name: string, args: readonly CheckedValue[]): CheckedValue | undefined {
  const truths = args.map(truthOf);
  const [first = ANY, second = ANY] = args;
  switch (name) {
    case 'not':
      return truths[0] === undefined ? ANY : { is: 'any', truth: !truths[0] };
    case 'and':
      return args.find((arg) => truthOf(arg) === false) ?? (truths.includes(undefined) ? ANY : (args.at(-1) ?? ANY));
    case 'or':
    case 'coalesce': {
      const left = args.filter((arg) => truthOf(arg) !== false);
      if (left.length === 0) return args.at(-1) ?? MISSING;
      return left.length === 1 || truthOf(left[0] ?? ANY) === true ? (left[0] ?? ANY) : ANY;
    }
    case 'default':
      if (truthOf(second) === false) return first;
      return truthOf(second) === true ? second : ANY;
    case 'required':
      return second;
    case 'ternary':
      return ANY;
    default:
      return undefined;
  }
}
