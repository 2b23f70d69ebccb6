import type { Pages } from '../client/keyferry.ts';
import { CliError, EXIT } from './exit-codes.ts';

const ID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** The one of a list that is called so, or has this id. `what` is for the error. */
export async function findNamed<T extends { readonly id: string }>(
  pages: Pages<T>,
  wanted: string,
  names: (item: T) => readonly string[],
  what: string,
): Promise<T> {
  for await (const item of pages) {
    if (item.id === wanted || names(item).includes(wanted)) return item;
  }
  const kind = ID.test(wanted) ? 'id' : 'name';
  throw new CliError(
    EXIT.notFound,
    `There is no ${what} with the ${kind} ${wanted}.`,
    `keyferry ${what.split(' ').at(-1)}s list`,
  );
}
