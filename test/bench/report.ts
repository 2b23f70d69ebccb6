import { median, type Pair, type Slice } from './measure.ts';

/** One line of the result: what was reached beside what can be reached here. */
export interface Row {
  readonly workload: string;
  readonly unit: string;
  /** Median of the limit program, or the computed ideal. */
  readonly limit: number | null;
  readonly product: number;
  /** Median of the pairs' ratios, product over limit. */
  readonly ratio: number | null;
  /** Lowest and highest ratio of a pair. */
  readonly spread: readonly [number, number] | null;
  readonly aim: Aim | null;
  readonly note?: string;
}

/** What the ratio, or without a limit the product's own number, should be. */
export interface Aim {
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A row from alternating slices, by one number of each slice. */
export function rowOf(
  workload: string,
  unit: string,
  pairs: readonly Pair[],
  read: (slice: Slice) => number,
  aim?: Aim,
): Row {
  const ratios = pairs.map((pair) => read(pair.product) / read(pair.limit)).sort((a, b) => a - b);
  return {
    workload,
    unit,
    limit: median(pairs.map((pair) => read(pair.limit))),
    product: median(pairs.map((pair) => read(pair.product))),
    ratio: median(ratios),
    spread: [ratios[0] ?? Number.NaN, ratios.at(-1) ?? Number.NaN],
    aim: aim ?? null,
  };
}

/** Undefined when the row has no aim. */
export function meetsAim({ aim, ratio, product }: Row): boolean | undefined {
  if (aim === null) return undefined;
  const value = ratio ?? product;
  return value <= (aim.atMost ?? Number.POSITIVE_INFINITY) && value >= (aim.atLeast ?? Number.NEGATIVE_INFINITY);
}

const HEADINGS = ['workload', 'unit', 'limit', 'product', 'ratio', 'pairs', 'aim', ''];

export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.workload,
    row.unit,
    row.limit === null ? '' : short(row.limit),
    short(row.product),
    row.ratio === null ? '' : row.ratio.toFixed(2),
    row.spread === null ? '' : `${row.spread[0].toFixed(2)}-${row.spread[1].toFixed(2)}`,
    formatAim(row.aim),
    [verdict(row), row.note ?? ''].filter(Boolean).join('; '),
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  return [HEADINGS, ...cells]
    .map((line) =>
      line
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .map((cell, column) => (column === HEADINGS.length - 1 ? cell.trim() : cell))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function verdict(row: Row): string {
  const met = meetsAim(row);
  if (met === undefined) return '';
  return met ? 'met' : 'MISSED';
}

function formatAim(aim: Aim | null): string {
  if (aim === null) return '';
  return aim.atMost === undefined ? `>= ${aim.atLeast}` : `<= ${aim.atMost}`;
}

function short(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
