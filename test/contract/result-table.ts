/** Results by row and column, in the order in which they came. */
export class ResultTable {
  readonly title: string;
  readonly #rows = new Map<string, Map<string, string>>();
  readonly #columns = new Set<string>();

  constructor(title: string) {
    this.title = title;
  }

  set(row: string, column: string, cell: string): void {
    this.#columns.add(column);
    const cells = this.#rows.get(row) ?? new Map<string, string>();
    this.#rows.set(row, cells.set(column, cell));
  }

  /** Every cell, also those that nothing was put into. */
  cells(): { readonly row: string; readonly column: string; readonly cell: string | undefined }[] {
    return [...this.#rows].flatMap(([row, cells]) =>
      [...this.#columns].map((column) => ({ row, column, cell: cells.get(column) })),
    );
  }

  /** The table and its last line, for a terminal. */
  text(): string {
    const columns = [...this.#columns];
    const rows = [...this.#rows].map(([row, cells]) => [row, ...columns.map((column) => cells.get(column) ?? '')]);
    const lines = [[this.title, ...columns], ...rows];
    const widths = [this.title, ...columns].map((_, index) =>
      Math.max(...lines.map((line) => line[index]?.length ?? 0)),
    );
    const padded = lines.map((line) =>
      line
        .map((text, index) => text.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    const rule = '-'.repeat(Math.max(...padded.map((line) => line.length)));
    return [padded[0], rule, ...padded.slice(1), rule, this.#summary()].join('\n');
  }

  #summary(): string {
    const counts = new Map<string, number>();
    for (const { cell = 'missing' } of this.cells()) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    const parts = [...counts].map(([cell, count]) => `${count} ${cell}`);
    return `${this.#rows.size} rows x ${this.#columns.size} columns: ${parts.join(', ')}`;
  }
}
