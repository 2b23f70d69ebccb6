import type { AdapterPorts, VaultAdapter } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { realAddress } from '../lib/real-address.ts';
import { encodePath, trimSlashes } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { createHashicorpAdapter } from './adapter.ts';
import { createSession } from './auth.ts';
import { createVaultClient } from './client.ts';
import { createKv } from './kv.ts';
import type { HashicorpVaultAttributes, HashicorpVaultSettings } from './settings.ts';

/** Everything that needs the client library. */
export function openHashicorp(
  settings: HashicorpVaultSettings,
  { mount, prefix = '' }: HashicorpVaultAttributes,
  { egress }: AdapterPorts,
): VaultAdapter {
  const client = createVaultClient({
    origin: originOf(settings),
    namespace: trimSlashes(settings.namespace ?? ''),
    caCert: settings.caCert,
    egress,
  });
  const session = createSession(settings, client);
  const place = {
    mount: encodePath(trimSlashes(mount)),
    folder: prefix === '' ? '' : encodePath(trimSlashes(prefix)),
  };
  return guardAdapter(createHashicorpAdapter(client, session, createKv(client, session, place)));
}

/** As given but for slashes, so that the certificate is checked against the name that was asked for. */
function originOf(settings: HashicorpVaultSettings): string {
  if (realAddress(settings.address) === undefined) throw new VaultError('invalid_argument', 'open');
  return new URL(settings.address).origin;
}
