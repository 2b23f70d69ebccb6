import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import type { EntryPath } from '../adapter.ts';
import { isBelow } from '../lib/safe-path.ts';
import { VaultError } from '../vault-error.ts';
import { type AwsClient, answered } from './client.ts';
import { CURRENT } from './find-secret.ts';
import type { Names } from './names.ts';

const PAGE = 100;

/**
 * Every live secret below the prefix. The filter `name` matches the beginning of names; secrets that are scheduled for deletion
 * are left out unless asked for. Names outside our grammar cannot be addressed and are left out as well. AWS may show changes of
 * the last five minutes late (ListSecrets, "eventually consistent").
 */
export async function* listSecrets(
  aws: AwsClient,
  names: Names,
  prefix: EntryPath,
  signal: AbortSignal,
): AsyncGenerator<EntryPath> {
  const start = prefix === '' ? names.base : `${names.nameOf(prefix, 'list')}/`;
  const seen = new Set<EntryPath>();
  let token: string | undefined;
  do {
    const page = await aws.ask('list', signal, (client, options) => client.send(pageAfter(start, token), options));
    const { SecretList: secrets, NextToken: next } = answered(page);
    // A 200 without a list, or with the token it was asked with, is not an answer to this.
    if (secrets === undefined || (next !== undefined && next === token)) throw new VaultError('unknown', 'list');
    for (const { Name: name = '', DeletedDate: removed, SecretVersionsToStages: versions = {} } of secrets) {
      const path = names.pathOf(name);
      const live = removed === undefined && Object.values(versions).some((stages) => stages?.includes(CURRENT));
      if (!live || path === undefined || !isBelow(prefix, path) || seen.has(path)) continue;
      seen.add(path);
      yield path;
    }
    token = next;
  } while (token !== undefined);
}

function pageAfter(start: string, token: string | undefined): ListSecretsCommand {
  return new ListSecretsCommand({
    MaxResults: PAGE,
    ...(token !== undefined && { NextToken: token }),
    ...(start !== '' && { Filters: [{ Key: 'name', Values: [start] }] }),
  });
}
