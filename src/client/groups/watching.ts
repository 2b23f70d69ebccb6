import { type Api, type Body, type CallOptions, pause, type Query } from '../api.ts';
import type { AuditEvent } from '../api-types.ts';
import { linesOf } from '../lines.ts';
import { pagesOf } from '../pages.ts';

/** A server-sent event. */
export interface StreamedEvent {
  /** The number of its audit event: pass it as `after` to go on from here. */
  readonly id: string;
  /** The kind of notice, or `reset` when you were away for too long. */
  readonly kind: string;
  readonly data: unknown;
}

/** The record of everything that happened. */
export function auditGroup(api: Api) {
  return {
    list: (query: Query<'listAuditEvents'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listAuditEvents', { query: { ...query } }, options),
    /** Checks every link of the chain. */
    verify: (options?: CallOptions) => api.call('verifyAuditEvents', {}, options),
    /**
     * Events in the order of the chain, from behind `afterSeq`. With `followMs` it never ends: it looks for new ones that often.
     */
    async *events(
      { afterSeq = 0, followMs }: { readonly afterSeq?: number; readonly followMs?: number } = {},
      options: CallOptions = {},
    ): AsyncGenerator<AuditEvent, void, undefined> {
      for (let last = afterSeq; ; ) {
        const before = last;
        try {
          const body = await api.stream('exportAuditEvents', { query: { afterSeq: last } }, options);
          for await (const line of linesOf(body)) {
            const event = JSON.parse(line) as AuditEvent;
            last = event.seq;
            yield event;
          }
        } catch (error) {
          options.signal?.throwIfAborted();
          // Broken off on the way, as a long record is by the limit of one answer: it goes on from there.
          if (last === before) throw error;
        }
        if (last !== before) continue;
        if (followMs === undefined) return;
        await pause(followMs, options.signal);
      }
    },
  };
}

/** Where notices go. */
export function webhooksGroup(api: Api) {
  const of = (webhookId: string) => ({ params: { webhookId } });
  return {
    list: (query: Query<'listWebhooks'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listWebhooks', { query: { ...query } }, options),
    get: (webhookId: string, options?: CallOptions) => api.call('getWebhook', of(webhookId), options),
    /** Its answer tells the signing secret, this once. */
    create: (body: Body<'createWebhook'>, options?: CallOptions) => api.call('createWebhook', { body }, options),
    update: (webhookId: string, body: Body<'updateWebhook'>, options?: CallOptions) =>
      api.call('updateWebhook', { ...of(webhookId), body }, options),
    delete: (webhookId: string, options?: CallOptions) => api.call('deleteWebhook', of(webhookId), options),
    ping: (webhookId: string, options?: CallOptions) => api.call('pingWebhook', of(webhookId), options),
    /** Sends everything since a time again. */
    replay: (webhookId: string, body: Body<'replayWebhook'>, options?: CallOptions) =>
      api.call('replayWebhook', { ...of(webhookId), body }, options),
    /** Sends one notice again. */
    replayDelivery: (webhookId: string, deliveryId: string, options?: CallOptions) =>
      api.call('replayWebhookDelivery', { params: { webhookId, deliveryId } }, options),
    /** Its answer tells the new signing secret, this once. */
    rotateSecret: (webhookId: string, body: Body<'rotateWebhookSecret'> = {}, options?: CallOptions) =>
      api.call('rotateWebhookSecret', { ...of(webhookId), body }, options),
    deliveries: (webhookId: string, query: Query<'listWebhookDeliveries'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listWebhookDeliveries', { ...of(webhookId), query: { ...query } }, options),
  };
}

/** What happens, as it happens. Ends with the connection: go on with `after` the last id. */
export async function* streamEvents(
  api: Api,
  { after }: { readonly after?: string } = {},
  options: CallOptions = {},
): AsyncGenerator<StreamedEvent, void, undefined> {
  const body = await api.stream('streamEvents', { query: { after } }, { timeoutMs: 2 ** 31 - 1, ...options });
  let fields: Record<string, string> = {};
  for await (const line of linesOf(body)) {
    if (line === '') {
      if (fields.data !== undefined) {
        yield { id: fields.id ?? '', kind: fields.event ?? 'message', data: JSON.parse(fields.data) as unknown };
      }
      fields = {};
      continue;
    }
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    fields[name] = name === 'data' && fields.data !== undefined ? `${fields.data}\n${value}` : value;
  }
}
