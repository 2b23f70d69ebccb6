import type { Api, Body, CallOptions, Query } from '../api.ts';
import { pagesOf } from '../pages.ts';

/** The copies of a secret. */
export function targetsGroup(api: Api) {
  const of = (secretId: string) => ({ params: { secretId } });
  const at = (secretId: string, targetId: string) => ({ params: { secretId, targetId } });
  return {
    list: async (secretId: string, options?: CallOptions) =>
      (await api.call('listTargets', of(secretId), options)).items,
    add: (secretId: string, body: Body<'addTarget'>, options?: CallOptions) =>
      api.call('addTarget', { ...of(secretId), body }, options),
    remove: (secretId: string, targetId: string, body: Body<'removeTarget'> = {}, options?: CallOptions) =>
      api.call('removeTarget', { ...at(secretId, targetId), body }, options),
    /** What shall become of an entry that is in the way, or of a copy that was changed. */
    resolve: (secretId: string, targetId: string, body: Body<'resolveTarget'>, options?: CallOptions) =>
      api.call('resolveTarget', { ...at(secretId, targetId), body }, options),
    /** Makes what lies at a copy's place the secret's next version. */
    accept: (secretId: string, targetId: string, body: Body<'acceptTarget'> = {}, options?: CallOptions) =>
      api.call('acceptTarget', { ...at(secretId, targetId), body }, options),
    /** Carries the secret to one copy, or to all of them, now. */
    sync: async (secretId: string, targetId?: string, options?: CallOptions) =>
      (targetId === undefined
        ? await api.call('syncSecret', of(secretId), options)
        : await api.call('syncTarget', at(secretId, targetId), options)
      ).items,
    /** What a run would do. */
    plan: (secretId: string, query: Query<'planSecret'> = {}, options?: CallOptions) =>
      api.call('planSecret', { ...of(secretId), query }, options),
  };
}

/** Carrying in general: what is under way, and holding it. */
export function syncGroup(api: Api) {
  return {
    /** Every secret with its copies, by name. */
    map: (query: Query<'getSyncMap'> = {}, options?: CallOptions) =>
      pagesOf(api, 'getSyncMap', { query: { ...query } }, options),
    /** Copies that are out of step, by vault profile. */
    /** What came of copies within the last minute, by vault profile. */
    rates: async (options?: CallOptions) => (await api.call('getSyncRates', {}, options)).items,
    waiting: async (options?: CallOptions) => (await api.call('getWaitingCopies', {}, options)).items,
    overview: (options?: CallOptions) => api.call('getSync', {}, options),
    pause: (options?: CallOptions) => api.call('pauseSync', {}, options),
    resume: (options?: CallOptions) => api.call('resumeSync', {}, options),
    /** Says that what waits since a restore may go on. */
    settleRestore: (options?: CallOptions) => api.call('settleRestore', {}, options),
  };
}
