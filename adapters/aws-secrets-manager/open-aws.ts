import type { AdapterPorts, VaultAdapter } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { createAwsAdapter } from './adapter.ts';
import { createAwsClient } from './client.ts';
import { createNames } from './names.ts';
import type { AwsAttributes, AwsSettings } from './settings.ts';

/** Everything that needs the SDK. */
export function openAws(settings: AwsSettings, attributes: AwsAttributes, ports: AdapterPorts): VaultAdapter {
  const aws = createAwsClient(settings, ports);
  return guardAdapter(createAwsAdapter(aws, createNames(attributes.prefix), settings, attributes));
}
