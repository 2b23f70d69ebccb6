import type { AdapterPorts, VaultAdapter } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { createRestClient } from '../lib/rest-client.ts';
import { trimSlashes } from '../lib/safe-path.ts';
import { createScalewayAdapter } from './adapter.ts';
import { createSecretsApi } from './api.ts';
import type { ScalewayAttributes, ScalewaySettings } from './settings.ts';

/** Everything that needs an HTTP client. */
export function openScaleway(
  { endpoint, region, projectId, secretKey }: ScalewaySettings,
  { path: folder, encoding, tags }: ScalewayAttributes,
  { egress }: AdapterPorts,
): VaultAdapter {
  const rest = createRestClient({ origin: new URL(endpoint).origin, egress });
  const api = createSecretsApi(rest, { region, projectId: projectId.toLowerCase(), secretKey });
  const place = { api, prefix: trimSlashes(folder), tags };
  return guardAdapter(createScalewayAdapter(place, encoding, () => rest.close()));
}
