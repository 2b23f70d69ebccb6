import { randomBytes } from 'node:crypto';
import { awsError } from './aws-answers.ts';
import { isSignedWith, signatureOf } from './aws-signature.ts';
import type { EmulatedAnswer, EmulatedRequest } from './emulated-request.ts';

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface IdentityOptions {
  /** Actions that are allowed, without `secretsmanager:`; all when absent. */
  readonly actions?: readonly string[];
  /** Seconds, for sessions. */
  readonly ttl?: number;
}

export interface Role extends IdentityOptions {
  readonly arn: string;
  readonly externalId?: string;
}

interface Identity extends AccessKey {
  readonly actions: readonly string[] | undefined;
  readonly expiresAt: number;
}

export interface Identities {
  /** A new key; `given` only for a fixed one. */
  createKey(options?: IdentityOptions, given?: AccessKey): AccessKey;
  addRole(role: Role): void;
  revoke(accessKeyId: string): void;
  /** Ends everything that was got by assuming a role. */
  revokeSessions(): void;
  /** Whoever signed the request, or why nobody did. */
  authenticate(request: EmulatedRequest, service: string, region: string): Identity | EmulatedAnswer;
  assumeRole(request: EmulatedRequest): EmulatedAnswer;
}

export function createIdentities(account: string): Identities {
  const known = new Map<string, Identity>();
  const roles = new Map<string, Role>();

  const create = (type: 'AKIA' | 'ASIA', { actions, ttl }: IdentityOptions, given?: AccessKey): Identity => {
    const identity: Identity = {
      accessKeyId: given?.accessKeyId ?? keyIdOf(type, account),
      secretAccessKey: given?.secretAccessKey ?? randomBytes(30).toString('base64'),
      ...(type === 'ASIA' && { sessionToken: randomBytes(60).toString('base64') }),
      actions,
      expiresAt: ttl === undefined ? Number.POSITIVE_INFINITY : Date.now() + ttl * 1000,
    };
    known.set(identity.accessKeyId, identity);
    return identity;
  };

  return {
    createKey(options = {}, given) {
      const { accessKeyId, secretAccessKey } = create('AKIA', options, given);
      return { accessKeyId, secretAccessKey };
    },
    addRole: (role) => void roles.set(role.arn, role),
    revoke: (accessKeyId) => void known.delete(accessKeyId),
    revokeSessions() {
      for (const [accessKeyId, { sessionToken }] of known) if (sessionToken !== undefined) known.delete(accessKeyId);
    },
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html
    authenticate(request, service, region) {
      const given = signatureOf(request);
      if (!given) return awsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
      if (given.service !== service || given.region !== region)
        return awsError('InvalidSignatureException', 'Credential should be scoped to a valid region and service.');
      const identity = known.get(given.accessKeyId);
      const token = request.headers['x-amz-security-token'];
      if (!identity || identity.sessionToken !== token)
        return awsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
      if (!isSignedWith(request, given, identity.secretAccessKey))
        return awsError(
          'InvalidSignatureException',
          'The request signature we calculated does not match the signature.',
        );
      if (identity.expiresAt <= Date.now())
        return awsError('ExpiredTokenException', 'The security token included in the request is expired');
      return identity;
    },
    // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    assumeRole(request) {
      const form = new URLSearchParams(request.body.toString('utf8'));
      const role = roles.get(form.get('RoleArn') ?? '');
      if (form.get('Action') !== 'AssumeRole' || !form.get('RoleSessionName'))
        return stsError(400, 'ValidationError', 'validation failed');
      if (!role || role.externalId !== (form.get('ExternalId') ?? undefined))
        return stsError(403, 'AccessDenied', `not authorized to perform: sts:AssumeRole on resource: ${role?.arn}`);
      const session = create('ASIA', { ttl: 3600, ...role });
      return xml(200, assumed(session));
    },
  };
}

export function isIdentity(outcome: Identity | EmulatedAnswer): outcome is Identity {
  return 'accessKeyId' in outcome;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function mayDo({ actions }: Identity, action: string): boolean {
  return actions === undefined || actions.includes(action);
}

export function stsError(status: number, code: string, message: string): EmulatedAnswer {
  return xml(
    status,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>` +
      `<Message>${message}</Message></Error><RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>`,
  );
}

function assumed({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: Identity): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>${accessKeyId}</AccessKeyId>
    <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
    <SessionToken>${sessionToken}</SessionToken>
    <Expiration>${new Date(expiresAt).toISOString()}</Expiration>
  </Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

function xml(status: number, text: string): EmulatedAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, text };
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An access key id as AWS makes them today, with the account in its bits 1 to 40 after the type. */
function keyIdOf(type: string, account: string): string {
  const bits = (1n << 79n) | (BigInt(account) << 39n) | (BigInt(`0x${randomBytes(4).toString('hex')}`) & 0x7fff_ffffn);
  const letters = Array.from({ length: 16 }, (_, index) => BASE32[Number((bits >> BigInt(75 - 5 * index)) & 31n)]);
  return type + letters.join('');
}
