import { InvalidArgumentError, Option } from 'commander';
import type { Pages } from '../client/keyferry.ts';

/** Lets an option be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** `--wait`, of commands that change something. */
export function waitOption(): Option {
  return new Option('-w, --wait [until]', 'wait until it is applied, or until every copy is proved')
    .choices(['applied', 'synced'])
    .preset('synced');
}

/** `--comment`. */
export const COMMENT = ['-m, --comment <text>', 'why, for reviewers'] as const;

/** `--fallback`, of what reads secrets by name. */
export const FALLBACK = ['--fallback', 'with --customer: the shared secret where the customer has none'] as const;

/** `--confirm`, of what may take a secret away from its consumers. */
export const CONFIRM = ['--confirm <consumer>', 'id of a consumer that may be left without it, or "all"'] as const;

/** What `--confirm` says, as the API takes it. */
export function confirmed(consumers: readonly string[] | undefined): true | readonly string[] | undefined {
  return consumers?.includes('all') ? true : consumers;
}

/** `--limit`, of lists. */
export function limitOption(): Option {
  return new Option('-n, --limit <n>', 'how many at most; 0: all').default(100).argParser(wholeNumber);
}

/** Of options that are counts. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** A list as far as `--limit` says. */
export function atMost<T>(pages: Pages<T>, limit: number): Promise<T[]> {
  return pages.all(limit === 0 ? undefined : limit);
}
