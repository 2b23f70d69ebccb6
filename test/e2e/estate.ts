import { must } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import type { VaultProcess } from '../support/vault-process.ts';

/** Where the secrets of a test live: one source, some targets. */
export interface Estate {
  readonly sourceProfileId: string;
  readonly targets: readonly { readonly profileId: string }[];
}

/** The project `shop`, and a vault with a profile for each emulator. */
export async function buildEstate(
  admin: ApiClient,
  source: VaultProcess,
  targets: readonly VaultProcess[],
): Promise<Estate> {
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  const sourceProfileId = await openProfile(admin, 'source', source);
  const copies: { profileId: string }[] = [];
  for (const [index, target] of targets.entries()) {
    copies.push({ profileId: await openProfile(admin, `target-${index + 1}`, target) });
  }
  return { sourceProfileId, targets: copies };
}

export async function openProfile(
  admin: ApiClient,
  name: string,
  { url, token }: VaultProcess,
  attributes: Record<string, unknown> = {},
): Promise<string> {
  const settings = { address: url, authMethod: 'token', token };
  const vault = must(await admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
  return must(await admin('POST', '/v1/vault-profiles', { name, vaultId: vault.id, attributes }), 201).id as string;
}

/** The body of a create. */
export function newSecret(estate: Estate, name: string, mark: string) {
  return { project: 'shop', name, type: 'key_value', ...estate, payload: { mark } };
}
