import { test } from 'vitest';

/**
 * How one cell of the table came about: the law was tried, or the manifest says that there is no such power and that was tried.
 * A test without one is in no table.
 */
export interface TableCell {
  readonly as: 'pass' | 'refused';
  /** Which table, when it is not that of the laws. Row and column are then named here. */
  readonly table?: { readonly title: string; readonly row: string; readonly column: string };
}

declare module 'vitest' {
  interface TaskMeta {
    cell?: TableCell;
    /** Of a target's whole suite. */
    column?: string;
  }
}

type Run = () => void | Promise<void>;

/** One law that every adapter keeps. Its title is the same for all of them: it names a row of the table. */
export function law(title: string, run: Run): void {
  test(title, { meta: { cell: { as: 'pass' } } }, run);
}

/**
 * A law that takes a power. Where the manifest or the target says that there is none, the refusal is tested in its place: the
 * power must really be missing, and asking for it must do nothing.
 */
export function lawIf(power: boolean, title: string, run: Run, refusal: Run): void {
  if (power) law(title, run);
  else test(title, { meta: { cell: { as: 'refused' } } }, refusal);
}
