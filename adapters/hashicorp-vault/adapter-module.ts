import type { AdapterModule } from '../adapter.ts';
import { misfitOf } from '../lib/payload-fit.ts';
import { realAddress } from '../lib/real-address.ts';
import { trimSlashes } from '../lib/safe-path.ts';
import { HASHICORP_CAPABILITIES } from './capabilities.ts';
import {
  HASHICORP_SENSITIVE,
  type HashicorpVaultAttributes,
  type HashicorpVaultSettings,
  hashicorpVaultAttributes,
  hashicorpVaultSettings,
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
  misfit: (_attributes, payload) => misfitOf(HASHICORP_CAPABILITIES, payload),
  async open(settings, attributes, ports) {
    const { openHashicorp } = await import('./open-hashicorp.ts');
    return openHashicorp(settings, attributes, ports);
  },
};
