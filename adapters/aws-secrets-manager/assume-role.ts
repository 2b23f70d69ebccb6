import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { VaultError } from '../vault-error.ts';
import { failureError, refusal, refusalError } from './errors.ts';
import type { SdkAnswer, Transport } from './transport.ts';

const LOGIN_DEADLINE_MS = 10_000;
const MAX_SLACK_MS = 5 * 60_000;

/** Credentials as the SDK takes them. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export interface RoleOptions {
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly region: string;
  readonly stsEndpoint: string;
  /** Signs with the login that may assume the role; never sends anything itself. */
  readonly signer: SecretsManagerClient;
  readonly transport: Transport;
}

/** The credentials of an assumed role, replaced before they expire. Everybody who waits shares one request. */
export interface RoleSession {
  credentials(): Promise<RoleCredentials>;
  /** Rises with each session. */
  readonly number: number;
  /** Forgets the session of that number, which AWS refused: another one may have taken its place meanwhile. */
  drop(number: number): void;
  close(): void;
}

export function createRoleSession(options: RoleOptions): RoleSession {
  const ending = new AbortController();
  let held: { readonly credentials: RoleCredentials; readonly goodUntil: number } | undefined;
  let pending: Promise<RoleCredentials> | undefined;
  let number = 0;

  const assume = async (): Promise<RoleCredentials> => {
    const credentials = await assumeRole(options, ending.signal);
    number++;
    const left = credentials.expiration.getTime() - Date.now();
    held = { credentials, goodUntil: performance.now() + left - Math.min(MAX_SLACK_MS, left / 3) };
    return credentials;
  };

  return {
    async credentials() {
      if (held && performance.now() < held.goodUntil) return held.credentials;
      pending ??= assume().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    get number() {
      return number;
    },
    drop(refused) {
      if (refused === number) held = undefined;
    },
    close() {
      held = undefined;
      ending.abort();
    },
  };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, signed by the SDK's own signer. */
async function assumeRole(options: RoleOptions, ending: AbortSignal): Promise<RoleCredentials> {
  const { roleArn, externalId } = options;
  const deadline = AbortSignal.timeout(LOGIN_DEADLINE_MS);
  const form = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'keyferry',
    ...(externalId !== undefined && { ExternalId: externalId }),
  });
  let answer: SdkAnswer;
  try {
    answer = await post(options, form.toString(), AbortSignal.any([ending, deadline]));
  } catch (error) {
    throw deadline.aborted ? new VaultError('timeout', 'login') : failureError(error, 'login', false);
  }
  const text = Buffer.from(answer.body).toString('utf8');
  if (answer.statusCode !== 200) throw loginError(answer, text);
  return credentialsIn(text);
}

async function post(options: RoleOptions, body: string, abortSignal: AbortSignal): Promise<SdkAnswer> {
  const { signer: client, region, stsEndpoint, transport } = options;
  const { protocol, hostname, port, host } = new URL(stsEndpoint);
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: 'sts',
    signingRegion: region,
    properties: {},
  });
  const signed = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    path: '/',
    query: {},
    headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
    ...(port !== '' && { port: Number(port) }),
  });
  const headers = { ...signed.headers, 'content-length': String(Buffer.byteLength(body)) };
  return (await transport.handle({ ...signed, headers, body }, { abortSignal })).response;
}

/** STS answers with XML; only the code of the error is taken. Whoever may not assume the role is not logged in. */
function loginError({ statusCode, headers }: SdkAnswer, text: string): VaultError {
  const error = refusalError(refusal(statusCode, textIn(text, 'Code') ?? '', headers['retry-after']), 'login', false);
  return error.code === 'permission_denied' ? new VaultError('unauthenticated', 'login') : error;
}

function credentialsIn(text: string): RoleCredentials {
  const accessKeyId = textIn(text, 'AccessKeyId');
  const secretAccessKey = textIn(text, 'SecretAccessKey');
  const sessionToken = textIn(text, 'SessionToken');
  const expiration = new Date(textIn(text, 'Expiration') ?? '');
  if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiration.getTime()))
    throw new VaultError('unknown', 'login');
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}

/** The elements that are read hold base64, dates and names: nothing in them is escaped. */
function textIn(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>\\s*([^<&\\s]+)\\s*</${element}>`).exec(xml)?.[1];
}
