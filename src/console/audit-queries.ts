import { type InfiniteData, infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AuditEvent } from '../client/api-types.ts';
import { type AuditSearch, auditQueryOf } from './audit-search.ts';
import { keyferry } from './keyferry.ts';
import { type Page, pagesOf } from './pages.ts';

/* Reads of the record. */

const PAGE = 50;
const NEWER_PAGE = 200;
/** So many new events are put before those that are shown; of more, as after a long absence, the list begins anew. */
const MOST_NEWER = 1_000;
/** Few kinds of events are told by the stream, so whoever looks at the record asks for what is new now and then. */
const LOOK_MS = 4_000;
/** How many events are shown before and after a break. */
const AROUND = 2;

/** What was recorded never changes, so no event makes it stale: {@link newerEventsQuery} puts before it what is new. */
export const auditPagesQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['record', search],
    ...pagesOf((cursor, options) =>
      keyferry.audit.list({ ...auditQueryOf(search), limit: PAGE }, options).page(cursor),
    ),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Looks for events that are newer than those of {@link auditPagesQuery}, and adds them there. */
export const newerEventsQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', 'newer', search],
    queryFn: async ({ signal, client }) => {
      const { queryKey } = auditPagesQuery(search);
      const known = client.getQueryData(queryKey);
      if (known === undefined) return null;
      const asked = { ...auditQueryOf(search), afterSeq: newestIn(known), limit: NEWER_PAGE };
      const newer = await keyferry.audit.list(asked, { signal }).all(MOST_NEWER);
      // A page that is being read would take the place of what is added now: the next look adds it.
      if (newer.length === 0 || client.isFetching({ queryKey }) > 0) return null;
      if (newer.length >= MOST_NEWER) await client.resetQueries({ queryKey });
      else client.setQueryData(queryKey, (shown) => shown && withNewer(shown, newer));
      return null;
    },
    refetchInterval: LOOK_MS,
  });

type EventPages = InfiniteData<Page<AuditEvent>>;

/** Number of the newest event that was read; 0: none fits. */
function newestIn({ pages }: EventPages): number {
  return pages[0]?.items[0]?.seq ?? 0;
}

function withNewer(shown: EventPages, newer: readonly AuditEvent[]): EventPages {
  const newest = newestIn(shown);
  const [first, ...others] = shown.pages;
  if (first === undefined) return shown;
  const items = [...newer.filter(({ seq }) => seq > newest), ...first.items];
  return { ...shown, pages: [{ ...first, items }, ...others] };
}

/** The last acts of one person, or what happened last to one thing. */
export const latestEventsQuery = (filter: { readonly personId: string } | { readonly objectId: string }) =>
  queryOptions({
    queryKey: ['audit', 'latest', filter],
    queryFn: async ({ signal }) => (await keyferry.audit.list({ ...filter, limit: 6 }, { signal }).page()).items,
  });

/** Events on both sides of a place in the chain, in its order. */
export const eventsAroundQuery = (seq: number) =>
  queryOptions({
    queryKey: ['audit', 'around', seq],
    queryFn: async ({ signal }) => {
      const found: AuditEvent[] = [];
      for await (const event of keyferry.audit.events({ afterSeq: Math.max(0, seq - AROUND - 1) }, { signal })) {
        if (event.seq > seq + AROUND) break;
        found.push(event);
      }
      return found;
    },
  });
