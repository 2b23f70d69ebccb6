import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { MissingRight } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import type { AwsClient } from './client.ts';
import { CURRENT } from './find-secret.ts';
import type { Names } from './names.ts';

interface Probe {
  readonly right: string;
  readonly needed: MissingRight['needed'];
  send(client: SecretsManagerClient, name: string, options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/**
 * Tried on a name that no secret has. AWS looks at the right first and then for the secret, so a right that is held ends with
 * "not found". CreateSecret alone would make something: with both kinds of content it is refused as invalid whatever the rights.
 */
const PROBES: readonly Probe[] = [
  {
    right: 'DescribeSecret',
    needed: 'read',
    send: (client, SecretId, options) => client.send(new DescribeSecretCommand({ SecretId }), options),
  },
  {
    right: 'GetSecretValue',
    needed: 'read',
    send: (client, SecretId, options) => client.send(new GetSecretValueCommand({ SecretId }), options),
  },
  {
    right: 'CreateSecret',
    needed: 'write',
    send: (client, Name, options) => client.send(new CreateSecretCommand({ Name, ...IMPOSSIBLE }), options),
  },
  {
    right: 'PutSecretValue',
    needed: 'write',
    send: (client, SecretId, options) =>
      client.send(
        new PutSecretValueCommand({ SecretId, SecretString: 'x', ClientRequestToken: randomUUID() }),
        options,
      ),
  },
  {
    right: 'UpdateSecretVersionStage',
    needed: 'write',
    send: (client, SecretId, options) => {
      const move = { SecretId, VersionStage: CURRENT, MoveToVersionId: randomUUID() };
      return client.send(new UpdateSecretVersionStageCommand(move), options);
    },
  },
  {
    right: 'TagResource',
    needed: 'label',
    send: (client, SecretId, options) =>
      client.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'keyferry:check', Value: '' }] }), options),
  },
  {
    right: 'UntagResource',
    needed: 'label',
    send: (client, SecretId, options) =>
      client.send(new UntagResourceCommand({ SecretId, TagKeys: ['keyferry:check'] }), options),
  },
  {
    right: 'DeleteSecret',
    needed: 'remove',
    send: (client, SecretId, options) =>
      client.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 30 }), options),
  },
  {
    right: 'RestoreSecret',
    needed: 'remove',
    send: (client, SecretId, options) => client.send(new RestoreSecretCommand({ SecretId }), options),
  },
];

const IMPOSSIBLE = { SecretString: 'x', SecretBinary: Uint8Array.of(120) };

const HELD = ['ResourceNotFoundException', 'InvalidParameterException', 'InvalidRequestException'] as const;

/**
 * First a listing, which no credential outlives that AWS does not accept; then every right. What KMS allows cannot be asked
 * without writing.
 */
export async function checkRights(
  aws: AwsClient,
  names: Names,
  account: string | undefined,
  signal: AbortSignal,
): Promise<readonly MissingRight[]> {
  const listed = await aws.ask(
    'check',
    signal,
    (client, options) => client.send(new ListSecretsCommand({ MaxResults: 1 }), options),
    ['AccessDeniedException'],
  );
  if (!listed.refused) demandPlace(listed.answer.SecretList, account);
  const name = names.nameOf(`keyferry-check-${randomUUID()}`, 'check');
  const held = await Promise.all(PROBES.map((probe) => holds(aws, probe, name, signal)));
  const missing = PROBES.filter((_probe, index) => held[index] === false);
  return [
    ...(listed.refused ? [{ right: 'secretsmanager:ListSecrets', needed: 'list' } as const] : []),
    ...missing.map(({ right, needed }) => ({ right: `secretsmanager:${right}`, needed })),
  ];
}

async function holds(aws: AwsClient, probe: Probe, name: string, signal: AbortSignal): Promise<boolean> {
  const send = (client: SecretsManagerClient, options: { abortSignal: AbortSignal }) =>
    probe.send(client, name, options);
  const { refused } = await aws.ask('check', signal, send, ['AccessDeniedException', ...HELD]);
  // Success on a name that nobody has cannot be AWS.
  if (refused === undefined) throw new VaultError('unknown', 'check');
  return refused !== 'AccessDeniedException';
}

/** What the settings say of the account keeps two owners apart, so it must be true. */
function demandPlace(secrets: readonly { ARN?: string | undefined }[] | undefined, account: string | undefined): void {
  if (secrets === undefined) throw new VaultError('unknown', 'check');
  const real = secrets[0]?.ARN?.split(':')[4];
  if (account !== undefined && real !== undefined && real !== account)
    throw new VaultError('invalid_argument', 'check');
}
