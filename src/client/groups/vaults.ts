import type { Api, Body, CallOptions, Query } from '../api.ts';
import { pagesOf } from '../pages.ts';

/** Vaults: addresses and credentials. */
export function vaultsGroup(api: Api) {
  const of = (vaultId: string) => ({ params: { vaultId } });
  return {
    kinds: async (options?: CallOptions) => (await api.call('listVaultKinds', {}, options)).items,
    list: (query: Query<'listVaults'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listVaults', { query: { ...query } }, options),
    get: (vaultId: string, options?: CallOptions) => api.call('getVault', of(vaultId), options),
    create: (body: Body<'createVault'>, options?: CallOptions) => api.call('createVault', { body }, options),
    update: (vaultId: string, body: Body<'updateVault'>, options?: CallOptions) =>
      api.call('updateVault', { ...of(vaultId), body }, options),
    delete: (vaultId: string, options?: CallOptions) => api.call('deleteVault', of(vaultId), options),
    check: (vaultId: string, body: Body<'checkVault'> = {}, options?: CallOptions) =>
      api.call('checkVault', { ...of(vaultId), body }, options),
  };
}

/** Vault profiles: ways to use vaults. */
export function profilesGroup(api: Api) {
  const of = (profileId: string) => ({ params: { profileId } });
  return {
    list: (query: Query<'listVaultProfiles'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listVaultProfiles', { query: { ...query } }, options),
    get: (profileId: string, options?: CallOptions) => api.call('getVaultProfile', of(profileId), options),
    create: (body: Body<'createVaultProfile'>, options?: CallOptions) =>
      api.call('createVaultProfile', { body }, options),
    update: (profileId: string, body: Body<'updateVaultProfile'>, options?: CallOptions) =>
      api.call('updateVaultProfile', { ...of(profileId), body }, options),
    delete: (profileId: string, options?: CallOptions) => api.call('deleteVaultProfile', of(profileId), options),
    enable: (profileId: string, options?: CallOptions) => api.call('enableVaultProfile', of(profileId), options),
    disable: (profileId: string, options?: CallOptions) => api.call('disableVaultProfile', of(profileId), options),
    pause: (profileId: string, options?: CallOptions) => api.call('pauseVaultProfile', of(profileId), options),
    resume: (profileId: string, options?: CallOptions) => api.call('resumeVaultProfile', of(profileId), options),
    /** Lets removals go that the delete fuse holds. */
    releaseFuse: (profileId: string, body: Body<'releaseDeleteFuse'>, options?: CallOptions) =>
      api.call('releaseDeleteFuse', { ...of(profileId), body }, options),
    /** Says that what waits at this profile since a restore may go on. */
    settleRestore: (profileId: string, options?: CallOptions) =>
      api.call('settleVaultProfileRestore', of(profileId), options),
    check: (profileId: string, options?: CallOptions) => api.call('checkVaultProfile', of(profileId), options),
    plan: (profileId: string, query: Query<'planVaultProfile'> = {}, options?: CallOptions) =>
      api.call('planVaultProfile', { ...of(profileId), query }, options),
    /** What the vault holds there already. */
    entries: (profileId: string, query: Query<'listVaultEntries'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listVaultEntries', { ...of(profileId), query: { ...query } }, options),
    /** Takes entries of the vault over as secrets. */
    import: (profileId: string, body: Body<'importVaultEntries'>, options?: CallOptions) =>
      api.call('importVaultEntries', { ...of(profileId), body }, options),
  };
}

/** Imports that were begun. */
export function importsGroup(api: Api) {
  const of = (importId: string) => ({ params: { importId } });
  return {
    list: (query: Query<'listImports'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listImports', { query: { ...query } }, options),
    get: (importId: string, query: Query<'getImport'> = {}, options?: CallOptions) =>
      api.call('getImport', { ...of(importId), query }, options),
    items: (importId: string, query: Query<'listImportItems'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listImportItems', { ...of(importId), query: { ...query } }, options),
    cancel: (importId: string, options?: CallOptions) => api.call('cancelImport', of(importId), options),
    review: (importId: string, body: Body<'reviewImport'>, options?: CallOptions) =>
      api.call('reviewImport', { ...of(importId), body }, options),
  };
}

/** Who must agree. */
export function approvalProfilesGroup(api: Api) {
  const of = (approvalProfileId: string) => ({ params: { approvalProfileId } });
  return {
    list: (query: Query<'listApprovalProfiles'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listApprovalProfiles', { query: { ...query } }, options),
    get: (id: string, options?: CallOptions) => api.call('getApprovalProfile', of(id), options),
    create: (body: Body<'createApprovalProfile'>, options?: CallOptions) =>
      api.call('createApprovalProfile', { body }, options),
    update: (id: string, body: Body<'updateApprovalProfile'>, options?: CallOptions) =>
      api.call('updateApprovalProfile', { ...of(id), body }, options),
    delete: (id: string, options?: CallOptions) => api.call('deleteApprovalProfile', of(id), options),
    replay: (id: string, body: Body<'replayApprovalProfile'> = {}, options?: CallOptions) =>
      api.call('replayApprovalProfile', { ...of(id), body }, options),
    /** Who could decide under a draft. */
    eligibility: (body: Body<'previewEligibility'>, options?: CallOptions) =>
      api.call('previewEligibility', { body }, options),
  };
}
