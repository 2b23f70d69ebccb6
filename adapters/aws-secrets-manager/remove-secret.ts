import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { RemoveOptions } from '../adapter.ts';
import { VaultError } from '../vault-error.ts';
import type { AwsClient } from './client.ts';
import { findAfter, findSecret } from './find-secret.ts';
import { restore } from './new-version.ts';

/**
 * AWS has no conditional removal, but nothing can be written to a secret that is scheduled for deletion. A conditional removal
 * therefore schedules first, then looks which version it was, and either goes on or brings the secret back.
 */
export async function removeSecret(
  aws: AwsClient,
  name: string,
  recoveryDays: number,
  { mode, ifVersion, signal }: RemoveOptions,
): Promise<void> {
  const schedule = () => remove(aws, name, { RecoveryWindowInDays: recoveryDays }, signal);
  const destroy = () => remove(aws, name, { ForceDeleteWithoutRecovery: true }, signal);
  if (ifVersion === undefined) return mode === 'permanent' ? destroy() : schedule();

  const before = await findSecret(aws, name, 'remove', signal);
  if (!before) return;
  if (before.current !== ifVersion) throw new VaultError('version_conflict', 'remove');
  if (!before.removed) {
    await schedule();
    const after = await findAfter(findSecret(aws, name, 'remove', signal), 'remove');
    if (after && after.current !== ifVersion) {
      await findAfter(restore(aws, name, 'remove', signal), 'remove');
      throw new VaultError('version_conflict', 'remove');
    }
  }
  if (mode === 'permanent') await findAfter(destroy(), 'remove');
}

type Deletion = { readonly RecoveryWindowInDays: number } | { readonly ForceDeleteWithoutRecovery: true };

/** Gone or scheduled already is fine. */
async function remove(aws: AwsClient, name: string, how: Deletion, signal: AbortSignal): Promise<void> {
  const { refused } = await aws.change(
    'remove',
    signal,
    (client, options) => client.send(new DeleteSecretCommand({ SecretId: name, ...how }), options),
    ['ResourceNotFoundException', 'InvalidRequestException'],
  );
  if (refused !== 'InvalidRequestException') return;
  const facts = await findSecret(aws, name, 'remove', signal);
  const done = facts === undefined || (facts.removed && 'RecoveryWindowInDays' in how);
  // Such as one that another service manages, or with replicas.
  if (!done) throw new VaultError('invalid_argument', 'remove');
}
