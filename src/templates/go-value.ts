import type { FunctionError } from './function-error.ts';

/** What a template works with, in Go's types: nil, bool, int, float64, string, slices and maps. */
export type GoValue = null | boolean | bigint | number | string | readonly GoValue[] | GoMap | OpaqueMap;

/** A map whose entries may be listed and printed. Only own entries: there is no prototype to walk. */
export interface GoMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, GoValue>;
  /** In a condition an entry that is not there counts as empty. */
  readonly optional: boolean;
}

/**
 * A map that gives an entry to whoever names it, and can neither be listed, counted nor printed. In a condition an entry that
 * is not there counts as empty.
 */
export interface OpaqueMap {
  readonly kind: 'opaque';
  /** The error of whoever wants it as a whole; says what to do instead. */
  readonly refusal: string;
  /** Undefined when there is no such entry. May throw {@link FunctionError}. */
  get(key: string): GoValue | undefined;
}

export function goMap(entries: Iterable<readonly [string, GoValue]>, { optional = false } = {}): GoMap {
  return { kind: 'map', entries: new Map(entries), optional };
}

export function isList(value: GoValue): value is readonly GoValue[] {
  return Array.isArray(value);
}

export function isMap(value: GoValue): value is GoMap {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'map';
}

export function isOpaque(value: GoValue): value is OpaqueMap {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'opaque';
}

/** Go's name of the value's type. */
export function typeName(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'string') return 'string';
  return isList(value) ? '[]interface {}' : 'map[string]interface {}';
}

/** Is it true in a condition? https://pkg.go.dev/text/template#IsTrue */
export function isTrue(value: GoValue): boolean {
  if (value === null) return false;
  if (typeof value === 'bigint') return value !== 0n;
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.entries.size > 0;
  return Boolean(value);
}

/** The entry of either kind of map, undefined when there is none. */
export function entryOf(value: GoMap | OpaqueMap, key: string): GoValue | undefined {
  return value.kind === 'map' ? value.entries.get(key) : value.get(key);
}

/** The entries in the order in which Go goes through them. */
export function sortedEntries(map: GoMap): readonly (readonly [string, GoValue])[] {
  return [...map.entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
