import type { Actor } from '../access/actor.ts';
import { AppError } from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { ReadItem } from './read-schemas.ts';
import type { Content, ReadOptions, SecretReader, VersionSelector } from './secret-reader.ts';
import type { SecretRef } from './secret-store.ts';

/** What became of one item. */
export type ReadOutcome = { readonly content: Content } | { readonly error: AppError };

/** Reads at the same time; one call must not keep a vault busy alone. */
const AT_ONCE = 8;

export type BulkReader = ReturnType<typeof createBulkReader>;

/** Several secrets in one call. */
export function createBulkReader({ reader }: { readonly reader: SecretReader }) {
  return {
    /**
     * Each item as if it were asked for alone: with its own rights, its own record and its own outcome, in the order given.
     * What is no refusal (a database that fails) ends the whole, and nothing of it is handed out.
     */
    async readAll(
      actor: Actor,
      items: readonly ReadItem[],
      options: Pick<ReadOptions, 'reason' | 'leaveReadOnce'>,
    ): Promise<ReadOutcome[]> {
      return fewAtOnce(items, AT_ONCE, async (item): Promise<ReadOutcome> => {
        const { ref, selector } = namedBy(item);
        try {
          const how = { ...options, purpose: 'bulk', field: item.field };
          return { content: await reader.content(actor, ref, selector, how) };
        } catch (error) {
          if (error instanceof AppError) return { error };
          throw error;
        }
      });
    },
  };
}

function namedBy(item: ReadItem): { ref: SecretRef; selector: VersionSelector } {
  if ('secretId' in item) return { ref: { id: item.secretId }, selector: item.version };
  const { project, customer, fallback, reference } = item;
  const { path, name, selector = 'latest_enabled' } = reference;
  return { ref: { project, path, name, customer, fallback }, selector };
}
