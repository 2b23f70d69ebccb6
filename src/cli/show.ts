import Table from 'cli-table3';
import { stringify } from 'yaml';
import { hasColours, type Io } from './io.ts';
import { printable } from './printable.ts';

export const FORMATS = ['table', 'json', 'yaml', 'value'] as const;
export type Format = (typeof FORMATS)[number];

type Cell = string | number | boolean | null | undefined;

/** How something looks to people. */
export interface View<T> {
  /** Columns of a list, or lines of one thing, by title. */
  readonly columns: Readonly<Record<string, (item: T) => Cell>>;
  /** What `-o value` prints of each. */
  readonly value: (item: T) => Cell;
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** A list in the format asked for. */
export function formatList<T>(io: Io, format: Format, items: readonly T[], { columns, value }: View<T>): string {
  if (format === 'json') return `${JSON.stringify(items, null, 2)}\n`;
  if (format === 'yaml') return stringify(items);
  if (format === 'value') return items.map((item) => `${cell(value(item))}\n`).join('');
  if (items.length === 0) return '';
  const head = Object.keys(columns);
  return grid(
    io,
    items.map((item) => Object.values(columns).map((column) => cell(column(item)))),
    head.map((title) => title.toUpperCase()),
  );
}

/** One thing in the format asked for. */
export function formatOne<T>(io: Io, format: Format, item: T, { columns, value }: View<T>): string {
  if (format === 'json') return `${JSON.stringify(item, null, 2)}\n`;
  if (format === 'yaml') return stringify(item);
  if (format === 'value') return `${cell(value(item))}\n`;
  const rows = Object.entries(columns).map(([title, column]) => [`${title}:`, cell(column(item))]);
  return grid(
    io,
    rows.filter(([, text]) => text !== ''),
  );
}

function cell(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return printable(String(value));
}

function grid(io: Io, rows: readonly (readonly string[])[], head?: readonly string[]): string {
  const bold = hasColours(io, 'stdout') ? ['bold'] : [];
  const table = new Table({
    ...(head === undefined ? {} : { head: [...head] }),
    chars: BORDERLESS,
    style: { 'padding-left': 0, 'padding-right': 0, head: bold, border: [], compact: true },
  });
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}
