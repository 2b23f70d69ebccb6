import type { AdapterModule } from '../adapter.ts';
import { blobMisfit } from '../lib/payload-fit.ts';
import { realAddress } from '../lib/real-address.ts';
import { trimSlashes } from '../lib/safe-path.ts';
import { SCALEWAY_CAPABILITIES } from './capabilities.ts';
import { demandName, fullPath } from './find-entry.ts';
import {
  SCALEWAY_SENSITIVE,
  type ScalewayAttributes,
  type ScalewaySettings,
  scalewayAttributes,
  scalewaySettings,
} from './settings.ts';

/** "The maximum file size for your secret is 64 KiB"; whether it may be empty is not documented, so it may not. */
const BLOBS = { maxBlobBytes: 65_536, mayBeEmpty: false };

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
  misfit: ({ encoding }, payload) => blobMisfit(SCALEWAY_CAPABILITIES, encoding, payload, BLOBS),
  async open(settings, attributes, ports) {
    const { openScaleway } = await import('./open-scaleway.ts');
    return openScaleway(settings, attributes, ports);
  },
};
