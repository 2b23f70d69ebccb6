import { queryOptions } from '@tanstack/react-query';
import type { SyncMapCopy, SyncMapRow } from '../client/api-types.ts';
import { keyferry } from './keyferry.ts';

/** A copy that somebody has to decide about, with its secret. */
interface Undecided {
  readonly row: SyncMapRow;
  readonly copy: SyncMapCopy;
}

const STATES = ['drifted', 'conflict'] as const;
const FIRST = 25;

/** The first copies of each state that asks for a decision, by name. */
export const decisionsQuery = queryOptions({
  queryKey: ['sync', 'decisions'],
  queryFn: async ({ signal }): Promise<{ readonly copies: readonly Undecided[]; readonly more: boolean }> => {
    const pages = await Promise.all(
      STATES.map((targetState) => keyferry.sync.map({ targetState, limit: FIRST }, { signal }).page()),
    );
    const copies = STATES.flatMap((state, at) =>
      (pages[at]?.items ?? []).flatMap((row) =>
        row.copies.filter((copy) => copy.state === state).map((copy) => ({ row, copy })),
      ),
    );
    return { copies, more: pages.some(({ nextCursor }) => nextCursor !== null) };
  },
  refetchInterval: 15_000,
});
