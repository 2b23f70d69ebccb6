import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import type { Entry, EntryPath, ReadOptions, VaultAdapter } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import { applyTags } from './apply-tags.ts';
import { AWS_CAPABILITIES } from './capabilities.ts';
import { checkRights } from './check-rights.ts';
import type { AwsClient } from './client.ts';
import { contentOf, fieldsOf, isVersionId, tokenOf } from './content.ts';
import { findSecret, liveHead } from './find-secret.ts';
import { changeTags, tagsOf } from './labels.ts';
import { listSecrets } from './list-secrets.ts';
import type { Names } from './names.ts';
import { restore } from './new-version.ts';
import { removeSecret } from './remove-secret.ts';
import type { AwsAttributes, AwsSettings } from './settings.ts';
import { writeSecret } from './write-secret.ts';

/** AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/apireference/ */
export function createAwsAdapter(
  aws: AwsClient,
  names: Names,
  settings: Pick<AwsSettings, 'accountId' | 'kmsKeyId'>,
  attributes: AwsAttributes,
): VaultAdapter {
  const { encoding, recoveryDays } = attributes;
  const tags = new Map(Object.entries(attributes.tags));
  return {
    kind: 'aws-secrets-manager',
    capabilities: AWS_CAPABILITIES,
    check: ({ signal }) => checkRights(aws, names, settings.accountId, signal),
    async head(path, { signal }) {
      return liveHead(path, await findSecret(aws, names.nameOf(path, 'head'), 'head', signal), 'head');
    },
    read: (path, options) => readSecret(aws, names, encoding, path, options),
    async write(path, fields, { operationId, ifVersion, labels, signal }) {
      const write = {
        path,
        name: names.nameOf(path, 'write'),
        token: tokenOf(operationId),
        content: contentOf(encoding, fields),
        labels,
        labelTags: labels && tagsOf(labels, 'write'),
        tags,
        kmsKeyId: settings.kmsKeyId,
        signal,
      };
      return writeSecret(aws, write, ifVersion);
    },
    async label(path, labels, { ifVersion, signal }) {
      const [name, wanted] = [names.nameOf(path, 'label'), tagsOf(labels, 'label')];
      const facts = await findSecret(aws, name, 'label', signal);
      const head = liveHead(path, facts, 'label');
      if (ifVersion !== undefined && ifVersion !== head.version) throw new VaultError('version_conflict', 'label');
      const present = facts?.tags ?? new Map();
      await applyTags(aws, name, present, changeTags(present, wanted, 'label'), 'label', signal);
      return { ...head, labels };
    },
    remove: (path, options) => removeSecret(aws, names.nameOf(path, 'remove'), recoveryDays, options),
    async recover(path, { signal }) {
      const name = names.nameOf(path, 'recover');
      const facts = await findSecret(aws, name, 'recover', signal);
      const head = liveHead(path, facts && { ...facts, removed: false }, 'recover');
      if (facts?.removed && !(await restore(aws, name, 'recover', signal)))
        throw new VaultError('not_found', 'recover');
      return head;
    },
    list: (prefix, { signal }) => listSecrets(aws, names, prefix, signal),
    async close() {
      aws.close();
    },
  };
}

/** Content and tags come from two requests, sent at once; which version it is, the content's answer tells. */
async function readSecret(
  aws: AwsClient,
  names: Names,
  encoding: AwsAttributes['encoding'],
  path: EntryPath,
  { version, signal }: ReadOptions,
): Promise<Entry> {
  if (version !== undefined && !isVersionId(version)) throw new VaultError('not_found', 'read');
  const name = names.nameOf(path, 'read');
  const input = { SecretId: name, ...(version !== undefined && { VersionId: version }) };
  const [found, got] = await Promise.allSettled([
    findSecret(aws, name, 'read', signal),
    aws.ask('read', signal, (client, options) => client.send(new GetSecretValueCommand(input), options), [
      'ResourceNotFoundException',
      'InvalidRequestException',
    ]),
  ]);
  if (found.status === 'rejected') throw found.reason;
  const head = liveHead(path, found.value, 'read');
  if (got.status === 'rejected') throw got.reason;
  // The second is a secret that is being removed or brought back.
  const missing = got.value.refused === 'ResourceNotFoundException';
  if (got.value.refused) throw new VaultError(missing ? 'not_found' : 'unavailable', 'read');
  const { VersionId: read, Name } = got.value.answer;
  const fields = fieldsOf(encoding, got.value.answer);
  const asked = version === undefined || version === read;
  if (read === undefined || fields === undefined || Name !== name || !asked) throw new VaultError('unknown', 'read');
  return { ...head, version: read, fields };
}
