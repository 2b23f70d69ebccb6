import type { AuditEvent } from '../audit/audit-event.ts';
import { readAuditChain } from '../audit/audit-store.ts';
import type { Db, Sql } from '../db.ts';
import { type Failpoint, newId } from '../ports.ts';
import type { FindAudience } from './audience.ts';
import { dueAt } from './delivery-schedule.ts';
import { insertDeliveries, type NewDelivery } from './delivery-store.ts';
import { cursorOf, moveCursor } from './fan-out-store.ts';
import type { Notice } from './notice.ts';
import { kindFacts } from './notice-kinds.ts';
import { describeEvents } from './notice-store.ts';
import { DEFAULT_PREFERENCES, findPreferences } from './preference-store.ts';
import { enabledWebhooks, findWebhook, moveReplay, type Webhook } from './webhook-store.ts';

export interface FanOutDeps {
  readonly db: Db;
  readonly audience: FindAudience;
  /** Mail is configured. */
  readonly mails: boolean;
  readonly failpoint: Failpoint;
}

const PAGE = 200;
/** Older events get no mail: after a long pause, or when mail is configured late, nobody wants them. */
const STALE_MS = 24 * 3_600_000;

/**
 * Turns audit events into deliveries. The trail is the outbox: its numbers are dense, the cursor moves in the transaction
 * that stores the deliveries, so each event is turned exactly once, whoever dies in between.
 */
export function createFanOut(deps: FanOutDeps) {
  const { db, mails } = deps;

  const mailsFor = async (tx: Sql, notices: readonly Notice[], now: Date): Promise<NewDelivery[]> => {
    const deliveries: NewDelivery[] = [];
    for (const notice of notices) {
      if (now.getTime() - new Date(notice.at).getTime() > STALE_MS) continue;
      const recipients = await deps.audience(tx, notice);
      const chosen = await findPreferences(
        tx,
        recipients.map((recipient) => recipient.personId),
      );
      for (const { personId, dedupe } of recipients) {
        const pace = (chosen.get(personId) ?? DEFAULT_PREFERENCES)[kindFacts(notice.kind).category];
        if (pace === 'off') continue;
        const messageId = pace === 'immediate' ? notice.id : null;
        const subscriber = { channel: 'email', id: personId } as const;
        deliveries.push({ id: newId(), subscriber, dedupe, notice, messageId, dueAt: dueAt(pace, now) });
      }
    }
    return deliveries;
  };

  /** One page of an organization's events; false when there was none, or somebody else is at it. */
  const step = (organizationId: string): Promise<boolean> =>
    db.transaction(async (tx) => {
      const cursor = await cursorOf(tx, organizationId);
      if (cursor === undefined) return false;
      const starts = (await enabledWebhooks(tx, organizationId)).map((webhook) => webhook.startSeq);
      const from = mails ? cursor.seq : Math.max(cursor.seq, Math.min(...starts));
      if (!Number.isFinite(from)) return false;
      const events = await readAuditChain(tx, organizationId, from, PAGE);
      // Asked behind the events: one that has come since may want to be told of the last of them.
      const webhooks = await enabledWebhooks(tx, organizationId);
      const notices = await describeEvents(tx, organizationId, events);
      const addressed = addressedOf(events);
      await insertDeliveries(tx, organizationId, [
        ...webhooks.flatMap((webhook) => deliveriesTo(webhook, notices, addressed, cursor.now, webhook.startSeq)),
        ...(mails ? await mailsFor(tx, notices, cursor.now) : []),
      ]);
      await moveCursor(tx, organizationId, lastOf(events) ?? from);
      return events.length === PAGE;
    });

  /** One page of a replay; false when it is over. */
  const replayStep = (organizationId: string, webhookId: string): Promise<boolean> =>
    db.transaction(async (tx) => {
      const webhook = await findWebhook(tx, organizationId, webhookId, 'lock');
      const { replayAfter, replayUntil } = webhook ?? {};
      if (webhook === undefined || typeof replayAfter !== 'number' || typeof replayUntil !== 'number') return false;
      const events = (await readAuditChain(tx, organizationId, replayAfter, PAGE)).filter(
        (event) => event.seq <= replayUntil,
      );
      const notices = await describeEvents(tx, organizationId, events);
      const deliveries = deliveriesTo(webhook, notices, addressedOf(events), new Date(), replayAfter);
      await insertDeliveries(tx, organizationId, deliveries, 'again');
      await moveReplay(tx, webhookId, events.length < PAGE ? replayUntil : (lastOf(events) ?? replayUntil));
      return events.length === PAGE;
    });

  return {
    /** Turns everything there is. Safe to run anywhere, any number of times. */
    async run(organizationId: string, signal: AbortSignal): Promise<void> {
      await repeat(() => step(organizationId), signal);
      const webhooks = await enabledWebhooks(db, organizationId);
      for (const { id, replayAfter } of webhooks) {
        if (replayAfter !== null) await repeat(() => replayStep(organizationId, id), signal);
      }
      await deps.failpoint('notice.after-fan-out');
    },
  };
}

/** As long as there is more. */
async function repeat(step: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  let more = true;
  while (more && !signal.aborted) more = await step();
}

function lastOf(events: readonly AuditEvent[]): number | undefined {
  const seq = events.at(-1)?.seq;
  return seq === undefined ? undefined : Number(seq);
}

/** Events that are for one webhook only, which a consumer has named, by id. */
function addressedOf(events: readonly AuditEvent[]): ReadonlyMap<string, string> {
  return new Map(
    events.flatMap(({ id, action, details }) => {
      const { webhookId } = (details ?? {}) as { readonly webhookId?: unknown };
      return action === 'consumer.affected' && typeof webhookId === 'string' ? [[id, webhookId] as const] : [];
    }),
  );
}

/**
 * What a webhook asked for among these notices, or what is addressed to it, of those after `afterSeq`. A repeated notice has the id
 * of the first.
 */
function deliveriesTo(
  webhook: Webhook,
  notices: readonly Notice[],
  addressed: ReadonlyMap<string, string>,
  now: Date,
  afterSeq: number,
): NewDelivery[] {
  const { kinds, projectIds, pace } = webhook;
  const wanted = notices.filter(
    ({ id, seq, kind, project }) =>
      seq > afterSeq &&
      (addressed.has(id)
        ? addressed.get(id) === webhook.id
        : (kinds.length === 0 || kinds.includes(kind)) &&
          (projectIds.length === 0 || (project !== null && projectIds.includes(project.id)))),
  );
  return wanted.map((notice) => ({
    id: newId(),
    subscriber: { channel: 'webhook', id: webhook.id },
    dedupe: notice.id,
    notice,
    messageId: pace === 'immediate' ? notice.id : null,
    dueAt: dueAt(pace, now),
  }));
}
