import type { AdapterModule } from '../adapter.ts';
import { guardAdapter } from '../lib/guard-adapter.ts';
import { VaultError } from '../vault-error.ts';
import { AWS_CAPABILITIES, createAwsAdapter } from './adapter.ts';
import { createAwsClient } from './client.ts';
import { createNames } from './names.ts';
import { placeOf } from './place.ts';
import { AWS_SENSITIVE, type AwsAttributes, type AwsSettings, awsAttributes, awsSettings } from './settings.ts';

export const awsSecretsManagerModule: AdapterModule<AwsSettings, AwsAttributes> = {
  kind: 'aws-secrets-manager',
  title: 'AWS Secrets Manager',
  settings: awsSettings,
  sensitive: AWS_SENSITIVE,
  attributes: awsAttributes,
  capabilities: AWS_CAPABILITIES,
  place: (settings) => placeOf(settings),
  locate: ({ prefix }, path) => createNames(prefix).nameOf(path, 'locate'),
  async open(settings, attributes, ports) {
    if (settings.authMethod === 'ambient' && !ports.allowAmbient) throw new VaultError('permission_denied', 'open');
    const aws = createAwsClient(settings, ports);
    return guardAdapter(createAwsAdapter(aws, createNames(attributes.prefix), settings, attributes));
  },
};
