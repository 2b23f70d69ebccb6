import { randomUUID } from 'node:crypto';
import type { MissingRight } from '../adapter.ts';
import { crc32c } from '../lib/crc32c.ts';
import { VaultError } from '../vault-error.ts';
import { classify, Refusal } from './errors.ts';
import type { SdkClient, SdkMethod } from './sdk-client.ts';
import type { EntryNames } from './secret-names.ts';
import type { ServiceNames } from './service.ts';

interface Trial {
  readonly permission: string;
  readonly needed: readonly MissingRight['needed'][];
  readonly method: SdkMethod;
  readonly resource: string;
  readonly request: object;
}

/** Nothing to read, and nothing that would be a payload: it never arrives anywhere. */
const PROBE = Buffer.from('keyferry');

/**
 * `testIamPermissions` tells nothing of a secret that does not exist, and the project's own is another service that must be
 * enabled first. So each right is tried on a secret that cannot be there: who has the right hears NOT_FOUND, who lacks it
 * PERMISSION_DENIED (https://cloud.google.com/secret-manager/docs/access-control). A new secret is asked for without the
 * replication it needs, or with one where none may be: whatever is checked first, it is not made.
 *
 * The name lies below the profile's prefix, so that rights with a condition on the name count.
 */
export async function checkRights(
  client: SdkClient,
  names: ServiceNames,
  entries: EntryNames,
  signal: AbortSignal,
): Promise<readonly MissingRight[]> {
  const id = entries.idOf(`keyferry-check-${randomUUID()}`, 'check');
  const trials = trialsOn(names, id);
  const denied = await Promise.all(trials.map(async (trial) => ({ trial, held: await isHeld(client, trial, signal) })));
  return denied.flatMap(({ trial: { permission, needed }, held }) =>
    held ? [] : needed.map((one) => ({ right: permission, needed: one })),
  );
}

function trialsOn(names: ServiceNames, id: string): readonly Trial[] {
  const { parent } = names;
  const secret = names.secret(id);
  const version = names.version(id, 1);
  const onSecret = { resource: secret, request: { name: secret } };
  const onVersion = { resource: version, request: { name: version } };
  const impossible = parent.includes('/locations/') ? { replication: { automatic: {} } } : {};
  const update = { secret: { name: secret, annotations: {} }, updateMask: { paths: ['annotations'] } };
  const add = { parent: secret, payload: { data: PROBE, dataCrc32c: crc32c(PROBE) } };
  const trial = (
    permission: string,
    needed: Trial['needed'],
    method: SdkMethod,
    call: Pick<Trial, 'resource' | 'request'>,
  ) => ({
    permission: `secretmanager.${permission}`,
    needed,
    method,
    ...call,
  });
  return [
    trial('secrets.list', ['list'], 'listSecrets', { resource: parent, request: { parent, pageSize: 1 } }),
    trial('secrets.get', ['read'], 'getSecret', onSecret),
    trial('versions.get', ['list', 'read'], 'getSecretVersion', onVersion),
    trial('versions.access', ['read'], 'accessSecretVersion', onVersion),
    trial('secrets.create', ['write'], 'createSecret', {
      resource: parent,
      request: { parent, secretId: id, secret: impossible },
    }),
    trial('secrets.update', ['write', 'label'], 'updateSecret', { resource: secret, request: update }),
    trial('versions.add', ['write'], 'addSecretVersion', { resource: secret, request: add }),
    trial('secrets.delete', ['remove'], 'deleteSecret', onSecret),
    trial('versions.disable', ['remove'], 'disableSecretVersion', onVersion),
    trial('versions.enable', ['remove'], 'enableSecretVersion', onVersion),
    trial('versions.destroy', ['remove'], 'destroySecretVersion', onVersion),
  ];
}

async function isHeld(client: SdkClient, { method, resource, request }: Trial, signal: AbortSignal): Promise<boolean> {
  try {
    await client.send(method, resource, request, { signal });
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw classify(error, 'check', false);
    // The project itself refuses: no such project, the service not enabled, no billing.
    if (error.reason !== undefined) throw new VaultError('permission_denied', 'check');
    if (error.status === 'PERMISSION_DENIED') return false;
    const asked = ['NOT_FOUND', 'INVALID_ARGUMENT', 'FAILED_PRECONDITION', 'UNIMPLEMENTED'].includes(error.status);
    if (!asked) throw classify(error, 'check', false);
    // A project is asked for with the list: it is there, or this is not the service.
    if (method === 'listSecrets') throw new VaultError('unknown', 'check');
    return true;
  }
}
