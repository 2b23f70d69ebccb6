import type { AdapterModule } from '../adapter.ts';
import { blobMisfit } from '../lib/payload-fit.ts';
import { VaultError } from '../vault-error.ts';
import { AWS_CAPABILITIES } from './capabilities.ts';
import { createNames } from './names.ts';
import { placeOf } from './place.ts';
import { AWS_SENSITIVE, type AwsAttributes, type AwsSettings, awsAttributes, awsSettings } from './settings.ts';

/** "Secret value size: 65,536 bytes" (Secrets Manager quotas), and none that is empty (CreateSecret). */
const BLOBS = { maxBlobBytes: 65_536, mayBeEmpty: false };

export const awsSecretsManagerModule: AdapterModule<AwsSettings, AwsAttributes> = {
  kind: 'aws-secrets-manager',
  title: 'AWS Secrets Manager',
  settings: awsSettings,
  sensitive: AWS_SENSITIVE,
  attributes: awsAttributes,
  capabilities: AWS_CAPABILITIES,
  place: (settings) => placeOf(settings),
  locate: ({ prefix }, path) => createNames(prefix).nameOf(path, 'locate'),
  misfit: ({ encoding }, payload) => blobMisfit(AWS_CAPABILITIES, encoding, payload, BLOBS),
  async open(settings, attributes, ports) {
    if (settings.authMethod === 'ambient' && !ports.allowAmbient) throw new VaultError('permission_denied', 'open');
    const { openAws } = await import('./open-aws.ts');
    return openAws(settings, attributes, ports);
  },
};
