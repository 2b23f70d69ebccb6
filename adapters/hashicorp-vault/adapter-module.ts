import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { realAddress } from '../lib/real-address.ts';
import { encodePath } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { createHashicorpAdapter, HASHICORP_CAPABILITIES } from './adapter.ts';
import { createSession } from './auth.ts';
import { createVaultClient } from './client.ts';
import { createKv } from './kv.ts';
import {
  HASHICORP_SENSITIVE,
  type HashicorpVaultAttributes,
  type HashicorpVaultSettings,
  hashicorpVaultAttributes,
  hashicorpVaultSettings,
  trimSlashes,
} from './settings.ts';

export const hashicorpVaultModule: AdapterModule<HashicorpVaultSettings, HashicorpVaultAttributes> = {
  kind: 'hashicorp-vault',
  title: 'HashiCorp Vault or OpenBao (KV version 2)',
  settings: hashicorpVaultSettings,
  sensitive: HASHICORP_SENSITIVE,
  attributes: hashicorpVaultAttributes,
  capabilities: HASHICORP_CAPABILITIES,
  place(settings, { mount }) {
    // A namespace may stand in the header or in front of the mount: both are the same place.
    const namespace = trimSlashes(settings.namespace ?? '');
    const address = realAddress(settings.address) ?? '';
    return ['hashicorp-vault', address, namespace, trimSlashes(mount)].filter(Boolean).join('/');
  },
  locate({ prefix = '' }, path) {
    return prefix === '' ? path : `${trimSlashes(prefix)}/${path}`;
  },
  async open(settings, { mount, prefix = '' }, { egress }) {
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
  },
};

/** As given but for slashes, so that the certificate is checked against the name that was asked for. */
function originOf(settings: HashicorpVaultSettings): string {
  if (realAddress(settings.address) === undefined) throw new VaultError('invalid_argument', 'open');
  return new URL(settings.address).origin;
}
