import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { realAddress } from '../lib/real-address.ts';
import { createRestClient } from '../lib/rest-client.ts';
import { createScalewayAdapter, SCALEWAY_CAPABILITIES } from './adapter.ts';
import { createSecretsApi } from './api.ts';
import { demandName, fullPath } from './find-entry.ts';
import {
  SCALEWAY_SENSITIVE,
  type ScalewayAttributes,
  type ScalewaySettings,
  scalewayAttributes,
  scalewaySettings,
  trimSlashes,
} from './settings.ts';

export const scalewayModule: AdapterModule<ScalewaySettings, ScalewayAttributes> = {
  kind: 'scaleway',
  title: 'Scaleway Secret Manager',
  settings: scalewaySettings,
  sensitive: SCALEWAY_SENSITIVE,
  attributes: scalewayAttributes,
  capabilities: SCALEWAY_CAPABILITIES,
  place({ endpoint, region, projectId }) {
    return `scaleway/${realAddress(endpoint) ?? ''}/${region}/${projectId.toLowerCase()}`;
  },
  locate({ path: folder }, path) {
    const prefix = trimSlashes(folder);
    demandName({ prefix }, path, 'locate');
    return fullPath(prefix, path);
  },
  async open({ endpoint, region, projectId, secretKey }, { path: folder, encoding, tags }, { egress }) {
    const rest = createRestClient({ origin: new URL(endpoint).origin, egress });
    const api = createSecretsApi(rest, { region, projectId: projectId.toLowerCase(), secretKey });
    const place = { api, prefix: trimSlashes(folder), tags };
    return guardAdapter(createScalewayAdapter(place, encoding, () => rest.close()));
  },
};
