import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../access/actor.ts';
import { can } from '../access/permissions.ts';
import type { Db } from '../db.ts';
import { AppError } from '../errors.ts';
import { type EventFeed, startEventFeed } from './event-feed.ts';
import { liveActor } from './live-actor-store.ts';
import type { Notice } from './notice.ts';
import { kindFacts } from './notice-kinds.ts';
import { noticeData } from './webhook-body.ts';

/** Where a stream writes; `waiting`: bytes the client has not taken yet. */
export interface EventSink {
  readonly waiting: number;
  write(text: string): void;
}

export interface EventStreamDeps {
  readonly db: Db;
  readonly publicUrl: string;
  /** How often rights and token are checked again, and the client is told that we are there. */
  readonly checkMs: number;
}

/** Writes until the stream is over. */
export type WriteStream = (sink: EventSink) => Promise<void>;

export type EventStreamService = ReturnType<typeof createEventStreamService>;

/** How often the trail is looked at. */
const POLL_MS = 500;
const MOST_PER_PERSON = 5;
const MOST_IN_PROCESS = 500;
/** Whoever is further behind has to look for itself. */
const LONGEST_WAY_BACK = 10_000;
/** A client that takes nothing is cut off; it resumes where it left off. */
const MOST_WAITING = 1024 * 1024;

/** What happens, as it happens, to whoever may see it (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function createEventStreamService(deps: EventStreamDeps) {
  const { db, publicUrl, checkMs } = deps;
  const feeds = new Map<string, SharedFeed>();
  const perPerson = new Map<string, number>();
  const closing = new AbortController();
  let open = 0;

  /** Does `work` with the organization's feed, which runs for as long as somebody does. */
  const withFeed = async (organizationId: string, work: (feed: EventFeed) => Promise<void>): Promise<void> => {
    const shared = feeds.get(organizationId) ?? { feed: startEventFeed(db, organizationId, POLL_MS), users: 0 };
    feeds.set(organizationId, shared);
    shared.users += 1;
    try {
      await work(await shared.feed);
    } finally {
      shared.users -= 1;
      if (shared.users === 0) {
        feeds.delete(organizationId);
        shared.feed.then((feed) => feed.stop()).catch(() => undefined);
      }
    }
  };

  const enter = (personId: string): (() => void) => {
    const mine = perPerson.get(personId) ?? 0;
    if (mine >= MOST_PER_PERSON || open >= MOST_IN_PROCESS) {
      throw new AppError('too_many_streams', `At most ${MOST_PER_PERSON} event streams are open for a person at once.`);
    }
    perPerson.set(personId, mine + 1);
    open += 1;
    return () => {
      const left = (perPerson.get(personId) ?? 1) - 1;
      if (left === 0) perPerson.delete(personId);
      else perPerson.set(personId, left);
      open -= 1;
    };
  };

  return {
    /**
     * Opens a stream for the actor. It ends when its token is revoked or expires or the actor is disabled (within seconds),
     * when the client leaves, when the client takes nothing, and at shutdown. Throws `too_many_streams`.
     *
     * @param afterSeq number of the last event the client knows; undefined: from now on
     * @param left fires when the answer is over, however it ended
     */
    open(actor: Actor, afterSeq: number | undefined, left: AbortSignal): WriteStream {
      const leave = enter(actor.personId);
      if (left.aborted) leave();
      else left.addEventListener('abort', leave, { once: true });
      const over = AbortSignal.any([left, closing.signal]);
      return (sink) =>
        withFeed(actor.organizationId, (feed) => follow({ db, publicUrl, checkMs, feed, sink, over }, actor, afterSeq));
    },
    /** Ends every stream. */
    async close(): Promise<void> {
      closing.abort();
    },
  };
}

interface SharedFeed {
  readonly feed: Promise<EventFeed>;
  users: number;
}

interface Following {
  readonly db: Db;
  readonly publicUrl: string;
  readonly checkMs: number;
  readonly feed: EventFeed;
  readonly sink: EventSink;
  readonly over: AbortSignal;
}

async function follow(on: Following, first: Actor, afterSeq: number | undefined): Promise<void> {
  const { feed, sink, over } = on;
  let actor = first;
  let at = Math.min(afterSeq ?? feed.position, feed.position);
  sink.write(`retry: 2000\nid: ${at}\n\n`);
  if (feed.position - at > LONGEST_WAY_BACK) {
    at = feed.position;
    sink.write(`id: ${at}\nevent: reset\ndata: ${JSON.stringify({ seq: at })}\n\n`);
  }
  const tell = (notices: readonly Notice[], upTo: number): void => {
    for (const notice of notices) {
      if (notice.seq > at && maySee(actor, notice)) sink.write(eventText(notice, on.publicUrl));
    }
    at = Math.max(at, upTo);
  };
  while (at < feed.position && !over.aborted) {
    const { notices, upTo } = await feed.pageAfter(at);
    tell(notices, upTo);
    await drained(sink, over);
  }
  feed.listeners.add(tell);
  try {
    while (!over.aborted) {
      await sleep(on.checkMs, undefined, { signal: over, ref: false }).catch(() => undefined);
      const now = over.aborted ? undefined : await liveActor(on.db, actor);
      if (now === undefined || sink.waiting > MOST_WAITING) return;
      actor = now;
      // Without data this is no event, yet it moves the place from which the client resumes.
      sink.write(`: still here\nid: ${at}\n\n`);
    }
  } finally {
    feed.listeners.delete(tell);
  }
}

/** While somebody catches up, no more is read than the client takes. */
async function drained(sink: EventSink, over: AbortSignal): Promise<void> {
  while (sink.waiting > MOST_WAITING / 2 && !over.aborted) {
    await sleep(20, undefined, { signal: over, ref: false }).catch(() => undefined);
  }
}

/** What belongs to no project is for those who hold the right in the whole organization. */
export function maySee(actor: Actor, { kind, project }: Notice): boolean {
  return can(actor, kindFacts(kind).right, project?.id);
}

/** JSON has no line break in it, so one `data` line is enough. */
export function eventText(notice: Notice, publicUrl: string): string {
  return `id: ${notice.seq}\nevent: ${notice.kind}\ndata: ${JSON.stringify(noticeData(notice, publicUrl))}\n\n`;
}
