import { type RouteDefinition, route } from '../api/route.ts';
import type { VaultEntries } from './vault-entries.ts';
import { vaultEntryPageSchema, vaultEntryQuery } from './vault-entry-schemas.ts';
import { vaultProfileParams } from './vault-profile-schemas.ts';

export function vaultEntryRoutes({ entries }: { readonly entries: VaultEntries }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/vault-profiles/:profileId/entries',
        operationId: 'listVaultEntries',
        tag: 'vaults',
        summary: 'What lies in the vault, as the profile sees it: names, never values',
        description:
          'In the order of the paths, with the secret that holds an entry. The first page lists the vault anew; pages that ' +
          'follow soon come from the same listing where it is still at hand, else what comes and goes meanwhile may be ' +
          'missed or seen.',
        params: vaultProfileParams,
        query: vaultEntryQuery,
        responses: {
          200: {
            description: 'A page',
            schema: vaultEntryPageSchema,
            example: { items: [{ path: 'acme/shop/database', secretId: null }], nextCursor: null },
          },
        },
        errors: [
          'forbidden',
          'not_found',
          'profile_disabled',
          'vault_rejected',
          'vault_denied',
          'vault_busy',
          'vault_unavailable',
          'unavailable',
        ],
        governance: 'read',
      },
      async ({ actor, params, query }) => ({ status: 200, body: await entries.list(actor, params.profileId, query) }),
    ),
  ];
}
