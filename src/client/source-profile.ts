import type { Api, CallOptions } from './api.ts';
import type { VaultProfile } from './api-types.ts';
import { KeyferryError } from './keyferry-error.ts';
import { pagesOf } from './pages.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Does it look like an id? Then it is taken for one. */
export function isId(text: string): boolean {
  return UUID.test(text);
}

/** The vault profile with this id or name. Rejects with `not_found`. */
export async function findProfile(api: Api, nameOrId: string, options?: CallOptions): Promise<VaultProfile> {
  if (isId(nameOrId)) return api.call('getVaultProfile', { params: { profileId: nameOrId } }, options);
  for await (const profile of pagesOf(api, 'listVaultProfiles', { query: { limit: 200 } }, options)) {
    if (profile.name === nameOrId) return profile;
  }
  throw new KeyferryError('not_found', `There is no vault profile ${JSON.stringify(nameOrId)}.`, {
    facts: { profile: nameOrId },
  });
}

/** The profile whose vault shall hold new secrets: the one named, else the only one there is. Rejects with `no_source_profile`. */
export async function chooseSource(api: Api, nameOrId: string | undefined, options?: CallOptions): Promise<string> {
  if (nameOrId !== undefined) return (await findProfile(api, nameOrId, options)).id;
  const { items } = await pagesOf(api, 'listVaultProfiles', { query: { limit: 20, enabled: true } }, options).page();
  const [only, another] = items;
  if (only !== undefined && another === undefined) return only.id;
  const names = items.map(({ name }) => name);
  const found = names.length === 0 ? 'there is none that is enabled' : `there are several: ${names.join(', ')}`;
  throw new KeyferryError('no_source_profile', `Say at which vault profile the secret shall be; ${found}.`, {
    facts: { profiles: names },
  });
}
