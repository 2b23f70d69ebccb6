import type { Api, Body, CallOptions, Query } from '../api.ts';
import { pagesOf } from '../pages.ts';
import { type WaitOptions, waitForChange } from '../wait.ts';

/** Change requests: what was asked for, and what people decide. */
export function changesGroup(api: Api) {
  const of = (changeId: string) => ({ params: { changeId } });
  return {
    list: (query: Query<'listChangeRequests'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listChangeRequests', { query: { ...query } }, options),
    counts: (options?: CallOptions) => api.call('countChangeRequests', {}, options),
    get: (changeId: string, options?: CallOptions) => api.call('getChangeRequest', of(changeId), options),
    /** See {@link waitForChange}. */
    wait: (changeId: string, options?: WaitOptions) => waitForChange(api, changeId, options),
    /** Decides on exactly the revision and digest that were shown. */
    review: (changeId: string, body: Body<'reviewChangeRequest'>, options?: CallOptions) =>
      api.call('reviewChangeRequest', { ...of(changeId), body }, options),
    override: (changeId: string, body: Body<'overrideChangeRequest'>, options?: CallOptions) =>
      api.call('overrideChangeRequest', { ...of(changeId), body }, options),
    /** Says that somebody who could have approved has looked at an override. */
    reviewOverride: (changeId: string, body: Body<'reviewOverride'>, options?: CallOptions) =>
      api.call('reviewOverride', { ...of(changeId), body }, options),
    submit: (changeId: string, options?: CallOptions) => api.call('submitChangeRequest', of(changeId), options),
    edit: (changeId: string, body: Body<'editChangeRequest'>, options?: CallOptions) =>
      api.call('editChangeRequest', { ...of(changeId), body }, options),
    /** On the secret as it is now, as a new revision. */
    rebase: (changeId: string, body: Body<'rebaseChangeRequest'> = {}, options?: CallOptions) =>
      api.call('rebaseChangeRequest', { ...of(changeId), body }, options),
    cancel: (changeId: string, options?: CallOptions) => api.call('cancelChangeRequest', of(changeId), options),
    /** Once more after a failure; one that carried a payload needs the very same again. */
    retry: (changeId: string, body: Body<'retryChangeRequest'> = {}, options?: CallOptions) =>
      api.call('retryChangeRequest', { ...of(changeId), body }, options),
    explain: (changeId: string, options?: CallOptions) => api.call('explainChangeRequest', of(changeId), options),
    evidence: (changeId: string, options?: CallOptions) => api.call('getChangeEvidence', of(changeId), options),
    plan: (changeId: string, options?: CallOptions) => api.call('planChangeRequest', of(changeId), options),
    comments: (changeId: string, query: Query<'listChangeComments'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listChangeComments', { ...of(changeId), query: { ...query } }, options),
    comment: (changeId: string, text: string, options?: CallOptions) =>
      api.call('addChangeComment', { ...of(changeId), body: { text } }, options),
  };
}
