import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { AuditEvent } from '../client/api-types.ts';
import { keyferry } from './keyferry.ts';
import { pagesOf } from './pages.ts';
import { type AuditSearch, auditQueryOf } from './screens/audit/audit-search.ts';

/* Reads of the record. */

const PAGE = 50;
/** Few kinds of events are told by the stream, so whoever looks at the record asks for the newest now and then. */
const LOOK_MS = 4_000;
/** How many events are shown before and after a break. */
const AROUND = 2;

export const auditPagesQuery = (search: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'pages', search],
    ...pagesOf((cursor, options) =>
      keyferry.audit.list({ ...auditQueryOf(search), limit: PAGE }, options).page(cursor),
    ),
    placeholderData: keepPreviousData,
  });

/** Number of the newest event that fits; 0: none. */
export const newestEventQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', 'newest', search],
    queryFn: async ({ signal }) => {
      const { items } = await keyferry.audit.list({ ...auditQueryOf(search), limit: 1 }, { signal }).page();
      return items[0]?.seq ?? 0;
    },
    refetchInterval: LOOK_MS,
  });

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
