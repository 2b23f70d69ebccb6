import type { ScriptedServer } from './emulators/scripted-server.ts';

/**
 * How often a HashiCorp Vault was asked about its entries so far. Logins and checks of a profile, which come whenever they are
 * due, do not count.
 */
export function entryCalls(vault: Pick<ScriptedServer, 'requests'>): number {
  return vault.requests.filter(({ path }) => !/^\/v1\/(auth|sys)\//.test(path)).length;
}
