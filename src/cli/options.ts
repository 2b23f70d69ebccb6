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

/** `--limit`, of lists. */
export function limitOption(): Option {
  return new Option('-n, --limit <n>', 'how many at most; 0: all').default(100).argParser((text) => {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
    return Number(text);
  });
}

/** A list as far as `--limit` says. */
export function atMost<T>(pages: Pages<T>, limit: number): Promise<T[]> {
  return pages.all(limit === 0 ? undefined : limit);
}
