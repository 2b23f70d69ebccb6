/** What the worker tells after every batch, and once when it found something. */
export interface FuzzReport {
  readonly done: number;
  readonly outcomes: Readonly<Record<'refused' | 'failed' | 'rendered', number>>;
  readonly heapMb: number;
  readonly finding?: { readonly template: string; readonly problem: string };
}
