import { eventually, must } from './answers.ts';
import type { HookReceiver, ReceivedHook } from './hook-receiver.ts';
import type { TestBroker } from './test-broker.ts';

/** A delivery as the API shows it. */
export interface DeliveryView {
  readonly id: string;
  readonly messageId: string | null;
  readonly kind: string;
  readonly noticeId: string;
  readonly state: string;
  readonly attempts: number;
  readonly status: number | null;
  readonly code: string | null;
}

/** What a keyferry message says, as far as tests look at it. */
export interface HookBody {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly id: string; readonly kind: string };
}

export function bodyOf(hook: ReceivedHook): HookBody {
  return JSON.parse(hook.body) as HookBody;
}

/** What tests of webhooks do and look at, over the API. */
export function noticeDesk(broker: TestBroker) {
  const { admin } = broker;
  let named = 0;
  const deliveries = async (webhookId: string, filter = '') =>
    must(await admin('GET', `/v1/webhooks/${webhookId}/deliveries?limit=200${filter}`), 200)
      .items as unknown as DeliveryView[];
  return {
    /** A webhook at the receiver; answers with its id and secret. */
    async webhook(receiver: HookReceiver, more: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
      const body = { name: `webhook-${++named}`, url: `${receiver.url}/in`, ...more };
      const { id, secret } = must(await admin('POST', '/v1/webhooks', body), 201);
      return { id: id as string, secret: secret as string };
    },
    deliveries,
    /** Waits until there are so many deliveries in a state, and answers with them. */
    inState: (webhookId: string, state: string, count = 1) =>
      eventually(async () => {
        const found = await deliveries(webhookId, `&state=${state}`);
        return found.length >= count ? found : undefined;
      }, `${count} deliveries ${state}`),
    /** Everything that waits for a later time is due now. */
    async hurry(subscriberId: string): Promise<void> {
      await broker.broker.db.query(
        `update notice_deliveries set next_attempt_at = clock_timestamp()
         where subscriber_id = $1::uuid and state in ('pending', 'failed')`,
        [subscriberId],
      );
    },
    /** Waits until so many requests have come in. */
    received: (receiver: HookReceiver, count: number) =>
      eventually(async () => (receiver.received.length >= count ? receiver.received : undefined), `${count} requests`),
    /** A project of that name: one event and nothing at any vault. */
    async secret(projectSlug: string, profileId: string, name: string, value: unknown = 'v'): Promise<string> {
      const body = { project: projectSlug, name, type: 'generic', sourceProfileId: profileId, payload: { value } };
      return must(await admin('POST', '/v1/secrets', body), 201).secretId as string;
    },
  };
}
