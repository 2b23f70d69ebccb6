import type { Api, Body, CallOptions, Query } from '../api.ts';
import { pagesOf } from '../pages.ts';

/** What reads secrets, as it was registered: templates, services, jobs. */
export function consumersGroup(api: Api) {
  const of = (consumerId: string) => ({ params: { consumerId } });
  return {
    list: (query: Query<'listConsumers'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listConsumers', { query: { ...query } }, options),
    get: (consumerId: string, options?: CallOptions) => api.call('getConsumer', of(consumerId), options),
    create: (body: Body<'createConsumer'>, options?: CallOptions) => api.call('createConsumer', { body }, options),
    update: (consumerId: string, body: Body<'updateConsumer'>, options?: CallOptions) =>
      api.call('updateConsumer', { ...of(consumerId), body }, options),
    delete: (consumerId: string, options?: CallOptions) => api.call('deleteConsumer', of(consumerId), options),
    /** Who reads this secret, and at which version. */
    of: async (secretId: string, options?: CallOptions) =>
      (await api.call('listSecretConsumers', { params: { secretId } }, options)).items,
  };
}
