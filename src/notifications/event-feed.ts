import type { AuditEvent } from '../audit/audit-event.ts';
import { readAuditChain, readAuditHead } from '../audit/audit-store.ts';
import type { Sql } from '../db.ts';
import type { Notice } from './notice.ts';
import { describeEvents } from './notice-store.ts';

/** Whoever listens to a feed: gets each page of notices and the number up to which it is whole. */
export type Listener = (notices: readonly Notice[], upTo: number) => void;

/** What happens in one organization, for everybody in this process who wants to know. */
export interface EventFeed {
  /** Number of the last event that was handed out. */
  readonly position: number;
  readonly listeners: Set<Listener>;
  /** Events after `seq`, at most a page, for whoever comes later. */
  pageAfter(seq: number): Promise<{ readonly notices: readonly Notice[]; readonly upTo: number }>;
  stop(): void;
}

const PAGE = 200;

/**
 * Reads the organization's trail as it grows. One look per interval and organization serves all listeners; every process
 * looks for itself, so it does not matter which of them an event came through, nor whether a worker runs.
 */
export async function startEventFeed(db: Sql, organizationId: string, pollMs: number): Promise<EventFeed> {
  const listeners = new Set<Listener>();
  let position = (await readAuditHead(db, organizationId))?.seq ?? 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const pageAfter = async (seq: number) => {
    const events: AuditEvent[] = await readAuditChain(db, organizationId, seq, PAGE);
    return { notices: await describeEvents(db, organizationId, events), upTo: events.at(-1)?.seq ?? seq };
  };

  const look = async (): Promise<void> => {
    for (let more = true; more && !stopped; ) {
      const { notices, upTo } = await pageAfter(position);
      more = upTo > position;
      position = upTo;
      if (more) for (const listener of listeners) listener(notices, upTo);
    }
  };
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      // A database that is away for a moment delays events and loses none.
      look()
        .catch(() => undefined)
        .finally(schedule);
    }, pollMs);
    timer.unref();
  };
  schedule();

  return {
    get position() {
      return position;
    },
    listeners,
    pageAfter,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
