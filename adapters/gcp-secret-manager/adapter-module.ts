import type { AdapterModule } from '../adapter.ts';
import { blobMisfit } from '../lib/payload-fit.ts';
import { realAddress } from '../lib/real-address.ts';
import { trimSlashes } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { GCP_CAPABILITIES } from './capabilities.ts';
import { type Endpoint, endpointOf, publicEndpoint } from './endpoint.ts';
import { entryNames } from './secret-names.ts';
import {
  GCP_SENSITIVE,
  type GcpSecretManagerAttributes,
  type GcpSecretManagerSettings,
  gcpSecretManagerAttributes,
  gcpSecretManagerSettings,
} from './settings.ts';

/** https://cloud.google.com/secret-manager/quotas: 64 KiB; "Secret Payload cannot be empty". */
const BLOBS = { maxBlobBytes: 65_536, mayBeEmpty: false };

export const gcpSecretManagerModule: AdapterModule<GcpSecretManagerSettings, GcpSecretManagerAttributes> = {
  kind: 'gcp-secret-manager',
  title: 'Google Cloud Secret Manager',
  settings: gcpSecretManagerSettings,
  sensitive: GCP_SENSITIVE,
  attributes: gcpSecretManagerAttributes,
  capabilities: GCP_CAPABILITIES,
  // Written with or without a scheme.
  hosts: (settings): Readonly<Record<string, string>> =>
    settings.endpoint === undefined ? {} : { endpoint: endpointFor(settings).host },
  place(settings) {
    // All public and private addresses of Google lead to the same secrets; what listens on this machine is something else.
    const { secure, host, port, local } = endpointFor(settings);
    const literal = host.includes(':') ? `[${host}]` : host;
    const server = local ? (realAddress(`${secure ? 'https' : 'http'}://${literal}:${port}`) ?? '') : 'googleapis.com';
    return ['gcp-secret-manager', server, settings.projectId, settings.location ?? 'global'].join('/');
  },
  locate: ({ prefix = '' }, path) => entryNames(trimSlashes(prefix)).idOf(path, 'locate'),
  misfit: ({ encoding }, payload) => blobMisfit(GCP_CAPABILITIES, encoding, payload, BLOBS),
  async open(settings, attributes, ports) {
    const endpoint = endpointFor(settings);
    const { openGcp } = await import('./open-gcp.ts');
    return openGcp(endpoint, settings, attributes, ports);
  },
};

function endpointFor({ endpoint, location }: GcpSecretManagerSettings): Endpoint {
  if (endpoint === undefined) return publicEndpoint(location);
  const given = endpointOf(endpoint);
  if (!given) throw new VaultError('invalid_argument', 'open');
  return given;
}
