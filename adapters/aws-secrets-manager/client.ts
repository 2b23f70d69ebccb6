import { SecretsManagerClient, type SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { AdapterPorts } from '../adapter.ts';
import { createRoleSession, type RoleSession } from './assume-role.ts';
import { failureError, type Refusal, refusalError, refusalOf } from './errors.ts';
import { publicEndpoint } from './place.ts';
import type { AwsSettings } from './settings.ts';
import { createTransport, type Transport } from './transport.ts';

type Send<T> = (client: SecretsManagerClient, options: { abortSignal: AbortSignal }) => Promise<T>;

/** One request's answer, or the name of the refusal that the caller expected. */
export type Outcome<T, Expected extends string> =
  | { readonly answer: T; readonly refused?: undefined }
  | { readonly refused: Expected };

/** One request of one operation: classified errors, and one more try after credentials that could be replaced. */
export interface AwsClient {
  /** For requests that change nothing: `maybeApplied` is always false. */
  ask<T, Expected extends string = never>(
    operation: string,
    signal: AbortSignal,
    send: Send<T>,
    expected?: readonly Expected[],
  ): Promise<Outcome<T, Expected>>;
  /** For requests that change something. Sent once; only refused credentials, which change nothing, send it again. */
  change<T, Expected extends string = never>(
    operation: string,
    signal: AbortSignal,
    send: Send<T>,
    expected?: readonly Expected[],
  ): Promise<Outcome<T, Expected>>;
  close(): void;
}

const REPLACEABLE = /^(ExpiredTokenException|ExpiredToken|UnrecognizedClientException|InvalidSignatureException)$/;

export function createAwsClient(settings: AwsSettings, { egress }: AdapterPorts): AwsClient {
  const transport = createTransport(egress, settings.caCert);
  const { client, role } = connect(settings, transport);

  /** False where there is nothing to replace. `session`: the number of the one that was refused. */
  const renew = async (session: number | undefined): Promise<boolean> => {
    if (session !== undefined) role?.drop(session);
    if (role || settings.authMethod === 'keys') return role !== undefined;
    await client.config.credentials({ forceRefresh: true });
    return true;
  };

  const request = async <T, Expected extends string>(
    frame: { readonly operation: string; readonly mutates: boolean; readonly signal: AbortSignal },
    send: Send<T>,
    expected: readonly Expected[],
  ): Promise<Outcome<T, Expected>> => {
    const { operation, mutates, signal } = frame;
    const session = role?.number;
    let refused: Refusal | undefined;
    try {
      try {
        return { answer: await send(client, { abortSignal: signal }) };
      } catch (error) {
        if (!REPLACEABLE.test(refusalOf(error)?.type ?? '') || !(await renew(session))) throw error;
      }
      return { answer: await send(client, { abortSignal: signal }) };
    } catch (error) {
      refused = refusalOf(error);
      if (refused === undefined) throw failureError(error, operation, mutates);
    }
    const known = expected.find((type) => type === refused.type);
    if (known !== undefined) return { refused: known };
    throw refusalError(refused, operation, mutates);
  };

  return {
    ask: (operation, signal, send, expected = []) => request({ operation, signal, mutates: false }, send, expected),
    change: (operation, signal, send, expected = []) => request({ operation, signal, mutates: true }, send, expected),
    close() {
      role?.close();
      client.destroy();
      transport.destroy();
    },
  };
}

/** The answer of a request that expected no refusal. */
export function answered<T>(outcome: Outcome<T, never>): T {
  if (outcome.refused !== undefined) throw new TypeError('a refusal that nobody expected');
  return outcome.answer;
}

function connect(settings: AwsSettings, transport: Transport): { client: SecretsManagerClient; role?: RoleSession } {
  const { region, roleArn, externalId, stsEndpoint = publicEndpoint('sts', region) } = settings;
  const base = quiet(new SecretsManagerClient(configOf(settings, transport, loginOf(settings))));
  if (roleArn === undefined) return { client: base };
  const role = createRoleSession({ roleArn, externalId, region, stsEndpoint, signer: base, transport });
  // Kept and replaced by the session: `memoized` tells the SDK not to do it once more.
  const credentials = Object.assign(() => role.credentials(), { memoized: true });
  return { client: quiet(new SecretsManagerClient(configOf(settings, transport, credentials))), role };
}

/** Without the header that is made of Lambda's variables. */
function quiet(client: SecretsManagerClient): SecretsManagerClient {
  client.middlewareStack.remove('recursionDetectionMiddleware');
  return client;
}

type Credentials = SecretsManagerClientConfig['credentials'];

/** `undefined` lets the SDK look around the process, which `open` has allowed. */
function loginOf({ authMethod, accessKeyId = '', secretAccessKey = '', sessionToken }: AwsSettings): Credentials {
  if (authMethod === 'ambient') return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

/**
 * Whatever is not given here the SDK takes from `AWS_*` variables and `~/.aws/config`: endpoints, retries, FIPS, dual stack, user
 * agent.
 */
function configOf(settings: AwsSettings, transport: Transport, credentials: Credentials): SecretsManagerClientConfig {
  const { region, endpoint = publicEndpoint('secretsmanager', region) } = settings;
  return {
    region,
    endpoint: new URL(endpoint).origin,
    requestHandler: { ...transport },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    authSchemePreference: ['sigv4'],
    userAgentAppId: 'keyferry',
    defaultUserAgentProvider: async () => [['keyferry', '1']],
    ...(credentials !== undefined && { credentials }),
  };
}
