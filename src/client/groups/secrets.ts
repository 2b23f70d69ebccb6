import type { Api, Body, CallOptions, Query } from '../api.ts';
import { pagesOf } from '../pages.ts';

/** A version: its number, or `latest`, or `latest_enabled`. */
export type VersionSelector = number | 'latest' | 'latest_enabled';

/**
 * Secrets and their versions. Mutations answer with the change request they became: `changeRequest.state` is `applied`, or it
 * waits for approval.
 */
export function secretsGroup(api: Api) {
  const at = (secretId: string, version: VersionSelector = 'latest_enabled') => ({ params: { secretId, version } });
  const of = (secretId: string) => ({ params: { secretId } });
  return {
    list: (query: Query<'listSecrets'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listSecrets', { query: { ...query } }, options),
    get: (secretId: string, options?: CallOptions) => api.call('getSecret', of(secretId), options),
    /** By project (id or slug), name and folder. */
    find: (project: string, name: string, path?: string, options?: CallOptions) =>
      api.call('getSecretByName', { params: { project, name }, query: { path } }, options),
    /** Secrets in use whose token or certificate has ended or ends soon, the first of them first. */
    expiring: async (query: Query<'listExpiringSecrets'> = {}, options?: CallOptions) =>
      (await api.call('listExpiringSecrets', { query: { ...query } }, options)).items,
    create: (body: Body<'createSecret'>, options?: CallOptions) => api.call('createSecret', { body }, options),
    edit: (secretId: string, body: Body<'editSecret'>, options?: CallOptions) =>
      api.call('editSecret', { ...of(secretId), body }, options),
    /** Recoverable until its window ends. */
    delete: (secretId: string, body: Body<'deleteSecret'> = {}, options?: CallOptions) =>
      api.call('deleteSecret', { ...of(secretId), body }, options),
    destroy: (secretId: string, body: Body<'destroySecret'> = {}, options?: CallOptions) =>
      api.call('destroySecret', { ...of(secretId), body }, options),
    restore: (secretId: string, body: Body<'restoreSecret'> = {}, options?: CallOptions) =>
      api.call('restoreSecret', { ...of(secretId), body }, options),
    protect: (secretId: string, body: Body<'protectSecret'> = {}, options?: CallOptions) =>
      api.call('protectSecret', { ...of(secretId), body }, options),
    unprotect: (secretId: string, body: Body<'unprotectSecret'> = {}, options?: CallOptions) =>
      api.call('unprotectSecret', { ...of(secretId), body }, options),
    enable: (secretId: string, body: Body<'enableSecret'> = {}, options?: CallOptions) =>
      api.call('enableSecret', { ...of(secretId), body }, options),
    disable: (secretId: string, body: Body<'disableSecret'> = {}, options?: CallOptions) =>
      api.call('disableSecret', { ...of(secretId), body }, options),
    /** Another name or folder. */
    rename: (secretId: string, body: Body<'renameSecret'>, options?: CallOptions) =>
      api.call('renameSecret', { ...of(secretId), body }, options),
    /** Makes the secret or its next version, whichever it takes. `query` says folder and customer. */
    put: (
      project: string,
      name: string,
      body: Body<'putSecret'>,
      query: Query<'putSecret'> = {},
      options?: CallOptions,
    ) => api.call('putSecret', { params: { project, name }, query: { ...query }, body }, options),
    /** Values of up to 100 secrets; each item has its content, or why there is none. The reading is audited as that of one. */
    read: async (
      items: Body<'readSecrets'>['items'],
      options: CallOptions & Omit<Body<'readSecrets'>, 'items'> = {},
    ) => {
      const { reason, leaveReadOnce, ...call } = options;
      return (await api.call('readSecrets', { body: { items, reason, leaveReadOnce } }, call)).items;
    },
    /** New values of up to 100 secrets, all or nothing. */
    write: (body: Body<'writeSecrets'>, options?: CallOptions) => api.call('writeSecrets', { body }, options),
    rollback: (secretId: string, body: Body<'rollbackSecret'>, options?: CallOptions) =>
      api.call('rollbackSecret', { ...of(secretId), body }, options),
    changeSource: (secretId: string, body: Body<'changeSource'>, options?: CallOptions) =>
      api.call('changeSource', { ...of(secretId), body }, options),
    versions: (secretId: string, query: Query<'listVersions'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listVersions', { ...of(secretId), query: { ...query } }, options),
    version: (secretId: string, version?: VersionSelector, options?: CallOptions) =>
      api.call('getVersion', at(secretId, version), options),
    /** The value itself. The read is audited, with the reason where one is given. */
    content: (
      secretId: string,
      version?: VersionSelector,
      options: CallOptions & { readonly reason?: string } = {},
    ) => {
      const { reason, ...call } = options;
      return api.call('getVersionContent', { ...at(secretId, version), query: { reason } }, call);
    },
    addVersion: (secretId: string, body: Body<'createVersion'>, options?: CallOptions) =>
      api.call('createVersion', { ...of(secretId), body }, options),
    enableVersion: (secretId: string, version: number, body: Body<'enableVersion'> = {}, options?: CallOptions) =>
      api.call('enableVersion', { ...at(secretId, version), body }, options),
    disableVersion: (secretId: string, version: number, body: Body<'disableVersion'> = {}, options?: CallOptions) =>
      api.call('disableVersion', { ...at(secretId, version), body }, options),
    destroyVersion: (secretId: string, version: number, body: Body<'destroyVersion'> = {}, options?: CallOptions) =>
      api.call('destroyVersion', { ...at(secretId, version), body }, options),
  };
}
