import type { Registry } from 'prom-client';
import type { Mutate } from '../api/mutation.ts';
import type { RouteDefinition } from '../api/route.ts';
import type { ChangeSubject } from '../approvals/change-subject.ts';
import type { Keyring } from '../crypto/keyring.ts';
import type { Db } from '../db.ts';
import type { Doorbell } from '../jobs/doorbell.ts';
import type { Log } from '../log.ts';
import type { Failpoint } from '../ports.ts';
import type { AllowList } from '../vaults/address-rules.ts';
import { createEgress } from '../vaults/egress.ts';
import { createAnnouncements } from './announcements.ts';
import { createAudience } from './audience.ts';
import { organizationsWithDue } from './delivery-claims.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { createDeliveryService } from './delivery-service.ts';
import { forgetDeliveries } from './delivery-store.ts';
import { eventRoutes } from './event-routes.ts';
import { createEventStreamService } from './event-stream-service.ts';
import { createFanOut } from './fan-out-service.ts';
import { organizationsWithNews } from './fan-out-store.ts';
import { createMailSender, type MailSettings } from './mail-sender.ts';
import { measureNotices } from './notice-metrics.ts';
import { preferenceRoutes } from './preference-routes.ts';
import { createPreferenceService } from './preference-service.ts';
import { webhookRoutes } from './webhook-routes.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { createWebhookService } from './webhook-service.ts';

/** What the operator says about notices. Times in milliseconds. */
export interface NoticeSettings {
  /** Where people reach Keyferry, for links; without a slash at the end. */
  readonly publicUrl: string;
  /** Where webhooks may be beside the public internet. */
  readonly webhookAllow: AllowList;
  /** Undefined: no mail. */
  readonly mail: MailSettings | undefined;
  /** Deadline of one delivery. */
  readonly timeoutMs: number;
  /** How long a message belongs to a worker that says nothing. */
  readonly leaseMs: number;
  /** How often an open event stream asks again whether its token and rights still hold. */
  readonly recheckStreamsMs: number;
  /** How often is looked for what expires soon. */
  readonly announceEveryMs: number;
}

export interface NoticeDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly metrics: Registry;
  readonly subject: ChangeSubject;
  readonly outside: { readonly log: Log; readonly failpoint: Failpoint };
}

const KEEP_DAYS = 30;

/** Everything of this folder, put together: telling people and programs what happened. */
export function createNotices(settings: NoticeSettings, deps: NoticeDeps) {
  const { db, keyring } = deps;
  const { publicUrl, timeoutMs } = settings;
  const egress = createEgress(settings.webhookAllow);
  const mail = settings.mail && createMailSender(settings.mail, timeoutMs);
  const fanOut = createFanOut({
    db,
    audience: createAudience(deps.subject),
    mails: mail !== undefined,
    failpoint: deps.outside.failpoint,
  });
  const deliveries = createDeliveryService({
    ...{ db, keyring, publicUrl, outside: deps.outside, leaseMs: settings.leaseMs },
    senders: { webhook: createWebhookSender(egress, timeoutMs), mail },
    onAttempt: measureNotices(deps.metrics, db),
  });
  const events = createEventStreamService({ db, publicUrl, checkMs: settings.recheckStreamsMs });
  const preferences = createPreferenceService({ db, keyring });
  const webhooks = createWebhookService({ db, keyring, egress });

  return {
    routes: (on: { readonly mutate: Mutate; readonly doorbell: Doorbell }): RouteDefinition[] => [
      ...webhookRoutes({ ...on, webhooks }),
      ...deliveryRoutes({ ...on, webhooks }),
      ...preferenceRoutes({ ...on, preferences }),
      ...eventRoutes({ events }),
    ],
    /** Tells one organization's subscribers what happened. Safe to run anywhere, any number of times. */
    async deliver(organizationId: string, signal: AbortSignal): Promise<void> {
      await fanOut.run(organizationId, signal);
      await deliveries.run(organizationId, signal);
    },
    /** Organizations that {@link deliver} has something to do for. */
    async due(): Promise<string[]> {
      const found = await Promise.all([
        organizationsWithNews(db, mail !== undefined),
        organizationsWithDue(db, deliveries.channels),
      ]);
      return [...new Set(found.flat())];
    },
    chores: {
      announce: createAnnouncements({ db, keyring, everyMs: settings.announceEveryMs }),
      forgetDeliveries: () => forgetDeliveries(db, KEEP_DAYS),
    },
    /** Ends every event stream; before the HTTP side can close. */
    endStreams: () => events.close(),
    async close(): Promise<void> {
      await events.close();
      mail?.close();
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;
